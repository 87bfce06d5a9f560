"""Acquirers differ: cut-off, review time, bank grace days, make-up days. Sources disagree, so these are data."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import time
from typing import Any

from knowledge.entries import Entry, raise_first
from knowledge.language import RuleError

DEFAULT = "default"


@dataclass(frozen=True, slots=True)
class Profile:
    """How one acquirer settles. Days are working days; ``cut_off`` is the merchant's local time.

    ``names`` by locale; ``hotline`` is None where no number is confirmed. ``makeup_days``: it pays on make-up weekend
    days.
    """

    id: str
    names: Mapping[str, str] = field(default_factory=dict)
    hotline: str | None = None
    cut_off: time = time(23)
    review_days: int = 5
    bank_grace_days: int = 5
    makeup_days: bool = True

    def name(self, locale: str) -> str:
        """The acquirer's name in a locale, else in any."""
        return self.names.get(locale) or next(iter(self.names.values()), self.id)

    def values(self, locale: str) -> dict[str, object]:
        """The ``profile.*`` values that articles may use."""
        return {
            "profile.name": self.name(locale),
            "profile.hotline": self.hotline,
            "profile.review_days": self.review_days,
            "profile.bank_grace_days": self.bank_grace_days,
            "profile.cut_off": f"{self.cut_off:%H:%M}",
            "profile.makeup_days": self.makeup_days,
        }


@dataclass(frozen=True)
class Acquirers:
    """The profiles by every name that records may use for them."""

    profiles: Mapping[str, Profile]
    aliases: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: Any) -> Acquirers:
        """From ``acquirers.yaml``. Raises ``RuleError`` with the path of the first mistake."""
        problems: list[RuleError] = []
        made = cls.take(Entry(data, (), problems))
        raise_first(problems)
        return made

    @classmethod
    def take(cls, top: Entry) -> Acquirers:
        """What the file holds; its mistakes gather in the entry."""
        top.whole("version", None, 1)
        named = top.inner("acquirers")
        base = _profile(DEFAULT, named.inner(DEFAULT), Profile(DEFAULT), {})
        aliases: dict[str, str] = {}
        profiles = {DEFAULT: base}
        if DEFAULT not in named.data:
            named.problem((), "the profile default is missing", "Every acquirer that is not listed uses it")
        for id in named.names():
            if id != DEFAULT:
                profiles[id] = _profile(id, named.inner(id), base, aliases)
        named.done()
        top.done()
        return cls(profiles, aliases)

    def names(self) -> tuple[str, ...]:
        """Every name of an acquirer that has a profile of its own."""
        return tuple(dict.fromkeys((*self.aliases, *(id for id in self.profiles if id != DEFAULT))))

    def of(self, acquirer: str | None) -> Profile:
        """The profile of an acquirer as records name it; the default one for any other."""
        found = self.profiles.get(acquirer or DEFAULT)
        if found is not None:
            return found
        return self.profiles.get(self.aliases.get(_same(acquirer or ""), DEFAULT)) or Profile(DEFAULT)


def _profile(id: str, entry: Entry, base: Profile, aliases: dict[str, str]) -> Profile:
    names = entry.inner("names")
    words = {locale: names.word(locale) for locale in names.names()}
    for alias in (id, *words.values(), *entry.words("aliases")):
        if aliases.setdefault(_same(alias), id) != id:
            entry.problem((), f"{alias} already names {aliases[_same(alias)]}", "One name, one acquirer")
    profile = Profile(
        id,
        words or base.names,
        entry.word("hotline", needed=False) or None,
        entry.clock("cut_off", base.cut_off),
        entry.whole("review_days", base.review_days, 1, 60),
        entry.whole("bank_grace_days", base.bank_grace_days, 0, 60),
        entry.flag("makeup_days_count", base.makeup_days),
    )
    entry.done()
    return profile


def _same(name: str) -> str:
    return unicodedata.normalize("NFKC", name).strip().casefold()
