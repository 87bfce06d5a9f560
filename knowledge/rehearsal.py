"""Conversations as data: said -> expected, played through the very dialogue that serves. Pure.

A conversation is a mapping (see docs/knowledge-author.md): ``locale``, ``now``, ``bound`` (false: nobody knows the
merchant), ``records`` (field names of the native bundle, sums in major units), ``other_terminals`` (of the same
merchant), ``stale``, and ``talk``: turns that each say who did what and, under ``desk``, all that must come of it.
Between turns time passes (``later``: minutes), records change (``records``: the parts that are new, whole), a merchant
is bound no longer (``bound: false``); a turn ``looks: again`` has the clock look at all that is watched.
"""

from __future__ import annotations

import types
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, get_args, get_type_hints

from knowledge.case import Case
from knowledge.dialogue import advance
from knowledge.events import (
    Attached,
    Commanded,
    Event,
    Heard,
    Identified,
    Looked,
    LookedUp,
    NotIdentified,
    Pressed,
    Shared,
    TicketOpened,
    WatchesListed,
    WatchStarted,
    WatchStopped,
    Woke,
)
from knowledge.library import KnowledgeBase
from knowledge.moves import (
    Advise,
    Button,
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
    Rows,
    Say,
    Settle,
    Show,
    StartWatch,
    StopWatch,
)
from knowledge.records import (
    Absent,
    CardChange,
    Foreign,
    Found,
    Incident,
    LookupResult,
    Merchant,
    Payout,
    Query,
    Records,
    Terminal,
    Unavailable,
)
from knowledge.redaction import redact
from knowledge.turn import Context
from knowledge.watches import Watch, added, look_again

CHAT, TICKET = 1, 1001
DOERS = ("merchant", "edits", "presses", "shares", "sends", "starts", "looks", "waits")
MONEY = frozenset(
    {"min_payout", "retained", "balance", "pending_sum", "gross", "fee", "d0_fee", "refund_offset", "held", "net"}
)


@dataclass(frozen=True, slots=True)
class Mismatch:
    """Where a conversation went otherwise: the turn (from 1), what was expected and what came."""

    turn: int
    said: str
    expected: str
    got: str


@dataclass(frozen=True, slots=True)
class Played:
    """One turn as it went."""

    turn: int
    said: str
    moves: tuple[Move, ...]
    case: Case


