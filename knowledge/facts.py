"""Records and answers -> the facts that rules read, for one payout or for the lack of one.

A fact is known, UNKNOWN (the source does not say) or ABSENT (known not to be there: no payout record, no card change,
an answer not given). Derived facts follow the readings of the contract: see ``knowledge.readings`` and
``knowledge.duedates``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, tzinfo
from typing import Final

from knowledge.acquirers import Profile
from knowledge.case import Answers
from knowledge.duedates import days_overdue, days_since, due_date, local_day
from knowledge.language import Vocabulary
from knowledge.readings import destination, incident_of, tail_of
from knowledge.records import CardChange, Payout, Records
from knowledge.values import ABSENT, UNKNOWN, Kind
from knowledge.workdays import Calendar

_BOOL, _INT, _MONEY, _TEXT = Kind("bool"), Kind("int"), Kind("money"), Kind("text")
_TAIL, _DAY, _MOMENT = Kind("tail"), Kind("day"), Kind("moment")
REASONS = (
    "name_mismatch", "wrong_number", "account_closed", "account_frozen", "receive_limit", "account_type", "bank_branch",
    "bank_unavailable", "provider_refused", "duplicate", "unspecified",
)  # fmt: skip
_STATUSES = ("created", "processing", "sent", "paid", "failed", "returned", "frozen")
_CHANGE_STATUSES = ("none", "submitted", "need_merchant", "auditing", "rejected", "effective")

# The order is that of the lists that the functions below make.
_TERMINAL = {
    "found": _BOOL, "bound_to_asker": _BOOL, "terminal_id": _TEXT, "location": _TEXT, "account_suffix": _TAIL,
    "unsent_txns": _INT, "last_signon_at": _MOMENT,
}  # fmt: skip
_MERCHANT = {
    "merchant_no": _TEXT, "name": _TEXT, "acquirer": _TEXT, "account_type": Kind("enum", ("personal", "corporate")),
    "cycle": Kind("enum", ("T1", "D1", "D0")), "mode": Kind("enum", ("auto", "manual")), "min_payout": _MONEY,
    "retained": _MONEY, "balance": _MONEY, "pending_sum": _MONEY, "currency": _TEXT, "risk_hold": _BOOL,
    "payouts_suspended": _BOOL,
}  # fmt: skip
_CHANGE = {
    "status": Kind("enum", _CHANGE_STATUSES), "submitted_at": _MOMENT, "effective_at": _MOMENT, "old_suffix": _TAIL,
    "new_suffix": _TAIL, "new_bank": _TEXT, "reject_reason": _TEXT,
    "need": Kind("enum", ("sign", "amount_verify", "document")), "claimed": _BOOL,
}  # fmt: skip
_PAYOUT = {
    "found": _BOOL, "n_live": _INT, "bank_grace_days": _INT, "due_date": _DAY,
    "status": Kind("enum", _STATUSES, strict=True), "payout_id": _TEXT, "batch_id": _TEXT, "trade_date": _DAY,
    "cut_at": _MOMENT, "sent_at": _MOMENT, "paid_at": _MOMENT, "returned_at": _MOMENT, "dest_suffix": _TAIL,
    "dest_bank": _TEXT, "gross": _MONEY, "fee": _MONEY, "d0_fee": _MONEY, "refund_offset": _MONEY, "held": _MONEY,
    "net": _MONEY, "currency": _TEXT, "reason": Kind("enum", REASONS), "raw_reason": _TEXT, "raw_status": _TEXT,
    "replaces": _TEXT, "went_to": Kind("enum", ("old", "new", "both", "other", "on_file")), "days_since_sent": _INT,
    "days_overdue": _INT,
}  # fmt: skip
_BANK = {"incident": _BOOL, "incident_title": _TEXT, "incident_started_at": _MOMENT, "incident_ends_at": _MOMENT}
_ANSWERS = {
    "terminal_id": _TEXT, "change_date": _DAY, "card_suffix": _TAIL, "claims_cycle": Kind("enum", ("T1", "D0")),
    "trade_date": _DAY, "amount": _MONEY,
}  # fmt: skip

KINDS: Final[dict[str, Kind]] = {
    f"{space}.{name}": kind
    for space, names in (
        ("terminal", _TERMINAL), ("merchant", _MERCHANT), ("change", _CHANGE), ("payout", _PAYOUT), ("bank", _BANK),
        ("answers", _ANSWERS),
    )
    for name, kind in names.items()
}  # fmt: skip
"""Every fact that is derived here, with its kind, in the order of the list of values."""

NAMES: Final = tuple(KINDS)
_DERIVED = {"now": _MOMENT, "today": _DAY, "workday_known": _BOOL}
VOCABULARY: Final = Vocabulary({name: (place, kind) for place, (name, kind) in enumerate((KINDS | _DERIVED).items())})
_SIZE = len(VOCABULARY.places)
STATUS: Final = VOCABULARY.places["payout.status"][0]
WENT_TO: Final = VOCABULARY.places["payout.went_to"][0]


def _gate(found: bool, bound: object) -> list[object]:
    return [found, bound, *[UNKNOWN] * (_SIZE - 2)]


GATE_UNKNOWN: Final = tuple(_gate(False, UNKNOWN))
"""What is known of a terminal that the source does not have."""
GATE_FOREIGN: Final = tuple(_gate(True, False))
"""What may be known of a terminal of somebody else's."""


