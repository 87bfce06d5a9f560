"""A single value of somebody else's database or interface -> the text that the readers of statements read.

Nothing is guessed here either: a number that may have lost leading zeros, a time without an offset or a zone, and a
structure where a value was promised are ``Unreadable``.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, tzinfo
from decimal import Decimal
from typing import NoReturn

from storage.settlement.formats.declaration import Unreadable

__all__ = ["ISO", "Clock", "as_day", "as_moment", "as_sum", "as_text"]

ISO, EPOCH_SECONDS, EPOCH_MILLIS = "iso", "epoch_s", "epoch_ms"
CLOCKS = (ISO, EPOCH_SECONDS, EPOCH_MILLIS)
FURTHEST = 30
"""A number with more digits than this on either side of its point is no sum and no identifier."""
_ZEROS = re.compile(r"(-?[0-9]+)\.([0-9]*?)0*")
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def as_text(raw: object) -> str | None:
    """Any plain value as text without blanks around it; None and empty texts are unknown."""
    if raw is None:
        return None
    if isinstance(raw, bool):
        return "true" if raw else "false"
    if isinstance(raw, int):
        return str(raw) if -(10**FURTHEST) < raw < 10**FURTHEST else _refuse("a number too long to be meant")
    if isinstance(raw, float):
        raw = Decimal(repr(raw))
    if isinstance(raw, Decimal):
        return _number(raw)
    if isinstance(raw, datetime | date):
        return raw.isoformat()
    if isinstance(raw, str):
        return raw.strip() or None
    return _refuse(f"not a plain value but {_kind(raw)}")


def as_sum(raw: object, places: int) -> str | None:
    """A sum as digits; zeros behind the last decimal that the currency has say nothing and are left out."""
    if isinstance(raw, bool):
        raise Unreadable("not a sum but true or false")
    text = as_text(raw)
    exact = _ZEROS.fullmatch(text) if text else None
    if exact is None or len(exact[2]) > places:
        return text
    return f"{exact[1]}.{exact[2]}" if exact[2] else exact[1]


@dataclass(frozen=True, slots=True)
class Clock:
    """How times are written: ``iso``, ``epoch_s``, ``epoch_ms`` or a pattern of strptime; ``zone`` for naive ones."""

    form: str = ISO
    zone: tzinfo | None = None

    def write(self, moment: datetime) -> str | int:
        """A moment as they write it, for asking."""
        if self.form == EPOCH_SECONDS:
            return int((moment - _EPOCH).total_seconds())
        if self.form == EPOCH_MILLIS:
            return (moment - _EPOCH) // timedelta(milliseconds=1)
        here = moment.astimezone(self.zone) if self.zone else moment
        return here.isoformat() if self.form == ISO else here.strftime(self.form)


def as_moment(raw: object, clock: Clock) -> str | None:
    """A time as ISO text with its offset."""
    moment = _moment(raw, clock)
    if moment is None:
        return None
    if moment.utcoffset() is None:
        if clock.zone is None:
            raise Unreadable("the time has no offset, and the mapping gives no zone for it")
        moment = moment.replace(tzinfo=clock.zone)
    return moment.isoformat()


def as_day(raw: object, clock: Clock) -> str | None:
    """A day as ISO text: of a time with an offset, the day in the zone of the mapping."""
    if isinstance(raw, date) and not isinstance(raw, datetime):
        return raw.isoformat()
    text = None if isinstance(raw, datetime) else as_text(raw)
    if text is not None and clock.form == ISO and len(text) <= 10:
        return text
    moment = _moment(raw, clock)
    if moment is None:
        return None
    if moment.utcoffset() is None:
        return moment.date().isoformat()
    if clock.zone is None:
        raise Unreadable("a time with an offset where a day is wanted, and the mapping gives no zone")
    return moment.astimezone(clock.zone).date().isoformat()


def _moment(raw: object, clock: Clock) -> datetime | None:
    if isinstance(raw, datetime):
        return raw
    text = as_text(raw)
    if text is None:
        return None
    if isinstance(raw, date):
        raise Unreadable("a day where a time is wanted")
    read: dict[str, Callable[[str], datetime]] = {
        ISO: datetime.fromisoformat,
        EPOCH_SECONDS: lambda value: _EPOCH + timedelta(seconds=_seconds(value)),
        EPOCH_MILLIS: lambda value: _EPOCH + timedelta(milliseconds=_seconds(value)),
    }
    try:
        if clock.form == ISO and len(text) <= 10:
            raise Unreadable("a day where a time is wanted")
        if clock.form in read:
            return read[clock.form](text)
        return datetime.strptime(text, clock.form)  # noqa: DTZ007 - its zone comes from the mapping
    except (ValueError, OverflowError):
        how = "ISO 8601" if clock.form == ISO else clock.form
        raise Unreadable(f"not a time written as {how}") from None


def _seconds(text: str) -> float:
    if not re.fullmatch(r"-?[0-9]{1,15}(\.[0-9]{1,9})?", text):
        raise ValueError(text)
    return float(text)


def _number(value: Decimal) -> str:
    if not value.is_finite():
        raise Unreadable("not a number")
    if abs(value.adjusted()) > FURTHEST or len(value.as_tuple().digits) > FURTHEST:
        raise Unreadable("a number too long to be meant")
    return f"{value:f}"


def _refuse(why: str) -> NoReturn:
    raise Unreadable(why)


def _kind(raw: object) -> str:
    names: dict[type, str] = {dict: "a structure", list: "a list", bytes: "bytes", memoryview: "bytes"}
    return names.get(type(raw), type(raw).__name__)