class Rehearsal:
    """One conversation under way."""

    def __init__(self, script: Mapping[str, Any], base: KnowledgeBase) -> None:
        self.script = script
        self.base = base
        self.now = _moment(script.get("now", "2026-11-20T15:00:00+08:00"))
        self.data: Mapping[str, Any] = script.get("records") or {}
        self.records = records_of(self.data)
        self.case = Case(CHAT, CHAT, script.get("locale", base.default_locale))
        self.down = False
        bound = script.get("bound", True)
        own = self.records.merchant.merchant_no
        self.merchants = frozenset({own}) if bound is True else frozenset(bound or ())
        self.message = 0
        self.buttons: dict[str, tuple[Button, int]] = {}
        self.watches: dict[int, Watch] = {}
        self.numbered = 0

    def play(self) -> Iterator[Played]:
        """Every turn in order."""
        for number, turn in enumerate(self.script.get("talk", ()), 1):
            self.down = turn.get("source") == "down"
            self.now += timedelta(minutes=turn.get("later", 0))
            if "records" in turn:
                self.data = {**self.data, **turn["records"]}
                self.records = records_of(self.data)
            if turn.get("bound") is False:
                self.merchants = frozenset()
            said, event = self._event(turn)
            yield Played(number, said, tuple(self._take(event)) if event is not None else (), self.case)

    def _take(self, event: Event) -> Iterator[Move]:
        """The moves of one event and of all that it leads to."""
        events: list[Event] = [event]
        while events:
            context = Context(self.base, self.now, self.merchants)
            self.case, moves = advance(self.case, events.pop(0), context)
            for move in moves:
                self._see(move)
                came_back = self._outside(move)
                if came_back is not None:
                    events.append(came_back)
                yield move

    def _outside(self, move: Move) -> Event | None:
        match move:
            case LookUp(query):
                return LookedUp(self._look_up(query))
            case Identify(phone):
                if phone != self.records.merchant.phone:
                    return NotIdentified("unknown_phone")
                self.merchants = frozenset({self.records.merchant.merchant_no})
                return Identified(self.merchants, (self.records.merchant.name or "",))
            case Redeem(code):
                if code != "good":
                    return NotIdentified("link_unknown")
                self.merchants = frozenset({self.records.merchant.merchant_no})
                return Identified(self.merchants)
            case OpenTicket():
                return TicketOpened(TICKET)
            case StartWatch() | ListWatches() | StopWatch() | KeepWatch() | EndWatch():
                return self._watch(move)
            case _:
                return None

    def _watch(self, move: StartWatch | ListWatches | StopWatch | KeepWatch | EndWatch) -> Event | None:
        match move:
            case StartWatch(wanted, asked):
                wishes = added(tuple(self.watches.values()), wanted)
                self.watches.update({watch.number: watch for watch in wishes.raised})
                for watch in wishes.new:
                    self.numbered += 1
                    self.watches[self.numbered] = replace(watch, number=self.numbered)
                return WatchStarted((*wishes.new, *wishes.raised), wishes.same, wishes.refused, asked)
            case ListWatches():
                return WatchesListed(tuple(self.watches.values()))
            case StopWatch(number):
                return WatchStopped(self.watches.pop(number, None))
            case KeepWatch(watch):
                self.watches[watch.number] = watch
            case EndWatch(watch):
                del self.watches[watch.number]
        return None

    def _look_again(self) -> Event | None:
        """What the clock's look at everything watched brings; None: nothing new."""
        watches = tuple(self.watches.values())
        if not watches:
            return None
        days = tuple(sorted({day for watch in watches for day in watch.answers.trade_dates}))
        result = self._look_up(Query(watches[0].subject.terminal_id, days, self.merchants))
        base = self.base
        outcomes = [look_again(watch, result, base.acquirers, base.calendar, self.now) for watch in watches]
        for outcome in outcomes:
            self.watches[outcome.watch.number] = outcome.watch
        unbound = [o for o in outcomes if o.watch.subject.merchant_no not in self.merchants]
        told = tuple(o for o in outcomes if o.news or o.ended or o in unbound)
        return Looked(told, result) if told else None

    def _look_up(self, query: Query) -> LookupResult:
        if self.down:
            return Unavailable("rehearsed outage")
        own = self.records.terminal
        if query.terminal_id not in (own.terminal_id, *self.script.get("other_terminals", ())):
            return Absent()
        if self.records.merchant.merchant_no not in query.merchants:
            return Foreign()
        records = self.records
        if query.terminal_id != own.terminal_id:
            records = replace(records, terminal=Terminal(query.terminal_id, own.merchant_no))
        return Found(records, "rehearsal", self.now, bool(self.script.get("stale")))

    def _see(self, move: Move) -> None:
        """Buttons that can be pressed, by the phrase of their label (and their value where several share it)."""
        for row in rows_of(move):
            for button in row:
                self.buttons[button.label] = (button, self.case.serial)
                self.buttons[f"{button.label} {button.argument}"] = (button, self.case.serial)

    def _event(self, turn: Mapping[str, Any]) -> tuple[str, Event | None]:
        self.message += 1
        who = next(key for key in DOERS if key in turn)
        said = str(turn[who])
        match who:
            case "merchant" if said.startswith("/"):
                name, _, argument = said[1:].partition(" ")
                return said, Commanded(name, argument, self.message)
            case "merchant":
                cleaned = redact(said)
                return said, Heard(cleaned.text, self.message, removed=(self.message,) if cleaned.found else ())
            case "edits":
                return said, Heard(said, int(turn.get("message", self.message - 1)), edited=True)
            case "presses":
                button, serial = self.buttons.get(said) or (Button(said, "unknown"), self.case.serial)
                return said, Pressed(button.action, button.argument, serial, self.message, "callback")
            case "shares":
                phone = self.records.merchant.phone or "" if said == "own" else said
                return said, Shared(phone, said != "another", self.message)
            case "sends":
                return said, Attached(said, self.message, str(turn.get("caption", "")))
            case "looks":
                return said, self._look_again()
            case "starts":
                return said, Commanded("start", said if turn[who] else "", self.message)
            case _:
                return said, Woke()


