"""Facts for trying an article without a case: samples of every kind, and facts as an author types them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from knowledge.facts import KINDS
from knowledge.fields import suggestion
from knowledge.formats import decimals
from knowledge.values import Kind

_OTHERS: Mapping[str, Kind] = {
    "today": Kind("day"),
    "reference": Kind("text"),
    "profile.name": Kind("text"),
    "profile.hotline": Kind("text"),
    "profile.cut_off": Kind("text"),
    "profile.review_days": Kind("int"),
    "profile.bank_grace_days": Kind("int"),
    "profile.makeup_days": Kind("bool"),
    "agent": Kind("text"),
    "ticket.number": Kind("int"),
    "ticket.merchant_name": Kind("text"),
    "ticket.terminal_id": Kind("text"),
    "ticket.change_date": Kind("day"),
    "ticket.new_tail": Kind("tail"),
}
_LISTS: Mapping[str, Kind] = {"ticket.trade_dates": Kind("day"), "ticket.amounts": Kind("money")}
"""Values that are several of a kind, typed with commas between."""
_SAMPLES: Mapping[str, Any] = {
    "bool": True,
    "int": 3,
    "money": 1_200_000,
    "tail": "8821",
    "day": date(2026, 11, 20),
    "moment": datetime(2026, 11, 20, 15, 5, tzinfo=UTC),
}
_TAIL = re.compile(r"[0-9]{2,4}")
_WHOLE = re.compile(r"-?[0-9]{1,9}")
_CURRENCY = ("payout.currency", "merchant.currency")


def sample(name: str, *, long: bool = False) -> Any:
    """A value that the fact could have; ``long``: as many characters as it may take in a message."""
    if name in _LISTS:
        return (_SAMPLES[_LISTS[name].name],)
    kind = _kind(name)
    if name in _CURRENCY:
        return "CNY"
    if kind.name == "enum":
        return kind.values[0]
    if kind.name == "text":
        return "漢W" * 40 if long else "T-1001"
    if long and kind.name == "money":
        return 99_999_999_999
    if long and kind.name == "int":
        return 99_999
    return _SAMPLES[kind.name]


def samples(names: Iterable[str], *, long: bool = False) -> dict[str, Any]:
    """One value for every name."""
    return {name: sample(name, long=long) for name in names}


def alternatives(name: str) -> tuple[Any, ...]:
    """The other values that a fact with few values can have."""
    if name in _LISTS:
        return ()
    kind = _kind(name)
    if kind.name == "enum":
        return kind.values[1:]
    if kind.name == "bool":
        return (False,)
    return (0, 1) if kind.name == "int" else (0,) if kind.name == "money" else ()


def read(pairs: Iterable[str], names: Iterable[str]) -> dict[str, Any]:
    """Facts typed as ``payout.net=1200.50``; ``all`` gives a sample to every one of ``names`` first.

    Sums are major units of ``payout.currency`` (CNY unless given), moments ISO times with offset, empty is unknown.
    Raises ``ValueError`` with words for the author.
    """
    typed: dict[str, str] = {}
    found: dict[str, Any] = {}
    for pair in pairs:
        if pair == "all":
            found = samples(names)
            continue
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"{pair} is no fact: write it as name=value")
        if name not in KINDS and name not in _OTHERS and name not in _LISTS:
            raise ValueError(f"there is no fact {name}. {suggestion(name, [*KINDS, *_OTHERS, *_LISTS])}")
        typed[name] = value
    currency = next((typed[name] for name in _CURRENCY if typed.get(name)), "CNY")
    for name, value in typed.items():
        try:
            if name in _LISTS:
                found[name] = (
                    tuple(_value(_LISTS[name], one.strip(), currency) for one in value.split(",") if one) or None
                )
            else:
                found[name] = _value(_kind(name), value, currency)
        except ValueError as error:
            raise ValueError(f"{name} cannot be {value}: {error}") from None
    return found


def kind_of(name: str) -> Kind | None:
    """The kind of a fact, or of another value that an article may use; None when there is no such name."""
    return KINDS.get(name) or _OTHERS.get(name)


def _kind(name: str) -> Kind:
    return KINDS.get(name) or _OTHERS[name]


def _value(kind: Kind, value: str, currency: str) -> Any:
    if not value:
        return None
    if kind.name == "bool":
        if value.casefold() not in ("true", "false"):
            raise ValueError("write true or false")
        return value.casefold() == "true"
    if kind.name == "enum" and value not in kind.values:
        raise ValueError(f"one of {', '.join(kind.values)}")
    if kind.name == "money":
        return _minor(value, currency)
    if kind.name == "moment":
        return _moment(value)
    if kind.name == "tail" and not _TAIL.fullmatch(value):
        raise ValueError("write the last 2 to 4 digits")
    if kind.name == "int" and not _WHOLE.fullmatch(value):
        raise ValueError("write a whole number")
    if kind.name == "day" and not _is_day(value):
        raise ValueError("write a day like 2026-11-20")
    if kind.name == "day":
        return date.fromisoformat(value)
    return int(value) if kind.name == "int" else value


def _is_day(value: str) -> bool:
    try:
        date.fromisoformat(value)
    except ValueError:
        return False
    return True


def _moment(value: str) -> datetime:
    try:
        moment = datetime.fromisoformat(value)
    except ValueError:
        raise ValueError("write a moment like 2026-11-20T15:00:00+08:00") from None
    if moment.utcoffset() is None:
        raise ValueError("it needs an offset, like 2026-11-20T15:00:00+08:00")
    return moment


def _minor(value: str, currency: str) -> int:
    try:
        major = Decimal(value)
    except InvalidOperation:
        raise ValueError("write a sum like 1200.50") from None
    minor = major.scaleb(decimals(currency))
    if not major.is_finite() or minor != minor.to_integral_value():
        raise ValueError(f"{currency} has no such sum")
    return int(minor)
