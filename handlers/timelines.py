"""A timeline in the staff's words: a list that fits a phone, and the picture with its legend."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from markupsafe import Markup

from handlers.casefile import LIMIT, CaseFile
from knowledge.markup import length
from knowledge.postings import Picture
from knowledge.readings import tail_of
from knowledge.records import Found
from knowledge.redaction import redact
from knowledge.timeline import Happening, Timeline
from knowledge.timeline_chart import chart


def picture(file: CaseFile, timeline: Timeline, title: str, chat: int, ticket: int) -> Picture | None:
    """The picture of a timeline; None where there is nothing to draw."""
    if not (timeline.tracks or timeline.changes):
        return None
    drawing = chart(timeline, title, timeline.now.tzinfo or file.zone)
    return Picture(chat, drawing, str(file.phrase("timeline_legend")), ticket=ticket)


def table(file: CaseFile, timeline: Timeline, found: Found, title: str, *, whole: bool, other: bool) -> Markup:
    """The timeline by days, as one message: what is too much is left out from the beginning.

    ``whole``: of all terminals of the merchant, so that each line names its own. ``other``: not the ticket's merchant.
    """
    merchant = found.records.merchant
    head = file.phrase(
        "timeline_head",
        number=title,
        merchant=merchant.name,
        merchant_no=merchant.merchant_no,
        source=file.source(found.source),
        as_of=found.as_of,
        stale=found.stale,
        other=other,
        empty=not timeline.happenings,
        first=timeline.first,
        last=timeline.last,
    )
    currency = merchant.currency or "CNY"
    days = [
        [file.phrase("timeline_day", day=day, free=day in timeline.free)]
        + [file.phrase(f"timeline_{each.kind}", **_values(file, each, currency, whole=whole)) for each in happened]
        for day, happened in groupby(timeline.happenings, key=lambda each: each.day)
    ]
    left_out = 0
    while True:
        more = [file.phrase("timeline_more", count=left_out)] if left_out else []
        message = Markup("\n").join([head, *more, *(line for lines in days for line in lines)])
        if length(str(message)) <= LIMIT or not days:
            return message
        left_out += len(days.pop(0)) - 1


def _values(file: CaseFile, happening: Happening, currency: str, *, whole: bool) -> dict[str, Any]:
    """What the line of any kind may show; what there is not is None."""
    payout, change, incident = happening.payout, happening.change, happening.incident
    values: dict[str, Any] = dict.fromkeys(
        ("id", "batch", "terminal", "gross", "net", "tail", "bank", "reason", "old", "new", "title", "ends", "need")
    )
    values |= {"clock": f"{happening.at:%H:%M}" if happening.at else None, "currency": currency, "anew": happening.anew}
    if payout is not None:
        values |= {
            "id": payout.payout_id,
            "batch": payout.batch_id,
            "terminal": payout.terminal_id if whole else None,
            "gross": payout.gross,
            "net": payout.net,
            "tail": tail_of(payout.dest_tail),
            "bank": payout.dest_bank,
            "reason": _said(payout.raw_reason) or _called(file, payout.reason),
            "currency": payout.currency or currency,
        }
    if change is not None:
        values |= {
            "terminal": change.terminal_id if whole else None,
            "old": tail_of(change.old_tail),
            "new": tail_of(change.new_tail),
            "bank": change.new_bank,
            "reason": _said(change.reject_reason),
            "need": change.need,
        }
    if incident is not None:
        values |= {"title": _said(incident.title), "bank": incident.bank, "ends": incident.ends_at}
    return values


def _said(words: str | None) -> str | None:
    """What somebody else wrote, without a card number that may stand in it."""
    return redact(words).text if words else None


def _called(file: CaseFile, reason: str | None) -> str | None:
    """A canonical reason by the title of the article about it; its code where there is none."""
    articles = (file.base.find(file.locale, id) for id in (f"returned_{reason}", str(reason)))
    return next((article.title for article in articles if article is not None), reason)
