"""What comes from somebody who is banned: counted, answered once, brought to nobody."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.bans import Ban
from knowledge.events import Attached, Commanded, Event, Heard, Pressed, Shared
from knowledge.library import KnowledgeBase
from knowledge.postings import Answer, Delete, Text
from storage.unit import Unit


def turn_away(
    unit: Unit, ban: Ban, chat: int, locale: str, event: Event, base: KnowledgeBase, zone: ZoneInfo, now: datetime
) -> None:
    """Within one unit of work: one polite line in the whole time of the ban; card numbers are taken away as ever."""
    if isinstance(event, Pressed):
        words = base.plain(locale, "banned_short")
        unit.outbox.post(Answer(chat, event.callback, words), now)
        return
    if isinstance(event, Heard | Attached) and event.removed:
        unit.outbox.post(Delete(chat, event.removed), now)
    if isinstance(event, Heard) and event.edited:
        return
    if isinstance(event, Heard | Attached | Shared | Commanded):
        unit.bans.count(ban.number)
        if unit.bans.tell(ban.number):
            values: dict[str, Any] = {"zone": zone, "today": now.date(), "until": ban.until}
            unit.outbox.post(Text(chat, str(base.phrase(locale, "banned", **values))), now)
