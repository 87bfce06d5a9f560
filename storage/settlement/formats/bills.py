"""What the bills of wallets (WeChat Pay, Alipay) have in common: padded cells, fine sums, movements of one account.

A bill of an account lists every movement with the balance after it; a withdrawal to the bank is a payout. Which of the
provider's words is a withdrawal, and which is one that came back, is data (``payout_statuses`` in ``providers.yaml``):
the providers say that their words change. A word that is not there makes no payout; it is counted.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from knowledge.formats import decimals
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Entry, Intake, Unreadable, naming, saying
from storage.settlement.tables import PAYOUTS

__all__ = [
    "CURRENCY", "FINE", "Account", "Movement", "bare", "fine", "minor_of", "needless", "totals_of",
]  # fmt: skip

FINE = 5
"""Decimals of the finest sums in these bills, the fees of WeChat Pay: sums are added up as hundred-thousandths."""
CURRENCY = "CNY"
"""Of the accounts whose bills call their sums yuan."""
_WITHDRAWN, _DEPOSITED = "提现", "充值"
LONGEST_NOTE = 200


def bare(cell: str) -> str:
    """A cell without what keeps spreadsheets from turning it into a number: WeChat's backtick, Alipay's tab."""
    return cell.strip().removeprefix("`").strip()


def fine(cell: str) -> int:
    """A sum in major units as hundred-thousandths; below nothing too."""
    return cells.signed_amount(cell, FINE)


def minor_of(value: int, currency: str) -> int | None:
    """Hundred-thousandths as minor units of the currency; None where they are no whole number of these."""
    whole, rest = divmod(value, 10 ** (FINE - decimals(currency)))
    return None if rest else whole


def needless(part: str, intake: Intake, headings: Collection[str]) -> None:
    """Forget the columns that the bill has and no record needs: they are not worth a report of unknown columns."""
    strangers = [name for name in intake.unknown_columns.pop(part, []) if name not in headings]
    if strangers:
        intake.unknown_columns[part] = strangers


@dataclass(frozen=True, slots=True)
class Movement:
    """One line of an account's bill. Sums are minor units; ``amount`` is below nothing for money that left."""

    line: int
    moment: int
    """Microseconds since 1970 UTC."""
    amount: int
    balance: int
    """After it."""
    kind: str
    """The provider's word for its type."""
    names: tuple[str, ...]
    """Numbers that the provider gives it, the one that a payout is known by first."""
    note: str = ""
    withdrawing: bool = False
    """Whether it stands among withdrawals in the provider's own sorting, whatever its type."""


