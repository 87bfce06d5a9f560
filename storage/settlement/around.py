"""What belongs to a lookup, whichever source it comes from: the days around, and which incidents."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime, time, timedelta, tzinfo

from knowledge.records import Incident, Payout

__all__ = ["LONGEST_CHAIN", "MOST_PAYOUTS", "RECENT_PAYOUTS", "moments", "touching", "window", "within"]

DAYS_BEFORE, DAYS_AFTER = 7, 10
"""Around the days asked for: a batch may be cut days later, and a merchant may be some days off."""
MOST_PAYOUTS = 5000
RECENT_PAYOUTS = 500
LONGEST_CHAIN = 20


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
