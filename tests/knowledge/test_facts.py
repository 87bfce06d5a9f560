"""The readings: which change, which payout, whose amount, when due; and what is said where words and records differ."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from knowledge.case import Answers
from knowledge.diagnosis import Finding, Hint, diagnose
from knowledge.facts import KINDS, VOCABULARY
from knowledge.readings import same_bank, tail_of
from knowledge.records import CardChange, Found, Incident, Merchant, Payout, Records, Terminal
from knowledge.rules import Acquirers, Causes
from knowledge.workdays import Calendar

BASE = Path(__file__).parents[2] / "knowledge/base"
CAUSES = Causes.from_data(yaml.safe_load((BASE / "causes.yaml").read_text(encoding="utf-8")))
ACQUIRERS = Acquirers.from_data(
    {"version": 1, "acquirers": {"default": {"bank_grace_days": 3}, "strict": {"makeup_days_count": False}}}
)
ZONE = ZoneInfo("Asia/Shanghai")
NOW = datetime(2026, 11, 20, 15, tzinfo=ZONE)
TERMINAL = "40213377"
MERCHANT = Merchant("M1", timezone="Asia/Shanghai", cycle="T1", balance=500, currency="CNY")


def day(number: int, month: int = 11) -> date:
    return date(2026, month, number)


def at(number: int, hour: int = 12, month: int = 11) -> datetime:
    return datetime(2026, month, number, hour, tzinfo=ZONE)


def paid(number: int, gross: int = 100_000, **more: Any) -> Payout:
    """A payout for a day of November, paid to the new card on the next."""
    return replace(
        Payout(
            f"P{number}", "M1", TERMINAL, f"B{number}", day(number), at(number, 23), "paid", sent_at=at(number + 1, 10),
            paid_at=at(number + 1, 11), dest_tail="8821", gross=gross, fee=gross * 6 // 1000,
            net=gross - gross * 6 // 1000, currency="CNY",
        ),
        **more,
    )  # fmt: skip


CHANGE = CardChange("C1", "M1", None, "1234", "8821", "工商银行", "effective", at(9), at(11))


def look(
    *payouts: Payout,
    days: tuple[date, ...] = (),
    amounts: tuple[int, ...] = (),
    changes: tuple[CardChange, ...] = (CHANGE,),
    said: Mapping[str, Any] | None = None,
    incidents: tuple[Incident, ...] = (),
    now: datetime = NOW,
    **merchant: Any,
) -> tuple[Finding, ...]:
    records = Records(Terminal(TERMINAL, "M1"), replace(MERCHANT, **merchant), changes, payouts, incidents)
    answers = Answers(**{"terminal_id": TERMINAL, "trade_dates": days, "amounts": amounts, **(said or {})})
    return diagnose(Found(records, "t", now), answers, CAUSES, ACQUIRERS, Calendar(), now)


def hints(found: tuple[Finding, ...]) -> dict[str, Hint]:
    return {hint.kind: hint for finding in found for hint in finding.hints}


def ids(found: tuple[Finding, ...]) -> list[tuple[str, ...]]:
    return [tuple(payout.payout_id for payout in finding.payouts) for finding in found]


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


# --- whose amount


def test_an_amount_names_its_batch() -> None:
    small, large = paid(18, 50_000), paid(18, 80_000, payout_id="X", batch_id="B2")
    for amount, payout in ((50_000, "P18"), (49_700, "P18"), (80_000, "X"), (79_520, "X")):
        found = look(small, large, days=(day(18),), amounts=(amount,))
        assert ids(found) == [(payout,)]
        assert found[0].facts["answers.amount"] == amount
    assert len(look(small, large, days=(day(18),), amounts=(12_345,))) == 2


def test_an_amount_before_refunds_names_its_batch() -> None:
    refunded = paid(18, 80_000, net=69_520, refund_offset=10_000)
    found = look(paid(18, 50_000, payout_id="X", batch_id="B2"), refunded, days=(day(18),), amounts=(79_520,))
    assert ids(found) == [("P18",)]
    assert found[0].primary == "offset_by_refund"


def test_two_amounts_for_two_days_whatever_their_order() -> None:
    payouts = (paid(17, 50_000), paid(18, 80_000))
    for amounts in ((50_000, 80_000), (80_000, 50_000)):
        found = look(*payouts, days=(day(17), day(18)), amounts=amounts)
        assert [finding.amounts for finding in found] == [(50_000,), (80_000,)]
        assert [finding.primary for finding in found] == ["net_of_fees"] * 2


def test_an_amount_that_matches_nothing_stays_with_its_day() -> None:
    found = look(paid(17, 50_000), paid(18, 80_000), days=(day(18), day(17)), amounts=(77_777, 50_000))
    assert [(finding.trade_date, finding.amounts) for finding in found] == [(day(17), (50_000,)), (day(18), (77_777,))]
    assert hints(found[1:])["amount"].values["said"] == 77_777


def test_one_total_for_several_days() -> None:
    found = look(paid(17, 50_000), paid(18, 80_000), days=(day(17), day(18)), amounts=(130_000,))
    assert [finding.facts["answers.amount"] for finding in found] == [50_000, 80_000]
    assert [finding.primary for finding in found] == ["net_of_fees"] * 2
    total = hints(found)["total"]
    assert total.values["parts"] == ((day(17), 50_000), (day(18), 80_000))
    nets = look(paid(17, 50_000), paid(18, 80_000), days=(day(17), day(18)), amounts=(129_220,))
    assert [finding.primary for finding in nets] == ["paid_to_new_card"] * 2


def test_one_total_for_the_batches_of_a_day() -> None:
    found = look(paid(18, 50_000), paid(18, 80_000, payout_id="X", batch_id="B2"), days=(day(18),), amounts=(130_000,))
    assert len(found) == 2
    assert "total" in hints(found)


def test_two_days_in_one_payout() -> None:
    for amounts in ((130_000,), (50_000, 80_000)):
        found = look(paid(18, 130_000), days=(day(17), day(18)), amounts=amounts)
        assert len(found) == 1
        assert (found[0].trade_date, found[0].trade_dates) == (day(18), (day(17), day(18)))
        assert found[0].amounts == amounts
        assert hints(found)["one_payout"].values["days"] == (day(17), day(18))
    apart = look(paid(16, 50_000), paid(18, 130_000), days=(day(16), day(17), day(18)), amounts=(130_000,))
    assert [finding.primary for finding in apart] == ["paid_to_new_card", "no_record", "net_of_fees"]


def test_amounts_as_sums() -> None:
    payout = paid(18, 100_000, fee=600, d0_fee=50, refund_offset=2_000, held=3_000, net=94_350)
    for said, parts in (
        (94_350 + 600, {"fee": 600}), (94_350 + 2_050, {"d0_fee": 50, "refund_offset": 2_000}),
        (94_350 + 3_000, {"held": 3_000}), (100_000, {"fee": 600, "d0_fee": 50, "refund_offset": 2_000, "held": 3_000}),
    ):  # fmt: skip
        values = hints(look(payout, days=(day(18),), amounts=(said,)))["explained"].values
        assert {name: values[name] for name in ("fee", "d0_fee", "refund_offset", "held") if values[name]} == parts
    assert "explained" not in hints(look(payout, days=(day(18),), amounts=(94_350,)))
    assert hints(look(payout, days=(day(18),), amounts=(1,)))["amount"].values["gross"] == 100_000


def test_an_amount_of_another_day() -> None:
    found = look(paid(16, 77_700), days=(day(18),), amounts=(77_700,))
    hint = hints(found)["other_day"]
    assert (hint.values["found"], hint.slot) == (day(16), "trade_dates")
    assert "other_day" not in hints(look(paid(2, 77_700), days=(day(18),), amounts=(77_700,)))
    twice = (paid(16, 77_700), paid(17, 77_700))
    assert "other_day" not in hints(look(*twice, days=(day(18),), amounts=(77_700,)))


# --- no day named


def test_recent_days_when_none_is_named() -> None:
    stuck = paid(17, status="processing", sent_at=None, paid_at=None, due_date=day(18))
    assert ids(look(paid(16), stuck, paid(18), paid(19))) == [("P17",)]
    assert ids(look(paid(16), paid(18), paid(19))) == [("P19",)]
    assert ids(look(paid(2, 77_700), paid(18), paid(19), amounts=(77_700,))) == [("P2",)]
    assert look(paid(19))[0].facts["answers.trade_date"] is None
    nothing = look()
    assert (nothing[0].primary, nothing[0].trade_date, nothing[0].trade_dates) == ("no_record", None, ())
    assert look(mode="manual")[0].primary == "manual_mode"


# --- words and records


def test_other_words_about_the_change() -> None:
    def kinds(**said: Any) -> dict[str, str | None]:
        return {kind: hint.slot for kind, hint in hints(look(paid(18), days=(day(18),), said=said)).items()}

    assert kinds(change_date=day(9), new_tail="8821") == {}
    assert kinds(change_date=day(10)) == {}
    assert kinds(change_date=day(12)) == {"change_date": None}
    assert kinds(change_date=day(18)) == {"change_date": "change_date"}
    assert kinds(new_tail="34") == {"tail_is_old": "new_tail"}
    assert kinds(new_tail="9999") == {"tail": "new_tail"}
    assert kinds(new_tail="9999", change_date=day(9)) == {"tail": None}  # answers_conflict asks by itself
    assert kinds(change_date=day(1, 6)) == {"change_date": None}  # change_not_submitted does, too


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
    unknown = look(replace(sent, dest_tail="1234"), days=(day(18),), incidents=(Incident("I", "招商银行", at(20, 8)),))
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
