"""Moments as they are stored: whole microseconds since 1970-01-01 UTC, the same number in every database."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import overload

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@overload
def stored(moment: datetime) -> int: ...
@overload
def stored(moment: datetime | None) -> int | None: ...
def stored(moment: datetime | None) -> int | None:
    """Microseconds since the epoch. A moment without a zone is refused (TypeError): it would be a guess."""
    return None if moment is None else (moment - _EPOCH) // _MICROSECOND


@overload
def restored(micros: int) -> datetime: ...
@overload
def restored(micros: int | None) -> datetime | None: ...
def restored(micros: int | None) -> datetime | None:
    """The moment in UTC."""
    return None if micros is None else _EPOCH + timedelta(microseconds=micros)
