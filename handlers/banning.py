"""``/ban``, ``/unban`` and ``/bans``: a merchant who floods or insults is not listened to for a while."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from markupsafe import Markup

from handlers.approvals import Deed
from handlers.casefile import CaseFile
from handlers.counter import Counter, Said, ticket_of
from knowledge.bans import MINUTES, REASONS, Ban, may_ban, may_lift, read_ban
from knowledge.four_eyes import Subject
from knowledge.postings import Answer, Edit, Key, Keys, Text
from knowledge.staff_words import numbered
from knowledge.ticket import Ticket
from knowledge.ticket_events import Person, Refused
from storage.unit import Unit

LISTED = 20


Ask = Callable[[Unit, Said, Subject, str, Person, datetime], Refused | None]
"""Asks a second person of staff (``Approvals.request``); returns why that cannot be."""


class Banning:
    """The use cases of bans; only messages of the support group come here. Buttons: ``ban:ACTION:NUMBER:ARGUMENT``."""

    def __init__(self, counter: Counter, ask: Ask | None = None) -> None:
        self.counter = counter
        self.ask = ask

    async def command(self, update: int, said: Said, name: str, words: str) -> None:
        """What stands after ``/ban`` is the reason and for how long; without a reason both are asked with buttons."""

        def work(unit: Unit) -> None:
            now = self.counter.now()
            by = self.counter.person(unit, said.staff, said.name, said.username, now)
            if name == "bans":
                self.counter.say(unit, said, self._list(unit, self.counter.file(unit, said, now), now), now)
                return
            number, reason = _number_and_reason(words) if name == "unban" else ("", "")
            ticket = self._meant(unit, said, number)
            if ticket is None:
                self.counter.reply(unit, said, "refused_no_ticket", now)
            elif name == "unban":
                answer = self._lift(unit, said, ticket, by, reason, now)
                if answer is not None:
                    self.counter.say(unit, said, answer, now)
            else:
                self._ban_by_words(unit, said, ticket, by, words, now)

        await self.counter.run(update, work)

    async def press(self, update: int, callback: str, said: Said, data: str) -> None:
        """A button under the question; pressed twice, the second press is told that it is so already."""
        action, number, argument = (*data.split(":", 2), "", "")[:3]
        reason, _, minutes = argument.partition(".")

        def work(unit: Unit) -> None:
            now = self.counter.now()
            by = self.counter.person(unit, said.staff, said.name, said.username, now)
            known = numbered(number)
            ticket = None if known is None else unit.tickets.by_number(known)
            words, alert = self._phrase("ban_dropped", now), False
            if ticket is None:
                words, alert = self._phrase("refused_no_ticket", now), True
            elif action == "do" and reason in REASONS and minutes in map(str, MINUTES):
                outcome = self._ban(unit, ticket, reason, timedelta(minutes=int(minutes)), by, now)
                words, alert = self._told(outcome, now), isinstance(outcome, Refused)
            if not alert:
                unit.outbox.post(Edit(said.chat, said.message, str(words)), now)
            text = words.striptags() if alert else ""
            unit.outbox.post(Answer(said.chat, callback, text, alert=alert), now)

        await self.counter.run(update, work)

    def _meant(self, unit: Unit, said: Said, words: str) -> Ticket | None:
        """The ticket whose number is given, else that of the topic."""
        if words.strip():
            number = numbered(words)
            return None if number is None else unit.tickets.by_number(number)
        return ticket_of(unit, said)

    def _ban_by_words(self, unit: Unit, said: Said, ticket: Ticket, by: Person, words: str, now: datetime) -> None:
        reason, span = read_ban(words)
        if reason:
            self.counter.say(unit, said, self._told(self._ban(unit, ticket, reason, span, by, now), now), now)
            return
        refused = self._refusal(unit, ticket, by, now)
        if refused is not None:
            self.counter.say(unit, said, self._told(refused, now), now)
        else:
            file = self.counter.file(unit, said, now)
            asked = file.phrase("ask_ban", number=ticket.number)
            self.counter.say(unit, said, asked, now, self._choices(ticket, file.locale))

    def _refusal(self, unit: Unit, ticket: Ticket, by: Person, now: datetime) -> Refused | None:
        staff = ticket.user in self.counter.supervisors or unit.staff.member(ticket.user) is not None
        running = unit.bans.of(ticket.user, now)
        if running is not None:
            return Refused("refused_banned", {"until": running.until, "name": running.by_name})
        return may_ban(ticket, by, staff=staff)

    def _ban(
        self, unit: Unit, ticket: Ticket, reason: str, span: timedelta, by: Person, now: datetime
    ) -> Ban | Refused:
        refused = self._refusal(unit, ticket, by, now)
        if refused is not None:
            return refused
        ban = unit.bans.add(ticket.user, ticket.number, reason, (by.id, by.name), now, span)
        if ban is None:  # somebody else was faster by a moment
            return Refused("done_already")
        detail = {"user": ticket.user, "text": reason, "until": ban.until.isoformat()}
        unit.audit.note(now, by.id, "banned", ticket=ticket.number, detail=detail)
        return ban

    def _lift(self, unit: Unit, said: Said, ticket: Ticket, by: Person, reason: str, now: datetime) -> Markup | None:
        """End the ban of the ticket's merchant; who may not do it alone asks a second person, with a reason.

        None: that was asked, and says so itself.
        """
        ban = unit.bans.of(ticket.user, now)
        if ban is None:
            return self._phrase("refused_not_banned", now)
        refused = may_lift(ban, by)
        if refused is not None and reason and self.ask is not None:
            subject = Subject("unban", ticket.number, ticket.user)
            refused = self.ask(unit, said, subject, reason, by, now)
            return None if refused is None else self._told(refused, now)
        if refused is not None:
            return self._told(refused, now)
        return self._end(unit, ticket, ban, now, by.id)

    def lifted(self, unit: Unit, deed: Deed, now: datetime) -> None:
        """What an approved request to lift a ban comes to."""
        about = deed.request.subject
        ticket = unit.tickets.by_number(about.ticket or 0)
        ban = unit.bans.of(about.user or 0, now)
        if ticket is not None:
            over = self._phrase("refused_not_banned", now)
            words = over if ban is None else self._end(unit, ticket, ban, now, deed.request.by, deed.said.staff)
            self.counter.say(unit, deed.said, words, now)

    def _end(
        self, unit: Unit, ticket: Ticket, ban: Ban, now: datetime, by: int, approved_by: int | None = None
    ) -> Markup:
        """The ban is over before its time; a merchant who heard of it hears of its end too."""
        unit.bans.lift(ban.number, by, now)
        detail = {"user": ban.user} | ({} if approved_by is None else {"approved_by": approved_by})
        unit.audit.note(now, by, "unbanned", ticket=ticket.number, detail=detail)
        if unit.bans.was_told(ban.number):
            unit.outbox.post(Text(ticket.chat, str(self.counter.base().phrase(ticket.locale, "ban_lifted"))), now)
        return self._phrase("done_unban", now, count=ban.messages)

    def _list(self, unit: Unit, file: CaseFile, now: datetime) -> Markup:
        running = unit.bans.running(now)
        lines = [self._line(unit, file, ban) for ban in running[:LISTED]]
        return file.phrase("board_bans", lines=lines, count=len(running), more=len(running) - len(lines))

    def _line(self, unit: Unit, file: CaseFile, ban: Ban) -> Markup:
        ticket = unit.tickets.by_number(ban.ticket)
        link = None if ticket is None else self.counter.tickets.topics.link(ticket)
        number = Markup('<a href="{}">#{}</a>').format(link, ban.ticket) if link else f"#{ban.ticket}"
        return file.phrase(
            "board_ban_line",
            number=number,
            merchant=ticket.merchant_name if ticket else None,
            reason=file.ban_reason(ban.reason),
            name=ban.by_name,
            until=ban.until,
            count=ban.messages,
        )

    def _choices(self, ticket: Ticket, locale: str) -> Keys:
        """A row for each reason, a button in it for each time."""
        base = self.counter.base()
        drop = f"ban:drop:{ticket.number}"
        rows = [
            tuple(
                Key(
                    base.plain(locale, f"button_ban_{reason}", minutes=minutes),
                    f"ban:do:{ticket.number}:{reason}.{minutes}",
                )
                for minutes in MINUTES
            )
            for reason in REASONS
        ]
        return (*rows, (Key(base.plain(locale, "button_ban_drop"), drop),))

    def _told(self, outcome: Ban | Refused, now: datetime) -> Markup:
        if isinstance(outcome, Refused):
            return self._phrase(outcome.phrase, now, **outcome.values)
        reason = self._file(now).ban_reason(outcome.reason)
        return self._phrase("done_ban", now, until=outcome.until, reason=reason, name=outcome.by_name)

    def _phrase(self, key: str, now: datetime, **values: object) -> Markup:
        return self._file(now).phrase(key, **values)

    def _file(self, now: datetime) -> CaseFile:
        return CaseFile(self.counter.base(), self.counter.zone, now)


def _number_and_reason(words: str) -> tuple[str, str]:
    """``1042 why``, ``#1042`` or ``why``: a ticket's number, and a reason, each as far as it is there."""
    first, _, rest = words.strip().partition(" ")
    return (first, rest.strip()) if first.removeprefix("#").isdecimal() else ("", words.strip())
