"""Settlement events over HTTP: who is let in, what is answered, and that 200 means that it is committed."""

from __future__ import annotations

import asyncio
import base64
import hashlib
import hmac
import json
import logging
import threading
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot import settlement_events as module
from bot.assembly import listening
from bot.logs import clean
from bot.settings import Settings, SettingsError, read_settings
from bot.settlement_events import MOST_BYTES, Arrivals, checks_of, door
from knowledge.library import KnowledgeBase
from knowledge.loader import load
from storage.database import Storage
from storage.errors import DatabaseBusy
from storage.settlement.events import PROVIDERS, Event, EventTable, event_of
from storage.settlement.importing import Importer
from storage.settlement.ledger import ImportBusy
from tests.storage.settlement.invented import Invented, body

NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
URL = "https://desk.example/settlements/square"
SECRETS = {"adyen_hmac_keys": "AB" * 32 + "," + "CD" * 32, "stripe_webhook_secrets": "whsec_old,whsec_new",
           "square_webhook_keys": "sq-old,sq-new", "square_webhook_url": URL}  # fmt: skip
ONE_DATABASE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


def settings(**changes: Any) -> Settings:
    return read_settings(_env_file=None, **{**SECRETS, **changes})


def sign(provider: str, content: bytes, key: str = "", at: float | None = None) -> dict[str, str]:
    """Headers as the provider would send them, by default with the newer of the two keys."""

    def made(secret: bytes, message: bytes) -> bytes:
        return hmac.new(secret, message, hashlib.sha256).digest()

    if provider == "adyen":
        digest = made(bytes.fromhex(key or "CD" * 32), content)
        return {"HmacSignature": base64.b64encode(digest).decode(), "Protocol": "HmacSHA256"}
    if provider == "stripe":
        sent = int(NOW.timestamp() if at is None else at)
        digest = made((key or "whsec_new").encode(), f"{sent}.".encode() + content)
        return {"Stripe-Signature": f"t={sent},v1={digest.hex()},v0=ab"}
    digest = made((key or "sq-new").encode(), URL.encode() + content)
    return {"x-square-hmacsha256-signature": base64.b64encode(digest).decode()}


Bring = Callable[[Sequence[Event]], None]


@asynccontextmanager
async def serve(bring: Bring, known: Settings | None = None) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    """The doors of all providers before this way into the table."""
    app, arrivals = web.Application(), Arrivals(bring)
    for name, genuine in checks_of(known or settings(), lambda: NOW).items():
        app.router.add_post(f"/settlements/{name}", door(PROVIDERS[name], genuine, arrivals))
    async with TestClient(TestServer(app)) as client:
        yield client


@pytest.fixture
async def client(storage: Storage) -> AsyncIterator[TestClient[web.Request, web.Application]]:
    table = EventTable(Importer(storage.engine, lambda: NOW), lambda _name: Invented())
    async with serve(table.bring) as ready:
        yield ready


async def post(client: Any, provider: str, content: bytes, headers: dict[str, str] | None = None) -> int:
    path = f"/settlements/{provider}"
    async with client.post(path, data=content, headers=sign(provider, content) if headers is None else headers) as got:
        assert (await got.read() == b"") or got.status == 404
        assert got.status != 503 or int(got.headers["Retry-After"]) > 0
        return int(got.status)


async def payouts(storage: Storage) -> list[tuple[Any, ...]]:
    sql = "SELECT payout_id, raw_status FROM settlement_payouts ORDER BY said_at, payout_id"
    return [tuple(row) for row in await storage.read(lambda unit: unit.wire.driver.execute(sql).fetchall())]


async def imports(storage: Storage) -> list[tuple[Any, ...]]:
    sql = "SELECT state, reasons FROM settlement_imports ORDER BY import_no"
    return [tuple(row) for row in await storage.read(lambda unit: unit.wire.driver.execute(sql).fetchall())]


async def test_what_is_answered_with_200_is_in_the_table(storage: Storage, client: Any) -> None:
    assert await post(client, "stripe", body(1)) == 200
    assert await payouts(storage) == [("po_1", "paid")]
    assert await post(client, "stripe", body(1)) == 200
    assert len(await imports(storage)) == 1


