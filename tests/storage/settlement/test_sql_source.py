"""Somebody else's database: whatever it holds, lacks, or does, it is only read, and half of it is no answer."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Callable
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import yaml
from sqlalchemy import text

from knowledge.providers import Providers
from knowledge.records import Absent, Found, Query, Unavailable
from storage.engines import engine_for
from storage.settlement.mapped.files import read_mapping
from storage.settlement.source import Freshness
from storage.settlement.sql.engines import reading_engine
from storage.settlement.sql.mapping import SqlMapping, sql_mapping
from storage.settlement.sql.source import SqlSource
from tests.storage.settlement.conftest import BASE, NOW
from tests.storage.settlement.harbour import EXAMPLES, fill_database
from tests.storage.settlement.worlds import Ground, ground_for

MINE, OTHERS = "822331059990001", "822331059990002"
DAY = date(2026, 11, 19)
ASKED = Query("40213377", (DAY,), frozenset({MINE}))
BOTH = ["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)]
Change = Callable[[Any], None]


@pytest.fixture
async def ground(request: pytest.FixtureRequest, tmp_path: Path, providers: Providers) -> AsyncIterator[Ground]:
    async with ground_for(request, tmp_path, providers) as made:
        yield made


@pytest.fixture(params=BOTH)
def url(request: pytest.FixtureRequest, ground: Ground) -> str:
    """Harbour's database, filled with the base, by its URL."""
    made = ground.database(request.param, migrated=False)
    fill_database(made, BASE, NOW)
    return made


def run(url: str, *statements: str) -> None:
    """Change Harbour's database, as Harbour may."""
    engine = engine_for(url)
    with engine.begin() as connection:
        for statement in statements:
            connection.execute(text(statement))
    engine.dispose()


def mapping_of(ground: Ground, url: str, change: Change | None = None) -> SqlMapping:
    path = EXAMPLES / "sql.yaml"
    if change is not None:
        data = yaml.safe_load(path.read_text("utf-8"))
        change(data)
        path = ground.folder / "mapping.yaml"
        path.write_text(yaml.safe_dump(data, allow_unicode=True), "utf-8")
    return sql_mapping(read_mapping(path, {"HARBOUR_DB_URL": url}.get), ground.providers)


def source_of(ground: Ground, url: str, change: Change | None = None, **mapped: Any) -> SqlSource:
    mapping = replace(mapping_of(ground, url, change), **mapped)
    source = SqlSource(mapping, ground.clock, lambda: ground.providers)
    ground.stack.push_async_callback(source.close)
    return source


async def unavailable(source: SqlSource) -> str:
    """Why there is no answer, in words without personal data."""
    result = await source.look_up(ASKED)
    assert isinstance(result, Unavailable), result
    for secret in ("40213377", MINE, "13800138001", "622202"):
        assert secret not in result.reason
    return result.reason


