"""Invented merchants whose cause is known because they were made so, and pairs of them that differ in one fact.

Everything that the cause does not rest on is drawn anew for each merchant. Nothing here asks the code under test: due
dates come from the public calendar by hand. What fails here is mended in the rules, not in these merchants.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import chinese_calendar

from knowledge.case import Answers
from knowledge.diagnosis import Finding, diagnose
from knowledge.loader import load
from knowledge.records import (
    Absent,
    CardChange,
    Foreign,
    Found,
    Incident,
    LookupResult,
    Merchant,
    Payout,
    Records,
    Terminal,
)

BASE = load(Path(__file__).parents[2] / "knowledge" / "base")
ZONE = ZoneInfo("Asia/Shanghai")
FIRST, LAST = date(2025, 3, 1), date(2026, 11, 30)
"""Days of years with an official calendar, with room before and after."""
GRACE = 5
"""Working days that every profile of the shipped base gives a bank."""
BANKS = ("工商银行", "招商银行", "中国农业银行", "交通银行")


def works(day: date) -> bool:
    return bool(chinese_calendar.is_workday(day))


def working_day_after(day: date, count: int = 1) -> date:
    while count:
        day += timedelta(1)
        count -= works(day)
    return day


@dataclass
class Story:
    """A merchant whose money of ``day`` was paid to the new card: each cause changes what it rests on."""

    draw: random.Random
    merchant: Merchant
    terminal: Terminal
    change: CardChange | None
    payout: Payout | None
    answers: Answers
    now: datetime
    day: date
    more: tuple[Payout, ...] = ()
    incidents: tuple[Incident, ...] = ()
    result: LookupResult | None = None

    def with_payout(self, **facts: Any) -> Story:
        assert self.payout is not None
        self.payout = replace(self.payout, **facts)
        return self

    def with_change(self, **facts: Any) -> Story:
        assert self.change is not None
        self.change = replace(self.change, **facts)
        return self

    def with_merchant(self, **facts: Any) -> Story:
        self.merchant = replace(self.merchant, **facts)
        return self

    def saying(self, **answers: Any) -> Story:
        self.answers = replace(self.answers, **answers)
        return self

    def no_payout(self) -> Story:
        self.payout = None
        return self

    def unsent(self, status: str = "") -> Story:
        """The payout has not left yet; its due day may be over."""
        waiting = status or self.draw.choice(["created", "processing"])
        return self.with_payout(status=waiting, sent_at=None, paid_at=None, dest_tail=None, dest_bank=None)

    def today(self, day: date) -> Story:
        """The look is on another day, at any hour."""
        self.now = datetime.combine(day, time(self.draw.randint(0, 23), self.draw.randint(0, 59)), ZONE)
        return self

    @property
    def due(self) -> date:
        return working_day_after(self.day)

    def to_old(self) -> Story:
        assert self.change is not None
        return self.with_payout(dest_tail=self.change.old_tail, status=self.draw.choice(["sent", "paid"]))

    def before_the_cut(self) -> Story:
        """The change took effect after the cut, and long before the look."""
        assert self.payout is not None
        assert self.payout.cut_at is not None
        return self.with_change(effective_at=self.payout.cut_at + timedelta(minutes=self.draw.randint(1, 600)))

    def diagnose(self) -> tuple[Finding, ...]:
        changes = () if self.change is None else (self.change,)
        payouts = (*(() if self.payout is None else (self.payout,)), *self.more)
        records = Records(self.terminal, self.merchant, changes, payouts, self.incidents)
        result = self.result or Found(records, "made", self.now)
        return diagnose(result, self.answers, BASE.causes, BASE.acquirers, BASE.calendar, self.now)


def tail(draw: random.Random, *others: str) -> str:
    """Four digits of which neither the first two nor the last two are another card's."""
    while True:
        made = f"{draw.randint(0, 9999):04d}"
        if all(made[2:] != other[2:] for other in others):
            return made


