"""Importing payouts into PostgreSQL, against COPY of the same file into a table with the same indexes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg

from storage.settlement.tables import PAYOUTS
from tests.benchmarks.figures import Figure, median, spread
from tests.benchmarks.ground import Failed
from tests.benchmarks.grounds import execute, in_database, server
from tests.benchmarks.statements import Statement, import_of, with_people

BAR = 4.0
BLOCK = 1 << 20
_FIELDS = ", ".join(PAYOUTS.fields)


def measure(folder: Path, large: Statement, runs: int) -> list[Figure]:
    """Alternate the two, each into a database made anew from the same template."""
    its, mine = list[float](), list[float]()
    with server() as url:
        execute(url, "CREATE DATABASE ready")
        with_people(in_database(url, "ready"), large.people)
        execute(url, "CREATE DATABASE bare")
        execute(in_database(url, "bare"), *like_ours())
        for _ in range(runs):
            its.append(_copied(url, large))
            mine.append(_imported(url, large, folder / "import-postgresql.log"))
    ratio = median(ours / theirs for ours, theirs in zip(mine, its, strict=True))
    return [
        Figure(
            "import", f"{large.payouts:,} payouts into PostgreSQL", f"{spread(mine, '{:.1f}')} s",
            f"COPY {spread(its, '{:.1f}')} s", ratio, BAR,
        )
    ]  # fmt: skip


def like_ours() -> list[str]:
    """A table with an identity, the payouts' columns as text, and the same four indexes.

    What the program stores as whole numbers (moments, sums) is text here, so that COPY has nothing to convert.
    """
    columns = ", ".join(f"{name} text" for name in PAYOUTS.fields)
    return [
        "CREATE TABLE payouts (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, "
        f"said_at bigint NOT NULL DEFAULT 0, {columns})",
        "CREATE INDEX ON payouts (payout_id)",
        "CREATE INDEX ON payouts (merchant_no, trade_date)",
        "CREATE INDEX ON payouts (replaces) WHERE replaces IS NOT NULL",
    ]


def _copied(url: str, large: Statement) -> float:
    with _from_template(url, "bare") as fresh, psycopg.connect(fresh) as connection:
        begun = time.perf_counter()
        with (
            connection.cursor() as cursor,
            large.file.open("rb") as stream,
            cursor.copy(f"COPY payouts ({_FIELDS}) FROM STDIN (FORMAT csv, HEADER)") as copy,
        ):
            while block := stream.read(BLOCK):
                copy.write(block)
        connection.commit()
        taken = time.perf_counter() - begun
        _check(connection, "payouts", large.payouts)
    return taken


def _imported(url: str, large: Statement, log: Path) -> float:
    with _from_template(url, "ready") as fresh:
        ran = import_of(large.file, fresh, log)
        with psycopg.connect(fresh) as connection:
            _check(connection, "settlement_payouts", large.payouts)
    return ran.seconds


@contextmanager
def _from_template(url: str, template: str) -> Iterator[str]:
    execute(url, "CHECKPOINT", f"CREATE DATABASE fresh TEMPLATE {template}")
    try:
        yield in_database(url, "fresh")
    finally:
        execute(url, "DROP DATABASE fresh WITH (FORCE)")


def _check(connection: psycopg.Connection, table: str, count: int) -> None:
    row = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # type: ignore[call-overload]
    if row is None or row[0] != count:
        raise Failed(f"{row} of {count} payouts arrived in {table}")
