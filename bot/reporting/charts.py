"""Where the parts of a chart stand, in the units of its viewBox. The template draws them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from knowledge.figures import Overview, Slice

WIDTH, HEIGHT = 960, 260
LEFT, RIGHT, TOP, BOTTOM = 44, 8, 16, 28
LABELS = 16
"""Most labels that fit beneath the bars."""
STEPS = (1, 2, 5)


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of one series in one slice; ``value`` is written over it where there is room."""

    x: float
    y: float
    width: float
    height: float
    value: int


@dataclass(frozen=True, slots=True)
class Place:
    """A slice of the period on the axis: its label (empty: no room), its bars, and how many deadlines were missed."""

    x: float
    label: str
    said: str
    opened: Bar
    resolved: Bar
    missed: int


@dataclass(frozen=True, slots=True)
class Chart:
    """Bars over the slices of a period; ``ticks`` are heights and what they stand for."""

    places: tuple[Place, ...]
    ticks: tuple[tuple[float, int], ...]
    base: float
    numbered: bool


def chart(told: Overview) -> Chart:
    """The chart of tickets opened and resolved over the period."""
    slices = told.slices
    ticks = ticked(max((max(each.opened, each.resolved) for each in slices), default=0))
    room = (WIDTH - LEFT - RIGHT) / max(len(slices), 1)
    every = -(-len(slices) // LABELS) or 1
    base, top = HEIGHT - BOTTOM, ticks[-1]
    width = max(min(room * 0.38, 34.0), 1.0)

    def bar(middle: float, side: int, value: int) -> Bar:
        height = value / top * (base - TOP)
        return Bar(
            round(middle + (side - 1) * width, 2), round(base - height, 2), round(width, 2), round(height, 2), value
        )

    def place(number: int, each: Slice) -> Place:
        middle = LEFT + room * (number + 0.5)
        label = said_of(told, each)
        return Place(
            round(middle, 2),
            label if number % every == 0 else "",
            label,
            bar(middle, 0, each.opened),
            bar(middle, 1, each.resolved),
            each.missed,
        )

    heights = tuple((round(base - tick / top * (base - TOP), 2), tick) for tick in ticks)
    return Chart(tuple(place(n, each) for n, each in enumerate(slices)), heights, base, width >= 14)


def said_of(told: Overview, each: Slice) -> str:
    """A slice in figures: its hour, or its (first) day."""
    hourly = len(told.slices) > 1 and told.slices[1].begins - told.slices[0].begins == timedelta(hours=1)
    return f"{each.begins:%H}" if hourly else f"{each.begins:%m-%d}"


def ticked(highest: int) -> Sequence[int]:
    """Round numbers from 0 to the highest or a little more, four to six of them; 0 and 1 where there is nothing."""
    if highest <= 4:
        return tuple(range(max(highest, 1) + 1))
    size = 1
    while True:
        for step in STEPS:
            if step * size * 5 >= highest:
                most = -(-highest // (step * size))
                return tuple(number * step * size for number in range(most + 1))
        size *= 10