WRONG: list[tuple[str, str]] = [
    ("UPDATE settle_orders SET net_amt = 1192.805", "settle_orders: net_amt (net): more than 2 decimals"),
    ("UPDATE settle_orders SET net_amt = -1", "settle_orders: net_amt (net): the sum is negative"),
    ("UPDATE settle_orders SET net_amt = NULL", "settle_orders: net_amt (net): nothing is there"),
    ("UPDATE settle_orders SET ccy = 'YUA'", "settle_orders: ccy (currency): not a currency code"),
    ("UPDATE settle_orders SET account_no = '****'", "settle_orders: account_no (dest_tail): the account does not end"),
    ("UPDATE settle_orders SET order_no = 'a b'", "settle_orders: order_no (payout_id): an identifier has no spaces"),
    ("UPDATE settle_orders SET fail_words = '=HYPERLINK(1)'", "settle_orders: fail_words (raw_reason): this looks"),
    ("UPDATE settle_orders SET remit_epoch = 99999999999999", "settle_orders: remit_epoch (sent_at): not a time"),
    ("UPDATE shops SET mobile = '12'", "shops: mobile (phone): no telephone number of that country"),
    ("UPDATE shops SET tz = 'Shanghai'", "shops: tz (timezone): not a time zone"),
    ("UPDATE pos_devices SET queued = -1", "pos_devices: queued (unsent_txns): not a whole number"),
    ("UPDATE account_changes SET apply_no = NULL", "account_changes: apply_no (change_id): nothing is there"),
    ("INSERT INTO settle_orders (order_no, shop_no, biz_date, state, trade_amt, net_amt) "
     f"VALUES ('P1', '{MINE}', '2026-11-19', 1, 1, 1)", "the same payout is told twice, in different words"),
    (f"INSERT INTO pos_devices (device_sn, shop_no) VALUES ('40213377', '{OTHERS}')", "belongs to 2 merchants at once"),
    (f"INSERT INTO shops (shop_no, shop_name) VALUES ('{MINE}', 'another')", "told twice, in different words"),
    ("DELETE FROM loads", "loads: finished_at does not say as of when the records are: there is none"),
    ("DROP TABLE settle_orders", "there is no table settle_orders, or it may not be read"),
    ("DROP TABLE loads", "there is no table loads"),
    ("ALTER TABLE settle_orders RENAME COLUMN net_amt TO nett_amt",
     "settle_orders has no column net_amt. Did you mean nett_amt?"),
]  # fmt: skip


@pytest.mark.parametrize(("statement", "says"), WRONG)
async def test_a_wrong_value_is_no_answer(ground: Ground, url: str, statement: str, says: str) -> None:
    source = source_of(ground, url)
    run(url, statement)
    assert says in await unavailable(source)


async def test_what_the_driver_cannot_read_is_no_answer(ground: Ground, url: str) -> None:
    source = source_of(ground, url)
    if url.startswith("sqlite"):
        run(url, "UPDATE settle_orders SET fail_words = CAST(x'ff' AS TEXT)")
        assert "Could not decode to UTF-8" in await unavailable(source)
        run(url, "UPDATE settle_orders SET fail_words = x'ff'")
        assert "fail_words (raw_reason): not a plain value but bytes" in await unavailable(source)
    else:
        run(url, "UPDATE settle_orders SET close_time = 'infinity'")
        assert "DataError" in await unavailable(source)
        run(url, "UPDATE settle_orders SET close_time = NULL, net_amt = 'NaN'")
        assert "net_amt (net): not a number" in await unavailable(source)


async def test_an_answer_may_come_back(ground: Ground, url: str) -> None:
    source = source_of(ground, url)
    run(url, "ALTER TABLE settle_orders RENAME COLUMN net_amt TO nett_amt")
    await unavailable(source)
    run(url, "ALTER TABLE settle_orders RENAME COLUMN nett_amt TO net_amt")
    assert isinstance(await source.look_up(ASKED), Found)
    run(url, "ALTER TABLE settle_orders RENAME COLUMN net_amt TO nett_amt")
    assert "net_amt" in await unavailable(source)  # the columns were seen before: the database itself says so


async def test_a_wrong_value_of_somebody_else_does_not_matter(ground: Ground, url: str) -> None:
    run(url, f"UPDATE shops SET mobile = '12' WHERE shop_no = '{OTHERS}'")
    assert isinstance(await source_of(ground, url).look_up(ASKED), Found)


async def test_a_mapping_that_names_what_is_not_there(ground: Ground, url: str) -> None:
    def change(data: Any) -> None:
        data["payouts"]["table"] = "settle_order"

    source = source_of(ground, url, change)
    assert await unavailable(source) == "there is no table settle_order, or it may not be read"
    assert isinstance((await source.freshness())[0], Unavailable)
    wrong_schema = source_of(ground, url, lambda data: data["payouts"].update(table="nowhere.settle_orders"))
    assert "nowhere" in await unavailable(wrong_schema)


