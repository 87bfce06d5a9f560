"""Amounts are given to batches as one who tries every way would do it; what fits in several ways is told as that."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import combinations, product
from zoneinfo import ZoneInfo

from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.batches import Batch
from knowledge.diagnosis import Finding
from knowledge.records import Payout
from knowledge.sums import Share, share_out
from tests.knowledge.merchants import BASE
from tests.knowledge.paperwork import day, hints, ids, look, paid

ZONE = ZoneInfo("Asia/Shanghai")
DAYS = (day(16), day(17), day(18))


def payout(number: int, on: date, gross: int, fee: int, refund: int) -> Payout:
    return Payout(
        f"P{number}", "M1", "T", f"B{number}", on, None, "paid", gross=gross, fee=fee, refund_offset=refund or None,
        net=gross - fee - refund,
    )  # fmt: skip


def sums(one: Payout, basis: str) -> int:
    assert one.net is not None
    assert one.gross is not None
    return {"gross": one.gross, "net": one.net, "before_refunds": one.net + (one.refund_offset or 0)}[basis]


def fits(one: Payout, amount: int) -> bool:
    return amount in (sums(one, "gross"), sums(one, "net"), sums(one, "before_refunds"))


worlds = st.lists(
    st.tuples(st.sampled_from(DAYS), st.integers(3, 7), st.integers(0, 1), st.integers(0, 1)), min_size=1, max_size=4
).map(lambda facts: [payout(number, *each) for number, each in enumerate(facts)])


def shared(world: Sequence[Payout], amounts: Sequence[int]) -> list[Share]:
    days = tuple(sorted({one.trade_date for one in world if one.trade_date}))
    batches = {on: [Batch(on, (one,)) for one in world if one.trade_date == on] for on in days}
    return share_out(days, batches, amounts, said=False)


def names(shares: Sequence[Share]) -> set[str]:
    return {share.payout.payout_id for share in shares if share.payout}


def every_pairing(world: Sequence[Payout], amounts: Sequence[int]) -> Iterator[frozenset[str]]:
    """The batches of every way to give each amount one batch of its own or none."""
    for places in product(range(-1, len(world)), repeat=len(amounts)):
        taken = [place for place in places if place >= 0]
        if len(set(taken)) == len(taken) and all(
            place < 0 or fits(world[place], amount) for place, amount in zip(places, amounts, strict=True)
        ):
            yield frozenset(world[place].payout_id for place in taken)


@given(world=worlds, amounts=st.lists(st.integers(2, 7), min_size=1, max_size=3))
@settings(max_examples=100, deadline=None)
def test_as_many_amounts_as_can_be_have_a_batch_and_a_choice_is_left_open(
    world: list[Payout], amounts: list[int]
) -> None:
    pairings = list(every_pairing(world, amounts))
    most = max(len(pairing) for pairing in pairings)
    largest = [pairing for pairing in pairings if len(pairing) == most]
    shares = shared(world, amounts)
    if most == len(amounts):
        assert names([share for share in shares if share.exact]) == frozenset().union(*largest)
        certain = frozenset(one.payout_id for one in world).intersection(*largest)
        assert names([share for share in shares if share.exact and not share.open]) == certain
    else:
        assert len(names([share for share in shares if share.exact])) >= most
    for share in shares:
        assert share.total is None or sum(part for _, part in share.total[2]) == share.total[0]
    told = {amount for share in shares for amount in (*share.said, *share.unmatched)}
    assert told == set(amounts)


@given(world=worlds, data=st.data())
@settings(max_examples=100, deadline=None)
def test_a_sum_is_told_as_certain_only_when_it_fits_in_one_way(world: list[Payout], data: st.DataObject) -> None:
    some = data.draw(st.lists(st.sampled_from(world), min_size=1, unique_by=id))
    amount = sum(sums(one, data.draw(st.sampled_from(("gross", "net")))) for one in some)
    shares = shared(world, [amount])
    if any(fits(one, amount) for one in world):
        assert not any(share.total for share in shares)  # a batch of its own comes before a sum
        return
    ways = [
        group
        for size in range(2, len(world) + 1)
        for group in combinations(world, size)
        if any(sum(sums(one, basis) for one in group) == amount for basis in ("gross", "net", "before_refunds"))
    ]
    of_a_day = [group for group in ways if group in [tuple(o for o in world if o.trade_date == each) for each in DAYS]]
    likeliest = [group for group in ways if len(group) == len(world)] or of_a_day or ways
    totals = names([share for share in shares if share.total])
    opened = names([share for share in shares if share.open])
    if len(likeliest) == 1:
        assert totals == {one.payout_id for one in likeliest[0]}
        assert not opened
    else:
        assert not totals
        assert opened == {one.payout_id for group in likeliest for one in group}


# --- as a merchant hears it


def told(found: Sequence[Finding], locale: str) -> str:
    values = {**hints(tuple(found))["fits_several"].values, "zone": ZONE, "today": day(20)}
    return BASE.plain(locale, "differs_fits_several", **values)


def test_an_amount_that_fits_two_batches_is_told_of_both() -> None:
    found = look(paid(17, 50_000), paid(18, 50_000), days=(day(17), day(18)), amounts=(50_000,))
    assert ids(found) == [("P17",), ("P18",)]
    assert [finding.primary for finding in found] == ["net_of_fees"] * 2
    assert told(found, "zh").startswith("您说的￥500.00对得上不止一批")
    assert "Tue 17 Nov CNY 500.00; or Wed 18 Nov CNY 500.00" in told(found, "en")
    both = look(paid(17, 50_000), paid(18, 50_000), days=(day(17), day(18)), amounts=(50_000, 50_000))
    assert "fits_several" not in hints(both)


def test_the_day_that_an_amount_is_of_decides() -> None:
    found = look(paid(17, 50_000), paid(18, 50_000), days=(day(17), day(18)), amounts=(50_000, 77_700))
    assert "fits_several" not in hints(found)
    assert [finding.amounts for finding in found] == [(50_000,), (77_700,)]


def test_no_amount_takes_the_only_batch_of_another() -> None:
    """800.00 is the sales of one batch and the net of the other, which alone has sales of 804.83."""
    payouts = (paid(17, 80_483, fee=483, net=80_000), paid(18, 80_000))
    for amounts in ((80_000, 80_483), (80_483, 80_000)):
        found = look(*payouts, days=(day(17), day(18), day(19)), amounts=amounts)
        assert [finding.amounts for finding in found[:2]] == [(80_483,), (80_000,)]


def test_a_sum_of_some_batches_and_a_sum_that_might_be_of_others() -> None:
    batches = [paid(18, gross, payout_id=f"X{gross}", batch_id=f"B{gross}") for gross in (10_000, 25_000, 40_000)]
    found = look(*batches, days=(day(18),), amounts=(50_000,))
    assert hints(found)["total"].values["parts"] == ((day(18), 10_000), (day(18), 40_000))
    more = paid(18, 25_000, payout_id="Y", batch_id="BY")
    unsure = look(*batches, more, days=(day(18),), amounts=(50_000,))
    assert "total" not in hints(unsure)
    assert len({one for found in ids(unsure) for one in found}) == 4
    assert told(unsure, "en").count("+") == 2


def test_without_a_day_the_latest_of_many_are_told() -> None:
    every_day = [paid(number, 50_000) for number in (2, 3, 4, 5, 6, 9, 10, 11)]
    found = look(*every_day, amounts=(50_000,))
    assert ids(found) == [("P9",), ("P10",), ("P11",)]
    assert "8 ways" in told(found, "en")


def test_days_without_a_record_are_not_in_a_batch_that_only_may_be_meant() -> None:
    found = look(paid(17, 50_000), paid(18, 50_000), days=(day(16), day(17), day(18)), amounts=(50_000,))
    assert [finding.primary for finding in found] == ["no_record", "net_of_fees", "net_of_fees"]
