"""What a statement format is: a declaration of its columns, and a reader that turns its files into entries.

A format module states which column holds what and how a cell is read; the machinery finds columns by their header in
any order, reads cell by cell, and says of every row that cannot be read: which file, line, column, and why. Entries
come one at a time, so that memory does not grow with the file.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple, Protocol

from knowledge.providers import Providers
from storage.settlement.opening import Part
from storage.settlement.tables import MERCHANTS, Kind

__all__ = [
    "BadRow", "Column", "Entry", "Format", "Intake", "KnownMerchant", "Scalar", "Sum", "Unreadable", "header_index",
    "naming", "saying",
]  # fmt: skip

Scalar = str | int | None
BAD_ROWS_KEPT = 1000
UNMAPPED_KEPT = 200


class Unreadable(Exception):  # noqa: N818 - an ordinary word of the trade, caught where the row is known
    """A cell does not hold what its column promises. The message says why, without personal data."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """One thing in a file that cannot be taken as it is. ``line`` counts from 1; 0 is the file as a whole."""

    file: str
    line: int
    column: str
    reason: str

    def __str__(self) -> str:
        where = f"{self.file}:{self.line}" if self.line else self.file
        return f"{where}: {self.column}: {self.reason}" if self.column else f"{where}: {self.reason}"


class Entry(NamedTuple):
    """What a statement says of one record: raw values in the order of ``kind.fields``."""

    kind: Kind
    part: str
    line: int
    """Where in the part it stands, from 1."""
    values: tuple[Scalar, ...]
    implied: bool = False
    """It counts only if the record is not known yet: a merchant that a statement merely names, say."""
    told: frozenset[int] | None = None
    """Places of the values that the statement speaks of; what is known of the others stays. None: of all of them."""
    said_at: int | None = None
    """The moment at which it was so, microseconds; a later word counts although it may come earlier.

    None: the statement's own time (``Intake.as_of``), else the import's; of what is implied, the beginning of time."""


def saying(
    kind: Kind,
    part: str,
    line: int,
    *,
    implied: bool = False,
    said_at: int | None = None,
    **told: Scalar,
) -> Entry:
    """An entry that speaks of the fields named and of no others. A field told as None is said to be unknown.

    A record whose ``merchant_no`` is not told must be known already; it is not taken, and counted, where it is not.
    """
    fields = kind.fields
    for name in told:
        if name not in fields:
            raise TypeError(f"{kind.name} have no {name}")
    values = tuple(told.get(name) for name in fields)
    places = frozenset(place for place, name in enumerate(fields) if name in told)
    return Entry(kind, part, line, values, implied, places, said_at)


def naming(part: str, line: int, merchant_no: str, acquirer: str, currency: Scalar = None) -> Entry:
    """A merchant that a statement merely names, as often as it likes: it counts only if it is not known yet.

    To be named is as of no time: whatever is said of the merchant is newer, however long ago that was.
    """
    known: dict[str, Any] = {"currency": currency} if currency is not None else {}
    return saying(MERCHANTS, part, line, implied=True, merchant_no=merchant_no, acquirer=acquirer, **known)


class KnownMerchant(NamedTuple):
    """What the columns of other records need to know of their merchant."""

    currency: str | None
    acquirer: str | None
    timezone: str | None = None


@dataclass
class Intake:
    """What a reader is given, and where it puts what is not an entry."""

    providers: Providers = field(default_factory=Providers)
    currency: str = "CNY"
    timezone: str = "Asia/Shanghai"
    merchant: Callable[[str], KnownMerchant | None] = lambda _number: None
    bad: list[BadRow] = field(default_factory=list)
    bad_count: int = 0
    unknown_columns: dict[str, list[str]] = field(default_factory=dict)
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)
    batches: list[dict[str, Any]] = field(default_factory=list)
    """Arithmetic per batch, as the format prints it: always with ``closes``."""
    rows: dict[str, int] = field(default_factory=dict)
    """Data rows read, by file."""
    notes: list[str] = field(default_factory=list)
    advance: Callable[[int], None] | None = None
    """Told how many bytes have been read, for showing progress."""
    as_of: int | None = None
    """The statement's own time of creation, microseconds; None where it does not tell. To be set before its entries."""

    def refuse(self, part: str, line: int, column: str, reason: str) -> None:
        """Report a bad row; the first thousand are kept in words, all are counted."""
        self.bad_count += 1
        if len(self.bad) < BAD_ROWS_KEPT:
            self.bad.append(BadRow(part, line, column, reason))

    def leave_raw(self, what: str, raw: str) -> None:
        """Count a value that no mapping explains; what there is room for is remembered by name."""
        seen = self.unmapped.setdefault(what, {})
        name = raw if raw in seen or len(seen) < UNMAPPED_KEPT else "…"
        seen[name] = seen.get(name, 0) + 1

    def payout_status(self, provider: str, raw: str) -> str | None:
        """Our word for a provider's status of a payout; None, and counted, where no data file maps it."""
        return self._mapped("status", raw, self.providers.payout_status(provider, raw))

    def change_status(self, provider: str, raw: str) -> str | None:
        """Our word for a provider's status of a card change; None, and counted, where no data file maps it."""
        return self._mapped("change status", raw, self.providers.change_status(provider, raw))

    def reason(self, provider: str, raw: str) -> str | None:
        """The canonical reason for what a provider said; None, and counted, where no data file maps it."""
        return self._mapped("reason", raw, self.providers.reason(raw, provider))

    def _mapped(self, what: str, raw: str, ours: str | None) -> str | None:
        if ours is None:
            self.leave_raw(what, raw)
        return ours


class Format(Protocol):
    """A kind of statement file: a module with one of these as ``FORMAT``, a sample, and its expected output."""

    name: str
    """Its name in reports and in the ledger; the module's name too."""
    title: str
    """What it is, in a line for ``settlements formats``."""
    whole: bool = False
    """Whether it tells of every card change and every payout of its merchants: then what is not there is absent."""

    def recognises(self, part: Part) -> bool:
        """Whether the part's beginning (``part.head``) is of this format; its name does not count."""
        ...

    def role(self, part: Part) -> str | None:  # noqa: ARG002 - for formats whose files refer to each other
        """Which of the files that make one delivery this is; None when files of this format stand for themselves."""
        return None

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Entries of all recognised parts of one import, in the order in which records may refer to each other."""
        ...


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file with a header: its heading, how to read a cell that is not empty, whether it may be empty."""

    header: str
    read: Callable[[str], Scalar]
    required: bool = False


@dataclass(frozen=True, slots=True)
class Sum:
    """A column with a sum in major units: read with as many decimals as the row's currency has."""

    header: str
    read: Callable[[str, int], int]
    required: bool = False


def header_index(header: Sequence[str], wanted: Collection[str]) -> dict[str, int]:
    """Where the wanted headings stand; raises ``Unreadable`` when one stands twice."""
    found: dict[str, int] = {}
    for place, name in enumerate(header):
        if name in wanted:
            if name in found:
                raise Unreadable(f"the column {name} stands twice")
            found[name] = place
    return found
