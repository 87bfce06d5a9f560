"""The readings: which change, which payout, when due."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from knowledge.facts import KINDS, VOCABULARY
from knowledge.readings import same_bank, tail_of
from knowledge.records import Incident, Payout
from tests.knowledge.paperwork import CHANGE, ZONE, at, day, hints, ids, look, paid


def test_every_fact_has_its_place() -> None:
    finding = look(paid(18), days=(day(18),))[0]
    assert list(finding.facts) == list(KINDS)
    assert list(VOCABULARY.places)[: len(KINDS)] == list(KINDS)
    assert finding.facts["payout.net"] == 99_400
    assert finding.facts["payout.batch_id"] == "B18"
    assert finding.facts["change.new_bank"] == "工商银行"
    assert finding.facts["answers.trade_date"] == day(18)
    assert finding.facts["payout.held"] is None


# --- which change

FIRST = replace(
    CHANGE, change_id="C0", old_tail="5555", new_tail="1234", submitted_at=at(1, month=6), effective_at=at(3, month=6)
)
AGAIN = replace(
    CHANGE, change_id="C2", submitted_at=at(16), status="auditing", effective_at=None, new_tail="9900", old_tail="8821"
)
ELSEWHERE = replace(CHANGE, change_id="C3", terminal_id="40219999", submitted_at=at(18))


@pytest.mark.parametrize(
    ("said", "new_tail"),
    [
        ({}, "9900"),
        ({"change_date": day(9)}, "8821"),
        ({"change_date": day(12)}, "8821"),
        ({"change_date": day(2, 6)}, "1234"),
        ({"change_date": day(14)}, "9900"),  # within three days of two: the latest of them
        ({"change_date": date(2026, 1, 1)}, "9900"),
        ({"new_tail": "34"}, "1234"),
        ({"new_tail": "8821"}, "8821"),
        ({"new_tail": "0000"}, "9900"),
        ({"change_date": day(9), "new_tail": "8821"}, "8821"),
        ({"change_date": day(2, 6), "new_tail": "8821"}, "9900"),
    ],
)
def test_which_change(said: dict[str, Any], new_tail: str) -> None:
    found = look(paid(18), days=(day(18),), changes=(AGAIN, FIRST, CHANGE, ELSEWHERE), said=said)
    assert found[0].facts["change.new_suffix"] == new_tail


def test_another_terminals_change_is_a_hint() -> None:
    found = look(days=(day(18),), changes=(ELSEWHERE,), said={"change_date": day(18)})
    assert found[0].primary == "change_not_submitted"
    assert hints(found)["change_elsewhere"].values["other_terminal"] == "40219999"
    assert "change_elsewhere" not in hints(look(days=(day(18),), changes=(ELSEWHERE,), said={"change_date": day(1)}))


# --- which payout


def test_this_terminal_before_the_merchant_as_a_whole() -> None:
    whole = paid(18, payout_id="W", terminal_id=None)
    other = paid(18, payout_id="O", terminal_id="40219999")
    assert ids(look(paid(18), whole, other, days=(day(18),))) == [("P18",)]
    assert ids(look(whole, other, days=(day(18),))) == [("W",)]
    assert ids(look(other, days=(day(18),))) == [()]


def test_a_record_elsewhere_is_a_hint() -> None:
    other = paid(18, payout_id="O", terminal_id="40219999")
    found = look(other, days=(day(18),))
    assert found[0].primary == "no_record"
    hint = hints(found)["other_terminal"]
    assert (hint.values["other_terminal"], hint.slot) == ("40219999", "terminal_id")
    quiet = look(other, days=(day(18),), mode="manual")
    assert hints(quiet)["other_terminal"].slot is None
    assert (
        hints(look(other, days=(day(18),), mode="manual", amounts=(100_000,)))["other_terminal"].slot == "terminal_id"
    )


def test_somebody_elses_records_are_never_told() -> None:
    assert ids(look(replace(paid(18), merchant_no="M2"), days=(day(18),))) == [()]


def test_a_reissue_stands_for_what_it_replaces() -> None:
    first = paid(16, status="returned", reason="wrong_number")
    second = paid(18, payout_id="R1", status="failed", replaces="P16")
    third = paid(19, payout_id="R2", status="processing", replaces="R1", terminal_id=None)
    found = look(first, second, third, days=(day(16),))
    assert ids(found) == [("R2",)]
    assert found[0].primary == "reissued_pending"
    assert found[0].facts["payout.n_live"] == 1
    assert ids(look(first, second, third, days=(day(19),))) == [()]
    assert ids(look(paid(18, replaces="gone"), days=(day(18),))) == [("P18",)]
    assert ids(look(paid(18, replaces="P18"), days=(day(18),))) == [("P18",)]


def test_circles_of_replacements_end() -> None:
    one = paid(16, payout_id="A", replaces="B")
    two = paid(16, payout_id="B", replaces="C")
    three = paid(16, payout_id="C", replaces="A")
    assert len(look(one, two, three, days=(day(16),))[0].payouts) == 1


def test_records_of_one_batch_are_duplicates() -> None:
    twice = look(paid(18), paid(18, payout_id="X"), days=(day(18),))
    assert [finding.primary for finding in twice] == ["duplicate_records"]
    assert ids(twice) == [("P18", "X")]
    batches = look(paid(18), paid(18, payout_id="X", batch_id="B2"), days=(day(18),))
    assert [finding.primary for finding in batches] == ["paid_to_new_card"] * 2
    cuts = look(paid(18, batch_id=None), paid(18, payout_id="X", batch_id=None, cut_at=at(18, 12)), days=(day(18),))
    assert len(cuts) == 2


def test_many_batches_alike_are_one_finding() -> None:
    many = [paid(18, payout_id=f"D{number}", batch_id=f"D{number}", cut_at=at(18, number)) for number in range(6)]
    found = look(*many, days=(day(18),))
    assert len(found) == 1
    assert len(found[0].payouts) == 6


# --- when due


def created(number: int, **more: Any) -> Payout:
    return paid(number, status="created", sent_at=None, paid_at=None, **more)


@pytest.mark.parametrize(
    ("payout", "merchant", "due"),
    [
        (created(19), {}, day(20)),
        (created(20), {}, day(23)),
        (created(20), {"cycle": "D1"}, day(21)),
        (created(20), {"cycle": "D0"}, day(20)),
        (created(20), {"cycle": None}, None),
        (created(19, due_date=day(25)), {}, day(25)),
        (created(19, cut_at=at(20, 1)), {}, day(23)),  # cut after midnight
        (created(19, cut_at=at(18, 1)), {}, day(20)),
        (created(19, cut_at=datetime(2026, 11, 19, 17, tzinfo=ZoneInfo("UTC"))), {}, day(23)),  # 01:00 in Shanghai
        (created(19, trade_date=None, cut_at=at(19, 23)), {}, day(20)),
    ],
)
def test_due_dates(payout: Payout, merchant: dict[str, Any], due: date | None) -> None:
    asked = payout.trade_date or day(19)
    found = look(payout, days=(asked,), **merchant)
    assert ids(found) == [(payout.payout_id,)]
    assert found[0].facts["payout.due_date"] == due
    assert not found[0].provisional


def test_make_up_days_as_the_acquirer_says() -> None:
    friday = created(18, trade_date=date(2026, 9, 18), cut_at=at(18, 23, month=9))
    for acquirer, due in ((None, date(2026, 9, 20)), ("strict", date(2026, 9, 21))):
        found = look(friday, days=(date(2026, 9, 18),), now=at(18, 12, month=9), acquirer=acquirer)
        assert found[0].facts["payout.due_date"] == due


def test_a_provisional_date_never_makes_a_payout_overdue() -> None:
    traded = date(2026, 12, 31)
    payout = created(1, trade_date=traded, cut_at=at(31, 23, month=12))
    for days in range(25):
        now = datetime(2027, 1, 1, 12, tzinfo=ZONE) + timedelta(days)
        finding = look(payout, days=(traded,), now=now)[0]
        due = finding.facts["payout.due_date"]
        assert isinstance(due, date)
        if days <= 18:  # the guess is 4 January; a holiday may move it by two weeks, not by more
            assert finding.primary == "not_due_yet"
            assert finding.provisional
            assert due >= now.date()
            assert due.weekday() < 5
        else:
            assert finding.primary == "overdue_unexplained"
    recorded = replace(payout, due_date=date(2027, 1, 4))
    finding = look(recorded, days=(traded,), now=datetime(2027, 1, 5, 12, tzinfo=ZONE))[0]
    assert (finding.primary, finding.provisional) == ("overdue_unexplained", False)


def test_grace_days_as_the_acquirer_says() -> None:
    sent = paid(13, status="sent", sent_at=at(16, 10), paid_at=None)
    assert look(sent, days=(day(13),), acquirer="strict")[0].facts["payout.bank_grace_days"] == 3
    assert look(sent, days=(day(13),))[0].primary == "bank_credit_late"
    assert look(replace(sent, sent_at=at(17, 10)), days=(day(13),))[0].primary == "awaiting_bank_credit"


def test_the_day_is_the_merchants() -> None:
    """Late in the evening in Shanghai it is still the same day in New York."""
    payout = created(18)
    now = datetime(2026, 11, 20, 1, tzinfo=ZONE)
    assert look(payout, days=(day(18),), now=now)[0].primary == "overdue_unexplained"
    assert look(payout, days=(day(18),), now=now, timezone="America/New_York")[0].primary == "not_due_yet"


# --- small readings


@pytest.mark.parametrize(
    ("incident", "going_on"),
    [
        (Incident("I", None, at(20, 8)), True), (Incident("I", None, at(20, 8), at(20, 14)), False),
        (Incident("I", None, at(20, 16)), False), (Incident("I", "中国工商银行", at(20, 8)), True),
        (Incident("I", "招商银行", at(20, 8)), False), (Incident("I", None), True),
    ],
)  # fmt: skip
def test_incidents(incident: Incident, going_on: bool) -> None:
    sent = paid(18, status="sent", paid_at=None)
    found = look(sent, days=(day(18),), incidents=(incident,))
    assert found[0].facts["bank.incident"] is going_on
    assert (found[0].primary == "bank_unavailable") is going_on
    somewhere = (Incident("I", "招商银行", at(20, 8)),)
    unknown = look(replace(sent, status="processing", dest_tail=None), days=(day(18),), incidents=somewhere)
    assert unknown[0].facts["bank.incident"] is None
    assert unknown[0].undecidable["bank_unavailable"] == ("bank.incident",)


@pytest.mark.parametrize(
    ("one", "two", "same"),
    [
        ("中国工商银行", "工商银行", True),
        ("工商银行股份有限公司", "中国工商银行杭州分行", True),
        ("中国银行", "中国工商银行", False),
        ("Bank of China", "Industrial and Commercial Bank of China", False),
        ("ＩＣＢＣ", "icbc", True),
        ("", "工商银行", False),
    ],
)
def test_names_of_banks(one: str, two: str, same: bool) -> None:
    assert same_bank(one, two) is same


@pytest.mark.parametrize(
    ("text", "tail"),
    [
        ("8821", "8821"), ("6222********8821", "8821"), ("****21", "21"), ("6222020000000000000", "0000"), ("", None),
        (None, None), ("x", None),
    ],
)  # fmt: skip
def test_no_more_than_four_digits_are_ever_known(text: str | None, tail: str | None) -> None:
    assert tail_of(text) == tail
