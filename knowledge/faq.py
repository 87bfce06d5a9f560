"""A list of questions and answers -> drafts of articles: rows with one answer become one article."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from knowledge.articles import ID
from knowledge.drafting import Draft, id_of, plain_line
from knowledge.fields import suggestion
from knowledge.library import Kind
from knowledge.markdown import divide, escape
from knowledge.markup import units
from knowledge.oddities import LONGEST_QUESTION, LONGEST_TITLE
from knowledge.text import normalise
from knowledge.trials import ROOM

COLUMNS: Mapping[str, tuple[str, ...]] = {
    "question": ("question", "questions", "q", "问题", "问", "提问"),
    "answer": ("answer", "answers", "a", "答案", "回答", "答", "答复"),
    "locale": ("locale", "language", "lang", "语言"),
    "id": ("id", "编号", "article"),
}
"""What a column may be called."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row with the line (of a workbook: the row) that it begins in. ``values`` by the names of ``COLUMNS``."""

    line: int
    values: Mapping[str, str]
    spills: bool = False
    """It has more fields than there are columns: words with commas were not put between quotes."""


@dataclass(frozen=True, slots=True)
class BadRow:
    """A row that becomes nothing: where, in which column, why."""

    line: int
    column: str
    reason: str


@dataclass(frozen=True, slots=True)
class Known:
    """What there is already: ids and questions by locale, and the ids of causes."""

    ids: Mapping[str, Collection[str]]
    questions: Mapping[str, Mapping[str, str]]
    """locale -> question in comparable form -> the article that gives it."""
    causes: Collection[str] = ()


@dataclass
class Group:
    """The rows of one article."""

    locale: str
    line: int
    id: str = ""
    answer: str = ""
    questions: list[str] = field(default_factory=list)


def comparable(question: str) -> str:
    """A question as it is compared: letters and digits alone, so that ``refunds?`` is ``Refunds``."""
    return "".join(sign for sign in normalise(question) if sign.isalnum())


def column_of(title: str) -> str | None:
    """Which column a heading means, or None."""
    wanted = title.strip().casefold()
    return next((name for name, titles in COLUMNS.items() if wanted in titles), None)


def groups(
    rows: Iterable[Row], known: Known, *, locale: str, replace: bool = False
) -> tuple[tuple[Group, ...], tuple[BadRow, ...]]:
    """Rows by article: those of one id, else those of one answer. ``replace``: articles that are there may be named."""
    found: dict[tuple[str, str], Group] = {}
    bad: list[BadRow] = []
    seen: dict[tuple[str, str], int] = {}
    for row in rows:
        wrong = _wrong(row, known, seen, locale, replace)
        if wrong:
            bad.append(wrong)
            continue
        spoken, id, answer = _of(row, "locale") or locale, _of(row, "id"), row.values.get("answer", "").strip()
        group = found.setdefault((spoken, id or f"={normalise(answer)}"), Group(spoken, row.line, id))
        if answer and group.answer and normalise(answer) != normalise(group.answer):
            bad.append(BadRow(row.line, "answer", f"{id} has another answer in line {group.line}"))
            continue
        seen[spoken, comparable(_of(row, "question"))] = row.line
        group.answer = group.answer or answer
        group.questions.append(plain_line(_of(row, "question")))
    for group in found.values():
        if group.questions and not group.answer:
            bad.append(BadRow(group.line, "answer", "it is empty"))
    kept = tuple(group for group in found.values() if group.questions and group.answer)
    return kept, tuple(sorted(bad, key=lambda one: one.line))


def _of(row: Row, column: str) -> str:
    return row.values.get(column, "").strip()


def _wrong(row: Row, known: Known, seen: Mapping[tuple[str, str], int], default: str, replace: bool) -> BadRow | None:
    """What is wrong with a row by itself, and against the base and the rows before it."""
    question, answer, id = _of(row, "question"), _of(row, "answer"), _of(row, "id")
    locale = _of(row, "locale") or default
    if row.spills:
        return BadRow(row.line, "answer", "there are more fields than columns: put words with commas between quotes")
    if locale not in known.ids:
        return BadRow(row.line, "locale", f"there is no locale {locale}. {suggestion(locale, known.ids)}")
    if id and not ID.fullmatch(id):
        return BadRow(row.line, "id", f"{id} is no id: up to 40 small letters, digits and _, a letter first")
    if id in known.causes:
        return BadRow(row.line, "id", f"{id} is a cause, whose article shows evidence")
    if id in known.ids[locale] and not replace:
        return BadRow(row.line, "id", f"{id} is there already; --force writes it anew")
    compared = comparable(question)
    if not compared:
        return BadRow(row.line, "question", "it is empty" if not question else "it says nothing")
    if len(question) > LONGEST_QUESTION:
        return BadRow(row.line, "question", f"{len(question)} characters are more than {LONGEST_QUESTION}")
    if (locale, compared) in seen:
        return BadRow(row.line, "question", f"it stands in line {seen[locale, compared]} too")
    given = known.questions[locale].get(compared)
    if given is not None and given != id:
        again = "" if given in known.causes else "; to write that anew, name it in a column id and add --force"
        return BadRow(row.line, "question", f"the article {given} gives it already{again}")
    if not answer and not id:
        return BadRow(row.line, "answer", "it is empty")
    if units(answer) > ROOM:
        return BadRow(row.line, "answer", f"{units(answer)} characters are more than {ROOM}: divide it")
    return None


def drafts(
    made: Sequence[Group], known: Known, *, kind: Kind, owner: Mapping[str, str], review_by: date, fewest: int
) -> tuple[tuple[str, Draft], ...]:
    """(locale, draft) for every group. Finished are those with ``fewest`` questions that every locale has or gets."""
    taken = {id for ids in known.ids.values() for id in ids} | set(known.causes) | {group.id for group in made}
    for group in made:
        if not group.id:
            group.id = id_of(group.questions[0], taken)
            taken.add(group.id)
    spoken = {(group.locale, group.id) for group in made}
    found = []
    for group in made:
        everywhere = all((locale, group.id) in spoken or group.id in ids for locale, ids in known.ids.items())
        title = group.questions[0][:LONGEST_TITLE]
        happened, steps, ending = divide(group.answer)
        draft = Draft(
            group.id, kind, title, tuple(group.questions), owner[group.locale], review_by,
            happened or escape(title), steps, ending,
            unfinished=len(group.questions) < fewest or not everywhere,
        )  # fmt: skip
        found.append((group.locale, draft))
    return tuple(found)
