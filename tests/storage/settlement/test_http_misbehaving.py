"""An interface that misbehaves in every way: no answer is ever half, wrong, endless, or an exception."""

from __future__ import annotations

import asyncio
import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer

from knowledge.providers import Providers
from knowledge.records import Absent, Foreign, Found, Query, Unavailable
from storage.settlement.http.circuit import Circuit
from storage.settlement.http.source import HttpSource
from storage.settlement.mapped.answers import NoAnswer
from tests.storage.settlement.conftest import BASE
from tests.storage.settlement.harbour import Harbour, order
from tests.storage.settlement.worlds import Ground, ground_for, http_source

MINE, OTHERS = "822331059990001", "822331059990002"
DAY = date(2026, 11, 19)
ASKED = Query("40213377", (DAY,), frozenset({MINE}))
Mishap = Callable[[web.Request], Awaitable[web.StreamResponse]]


@pytest.fixture
async def ground(request: pytest.FixtureRequest, tmp_path: Path, providers: Providers) -> AsyncIterator[Ground]:
    async with ground_for(request, tmp_path, providers) as made:
        yield made


@pytest.fixture
async def harbour(ground: Ground) -> Harbour:
    """Harbour's interface."""
    ground.harbour = Harbour(BASE)
    return ground.harbour


@pytest.fixture
async def address(ground: Ground, harbour: Harbour) -> str:
    server = TestServer(harbour.app())
    await server.start_server()
    ground.stack.push_async_callback(server.close)
    return str(server.make_url("")).rstrip("/")


async def unavailable(source: HttpSource, asked: Query = ASKED) -> str:
    """Why there is no answer, in words without personal data."""
    result = await source.look_up(asked)
    assert isinstance(result, Unavailable), result
    assert result.source == "harbour-api"
    for secret in ("40213377", MINE, "13800138001", "hush", "token-"):
        assert secret not in result.reason
    return result.reason


def answering(body: Any, status: int = 200, **headers: str) -> Mishap:
    async def answer(_request: web.Request) -> web.StreamResponse:
        if isinstance(body, bytes | str):
            kind = headers.pop("content_type", "application/json")
            given = body.encode() if isinstance(body, str) else body
            return web.Response(body=given, status=status, content_type=kind, headers=headers)
        return web.json_response(body, status=status, headers=headers)

    return answer


def orders(**changed: Any) -> dict[str, Any]:
    """One good payout with fields changed; a field that is ``...`` is left out."""
    good = {**order(BASE["payouts"][0]), **changed}
    return {"data": {"orders": [{name: value for name, value in good.items() if value is not ...}], "next": None}}


async def reset(request: web.Request) -> web.StreamResponse:
    assert request.transport is not None
    request.transport.abort()
    return web.Response()


