"""What ``settledesk doctor`` asks Telegram: the token, the way of delivery, the support groups and its rights there."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from typing import Any

from aiogram import Bot

from bot.checkup import Check
from bot.holding import RIGHTS
from bot.icons import lacking, offered, wanted
from bot.settings import Settings
from bot.telegram import Call, Done, Outcome, Refused, Telegram
from knowledge.library import KnowledgeBase


async def telegram_checks(settings: Settings, bot: Bot | None, base: KnowledgeBase | None) -> AsyncIterator[Check]:
    """Token, delivery, the support groups' rights, and whether they may show the ``base``'s icons and mark."""
    if bot is None:
        yield Check("BOT_TOKEN", "failed", "not set", "Get a token from @BotFather and put BOT_TOKEN=… into .env.")
        return
    telegram = Telegram(bot)
    me = await telegram.call(Call("getMe"), 10)
    if not isinstance(me, Done):
        yield _unreached("BOT_TOKEN", me, settings)
        return
    yield Check("BOT_TOKEN", "ok", f"@{me.result['username']} at {settings.bot_api_url}")
    if not me.result.get("supports_inline_queries"):
        remedy = (
            "Send /setinline to @BotFather: then staff find replies by typing the bot's name (/canned works anyway)."
        )
        yield Check("inline mode", "warning", "is off", remedy)
    async for check in _delivery(settings, telegram):
        yield check
    mark = "" if base is None else base.plain(base.default_locale, "mark_delivered")
    async for check in _group("SUPPORT_CHAT_ID", settings.support_chat_id, telegram, int(me.result["id"]), mark):
        yield check
    if settings.spare_chat_id is not None:
        async for check in _group("SPARE_CHAT_ID", settings.spare_chat_id, telegram, int(me.result["id"]), mark):
            yield check
    if base is not None:
        yield await _icons(telegram, base)


def _unreached(name: str, outcome: Outcome, settings: Settings) -> Check:
    if isinstance(outcome, Refused) and outcome.code in (401, 404):
        return Check(name, "failed", "Telegram does not know this token", "Copy it again from @BotFather.")
    says = outcome.description if isinstance(outcome, Refused) else getattr(outcome, "reason", "no answer")
    return Check(name, "failed", f"{settings.bot_api_url}: {says}", "Check the network, or BOT_API_URL if it is set.")


async def _delivery(settings: Settings, telegram: Telegram) -> AsyncIterator[Check]:
    info = await telegram.call(Call("getWebhookInfo"), 10)
    if not isinstance(info, Done):
        return
    url = info.result.get("url", "")
    if settings.webhook_url is None:
        if url:
            says = f"Telegram still delivers to {url}"
            yield Check("WEBHOOK_URL", "warning", says, "`settledesk run` takes it away when it starts polling.")
        else:
            yield Check("WEBHOOK_URL", "ok", "not set: long polling")
        return
    if not settings.webhook_url.startswith("https://") and settings.bot_api_url.startswith("https://api.telegram.org"):
        yield Check("WEBHOOK_URL", "failed", "is not https", "Telegram delivers to https addresses only.")
    elif settings.webhook_secret is None:
        remedy = "Put WEBHOOK_SECRET=… into .env, up to 256 of A-Z a-z 0-9 _ -."
        yield Check("WEBHOOK_SECRET", "failed", "not set", remedy)
    else:
        yield Check("WEBHOOK_URL", "ok", settings.webhook_url)
    if info.result.get("last_error_message"):
        says = f"Telegram's last delivery failed: {info.result['last_error_message']}"
        yield Check("webhook delivery", "warning", says, "Check that the address reaches LISTEN from outside.")


async def _icons(telegram: Telegram, base: KnowledgeBase) -> Check:
    """Whether Telegram offers the icons of the base."""
    name, icons = "topic icons", await offered(telegram)
    if icons is None:
        return Check(name, "warning", "Telegram does not say which it offers", "Run `settledesk doctor` again later.")
    missing = lacking(wanted(base), icons)
    if not missing:
        return Check(name, "ok", "Telegram offers them all")
    says = ", ".join(f"{phrase} ({instead or 'no icon'} instead)" for phrase, instead in missing.items())
    remedy = f"Write others into phrases.yaml, the best first, with blanks between: {' '.join(icons)}"
    return Check(name, "warning", f"Telegram does not offer {says}", remedy)


def _reaction(chat: Mapping[str, Any], mark: str) -> Check:
    """Whether the group lets anybody react with the mark of what was delivered."""
    allowed = chat.get("available_reactions")
    if allowed is None or any(each.get("emoji") == mark for each in allowed):
        return Check("delivery mark", "ok", f"the group allows {mark}")
    says = f"“{chat.get('title')}” does not allow {mark}: staff do not see what was delivered"
    remedy = (
        f"Group settings, Reactions: allow all, or add {mark}; or write another one as mark_delivered in phrases.yaml."
    )
    return Check("delivery mark", "warning", says, remedy)


async def _group(setting: str, chat_id: int | None, telegram: Telegram, me: int, mark: str) -> AsyncIterator[Check]:
    if chat_id is None:
        remedy = "Make a supergroup with topics, add the bot as administrator, put SUPPORT_CHAT_ID=-100… into .env."
        yield Check(setting, "failed", "not set: tickets would reach nobody", remedy)
        return
    chat = await telegram.call(Call("getChat", {"chat_id": chat_id}), 10)
    if not isinstance(chat, Done):
        says = chat.description if isinstance(chat, Refused) else "no answer"
        yield Check(setting, "failed", f"{chat_id}: {says}", "Add the bot to the group, and check the number.")
        return
    if chat.result.get("type") != "supergroup" or not chat.result.get("is_forum"):
        says = f"“{chat.result.get('title', chat_id)}” has no topics"
        yield Check("support group", "failed", says, "Open the group's settings and turn Topics on.")
    else:
        yield Check("support group", "ok", f"“{chat.result.get('title', chat_id)}”, a forum")
    member = await telegram.call(Call("getChatMember", {"chat_id": chat_id, "user_id": me}), 10)
    rights: dict[str, Any] = member.result if isinstance(member, Done) else {}
    missing = [right for right in RIGHTS if not rights.get(right)]
    if rights.get("status") not in ("administrator", "creator"):
        yield Check("group rights", "failed", "the bot is no administrator", "Make the bot an administrator.")
    elif missing:
        remedy = "Give the bot these rights: manage topics, pin messages, delete messages."
        yield Check("group rights", "failed", f"missing: {', '.join(missing)}", remedy)
    else:
        yield Check("group rights", "ok", "administrator, may manage topics, pin and delete")
    if mark:
        yield _reaction(chat.result, mark)