async def test_events_out_of_order(storage: Storage, client: Any) -> None:
    assert await post(client, "stripe", body(2, at=1_795_200_060, status="returned")) == 200
    assert await post(client, "stripe", body(1, status="paid")) == 200
    assert await payouts(storage) == [("po_1", "paid"), ("po_1", "returned")]


async def test_what_can_never_be_read_is_taken_and_kept_for_staff(storage: Storage, client: Any) -> None:
    assert await post(client, "stripe", body(1, net="much")) == 200
    assert [state for state, reasons in await imports(storage) if reasons] == ["rejected"]


async def passed(events: Sequence[Event]) -> None:
    raise AssertionError("nothing was to be brought in")


ENVELOPES = {
    "adyen": {"type": "balancePlatform.transfer.updated", "data": {"id": "T1"}},
    "stripe": {"object": "event", "type": "payout.paid", "id": "evt_1", "data": {}},
    "square": {"type": "payout.paid", "event_id": "e-1", "data": {}},
}


@pytest.mark.parametrize("provider", sorted(ENVELOPES))
class TestDoor:
    async def test_every_key_in_force_opens(self, provider: str) -> None:
        taken: list[Event] = []
        content = json.dumps(ENVELOPES[provider]).encode()
        old = {"adyen": "AB" * 32, "stripe": "whsec_old", "square": "sq-old"}[provider]
        async with serve(taken.extend) as client:
            assert await post(client, provider, content) == 200
            assert await post(client, provider, content, sign(provider, content, old)) == 200
        assert [event.kind.provider for event in taken] == [provider, provider]

    async def test_strangers_are_told_nothing(self, provider: str) -> None:
        taken: list[Event] = []
        content = json.dumps(ENVELOPES[provider]).encode()
        wrong = {"adyen": "EE" * 32, "stripe": "whsec_x", "square": "sq-x"}[provider]
        async with serve(taken.extend) as client:
            for headers in ({}, sign(provider, content, wrong), sign(provider, content + b" ")):
                assert await post(client, provider, content, headers) == 401
            assert await post(client, provider, b"no event", {}) == 401  # the signature comes first
        assert taken == []

    @pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"hello": 1}', b"[" * 100_000])
    async def test_what_is_no_event_of_the_provider(self, provider: str, content: bytes) -> None:
        async with serve(lambda _events: None) as client:
            assert await post(client, provider, content) == 400

    async def test_events_that_tell_of_no_payout_are_passed_over(self, provider: str) -> None:
        taken: list[Event] = []
        content = json.dumps({**ENVELOPES[provider], "type": "something.else"}).encode()
        async with serve(taken.extend) as client:
            assert await post(client, provider, content) == 200
        assert taken == []

    async def test_without_its_secret_there_is_no_such_path(self, provider: str) -> None:
        names = {"adyen": "adyen_hmac_keys", "stripe": "stripe_webhook_secrets", "square": "square_webhook_keys"}
        content = json.dumps(ENVELOPES[provider]).encode()
        async with serve(lambda _events: None, settings(**{names[provider]: ""})) as client:
            assert await post(client, provider, content) == 404
            assert await post(client, "nobody", content, {}) == 404
            others = [other for other in ENVELOPES if other != provider]
            assert [await post(client, other, b"", {}) for other in others] == [401, 401]

    @pytest.mark.parametrize("announced", [True, False])
    async def test_too_large(self, provider: str, announced: bool) -> None:
        content = b"x" * (MOST_BYTES + 1)

        async def pieces() -> AsyncIterator[bytes]:
            yield content

        async with serve(lambda _events: None) as client:
            data: Any = content if announced else pieces()
            async with client.post(f"/settlements/{provider}", data=data, headers=sign(provider, content)) as got:
                assert got.status == 413

    @pytest.mark.parametrize("failure", [ImportBusy("busy"), DatabaseBusy("locked"), RuntimeError("secret words")])
    async def test_what_cannot_be_kept_has_to_come_again(
        self, provider: str, failure: Exception, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail(_events: Sequence[Event]) -> None:
            raise failure

        content = json.dumps(ENVELOPES[provider]).encode()
        async with serve(fail) as client:
            assert await post(client, provider, content) == 503
        assert "secret words" not in caplog.text
        assert "could not be kept" in caplog.text


async def test_a_replayed_event_of_stripe_is_too_old() -> None:
    content = json.dumps(ENVELOPES["stripe"]).encode()
    async with serve(lambda _events: None) as client:
        assert await post(client, "stripe", content, sign("stripe", content, at=NOW.timestamp() - 299)) == 200
        assert await post(client, "stripe", content, sign("stripe", content, at=NOW.timestamp() - 301)) == 401


async def test_those_that_wait_are_brought_in_together() -> None:
    calls: list[int] = []
    go = threading.Event()

    def slow(events: Sequence[Event]) -> None:
        calls.append(len(events))
        go.wait(10)

    async with serve(slow) as client:
        first = asyncio.create_task(post(client, "stripe", body(0)))
        while not calls:
            await asyncio.sleep(0.01)
        others = [asyncio.create_task(post(client, "stripe", body(number))) for number in range(1, 40)]
        await asyncio.sleep(0.5)
        go.set()
        assert await asyncio.gather(first, *others) == [200] * 40
    assert calls[0] == 1
    assert sum(calls) == 40
    assert len(calls) <= 4


async def test_more_than_can_wait_come_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MOST_WAITING", 3)
    go = threading.Event()
    async with serve(lambda _events: bool(go.wait(10)) and None) as client:
        tasks = [asyncio.create_task(post(client, "stripe", body(number))) for number in range(20)]
        while sum(task.done() for task in tasks) < 10:
            await asyncio.sleep(0.01)
        go.set()
        answers = await asyncio.gather(*tasks)
    assert set(answers) == {200, 503}


async def test_a_body_that_never_comes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "READ_SECONDS", 0.1)

    async def pieces() -> AsyncIterator[bytes]:
        yield b"{"
        await asyncio.sleep(5)

    async with serve(lambda _events: None) as client, client.post("/settlements/stripe", data=pieces()) as got:
        assert got.status == 408