@dataclass
class Account:
    """What the movements of one bill come to, and the withdrawals among them."""

    part: str
    provider: str
    """As ``merchant_numbers`` calls it."""
    words: str
    """Under which name ``payout_statuses`` has its types of movement."""
    rows: int = 0
    received: int = 0
    receipts: int = 0
    spent: int = 0
    """Below nothing."""
    payments: int = 0
    latest: int | None = None
    gaps: dict[bool, int] = field(default_factory=dict)
    """Read downwards (True) or upwards: the first line at which the balance does not follow."""
    _before: Movement | None = None
    _found: list[tuple[Movement, str]] = field(default_factory=list)

    def take(self, movement: Movement, intake: Intake) -> None:
        """Add one movement."""
        self.rows += 1
        if movement.amount >= 0:
            self.receipts, self.received = self.receipts + 1, self.received + movement.amount
        else:
            self.payments, self.spent = self.payments + 1, self.spent + movement.amount
        self.latest = max(self.latest or movement.moment, movement.moment)
        before, self._before = self._before, movement
        if before is not None:
            if before.balance + movement.amount != movement.balance:
                self.gaps.setdefault(True, movement.line)
            if movement.balance + before.amount != before.balance:
                self.gaps.setdefault(False, movement.line)
        self._sort(movement, intake)

    @property
    def gap(self) -> int | None:
        """The line at which the running balance breaks; None when it follows, read downwards or upwards."""
        return self.gaps[True] if len(self.gaps) > 1 else None

    @property
    def withdrawals(self) -> int:
        """How many withdrawals and returned ones there are."""
        return len(self._found)

    def shown(self) -> dict[str, Any]:
        """Its arithmetic for the report, sums in major units."""
        return {
            "account": self.part, "batch": None, "currency": CURRENCY, "rows": self.rows,
            "received": self.received / 100, "spent": -self.spent / 100, "withdrawals": self.withdrawals,
        }  # fmt: skip

    def _sort(self, movement: Movement, intake: Intake) -> None:
        status = intake.providers.payout_status(self.words, movement.kind)
        if status is not None and (status == "returned") == (movement.amount > 0):
            self._found.append((movement, status))
        elif movement.amount > 0 and _DEPOSITED in movement.kind:
            return  # the merchant's own money
        elif status is not None or movement.withdrawing or _WITHDRAWN in movement.kind:
            sign = "out" if movement.amount < 0 else "in"
            intake.leave_raw("status", f"{movement.kind} ({sign})" if status is not None else movement.kind)

    def entries(self, merchant: str, intake: Intake) -> Iterator[Entry]:
        """The merchant if it is new, its withdrawals, and what is said of those that came back.

        A returned one is told of the payout that one of its numbers names: in this bill, else in what is known.
        """
        number = intake.providers.merchant_no(self.provider, merchant)
        if self._found:
            yield naming(self.part, self._found[0][0].line, number, self.provider, CURRENCY)
        ours = [movement for movement, status in self._found if status != "returned"]
        known = {name: movement for movement in ours for name in movement.names}
        ids: set[str] = set()
        for movement, status in sorted(self._found, key=lambda pair: (pair[0].moment, pair[0].line)):
            if status == "returned":
                original = next((known[name] for name in movement.names if name in known), None)
                yield from self._returned(movement, original, intake)
            elif movement.names[0] in ids:
                intake.refuse(self.part, movement.line, "", "a second withdrawal of the same number")
            else:
                ids.add(movement.names[0])
                yield self._withdrawal(movement, status, number)

    def _withdrawal(self, movement: Movement, status: str, number: str) -> Entry:
        known: dict[str, Any] = {
            "payout_id": movement.names[0], "merchant_no": number, "status": status, "raw_status": movement.kind,
            "cut_at": movement.moment, "sent_at": movement.moment, "net": -movement.amount, "currency": CURRENCY,
        }  # fmt: skip
        return saying(PAYOUTS, self.part, movement.line, said_at=movement.moment, **known)

    def _returned(self, movement: Movement, original: Movement | None, intake: Intake) -> Iterator[Entry]:
        if original is not None and original.amount + movement.amount:
            words = f"another sum comes back than was withdrawn on line {original.line}"
            intake.refuse(self.part, movement.line, "", words)
            return
        told: dict[str, Any] = {
            "payout_id": (original or movement).names[0], "status": "returned", "raw_status": movement.kind,
            "returned_at": movement.moment, "currency": CURRENCY,
        }  # fmt: skip
        raw = _shown(movement.note)
        if raw:
            told |= {"raw_reason": raw, "reason": intake.reason(self.provider, raw)}
        yield saying(PAYOUTS, self.part, movement.line, said_at=movement.moment, **told)


def _shown(note: str) -> str | None:
    """A note as words that can be shown; a note that cannot is no reason to refuse the money."""
    try:
        return cells.text(note[:LONGEST_NOTE]) if note.strip() else None
    except Unreadable:
        return None


def totals_of(around: Sequence[tuple[int, list[str]]]) -> dict[str, int] | None:
    """What the heading and the row after the data say, title -> hundred-thousandths; None when they are not there."""
    if len(around) < 2:
        return None
    titles, values = around[0][1], around[1][1]
    found: dict[str, int] = {}
    for title, value in zip(titles, values, strict=False):
        if title and value:
            try:
                found[title] = fine(value)
            except Unreadable:
                return None
    return found
