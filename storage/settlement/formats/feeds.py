"""What the feeds of payment providers have in common: whose a payout is, in which units its sums are, who says what.

Their JSON comes from an API or, one event at a time, from a webhook; either way a part holds objects, one after the
other or in a list, and each is a word on one payout.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.formats import decimals
from storage.moments import restored
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Entry, Intake, Scalar, Unreadable, naming, saying
from storage.settlement.formats.documents import Node, documents
from storage.settlement.opening import Part
from storage.settlement.tables import PAYOUTS

__all__ = ["DEFAULT", "Feed", "day_of", "objects", "owner", "rescaled", "tail_if_any"]

DEFAULT = "default"
"""In ``merchant_numbers``: whose the payouts of a feed are that names nobody."""


def objects(part: Part, intake: Intake) -> Iterator[Node]:
    """The objects of a part, those of lists one by one; anything else in it is reported."""
    for value in documents(part, intake):
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, Node):
                yield item
            else:
                intake.refuse(part.name, 0, "", "an object belongs here, not a single value or a list")


def owner(intake: Intake, provider: str, *names: Scalar) -> str | None:
    """Our number of the merchant that a feed calls by these names, the most particular first.

    The first that ``merchant_numbers`` maps decides, else the first name as it is. A feed that names nobody is of the
    ``default`` there; None without one: then only what is known already can be told.
    """
    numbers = intake.providers.merchant_numbers.get(provider, {})
    given = [str(name) for name in names if name is not None]
    mapped = next((numbers[name] for name in given if name in numbers), None)
    return mapped or (given[0] if given else numbers.get(DEFAULT))


def rescaled(amount: int, currency: str, theirs: Mapping[str, int]) -> int:
    """Minor units by ISO 4217 from a provider's, where ``theirs`` gives another number of decimals.

    ``Unreadable`` when a part of our smallest unit would be left.
    """
    ours = decimals(currency)
    more = theirs.get(currency, ours) - ours
    if more <= 0:
        return int(amount * 10**-more)
    if amount % 10**more:
        raise Unreadable(f"{currency} has {ours} decimals, this sum has more")
    return int(amount // 10**more)


def day_of(moment: int, merchant_no: str | None, intake: Intake) -> str:
    """The day of a moment on the merchant's own clocks, where they are known, else on the desk's."""
    known = intake.merchant(merchant_no) if merchant_no is not None else None
    zone = ZoneInfo((known.timezone if known else None) or intake.timezone)
    return restored(moment).astimezone(zone).date().isoformat()


def tail_if_any(cell: str) -> str | None:
    """The last digits of an account; None where there are none to tell, as of an IBAN that ends in letters."""
    try:
        return cells.account_tail(cell)
    except Unreadable:
        return None


@dataclass
class Feed:
    """The entries of one delivery; a merchant that it names comes before its payouts."""

    provider: str
    timeless: bool = False
    """Whether a word came without its time: then the delivery is as of when it was made or imported."""
    newest: int | None = None

    def payout(
        self, part: Part, line: int, merchant_no: str | None, said_at: int | None, told: Mapping[str, Scalar]
    ) -> Iterator[Entry]:
        """A word on a payout. Without ``merchant_no`` it counts only if the payout is known already."""
        if said_at is None:
            self.timeless = True
        else:
            self.newest = max(said_at, self.newest or said_at)
        words: dict[str, Any] = dict(told)
        if merchant_no is not None:
            words["merchant_no"] = merchant_no
            yield naming(part.name, line, merchant_no, self.provider, words.get("currency"))
        yield saying(PAYOUTS, part.name, line, said_at=said_at, **words)

    def close(self, intake: Intake) -> None:
        """Once everything is told: a delivery whose words all have their time is as of the newest of them."""
        if self.newest is not None and not self.timeless:
            intake.as_of = self.newest