async def test_bodies_and_secrets_are_never_logged(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    content = json.dumps({**ENVELOPES["stripe"], "data": {"account": "6222020000000000001"}}).encode()
    async with serve(lambda _events: None) as client:
        assert await post(client, "stripe", content) == 200
        for _ in range(50):
            assert await post(client, "stripe", content, {}) == 401
    assert "6222020000000000001" not in caplog.text
    assert caplog.text.count("wrong signature") == 1
    known = settings()
    assert len(known.secrets) == 6
    assert not any(secret in clean("; ".join(known.secrets), known.secrets) for secret in known.secrets)
    assert not any(secret in repr(known) + str(known.model_dump()) for secret in known.secrets)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"adyen_hmac_keys": "xyz-private"}, "ADYEN_HMAC_KEYS"),
        ({"adyen_hmac_keys": "AB" * 8}, "ADYEN_HMAC_KEYS"),
        ({"stripe_webhook_secrets": "sk_live_private"}, "whsec_"),
        ({"square_webhook_url": None}, "SQUARE_WEBHOOK_URL"),
        ({"square_webhook_url": "desk.example"}, "SQUARE_WEBHOOK_URL"),
    ],
)
def test_wrong_secrets_are_said_and_not_shown(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        settings(**changes)
    assert says in str(wrong.value)
    assert "private" not in str(wrong.value)


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load(read_settings(_env_file=None).knowledge_dir)


@ONE_DATABASE
async def test_no_server_without_a_secret(storage: Storage, base: KnowledgeBase, unused_tcp_port: int) -> None:
    quiet = read_settings(_env_file=None, listen=f"127.0.0.1:{unused_tcp_port}")
    async with listening(quiet, None, storage, lambda: base, lambda: NOW):  # type: ignore[arg-type]
        with pytest.raises(OSError, match=r"[Cc]onnect"):
            await asyncio.open_connection("127.0.0.1", unused_tcp_port)


@ONE_DATABASE
async def test_an_address_that_is_taken_is_said(storage: Storage, base: KnowledgeBase, unused_tcp_port: int) -> None:
    known = settings(listen=f"127.0.0.1:{unused_tcp_port}")
    async with listening(known, None, storage, lambda: base, lambda: NOW):  # type: ignore[arg-type]
        with pytest.raises(SettingsError, match="LISTEN"):
            async with listening(known, None, storage, lambda: base, lambda: NOW):  # type: ignore[arg-type]
                pass


def at(day: str) -> int:
    return int(datetime.fromisoformat(f"2026-11-{day}").replace(tzinfo=UTC).timestamp())


REAL: dict[str, tuple[dict[str, Any], str]] = {
    "stripe": (
        {"id": "evt_1Qx", "object": "event", "api_version": "2026-06-30", "created": at("20"), "type": "payout.failed",
         "account": "acct_1Qx", "livemode": True, "pending_webhooks": 1, "request": {"id": None},
         "data": {"object": {
             "id": "po_1Qx", "object": "payout", "amount": 118000, "currency": "eur", "created": at("18"),
             "arrival_date": at("20"), "status": "failed", "failure_code": "account_closed", "destination": "ba_1Qx",
             "failure_message": "The bank account has been closed", "method": "standard", "type": "bank_account",
             "automatic": True, "balance_transaction": "txn_1Qx", "metadata": {}, "reconciliation_status": "completed",
             "original_payout": None, "reversed_by": None, "trace_id": None}}},
        "po_1Qx",
    ),
    "adyen": (
        {"type": "balancePlatform.transfer.updated", "environment": "live", "timestamp": "2026-11-20T10:00:00+01:00",
         "data": {
             "id": "TRF-77", "balancePlatform": "LanternPlatform", "category": "bank", "type": "bankTransfer",
             "direction": "outgoing", "status": "booked", "reason": "approved", "sequenceNumber": 3,
             "amount": {"currency": "EUR", "value": 118000}, "creationDate": "2026-11-20T09:00:00+01:00",
             "accountHolder": {"id": "AH3227"}, "balanceAccount": {"id": "BA3227"},
             "categoryData": {"type": "bank", "priority": "regular"}, "reference": "R-77",
             "counterparty": {"transferInstrumentId": "SE3227"}, "description": "Payout",
             "events": [{"id": "EV-1", "type": "accounting", "status": "booked",
                         "bookingDate": "2026-11-20T10:00:00+01:00"}]}},
        "TRF-77",
    ),
    "square": (
        {"merchant_id": "ML5", "location_id": "L5", "type": "payout.paid", "event_id": "6a8f-11",
         "created_at": "2026-11-20T09:00:00Z",
         "data": {"type": "payout", "id": "po_5", "object": {"payout": {
             "id": "po_5", "status": "PAID", "location_id": "L5", "created_at": "2026-11-19T03:07:09Z",
             "updated_at": "2026-11-20T09:00:00Z", "amount_money": {"amount": 118000, "currency_code": "USD"},
             "destination": {"type": "BANK_ACCOUNT", "id": "bact:Z5"}, "version": 1, "type": "BATCH",
             "arrival_date": "2026-11-20", "end_to_end_id": "L2100000005"}}}},
        "po_5",
    ),
}  # fmt: skip


@pytest.mark.parametrize("provider", sorted(REAL))
async def test_a_providers_own_event_becomes_a_payout(storage: Storage, provider: str) -> None:
    """From its signature to the table, through the format that reads this provider's events."""
    event, payout = REAL[provider]
    content = json.dumps(event).encode()
    async with serve(EventTable(Importer(storage.engine, lambda: NOW, load_providers())).bring) as client:
        assert await post(client, provider, content) == 200
        assert await post(client, provider, content) == 200
    assert [state for state, _ in await imports(storage)] == ["done"], await imports(storage)
    found = await payouts(storage)
    assert len(found) == 1
    assert payout in found[0][0]


@pytest.mark.parametrize("provider", sorted(REAL))
@ONE_DATABASE
async def test_several_of_a_providers_own_events_are_one_import(storage: Storage, provider: str) -> None:
    event, payout = REAL[provider]
    bodies = [json.dumps(event).replace(payout, f"{payout}{number}").encode() for number in range(3)]
    events = [found for content in bodies if (found := event_of(PROVIDERS[provider], content))]
    EventTable(Importer(storage.engine, lambda: NOW, load_providers())).bring(events)
    assert [state for state, _ in await imports(storage)] == ["done"]
    assert len(await payouts(storage)) == 3


def load_providers() -> Any:
    return load(read_settings(_env_file=None).knowledge_dir).providers
