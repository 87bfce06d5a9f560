"""Four eyes: one of staff asks for what nobody may do alone, another approves it; and what is done then.

A kind of its own needs a line in ``knowledge.four_eyes.Kind``, its words (``approval_KIND``), and what is done when it
was approved: an entry of ``effects``.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from markupsafe import Markup

from handlers.casefile import CaseFile
from handlers.counter import LINK_HOURS, Counter, Said, ticket_of
from knowledge.four_eyes import Kind, Request, Subject, ask, decide
from knowledge.postings import Answer, Edit, Key, Keys, Text
from knowledge.records import Merchant, Unavailable
from knowledge.staff_words import numbered
from knowledge.ticket import Ticket
from knowledge.ticket_events import Person, Refused
from knowledge.ticket_life import may
from storage.people import new_token, token_hash
from storage.unit import Unit

PER_HOUR = 10
"""Requests of one person within an hour: more would be wearing the others down."""
ASKED = "approval"


@dataclass(frozen=True, slots=True)
class Deed:
    """A request that was decided: by which press, what the merchant is called, and the bot."""

    request: Request
    said: Said
    merchant: str | None
    bot_name: str


Effect = Callable[[Unit, Deed, datetime], None]
"""What an approved request comes to, within the unit that keeps the decision."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a command asks for: the merchant as the records know it, and why. A ``Refused`` says what is wrong."""

    merchant: Merchant
    reason: str


