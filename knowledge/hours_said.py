"""The time of day at which a payment was taken, where the words say it: "昨晚11点半刷的", "at 11:40 pm"."""

from __future__ import annotations

from datetime import time

from knowledge.patterns import compiled
from knowledge.text import normalise

_HOURS = {"七": 7, "八": 8, "九": 9, "十": 10, "十一": 11, "十二": 12}
_SAID = compiled(
    r"(?<![到至])(?P<night>晚上?|夜里|夜间|半夜|深夜|下午|傍晚)?\s?(?<!\d)(?P<hour>\d{1,2}|十[一二]?|[七八九])(?:(?P<half>点半)|[点时:](?P<minute>\d{1,2})?)"
    r"(?P<pm>\s?pm)?(?![小\d:])|(?<!\d)(?P<h12>\d{1,2})\s?(?P<pm12>pm)(?![a-z])"
)
_NOT_OF_A_SALE = compiled(
    r"[^,;.\d]{0,4}(?:到(?=[\d一二三四五六七八九十])|截|结算|出款|打款|到账|入账|下班|上班|以?[前后]|之[前后])"
)
_NOON, _MIDNIGHT = 12, 24


def hour_said(text: str) -> time | None:
    """The only time of day in the words, to the minute; None without one, with several, or in the small hours."""
    plain = normalise(text)
    found = list(_SAID.finditer(plain))
    if len(found) != 1 or _NOT_OF_A_SALE.match(plain, found[0].end()):
        return None
    said = found[0].groupdict()
    spoken = said["hour"] or said["h12"]
    hour = int(spoken) if spoken.isdecimal() else _HOURS[spoken]
    later = said["night"] or said["pm"] or said["pm12"]
    if later and hour < _NOON:
        hour += _NOON
    elif said["night"] and hour == _NOON:
        return None  # midnight: of which day, nobody can tell
    minute = 30 if said["half"] else int(said["minute"] or 0)
    return time(hour, minute) if hour < _MIDNIGHT and minute < 60 else None
