"""Pages of every kind, seen whole or not at all; signatures as acquirers describe them."""

from __future__ import annotations

import base64
import contextlib
import hashlib
import hmac
from collections.abc import AsyncIterator
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote

import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from hypothesis import given
from hypothesis import strategies as st
from yarl import URL

from knowledge.providers import Providers
from knowledge.records import Found, Query, Unavailable
from storage.settlement.http import asking
from storage.settlement.http.auth import Outgoing, Signature
from storage.settlement.http.templates import filled
from storage.settlement.mapped.answers import NoAnswer
from tests.storage.settlement.conftest import BASE
from tests.storage.settlement.harbour import Harbour, order
from tests.storage.settlement.worlds import Ground, ground_for, http_source

MINE = "822331059990001"
ASKED = Query("40213377", (date(2026, 11, 19),), frozenset({MINE}))
SEVEN = [order({**BASE["payouts"][0], "payout_id": f"P{number}"}) for number in range(7)]


@pytest.fixture
async def ground(request: pytest.FixtureRequest, tmp_path: Path, providers: Providers) -> AsyncIterator[Ground]:
    async with ground_for(request, tmp_path, providers) as made:
        yield made


async def looked_up(ground: Ground, paging: dict[str, Any], query: dict[str, str], answer: Any) -> Any:
    """What a lookup comes to when payouts come in pages: ``answer`` gives the page for a query."""
    harbour = Harbour(BASE)
    pages: list[str] = []

    async def page(request: web.Request) -> web.StreamResponse:
        pages.append(request.query_string)
        given = answer(request)
        return given if isinstance(given, web.StreamResponse) else web.json_response(given)

    harbour.mishaps["/settle-orders"] = page
    server = TestServer(harbour.app())
    await server.start_server()
    ground.stack.push_async_callback(server.close)

    def change(data: Any) -> None:
        requests = data["requests"]
        requests["payouts"] |= {"paging": paging, "query": {"shop": "{merchant_no}", **query}}
        del requests["payout"], requests["replacing"]

    result = await http_source(ground, str(server.make_url("")).rstrip("/"), change).look_up(ASKED)
    if isinstance(result, Found):
        return [payout.payout_id for payout in result.records.payouts], pages
    assert isinstance(result, Unavailable)
    return result.reason


def cut(first: int, size: int, **more: Any) -> dict[str, Any]:
    return {"data": {"orders": SEVEN[first : first + size], **more}}


ALL = [f"P{number}" for number in range(7)]
PAGE, OFFSET = {"page": "{page}", "size": "{size}"}, {"offset": "{offset}", "limit": "{size}"}


async def test_pages_by_number(ground: Ground) -> None:
    ids, asked = await looked_up(
        ground, {"kind": "page", "size": 3}, PAGE, lambda request: cut(3 * (int(request.query["page"]) - 1), 3)
    )
    assert ids == ALL
    assert asked == [f"shop={MINE}&page={number}&size=3" for number in (1, 2, 3)]


async def test_pages_by_number_with_a_total(ground: Ground) -> None:
    paging = {"kind": "page", "size": 3, "first": 0, "total": "data.total"}
    ids, asked = await looked_up(
        ground, paging, PAGE, lambda request: cut(3 * int(request.query["page"]), 3, total="7")
    )
    assert (ids, len(asked)) == (ALL, 3)
    reason = await looked_up(ground, paging, PAGE, lambda request: cut(3 * int(request.query["page"]), 3, total=12))
    assert reason == "payouts: the pages break off at 7 of 12"
    assert "how many there are" in await looked_up(ground, paging, PAGE, lambda request: cut(0, 3))
    assert "how many there are" in await looked_up(ground, paging, PAGE, lambda request: cut(0, 3, total="many"))


async def test_pages_by_offset(ground: Ground) -> None:
    ids, asked = await looked_up(
        ground, {"kind": "offset", "size": 4}, OFFSET, lambda request: cut(int(request.query["offset"]), 4)
    )
    assert (ids, len(asked)) == (ALL, 2)


