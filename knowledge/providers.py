"""What providers call a status or a reason -> what we call it: data that admins edit (``base/providers.yaml``).

Codes decide before words; among words the order of the file decides; what is in neither stays unknown. Free texts of
providers change without notice, so nothing is ever derived from a likeness. Source: the product's table of canonical
reasons (vendors' documents named there).
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, get_args

from knowledge.records import ChangeStatus, PayoutStatus
from knowledge.rules import RuleError

__all__ = ["REASONS", "Providers"]

REASONS = (
    "name_mismatch", "wrong_number", "account_closed", "account_frozen", "receive_limit", "account_type", "bank_branch",
    "bank_unavailable", "provider_refused", "duplicate", "unspecified",
)  # fmt: skip
"""The canonical reasons; the rules of causes know these words and no others."""

_KEYS = {"version", "payout_statuses", "change_statuses", "reasons", "merchant_numbers"}
_FIRST_WORD = re.compile(r"[^\s:：,，;；/|()（）\[\]【】-]+")
_Path = tuple[str | int, ...]


def _same(text: str) -> str:
    """One form for comparing: full-width is narrow, letter case and surrounding space are nothing."""
    return unicodedata.normalize("NFKC", text).strip().casefold()


@dataclass(frozen=True)
class Providers:
    """The mappings, ready for use. A value that is not mapped gives None."""

    payout_statuses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    change_statuses: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    codes: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    """provider -> code in comparable form -> reason."""
    words: tuple[tuple[str, str], ...] = ()
    """(word in comparable form, reason), the one that decides first."""
    merchant_numbers: Mapping[str, Mapping[str, str]] = field(default_factory=dict)

    @classmethod
    def from_data(cls, data: object) -> Providers:
        """Check what the file says; raises ``RuleError`` at the first place that is wrong."""
        top = _mapping(data, ())
        for key in top:
            if key not in _KEYS:
                raise RuleError((key,), f"{key} is no part of this file", f"Use one of {', '.join(sorted(_KEYS))}")
        codes, words = _reasons(top.get("reasons") or [])
        return cls(
            _statuses(top, "payout_statuses", get_args(PayoutStatus)),
            _statuses(top, "change_statuses", get_args(ChangeStatus)),
            codes,
            words,
            _statuses(top, "merchant_numbers", None),
        )

    def reason(self, raw: str, provider: str | None = None) -> str | None:
        """The canonical reason for what a provider said, or None. A code of ``provider`` goes before any other's."""
        text = _same(raw)
        first = _FIRST_WORD.match(text)
        candidates = [text]
        # "AC04 Closed account number": a code may lead its own explanation; a plain word such as "error" may not
        if first and any(letter.isdigit() for letter in first[0]):
            candidates.append(first[0])
        for candidate in candidates:
            own = self.codes.get(provider or "", {}).get(candidate)
            if own is not None:
                return own
            said = {known[candidate] for known in self.codes.values() if candidate in known}
            if len(said) == 1:
                return said.pop()
        return next((reason for word, reason in self.words if word in text), None)

    def payout_status(self, provider: str, raw: str) -> str | None:
        """A payout's status from the provider's word for it."""
        return self.payout_statuses.get(provider, {}).get(raw.strip())

    def change_status(self, provider: str, raw: str) -> str | None:
        """A card change's status from the provider's word for it."""
        return self.change_statuses.get(provider, {}).get(raw.strip())

    def merchant_no(self, provider: str, account: str) -> str:
        """Our number of the merchant that the provider calls ``account``; the same where nothing else is said."""
        return self.merchant_numbers.get(provider, {}).get(account, account)


def _mapping(data: object, path: _Path) -> dict[str, Any]:
    if data is None:
        return {}
    if not isinstance(data, Mapping) or not all(isinstance(key, str) for key in data):
        raise RuleError(path, "this must be a mapping of names", "Quote keys that are numbers")
    return dict(data)


def _statuses(top: Mapping[str, Any], key: str, allowed: tuple[str, ...] | None) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = {}
    for provider, values in _mapping(top.get(key), (key,)).items():
        found[provider] = {}
        for raw, ours in _mapping(values, (key, provider)).items():
            if not isinstance(ours, str) or (allowed is not None and ours not in allowed):
                remedy = f"Use one of {', '.join(allowed)}" if allowed else "Write a text, in quotes if all digits"
                raise RuleError((key, provider, raw), f"{ours!r} cannot stand here", remedy)
            found[provider][raw.strip()] = ours
    return found


def _texts(values: object, path: _Path) -> list[str]:
    if values is None:
        return []
    if not isinstance(values, list) or not all(isinstance(value, str) and value.strip() for value in values):
        raise RuleError(path, "this must be a list of texts", "Quote values that are digits only")
    return values


def _reasons(data: object) -> tuple[dict[str, dict[str, str]], tuple[tuple[str, str], ...]]:
    if not isinstance(data, list):
        raise RuleError(("reasons",), "this must be a list", "Begin each entry with '- reason:'")
    codes: dict[str, dict[str, str]] = {}
    words: list[tuple[str, str]] = []
    for number, entry in enumerate(data):
        path: _Path = ("reasons", number)
        item = _mapping(entry, path)
        reason = item.get("reason")
        if reason not in REASONS:
            raise RuleError((*path, "reason"), f"there is no reason {reason!r}", f"Use one of {', '.join(REASONS)}")
        for provider, values in _mapping(item.get("codes"), (*path, "codes")).items():
            for code in _texts(values, (*path, "codes", provider)):
                before = codes.setdefault(provider, {}).setdefault(_same(code), reason)
                if before != reason:
                    where: _Path = (*path, "codes", provider)
                    raise RuleError(where, f"{code} already means {before}", "Keep one of the two")
        words += [(_same(word), reason) for word in _texts(item.get("words"), (*path, "words"))]
    return codes, tuple(words)
