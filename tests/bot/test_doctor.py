"""The doctor against a Bot API server: token, delivery, the group's rights, each failure with its remedy."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bot.assembly import bot_of
from bot.checkup import Check
from bot.checkup_telegram import telegram_checks
from bot.sandbox import Sandbox
from bot.settings import read_settings
from knowledge.library import KnowledgeBase
from knowledge.loader import load

GROUP = -1001000000001
BASE = load(Path(__file__).parents[2] / "knowledge" / "base")


def world(**bot: Any) -> dict[str, Any]:
    group = {
        "id": GROUP,
        "title": "Support",
        "forum": True,
        "supergroup": True,
        "members": [{"user": 9001, "status": "creator"}],
    }
    return {
        "bot": {"token": "123456:TEST", "username": "desk_bot", "name": "Desk"},
        "users": [{"id": 9001, "first_name": "Chen"}],
        "groups": [{**group, "bot": {"status": "administrator", **bot}}],
    }


async def checks(world: dict[str, Any], **settings: Any) -> dict[str, Check]:
    async with Sandbox(world) as sandbox:
        given = {"bot_token": "123456:TEST", "support_chat_id": GROUP, **settings}
        known = read_settings(bot_api_url=sandbox.url, _env_file=None, **given)
        bot = bot_of(known)
        assert bot is not None
        try:
            return {check.name: check async for check in telegram_checks(known, bot, BASE)}
        finally:
            await bot.session.close()


async def test_everything_is_good() -> None:
    found = await checks(world())
    assert {check.state for check in found.values()} == {"ok"}
    assert "desk_bot" in found["BOT_TOKEN"].says


async def test_no_rights_are_named() -> None:
    found = await checks(world(rights=["can_delete_messages"]))
    rights = found["group rights"]
    assert rights.state == "failed"
    assert "can_manage_topics" in rights.says
    assert rights.remedy


@pytest.mark.parametrize(
    ("changed", "settings", "name"),
    [
        ({"status": "member"}, {}, "group rights"),
        ({}, {"support_chat_id": -1009999999999}, "SUPPORT_CHAT_ID"),
        ({}, {"support_chat_id": None}, "SUPPORT_CHAT_ID"),
        ({}, {"bot_token": "999999:WRONG"}, "BOT_TOKEN"),
        ({}, {"webhook_url": "https://desk.example/hook"}, "WEBHOOK_SECRET"),
    ],
)
async def test_each_failure_has_its_remedy(changed: dict[str, Any], settings: dict[str, Any], name: str) -> None:
    found = await checks(world(**changed), **settings)
    assert found[name].state == "failed"
    assert found[name].remedy


async def test_a_group_without_topics_fails() -> None:
    plain = world()
    plain["groups"][0]["forum"] = False
    found = await checks(plain)
    assert found["support group"].state == "failed"
    assert "Topics" in found["support group"].remedy


async def test_a_reaction_that_the_group_does_not_allow_is_told() -> None:
    """Agents would wait for a mark that never comes."""
    for allowed, state in ((["👍", "👌"], "ok"), (["👍"], "warning"), ([], "warning")):
        chosen = world()
        chosen["groups"][0]["reactions"] = allowed
        found = (await checks(chosen))["delivery mark"]
        assert found.state == state
        assert ("👌" in found.remedy) is (state == "warning")


async def test_an_icon_that_telegram_does_not_offer_is_told_with_what_is_shown(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    icons, plain = {"icon_open": "🏦 ❗️", "icon_closed": "🏚"}, KnowledgeBase.plain

    def changed(base: KnowledgeBase, locale: str, key: str, /, **values: Any) -> str:
        return icons.get(key) or plain(base, locale, key, **values)

    monkeypatch.setattr(KnowledgeBase, "plain", changed)
    found = (await checks(world()))["topic icons"]
    assert found.state == "warning"
    assert "icon_open (❗ instead)" in found.says
    assert "icon_closed (no icon instead)" in found.says
    assert "🏁" in found.remedy  # what may be chosen
