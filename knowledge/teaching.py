"""One more example question in an article's file: whether it may stand there, and the file with it. Pure.

The line is put behind the last question, as that one is written; every other sign of the file stays as it is, and what
is read from the file afterwards is what was read before with this question added, or nothing is changed.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import yaml

from knowledge import oddities, repeats
from knowledge.drafting import plain_line
from knowledge.faq import comparable
from knowledge.gaps import masked
from knowledge.library import Article, Shelf
from knowledge.positions import read_yaml

if TYPE_CHECKING:
    from yaml import SafeLoader as Loader
else:
    from yaml import CSafeLoader as Loader

_FENCE = re.compile(r"---[ \t]*\r?")
_ITEM = re.compile(r"[ ]*-[ ]+")


@dataclass(frozen=True, slots=True)
class Refused:
    """Why a question is not written, and what to do."""

    message: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}"


def refusal(question: str, article: Article, shelf: Shelf) -> Refused | None:
    """Why the question may not be an example of the article, by what ``kb check`` would say of it; None when it may."""
    if masked(question) != question:
        return Refused("The question holds a long number, which is somebody's", "Write it without the number.")
    for _, message, remedy in oddities.example((), question):
        return Refused(message, remedy)
    text = comparable(question)
    if text in map(comparable, shelf.off_topic):
        return Refused(
            f"{shelf.locale}/off_topic.yaml has it as a message that no article answers", "Take it away there first."
        )
    said = [(comparable(one), each, one) for each in shelf.articles.values() for one in each.questions]
    for place, same in repeats.found(text, [known for known, _, _ in said]):
        _, owner, words = said[place]
        if owner.id == article.id:
            return Refused(f"{article.id} has it already: {words}", "There is nothing to do.")
        how = "has this question" if same else f"has nearly the same question: {words}"
        return Refused(f"{owner.id} {how}", f"Take it away there first, or leave it to {owner.id}.")
    return None


def with_question(text: str, question: str) -> str | Refused:
    """The text of an article file with the question behind those that it has."""
    by_hand = Refused("The list of questions is not written in a way that can be added to", "Add it by hand.")
    lines = text.split("\n")
    end = next((at for at, line in enumerate(lines) if at and _FENCE.fullmatch(line)), 0)
    items = _items("\n".join(lines[1:end]))
    if items is None:
        return by_hand
    flow, start, (row, column) = items
    words = plain_line(question)
    changed = list(lines)
    if flow:
        line = lines[row]
        changed[row] = f"{line[:column]}, {_scalar(words, flow=True)}{line[column:]}"
    else:
        item = _ITEM.match(lines[start])
        if item is None:
            return by_hand
        ending = "\r" if lines[start].endswith("\r") else ""
        # a block scalar ends where the next line begins, any other within its own line
        changed.insert(row + (column > 0), f"{item[0]}{_scalar(words, flow=False)}{ending}")
    before = _front(lines)
    after = _front(changed)
    expected = {**before, "questions": [*before["questions"], words]}
    return "\n".join(changed) if after == expected and list(after) == list(expected) else by_hand


def _items(front: str) -> tuple[bool, int, tuple[int, int]] | None:
    """Whether the questions stand in brackets, the line of the last one, and where it ends; lines of the whole file.

    None when there are none that could be followed.
    """
    try:
        root = yaml.compose(front, Loader=Loader)
    except yaml.YAMLError:
        return None
    pairs = root.value if isinstance(root, yaml.MappingNode) else ()
    questions = next((value for key, value in pairs if key.value == "questions"), None)
    if not isinstance(questions, yaml.SequenceNode) or not questions.value:
        return None
    last = questions.value[-1]
    begins, ends = last.start_mark, last.end_mark
    return bool(questions.flow_style), begins.line + 1, (ends.line + 1, ends.column)


def _scalar(words: str, *, flow: bool) -> str:
    """The words as one value of a list, in quotes where they must be."""
    dumped = yaml.safe_dump([words], allow_unicode=True, width=100_000, default_flow_style=flow).strip()
    return dumped[1:-1] if flow else dumped.removeprefix("- ")


def _front(lines: list[str]) -> dict[str, Any]:
    """What is read above the article's words, line ends as a reader of files has them."""
    end = next((at for at, line in enumerate(lines) if at and _FENCE.fullmatch(line)), 0)
    data = read_yaml("\n".join(line.removesuffix("\r") for line in lines[1:end])).data
    return data if isinstance(data, dict) and isinstance(data.get("questions"), list) else {"questions": []}