@dataclass(frozen=True, slots=True)
class Case:
    """What one request's findings share."""

    records: Records
    answers: Answers
    change: CardChange | None
    profile: Profile
    calendar: Calendar
    now: datetime
    today: date
    zone: tzinfo


@dataclass(frozen=True, slots=True)
class Facts:
    """The values of one payout's facts; ``digits`` of the tails that decided where it went; see ``Finding``."""

    values: list[object]
    digits: int
    provisional: bool


def gate_values(found: bool, answers: Answers) -> list[object]:
    """The facts of a terminal that nothing may be told about."""
    values = list(GATE_FOREIGN if found else GATE_UNKNOWN)
    place = VOCABULARY.places["answers.terminal_id"][0]
    values[place : place + len(_ANSWERS)] = [*shared_answers(answers), ABSENT, ABSENT]
    return values


def shared_answers(answers: Answers) -> list[object]:
    """The answers that do not depend on the payout."""
    given = (answers.terminal_id, answers.change_date, answers.new_tail, answers.claims_cycle)
    return [ABSENT if value is None else value for value in given]


def shared_values(case: Case) -> list[object]:
    """The facts of terminal, merchant and card change: the same for every payout of the request."""
    terminal, merchant = case.records.terminal, case.records.merchant
    values: list[object] = [
        True, True, terminal.terminal_id, terminal.location, tail_of(terminal.account_tail), terminal.unsent_txns,
        aware(terminal.last_signon_at, case.zone), merchant.merchant_no, merchant.name, merchant.acquirer,
        merchant.account_type, merchant.cycle, merchant.mode, merchant.min_payout, merchant.retained, merchant.balance,
        merchant.pending_sum, merchant.currency, merchant.risk_hold, merchant.payouts_suspended,
    ]  # fmt: skip
    return [*_known(values), *_change_values(case)]


def _change_values(case: Case) -> list[object]:
    change = case.change
    if change is None:
        nothing = ABSENT if case.records.knows_changes else UNKNOWN
        return ["none" if case.records.knows_changes else UNKNOWN, *[nothing] * (len(_CHANGE) - 1)]
    values = _known([
        change.status, aware(change.submitted_at, case.zone), aware(change.effective_at, case.zone),
        tail_of(change.old_tail), tail_of(change.new_tail), change.new_bank, change.reject_reason, change.need,
    ])  # fmt: skip
    values.append(_claimed(change, case))
    return values


def _claimed(change: CardChange, case: Case) -> object:
    said = case.answers.change_date
    if said is None:
        return ABSENT
    days = [local_day(moment, case.zone) for moment in (change.submitted_at, change.effective_at)]
    gaps = [abs((day - said).days) for day in days if day is not None]
    return min(gaps) <= 15 if gaps else UNKNOWN


def facts_of_payout(
    case: Case, shared: list[object], payout: Payout | None, live: int, trade_date: date | None, amount: int | None
) -> Facts:
    """All facts for one payout, or for the lack of one on a trade date. ``live``: records that claim to be this one."""
    due, official = due_date(case, payout, trade_date)
    found: object = payout is not None
    nothing = ABSENT
    if payout is None and not case.records.knows_payouts:
        found = nothing = UNKNOWN
    values = [*shared, found, live if found is not UNKNOWN else UNKNOWN, case.profile.bank_grace_days]
    values.append(UNKNOWN if due is None else due)
    digits = 0
    if payout is None:
        values.extend([nothing] * (len(_PAYOUT) - 4))
    else:
        went_to, digits = destination(payout, case.change, case.records)
        values.extend(_known(_payout_values(payout, case.zone)))
        values.append(went_to)
        values.append(days_since(case, payout))
        values.append(days_overdue(case, payout, due))
    values.extend(_bank_values(case, payout, values[WENT_TO]))
    values.extend(shared_answers(case.answers))
    values.append(ABSENT if trade_date is None else trade_date)
    values.append(ABSENT if amount is None else amount)
    known = case.calendar.official(case.today.year) and (due is None or case.calendar.official(due.year))
    values.extend((case.now, case.today, known))
    return Facts(values, digits, not official)


def _payout_values(payout: Payout, zone: tzinfo) -> list[object]:
    return [
        payout.status, payout.payout_id, payout.batch_id, payout.trade_date, aware(payout.cut_at, zone),
        aware(payout.sent_at, zone), aware(payout.paid_at, zone), aware(payout.returned_at, zone),
        tail_of(payout.dest_tail), payout.dest_bank, payout.gross, payout.fee, payout.d0_fee, payout.refund_offset,
        payout.held, payout.net, payout.currency, payout.reason, payout.raw_reason, payout.raw_status, payout.replaces,
    ]  # fmt: skip


def _bank_values(case: Case, payout: Payout | None, went_to: object) -> list[object]:
    if not case.records.incidents:
        return [False, ABSENT, ABSENT, ABSENT]
    change = case.change if went_to == "new" else None
    going_on, incident = incident_of(case.records, payout, change, case.now, case.zone)
    if incident is None:
        return [going_on, *[ABSENT if going_on is False else UNKNOWN] * 3]
    starts, ends = aware(incident.starts_at, case.zone), aware(incident.ends_at, case.zone)
    return [going_on, *_known([incident.title, starts, ends])]


def aware(moment: datetime | None, zone: tzinfo) -> datetime | None:
    """A moment with its zone; one without is the merchant's local time."""
    return moment if moment is None or moment.tzinfo is not None else moment.replace(tzinfo=zone)


def _known(values: Sequence[object]) -> list[object]:
    return [UNKNOWN if value is None else value for value in values]
