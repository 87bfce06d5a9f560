"""The merchant's turn: read the case, let the dialogue decide, ask the source, keep and say all in one commit."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from handlers.barred import turn_away
from handlers.keeping import keep_case, read_case
from handlers.questions import BY_MERCHANT, noted
from handlers.tickets import TicketDesk
from handlers.watchbook import WatchBook
from handlers.wording import Wording
from knowledge.bans import Ban
from knowledge.case import Case, Line
from knowledge.dialogue import advance
from knowledge.events import Attached, Event, Heard, Identified, Limited, LookedUp, NotIdentified, TicketOpened
from knowledge.library import KnowledgeBase
from knowledge.markup import plain
from knowledge.migrating import migrated
from knowledge.moves import (
    Advise,
    EndWatch,
    Erase,
    Identify,
    KeepWatch,
    ListTickets,
    ListWatches,
    LookUp,
    Move,
    Note,
    OpenTicket,
    Rate,
    RateReason,
    Redeem,
    Relay,
    RelayTogether,
    Reopen,
    Report,
    StartWatch,
    StopWatch,
)
from knowledge.postings import Posting, Text, Typing
from knowledge.records import Absent, Foreign, Unavailable
from knowledge.ticket import Known
from knowledge.turn import LINE_CHARACTERS, TRANSCRIPT_LINES, Context
from storage.cases import StoredCase
from storage.database import Storage
from storage.errors import AlreadyDone, StaleCase, StaleTicket
from storage.people import LinkRefused, token_hash
from storage.settlement.source import SettlementSource
from storage.tickets import Brief
from storage.unit import Unit

TRIES = 5
OUTWARD = (LookUp, Identify, Redeem)
TYPING_AFTER = 0.3
"""Seconds: what is known sooner needs no sign, which is a call of its own."""
ROUNDS = 8
"""More questions to the outside in one turn than any conversation needs: a guard against going round in circles."""


@dataclass(frozen=True, slots=True)
class Asker:
    """Who writes: the private chat, the Telegram user, and the language that their Telegram speaks."""

    chat: int
    user: int
    language: str | None = None
    name: str = ""


Effect = Callable[[Unit], None]


@dataclass(slots=True)
class Plan:
    """One turn while it is under way: the case as found, so far, what is to be done, what the commit does besides."""

    found: Case
    case: Case
    merchants: frozenset[str]
    tickets: tuple[Known, ...]
    done: list[Move]
    effects: list[Effect]


class Desk:
    """The use cases of merchants. ``base`` is asked at every turn, so that a reloaded base serves from the next one."""

    def __init__(
        self,
        storage: Storage,
        source: SettlementSource,
        base: Callable[[], KnowledgeBase],
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        tickets: TicketDesk,
        typing: Callable[[Typing], None] | None = None,
    ) -> None:
        self.storage = storage
        self.source = source
        self.base = base
        self.clock = clock
        self.zone = zone
        self.tickets = tickets
        self.watches = WatchBook(base)
        self._typing = typing

    def now(self) -> datetime:
        """The moment, in the desk's zone."""
        return self.clock().astimezone(self.zone)

    async def take_turn(self, update: int | None, asker: Asker, event: Event) -> None:
        """Do all that one event leads to. ``update`` is completed by the same commit; None for the desk's own events.

        Taken again when another turn of the chat was saved meanwhile; does nothing when the update was done before.
        """
        for attempt in range(TRIES):
            try:
                await self._turn(update, asker, event)
            except AlreadyDone:
                return
            except (StaleCase, StaleTicket):
                if attempt == TRIES - 1:
                    raise
            else:
                return

    async def _turn(self, update: int | None, asker: Asker, event: Event) -> None:
        base, now = self.base(), self.now()
        days = base.forms.reopen_days
        opened, merchants, tickets, ticket, ban = await self.storage.read(
            lambda unit: _open(unit, asker, event, now, days)
        )
        if ticket is not None and isinstance(event, Heard | Attached):
            event = replace(event, ticket=ticket)
        case = read_case(opened) if opened else Case(asker.chat, asker.user, base.locale(asker.language))
        case = migrated(case, base)  # the base may have changed since the turn before
        if ban is not None and isinstance(event, BY_MERCHANT):
            await self.storage.run(lambda unit: self._turn_away(unit, update, ban, case, event, base, now))
            return
        plan = Plan(case, case, merchants, tickets, [], [])
        moves = self._advance(plan, event, base, now)
        for _ in range(ROUNDS):
            outward = next((move for move in moves if isinstance(move, OUTWARD)), None)
            if outward is None:
                break
            came_back = await self._ask_outside(outward, plan, asker, now)
            moves = self._advance(plan, came_back, base, now)
        await self.storage.run(lambda unit: self._finish(unit, update, asker, event, plan, base, now))

    def _turn_away(
        self, unit: Unit, update: int | None, ban: Ban, case: Case, event: Event, base: KnowledgeBase, now: datetime
    ) -> None:
        if update is not None:
            unit.inbox.complete(update)
        turn_away(unit, ban, case.chat, case.locale, event, base, self.zone, now)

    def _advance(self, plan: Plan, event: Event, base: KnowledgeBase, now: datetime) -> tuple[Move, ...]:
        context = Context(base, now, plan.merchants, plan.tickets)
        plan.case, moves = advance(plan.case, event, context)
        plan.done += moves
        return moves

    async def _ask_outside(self, move: LookUp | Identify | Redeem, plan: Plan, asker: Asker, now: datetime) -> Event:
        match move:
            case LookUp():
                return await self._look_up(move, plan, asker, now)
            case Identify():
                return await self._identify(move.phone, plan, asker, now)
            case Redeem():
                return await self._redeem(move.token, plan, asker, now)

    async def _look_up(self, move: LookUp, plan: Plan, asker: Asker, now: datetime) -> Event:
        limits = self.base().forms.limits
        since = now - timedelta(minutes=limits.terminal_window_minutes)
        tried = await self.storage.read(lambda unit: unit.people.attempts(asker.user, "terminal", since))
        if tried >= limits.terminal_attempts:
            plan.effects.append(lambda unit: unit.audit.note(now, asker.user, "terminal_guessing_limited"))
            return Limited()
        with self._seen_typing(asker.chat):
            result = await self.source.look_up(move.query)
        if isinstance(result, Absent | Foreign):
            plan.effects.append(lambda unit: unit.people.attempted(asker.user, "terminal", now))
        return LookedUp(result)

    @contextmanager
    def _seen_typing(self, chat: int) -> Iterator[None]:
        """Whoever waits for longer than a moment sees that an answer is being prepared."""
        if self._typing is None:
            yield
            return
        showing = asyncio.get_running_loop().call_later(TYPING_AFTER, self._typing, Typing(chat))
        try:
            yield
        finally:
            showing.cancel()

    async def _identify(self, phone: str, plan: Plan, asker: Asker, now: datetime) -> Event:
        """Bind by the phone that the acquirer has on file. Every failed try counts, and is the same to the asker."""
        if await self._too_many(asker, plan, now):
            return NotIdentified("limited")
        found = await self.source.merchants_with_phone(phone)
        if isinstance(found, Unavailable):
            return NotIdentified("source_down")
        if not found:
            plan.effects.append(lambda unit: unit.people.attempted(asker.user, "identify", now))
            return NotIdentified("unknown_phone")
        for merchant in found:
            plan.effects.append(_bind(asker.user, merchant.merchant_no, "contact", None, now))
        plan.merchants |= {merchant.merchant_no for merchant in found}
        return Identified(plan.merchants, tuple(merchant.name for merchant in found if merchant.name))

    async def _redeem(self, token: str, plan: Plan, asker: Asker, now: datetime) -> Event:
        """Bind by a one-time link. Looked at first, used up by the turn's own commit; of two at once one gets it."""
        if await self._too_many(asker, plan, now):
            return NotIdentified("limited")
        hashed = token_hash(token)
        seen = await self.storage.read(lambda unit: unit.people.peek(hashed, now))
        if isinstance(seen, LinkRefused):
            plan.effects.append(lambda unit: unit.people.attempted(asker.user, "identify", now))
            why = {"unknown": "link_unknown", "used": "link_used", "expired": "link_expired"}[seen.reason]
            return NotIdentified(why)  # type: ignore[arg-type]
        merchant_no, issued_by = seen

        def use(unit: Unit) -> None:
            if isinstance(unit.people.redeem(hashed, asker.user, now), LinkRefused):
                raise StaleCase("the one-time link was used by somebody else meanwhile")
            _bind(asker.user, merchant_no, "link", issued_by, now)(unit)

        plan.effects.append(use)
        plan.merchants |= {merchant_no}
        known = await self.source.merchant(merchant_no)
        name = None if known is None or isinstance(known, Unavailable) else known.name
        return Identified(plan.merchants, (name,) if name else ())

    async def _too_many(self, asker: Asker, plan: Plan, now: datetime) -> bool:
        limits = self.base().forms.limits
        since = now - timedelta(minutes=limits.identify_window_minutes)
        tried = await self.storage.read(lambda unit: unit.people.attempts(asker.user, "identify", since))
        if tried < limits.identify_attempts:
            return False
        plan.effects.append(lambda unit: unit.audit.note(now, asker.user, "identify_limited"))
        return True

    def _finish(
        self,
        unit: Unit,
        update: int | None,
        asker: Asker,
        event: Event,
        plan: Plan,
        base: KnowledgeBase,
        now: datetime,
    ) -> None:
        """One commit: the update done, the case after it, tickets, and what is to be said."""
        if update is not None:
            unit.inbox.complete(update)
        for effect in plan.effects:
            effect(unit)
        case, moves = plan.case, list(plan.done)
        postings: list[Posting] = []
        context = Context(base, now, plan.merchants, plan.tickets)
        for index, move in enumerate(moves):
            came_back = self._within(unit, move, case, asker, context)
            if came_back is not None:
                case, more = advance(case, came_back, context)
                moves[index + 1 : index + 1] = more
        if case.flow.slowed_at != plan.found.flow.slowed_at:
            unit.audit.note(now, asker.user, "flood_slowed", ticket=case.ticket)
        case = noted(unit, plan.found, event, case, moves, base, now)
        always = {"zone": self.zone, "today": now.date()}
        postings += Wording(base, case, always).postings(moves)
        for_staff: list[Posting] = []
        if case.locale != base.default_locale:  # staff read the answer as the merchant did, and in their own language
            theirs = replace(case, locale=base.default_locale)
            for_staff = Wording(base, theirs, always).postings(move for move in moves if isinstance(move, Advise))
        for move in moves:
            postings += self._in_unit(unit, move, case, now)
        if case.locale != plan.found.locale:
            postings += self.tickets.speaks(unit, case, now)
        keep_case(unit, _with_transcript(case, postings, for_staff, now), now)
        for posting in postings:
            unit.outbox.post(posting, now)

    def _within(self, unit: Unit, move: Move, case: Case, asker: Asker, context: Context) -> Event | None:
        """Moves that are done within the commit itself and of which the conversation wants to know what came."""
        base, now = context.base, context.now
        match move:
            case OpenTicket():
                ticket = self.tickets.open(unit, case, move, asker.name, context.merchants, base, now)
                return TicketOpened(ticket.number, ticket.life.away_until)
            case StartWatch():
                return self.watches.start(unit, case, move, now)
            case ListWatches():
                return self.watches.list(unit, case)
            case StopWatch():
                return self.watches.stop(unit, case, move, now)
            case KeepWatch():  # in the order of the moves: a ticket that is opened after it takes up the same watch
                self.watches.keep(unit, move, now)
            case EndWatch():
                self.watches.end(unit, move, now)
            case _:
                pass
        return None

    def _in_unit(self, unit: Unit, move: Move, case: Case, now: datetime) -> list[Posting]:
        """Moves that are done within the commit itself."""
        match move:
            case Note():
                return self.tickets.tell(unit, case, move, now)
            case Erase(messages):
                unit.questions.erase(case.chat, messages)
                return self.tickets.relay.erase(unit, case, messages, now)
            case Relay():
                return self.tickets.relay.to_staff(unit, case, move, now)
            case RelayTogether():
                return self.tickets.relay.together(unit, case, move, now)
            case Report():
                return self.tickets.report(unit, case, move, now)
            case Rate():
                return self.tickets.rate(unit, case, move, now)
            case RateReason():
                return self.tickets.rate_reason(unit, case, move, now)
            case Reopen():
                return self.tickets.reopen(unit, case, move, now)
            case ListTickets():
                return self.tickets.listing(unit, case, now)
            case _:
                return []


