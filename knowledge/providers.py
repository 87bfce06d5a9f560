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
from typing import get_args

from knowledge.entries import Entry, raise_first
from knowledge.records import ChangeStatus, PayoutStatus
from knowledge.rules import RuleError

__all__ = ["REASONS", "Providers"]

REASONS = (
    "name_mismatch", "wrong_number", "account_closed", "account_frozen", "receive_limit", "account_type", "bank_branch",
    "bank_unavailable", "provider_refused", "duplicate", "unspecified",
)  # fmt: skip
"""The canonical reasons; the rules of causes know these words and no others."""

_FIRST_WORD = re.compile(r"[^\s:：,，;；/|()（）\[\]【】-]+")


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
    banks: Mapping[str, str] = field(default_factory=dict)
    """name in comparable form -> the bank's full name."""

    @classmethod
    def from_data(cls, data: object) -> Providers:
        """Check what the file says. Raises ``RuleError`` for the first mistake; its ``others`` are the rest."""
        problems: list[RuleError] = []
        made = cls.take(Entry(data, (), problems))
        raise_first(problems)
        return made

    @classmethod
    def take(cls, top: Entry) -> Providers:
        """What the file holds; its mistakes gather in the entry."""
        top.whole("version", 1, 1)
        payouts = _statuses(top, "payout_statuses", get_args(PayoutStatus))
        changes = _statuses(top, "change_statuses", get_args(ChangeStatus))
        codes, words = _reasons(top)
        numbers = _statuses(top, "merchant_numbers", None)
        banks = _banks(top)
        top.done()
        return cls(payouts, changes, codes, words, numbers, banks)

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

    def bank(self, name: str) -> str | None:
        """The full name of the bank that people call so, or None."""
        return self.banks.get(_same(name))

    def merchant_no(self, provider: str, account: str) -> str:
        """Our number of the merchant that the provider calls ``account``; the same where nothing else is said."""
        return self.merchant_numbers.get(provider, {}).get(account, account)


def _statuses(top: Entry, key: str, allowed: tuple[str, ...] | None) -> dict[str, dict[str, str]]:
    """provider -> its word -> ours."""
    found: dict[str, dict[str, str]] = {}
    providers = top.inner(key)
    for provider in providers.names():
        words = providers.inner(provider)
        found[provider] = {
            raw.strip(): words.choice(raw, allowed) if allowed else words.word(raw) for raw in words.names()
        }
    return found


def _reasons(top: Entry) -> tuple[dict[str, dict[str, str]], tuple[tuple[str, str], ...]]:
    codes: dict[str, dict[str, str]] = {}
    words: list[tuple[str, str]] = []
    for item in top.items("reasons"):
        reason = item.choice("reason", REASONS)
        listed = item.inner("codes")
        for provider in listed.names():
            for code in listed.words(provider):
                before = codes.setdefault(provider, {}).setdefault(_same(code), reason)
                if before != reason:
                    listed.problem((provider,), f"{code} already means {before}", "Keep one of the two")
        words += [(_same(word), reason) for word in item.words("words")]
        item.done()
    return codes, tuple(words)


def _banks(top: Entry) -> dict[str, str]:
    """Every name of a bank -> its full name."""
    found: dict[str, str] = {}
    listed = top.inner("banks")
    for bank in listed.names():
        for name in (bank, *listed.words(bank)):
            before = found.setdefault(_same(name), bank)
            if before != bank:
                listed.problem((bank,), f"{name} already names {before}", "One name, one bank")
    return found
