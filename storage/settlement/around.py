"""What belongs to a lookup, whichever source it comes from: the days around, what replaces what, which incidents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from knowledge.records import Incident, Payout
from storage.settlement.lookup import DAYS_AFTER, DAYS_BEFORE, LONGEST_CHAIN, MOST_PAYOUTS, RECENT_PAYOUTS
from storage.settlement.mapped.answers import NoAnswer

__all__ = ["LONGEST_CHAIN", "MOST_PAYOUTS", "RECENT_PAYOUTS", "Chain", "moments", "touching", "window", "within"]


def window(dates: Sequence[date], today: date) -> tuple[date, date]:
    """The first and the last trade date that a lookup looks at."""
    first, last = (min(dates), max(dates)) if dates else (today, today)
    return first - timedelta(days=DAYS_BEFORE), last + timedelta(days=DAYS_AFTER)


def within(payout: Payout, span: tuple[date, date]) -> bool:
    """Whether the payout is of a trade date in the span; one of no known day is not."""
    return payout.trade_date is not None and span[0] <= payout.trade_date <= span[1]


def moments(first: date, last: date, today: date, zone: tzinfo) -> tuple[datetime, datetime]:
    """From the beginning of the window to its end or the end of today, whichever is later: for incidents."""
    return datetime.combine(first, time.min, zone), datetime.combine(max(last, today), time.max, zone)


def touching(incidents: Iterable[Incident], span: tuple[datetime, datetime]) -> tuple[Incident, ...]:
    """The incidents that touch the span, by their number; one without an end is still going on."""
    found = {
        incident.incident_id: incident
        for incident in incidents
        if (incident.starts_at or span[0]) <= span[1] and (incident.ends_at is None or incident.ends_at >= span[0])
    }
    return tuple(found[key] for key in sorted(found))


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
