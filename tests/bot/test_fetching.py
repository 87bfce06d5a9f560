"""The content of a file that somebody sent, from a real server over HTTP."""

from __future__ import annotations

import base64

import pytest

from bot.demo.visitor import Visitor
from bot.telegram import Telegram
from tests.bot.conftest import TOKEN


async def test_a_sent_file_is_fetched(telegram: Telegram, visitor: Visitor) -> None:
    content = "glad: 好\n".encode()
    file = {"name": "phrases.yaml", "mime": "text/yaml", "data": base64.b64encode(content).decode()}
    sent = await visitor.sends(1001, "document", file)
    assert await telegram.fetch(sent["message"]["document"]["file_id"]) == content


async def test_a_file_that_there_is_not(telegram: Telegram) -> None:
    with pytest.raises(ConnectionError) as refusal:
        await telegram.fetch("unknown")
    assert TOKEN not in str(refusal.value)
