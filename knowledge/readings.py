"""Where the records leave more than one reading, the one that counts: which change, which card, which incident."""

from __future__ import annotations

import re
import unicodedata
from datetime import date, datetime, tzinfo

from knowledge.case import Answers
from knowledge.duedates import local_day
from knowledge.records import CardChange, Incident, Payout, Records
from knowledge.values import UNKNOWN, matching_digits

NEAR_DAYS = 3
_TAIL = 4
"""Digits."""
_COMPANY = re.compile(r"股份有限公司|有限责任公司|有限公司|\bco\.?,? ?ltd\.?|\blimited\b|\s+")


def tail_of(text: str | None) -> str | None:
    """The last digits of an account, at most four: whatever a source says, no more is ever shown."""
    if text is None:
        return None
    if len(text) == _TAIL and text.isascii() and text.isdigit():
        return text
    digits = text[len(text.rstrip("0123456789")) :]
    return digits[-_TAIL:] or None


def which_change(records: Records, answers: Answers, zone: tzinfo) -> CardChange | None:
    """The card change in question, of those that are merchant-wide or this terminal's.

    The one that the merchant names by date (within three days of its submission or effect) or by the new tail, when
    exactly one fits; else the latest submitted of those named; else the latest submitted.
    """
    terminal, merchant = records.terminal.terminal_id, records.merchant.merchant_no
    ours = [
        change
        for change in records.changes
        if change.merchant_no == merchant and (change.terminal_id is None or change.terminal_id == terminal)
    ]
    if len(ours) < 2:
        return ours[0] if ours else None
    dated = [change for change in ours if _named_by_date(change, answers.change_date, zone)]
    tailed = [change for change in ours if _named_by_tail(change, answers.new_tail)]
    both = [change for change in dated if change in tailed]
    for named in (both, dated if not tailed else [], tailed if not dated else []):
        if named:
            return max(named, key=_submitted)
    return max(ours, key=_submitted)


def _named_by_date(change: CardChange, said: date | None, zone: tzinfo) -> bool:
    if said is None:
        return False
    days = (local_day(change.submitted_at, zone), local_day(change.effective_at, zone))
    return any(day is not None and abs((day - said).days) <= NEAR_DAYS for day in days)


def _named_by_tail(change: CardChange, said: str | None) -> bool:
    new = tail_of(change.new_tail)
    return bool(said and new and matching_digits(said, new))


def _submitted(change: CardChange) -> tuple[float, str]:
    moment = change.submitted_at or change.effective_at
    return (_stamp(moment), change.change_id)


def _stamp(moment: datetime | None) -> float:
    try:
        return moment.timestamp() if moment is not None else float("-inf")
    except (OverflowError, ValueError, OSError):
        return float("-inf")


def destination(payout: Payout, change: CardChange | None, records: Records) -> tuple[object, int]:
    """Which card the payout went to (see ``payout.went_to``), or UNKNOWN, and how many digits say so.

    The longer match wins; old and new matching equally is ``both``. Without a change on file it is the card on file
    when it matches the terminal's account. What no known card matches is ``other``; when a card is not known, that is
    UNKNOWN.
    """
    sent_to = tail_of(payout.dest_tail)
    if sent_to is None:
        return UNKNOWN, 0
    if change is None:
        account = tail_of(records.terminal.account_tail)
        same = matching_digits(sent_to, account) if account and records.knows_changes else None
        if same is None:
            return UNKNOWN, 0
        return ("on_file", same) if same else ("other", 0)
    new, old = _match(sent_to, change.new_tail), _match(sent_to, change.old_tail)
    if new or old:
        if (new or 0) == (old or 0):
            return "both", new or 0
        return ("new", new or 0) if (new or 0) > (old or 0) else ("old", old or 0)
    return (UNKNOWN, 0) if new is None or old is None else ("other", 0)


def _match(sent_to: str, tail: str | None) -> int | None:
    known = tail_of(tail)
    return None if known is None else matching_digits(sent_to, known)


def incident_of(
    records: Records, payout: Payout | None, change: CardChange | None, now: datetime, zone: tzinfo
) -> tuple[object, Incident | None]:
    """Whether an incident is going on at the payout's bank or in the channel, and which.

    UNKNOWN where one is going on at some bank and the payout's bank is not known. ``change``: the one whose new card
    the payout went to, for its bank.
    """
    bank = payout.dest_bank if payout is not None else None
    if bank is None and change is not None:
        bank = change.new_bank
    verdict: object = False
    for incident in records.incidents:
        if not _going_on(incident, now, zone):
            continue
        if incident.bank is None or (bank is not None and same_bank(bank, incident.bank)):
            return True, incident
        if bank is None:
            verdict = UNKNOWN
    return verdict, None


def _going_on(incident: Incident, now: datetime, zone: tzinfo) -> bool:
    starts, ends = incident.starts_at, incident.ends_at
    if starts is not None and (starts if starts.tzinfo else starts.replace(tzinfo=zone)) > now:
        return False
    return ends is None or (ends if ends.tzinfo else ends.replace(tzinfo=zone)) > now


def same_bank(one: str, two: str) -> bool:
    """Whether two names mean the same bank: company forms, the prefix 中国 and branches do not matter."""
    first, second = _bank(one), _bank(two)
    return bool(first and second) and (first.startswith(second) or second.startswith(first))


def _bank(name: str) -> str:
    plain = _COMPANY.sub("", unicodedata.normalize("NFKC", name).casefold())
    return (
        plain[2:]
        if plain.startswith("中国") and plain[2:] not in ("", "银行") and not plain[2:].startswith("银行")
        else plain
    )
