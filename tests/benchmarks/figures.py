"""What was measured, beside the bar that it has to keep to."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Figure:
    """One line of the table. ``ratio`` against ``bar`` decides; without a bar the line only informs."""

    benchmark: str
    what: str
    ours: str
    compared: str = ""
    ratio: float | None = None
    bar: float | None = None
    at_least: bool = False

    @property
    def good(self) -> bool:
        """Whether the bar is kept."""
        if self.ratio is None or self.bar is None:
            return True
        return self.ratio >= self.bar if self.at_least else self.ratio <= self.bar

    def data(self) -> dict[str, Any]:
        """The figure as JSON can hold it."""
        return {
            "benchmark": self.benchmark, "what": self.what, "ours": self.ours, "compared": self.compared,
            "ratio": None if self.ratio is None else round(self.ratio, 3), "bar": self.bar,
            "bar_is": None if self.bar is None else "at least" if self.at_least else "at most", "good": self.good,
        }  # fmt: skip


def table(figures: Sequence[Figure]) -> str:
    """The figures as lines of text, columns aligned."""
    rows = [("", "measured", "ours", "compared with", "ratio", "bar", "")]
    for figure in figures:
        ratio = "" if figure.ratio is None else f"{figure.ratio:.2f}"
        bar = "" if figure.bar is None else f"{'>=' if figure.at_least else '<='} {figure.bar:g}"
        verdict = "" if figure.bar is None else "ok" if figure.good else "NOT OK"
        rows.append((figure.benchmark, figure.what, figure.ours, figure.compared, ratio, bar, verdict))
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    lines = ("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows)
    return "\n".join(lines)


def median(values: Iterable[float]) -> float:
    """The middle of the runs."""
    return statistics.median(values)


def spread(values: Sequence[float], form: str = "{:.0f}") -> str:
    """The median with the least and the most, as text."""
    low, middle, high = (form.format(value) for value in (min(values), median(values), max(values)))
    return middle if len(values) == 1 else f"{middle} ({low}..{high})"
