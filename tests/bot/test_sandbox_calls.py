"""How the sandbox takes calls: encodings, names, types, and who may knock."""

from __future__ import annotations

import json
from urllib.parse import parse_qsl, urlencode

import aiohttp
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from yarl import URL

from bot.sandbox.parameters import urlencoded

TOKEN = "123456:TEST"


@pytest.mark.parametrize("name", ["getMe", "getme", "GETME", "GetMe"])
async def test_names_of_methods_come_in_any_case(desk, name):
    me = await desk.call(name)
    assert me["id"] == 123456
    assert me["username"] == "desk_bot"
    assert me["is_bot"] is True


async def test_parameters_come_as_query_form_json_or_multipart(desk, sandbox):
    wanted = "你好 & <b>=+%</b>"
    sent = {"chat_id": 1001, "text": "你好 &amp; &lt;b&gt;=+%&lt;/b&gt;", "parse_mode": "HTML"}
    plain = {name: str(value) for name, value in sent.items()}
    url = f"{desk.url}/sendMessage"
    multipart = aiohttp.FormData(plain)
    multipart.add_field("disable_notification", "true", content_type="text/plain")
    for asked in (
        desk.session.get(url, params=plain),
        desk.session.post(url, data=plain),
        desk.session.post(url, json=sent),
        desk.session.post(url, data=aiohttp.FormData(plain, default_to_multipart=True)),
        desk.session.post(url, data=multipart),
    ):
        async with asked as response:
            answer = await response.json()
        assert answer["ok"], answer
        assert answer["result"]["text"] == wanted


async def test_a_method_that_does_not_exist_is_not_found(desk):
    answer = await desk.ask("sendMesage", chat_id=1001, text="x")
    assert (answer["error_code"], answer["description"]) == (404, "Not Found")


async def test_an_unknown_parameter_is_refused(desk):
    assert await desk.refused("sendMessage", chat_id=1001, text="x", silent=True) == (
        "Bad Request: parameter silent is unknown to sendMessage"
    )


async def test_a_file_that_nobody_calls_is_an_unknown_parameter(desk):
    form = aiohttp.FormData({"chat_id": "1001", "text": "x"})
    form.add_field("stray", b"data", filename="stray.txt")
    async with desk.session.post(f"{desk.url}/sendMessage", data=form) as response:
        answer = await response.json()
    assert answer["description"] == "Bad Request: parameter stray is unknown to sendMessage"


async def test_what_is_not_played_says_so(desk):
    assert await desk.refused("getMyStarBalance") == "Bad Request: getMyStarBalance is not emulated here"
    assert await desk.refused("sendMessage", chat_id=1001, text="x", parse_mode="MarkdownV2") == (
        "Bad Request: parse_mode MarkdownV2 is not emulated here"
    )
    assert await desk.refused("sendMessage", chat_id=1001, text="x", business_connection_id="b") == (
        "Bad Request: parameter business_connection_id of sendMessage is not emulated here"
    )


@pytest.mark.parametrize(
    ("method", "parameters", "text"),
    [
        ("sendMessage", {"chat_id": 1001}, "message text is empty"),
        ("sendMessage", {"text": "x"}, "chat_id is empty"),
        ("sendPhoto", {"chat_id": 1001}, "there is no photo in the request"),
        ("sendVideoNote", {"chat_id": 1001}, "there is no video note in the request"),
        ("deleteMessage", {"chat_id": 1001}, "message identifier is not specified"),
        ("editMessageText", {"chat_id": 1001, "text": "x"}, "message identifier is not specified"),
        ("getFile", {}, "file_id not specified"),
        ("sendChatAction", {"chat_id": 1001, "action": "dancing"}, "wrong parameter action in request"),
        ("sendMessage", {"chat_id": 1001, "text": {"a": 1}}, "parameter text of sendMessage must be of type String"),
        ("sendMessage", {"chat_id": 1001, "text": 7}, "parameter text of sendMessage must be of type String"),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "message_thread_id": "seven"},
            "parameter message_thread_id of sendMessage must be of type Integer",
        ),
        (
            "sendMessage",
            {"chat_id": 1001, "text": "x", "protect_content": "perhaps"},
            "parameter protect_content of sendMessage must be of type Boolean",
        ),
        (
            "deleteMessages",
            {"chat_id": 1001, "message_ids": ["a"]},
            "parameter message_ids of deleteMessages must be of type Array of Integer",
        ),
        ("sendMessage", {"text": "x", "reply_markup": "{"}, "can't parse reply keyboard markup JSON object"),
        ("sendMessage", {"chat_id": 99, "text": "x"}, "chat not found"),
        ("sendMessage", {"chat_id": "@nobody", "text": "x"}, "chat not found"),
    ],
)  # fmt: skip
async def test_refusals_are_worded_as_telegram_words_them(desk, method, parameters, text):
    assert await desk.refused(method, **parameters) == f"Bad Request: {text}"


async def test_another_token_is_unauthorized(sandbox):
    async with aiohttp.ClientSession() as session:
        for path in ("/bot123456:OTHER/getMe", "/file/bot123456:OTHER/photos/file_1.jpg"):
            async with session.get(sandbox.url + path) as response:
                assert response.status == 401
                assert (await response.json())["description"] == "Unauthorized"


async def test_a_body_that_is_no_json_is_refused(desk):
    headers = {"Content-Type": "application/json"}
    async with desk.session.post(f"{desk.url}/getMe", data=b"{", headers=headers) as response:
        assert (await response.json())["description"] == "Bad Request: can't parse JSON object"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Host": "127.0.0.1.evil.example"},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
@pytest.mark.parametrize("path", ["/sandbox/state", "/bot123456:TEST/getMe", "/", "/config"])
async def test_pages_of_elsewhere_are_kept_out(desk, sandbox, headers, path):
    async with desk.session.get(sandbox.url + path, headers=headers) as response:
        assert response.status == 403


async def test_a_control_request_says_that_it_is_json(desk, sandbox):
    body = json.dumps({"advance": 1})
    async with desk.session.post(f"{sandbox.url}/sandbox/clock", data=body) as response:
        assert response.status == 400


async def test_only_the_pages_own_files_are_served(desk, sandbox):
    for path in ("/../server.py", "/%2e%2e/server.py", "/..%2fserver.py", "/nothing.html", "/index.html/.."):
        async with desk.session.get(URL(sandbox.url + path, encoded=True)) as response:
            assert response.status == 404


async def test_the_config_is_the_worlds_page(desk, sandbox):
    async with desk.session.get(sandbox.url + "/config") as response:
        shown = await response.json()
    assert shown["bot"]["username"] == "desk_bot"
    assert shown["now"] == "2026-11-23T10:00:00+08:00"
    assert shown["page"] == {}


@settings(max_examples=200, deadline=None)
@given(st.dictionaries(st.text("ab_你 +&", min_size=1), st.text(), max_size=4), st.booleans())
def test_forms_are_read_as_they_were_written(values, sloppy):
    body = urlencode(values, safe="=%" if sloppy else "")
    assert urlencoded(body.encode()) == dict(parse_qsl(body, keep_blank_values=True, max_num_fields=9))