def ordinary(seed: int) -> Story:
    draw = random.Random(seed)
    day = FIRST + timedelta(draw.randrange((LAST - FIRST).days))
    due = working_day_after(day)
    looked = working_day_after(due, draw.randint(1, 4))
    cut = datetime.combine(day, time(draw.choice([21, 22, 23]), draw.randint(0, 59)), ZONE)
    sent = datetime.combine(due, time(draw.randint(1, 11), draw.randint(0, 59)), ZONE)
    old = tail(draw)
    new = tail(draw, old)
    submitted = cut - timedelta(days=draw.randint(3, 12), minutes=draw.randint(0, 500))
    number = str(draw.randint(10_000_000, 99_999_999))
    gross = draw.randint(1_000, 9_000_000)
    fee = max(1, gross * draw.randint(30, 80) // 10_000)
    merchant = Merchant(
        f"M{number}", "某店", timezone="Asia/Shanghai", acquirer=draw.choice([None, "lakala", "leshua", "another"]),
        account_type=draw.choice([None, "personal", "corporate"]), cycle="T1", mode=draw.choice([None, "auto"]),
        balance=draw.choice([None, draw.randint(1, 10**7)]), currency="CNY", risk_hold=draw.choice([None, False]),
        payouts_suspended=draw.choice([None, False]),
    )  # fmt: skip
    terminal = Terminal(number, merchant.merchant_no, account_tail=new, unsent_txns=draw.choice([None, 0]))
    whole = draw.random() < 0.3
    payout = Payout(
        f"P{number}", merchant.merchant_no, None if whole else number, f"B{number}", day, cut, "paid",
        sent_at=sent, paid_at=sent + timedelta(minutes=draw.randint(1, 120)), due_date=draw.choice([None, due]),
        dest_tail=new, dest_bank=draw.choice(BANKS), gross=gross, fee=fee, net=gross - fee, currency="CNY",
    )  # fmt: skip
    change = CardChange(
        f"C{number}", merchant.merchant_no, draw.choice([None, number]), old, new, draw.choice(BANKS), "effective",
        submitted, submitted + timedelta(minutes=draw.randint(10, 2_000)),
    )  # fmt: skip
    said = submitted.date() + timedelta(draw.randint(-2, 2))
    answers = Answers(number, draw.choice([said, said, None]), (day,), (), draw.choice([new, new[2:], None]))
    now = datetime.combine(looked, time(draw.randint(0, 23), draw.randint(0, 59)), ZONE)
    return Story(draw, merchant, terminal, change, payout, answers, now, day)


# --- how each cause comes about


def _answers_conflict(s: Story) -> Story:
    assert s.change is not None
    assert s.change.submitted_at is not None
    other = tail(s.draw, s.change.old_tail or "", s.change.new_tail or "")
    return s.saying(new_tail=s.draw.choice([other, other[2:]]), change_date=s.change.submitted_at.date())


def _risk_hold(s: Story) -> Story:
    if s.draw.random() < 0.5:
        return s.unsent("frozen")
    s.with_merchant(risk_hold=True)
    return s.draw.choice([s.unsent, s.no_payout])()


def _duplicate(s: Story) -> Story:
    assert s.payout is not None
    s.more = (replace(s.payout, payout_id=f"{s.payout.payout_id}X"),)
    return s


def returned(reason: str | None) -> Callable[[Story], Story]:
    def tell(s: Story) -> Story:
        status = s.draw.choice(["returned", "failed"])
        back = s.now - timedelta(minutes=s.draw.randint(5, 300)) if status == "returned" else None
        return s.with_payout(status=status, reason=reason, paid_at=None, returned_at=back)

    return tell


def _failed(s: Story) -> Story:
    return returned(s.draw.choice([None, "unspecified", "duplicate"]))(s)


def _suspended(s: Story) -> Story:
    s.with_merchant(payouts_suspended=True)
    return s.draw.choice([s.no_payout, lambda: s.unsent("created"), lambda: _failed(s)])()


def _bank_unavailable(s: Story) -> Story:
    if s.draw.random() < 0.5:
        s = returned("bank_unavailable")(s)
        return s if s.draw.random() < 0.7 else s.with_payout(status="processing", returned_at=None)
    s.unsent().with_payout(dest_bank=s.draw.choice(BANKS))
    assert s.payout is not None
    ends = s.draw.choice([None, s.now + timedelta(minutes=1)])
    bank = s.draw.choice([None, s.payout.dest_bank])
    s.incidents = (Incident("I1", bank, s.now - timedelta(hours=2), ends),)
    return s


def _reissued(s: Story) -> Story:
    s = returned("account_frozen")(s)
    assert s.payout is not None
    anew = replace(
        s.payout, payout_id="R1", replaces=s.payout.payout_id, status=s.draw.choice(["created", "processing"]),
        reason=None, returned_at=None, sent_at=None, dest_tail=None, due_date=s.draw.choice([None, s.now.date()]),
    )  # fmt: skip
    s.more = (anew,)
    return s


def _old_card(status: str) -> Callable[[Story], Story]:
    def tell(s: Story) -> Story:
        s.to_old().with_change(status=status, effective_at=None)
        s.terminal = replace(s.terminal, account_tail=s.change.old_tail if s.change else None)
        return s

    return tell


def _override(s: Story) -> Story:
    assert s.payout is not None
    assert s.payout.cut_at is not None
    back = timedelta(minutes=s.draw.randint(0, 600))
    return s.to_old().with_change(effective_at=s.payout.cut_at - back)


def _moment_unknown(s: Story) -> Story:
    s.to_old()
    match s.draw.randrange(3):
        case 0:
            return s.with_change(effective_at=None)
        case 1:
            return s.with_payout(cut_at=None)
    return s.with_change(status=None)


def _other_card(s: Story) -> Story:
    assert s.change is not None
    other = tail(s.draw, s.change.old_tail or "", s.change.new_tail or "")
    return s.with_payout(dest_tail=s.draw.choice([other, other[2:]]), status=s.draw.choice(["sent", "paid"]))


def _below_minimum(s: Story) -> Story:
    least = s.draw.randint(100, 100_000)
    kept = s.draw.choice([None, 0, s.draw.randint(1, 5_000)])
    return s.no_payout().with_merchant(min_payout=least, retained=kept, pending_sum=(kept or 0) + least - 1)


def _nothing_left(s: Story) -> Story:
    balance = -s.draw.randint(0, 10**6)
    return s.no_payout().with_merchant(balance=balance, pending_sum=s.draw.choice([None, 0, -5]))


def not_sent_up(s: Story) -> Story:
    s.terminal = replace(s.terminal, unsent_txns=s.draw.randint(1, 40))
    return s.no_payout()


def _not_due(s: Story) -> Story:
    s.draw.choice([s.no_payout, s.unsent])()
    return s.today(s.day + timedelta(s.draw.randint(0, (s.due - s.day).days)))


def _misread(s: Story) -> Story:
    return _not_due(s).saying(claims_cycle="D0")


def _changing(status: str) -> Callable[[Story], Story]:
    def tell(s: Story) -> Story:
        s.with_change(status=status, effective_at=None)
        if s.draw.random() < 0.5:
            return s.no_payout()
        return _not_due(s)

    return tell


def _on_file(s: Story) -> Story:
    s.change = None
    return s.saying(new_tail=None).with_payout(status=s.draw.choice(["sent", "paid"]))


def _not_submitted(s: Story) -> Story:
    s.saying(change_date=s.day - timedelta(s.draw.randint(0, 9)))
    if s.draw.random() < 0.5:
        s.change = None
    else:  # an old change that is not the one they mean
        past = s.now - timedelta(days=s.draw.randint(60, 300))
        s.with_change(submitted_at=past, effective_at=past + timedelta(hours=5)).saying(new_tail=None)
    return s.draw.choice([s.no_payout, s.unsent])()


def _bank_late(s: Story) -> Story:
    s.with_payout(status="sent", paid_at=None)
    return s.today(working_day_after(s.due, GRACE + s.draw.randint(1, 9)))


def _bank_waiting(s: Story) -> Story:
    s.with_payout(status="sent", paid_at=None)
    return s.today(working_day_after(s.due, s.draw.randint(1, GRACE)))


def _refund(s: Story) -> Story:
    assert s.payout is not None
    assert s.payout.gross is not None
    refund = s.draw.randint(1, s.payout.gross // 2)
    net = s.payout.gross - (s.payout.fee or 0) - refund
    s.with_payout(refund_offset=refund, net=net)
    return s.saying(amounts=(s.draw.choice([s.payout.gross, net + refund]),))


def fees(s: Story) -> Story:
    assert s.payout is not None
    assert s.payout.gross is not None
    return s.saying(amounts=(s.payout.gross,))


def arrived(s: Story) -> Story:
    assert s.payout is not None
    assert s.payout.net is not None
    return s.saying(amounts=s.draw.choice([(), (s.payout.net,)]))


def _unclear(s: Story) -> Story:
    s.with_payout(status=s.draw.choice(["sent", "paid"]))
    if s.draw.random() < 0.5:
        return s.with_payout(dest_tail=None)
    assert s.change is not None
    last = f"{s.draw.randint(0, 99):02d}"
    return s.with_change(old_tail=f"12{last}", new_tail=f"98{last}").saying(new_tail=None).with_payout(dest_tail=last)


REASONS = (
    "name_mismatch", "wrong_number", "account_closed", "account_frozen", "receive_limit", "account_type", "bank_branch",
)  # fmt: skip
PENDING = ("submitted", "auditing", "need_merchant")
CAUSES: dict[str, Callable[[Story], Story]] = {
    "terminal_not_found": lambda s: replace(s, result=Absent()),
    "terminal_not_bound": lambda s: replace(s, result=Foreign()),
    "answers_conflict": _answers_conflict,
    "risk_hold": _risk_hold,
    "duplicate_records": _duplicate,
    **{f"returned_{reason}": returned(reason) for reason in REASONS},
    "returned_refused": returned("provider_refused"),
    "payouts_suspended_after_failure": _suspended,
    "bank_unavailable": _bank_unavailable,
    "reissued_pending": _reissued,
    "failed_unspecified": _failed,
    "paid_to_old_card_change_rejected": _old_card("rejected"),
    "paid_to_old_card_change_pending": lambda s: _old_card(s.draw.choice(["submitted", "auditing", "need_merchant"]))(
        s
    ),
    "paid_to_old_card": lambda s: s.to_old().before_the_cut(),
    "terminal_level_override": _override,
    "paid_to_old_card_moment_unknown": _moment_unknown,
    "paid_to_other_card": _other_card,
    "below_minimum": _below_minimum,
    "negative_or_zero_net": _nothing_left,
    "manual_mode": lambda s: s.no_payout().with_merchant(mode="manual"),
    "batch_not_uploaded": not_sent_up,
    "cycle_misread": _misread,
    "not_due_yet": _not_due,
    "change_need_merchant": _changing("need_merchant"),
    "change_under_review": lambda s: _changing(s.draw.choice(["submitted", "auditing"]))(s),
    "change_rejected": _changing("rejected"),
    "paid_to_card_on_file": _on_file,
    "change_not_submitted": _not_submitted,
    "bank_credit_late": _bank_late,
    "awaiting_bank_credit": _bank_waiting,
    "held_part": lambda s: s.with_payout(held=s.draw.randint(1, 500)),
    "offset_by_refund": _refund,
    "net_of_fees": fees,
    "paid_to_new_card": arrived,
    "paid_destination_unclear": _unclear,
    "no_record": lambda s: s.no_payout(),
    "overdue_unexplained": lambda s: s.unsent(),
}
