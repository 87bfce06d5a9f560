"""The words with which a supervisor announces an incident: whom it is about, what it is, and until when. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Literal

from knowledge.acquirers import Acquirers
from knowledge.incidents import Scope, Wanted
from knowledge.providers import Providers
from knowledge.staff_words import wait_until

LONGEST = timedelta(days=30)
TITLE_CHARACTERS = 120
EVERYBODY = ("全部银行", "所有银行", "全部", "所有", "everybody", "everyone", "all")
CHANNEL = ("通道", "channel", "the channel")


@dataclass(frozen=True, slots=True)
class Unclear:
    """The words cannot be read; the phrase asks for what is missing."""

    phrase: Literal[
        "incident_usage", "incident_unclear_scope", "incident_unclear_until", "refused_past", "incident_far"
    ]  # fmt: skip
    words: str = ""


_UNTIL = re.compile(r"(?P<what>.*?)\s*(?:\b(?:until|till)\b|(?:直|持续|预计)?[到至])\s*(?P<until>[^到至]+)", re.I)
_CLOCK = re.compile(r"(?P<day>.*?)\s*(?P<hour>\d{1,2})(?:[:：点时](?P<minute>\d{1,2}|半)?分?)\s*$")
_A_BANK = re.compile(r"\S*?(?:银行|信用社|农商行)|(?:[\w&.-]+ ){0,3}?bank(?: of [\w-]+)?(?![\w-])", re.I)
_TODAY = ("", "today", "今天", "今日", "今晚", "tonight")


def read_incident(words: str, providers: Providers, acquirers: Acquirers, now: datetime) -> Wanted | Unclear:
    """ "ICBC maintenance until 18:00", "工行系统维护 到明天9:00", "all channel down until 11-25 18:00"."""
    text = " ".join(unicodedata.normalize("NFKC", words).split())
    found = _UNTIL.fullmatch(text)
    if found is None or not found["what"].strip():
        return Unclear("incident_usage")
    what = found["what"].strip(" ,;，；")
    until = _moment(found["until"], now)
    if until is None:
        return Unclear("incident_unclear_until", found["until"].strip())
    if until <= now:
        return Unclear("refused_past")
    if until - now > LONGEST:
        return Unclear("incident_far")
    about = _scope(what, providers, acquirers)
    if about is None:
        return Unclear("incident_unclear_scope", what)
    scope, name, title = about
    return Wanted(scope, name, title[:TITLE_CHARACTERS], until)


def _scope(what: str, providers: Providers, acquirers: Acquirers) -> tuple[Scope, str | None, str] | None:
    """What the first words name, and the title: all that was written, save for words that mean everybody."""
    for word in (*sorted(EVERYBODY, key=len, reverse=True), *CHANNEL):
        if (rest := _after(what, word)) is not None:
            return "all", None, what if word in CHANNEL else rest
    acquirer = _first(what, acquirers.names(), lambda name: acquirers.of(name).id)
    if acquirer is not None:
        return "acquirer", acquirer, what
    bank = _first(what, providers.banks, lambda name: providers.bank(name) or name)
    if bank is not None:
        return "bank", bank, what
    named = _A_BANK.match(what)
    return ("bank", named[0], what) if named else None


def _first(what: str, names: Iterable[str], meant: Callable[[str], str]) -> str | None:
    """What the longest name means that the words begin with."""
    fitting = [name for name in names if _after(what, name) is not None]
    return meant(max(fitting, key=len)) if fitting else None


def _after(what: str, name: str) -> str | None:
    """The words after a name that they begin with; None when they do not. A Latin name ends where its word ends."""
    if not what.casefold().startswith(name.casefold()):
        return None
    rest = what[len(name) :]
    if name[-1:].isascii() and rest[:1].isascii() and rest[:1].isalnum():
        return None
    return rest.strip(" :：,，")


def _moment(words: str, now: datetime) -> datetime | None:
    """A time of day, today or the next time that it is, or of a day that is named; a day alone lasts to its end."""
    text = words.strip(" .。!！")
    found = _CLOCK.fullmatch(text)
    if found is None:
        day = _day(text, now.date())
        return None if day is None or not text else _at(day + timedelta(1), time(0), now)
    hour, minute = int(found["hour"]), found["minute"] or "0"
    minutes = 30 if minute == "半" else int(minute)
    if hour > 24 or minutes > 59 or (hour == 24 and minutes):
        return None
    said = found["day"].strip(" ,，")
    day = _day(said, now.date())
    if day is None:
        return None
    if hour == 24:
        return _at(day + timedelta(1), time(0), now)
    moment = _at(day, time(hour, minutes), now)
    return moment + timedelta(1) if not said and moment <= now else moment


def _day(words: str, today: date) -> date | None:
    plain = words.casefold().strip()
    if plain in _TODAY:
        return today
    if plain in ("tomorrow", "明天", "明日"):
        return today + timedelta(1)
    day = wait_until(plain, today)
    return day if isinstance(day, date) else None


def _at(day: date, clock: time, now: datetime) -> datetime:
    return datetime.combine(day, clock, now.tzinfo)
