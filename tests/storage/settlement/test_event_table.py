"""Events on their way into the table: together, once, in any order, and none that is lost or comes for ever."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import Engine, text

from storage.errors import DatabaseFailed, StorageError
from storage.settlement import events as module
from storage.settlement.events import PROVIDERS, EventTable, event_of
from storage.settlement.importing import Importer
from storage.settlement.ledger import ImportBusy, Ledger
from tests.storage.settlement.invented import BEGUN, Invented, event


@pytest.fixture
def table(importer: Importer, monkeypatch: pytest.MonkeyPatch) -> EventTable:
    monkeypatch.setattr(module, "PATIENCE", 0.0)
    return EventTable(importer, lambda name: Invented() if name == "stripe_payouts" else None)


def rows(engine: Engine, sql: str) -> list[tuple[Any, ...]]:
    with engine.connect().execution_options(reading=True) as connection:
        return [tuple(row) for row in connection.execute(text(sql))]


def payouts(engine: Engine) -> list[tuple[Any, ...]]:
    return rows(engine, "SELECT payout_id, net, raw_status FROM settlement_payouts ORDER BY said_at, id")


def ledger(engine: Engine) -> list[tuple[Any, ...]]:
    return rows(engine, "SELECT state, name, reasons FROM settlement_imports ORDER BY import_no")


def test_many_events_are_one_import(engine: Engine, table: EventTable) -> None:
    table.bring([event(number, f"po_{number}") for number in range(50)])
    assert len(payouts(engine)) == 50
    assert ledger(engine) == [("done", "stripe, 50 events", None)]
    assert rows(engine, "SELECT merchant_no, acquirer FROM settlement_merchants") == [("M-1", "stripe")]
    assert rows(engine, "SELECT acquirer, as_of FROM settlement_feeds") == [("stripe", BEGUN * 1_000_000)]


def test_an_event_twice_changes_nothing(engine: Engine, table: EventTable, importer: Importer) -> None:
    events = [event(1), event(2, at=BEGUN + 5, status="failed")]
    table.bring(events)
    table.bring([events[0]])
    assert len(ledger(engine)) == 1  # this program remembers
    after_a_restart = EventTable(importer, lambda _name: Invented())
    after_a_restart.bring([events[0]])
    after_a_restart.bring([events[1]])
    assert payouts(engine) == [("po_1", 1000, "paid"), ("po_1", 1000, "failed")]


def test_the_newest_word_counts_in_whatever_order(engine: Engine, table: EventTable) -> None:
    table.bring([event(2, at=BEGUN + 60, status="returned")])
    table.bring([event(1, at=BEGUN, status="paid")])
    assert payouts(engine) == [("po_1", 1000, "paid"), ("po_1", 1000, "returned")]


def test_one_bad_event_does_not_keep_the_others_out(engine: Engine, table: EventTable) -> None:
    table.bring([event(1), event(2, "po_2", net="ten"), event(3, "po_3")])
    assert [row[0] for row in payouts(engine)] == ["po_1", "po_3"]
    refused = [row for row in ledger(engine) if row[2] is not None]
    assert [(state, name.split(" ")[:2]) for state, name, _ in refused] == [("rejected", ["stripe", "evt_2"])]
    assert "not a sum in minor units" in json.loads(refused[0][2])[0]


def test_one_that_breaks_the_reader_is_refused_without_its_words(
    engine: Engine, table: EventTable, caplog: pytest.LogCaptureFixture
) -> None:
    table.bring([event(1), event(2, "po_2", status="boom")])
    assert [row[0] for row in payouts(engine)] == ["po_1"]
    reasons = [row[2] for row in ledger(engine) if row[2] is not None]
    assert reasons == ['["reading it failed: KeyError"]']
    assert "6222" not in caplog.text + str(ledger(engine))
    table.bring([event(3, "po_3")])  # nothing is left running
    assert [row[0] for row in payouts(engine)] == ["po_1", "po_3"]


def test_one_that_the_format_does_not_know_is_refused(engine: Engine, table: EventTable) -> None:
    body = b'{"object": "event", "id": "evt_9", "type": "payout.created", "data": {"object": {}}}'
    strange = event_of(PROVIDERS["stripe"], body)
    assert strange is not None
    table.bring([strange, event(1)])
    assert len(payouts(engine)) == 1
    assert [row[2] for row in ledger(engine) if row[2]] == [
        '["an event of type payout.created that stripe_payouts does not know"]'
    ]


def test_while_another_import_runs_they_have_to_come_again(
    engine: Engine, table: EventTable, importer: Importer
) -> None:
    other = Ledger(engine, importer.clock)
    other.start("another", "native", "large.zip")
    with pytest.raises(ImportBusy):
        table.bring([event(1)])
    other.reject(None)
    table.bring([event(1)])
    assert len(payouts(engine)) == 1


def test_a_database_that_fails_is_said_and_nothing_is_forgotten(
    engine: Engine, table: EventTable, monkeypatch: pytest.MonkeyPatch
) -> None:
    import sqlite3

    def full(*_: object, **__: object) -> None:
        raise sqlite3.OperationalError("database or disk is full")

    with monkeypatch.context() as broken:
        broken.setattr(Ledger, "finish", full)
        with pytest.raises(DatabaseFailed):
            table.bring([event(1)])
    table.bring([event(1)])  # at once: what broke off does not count as running
    assert len(payouts(engine)) == 1


def test_without_its_format_an_event_is_not_lost(importer: Importer) -> None:
    with pytest.raises(StorageError, match="stripe_payouts"):
        EventTable(importer, lambda _name: None).bring([event(1)])


@pytest.mark.parametrize("provider", ["adyen", "stripe", "square"])
@pytest.mark.parametrize(
    "body", [b"", b"{", b"[]", b"null", b"\xff\xfe", b"[" * 100_000, b'{"object": "event"}', b'{"type": "payout.paid"}',
             b'{"data": {}, "type": 5, "object": "event", "event_id": 1}', b'{"data": [], "type": "payout.paid"}'],
)  # fmt: skip
def test_what_is_no_event(provider: str, body: bytes) -> None:
    assert event_of(PROVIDERS[provider], body) is None


@pytest.mark.parametrize(
    ("provider", "body", "name", "payouts"),
    [
        ("adyen", {"data": {"id": "TR1"}, "type": "balancePlatform.transfer.updated",
                   "timestamp": "2026-11-20T10:00:00+01:00"}, "adyen TR1", True),
        ("adyen", {"data": {}, "type": "balancePlatform.accountHolder.created"}, "adyen event", False),
        ("square", {"type": "payout.paid", "event_id": "5d27-aa", "created_at": "2026-11-20T09:00:00Z", "data": {}},
         "square 5d27-aa", True),
        ("square", {"type": "payment.created", "event_id": "no, 4111 1111 1111 1111", "data": {}},
         "square event", False),
        ("stripe", {"object": "event", "id": "4111111111111111", "type": "charge.succeeded", "data": {}},
         "stripe event", False),
    ],
)  # fmt: skip
def test_what_an_event_says_of_itself(provider: str, body: dict[str, Any], name: str, payouts: bool) -> None:
    found = event_of(PROVIDERS[provider], json.dumps(body).encode())
    assert found is not None
    assert found.part.name.rsplit(" ", 1)[0] == name
    assert found.of_payouts is payouts
    assert (found.at is None) == ("timestamp" not in body and "created_at" not in body)
