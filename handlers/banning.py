"""``/ban``, ``/unban`` and ``/bans``: a merchant who floods or insults is not listened to for a while."""

from __future__ import annotations

from datetime import datetime, timedelta

from markupsafe import Markup

from handlers.approvals import Approvals, Deed
from handlers.casefile import CaseFile
from handlers.counter import Counter, Said, ticket_of
from knowledge.bans import MINUTES, REASONS, Ban, may_ban, read_ban
from knowledge.four_eyes import Subject
from knowledge.postings import Answer, Edit, Key, Keys, Text
from knowledge.staff_words import numbered
from knowledge.ticket import Ticket
from knowledge.ticket_events import Person, Refused
from storage.unit import Unit

LISTED = 20


class Banning:
    """The use cases of bans; only messages of the support group come here. Buttons: ``ban:ACTION:NUMBER:ARGUMENT``.

    Whatever ends a ban before its time goes through ``approvals``.
    """

    def __init__(self, counter: Counter, approvals: Approvals) -> None:
        self.counter = counter
        self.approvals = approvals
        approvals.effects["unban"] = self._lifted

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
            if said.removed:
                refused: Refused | None = Refused("staff_card_number")
            elif ticket is None:
                refused = Refused("refused_no_ticket")
            elif name == "unban":
                refused = self._ask_to_lift(unit, said, ticket, by, reason, now)
            else:
                refused = self._ban_by_words(unit, said, ticket, by, words, now)
            if refused is not None:
                self.counter.reply(unit, said, refused.phrase, now, **refused.values)

        await self.counter.run(update, work)

    async def press(self, update: int, callback: str, said: Said, action: str, argument: str) -> None:
        """A button under the question; pressed twice, the second press is told that it is so already."""
        number, _, choice = argument.partition(":")
        reason, _, minutes = choice.partition(".")

        def work(unit: Unit) -> None:
            now = self.counter.now()
            by = self.counter.person(unit, said.staff, said.name, said.username, now)
            file = self.counter.file(unit, said, now)
            known = numbered(number)
            ticket = None if known is None else unit.tickets.by_number(known)
            outcome: Ban | Refused | None = None
            if ticket is None:
                outcome = Refused("refused_no_ticket")
            elif action == "do" and reason in REASONS and minutes in map(str, MINUTES):
                outcome = self._ban(unit, ticket, reason, timedelta(minutes=int(minutes)), by, now)
            refusal = file.plain(outcome.phrase, **outcome.values) if isinstance(outcome, Refused) else ""
            if not refusal:
                words = self._banned(outcome, now) if isinstance(outcome, Ban) else file.phrase("ban_dropped")
                unit.outbox.post(Edit(said.chat, said.message, str(words)), now)
            unit.outbox.post(Answer(said.chat, callback, refusal, alert=bool(refusal)), now)

        await self.counter.run(update, work)

    def _meant(self, unit: Unit, said: Said, words: str) -> Ticket | None:
        """The ticket whose number is given, else that of the topic."""
        if words.strip():
            number = numbered(words)
            return None if number is None else unit.tickets.by_number(number)
        return ticket_of(unit, said)

    def _ban_by_words(
        self, unit: Unit, said: Said, ticket: Ticket, by: Person, words: str, now: datetime
    ) -> Refused | None:
        reason, span = read_ban(words)
        outcome = self._ban(unit, ticket, reason, span, by, now) if reason else self._refusal(unit, ticket, by, now)
        if isinstance(outcome, Refused):
            return outcome
        if outcome is not None:
            self.counter.say(unit, said, self._banned(outcome, now), now)
        else:
            file = self.counter.file(unit, said, now)
            self.counter.say(unit, said, file.phrase("ask_ban", number=ticket.number), now, _choices(file, ticket))
        return None

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

    def _ask_to_lift(
        self, unit: Unit, said: Said, ticket: Ticket, by: Person, reason: str, now: datetime
    ) -> Refused | None:
        """Ask the others to end the ban of the ticket's merchant; returns why that cannot be."""
        if unit.bans.of(ticket.user, now) is None:
            return Refused("refused_not_banned")
        return self.approvals.request(unit, said, Subject("unban", ticket.number, ticket.user), reason, by, now)

    def _lifted(self, unit: Unit, deed: Deed, now: datetime) -> None:
        """The ban is over before its time, two having said so; a merchant who heard of it hears of its end too."""
        request = deed.request
        ticket = unit.tickets.by_number(request.subject.ticket or 0)
        if ticket is None:
            return
        ban = unit.bans.of(ticket.user, now)
        if ban is None or ban.at > request.at:  # that one ended by itself; another since then was not asked about
            self.counter.say(unit, deed.said, self._group(now).phrase("unban_over"), now)
            return
        unit.bans.lift(ban.number, request.by, now)
        detail = {"user": ban.user, "approved_by": deed.said.staff}
        unit.audit.note(now, request.by, "unbanned", ticket=ticket.number, detail=detail)
        if unit.bans.was_told(ban.number):
            unit.outbox.post(Text(ticket.chat, str(self.counter.base().phrase(ticket.locale, "ban_lifted"))), now)
        self.counter.say(unit, deed.said, self._group(now).phrase("done_unban", count=ban.messages), now)

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

    def _banned(self, ban: Ban, now: datetime) -> Markup:
        """What the group is told of a new ban."""
        file = self._group(now)
        return file.phrase("done_ban", until=ban.until, reason=file.ban_reason(ban.reason), name=ban.by_name)

    def _group(self, now: datetime) -> CaseFile:
        return CaseFile(self.counter.base(), self.counter.zone, now)


def _choices(file: CaseFile, ticket: Ticket) -> Keys:
    """A row for each reason, a button in it for each time."""

    def key(reason: str, minutes: int) -> Key:
        label = file.plain(f"button_ban_{reason}", minutes=minutes)
        return Key(label, f"ban:do:{ticket.number}:{reason}.{minutes}")

    rows = [tuple(key(reason, minutes) for minutes in MINUTES) for reason in REASONS]
    return (*rows, (Key(file.plain("button_ban_drop"), f"ban:drop:{ticket.number}"),))


def _number_and_reason(words: str) -> tuple[str, str]:
    """``1042 why``, ``#1042`` or ``why``: a ticket's number, and a reason, each as far as it is there."""
    first, _, rest = words.strip().partition(" ")
    return (first, rest.strip()) if first.removeprefix("#").isdecimal() else ("", words.strip())
