"""Icons of topics: a few custom emoji that Telegram offers to forums; any other is refused, and the topic with it."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import get_args

from bot.telegram import Call, Done, Telegram
from knowledge.library import KnowledgeBase
from knowledge.ticket import TicketStatus

log = logging.getLogger(__name__)


async def offered(telegram: Telegram) -> Mapping[str, str] | None:
    """The emoji that Telegram offers and the ids that it knows them by; None when it does not say."""
    listed = await telegram.call(Call("getForumTopicIconStickers"), 10)
    if not isinstance(listed, Done):
        return None
    return {_bare(each["emoji"]): each["custom_emoji_id"] for each in listed.result if "custom_emoji_id" in each}


def chosen(wanted: str, icons: Mapping[str, str]) -> str | None:
    """The id of the first that is offered of several emoji or ids with blanks between them; None when none is."""
    known = {**icons, **{id: id for id in icons.values()}}
    return next((known[each] for each in map(_bare, wanted.split()) if each in known), None)


def wanted(base: KnowledgeBase) -> dict[str, str]:
    """The icons of each phrase of the base that names some."""
    names = (f"icon_{status}" for status in get_args(TicketStatus))
    return {name: base.plain(base.default_locale, name) for name in names}


def lacking(wanted: Mapping[str, str], icons: Mapping[str, str]) -> dict[str, str]:
    """Of the phrases those whose first choice is not offered, and what is shown instead; empty when nothing is."""
    shown = {id: emoji for emoji, id in icons.items()}
    firsts = {name: [*words.split(), ""][0] for name, words in wanted.items()}
    return {
        name: shown.get(chosen(wanted[name], icons) or "", "")
        for name, first in firsts.items()
        if first and chosen(first, icons) is None
    }


class Icons:
    """What Telegram offers, asked for once."""

    def __init__(self, telegram: Telegram) -> None:
        self._telegram = telegram
        self._icons: Mapping[str, str] | None = None

    async def id_of(self, wanted: str) -> str | None:
        """The id for a topic's call: empty takes the icon away, None (Telegram does not say) leaves it as it is."""
        icons = await self._known() if wanted else {}
        return None if icons is None else chosen(wanted, icons) or ""

    async def check(self, base: KnowledgeBase) -> None:
        """Say in the log which icons of the base are not offered."""
        icons = await self._known()
        for name, instead in lacking(wanted(base), icons or {}).items() if icons is not None else ():
            log.warning("%s: Telegram does not offer it; topics have %s", name, instead or "no icon")

    async def _known(self) -> Mapping[str, str] | None:
        if self._icons is None:
            self._icons = await offered(self._telegram)
        return self._icons


def _bare(emoji: str) -> str:
    """Without the sign that asks for colours: some write it after an emoji, others do not."""
    return emoji.replace("\N{VARIATION SELECTOR-16}", "")