async def test_names_and_values_cannot_become_sql(ground: Ground, url: str) -> None:
    evil = 'net_amt" FROM settle_orders; DROP TABLE settle_orders; --'
    source = source_of(ground, url, lambda data: data["payouts"]["columns"].update(fee=evil))
    assert "has no column" in await unavailable(source)
    table = source_of(ground, url, lambda data: data["payouts"].update(table='settle_orders" WHERE 1=1; --'))
    assert "there is no table" in await unavailable(table)
    good = source_of(ground, url)
    for words in ("40213377'; DROP TABLE shops; --", "' OR '1'='1", "4021337_", "%", "\x00", "\ud800", "9" * 5000):
        assert isinstance(await good.look_up(replace(ASKED, terminal_id=words)), Absent), words
        assert await good.merchants_with_phone(words) == ()
        assert await good.merchant(words) is None
    assert isinstance(await good.look_up(ASKED), Found)


async def test_odd_names_are_quoted(ground: Ground, url: str) -> None:
    odd = 'net"Amt %s :x'
    engine = engine_for(url)
    with engine.begin() as connection:
        quoted = engine.dialect.identifier_preparer.quote(odd)
        connection.exec_driver_sql(f"ALTER TABLE settle_orders RENAME COLUMN net_amt TO {quoted}")
    engine.dispose()
    source = source_of(ground, url, lambda data: data["payouts"]["columns"]["net"].update(column=odd))
    result = await source.look_up(ASKED)
    assert isinstance(result, Found), result
    assert result.records.payouts[0].net == 119280


async def test_nothing_can_be_written(ground: Ground, url: str) -> None:
    mapping = mapping_of(ground, url)
    engine = reading_engine(mapping.url, 5, 1)
    for statement in ("DELETE FROM shops", "CREATE TABLE mine (x INTEGER)", "UPDATE shops SET shop_name = 'x'"):
        with engine.connect() as connection, pytest.raises(Exception, match=r"read.?only"):
            connection.execute(text(statement))
    engine.dispose()
    assert isinstance(await source_of(ground, url).look_up(ASKED), Found)


async def test_a_database_that_is_not_there(ground: Ground, tmp_path: Path, unused_tcp_port: int) -> None:
    source = source_of(ground, f"sqlite:///{tmp_path / 'missing.db'}")
    assert await unavailable(source) == f"there is no file {tmp_path / 'missing.db'}"
    assert not (tmp_path / "missing.db").exists()
    closed = source_of(ground, f"postgresql://reader:secret@127.0.0.1:{unused_tcp_port}/none")
    reason = await unavailable(closed)
    assert "OperationalError" in reason
    assert "secret" not in reason


async def test_a_statement_that_takes_too_long_is_ended(ground: Ground, url: str) -> None:
    """A view over an endless computation stands for a table without an index."""
    if url.startswith("sqlite"):
        slow = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
    else:
        slow = "SELECT count(*) FROM generate_series(1, 4000000000) x"
    columns = "order_no, shop_no, device_sn, batch, biz_date, close_time, state, fail_words, remit_epoch, back_time, "
    columns += "account_no, bank, trade_amt, fee_amt, net_amt, ccy, origin_order_no"
    run(url, f"CREATE VIEW slow_orders AS SELECT {columns} FROM settle_orders WHERE ({slow}) > 0")
    source = source_of(ground, url, lambda data: data["payouts"].update(table="slow_orders"), seconds=1)
    ticks = 0

    async def tick() -> None:
        nonlocal ticks
        while True:
            await asyncio.sleep(0.01)
            ticks += 1

    ticking = asyncio.create_task(tick())
    assert await unavailable(source) == "the database took longer than 1 s"
    ticking.cancel()
    assert ticks > 20  # the event loop went on meanwhile
    others = await source.merchants_with_phone("+8613800138001")
    assert not isinstance(others, Unavailable)


