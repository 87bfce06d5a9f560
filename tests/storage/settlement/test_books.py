"""What the ledger tells, on both databases: feeds, imports, what was refused until it came in good, and histories."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import Engine

from storage.moments import stored
from storage.settlement.books import Books, Version, books, refused_since, versions
from storage.settlement.importing import Importer
from storage.settlement.ledger import Ledger
from storage.statements import Wire

Bundle = Callable[..., Path]
DAY = timedelta(days=1)


def told(engine: Engine, now: datetime) -> Books:
    with engine.connect().execution_options(reading=True) as connection:
        return books(Wire(engine.dialect.name, connection.connection.driver_connection), now, DAY)


def history(engine: Engine, key: str) -> tuple[Version, ...]:
    with engine.connect().execution_options(reading=True) as connection:
        return versions(Wire(engine.dialect.name, connection.connection.driver_connection), key)


def test_feeds_and_imports(engine: Engine, importer: Importer, bundle: Bundle, now: datetime) -> None:
    importer.run([bundle()])
    found = told(engine, now + 2 * DAY)
    assert {(feed.format, feed.acquirer, feed.stale) for feed in found.feeds} == {
        ("native", "lakala", True),
        ("native", "", True),  # the second merchant's, of which no acquirer is known
    }
    assert [(one.name, one.state, one.at, one.records["payouts"]) for one in found.imports] == [
        ("bundle", "done", now, 1)
    ]
    assert found.rejected == ()


def test_what_was_refused_is_told_until_the_same_comes_in(
    engine: Engine, importer: Importer, bundle: Bundle, payout: Any, now: datetime
) -> None:
    lonely = bundle("lonely", merchants="", terminals="", card_changes="", incidents="")
    importer.run([lonely])
    importer.run([lonely])
    importer.run([bundle("wrong", payouts=[payout(gross="1,0")])])
    found = told(engine, now)
    assert [one.name for one in found.rejected] == ["wrong", "lonely"]  # each once
    assert "payouts.csv:2: merchant_no: no merchant of this number is known" in found.rejected[1].reasons
    importer.run([bundle("whole")])
    assert importer.run([lonely]).good
    assert [one.name for one in told(engine, now).rejected] == ["wrong"]
    assert told(engine, now + 31 * DAY).rejected == ()
    with engine.connect().execution_options(reading=True) as connection:
        wire = Wire(engine.dialect.name, connection.connection.driver_connection)
        assert refused_since(wire, stored(now) + 1) == ()


def test_an_import_that_broke_off_is_nothing_that_was_refused(
    engine: Engine, importer: Importer, bundle: Bundle, now: datetime
) -> None:
    Ledger(engine, importer.clock).start("digest", "native", "killed.zip")
    with engine.begin() as connection:
        connection.exec_driver_sql("UPDATE settlement_imports SET beat_at = 0")
    importer.run([bundle()])
    found = told(engine, now)
    assert [(one.name, one.state) for one in found.imports] == [("bundle", "done"), ("killed.zip", "rejected")]
    assert found.rejected == ()


def test_every_version_with_what_brought_it(
    engine: Engine, importer: Importer, bundle: Bundle, payout: Any, now: datetime
) -> None:
    importer.run([bundle()], as_of=now - DAY)
    importer.run([bundle("later", payouts=[payout(status="returned")])])
    first, second = history(engine, "P1")
    assert (first.values["status"], first.delivery, first.current) == ("paid", "bundle", False)
    assert (second.values["status"], second.delivery, second.current) == ("returned", "later", True)
    assert (first.said_at, second.said_at, second.imported_at) == (now - DAY, now, now)
    assert second.values["sent_at"] == datetime.fromisoformat("2026-11-20T14:00:00+08:00")
    assert (second.file, second.line) == (4, 2)
    assert {version.kind for version in history(engine, "822331059990001")} == {"merchants"}
    assert history(engine, "' OR 1=1 --") == ()
