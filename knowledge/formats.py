"""Money, days, moments and card tails as one locale writes them. The words come from the locale's phrases."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, datetime, tzinfo
from zoneinfo import ZoneInfo

_DECIMALS = {
    **dict.fromkeys(
        (
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ),
        0,
    ),
    **dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3),
}
"""Digits after the point where they are not two. Source: ISO 4217, list one."""

ROW = 2
"""Days that follow one another are named one by one up to so many."""
FAR_DAYS = 300
"""A day further away than this from today is written with its year: day and month alone could mean two days."""

KEYS: dict[str, frozenset[str]] = {
    "format_money": frozenset({"sign", "symbol", "number"}),
    "format_day": frozenset({"month", "month_name", "day", "weekday"}),
    "format_day_year": frozenset({"year", "month", "month_name", "day", "weekday"}),
    "format_moment": frozenset({"day", "clock"}),
    "format_tail": frozenset({"tail"}),
    "format_percent": frozenset({"number"}),
    "format_minutes": frozenset({"count"}),
    "format_hours": frozenset({"count"}),
    "format_whole_days": frozenset({"count"}),
    "format_duration_join": frozenset(),
    "format_days_run": frozenset({"first", "last", "count"}),
    "format_list_comma": frozenset(),
    "format_list_and": frozenset(),
    "format_unknown": frozenset(),
    **{f"weekday_{number}": frozenset() for number in range(1, 8)},
    **{f"month_{number}": frozenset() for number in range(1, 13)},
}
"""The phrases that every locale must have for its formats, and the values that each may use."""


def decimals(currency: str) -> int:
    """How many digits a currency has after the point (ISO 4217): 2 for CNY, 0 for JPY, 3 for KWD."""
    return _DECIMALS.get(currency.upper(), 2)


class Format:
    """One locale's way of writing values.

    ``words(key, **values)`` gives a phrase as plain text, ``has(key)`` tells whether there is one.
    """

    def __init__(self, words: Callable[..., str], has: Callable[[str], bool]) -> None:
        self._words = words
        self._has = has

    def money(self, value: int, currency: str | None = None) -> str:
        """Minor units as the locale writes the currency: 1200000 fen -> "￥12,000.00" or "CNY 12,000.00"."""
        code = (currency or "CNY").upper()
        places = decimals(code)
        whole, rest = divmod(abs(value), 10**places)
        number = f"{whole:,}" + (f".{rest:0{places}}" if places else "")
        symbol = self._words(f"currency_{code}") if self._has(f"currency_{code}") else f"{code} "
        return self._words("format_money", sign="-" if value < 0 else "", symbol=symbol, number=number)

    def day(self, value: date, *, today: date | None = None, zone: tzinfo | str | None = None) -> str:
        """A date with its weekday; with its year only when it is far from ``today``. A moment is a day of ``zone``."""
        if isinstance(value, datetime):
            value = local(value, zone).date()
        if isinstance(today, datetime):
            today = local(today, zone).date()
        far = today is not None and abs((value - today).days) > FAR_DAYS
        values = {
            "month": value.month,
            "month_name": self._words(f"month_{value.month}"),
            "day": value.day,
            "weekday": self._words(f"weekday_{value.isoweekday()}"),
        }
        return self._words("format_day_year", year=value.year, **values) if far else self._words("format_day", **values)

    def days(self, values: Iterable[date], *, today: date | None = None) -> str:
        """Several dates in the order given; those that follow one another in a long row as its first and last."""
        return self.listed([self._row(row, today) for row in _rows(values)])

    def _row(self, row: Sequence[date], today: date | None) -> str:
        first, last = (self.day(row[place], today=today) for place in (0, -1))
        return first if len(row) == 1 else self._words("format_days_run", first=first, last=last, count=len(row))

    def moment(self, value: datetime, *, zone: tzinfo | str | None = None, today: date | None = None) -> str:
        """A moment in ``zone`` (an IANA name or a zone; its own zone when None)."""
        here = local(value, zone)
        return self._words("format_moment", day=self.day(here.date(), today=today), clock=f"{here:%H:%M}")

    def tail(self, value: str) -> str:
        """The last digits of a card or account."""
        return self._words("format_tail", tail=value)

    def duration(self, minutes: int) -> str:
        """A length of time in minutes, in its two largest units."""
        days, rest = divmod(max(0, minutes), 1440)
        hours, left = divmod(rest, 60)
        counted = [("format_whole_days", days), ("format_hours", hours), ("format_minutes", left)]
        said = [self._words(key, count=count) for key, count in counted if count][:2]
        return self._words("format_duration_join").join(said) if said else self._words("format_minutes", count=0)

    def hours(self, minutes: int) -> str:
        """A length of working time in minutes: never in days, which are no twenty-four hours at work."""
        hours, left = divmod(max(0, minutes), 60)
        counted = [("format_hours", hours), ("format_minutes", left if hours < 10 else 0)]
        said = [self._words(key, count=count) for key, count in counted if count]
        return self._words("format_duration_join").join(said) if said else self._words("format_minutes", count=0)

    def percent(self, share: float) -> str:
        """A share of one: 0.006 -> 0.6%."""
        return self._words("format_percent", number=f"{share * 100:.2f}".rstrip("0").rstrip("."))

    def listed(self, items: Iterable[object]) -> str:
        """Items as a sentence lists them."""
        words = [str(item) for item in items]
        if len(words) < 2:
            return "".join(words)
        comma, last = self._words("format_list_comma"), self._words("format_list_and")
        return comma.join(words[:-1]) + last + words[-1]


def _rows(days: Iterable[date]) -> list[list[date]]:
    """The days in rows of one, or of more than ``ROW`` that follow one another."""
    rows: list[list[date]] = []
    for day in days:
        if rows and (day - rows[-1][-1]).days == 1:
            rows[-1].append(day)
        else:
            rows.append([day])
    return [part for row in rows for part in ([row] if len(row) > ROW else [[day] for day in row])]


def local(value: datetime, zone: tzinfo | str | None) -> datetime:
    """The same moment on the clocks of ``zone``."""
    if zone is None:
        return value
    return value.astimezone(ZoneInfo(zone) if isinstance(zone, str) else zone)