def _open(
    unit: Unit, asker: Asker, event: Event, now: datetime, reopen_days: int
) -> tuple[StoredCase | None, frozenset[str], tuple[Known, ...], int | None, Ban | None]:
    """The case, whom the asker is bound to, the chat's tickets, the one that a message answers to, and a ban.

    An answer to a ticket that can no longer be reopened answers to none.
    """
    briefs = unit.tickets.briefs(asker.chat)
    tickets = tuple(_known(brief, now, reopen_days) for brief in briefs)
    reply_to = event.reply_to if isinstance(event, Heard | Attached) else None
    links = unit.tickets.links_of(asker.chat, reply_to) if reply_to is not None else ()
    open_to_words = {known.number for known in tickets if known.live or known.reopenable}
    merged = {brief.number: brief.merged_into for brief in briefs if brief.merged_into is not None}
    answered = (_followed(link.ticket, merged) for link in links)
    ticket = next((number for number in answered if number in open_to_words), None)
    bound, ban = unit.people.merchants_of(asker.user), unit.bans.of(asker.user, now)
    return unit.cases.of(asker.chat), bound, tickets, ticket, ban


def _followed(number: int | None, merged: Mapping[int, int]) -> int | None:
    while number is not None and number in merged:
        number = merged[number]
    return number


