"""From figures to the page: names, times and words in one locale, then the template."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template
from markupsafe import Markup

from bot.reporting import charts
from handlers.casefile import CaseFile
from handlers.statboard import name_of, stars
from knowledge.figures import Figures, Group, Overview, Times
from knowledge.library import KnowledgeBase

WORDS = (
    *("title", "opened", "resolved", "missed", "first_reply", "resolution", "stars", "half", "most"),
    *("over_time", "by_cause", "by_department", "by_agent", "cause", "department", "agent", "nothing", "what_counts"),
)
"""Words of the page: the phrases ``report_…``."""


@dataclass(frozen=True, slots=True)
class Row:
    """A line of a table; ``share``: its tickets in percent of the greatest line's, for the bar."""

    name: str
    figures: Figures
    share: int
    stars: str | None


@dataclass(frozen=True, slots=True)
class Table:
    """A table of the page, by the words of its heading and of its first column."""

    heading: str
    of: str
    rows: tuple[Row, ...]


def page(told: Overview, base: KnowledgeBase, locale: str, zone: ZoneInfo, now: datetime) -> str:
    """The whole page as HTML. It refers to nothing outside of itself and runs no scripts."""
    file = CaseFile(base, zone, now, locale)
    form, today = base.format(locale), now.date()

    def duration(minutes: int | None) -> str:
        return "—" if minutes is None else form.hours(minutes)

    def both(times: Times) -> tuple[str, str]:
        return duration(times.median), duration(times.most)

    first, last = told.period.begins.date(), (told.period.ends - timedelta(microseconds=1)).date()
    period = {"first": form.day(first, today=today), "last": form.day(last, today=today), "one": first == last}
    words: Mapping[str, str] = {
        **{name: base.plain(locale, f"report_{name}") for name in WORDS},
        "period": base.plain(locale, "report_period", **period),
        "made": base.plain(locale, "report_made", at=now, zone=zone, today=today),
        "silent": base.plain(locale, "report_silent", count=told.total.silent),
        "rated": base.plain(locale, "report_rated", count=told.total.rated),
    }
    tables = [
        Table(words[f"by_{kind}"], words[kind], _rows(file, groups, kind))
        for kind, groups in (("cause", told.causes), ("department", told.departments), ("agent", told.agents))
    ]
    return _template().render(
        words=words,
        locale=locale,
        told=told,
        chart=charts.chart(told),
        size=charts,
        tables=tables,
        stars=stars(told.total),
        duration=duration,
        both=both,
    )


def _rows(file: CaseFile, groups: Sequence[Group], kind: str) -> tuple[Row, ...]:
    most = max((_size(group.figures) for group in groups), default=0) or 1
    return tuple(
        Row(
            _plain(name_of(file, group, kind)),
            group.figures,
            round(_size(group.figures) / most * 100),
            stars(group.figures),
        )
        for group in groups
    )


def _size(figures: Figures) -> int:
    return max(figures.opened, figures.resolved)


def _plain(name: Markup | str) -> str:
    return name.unescape() if isinstance(name, Markup) else name


@cache
def _template() -> Template:
    env = Environment(
        loader=FileSystemLoader(Path(__file__).parent), autoescape=True, undefined=StrictUndefined, trim_blocks=True,
        lstrip_blocks=True,
    )  # fmt: skip
    return env.get_template("page.html.j2")
