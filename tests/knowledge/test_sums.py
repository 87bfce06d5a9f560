"""Whose amount it is, which days count when none is named, and what is said where words and records differ."""

from __future__ import annotations

from typing import Any

from tests.knowledge.paperwork import day, hints, ids, look, paid

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
    assert [finding.amounts for finding in found] == [(50_000,), (80_000,)]
    assert "total" in hints(found)
    assert hints(look(paid(18, 130_000), days=(day(18),), amounts=(50_000, 80_000)))["joined"].values["parts"] == (
        50_000, 80_000,
    )  # fmt: skip


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
    for said, parts in ((600, {"fee": 600}), (3_000, {"held": 3_000}), (650, {"fee": 600, "d0_fee": 50})):
        values = hints(look(payout, days=(day(18),), amounts=(said,)))["deducted"].values
        assert {name: values[name] for name in ("fee", "d0_fee", "refund_offset", "held") if values[name]} == parts
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
    assert kinds(claims_cycle="D0") == {"cycle": None}
    assert kinds(claims_cycle="T1") == {}
    soon = hints(look(days=(day(20),), said={"claims_cycle": "D0"}))  # cycle_misread tells of it by itself
    assert "cycle" not in soon
    assert hints(look(paid(18), days=(day(18),), said={"claims_cycle": "T1"}, cycle="D1")) == {}
    assert kinds(change_date=day(1, 6)) == {"change_date": None}  # change_not_submitted does, too