class Approvals:
    """``/bind``, ``/link`` and ``/show`` in the support group, and the buttons under every request."""

    def __init__(self, counter: Counter, effects: Mapping[Kind, Effect] | None = None) -> None:
        self.counter = counter
        own: dict[Kind, Effect] = {"bind": self._bind, "link": self._link, "show": self._show}
        self.effects: dict[Kind, Effect] = {**own, **(effects or {})}

    async def command(self, update: int, said: Said, name: str, words: str) -> None:
        """``/bind MERCHANT WHY``, ``/link MERCHANT WHY``, ``/show WHY``: asked for here, decided by somebody else."""
        kind: Kind = name  # type: ignore[assignment]  # the router brings no others
        there = await self.counter.storage.read(lambda unit: ticket_of(unit, said))
        wanted = await self._read(kind, there, words)

        def work(unit: Unit) -> None:
            now = self.counter.now()
            by = self.counter.person(unit, said.staff, said.name, said.username, now)
            ticket = ticket_of(unit, said)
            outcome = self._allowed(unit, kind, ticket, by, wanted, said)
            if isinstance(outcome, Wanted):
                about = ticket if kind != "link" else None
                subject = Subject(
                    kind, ticket.number if ticket else None, about.user if about else None, outcome.merchant.merchant_no
                )
                asked = self.request(unit, said, subject, outcome.reason, by, now, merchant=outcome.merchant.name)
                if asked is None:
                    return
                outcome = asked
            self.counter.reply(unit, said, outcome.phrase, now, **outcome.values)

        await self.counter.run(update, work)

    def request(
        self, unit: Unit, said: Said, subject: Subject, reason: str, by: Person, now: datetime, **values: Any
    ) -> Refused | None:
        """Ask the others within this unit, where it was asked; returns why that cannot be."""
        asked = ask(subject, reason, by, now)
        if isinstance(asked, Refused):
            return asked
        waiting = unit.approvals.waiting(subject, now)
        if waiting is not None:
            return Refused("refused_asked_already", {"name": waiting.by_name, "until": waiting.until})
        if unit.people.attempts(by.id, ASKED, now - timedelta(hours=1)) >= PER_HOUR:
            return Refused("refused_too_many_requests", {"most": PER_HOUR})
        unit.people.attempted(by.id, ASKED, now)
        kept = unit.approvals.add(asked)
        self._audit(unit, kept, by.id, "approval_asked", now)
        html = str(self._words(kept, now, **values))
        place = ticket_of(unit, said)
        number = None if place is None else place.number
        text = Text(said.chat, html, self._keys(kept), reply_to=said.message, ticket=number)
        unit.outbox.post(text, now)
        return None

    async def press(self, update: int, callback: str, said: Said, action: str, argument: str) -> None:
        """A decision. Who is too late, who asked, and a second press are answered and change nothing."""

        def read(unit: Unit) -> Request | None:
            known = numbered(argument)
            return None if known is None else unit.approvals.by_number(known)

        before = await self.counter.storage.read(read)
        merchant, bot_name = await self._merchant(before), await self.counter.bot_name()

        def work(unit: Unit) -> None:
            now = self.counter.now()
            by = self.counter.person(unit, said.staff, said.name, said.username, now)
            found = read(unit)
            refused: Refused | None = Refused("refused_stale")
            if found is not None and action in ("approve", "refuse"):
                deed = Deed(found, said, merchant, bot_name)
                refused = self._decide(unit, deed, by, now, approve=action == "approve")
            phrase, values = (refused.phrase, refused.values) if refused else (f"done_{action}", {})
            file = self.counter.file(unit, said, now)
            words = file.plain(phrase, **values)
            unit.outbox.post(Answer(said.chat, callback, words, alert=refused is not None), now)

        await self.counter.run(update, work)

    # Asking

    async def _read(self, kind: Kind, ticket: Ticket | None, words: str) -> Wanted | Refused:
        """The merchant and the reason; nothing is said yet about who may."""
        source = self.counter.source
        number, reason = "", words.strip()
        if kind != "show":
            number, _, reason = reason.partition(" ")
        elif ticket is not None and ticket.terminal_id is not None:
            owner = await source.owner(ticket.terminal_id)
            if isinstance(owner, Unavailable):
                return Refused("refused_source_down")
            number = owner or ""
        if not number:
            return Refused("refused_no_terminal" if kind == "show" else f"{kind}_usage")
        found = await source.merchant(number)
        if isinstance(found, Unavailable):
            return Refused("refused_source_down")
        return Wanted(found, reason) if found is not None else Refused("refused_no_merchant")

    def _allowed(
        self, unit: Unit, kind: Kind, ticket: Ticket | None, by: Person, wanted: Wanted | Refused, said: Said
    ) -> Wanted | Refused:
        """What may be asked for: about a live ticket by who may decide about it, and nothing that is so already."""
        if said.removed:
            return Refused("staff_card_number")
        if isinstance(wanted, Refused) or kind == "link":
            return wanted
        if ticket is None:
            return Refused("refused_no_ticket")
        merchant_no = wanted.merchant.merchant_no
        so_already = merchant_no in unit.people.merchants_of(ticket.user)
        if kind == "show":
            so_already = so_already or merchant_no in unit.approvals.granted(ticket.number, "show")
        return may(ticket, by) or (Refused("refused_so_already") if so_already else wanted)

    # Deciding

    async def _merchant(self, request: Request | None) -> str | None:
        """What the merchant of a request is called, as far as the records say it now."""
        number = request.subject.merchant_no if request is not None else None
        found = await self.counter.source.merchant(number) if number is not None else None
        return found.name if isinstance(found, Merchant) else None

    def _decide(self, unit: Unit, deed: Deed, by: Person, now: datetime, *, approve: bool) -> Refused | None:
        """Keep the decision, do what was approved, and show both; returns why not, if so."""
        after = decide(deed.request, by, now, approve=approve, undone=_banner(unit, deed.request.subject, now))
        if isinstance(after, Refused):
            if not deed.request.waits(now):
                self._show_end(unit, deed, now)
            return after
        if not unit.approvals.decide(after):  # somebody else was faster by a moment
            return Refused("refused_stale")
        done = replace(deed, request=after)
        self._audit(unit, after, by.id, f"approval_{after.state}", now)
        self._show_end(unit, done, now)
        if after.state == "approved":
            self.effects[after.subject.kind](unit, done, now)
        return None

    def _audit(self, unit: Unit, request: Request, actor: int, action: str, now: datetime) -> None:
        about = request.subject
        detail = {"request": request.number, "kind": about.kind, "text": request.reason, "asked_by": request.by}
        if about.merchant_no is not None:
            detail["merchant_no"] = about.merchant_no
        unit.audit.note(now, actor, action, ticket=about.ticket, detail=detail)

    def _show_end(self, unit: Unit, deed: Deed, now: datetime) -> None:
        """The request without its buttons, with how it ended."""
        html, ticket = str(self._words(deed.request, now, deed.merchant)), deed.request.subject.ticket
        unit.outbox.post(Edit(deed.said.chat, deed.said.message, html, (), ticket), now)

    # What is done then

    def _bind(self, unit: Unit, deed: Deed, now: datetime) -> None:
        """The ticket's person may see the merchant's records from now on, and hears of it."""
        about = deed.request.subject
        ticket = unit.tickets.by_number(about.ticket or 0)
        if ticket is None or about.merchant_no is None or about.user is None:
            return
        unit.people.bind(about.user, about.merchant_no, "override", deed.request.by, now)
        both = {"by": deed.request.by, "approved_by": deed.said.staff}
        detail = {"merchant_no": about.merchant_no, "how": "override", **both}
        unit.audit.note(now, about.user, "bound", ticket=ticket.number, detail=detail)
        name = deed.merchant or ticket.merchant_name
        bound = replace(ticket, verified=True, merchant_no=about.merchant_no, merchant_name=name)
        saved = unit.tickets.save(bound)
        for posting in self.counter.tickets.topics.changed(unit, ticket, saved, now):
            unit.outbox.post(posting, now)
        values = {"merchant": deed.merchant, "merchant_no": about.merchant_no}
        words = self.counter.base().phrase(ticket.locale, "bound_by_staff", **values)
        unit.outbox.post(Text(ticket.chat, str(words), ticket=ticket.number), now)

    def _link(self, unit: Unit, deed: Deed, now: datetime) -> None:
        """A one-time link that binds whoever opens it first; only its hash is kept."""
        request, merchant_no = deed.request, deed.request.subject.merchant_no
        if merchant_no is None:
            return
        token, until = new_token(), now + timedelta(hours=LINK_HOURS)
        unit.people.issue(merchant_no, request.by, token_hash(token), now, until)
        detail = {"merchant_no": merchant_no, "approved_by": deed.said.staff}
        unit.audit.note(now, request.by, "link_issued", ticket=request.subject.ticket, detail=detail)
        values = {"link": f"https://t.me/{deed.bot_name}?start=b_{token}", "hours": LINK_HOURS}
        self.counter.reply(unit, deed.said, "link_issued", now, merchant=deed.merchant or merchant_no, **values)

    def _show(self, unit: Unit, deed: Deed, now: datetime) -> None:
        """In this ticket the person may be told of the merchant's records: the card says so."""
        about = deed.request.subject
        ticket = unit.tickets.by_number(about.ticket or 0)
        if ticket is not None:
            for card in self.counter.tickets.topics.card(unit, ticket, now):
                unit.outbox.post(card, now)
            self.counter.reply(unit, deed.said, "show_approved", now, merchant_no=about.merchant_no)

    # Words and buttons

    def _words(self, request: Request, now: datetime, merchant: str | None = None) -> Markup:
        """What is asked for, by whom and why, and how it ended, if it did."""
        about, file = request.subject, self._file(now)
        what = file.phrase(f"approval_{about.kind}", merchant=merchant, merchant_no=about.merchant_no)
        ended = request.state if request.state != "open" else "open" if request.waits(now) else "expired"
        end = file.phrase(f"approval_is_{ended}", name=request.decided_name, until=request.until)
        values = {"number": request.number, "name": request.by_name, "reason": request.reason}
        return file.phrase("approval_request", what=what, end=end, ticket=about.ticket, **values)

    def _keys(self, request: Request) -> Keys:
        file = self._file(self.counter.now())
        approve = Key(file.plain("button_approve"), f"eyes:approve:{request.number}")
        return ((approve, Key(file.plain("button_refuse"), f"eyes:refuse:{request.number}")),)

    def _file(self, now: datetime) -> CaseFile:
        """Words for the group: anybody of it may decide."""
        return CaseFile(self.counter.base(), self.counter.zone, now)


def _banner(unit: Unit, about: Subject, now: datetime) -> int | None:
    """Who banned the person whose ban is to be lifted."""
    ban = unit.bans.of(about.user, now) if about.kind == "unban" and about.user is not None else None
    return None if ban is None else ban.by