async def breaks_off(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json", "Content-Length": "1000"})
    await response.prepare(request)
    await response.write(b'{"data": {"orders": [')
    assert request.transport is not None
    request.transport.abort()
    return response


async def endless(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse(headers={"Content-Type": "application/json"})
    await response.prepare(request)
    while True:
        await response.write(b" " * 65536)


NET = {"trade": 120000, "fee": 720, "net": 119280}


@pytest.mark.parametrize(
    ("mishap", "says"),
    [
        (answering({}, 500), "HTTP 500"),
        (answering({}, 503), "HTTP 503"),
        (answering({}, 418), "HTTP 418"),
        (answering(orders(), 206), "part of an answer"),
        (answering("", 204), "HTTP 204"),
        (answering({}, 403), "key is not accepted"),
        (answering({}, 404), "HTTP 404"),
        (reset, "connection failed"),
        (breaks_off, "broke off"),
        (endless, "larger than"),
        (answering(gzip.compress(b" " * 50_000_000), **{"Content-Encoding": "gzip"}), "larger than"),
        (answering(b"not gzip", **{"Content-Encoding": "gzip"}), ""),
        (answering("<html>sign in</html>", content_type="text/html"), "no JSON but text/html"),
        (answering("{'data': 1}"), "no JSON"),
        (answering('{"data": {"orders": [{"amounts": {"net": NaN}}]}}'), "no JSON"),
        (answering(b'\xff\xfe{"data": 1}'), "no JSON"),
        (answering('{"data": ' + "1" * 5000 + "}"), "no JSON"),
        (answering("[" * 100_000), "nested"),
        (answering("[" * 100 + "]" * 100), "nested"),
        (answering([]), "no list of objects"),
        (answering({"data": None}), "no list of objects"),
        (answering({"data": {"orders": {"orderNo": "P1"}}}), "no list of objects"),
        (answering({"data": {"orders": ["P1", None]}}), "no list of objects"),
        (answering(orders(orderNo=...)), "orderNo (payout_id): nothing is there"),
        (answering(orders(shopNo=None)), "shopNo (merchant_no): nothing is there"),
        (answering(orders(bizDate="")), "bizDate (trade_date): nothing is there"),
        (answering(orders(amounts={"trade": 1, "fee": 0})), "amounts.net (net): nothing is there"),
        (answering(orders(amounts={**NET, "net": 1192.8})), "a fraction where minor units are promised"),
        (answering(orders(amounts={**NET, "net": "1,192"})), "thousands separators"),
        (answering(orders(amounts={**NET, "net": -1})), "negative"),
        (answering(orders(amounts={**NET, "net": True})), "true or false"),
        (answering(orders(amounts={**NET, "net": [119280]})), "a list"),
        (answering(orders(amounts={**NET, "net": 10**20})), "amounts.net"),
        (answering('{"data": {"orders": [{"orderNo": "P", "shopNo": "M", "bizDate": "20261119", '
                   '"amounts": {"net": 1e999999}}]}}'), "too long"),
        (answering(orders(orderNo={"id": 1})), "a structure"),
        (answering(orders(orderNo="=1+1")), "formula"),
        (answering(orders(bizDate="2026-11-19")), "written as %Y%m%d"),
        (answering(orders(closeTime="yesterday evening")), "ISO 8601"),
        (answering(orders(remitEpoch=10**14)), "epoch_s"),
        (answering(orders(accountNo="****")), "does not end in 2 digits"),
        (answering(orders(ccy="YUAN")), "ISO 4217"),
        (answering({"data": {"orders": [order(BASE["payouts"][0]), order({**BASE["payouts"][0], "net": "1.00"})]}}),
         "told twice"),
        (answering("", 302, Location="https://elsewhere.example/"), "redirected to another server"),
        (answering("", 302, Location="//elsewhere.example/settle-orders"), "redirected to another server"),
        (answering("", 302, Location="http://[broken"), "redirected to another server"),
        (answering("", 302), "redirected to another server"),
        (answering("", 307, Location="/settle-orders"), "redirected too often"),
    ],
)  # fmt: skip
async def test_what_cannot_be_relied_on_is_no_answer(
    ground: Ground, harbour: Harbour, address: str, mishap: Mishap, says: str
) -> None:
    harbour.mishaps["/settle-orders"] = mishap
    assert says in await unavailable(http_source(ground, address))


async def test_a_slow_interface_is_not_waited_for(ground: Ground, harbour: Harbour, address: str) -> None:
    async def slow(request: web.Request) -> web.StreamResponse:
        await asyncio.sleep(30)
        return web.Response()

    harbour.mishaps["/settle-orders"] = slow
    source = http_source(ground, address, limits={"request": 0.05})
    assert "no answer within 0.05 s" in await unavailable(source)
    assert len([path for path in harbour.asked if path.startswith("/settle-orders")]) == 3
    source = http_source(ground, address, limits={"lookup": 0.05})
    assert "no whole answer within 0.05 s" in await unavailable(source)


async def test_nobody_there(ground: Ground, unused_tcp_port: int) -> None:
    source = http_source(ground, f"http://127.0.0.1:{unused_tcp_port}")
    assert "no connection" in await unavailable(source)


async def test_what_is_down_for_a_moment_is_asked_again(ground: Ground, harbour: Harbour, address: str) -> None:
    answers = [500, 503, 200]
    paused: list[float] = []

    async def recovering(request: web.Request) -> web.StreamResponse:
        status = answers.pop(0)
        return web.json_response(orders(), status=status) if status == 200 else web.Response(status=status)

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    harbour.mishaps["/settle-orders"] = recovering
    source = http_source(ground, address, lambda data: data["requests"].pop("replacing"), sleep=pause)
    assert isinstance(await source.look_up(ASKED), Found)
    assert len(paused) == 2
    assert all(0 <= seconds <= 3 for seconds in paused)


@pytest.mark.parametrize(("after", "tries"), [("2", 3), ("3600", 1), ("Wed, 21 Oct 2099 07:28:00 GMT", 1), ("soon", 3)])
async def test_who_is_told_to_come_later_comes_later(
    ground: Ground, harbour: Harbour, address: str, after: str, tries: int
) -> None:
    paused: list[float] = []

    async def pause(seconds: float) -> None:
        paused.append(seconds)

    harbour.mishaps["/settle-orders"] = answering({}, 429, **{"Retry-After": after})
    assert "HTTP 429" in await unavailable(http_source(ground, address, sleep=pause))
    assert len([path for path in harbour.asked if path.startswith("/settle-orders")]) == tries
    assert len(paused) == tries - 1
    if after == "2":
        assert paused == [2, 2]


async def test_only_what_may_be_repeated_is_repeated(ground: Ground, harbour: Harbour, address: str) -> None:
    bodies: list[Any] = []

    async def posted(request: web.Request) -> web.Response:
        bodies.append(await request.json())
        return web.json_response({}, status=500)

    app = harbour.app()
    app.router.add_post("/query", posted)
    server = TestServer(app)
    await server.start_server()
    ground.stack.push_async_callback(server.close)

    def change(data: Any) -> None:
        payouts = data["requests"]["payouts"]
        payouts |= {"path": "/query", "method": "POST", "json": {"shop": ["{merchant_no}"], "size": "{size}"}}
        payouts["json"]["cursor"] = "{cursor}"
        del payouts["query"]

    url = str(server.make_url("")).rstrip("/")
    assert "HTTP 500" in await unavailable(http_source(ground, url, change))
    assert bodies == [{"shop": [MINE], "size": 50, "cursor": ""}]

    def repeatable(data: Any) -> None:
        change(data)
        data["requests"]["payouts"]["idempotent"] = True

    assert "HTTP 500" in await unavailable(http_source(ground, url, repeatable))
    assert len(bodies) == 4


async def test_tokens_are_kept_and_replaced_once(ground: Ground, harbour: Harbour, address: str) -> None:
    source = http_source(ground, address)
    await asyncio.gather(*(source.look_up(ASKED) for _ in range(5)))
    assert harbour.tokens == 1
    harbour.refuse.add("token-1")
    results = await asyncio.gather(*(source.look_up(ASKED) for _ in range(5)))
    assert all(isinstance(result, Found) for result in results)
    assert harbour.tokens == 2
    harbour.refuse |= {f"token-{number}" for number in range(100)}
    before = len(harbour.asked)
    assert "HTTP 401: our key is not accepted" in await unavailable(source)
    assert len(harbour.asked) - before == 2


async def test_a_token_is_replaced_before_it_ends(ground: Ground, harbour: Harbour, address: str) -> None:
    now = [1000.0]
    harbour.lasts = 100
    source = http_source(ground, address, clock=lambda: now[0])
    await source.look_up(ASKED)
    now[0] += 69
    await source.look_up(ASKED)
    assert harbour.tokens == 1
    now[0] += 2
    await source.look_up(ASKED)
    assert harbour.tokens == 2


@pytest.mark.parametrize(
    ("status", "body", "says"),
    [
        (400, {}, "no token is given"),
        (503, {}, "token: HTTP 503"),
        (200, {"access_token": None}, "no bearer token"),
        (200, {"access_token": "a\r\nb"}, "no bearer token"),
        (200, {"access_token": "a", "token_type": "mac"}, "no bearer token"),
        (200, ["a"], "no bearer token"),
    ],
)
async def test_without_a_token_nothing_is_asked(
    ground: Ground, harbour: Harbour, monkeypatch: pytest.MonkeyPatch, status: int, body: Any, says: str
) -> None:
    async def token(_self: Harbour, _request: web.Request) -> web.Response:
        return web.json_response(body, status=status)

    monkeypatch.setattr(Harbour, "token", token)
    server = TestServer(harbour.app())
    await server.start_server()
    ground.stack.push_async_callback(server.close)
    assert says in await unavailable(http_source(ground, str(server.make_url("")).rstrip("/")))
    assert harbour.asked == []


async def test_the_circuit_opens_and_closes(ground: Ground, harbour: Harbour, address: str) -> None:
    now = [0.0]
    source = http_source(ground, address, clock=lambda: now[0], limits={"retries": 0, "failures": 3, "pause": 30})
    assert isinstance(await source.look_up(ASKED), Found)
    harbour.mishaps["/"] = answering({}, 500)
    for _ in range(3):
        assert "HTTP 500" in await unavailable(source)
    before = len(harbour.asked)
    assert "left alone for 30 s" in await unavailable(source)
    assert len(harbour.asked) == before
    now[0] += 31
    assert "HTTP 500" in await unavailable(source)  # the one that tries
    assert len(harbour.asked) == before + 1
    assert "left alone for 30 s" in await unavailable(source)
    now[0] += 31
    harbour.mishaps.clear()
    assert isinstance(await source.look_up(ASKED), Found)
    harbour.mishaps["/"] = answering({}, 500)
    assert "HTTP 500" in await unavailable(source)  # closed: it takes three again


async def test_one_tries_while_the_others_wait(ground: Ground, harbour: Harbour, address: str) -> None:
    now = [0.0]
    source = http_source(ground, address, clock=lambda: now[0], limits={"retries": 0, "failures": 1, "pause": 30})
    harbour.mishaps["/"] = answering({}, 500)
    await unavailable(source)
    now[0] += 31
    before = len(harbour.asked)
    reasons = await asyncio.gather(*(unavailable(source) for _ in range(5)))
    assert len(harbour.asked) == before + 1
    assert sum("is being tried" in reason or "left alone" in reason for reason in reasons) == 4


def test_only_the_one_that_tries_makes_room_for_another() -> None:
    now = [0.0]
    circuit = Circuit(lambda: now[0], 1, 30)
    assert not circuit.admit()
    circuit.failed()
    now[0] += 31
    assert circuit.admit()
    circuit.undecided()  # somebody admitted before the circuit opened gives up
    with pytest.raises(NoAnswer, match="is being tried"):
        circuit.admit()
    circuit.undecided(trying=True)
    assert circuit.admit()
    circuit.succeeded(trying=True)
    assert not circuit.admit()


async def test_a_refusal_is_no_failure_of_the_interface(ground: Ground, harbour: Harbour, address: str) -> None:
    source = http_source(ground, address, limits={"failures": 1})
    harbour.mishaps["/settle-orders"] = answering({"data": []})
    for _ in range(3):
        assert "no list of objects" in await unavailable(source)


async def test_nothing_more_is_asked_of_another_merchants_terminal(
    ground: Ground, harbour: Harbour, address: str
) -> None:
    source = http_source(ground, address)
    assert isinstance(await source.look_up(Query("50213377", (DAY,), frozenset({MINE}))), Foreign)
    assert harbour.asked == ["/devices/50213377"]


async def test_payouts_of_others_are_left_out_whatever_comes(ground: Ground, harbour: Harbour, address: str) -> None:
    mixed = [order(BASE["payouts"][0]), order({**BASE["payouts"][0], "payout_id": "X", "merchant_no": OTHERS})]
    harbour.mishaps["/settle-orders"] = answering({"data": {"orders": mixed, "next": None}})
    result = await http_source(ground, address).look_up(ASKED)
    assert isinstance(result, Found)
    assert [payout.payout_id for payout in result.records.payouts] == ["P1"]


@pytest.mark.parametrize(
    ("path", "body", "says"),
    [
        ("/devices", {"deviceSn": "50213377", "shop": {"no": MINE}}, "about another terminal"),
        ("/devices", {"deviceSn": "40213377", "shop": {}}, "shop.no (merchant_no): nothing is there"),
        ("/devices", [], "no object"),
        ("/shops", {"data": {"no": OTHERS}}, "about another merchant"),
        ("/shops", {"data": {"no": MINE, "contact": {"mobile": "call me"}}}, "not a telephone number"),
        ("/shops", {"data": {"no": MINE, "balanceYuan": 1.005}}, "more than 2 decimals"),
        ("/shops", {"data": {"no": MINE, "tz": "Shanghai"}}, "not a time zone"),
        ("/shops", {"data": {"no": MINE, "risk": "maybe"}}, "not 0 or 1"),
    ],
)
async def test_an_answer_about_somebody_else_is_none(
    ground: Ground, harbour: Harbour, address: str, path: str, body: Any, says: str
) -> None:
    harbour.mishaps[path] = answering(body)
    assert says in await unavailable(http_source(ground, address))


async def test_a_number_that_is_a_way_up_leads_nowhere(ground: Ground, harbour: Harbour, address: str) -> None:
    harbour.mishaps["/devices"] = answering({"deviceSn": "40213377", "shop": {"no": ".."}})
    reason = await unavailable(http_source(ground, address), Query("40213377", (DAY,), frozenset({".."})))
    assert "cannot stand in an address" in reason
    assert harbour.asked == ["/devices/40213377"]
    harbour.mishaps["/devices"] = answering({"deviceSn": "40213377", "shop": {"no": "a/../b?c#d"}})
    await http_source(ground, address).look_up(Query("40213377", (DAY,), frozenset({"a/../b?c#d"})))
    assert harbour.asked[2] == "/shops/a%2F..%2Fb%3Fc%23d"


async def test_answers_that_say_so_themselves(ground: Ground, harbour: Harbour, address: str) -> None:
    def change(data: Any) -> None:
        data["requests"]["terminal"] |= {"good_when": "code == '0'", "absent_when": "code == '4004'", "items": "data"}

    source = http_source(ground, address, change)
    harbour.mishaps["/devices"] = answering({"code": "4004"})
    assert isinstance(await source.look_up(ASKED), Absent)
    harbour.mishaps["/devices"] = answering({"code": "9999", "data": {"deviceSn": "40213377", "shop": {"no": MINE}}})
    assert "says that it failed" in await unavailable(source)
    harbour.mishaps["/devices"] = answering({"code": "0", "data": {"deviceSn": "40213377", "shop": {"no": MINE}}})
    assert isinstance(await source.look_up(ASKED), Found)


async def test_expressions_that_do_not_fit_the_answer(ground: Ground, harbour: Harbour, address: str) -> None:
    def change(data: Any) -> None:
        data["requests"]["payouts"]["fields"]["net"] = {"from": "sum(amounts.*)", "required": True}
        data["requests"]["terminal"]["absent_when"] = "queued < 'x'"

    harbour.mishaps["/devices"] = answering({"queued": 1, "deviceSn": "40213377", "shop": {"no": MINE}})
    assert "does not fit the answer" in await unavailable(http_source(ground, address, change))
    del harbour.mishaps["/devices"]
    harbour.mishaps["/settle-orders"] = answering(orders(amounts={"net": "1"}))
    change_one: Any = lambda data: data["requests"]["payouts"]["fields"].update(net={"from": "sum(amounts.*)"})  # noqa: E731
    assert "does not fit the answer" in await unavailable(http_source(ground, address, change_one))


async def test_connections_are_reused(ground: Ground, harbour: Harbour) -> None:
    connections = set()

    @web.middleware
    async def seen(request: web.Request, handler: Any) -> web.StreamResponse:
        connections.add(id(request.transport))
        answer: web.StreamResponse = await handler(request)
        return answer

    app = harbour.app()
    app.middlewares.append(seen)
    server = TestServer(app)
    await server.start_server()
    ground.stack.push_async_callback(server.close)
    source = http_source(ground, str(server.make_url("")).rstrip("/"))
    for _ in range(5):
        assert isinstance(await source.look_up(ASKED), Found)
    assert len(connections) <= 3  # of one lookup at most three requests are on their way at once


async def test_long_spans_are_asked_for_in_pieces(ground: Ground, harbour: Harbour, address: str) -> None:
    source = http_source(ground, address, lambda data: data["requests"]["payouts"].update(most_days=7))
    assert isinstance(await source.look_up(ASKED), Found)
    spans = [path.split("from=")[1][:24] for path in harbour.asked if path.startswith("/settle-orders?shop")]
    assert spans == ["2026-11-12&to=2026-11-18", "2026-11-19&to=2026-11-25", "2026-11-26&to=2026-11-29"]
