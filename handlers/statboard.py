"""``/stats``: how the desk does, for supervisors; for an agent, how they do themselves."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup

from handlers.casefile import CaseFile
from handlers.counter import Counter, Said
from knowledge.figures import Figures, Group, Overview, overview, sparkline
from knowledge.markup import length
from knowledge.periods import read_period
from knowledge.ticket_rules import Rules
from storage.statistics import Statistics
from storage.unit import Unit

LIMIT = 4096
SHOWN = 10
"""Causes, departments and agents that are shown at most; the report has all."""
NAME = 40


class StatBoard:
    """The use case of statistics; only messages of the support group come here."""

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    async def command(self, update: int, said: Said, _name: str, words: str) -> None:
        """The figures of a period, this week unless another is written. Counted beside the loop and the writer."""
        counter = self.counter
        now, zone = counter.now(), counter.zone
        period = read_period(words, now, zone)
        told: Overview | None = None
        agent = None if not counter.supervisors or said.staff in counter.supervisors else said.staff
        if period is not None:
            rules = Rules.of(counter.base(), zone)
            begins, ends = period.begins, period.ends
            tickets = await counter.storage.read(lambda unit: Statistics(unit.wire).worked(begins, ends))
            told = await asyncio.to_thread(overview, tickets, period, rules, agent)

        def work(unit: Unit) -> None:
            counter.person(unit, said.staff, said.name, said.username, now)
            if told is None:
                counter.reply(unit, said, "stats_usage", now, words=words.strip())
            else:
                file = counter.file(unit, said, now)
                counter.say(unit, said, board(file, told, said.name if agent is not None else None), now)

        await counter.run(update, work)


def board(file: CaseFile, told: Overview, agent: str | None) -> Markup:
    """The figures as one message. ``agent``: the name of the person whose figures they are, None for everybody's.

    Where they are too long for one message, groups give way from the end of each list.
    """
    for shown in range(SHOWN, 0, -1):
        words = _board(file, told, agent, shown)
        if length(str(words)) <= LIMIT:
            break
    return words


def _board(file: CaseFile, told: Overview, agent: str | None, shown: int) -> Markup:
    total = told.total
    return file.phrase(
        "board_stats",
        agent=agent,
        first=told.period.begins.date(),
        last=(told.period.ends - timedelta(microseconds=1)).date(),
        opened=total.opened,
        resolved=total.resolved,
        silent=total.silent,
        missed=total.missed,
        opened_bars=sparkline(each.opened for each in told.slices),
        resolved_bars=sparkline(each.resolved for each in told.slices),
        first_reply=total.first_reply,
        resolution=total.resolution,
        stars=stars(total),
        rated=total.rated,
        causes=_lines(file, told.causes[:shown], "cause"),
        departments=_lines(file, told.departments[:shown], "department"),
        agents=() if agent is not None else _lines(file, told.agents[:shown], "agent"),
    )


def name_of(file: CaseFile, group: Group, kind: str) -> Markup | str:
    """What a group is called in the file's language."""
    if group.key is None:
        return file.phrase(f"stats_no_{kind}")
    if kind == "department":
        return file.department(str(group.key))
    if kind == "agent":
        return group.name or str(group.key)
    return file.cause(str(group.key))


def stars(figures: Figures) -> str | None:
    """The mean with one digit after the point."""
    return None if figures.mean_stars is None else f"{figures.mean_stars:.1f}"


def _lines(file: CaseFile, groups: Sequence[Group], kind: str) -> list[Markup]:
    return [
        file.phrase(
            "stats_line",
            name=_short(name_of(file, group, kind)),
            opened=group.figures.opened,
            resolved=group.figures.resolved,
            missed=group.figures.missed,
            median=group.figures.resolution.median,
            stars=stars(group.figures),
        )
        for group in groups
    ]


def _short(name: Markup | str) -> str:
    plain = name.unescape() if isinstance(name, Markup) else name
    return plain if len(plain) <= NAME else f"{plain[: NAME - 1]}…"