async def test_a_page_that_is_not_there(ground: Ground) -> None:
    def ended(request: web.Request) -> Any:
        first = int(request.query["offset"])
        return web.json_response({}, status=404) if first >= 7 else cut(first, 7)

    assert "HTTP 404" in await looked_up(ground, {"kind": "offset", "size": 7}, OFFSET, ended)


async def test_pages_by_cursor(ground: Ground) -> None:
    def answer(request: web.Request) -> Any:
        first = int(request.query.get("cursor", 0))
        return cut(first, 3, next=first + 3 if first < 6 else None)

    ids, asked = await looked_up(ground, {"kind": "cursor", "next": "data.next"}, {"cursor": "{cursor}"}, answer)
    assert ids == ALL
    assert asked == [f"shop={MINE}", f"shop={MINE}&cursor=3", f"shop={MINE}&cursor=6"]


async def test_pages_by_link(ground: Ground) -> None:
    def answer(request: web.Request) -> Any:
        first = int(request.query.get("at", 0))
        link = {"Link": f'</settle-orders?at={first + 3}>; rel="next"'} if first < 6 else {}
        return web.json_response(cut(first, 3), headers=link)

    ids, asked = await looked_up(ground, {"kind": "link"}, {}, answer)
    assert ids == ALL
    assert asked == [f"shop={MINE}", "at=3", "at=6"]


@pytest.mark.parametrize(
    ("paging", "query", "answer", "says"),
    [
        ({"kind": "cursor", "next": "data.next"}, {"c": "{cursor}"}, lambda _: cut(0, 7, next="a"), "same page"),
        ({"kind": "cursor", "next": "data.next"}, {"c": "{cursor}"}, lambda _: cut(0, 0, next="a"), "in a circle"),
        ({"kind": "cursor", "next": "data.next"}, {"c": "{cursor}"}, lambda _: cut(0, 1, next=["a"]), "no text"),
        ({"kind": "page", "size": 3}, PAGE, lambda _: cut(0, 3), "the same page came twice"),
        ({"kind": "page", "size": 1, "most_pages": 5}, PAGE,
         lambda request: {"data": {"orders": [{**SEVEN[0], "orderNo": request.query["page"]}]}}, "more than 5 pages"),
        ({"kind": "link"}, {}, lambda _: web.json_response(
            cut(0, 3), headers={"Link": '<https://elsewhere.example/>; rel="next"'}), "on another server"),
        ({"kind": "link"}, {}, lambda request: web.json_response(
            cut(len(request.query), 1), headers={"Link": '</settle-orders>; rel="next"'}), "in a circle"),
        ({"kind": "cursor", "next": "data.next"}, {"c": "{cursor}"},
         lambda request: cut(0, 3, next="a") if "c" not in request.query else web.Response(status=500), "HTTP 500"),
        ({"kind": "page", "size": 5000}, PAGE,
         lambda request: {"data": {"orders": [{**SEVEN[0], "orderNo": f"{request.query['page']}-{number}"}
                                              for number in range(5000)]}}, "more than 5000"),
    ],
)  # fmt: skip
async def test_pages_that_cannot_be_had_whole(
    ground: Ground, paging: dict[str, Any], query: dict[str, str], answer: Any, says: str
) -> None:
    assert says in await looked_up(ground, paging, query, answer)


async def test_a_payout_that_moves_between_two_pages_is_one(ground: Ground) -> None:
    ids, _ = await looked_up(
        ground, {"kind": "page", "size": 4}, PAGE, lambda request: cut(3 * (int(request.query["page"]) - 1), 4)
    )
    assert ids == ALL


@given(
    st.binary(max_size=60)
    | st.text(max_size=60).map(str.encode)
    | st.from_regex(rb"[\[\]{}:,0-9eE.\-\"a ]{0,40}", fullmatch=True)
)
def test_no_bytes_break_the_reading_of_an_answer(body: bytes) -> None:
    with contextlib.suppress(NoAnswer):
        asking._parsed("payouts", "application/json", body)


