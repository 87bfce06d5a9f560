"""Several words on one record: the newest counts, however late it comes; what a word does not speak of stays."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from itertools import permutations
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine

from knowledge.records import Found, Query, Unavailable
from storage.database import Storage
from storage.moments import stored
from storage.settlement.formats.declaration import Entry, Format, Intake, naming, saying
from storage.settlement.formats.native import FORMAT as NATIVE
from storage.settlement.importing import Importer, ImportReport
from storage.settlement.opening import Part
from storage.settlement.table import TableSource
from storage.settlement.tables import LINE_BITS, MERCHANTS, PAYOUTS
from tests.storage.settlement.conftest import BASE

DAY = date(2026, 11, 19)
MINE = frozenset({"822331059990001"})
Bundle = Callable[..., Path]
Word = dict[str, Any]


class Spoken(Format):
    """A format whose files are taken from a list: each word is what one statement says of payouts."""

    name = "spoken"
    title = "Words of a test"

    def __init__(self) -> None:
        self.words: list[Word] = []
        self.as_of: int | None = None

    def recognises(self, part: Part) -> bool:
        return part.head.startswith(b"spoken")

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        intake.as_of = self.as_of if self.as_of is not None else intake.as_of
        for word in self.words:
            fields = {"payout_id": "P1", **word}
            kind = MERCHANTS if "balance" in word else PAYOUTS
            if kind is MERCHANTS:
                del fields["payout_id"]
            if fields.pop("named", False):
                yield naming(parts[0].name, 1, fields["merchant_no"], "acme")
                continue
            yield saying(kind, parts[0].name, 1, **fields)


@pytest.fixture
def spoken() -> Spoken:
    return Spoken()


@pytest.fixture
def say(engine: Engine, importer: Importer, spoken: Spoken, tmp_path: Path) -> Callable[..., ImportReport]:
    """Import one statement that says these words; moments as whole hours of DAY + 1."""
    speaking = Importer(engine, importer.clock, importer.providers, formats=[spoken, NATIVE])
    number = 0

    def saying_them(*words: Word, as_of: int | None = None) -> ImportReport:
        nonlocal number
        number += 1
        spoken.words = list(words)
        spoken.as_of = as_of
        file = tmp_path / f"{number}.spoken"
        file.write_text(f"spoken {number}")
        (report,) = speaking.run([file]).reports
        return report

    return saying_them


def at(hour: int) -> int:
    return stored(datetime(2026, 11, 20, hour, tzinfo=UTC))


async def payouts(storage: Storage, now: datetime) -> list[tuple[str | None, str | None, int | None]]:
    result = await TableSource(storage, lambda: now).look_up(Query("40213377", (DAY,), MINE))
    assert isinstance(result, Found), result
    return [(payout.status, payout.reason, payout.net) for payout in result.records.payouts]


async def test_a_word_leaves_what_it_does_not_speak_of(
    say: Callable[..., ImportReport], importer: Importer, bundle: Bundle, storage: Storage, now: datetime
) -> None:
    importer.run([bundle()])
    report = say({"status": "returned", "reason": "account_closed", "said_at": stored(now) + 1})
    assert report.good
    assert report.records["payouts"]["changed"] == 1
    assert await payouts(storage, now) == [("returned", "account_closed", 119280)]
    say({"reason": None, "said_at": stored(now) + 2})
    assert await payouts(storage, now) == [("returned", None, 119280)]


async def test_a_late_word_does_not_count_but_fills_what_was_open(
    say: Callable[..., ImportReport], importer: Importer, bundle: Bundle, storage: Storage, now: datetime
) -> None:
    importer.run([bundle(payouts="")])
    say({"merchant_no": "822331059990001", "trade_date": "2026-11-19", "status": "returned", "said_at": at(12)})
    late = say({"status": "paid", "said_at": at(9)})
    assert (late.records["payouts"]["late"], late.records["payouts"]["changed"]) == (1, 0)
    assert await payouts(storage, now) == [("returned", None, None)]
    filling = say({"status": "paid", "net": 500, "said_at": at(10)})
    assert filling.records["payouts"]["changed"] == 1
    assert await payouts(storage, now) == [("returned", None, 500)]
    say({"status": "created", "said_at": at(13)})
    assert await payouts(storage, now) == [("created", None, 500)]


STATES = [
    {"status": "created", "net": 700, "said_at": at(1)},
    {"status": "sent", "said_at": at(2)},
    {"status": "paid", "batch_id": "B7", "said_at": at(3)},
    {"status": "returned", "reason": "wrong_number", "said_at": at(4)},
]


@pytest.mark.parametrize("order", list(permutations(range(4))))
async def test_in_whatever_order_events_come_the_end_is_the_same(
    order: tuple[int, ...],
    say: Callable[..., ImportReport],
    importer: Importer,
    bundle: Bundle,
    storage: Storage,
    now: datetime,
) -> None:
    importer.run([bundle(payouts="")])
    owner = {"merchant_no": "822331059990001", "trade_date": "2026-11-19", "said_at": at(0)}
    say({**owner})
    for place in order:
        say(STATES[place])
        say(STATES[place])  # providers repeat themselves
    result = await TableSource(storage, lambda: now).look_up(Query("40213377", (DAY,), MINE))
    assert isinstance(result, Found)
    (payout,) = result.records.payouts
    assert (payout.status, payout.reason, payout.net, payout.batch_id) == ("returned", "wrong_number", 700, "B7")


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(words=st.lists(st.sampled_from(STATES), min_size=1, max_size=8), cut=st.integers(0, 8))
def test_one_import_or_several_come_to_the_same(
    words: list[Word],
    cut: int,
    engine: Engine,
    importer: Importer,
    spoken: Spoken,
    tmp_path_factory: pytest.TempPathFactory,
) -> None:
    """Events grouped in any way, with repetitions: what counts afterwards is the newest word, gaps filled."""
    folder = tmp_path_factory.mktemp("words")
    speaking = Importer(engine, importer.clock, formats=[spoken])
    key = f"P{folder.name}"
    owner = {"payout_id": key, "merchant_no": "M", "said_at": at(0)}
    for number, group in enumerate(([{"merchant_no": "M", "balance": 1}], [owner], words[:cut], words[cut:])):
        spoken.words, spoken.as_of = [{"payout_id": key, **word} for word in group], None
        if number == 0:
            spoken.words = group
        (folder / str(number)).write_text(f"spoken {key} {number}")
        assert speaking.run([folder / str(number)]).good
    newest = max(words, key=lambda word: word["said_at"])
    with engine.connect().execution_options(reading=True) as connection:
        row = connection.exec_driver_sql(
            f"SELECT status, net, reason FROM settlement_payouts WHERE payout_id = '{key}' "
            "ORDER BY said_at DESC, id DESC LIMIT 1"
        ).one()
    expected = {name: word[name] for word in words for name in ("net", "reason") if name in word}
    assert tuple(row) == (newest["status"], expected.get("net"), expected.get("reason"))


async def test_what_belongs_to_a_status_goes_with_it(
    say: Callable[..., ImportReport], importer: Importer, bundle: Bundle, storage: Storage, now: datetime
) -> None:
    """A payout that is paid now did not come back because the account was closed."""
    importer.run([bundle(payouts="")])
    owner = {"merchant_no": "822331059990001", "trade_date": "2026-11-19"}
    say({**owner, "status": "failed", "reason": "account_closed", "raw_reason": "AC04", "net": 500, "said_at": at(9)})
    say({"status": "failed", "batch_id": "B1", "said_at": at(10)})
    assert await payouts(storage, now) == [("failed", "account_closed", 500)]
    say({"status": "paid", "said_at": at(12)})
    assert await payouts(storage, now) == [("paid", None, 500)]
    say({"status": "failed", "reason": "wrong_number", "gross": 510, "said_at": at(11)})  # late
    result = await TableSource(storage, lambda: now).look_up(Query("40213377", (DAY,), MINE))
    assert isinstance(result, Found)
    (payout,) = result.records.payouts
    assert (payout.status, payout.reason, payout.raw_reason, payout.gross) == ("paid", None, None, 510)


def test_several_records_on_one_line_have_places_of_their_own(
    engine: Engine, say: Callable[..., ImportReport], importer: Importer, bundle: Bundle
) -> None:
    importer.run([bundle(payouts="")])
    words = [{"payout_id": f"P{number}", "merchant_no": "822331059990001"} for number in range(5)]
    assert say(*words).good
    with engine.connect().execution_options(reading=True) as connection:
        ids = connection.exec_driver_sql("SELECT id FROM settlement_payouts ORDER BY id").scalars().all()
    assert [row_id & ((1 << LINE_BITS) - 1) for row_id in ids] == [1, 2, 3, 4, 5]
    more = [{**word, "payout_id": f"Q{number}"} for number, word in enumerate(words)]
    twice = say(*more, {**more[2], "net": 1})
    assert [bad.reason for bad in twice.bad] == ["the same payout_id once more: Q2"]


async def test_in_whatever_order_kinds_come_what_others_refer_to_is_written_first(
    say: Callable[..., ImportReport], storage: Storage, now: datetime
) -> None:
    payout = {"payout_id": "P1", "merchant_no": "M7", "status": "paid", "trade_date": "2026-11-19"}
    report = say(payout, {"merchant_no": "M7", "balance": 5})
    assert report.good, report.bad


async def test_a_merchant_that_is_only_named_is_older_than_any_word(
    say: Callable[..., ImportReport], engine: Engine
) -> None:
    say({"merchant_no": "M7", "balance": None, "named": True})
    say({"merchant_no": "M7", "balance": 5, "said_at": at(1)})
    with engine.connect().execution_options(reading=True) as connection:
        rows = connection.exec_driver_sql("SELECT said_at, balance FROM settlement_merchants ORDER BY id").all()
    assert [tuple(row) for row in rows] == [(0, None), (at(1), 5)]


async def test_what_is_not_known_here_is_passed_over_and_counted(
    say: Callable[..., ImportReport], importer: Importer, bundle: Bundle
) -> None:
    importer.run([bundle()])
    report = say({"payout_id": "E2E-77", "status": "returned", "said_at": at(1)})
    assert report.good
    assert report.records["payouts"]["unmatched"] == 1
    assert report.notes[-1].endswith(".spoken:1")
    assert "E2E-77" not in report.notes[-1]


async def test_a_feed_is_as_of_its_own_time(
    say: Callable[..., ImportReport], importer: Importer, bundle: Bundle, storage: Storage, now: datetime, payout: Any
) -> None:
    """What another feed brings today makes this merchant's records no fresher."""
    early = stored(now - timedelta(days=3))
    importer.run([bundle()], as_of=now - timedelta(days=3))
    result = await TableSource(storage, lambda: now).look_up(Query("40213377", (DAY,), MINE))
    assert isinstance(result, Found)
    assert (stored(result.as_of), result.stale) == (early, True)
    other = {"merchant_no": "822331059990002", "payout_id": "X"}
    say({**other, "status": "paid"}, as_of=stored(now))
    result = await TableSource(storage, lambda: now).look_up(Query("40213377", (DAY,), MINE))
    assert isinstance(result, Found)
    assert (stored(result.as_of), result.stale) == (early, True)
    theirs = await TableSource(storage, lambda: now).look_up(Query("50213377", (), frozenset({"822331059990002"})))
    assert not isinstance(theirs, Unavailable)


