"""The payouts of one merchant as a source tells them, with what replaces what."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from knowledge.records import Payout
from storage.settlement.mapped.answers import NoAnswer

__all__ = ["Chain"]


class Chain:
    """The payouts of one merchant as they come in, and which others they lead to.

    Payouts of other merchants are left out whatever a source says. A payout that is told twice in different words makes
    the answer contradict itself: ``NoAnswer``.
    """

    def __init__(self, merchant_no: str) -> None:
        self.merchant_no = merchant_no
        self._found: dict[str, Payout] = {}
        self._asked: set[str] = set()

    def take(self, payouts: Iterable[Payout]) -> None:
        """Take over what is the merchant's."""
        for payout in payouts:
            if payout.merchant_no != self.merchant_no:
                continue
            before = self._found.setdefault(payout.payout_id, payout)
            if before != payout:
                raise NoAnswer("payouts: the same payout is told twice, in different words")

    def replaced(self) -> tuple[str, ...]:
        """Those that a payout here replaces and that are not here; each is named once."""
        wanted = {payout.replaces for payout in self._found.values() if payout.replaces} - self._found.keys()
        new = wanted - self._asked
        self._asked |= new
        return tuple(sorted(new))

    def unfollowed(self, followed: set[str]) -> tuple[str, ...]:
        """Those here of which it was not asked yet what replaces them; they are added to ``followed``."""
        new = self._found.keys() - followed
        followed |= new
        return tuple(sorted(new))

    def payouts(self) -> tuple[Payout, ...]:
        """All of them by trade date."""
        return tuple(sorted(self._found.values(), key=lambda payout: (payout.trade_date or date.min, payout.payout_id)))
