"""Article files for authors to go on from: a skeleton, a draft from somebody's words, a conversation that tests it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import yaml

from knowledge.library import Kind
from knowledge.markdown import escape
from knowledge.sounds import sound

LONGEST_ID = 40


@dataclass(frozen=True, slots=True)
class Draft:
    """One article in one locale before it is a file. ``happened``, ``steps`` and ``ending`` are Markdown.

    ``notes`` are comments for the author above the words; ``unfinished`` keeps the article from being found.
    """

    id: str
    kind: Kind
    title: str
    questions: tuple[str, ...]
    owner: str
    review_by: date
    happened: str
    steps: tuple[str, ...] = ()
    ending: str = ""
    staff: str = ""
    unfinished: bool = True
    notes: tuple[str, ...] = ()


def article_text(draft: Draft) -> str:
    """The draft as an article file."""
    head: dict[str, Any] = {
        "id": draft.id,
        "kind": draft.kind,
        **({"draft": True} if draft.unfinished else {}),
        "title": plain_line(draft.title),
        "owner": plain_line(draft.owner),
        "review_by": draft.review_by,
        "questions": [plain_line(question) for question in draft.questions],
        **({"staff": plain_line(draft.staff)} if draft.staff else {}),
    }
    front = yaml.safe_dump(head, allow_unicode=True, sort_keys=False, width=100_000, default_flow_style=False)
    # authors write lists indented, as in every other article
    front = re.sub(r"^- ", "  - ", front, flags=re.MULTILINE)
    notes = "".join(f"{{# {note} #}}\n" for note in draft.notes)
    steps = "\n".join(f"{number}. {step}" for number, step in enumerate(draft.steps, 1))
    parts = [f"{notes}{draft.happened}", steps, draft.ending]
    return f"---\n{front}---\n" + "\n\n".join(part for part in parts if part) + "\n"


def plain_line(words: str) -> str:
    """Words as front matter may hold them: one line, nothing that cannot be seen, no braces that would be a value's."""
    line = " ".join("".join(sign for sign in words if sign.isprintable() or sign.isspace()).split())
    return re.sub(r"\{(?=[{%#])", "{ ", line)


def skeleton(
    id: str,
    kind: Kind,
    *,
    title: str,
    questions: Sequence[str],
    owner: str,
    review_by: date,
    facts: Collection[str] = (),
) -> Draft:
    """An article that is whole in form; its words are its title until the author writes better ones."""
    notes = [
        "Above the list: what happened, with the evidence. The list: the steps. Below it: what we do, and by when."
    ]
    if facts:
        notes.append(f"It may show {', '.join(sorted(facts))}; each of them may be unknown.")
    words = escape(title)
    return Draft(
        id, kind, title, tuple(questions) or (title,), owner, review_by, words,
        steps=(words,) if kind == "cause" else (), staff=title if kind == "cause" else "", notes=tuple(notes),
    )  # fmt: skip


def conversation_text(id: str, kind: Kind, question: str, locale: str) -> str:
    """A conversation that ends with the article; a cause's needs the records that make its rule true."""
    expected = f"advise {id}" if kind == "cause" else f"show {id}"
    script: dict[str, Any] = {"about": f"{id} is the answer", "locale": locale}
    if kind == "cause":
        script["records"] = {"merchant": {"cycle": "T1"}, "changes": [], "payouts": []}
    script["talk"] = [{"merchant": question, "desk": [expected]}]
    return yaml.safe_dump(script, allow_unicode=True, sort_keys=False, width=100_000)


def id_of(words: str, taken: Collection[str]) -> str:
    """An id that is not taken, from a question's words; Chinese by its sound. ``guide`` when nothing can be read."""
    spelt = "".join(f"_{sound(sign)}_" if sound(sign) else sign for sign in unicodedata.normalize("NFKD", words))
    plain = re.sub(r"[^a-z0-9]+", "_", re.sub(r"[\u0300-\u036f']", "", spelt.casefold())).strip("_")
    plain = re.sub(r"^[0-9_]+", "", plain)
    name = plain if len(plain) <= LONGEST_ID else plain[:LONGEST_ID].rpartition("_")[0] or plain[:LONGEST_ID]
    name = name or "guide"
    if name not in taken:
        return name
    numbers = (f"{name[: LONGEST_ID - 4]}_{number}" for number in range(2, len(taken) + 3))
    return next(each for each in numbers if each not in taken)