def rehearse(script: Mapping[str, Any], base: KnowledgeBase) -> list[Mismatch]:
    """Play a conversation; returns where it went otherwise than written."""
    turns: Sequence[Mapping[str, Any]] = script.get("talk", ())
    return [wrong for played in Rehearsal(script, base).play() for wrong in differences(turns[played.turn - 1], played)]


def differences(turn: Mapping[str, Any], played: Played) -> Iterator[Mismatch]:
    """What of a turn went otherwise than written."""
    expected = turn.get("desk", [])
    wanted = ", ".join([expected] if isinstance(expected, str) else expected)
    got = ", ".join(named for named in map(name_of, played.moves) if named)
    if wanted != got:
        yield Mismatch(played.turn, played.said, wanted, got)
    for slot, value in (turn.get("slots") or {}).items():
        known = _plain(getattr(played.case.answers, slot))
        if known != _plain(value):
            yield Mismatch(played.turn, played.said, f"{slot} {_plain(value)}", f"{slot} {known}")


_NAMES: Mapping[type[Move], str] = {
    Relay: "relay", RelayTogether: "relay", Report: "report", ListTickets: "tickets", Reopen: "reopen", Erase: "erase",
}  # fmt: skip


def name_of(move: Move) -> str:
    """A move as conversations write it; empty for what merchants do not notice."""
    match move:
        case Say(phrase) | Note(_, phrase):
            return phrase
        case Advise(findings, step):
            causes = " + ".join(dict.fromkeys(finding.primary for finding in findings))
            return f"advise {causes}" + (f" step {step + 1}" if step else "")
        case Show(article):
            return f"show {article}"
        case OpenTicket(reason, department):
            return f"ticket {reason} {department}"
        case Rate(_, stars):
            return f"rate {stars}"
        case RateReason(_, reason):
            return f"because {reason}"
        case Settle(_, phrase):
            return phrase
        case _:
            return _NAMES.get(type(move), "")


def rows_of(move: Move) -> Rows:
    """A move's buttons."""
    return move.buttons if isinstance(move, Say | Advise | Show) else ()


def records_of(data: Mapping[str, Any]) -> Records:
    """Records out of plain data; fields that are not given are unknown. Raises ValueError for a field that is none."""
    merchant = _record(Merchant, {"merchant_no": "M1", "currency": "CNY", **(data.get("merchant") or {})})
    number = merchant.merchant_no
    terminal = _record(Terminal, {"terminal_id": "40213377", "merchant_no": number, **(data.get("terminal") or {})})
    rows = {
        name: tuple(
            _record(kind, {key: f"{name}-{number}", **owner, **row})
            for number, row in enumerate(data.get(name) or (), 1)
        )
        for name, kind, key, owner in (
            ("changes", CardChange, "change_id", {"merchant_no": number}),
            ("payouts", Payout, "payout_id", {"merchant_no": number, "currency": merchant.currency}),
            ("incidents", Incident, "incident_id", {}),
        )
    }
    told = {name: data[name] for name in ("knows_changes", "knows_payouts") if name in data}
    return replace(Records(terminal, merchant), **rows, **told)  # type: ignore[arg-type]


def _record(kind: type[Any], row: Mapping[str, Any]) -> Any:
    hints = get_type_hints(kind)
    known = {field.name for field in fields(kind)}
    unknown = set(row) - known
    if unknown:
        raise ValueError(f"{kind.__name__} has no {', '.join(sorted(unknown))}")
    return kind(**{name: _value(name, value, hints[name]) for name, value in row.items()})


def _value(name: str, value: Any, hint: Any) -> Any:
    if value is None:
        return None
    if name in MONEY:
        return int(Decimal(str(value)) * 100)
    kinds = get_args(hint) if isinstance(hint, types.UnionType) else (hint,)
    if datetime in kinds:
        return _moment(value)
    if date in kinds and isinstance(value, str):
        return date.fromisoformat(value)
    return str(value) if str in kinds else value


def _moment(value: Any) -> datetime:
    moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    if moment.utcoffset() is None:
        raise ValueError(f"{value} needs an offset, like 2026-11-20T15:00:00+08:00")
    return moment


def _plain(value: Any) -> Any:
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, date) else value