@given(st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=20))
def test_an_identifier_is_one_step_of_a_path_whatever_it_holds(identifier: str) -> None:
    made = URL("https://x" + filled("/a/{id}/b", {"id": identifier}, lambda value: quote(value, safe="")), encoded=True)
    assert made.raw_path.count("/") == 3
    assert (made.raw_query_string, made.raw_fragment) == ("", "")
    assert unquote(made.raw_path.split("/")[2]) == identifier


def test_a_value_is_not_read_as_a_template() -> None:
    assert filled("{a}{b}{c}", {"a": "{b}", "b": "2"}) == "{b}2{c}"


REQUEST = Outgoing("POST", "/v2/orders", "b=2&a=1", '{"名":1}'.encode())


def signature(**given: Any) -> Signature:
    values: dict[str, Any] = {
        "secret": b"hush", "string": "{method}\n{path}\n{query}\n{timestamp}\n{nonce}\n{body}",
        "headers_with": {"X-Sign": "{signature}", "X-Time": "{timestamp}", "X-Nonce": "{nonce}", "X-Key": "desk"},
        "now": lambda: datetime(2026, 11, 22, 2, tzinfo=UTC), "nonce": lambda: "n1",
    }  # fmt: skip
    return Signature(**{**values, **given})


async def test_a_signature_is_of_the_very_request() -> None:
    headers = await signature().headers(REQUEST)
    signed = 'POST\n/v2/orders\nb=2&a=1\n1795312800\nn1\n{"名":1}'.encode()
    assert headers == {
        "X-Sign": hmac.new(b"hush", signed, "sha256").hexdigest(),
        "X-Time": "1795312800", "X-Nonce": "n1", "X-Key": "desk",
    }  # fmt: skip


@pytest.mark.parametrize("algorithm", ["sha256", "sha1", "md5", "sha512"])
async def test_algorithms_and_encodings(algorithm: Any) -> None:
    digest = hmac.new(b"hush", b"a=1&b=2", algorithm).digest()
    for encoding, shown in (
        ("hex", digest.hex()), ("HEX", digest.hex().upper()), ("base64", base64.b64encode(digest).decode()),
    ):  # fmt: skip
        made = signature(algorithm=algorithm, encoding=encoding, string="{sorted_query}")
        assert (await made.headers(REQUEST))["X-Sign"] == shown


async def test_timestamps_and_digests() -> None:
    headers_with = {"X": "{timestamp} {body_sha256}"}
    for form, shown in (("s", "1795312800"), ("ms", "1795312800000"), ("iso", "2026-11-22T02:00:00Z")):
        headers = await signature(timestamp=form, headers_with=headers_with).headers(REQUEST)
        assert headers["X"] == f"{shown} {hashlib.sha256(REQUEST.body).hexdigest()}"


async def test_a_signed_interface(ground: Ground) -> None:
    """The server checks the signature of what really arrived: method, path and query as they were sent."""
    harbour, checked = Harbour(BASE), []

    @web.middleware
    async def checking(request: web.Request, handler: Any) -> web.StreamResponse:
        string = f"{request.method}|{request.path}|{request.query_string}|{request.headers['X-Time']}"
        checked.append(request.headers["X-Sign"] == hmac.new(b"hush/1", string.encode(), "sha1").hexdigest())
        answer: web.StreamResponse = await handler(request.clone(headers={"Authorization": "Bearer token-0"}))
        return answer

    app = harbour.app()
    app.middlewares.append(checking)
    server = TestServer(app)
    await server.start_server()
    ground.stack.push_async_callback(server.close)

    def change(data: Any) -> None:
        data["auth"] = {
            "kind": "hmac", "algorithm": "sha1", "secret": "${HARBOUR_SECRET}",
            "string": "{method}|{path}|{query}|{timestamp}",
            "headers": {"X-Sign": "{signature}", "X-Time": "{timestamp}", "X-Key": "${HARBOUR_SECRET}"},
        }  # fmt: skip

    result = await http_source(ground, str(server.make_url("")).rstrip("/"), change).look_up(ASKED)
    assert isinstance(result, Found), result
    assert checked
    assert all(checked)
