"""``settledesk kb eval``: how well the pipeline that serves finds entries for questions that it never saw."""

from __future__ import annotations

import csv
import gc
import json
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import typer
from rapidfuzz import fuzz, process

from bot.commands.authoring import AsJson, Folder, in_locale, loaded, refuse
from bot.commands.printing import complain, write, write_json
from knowledge import matching
from knowledge.library import KnowledgeBase
from knowledge.matching import Match, Ranker, Zone
from knowledge.text import normalise

Rank = Callable[[str], tuple[Match, ...]]


class UnreadableTable(ValueError):  # noqa: N818 - named as the trade says it
    """A CSV file is not as described; file and line are named."""

    def __init__(self, file: Path, line: int, what: str) -> None:
        super().__init__(f"{file}:{line}: {what}")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question and the entries that are right answers to it; none when it is out of scope."""

    text: str
    expect: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Judged:
    """What became of a question; ``seconds`` is how long ranking took, ``beside`` how long rapidfuzz took."""

    asked: Asked
    ranked: tuple[Match, ...]
    seconds: float
    beside: float

    @property
    def zone(self) -> Zone:
        """Answered, offered or neither."""
        return matching.zone(self.ranked)

    def among(self, count: int) -> bool:
        """Whether a right entry is among the first ``count``."""
        return any(match.id in self.asked.expect for match in self.ranked[:count])

    @property
    def resolved(self) -> bool:
        """Whether the merchant got the right entry: as the answer, or among those offered."""
        if self.zone == "answer":
            return self.among(1)
        return any(match.id in self.asked.expect for match in matching.offered(self.ranked))

    def line(self) -> str:
        """One line of the JSON lines file."""
        ranked = [{"id": match.id, "confidence": match.confidence} for match in self.ranked]
        row = {"text": self.asked.text, "expect": list(self.asked.expect), "zone": self.zone, "ranked": ranked}
        return json.dumps(row, ensure_ascii=False)


@dataclass(frozen=True, slots=True)
class Pipeline:
    """What serves, built: ``seconds`` of wall clock and of CPU that it took, megabytes that it added at the peak."""

    rank: Rank
    examples: tuple[str, ...]
    seconds: float
    cpu: float
    megabytes: float | None


def evaluate(
    questions: Annotated[Path, typer.Option(help="CSV: text, expect (ids by |; empty: out of scope).")],
    *,
    entries: Annotated[Path | None, typer.Option(help="CSV: id, question. Our own base unless given.")] = None,
    off_topic: Annotated[
        Path | None, typer.Option("--off-topic", help="CSV: text. The base's own off-topic messages unless given.")
    ] = None,
    out: Annotated[Path | None, typer.Option(help="JSON lines: text, expect, zone, ranked, for each question.")] = None,
    locale: Annotated[str | None, typer.Option(help="The askers' language; the base's first unless given.")] = None,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """How well questions find their entries: accuracy, zones, speed beside rapidfuzz's ratio, cost of building.

    The questions are only asked, after everything is built: nothing is learnt from them.
    """
    try:
        asked = [Asked(text, _ids(expect)) for text, expect in _table(questions, ("text", "expect"))]
        given = [(id, text) for id, text in _table(entries, ("id", "question"))] if entries else None
        off = [text for (text,) in _table(off_topic, ("text",))] if off_topic else None
    except UnreadableTable as error:
        refuse(str(error))
    except OSError as error:
        refuse(f"{error.filename} cannot be read: {error.strerror}")
    base = loaded(folder)
    asking = in_locale(base, locale or base.default_locale)
    if not asked:
        refuse(f"{questions}: there is no question")
    if given is None and off is not None:
        refuse("--off-topic goes with --entries; our own base brings its own off-topic messages")
    pipeline = _of_base(base, asking) if given is None else _of_entries(base, given, off)
    ids = {id for id, _ in given} if given is not None else {one.id for one in base.articles(base.default_locale)}
    for strange in sorted({id for one in asked for id in one.expect} - ids):
        complain(f"warning: {strange} is expected, but there is no such entry")
    judged = list(_judge(pipeline, asked))
    if out is not None:
        try:
            out.write_text("".join(f"{one.line()}\n" for one in judged), encoding="utf-8")
        except OSError as error:
            refuse(f"{out} cannot be written: {error.strerror}")
    told = summary(judged, pipeline)
    if as_json:
        write_json(told)
    else:
        for name, value in told.items():
            write(f"{name.replace('_', ' '):24} {'-' if value is None else value}")


def summary(judged: Sequence[Judged], pipeline: Pipeline) -> dict[str, Any]:
    """The figures; shares are percentages, None where there is nothing to take a share of. Times are milliseconds."""
    within = [one for one in judged if one.asked.expect]
    without = [one for one in judged if not one.asked.expect]
    answered = [one for one in judged if one.zone == "answer"]
    taken, beside = sorted(one.seconds for one in judged), sorted(one.beside for one in judged)
    return {
        "questions": len(judged),
        "out_of_scope": len(without),
        "top_1": _share(sum(one.among(1) for one in within), within),
        "top_3": _share(sum(one.among(3) for one in within), within),
        "answered": _share(len(answered), judged),
        "precision_of_answers": _share(sum(one.among(1) for one in answered), answered),
        "offered": _share(sum(one.zone == "offer" for one in judged), judged),
        "resolved": _share(sum(one.resolved for one in within), within),
        "out_of_scope_refused": _share(sum(one.zone == "none" for one in without), without),
        "out_of_scope_answered": _share(sum(one.zone == "answer" for one in without), without),
        "p50_ms": round(_at(taken, 50) * 1000, 3),
        "p99_ms": round(_at(taken, 99) * 1000, 3),
        "ratio_p50_ms": round(_at(beside, 50) * 1000, 3),
        "ratio_p99_ms": round(_at(beside, 99) * 1000, 3),
        "p99_times_ratio": round(_at(taken, 99) / _at(beside, 99), 2) if beside[-1] else None,
        "examples": len(pipeline.examples),
        "build_seconds": round(pipeline.seconds, 2),
        "build_cpu_seconds": round(pipeline.cpu, 2),
        "build_memory_mb": None if pipeline.megabytes is None else round(pipeline.megabytes, 1),
    }


def _of_base(base: KnowledgeBase, locale: str) -> Pipeline:
    """Our own base, asked as the desk asks it."""
    said = (text for article in base.articles(locale) for text in (article.title, *article.questions))
    cost = _Cost()
    base.warm()
    return cost.of(lambda text: base.match(locale, text), said)


def _of_entries(base: KnowledgeBase, given: Sequence[tuple[str, str]], off: Sequence[str] | None) -> Pipeline:
    """The same ranker over other entries; without off-topic messages of their own those of our base serve."""
    examples: dict[str, list[str]] = {}
    for id, text in given:
        examples.setdefault(id, []).append(text)
    if off is None:
        off = [text for locale in base.locales for text in base.shelves[locale].off_topic]
    cost = _Cost()
    ranker = Ranker(examples, off)
    return cost.of(ranker.rank, (text for _, text in given))


class _Cost:
    """What has been spent since this was made."""

    def __init__(self) -> None:
        self._peak = _peak()
        self._begun, self._cpu = time.perf_counter(), time.process_time()

    def of(self, rank: Rank, examples: Iterator[str]) -> Pipeline:
        """What was built meanwhile, with its cost."""
        seconds, cpu, peak = time.perf_counter() - self._begun, time.process_time() - self._cpu, _peak()
        added = peak - self._peak if peak is not None and self._peak is not None else None
        return Pipeline(rank, tuple(normalise(text) for text in examples), seconds, cpu, added)


def _peak() -> float | None:
    """The most megabytes that this process ever had in memory; None where the system does not tell."""
    try:
        import resource  # noqa: PLC0415 - POSIX only
    except ImportError:
        return None
    unit = 1 << 20 if sys.platform == "darwin" else 1 << 10
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / (1 << 20)


def _judge(pipeline: Pipeline, asked: Sequence[Asked]) -> Iterator[Judged]:
    """Each question ranked, and the nearest example looked up by rapidfuzz's ratio in the same moment.

    CPU time of this thread, so that nothing else on the machine counts.
    """
    pipeline.rank(asked[0].text)  # whatever is made on first use is not this question's cost
    gc.freeze()  # as the program that serves does
    for one in asked:
        normalise.cache_clear()  # every question is a new one
        begun = time.thread_time()
        ranked = pipeline.rank(one.text)
        between = time.thread_time()
        normalise.cache_clear()
        process.extractOne(normalise(one.text), pipeline.examples, scorer=fuzz.ratio)
        yield Judged(one, ranked, between - begun, time.thread_time() - between)


def _ids(expect: str) -> tuple[str, ...]:
    return tuple(id for id in (each.strip() for each in expect.split("|")) if id)


def _table(file: Path, columns: tuple[str, ...]) -> Iterator[tuple[str, ...]]:
    """The cells of these columns, row by row; the last of two columns or more may be empty where it means something.

    Raises ``UnreadableTable`` for a missing column, a row that is too short or too long, and an empty cell.
    """
    with file.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream, strict=True)
        try:
            head = [name.strip().casefold() for name in next(reader, [])]
            for column in columns:
                if column not in head:
                    found = ", ".join(head) or "nothing"
                    raise UnreadableTable(file, 1, f"the first row must name a column {column}; it names {found}")
            places = [head.index(column) for column in columns]
            for row in reader:
                if not any(cell.strip() for cell in row):
                    continue
                if len(row) != len(head):
                    raise UnreadableTable(file, reader.line_num, f"{len(row)} cells, but {len(head)} columns")
                cells = tuple(row[place].strip() for place in places)
                for column, cell in zip(columns, cells, strict=True):
                    if not cell and column != "expect":
                        raise UnreadableTable(file, reader.line_num, f"{column} is empty")
                yield cells
        except csv.Error as error:
            raise UnreadableTable(file, reader.line_num, str(error)) from None
        except UnicodeDecodeError:
            raise UnreadableTable(file, reader.line_num + 1, "here or further down it is not UTF-8") from None


def _share(count: int, of: Sequence[object]) -> float | None:
    return round(100 * count / len(of), 2) if of else None


def _at(ordered: Sequence[float], percent: int) -> float:
    return ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
