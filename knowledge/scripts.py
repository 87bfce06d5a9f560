"""Test files of a base: conversations and matching tests, read with the place of every line, every mistake noted.

A file with ``talk`` is a conversation (see ``knowledge.rehearsal``), one with ``asked`` says what questions come to.
Its language is its ``locale``, else the nearest folder that is called like one, else the base's first.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any, Literal

from knowledge.case import Answers
from knowledge.errors import Problem
from knowledge.fields import suggestion
from knowledge.library import KnowledgeBase
from knowledge.positions import START, Fault, Positioned, read_yaml
from knowledge.positions import Path as Where
from knowledge.records import CardChange, Incident, Merchant, Payout, Terminal
from knowledge.rehearsal import DOERS, Rehearsal, records_of

Wanted = Literal["", "answer", "offer", "none"]
TOP = ("about", "locale", "now", "bound", "records", "other_terminals", "stale", "talk")
TURN = (*DOERS, "desk", "slots", "later", "records", "source", "bound", "message", "caption")
RECORDS: Mapping[str, type[Any]] = {
    "merchant": Merchant,
    "terminal": Terminal,
    "changes": CardChange,
    "payouts": Payout,
    "incidents": Incident,
}
KNOWN_OF = ("knows_changes", "knows_payouts")


@dataclass(frozen=True, slots=True)
class Conversation:
    """One conversation: the script as ``Rehearsal`` plays it, and the line of each turn."""

    file: str
    locale: str
    script: Mapping[str, Any]
    lines: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Asking:
    """One question and what must come of it.

    ``answer``: the article is given; ``offer``: it is among what is given or offered; empty: it is the best of them;
    ``none``: nothing is.
    """

    file: str
    line: int
    locale: str
    text: str
    wanted: Wanted
    article: str


@dataclass(frozen=True, slots=True)
class Scripts:
    """All that could be read of some files. ``problems``: what is wrong with them; such files are left out."""

    conversations: tuple[Conversation, ...]
    asked: tuple[Asking, ...]
    problems: tuple[Problem, ...]


def read_scripts(paths: Iterable[Path], base: KnowledgeBase) -> Scripts:
    """Read test files, and those in and below folders."""
    conversations: list[Conversation] = []
    asked: list[Asking] = []
    problems: list[Problem] = []
    for path in _files(paths):
        script = _Script(path, base)
        problems += script.problems
        if not script.problems and "talk" in script.data:
            conversations.append(script.conversation())
        elif not script.problems:
            asked += script.asked()
    return Scripts(tuple(conversations), tuple(asked), tuple(problems))


def _files(paths: Iterable[Path]) -> Iterator[Path]:
    for path in paths:
        yield from sorted(path.rglob("*.yaml")) if path.is_dir() else (path,)


class _Script:
    """One file while it is being read."""

    def __init__(self, path: Path, base: KnowledgeBase) -> None:
        self.path = path
        self.name = _name(path)
        self.base = base
        self.problems: list[Problem] = []
        self.source = Positioned({})
        self.data: dict[str, Any] = {}
        self.locale = base.default_locale
        self._read()

    def conversation(self) -> Conversation:
        """The file as a conversation."""
        talk = self.data["talk"]
        lines = tuple(self.source.place(("talk", place)).line for place in range(len(talk)))
        return Conversation(self.name, self.locale, {**self.data, "locale": self.locale}, lines)

    def asked(self) -> Iterator[Asking]:
        """The file as matching tests."""
        for text, said in self.data["asked"].items():
            wanted, article = _wanted(str(said))
            line = self.source.place(("asked", text), key=True).line
            yield Asking(self.name, line, self.locale, str(text), wanted, article)

    def _read(self) -> None:
        try:
            self.source = read_yaml(self.path.read_text(encoding="utf-8-sig"))
        except (OSError, UnicodeDecodeError) as error:
            self._add(Fault(START, f"This file cannot be read: {error}", "Save it as UTF-8 text."))
            return
        for fault in self.source.faults:
            self._add(fault)
        if self.problems:
            return
        if not isinstance(self.source.data, dict):
            self._fault((), "A conversation or matching tests are expected here", "Write `talk:` or `asked:`.")
            return
        self.data = self.source.data
        self._choose_locale()
        if "asked" in self.data and "talk" not in self.data:
            self._check_asked()
        else:
            self._check_conversation()

    def _choose_locale(self) -> None:
        folders = [part for part in reversed(self.path.resolve().parts[:-1]) if part in self.base.shelves]
        self.locale = str(self.data.get("locale") or (folders[0] if folders else self.base.default_locale))
        if self.locale not in self.base.shelves:
            self._fault(("locale",), f"There is no locale {self.locale}", suggestion(self.locale, self.base.shelves))

    def _check_asked(self) -> None:
        self._known((), self.data, ("about", "locale", "asked"))
        asked = self.data["asked"]
        if not isinstance(asked, dict) or not asked:
            self._fault(("asked",), "Questions are expected here", "Write `a question: article` lines.")
            return
        shelf = self.base.shelves.get(self.locale)
        for text, said in asked.items():
            wanted, article = _wanted(str(said))
            if wanted != "none" and shelf is not None and article not in shelf.articles:
                remedy = suggestion(article, [*shelf.articles, "none"])
                self._fault(("asked", text), f"There is no article {article}", remedy)

    def _check_conversation(self) -> None:
        self._known((), self.data, TOP)
        talk = self.data.get("talk")
        if not isinstance(talk, list) or not talk:
            self._fault(("talk",), "A conversation needs `talk`, a list of turns", "Begin each turn with `- `.")
            return
        self._check_records(("records",), self.data.get("records"))
        if not self.problems:
            self._check_start()
        for place, turn in enumerate(talk):
            self._check_turn(("talk", place), turn)

    def _check_start(self) -> None:
        try:
            Rehearsal(self.data, self.base)
        except (ValueError, TypeError) as error:
            self._fault(("now",), f"This conversation cannot begin: {error}", "See `now` and `bound`.")

    def _check_turn(self, where: Where, turn: Any) -> None:
        if not isinstance(turn, dict):
            self._fault(where, "A turn is expected here", "Write it like `- merchant: words`.")
            return
        self._known(where, turn, TURN)
        doers = [name for name in DOERS if name in turn]
        if len(doers) != 1:
            said = f"both {' and '.join(doers)}" if doers else "nobody doing anything"
            self._fault(where, f"This turn has {said}", f"Write one of {', '.join(DOERS)}.")
        desk = turn.get("desk", [])
        if not isinstance(desk, str) and not (isinstance(desk, list) and all(isinstance(one, str) for one in desk)):
            self._fault((*where, "desk"), "What the desk does is a list of names", "Write it like `[noted, summary]`.")
        slots = turn.get("slots")
        if slots is not None:
            self._known((*where, "slots"), slots, [item.name for item in fields(Answers)])
        if not isinstance(turn.get("later", 0), int):
            self._fault((*where, "later"), "later is a number of minutes", "Write it like `later: 90`.")
        self._check_records((*where, "records"), turn.get("records"))

    def _check_records(self, where: Where, records: Any) -> None:
        if records is None:
            return
        before = len(self.problems)
        self._known(where, records, (*RECORDS, *KNOWN_OF))
        for name, kind in RECORDS.items() if isinstance(records, dict) else ():
            rows = records.get(name)
            known = [item.name for item in fields(kind)]
            if isinstance(rows, list):
                for place, row in enumerate(rows):
                    self._known((*where, name, place), row, known)
            elif rows is not None:
                self._known((*where, name), rows, known)
        if len(self.problems) == before:
            try:
                records_of(records)
            except (ValueError, TypeError, ArithmeticError) as error:
                self._fault(where, f"These records cannot be read: {error}", "Write times with their offset.")

    def _known(self, where: Where, data: Any, known: Collection[str]) -> None:
        """Refuse names that mean nothing here."""
        if not isinstance(data, dict):
            self._fault(where, "Names with values are expected here", "Write it as `name: value` lines.")
            return
        for name in data:
            if name not in known:
                self._fault((*where, name), f"{name} is unknown here", suggestion(str(name), known), key=True)

    def _fault(self, where: Where, message: str, remedy: str, *, key: bool = False) -> None:
        self._add(Fault(self.source.place(where, key=key), message, remedy))

    def _add(self, fault: Fault) -> None:
        self.problems.append(Problem(self.name, fault.place.line, fault.place.column, fault.message, fault.remedy))


def _wanted(said: str) -> tuple[Wanted, str]:
    """``answer guide_x``, ``offer guide_x``, ``guide_x`` or ``none``."""
    if said.strip() == "none":
        return "none", ""
    how, _, article = said.strip().partition(" ")
    if how in ("answer", "offer") and article:
        return how, article.strip()  # type: ignore[return-value]
    return "", said.strip()


def _name(path: Path) -> str:
    """The file as its author types it."""
    try:
        return path.resolve().relative_to(Path.cwd()).as_posix()
    except ValueError:
        return path.as_posix()