async def test_lost_connections_are_made_anew(ground: Ground, url: str) -> None:
    source = source_of(ground, url)
    assert isinstance(await source.look_up(ASKED), Found)
    if url.startswith("postgresql"):
        run(url, "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'settledesk'")
    else:  # the file is put in place anew, as a nightly copy does
        path = Path(url.removeprefix("sqlite:///"))
        content = path.read_bytes()
        path.unlink()
        path.write_bytes(content)
    assert isinstance(await source.look_up(ASKED), Found)


async def test_a_closed_source_does_not_answer(ground: Ground, url: str) -> None:
    source = source_of(ground, url)
    await source.close()
    assert await unavailable(source) == "the source is closed"
    assert isinstance((await source.freshness())[0], Unavailable)


async def test_live_tables_are_as_of_now(ground: Ground, url: str) -> None:
    ground.now = NOW + timedelta(days=3)
    result = await source_of(ground, url, lambda data: data.update(as_of="live")).look_up(ASKED)
    assert isinstance(result, Found)
    assert (result.as_of, result.stale) == (ground.now, False)
    result = await source_of(ground, url).look_up(ASKED)
    assert isinstance(result, Found)
    assert (result.as_of, result.stale) == (NOW, True)


async def test_what_is_not_mapped_is_unknown_not_absent(ground: Ground, url: str) -> None:
    def change(data: Any) -> None:
        for kind in ("merchants", "card_changes", "incidents"):
            del data[kind]
        data["payouts"]["complete"] = False

    source = source_of(ground, url, change)
    result = await source.look_up(ASKED)
    assert isinstance(result, Found)
    assert (result.records.knows_changes, result.records.knows_payouts) == (False, False)
    assert (result.records.merchant.merchant_no, result.records.merchant.name) == (MINE, None)
    assert result.records.payouts[0].net == 119280
    assert await source.merchants_with_phone("+8613800138001") == ()
    assert await source.merchant(MINE) is None


async def test_unknown_words_are_kept_and_counted(ground: Ground, url: str) -> None:
    run(url, "UPDATE settle_orders SET state = 77", "UPDATE account_changes SET apply_state = 'HMM'")
    source = source_of(ground, url)
    (before,) = await source.freshness()
    assert isinstance(before, Freshness)
    assert before.unmapped == {"status": {"77": 1}, "change status": {"HMM": 1}}
    result = await source.look_up(ASKED)
    assert isinstance(result, Found)
    (payout,), (change,) = result.records.payouts, result.records.changes
    assert (payout.status, payout.raw_status, change.status) == (None, "77", None)


@pytest.mark.parametrize("written", ["+8613800138001", "8613800138001", "0086 13800138001", "13800138001"])
async def test_telephone_numbers_are_found_however_they_are_written(ground: Ground, url: str, written: str) -> None:
    run(url, f"UPDATE shops SET mobile = '{written}' WHERE shop_no = '{MINE}'")
    found = await source_of(ground, url).merchants_with_phone("+8613800138001")
    assert not isinstance(found, Unavailable)
    assert [merchant.merchant_no for merchant in found] == ([] if " " in written else [MINE])


