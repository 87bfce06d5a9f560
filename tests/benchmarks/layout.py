"""Tables of many millions of payouts in minutes: merchants imported, their payouts laid out within the database by SQL.

What lies there then is, row for row, what importing the same sheets would have brought; ``check`` shows it.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, text

from storage.engines import engine_for
from storage.migrations import upgrade
from storage.moments import stored
from storage.settlement.importing import Importer
from storage.settlement.ledger import Ledger
from storage.settlement.tables import KINDS, PAYOUTS, SEAT_BITS
from tests.benchmarks.ground import Failed
from tests.benchmarks.records import (
    DAYS,
    FEE,
    GROSS,
    NEW_BANK,
    NOW,
    OLD_BANK,
    SENDING,
    VARIETY,
    Day,
    paid_days,
    write_payouts,
    write_people,
)
from tests.benchmarks.statements import with_people

LAYOUT = 1
"""The number of what is laid out; whoever changes it or the schema counts on."""
CHECKED = 20
"""So many people's payouts are compared with an import of them."""
_SECOND = 1_000_000
_PEOPLE = """
    CREATE TEMPORARY TABLE people AS
    SELECT CAST(SUBSTR(c.change_id, 2) AS BIGINT) AS number, 'P' || SUBSTR(c.change_id, 2) || '-' AS beginning,
        t.merchant_no, t.terminal_id, c.old_tail, c.new_tail
    FROM settlement_terminals t JOIN settlement_card_changes c ON c.merchant_no = t.merchant_no ORDER BY 1
"""
_DAY = f"""
    INSERT INTO settlement_payouts (id, said_at, {", ".join(PAYOUTS.fields)})
    SELECT :first + number - 1, :said_at, beginning || :short, merchant_no, terminal_id, 'B' || :short, :date, :cut,
        'paid', 'SUCCESS', NULL, NULL, sent, sent + number * 7 % {SENDING} * {_SECOND}, NULL, :after,
        CASE :old WHEN 1 THEN old_tail ELSE new_tail END, CASE :old WHEN 1 THEN '{OLD_BANK}' ELSE '{NEW_BANK}' END,
        gross, gross * {FEE} / {GROSS}, 0, 0, 0, gross - gross * {FEE} / {GROSS}, 'CNY', NULL
    FROM (
        SELECT people.*, {GROSS} + number * :varies % {VARIETY} AS gross,
            :sending + number % {SENDING} * {_SECOND} AS sent FROM people
    ) AS paid ORDER BY number
"""


def lay_out(url: str, people: int, days: int = DAYS) -> None:
    """Fill an empty database: each of so many people was paid on each of so many days."""
    with tempfile.TemporaryDirectory() as folder:
        write_people(Path(folder), people)
        with_people(url, Path(folder))
    engine = engine_for(url)
    try:
        ledger = Ledger(engine, lambda: NOW)
        ledger.start("laid out", "native", "payouts.csv")
        indexes = sorted(PAYOUTS.table.indexes, key=lambda index: str(index.name))
        with engine.connect() as connection:
            if engine.dialect.name == "sqlite":
                driver: Any = connection.connection.driver_connection
                driver.execute("PRAGMA synchronous=OFF")
                driver.execute("PRAGMA cache_size=-500000")
            for index in indexes:  # made anew afterwards, in one go
                _do(connection, f"DROP INDEX {index.name}")
            _do(connection, _PEOPLE)
            for place, day in enumerate(paid_days(days)):
                first = (ledger.import_no << SEAT_BITS) + 2 + place * people  # the header is line 1
                _do(connection, _DAY, first=first, said_at=ledger.started_at, **_of(day))
            for index in indexes:
                with connection.begin():
                    index.create(connection)
        ledger.finish({PAYOUTS.name: {"new": people * days}}, {}, ledger.started_at, {"lakala"})
        if engine.dialect.name == "postgresql":  # what its own vacuum does sooner or later
            with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
                connection.execute(text("VACUUM ANALYZE"))
    finally:
        engine.dispose()


def check(laid: str, imported: str) -> None:
    """Raise ``Failed`` unless laying out gives what importing gives. Two URLs of empty databases."""
    lay_out(laid, CHECKED)
    engine = engine_for(imported)
    with tempfile.TemporaryDirectory() as folder:
        people, payouts = Path(folder) / "people", Path(folder) / "payouts.csv"
        write_people(people, CHECKED)
        write_payouts(payouts, CHECKED)
        upgrade(engine)
        outcome = Importer(engine, lambda: NOW).run([people, payouts])
        engine.dispose()
    if not outcome.good:
        raise Failed(f"the small bundle could not be imported: {outcome.reports}")
    mine, its = _everything(laid), _everything(imported)
    for table, rows in its.items():
        if rows != mine[table]:
            different = next((pair for pair in zip(rows, mine[table], strict=False) if pair[0] != pair[1]), None)
            raise Failed(
                f"{table}: {len(rows)} rows imported, {len(mine[table])} laid out; first difference {different}"
            )


def _of(day: Day) -> dict[str, Any]:
    return {
        "short": day.short, "date": day.date.isoformat(), "cut": stored(day.cut), "sending": stored(day.sending),
        "after": day.after.isoformat(), "old": int(day.old), "varies": day.varies,
    }  # fmt: skip


def _do(connection: Connection, sql: str, **values: Any) -> None:
    with connection.begin():
        connection.execute(text(sql), values)


def _everything(url: str) -> dict[str, list[Any]]:
    """All rows of records and feeds, and the definition of every index."""
    engine: Engine = engine_for(url)
    listing = "SELECT name, sql FROM sqlite_master WHERE type = 'index' AND sql IS NOT NULL"
    if engine.dialect.name == "postgresql":
        listing = "SELECT indexname, indexdef FROM pg_indexes WHERE tablename LIKE 'settlement%'"
    tables = (*(str(kind.table) for kind in KINDS), "settlement_feeds")
    with engine.connect().execution_options(reading=True) as connection:
        found = {table: list(connection.execute(text(f"SELECT * FROM {table} ORDER BY 1"))) for table in tables}
        found["indexes"] = sorted(connection.execute(text(listing)))
        found["imports"] = list(connection.execute(text("SELECT import_no, format, state FROM settlement_imports")))
    engine.dispose()
    return found