async def test_a_word_on_one_payout_makes_the_others_no_fresher(
    say: Callable[..., ImportReport], importer: Importer, bundle: Bundle, storage: Storage, now: datetime
) -> None:
    """A bank's statement of today says what came back, and nothing of what else is so today."""
    importer.run([bundle()], as_of=now - timedelta(days=3))
    assert say({"status": "returned", "said_at": stored(now)}, as_of=stored(now)).good
    result = await TableSource(storage, lambda: now).look_up(Query("40213377", (DAY,), MINE))
    assert isinstance(result, Found)
    assert (result.as_of, result.stale) == (now - timedelta(days=3), True)
    assert [payout.status for payout in result.records.payouts] == ["returned"]
    assert result.records.knows_payouts


async def test_an_old_bundle_denies_nothing_that_a_newer_feed_may_know(
    say: Callable[..., ImportReport], importer: Importer, bundle: Bundle, storage: Storage, now: datetime
) -> None:
    async def knows() -> tuple[bool, bool]:
        result = await TableSource(storage, lambda: now).look_up(Query("40213377", (DAY,), MINE))
        assert isinstance(result, Found)
        return result.records.knows_payouts, result.records.knows_changes

    importer.run([bundle()], as_of=now - timedelta(days=3))
    assert await knows() == (True, True)
    say({"merchant_no": "822331059990002", "payout_id": "X", "status": "paid"}, as_of=stored(now))
    assert await knows() == (True, True)  # that feed has told nothing of this merchant
    say({"merchant_no": "822331059990001", "payout_id": "Y", "trade_date": "2026-11-19"}, as_of=stored(now))
    assert await knows() == (False, False)
    importer.run([bundle("new", payouts=[{**BASE["payouts"][0], "status": "returned"}])])
    assert await knows() == (True, True)


def test_an_entry_cannot_speak_of_a_field_that_is_none() -> None:
    with pytest.raises(TypeError, match="payouts have no colour"):
        saying(PAYOUTS, "x", 1, payout_id="P", colour="red")