def _known(brief: Brief, now: datetime, reopen_days: int) -> Known:
    live = brief.status not in ("resolved", "closed")
    resolved = None if brief.merged_into is not None else brief.resolved_at
    reopenable = not live and resolved is not None and now <= resolved + timedelta(days=reopen_days)
    rated = brief.stars is not None
    taken = live and brief.status != "open"
    return Known(brief.number, live, brief.terminal_id, brief.references, reopenable, rated, taken)


def _bind(user: int, merchant_no: str, how: str, by: int | None, now: datetime) -> Effect:
    def bind(unit: Unit) -> None:
        if unit.people.bind(user, merchant_no, how, by, now):
            unit.audit.note(now, user, "bound", detail={"merchant_no": merchant_no, "how": how, "by": by})

    return bind


def _with_transcript(case: Case, postings: list[Posting], for_staff: list[Posting], now: datetime) -> Case:
    spoken: list[tuple[Literal["desk", "system"], Posting]] = [("desk", posting) for posting in postings]
    spoken += [("system", posting) for posting in for_staff]
    lines = [
        Line(who, now, plain(posting.html)[:LINE_CHARACTERS])
        for who, posting in spoken
        if isinstance(posting, Text) and posting.chat == case.chat
    ]
    return case.but(transcript=(*case.transcript, *lines)[-TRANSCRIPT_LINES:])
