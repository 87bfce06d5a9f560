"""What one file of a base says about another: the same phrases in every locale, links, articles for causes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge import rendering
from knowledge.fields import near, suggestion
from knowledge.positions import START, Fault, Place, Positioned

if TYPE_CHECKING:
    from knowledge.causes import Causes
    from knowledge.library import Department, Shelf

NO_DEPARTMENT = "none"
_FORMATS = ("format_", "weekday_", "month_", "currency_")


@dataclass(frozen=True, slots=True)
class Said:
    """A fault and the file that it is in."""

    file: Path
    fault: Fault


def problems(
    folder: Path,
    shelves: Mapping[str, Shelf],
    sources: Mapping[str, Positioned],
    causes: Causes | None,
    departments: Mapping[str, Department] | None,
) -> Iterator[Said]:
    """Everything in which files disagree. ``sources`` by path below ``folder``."""
    for locale, shelf in shelves.items():
        phrases = sources.get(f"{locale}/phrases.yaml")
        if phrases is not None and not phrases.faults:
            for fault in _phrases(locale, shelf, shelves, phrases):
                yield Said(folder / locale / "phrases.yaml", fault)
            for fault in _departments(shelf, departments or {}) if isinstance(phrases.data, dict) else ():
                yield Said(folder / locale / "phrases.yaml", fault)
        yield from _articles(folder, locale, shelf, shelves, causes)
        yield from _canned(folder, locale, shelf, shelves)
        yield from _links(folder, locale, shelf, shelves, sources)
    if causes and departments:
        for place, cause in enumerate(causes.causes):
            if cause.department != NO_DEPARTMENT and cause.department not in departments:
                spot = sources["causes.yaml"].place(("causes", place, "department"))
                remedy = suggestion(cause.department, departments)
                fault = Fault(spot, f"departments.yaml has no {cause.department}", remedy)
                yield Said(folder / "causes.yaml", fault)


def _phrases(locale: str, shelf: Shelf, shelves: Mapping[str, Shelf], source: Positioned) -> Iterator[Fault]:
    """Every locale says the same things with the same values."""
    every = {key for other in shelves.values() for key in other.phrases if not key.startswith(_FORMATS)}
    elsewhere = {key for other in shelves.values() if other is not shelf for key in other.phrases}
    if not isinstance(source.data, dict):
        return
    # a phrase that cannot be read is there
    for key in sorted(every - set(shelf.phrases) - set(source.data)):
        meant = near(key, set(shelf.phrases) - elsewhere)
        yield Fault(START, f"{key} is missing here", f"Is it {meant}?" if meant else f"Say it in {locale} too.")
    for other in shelves.values():
        for key in sorted(every & set(shelf.phrases) & set(other.phrases)):
            mine, theirs = shelf.phrases[key].names, other.phrases[key].names
            lost = sorted(theirs - mine)
            if lost:
                yield _unused(key, shelf, other, lost, source)


def _unused(key: str, shelf: Shelf, other: Shelf, lost: list[str], source: Positioned) -> Fault:
    """A phrase that leaves out values of another locale's, at the name that was perhaps meant for one."""
    message = f"{key} does not use {', '.join(lost)}, which {other.locale} uses"
    place, words = source.place((key,)), shelf.phrases[key].template.source
    for name in lost:
        meant = near(name, shelf.phrases[key].names - other.phrases[key].names)
        if meant:
            return Fault(source.within(place, rendering.column(words, meant)), message, f"Is it {meant}?")
    return Fault(place, message, "Use the same values in every locale.")


def _departments(shelf: Shelf, departments: Mapping[str, Department]) -> Iterator[Fault]:
    for id in departments:
        if f"department_{id}" not in shelf.phrases:
            yield Fault(START, f"department_{id} is missing here", f"Say what the department {id} is called.")


def _articles(
    folder: Path, locale: str, shelf: Shelf, shelves: Mapping[str, Shelf], causes: Causes | None
) -> Iterator[Said]:
    """Every cause has an article, and what one locale tells the others tell too."""
    wanted = {cause.id: "its cause" for cause in causes.causes} if causes else {}
    for other in shelves.values():
        for id in (one.id for one in other.articles.values() if not one.draft):
            wanted.setdefault(id, f"{other.locale}/articles/{id}.md")
    for id, why in wanted.items():
        if id not in shelf.articles and not (folder / locale / "articles" / f"{id}.md").exists():
            file = folder / locale / "articles" / f"{id}.md"
            yield Said(
                file, Fault(START, f"There is {why}, but this article is missing", "Write it, or remove the other.")
            )


def _canned(folder: Path, locale: str, shelf: Shelf, shelves: Mapping[str, Shelf]) -> Iterator[Said]:
    """A reply that exists in one language exists in all: staff send it in the merchant's."""
    wanted = {id: other.locale for other in shelves.values() for id in other.canned}
    for id, there in sorted(wanted.items()):
        file = folder / locale / "canned" / f"{id}.md"
        if id not in shelf.canned and not file.exists():
            message = f"There is {there}/canned/{id}.md, but this reply is missing"
            yield Said(file, Fault(START, message, "Write it, or remove the other."))
        elif id in shelf.articles:
            yield Said(file, Fault(START, f"An article is called {id} too", "Give the reply a name of its own."))


def _links(
    folder: Path, locale: str, shelf: Shelf, shelves: Mapping[str, Shelf], sources: Mapping[str, Positioned]
) -> Iterator[Said]:
    """Links to articles that there are not: one that cannot be read, or that another locale has, is told once."""
    told = {id for other in shelves.values() for id in other.articles}
    for id, article in shelf.articles.items():
        name = f"{locale}/articles/{id}.md"
        for place, target in enumerate(article.see):
            if target not in told and not (folder / locale / "articles" / f"{target}.md").exists():
                source = sources.get(name)
                spot: Place = source.place(("see", place)) if source else START
                meant = near(target, shelf.articles)
                remedy = f"Did you mean {meant}?" if meant else "Write it, or take it out of `see`."
                yield Said(folder / name, Fault(spot, f"There is no article {target}", remedy))