async def test_columns_of_other_types(ground: Ground, url: str) -> None:
    """Numbers for identifiers and days, texts for times: as old systems keep them."""
    run(
        url,
        "CREATE TABLE old_orders (id BIGINT, shop BIGINT, device BIGINT, day INTEGER, day_text VARCHAR(20), "
        "state INTEGER, paid VARCHAR(30), net BIGINT, replaced BIGINT)",
        f"INSERT INTO old_orders VALUES (7, {MINE}, 40213377, 20261119, '2026-11-19', 1, '20261120140000', 119280, 6)",
        f"INSERT INTO old_orders VALUES (6, {MINE}, 40213377, 20260901, '2026-09-01', 2, NULL, 119280, NULL)",
        f"INSERT INTO old_orders VALUES (5, {MINE}, 40213377, 20261111, '2026-11-11', 1, NULL, 119280, NULL)",
        f"INSERT INTO old_orders VALUES (4, {OTHERS}, 40213377, 20261119, '2026-11-19', 1, NULL, 119280, NULL)",
        "CREATE TABLE old_devices (device BIGINT, shop BIGINT)",
        f"INSERT INTO old_devices VALUES (40213377, {MINE})",
    )

    def change(data: Any, day: Any) -> None:
        data["terminals"] = {"table": "old_devices", "columns": {"terminal_id": "device", "merchant_no": "shop"}}
        data["payouts"] = {
            "table": "old_orders",
            "columns": {
                "payout_id": "id", "merchant_no": "shop", "terminal_id": "device", "trade_date": day,
                "status": {"column": "state", "provider": "leshua"}, "replaces": "replaced",
                "paid_at": {"column": "paid", "format": "%Y%m%d%H%M%S"}, "net": {"column": "net", "units": "minor"},
            },
        }  # fmt: skip

    for day in ({"column": "day", "format": "%Y%m%d"}, "day_text"):
        source = source_of(ground, url, lambda data, day=day: change(data, day))  # type: ignore[misc]
        result = await source.look_up(ASKED)
        assert isinstance(result, Found), result
        assert [(payout.payout_id, payout.trade_date) for payout in result.records.payouts] == [
            ("6", date(2026, 9, 1)), ("7", DAY),
        ]  # fmt: skip
        assert result.records.payouts[1].paid_at == datetime.fromisoformat("2026-11-20T14:00:00+08:00")
        assert isinstance(await source.look_up(replace(ASKED, terminal_id="4021337A")), Absent)
        lately = await source.look_up(replace(ASKED, trade_dates=()))
        assert isinstance(lately, Found)
        assert [payout.payout_id for payout in lately.records.payouts] == ["6", "5", "7"]


async def test_a_schema_of_its_own(ground: Ground, url: str) -> None:
    if url.startswith("sqlite"):
        schema = "main"
    else:
        schema = "Acquirer"
        run(url, 'CREATE SCHEMA "Acquirer"', 'ALTER TABLE settle_orders SET SCHEMA "Acquirer"')
    source = source_of(ground, url, lambda data: data["payouts"].update(table=f"{schema}.settle_orders"))
    result = await source.look_up(ASKED)
    assert isinstance(result, Found), result
    assert len(result.records.payouts) == 1
    assert isinstance((await source.freshness())[0], Freshness)


async def test_too_many_rows_are_no_answer(ground: Ground, url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.settlement.sql.reading.MOST_PAYOUTS", 1)
    run(
        url,
        f"INSERT INTO settle_orders (order_no, shop_no, biz_date, net_amt) VALUES ('P2', '{MINE}', '2026-11-19', 1)",
    )
    assert "settle_orders: more than 1 rows for one lookup" in await unavailable(source_of(ground, url))


async def test_counting_that_takes_too_long_is_left_out(
    ground: Ground, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    from storage.settlement.mapped.answers import NoAnswer
    from storage.settlement.sql.reading import SqlReading

    def slow(_self: SqlReading, kind: Any) -> int:
        raise NoAnswer("the database took longer than 5 s")

    monkeypatch.setattr(SqlReading, "counts", slow)
    (layer,) = await source_of(ground, url).freshness()
    assert isinstance(layer, Freshness)
    assert (layer.counts, layer.as_of) == ({}, NOW)


async def test_many_lookups_share_few_connections(ground: Ground, url: str) -> None:
    source = source_of(ground, url, connections=2)
    results = await asyncio.gather(*(source.look_up(ASKED) for _ in range(40)))
    assert all(isinstance(result, Found) for result in results)


async def test_cancelling_is_harmless(ground: Ground, url: str) -> None:
    source = source_of(ground, url)
    waiting = [asyncio.create_task(source.look_up(ASKED)) for _ in range(10)]
    await asyncio.sleep(0)
    for task in waiting[:5]:
        task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await waiting[0]
    results = await asyncio.gather(*waiting[5:])
    assert all(isinstance(result, Found) for result in results)
