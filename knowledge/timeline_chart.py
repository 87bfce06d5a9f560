"""A timeline as a picture for a phone: days across, one lane for each card change and each payout. Pure.

The picture has digits and shapes alone; what they mean is said in words beneath it (``timeline_legend``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta, tzinfo

from knowledge.drawing import Drawing, Shape
from knowledge.formats import decimals
from knowledge.readings import tail_of
from knowledge.records import CardChange
from knowledge.timeline import Happening, Timeline, Track, place

WIDTH, MARGIN = 1080, 36
HEAD, AXIS, LANE, FOOT = 76, 64, 66, 28
MOST_TRACKS = 14
"""Payouts drawn; the table beside the picture has them all."""
DIGITS, SMALL = 26, 22
INK, FAINT, PAPER, WEEKEND = "#20262e", "#9aa4b0", "#ffffff", "#eef1f5"
CARDS = {"new": "#1f6feb", "old": "#e8710a", "other": "#6b7480"}
GOOD, BAD, HELD, INCIDENT = "#1a7f37", "#cf222e", "#9a6700", "#fbe3c2"


def chart(timeline: Timeline, title: str, zone: tzinfo) -> Drawing:
    """Draw it. ``title``: the terminal or merchant number; moments are read on the clocks of ``zone``."""
    return _Chart(timeline, title, zone).drawing()


class _Chart:
    """One picture while it is laid out."""

    def __init__(self, timeline: Timeline, title: str, zone: tzinfo) -> None:
        self.timeline, self.title, self.zone = timeline, title, zone
        self.days = (timeline.last - timeline.first).days + 1
        self.begin = datetime.combine(timeline.first, time.min, zone)
        self.changes = tuple(change for change in timeline.changes if self._seen(change))
        self.tracks = timeline.tracks[-MOST_TRACKS:]
        self.top = HEAD + AXIS
        self.height = self.top + LANE * max(1, len(self.changes) + len(self.tracks)) + FOOT

    def drawing(self) -> Drawing:
        """All shapes, the undermost first."""
        shapes = [
            *self._paper(),
            *self._incidents(),
            *self._axis(),
            *self._upright(),
            *(shape for number, change in enumerate(self.changes) for shape in self._change(change, number)),
            *(
                shape
                for number, track in enumerate(self.tracks, len(self.changes))
                for shape in self._track(track, number)
            ),
        ]
        return Drawing(WIDTH, self.height, tuple(shapes))

    def _x(self, moment: datetime) -> int:
        """Where a moment stands; what lies outside stands at the edge."""
        share = (moment - self.begin) / timedelta(self.days)
        return round(MARGIN + (WIDTH - 2 * MARGIN) * min(1.0, max(0.0, share)))

    def _day_x(self, day: date) -> int:
        return self._x(datetime.combine(day, time.min, self.zone))

    def _y(self, lane: int) -> int:
        return self.top + LANE * lane + LANE // 2

    def _each_day(self) -> Iterator[date]:
        return (self.timeline.first + timedelta(number) for number in range(self.days))

    def _paper(self) -> Iterator[Shape]:
        yield self._box(PAPER, 0, 0, WIDTH, self.height)
        for day in self._each_day():
            if day in self.timeline.free:
                yield self._box(WEEKEND, self._day_x(day), HEAD, self._day_x(day + timedelta(1)), self.height - FOOT)
        yield Shape("words", INK, (MARGIN, HEAD // 2), 34, self.title)
        span = f"{self.timeline.first:%Y-%m-%d} - {self.timeline.last:%m-%d}"
        yield Shape("words", FAINT, (WIDTH - MARGIN, HEAD // 2), DIGITS, span, "rm")

    def _incidents(self) -> Iterator[Shape]:
        for incident in self.timeline.incidents:
            starts = _moment(incident.starts_at, self.zone) or self.begin
            ends = _moment(incident.ends_at, self.zone) or self.timeline.now
            left = self._x(starts)
            yield self._box(INCIDENT, left, HEAD, max(self._x(ends), left + 4), self.height - FOOT)

    def _axis(self) -> Iterator[Shape]:
        """The number of each day as far as there is room for it, of the first and of each month's with the month."""
        wide = (WIDTH - 2 * MARGIN) / self.days
        every = next((step for step in (1, 2, 3, 5, 7) if wide * step >= 2 * DIGITS), 10)
        middle = HEAD + AXIS // 2
        for number, day in enumerate(self._each_day()):
            left = self._day_x(day)
            yield Shape("line", WEEKEND, (left, HEAD + AXIS, left, self.height - FOOT), 1)
            if number % every == 0:
                whole = number == 0 or day.day <= every
                label = f"{day.month}.{day.day}" if whole else str(day.day)
                centre = left + round(wide / 2)
                yield Shape("words", INK, (max(centre, MARGIN + DIGITS), middle), DIGITS, label, "mm")
        yield Shape("line", FAINT, (MARGIN, self.top, WIDTH - MARGIN, self.top), 2)

    def _upright(self) -> Iterator[Shape]:
        """Now, and the moments from which another card counts."""
        floor = self.height - FOOT
        last = datetime.combine(self.timeline.last + timedelta(1), time.min, self.zone)
        if self.begin <= self.timeline.now < last:
            now = self._x(self.timeline.now)
            yield Shape("dashes", FAINT, (now, self.top, now, floor), 2)
        for change in self.changes:
            effective = _moment(change.effective_at, self.zone)
            if effective is not None and self.begin <= effective < last:
                here = self._x(effective)
                yield Shape("dashes", CARDS["new"], (here, self.top, here, floor), 3)

    def _seen(self, change: CardChange) -> bool:
        """Whether the change was under way on one of the days shown."""
        submitted = _moment(change.submitted_at, self.zone)
        ended = _moment(change.effective_at, self.zone) or (submitted if change.status == "rejected" else None)
        if submitted is None and ended is None:
            return False
        begun = submitted or ended
        assert begun is not None
        before_end = begun.date() <= self.timeline.last
        return before_end and (ended is None or ended.date() >= self.timeline.first)

    def _change(self, change: CardChange, lane: int) -> Iterator[Shape]:
        """From the request to the moment from which the new card counts; a cross where it was turned down."""
        y = self._y(lane)
        submitted, effective = _moment(change.submitted_at, self.zone), _moment(change.effective_at, self.zone)
        begun = submitted or effective
        assert begun is not None
        rejected = change.status == "rejected"
        ended = effective or (begun if rejected else self.timeline.now)
        left, right = self._x(begun), self._x(ended)
        yield Shape("line", CARDS["new"], (left, y, right, y), 6)
        if rejected:
            yield from _cross(right, y)
        elif effective is None:
            yield Shape("ring", CARDS["new"], (right, y), 11)
        else:
            yield Shape("area", CARDS["new"], (right, y - 16, right + 14, y, right, y + 16, right - 14, y))
        tails = f"{tail_of(change.old_tail) or '?'} > {tail_of(change.new_tail) or '?'}"
        yield self._label(right, y, tails, INK)

    def _track(self, track: Track, lane: int) -> Iterator[Shape]:
        y, colour = self._y(lane), CARDS[track.card]
        places = [self._x(place(each, self.zone)) for each in track.happenings]
        if not places:
            return
        yield Shape("line", colour, (min(places), y, max(places), y), 4)
        for x, happening in zip(places, track.happenings, strict=True):
            yield from _mark(happening, x, y, colour)
        payout = track.payout
        amount = payout.net if payout.net is not None else payout.gross
        tail = tail_of(payout.dest_tail)
        label = _number(amount, payout.currency) + (f" > {tail}" if tail else "")
        yield self._label(max(places), y, label, colour)

    def _label(self, x: int, y: int, words: str, colour: str) -> Shape:
        """Beside what it belongs to; on the left of it, and above the line, where there is no room on the right."""
        width = len(words) * SMALL * 3 // 5 + 30
        if x + width <= WIDTH - MARGIN:
            return Shape("words", colour, (x + 24, y), SMALL, words)
        return Shape("words", colour, (WIDTH - MARGIN, y - LANE // 2 + 12), SMALL, words, "rm")

    @staticmethod
    def _box(colour: str, left: int, top: int, right: int, bottom: int) -> Shape:
        return Shape("area", colour, (left, top, right, top, right, bottom, left, bottom))


def _mark(happening: Happening, x: int, y: int, colour: str) -> Iterator[Shape]:
    """The shape of one thing that happened to a payout."""
    shapes: dict[str, Callable[[], Iterator[Shape]]] = {
        "traded": lambda: iter([Shape("area", colour, (x - 9, y - 9, x + 9, y - 9, x + 9, y + 9, x - 9, y + 9))]),
        "cut": lambda: iter([Shape("line", colour, (x, y - 13, x, y + 13), 4)]),
        "sent": lambda: iter([Shape("area", colour, (x - 9, y - 12, x + 13, y, x - 9, y + 12))]),
        "paid": lambda: iter([Shape("disc", GOOD, (x, y), 13)]),
        "returned": lambda: _cross(x, y),
        "failed": lambda: _cross(x, y),
        "frozen": lambda: iter([Shape("line", HELD, (x + side, y - 13, x + side, y + 13), 6) for side in (-6, 6)]),
        "due": lambda: iter([Shape("ring", FAINT, (x, y), 12)]),
    }
    draw = shapes.get(happening.kind)
    return draw() if draw else iter(())


def _cross(x: int, y: int) -> Iterator[Shape]:
    yield Shape("line", BAD, (x - 11, y - 11, x + 11, y + 11), 6)
    yield Shape("line", BAD, (x - 11, y + 11, x + 11, y - 11), 6)


def _moment(moment: datetime | None, zone: tzinfo) -> datetime | None:
    if moment is None:
        return None
    return moment.replace(tzinfo=zone) if moment.tzinfo is None else moment.astimezone(zone)


def _number(amount: int | None, currency: str | None) -> str:
    """Minor units with their point, without a sign of the currency; empty where the sum is not known."""
    if amount is None:
        return ""
    places = decimals(currency or "CNY")
    whole, rest = divmod(abs(amount), 10**places)
    sign = "-" if amount < 0 else ""
    return f"{sign}{whole:,}" + (f".{rest:0{places}}" if places else "")
