"""The text of an article file -> ``Article``: front matter, Markdown and template names, each fault with its place."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from jinja2.sandbox import SandboxedEnvironment

from knowledge import markup, rendering, slips, tag_faults
from knowledge.fields import Fields, suggestion
from knowledge.library import Article, Kind
from knowledge.positions import Fault, Place, Positioned, read_yaml
from knowledge.rendering import Study, Template

KINDS: tuple[Kind, ...] = ("cause", "guide", "case", "policy")
CANNED: tuple[Kind, ...] = ("canned",)
CANNED_NAMES = (
    "agent",
    *(f"ticket.{name}" for name in ("number", "merchant_name", "terminal_id", "change_date", "new_tail")),
    *(f"ticket.{name}" for name in ("trade_dates", "amounts")),
)
"""What a canned reply may use besides ``profile.*``, ``today`` and ``reference``: of the ticket it is sent in."""
ALWAYS = ("today", "reference")
"""What every article may use besides the evidence of its cause, all ``answers.*`` and all ``profile.*``."""

ID = re.compile(r"[a-z][a-z0-9_]{0,39}")
"""An article's id: it names a file everywhere, is typed in commands and fits into a button's 64 bytes."""
_FENCE = re.compile(r"^---[ \t]*$", re.MULTILINE)
_LIKE_A_FENCE = re.compile(r"\s*[-－–—−_=*]{2,}\s*")
_NAME = re.compile(r"(?:[a-z_]+\s*[:：]|\s+- )")
_STATEMENT = re.compile(r"\{%-?\s*(\w+)")
_UNENDED = re.compile(r"\{\{(?!(?:(?!\{[{%]).)*?\}\})|\{%(?!(?:(?!\{[{%]).)*?%\})", re.DOTALL)
"""A tag that does not end before the next one begins."""
_PLAIN_RULE = re.compile(r"\{[{%#]")


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The dotted names that articles may use: ``evidence`` by cause, ``always`` for all."""

    evidence: Mapping[str, tuple[str, ...]]
    always: tuple[str, ...]
    unread: bool = False
    """The causes could not be read: nothing is known of what articles may use, so nothing is said of it."""

    def of(self, article: str) -> frozenset[str]:
        """The names that the article with this id may use."""
        return frozenset((*self.evidence.get(article, ()), *self.always))


def read_article(
    text: str,
    *,
    file: str,
    locale: str,
    stem: str,
    env: SandboxedEnvironment,
    vocabulary: Vocabulary,
    kinds: tuple[Kind, ...] = KINDS,
) -> tuple[Article | None, Positioned, tuple[Fault, ...]]:
    """Read one article, its front matter and all faults. The article is None when there is nothing to look at."""
    marks = list(_FENCE.finditer(text))
    if len(marks) < 2 or marks[0].start() != 0:
        return None, Positioned({}), (_unframed(text),)
    source = read_yaml(text[marks[0].end() + 1 : marks[1].start()], line=2)
    if source.faults:
        return None, source, source.faults
    head = Fields(source)
    front = front_of(head, stem, vocabulary, kinds)
    before = text[: marks[1].end()].count("\n") + 1
    body = text[marks[1].end() :].removeprefix("\n")
    parts = _Body(body, before, env)
    if front.kind == "cause" and not parts.steps and not parts.faults:
        remedy = "Add a list `1. …` of what to do, first step first."
        parts.fault(slips.like_a_step(body) or 1, "There are no steps for the merchant", remedy)
    if not vocabulary.unread:
        parts.check_names(vocabulary.of(front.id))
    article = Article(
        id=front.id, kind=front.kind, locale=locale, title=front.title, questions=front.questions,
        owner=front.owner, review_by=front.review_by, staff=front.staff, see=front.see, sources=front.sources,
        file=file,
        happened=Template(env, parts.happened), steps=tuple(Template(env, step) for step in parts.steps),
        ending=Template(env, parts.ending), names=frozenset(used.name for used in parts.study.names),
        draft=front.draft,
    )  # fmt: skip
    return article, source, (*head.faults, *parts.faults)


def _unframed(text: str) -> Fault:
    """What is wrong with the lines `---` around the front matter, at the line that was most likely meant for one."""
    lines = text.split("\n")
    names = [number for number, line in enumerate(lines, 1) if _NAME.match(line)]
    if not _FENCE.fullmatch(lines[0]) and any(map(_FENCE.fullmatch, lines)) and names and not lines[0].strip():
        return Fault(Place(1, 1), "Something stands before the front matter", "Let line 1 be `---`.")
    fences = [number for number, line in enumerate(lines, 1) if _LIKE_A_FENCE.fullmatch(line)]
    for number in fences:
        if not _FENCE.fullmatch(lines[number - 1]):
            remedy = "Write `---`, three plain hyphens and nothing else, above and below the front matter."
            return Fault(Place(number, 1), "This line looks like the one around the front matter, and is not", remedy)
    if _FENCE.fullmatch(lines[0]):
        remedy = "Add a line `---` between the front matter and the text."
        return Fault(Place(names[-1] if names else 1, 1), "The front matter does not end", remedy)
    remedy = "Begin the file with a line `---`, the front matter, and another line `---`."
    return Fault(Place(1, 1), "The front matter is missing", remedy)


@dataclass(frozen=True, slots=True)
class Front:
    """What stands above an article's words."""

    id: str
    kind: Kind
    title: str
    questions: tuple[str, ...]
    owner: str
    review_by: date
    staff: str
    see: tuple[str, ...]
    sources: tuple[str, ...]
    draft: bool


def front_of(head: Fields, stem: str, vocabulary: Vocabulary, kinds: tuple[Kind, ...] = KINDS) -> Front:
    """The front matter; the file's name is the id."""
    id = head.text("id")
    if id and id != stem:
        head.fault(("id",), f"The id {id} is not the file's name", f"Name the file {id}.md, or write `id: {stem}`.")
    before = len(head.faults)
    chosen = head.choice("kind", kinds)
    misspelt = len(head.faults) > before
    # what a cause needs is not said of an article that may be none
    kind = next(kind for kind in reversed(kinds) if misspelt or kind == chosen)
    if kind == "cause" and not vocabulary.unread and stem not in vocabulary.evidence:
        head.fault(("id",), f"causes.yaml has no cause {stem}", suggestion(stem, vocabulary.evidence))
    front = Front(
        id=stem,
        kind=kind,
        title=head.text("title"),
        questions=head.texts("questions"),
        owner=head.text("owner"),
        review_by=head.day("review_by") or date.max,
        staff=head.text("staff", required=kind == "cause"),
        see=head.texts("see", required=False),
        sources=head.texts("sources", required=False),
        draft=head.flag("draft", default=False),
    )
    for name in ("title", "staff"):
        if _PLAIN_RULE.search(getattr(front, name)):
            head.fault((name,), f"{name} is plain text and cannot hold values", "Move the value to the text below.")
    head.done()
    return front


class _Body:
    """The Markdown below the front matter: what happened, the steps, the ending; all as message templates."""

    def __init__(self, body: str, first_line: int, env: SandboxedEnvironment) -> None:
        self.body = body
        self.first_line = first_line
        self.faults: list[Fault] = []
        self.happened = self.ending = ""
        self.steps: tuple[str, ...] = ()
        self.env = env
        self.flawed = False
        self.study: Study = rendering.study(env, body)
        if self.study.fault:
            unended, unclosed = _UNENDED.search(body), _unclosed(body)
            if unended:
                line = body.count("\n", 0, unended.start()) + 1
                column = unended.start() - body.rfind("\n", 0, unended.start())
                end = "}}" if unended[0] == "{{" else "%}"
                self.fault(line, f"{unended[0]} is never closed", f"Add {end} where it ends.", column)
            elif unclosed:
                word, line = unclosed
                self.fault(line, f"{{% {word} %}} is never closed", f"Add {{% end{word} %}} where it ends.")
            else:
                written = body.split("\n")[self.study.line - 1]
                message, remedy, column = tag_faults.explained(self.study.fault, written)
                self.fault(self.study.line, message, remedy, column)
            return
        page = markup.convert(body)
        self.flawed = bool(page.flaws)
        for flaw in page.flaws:
            self.fault(flaw.line or 1, flaw.message, flaw.remedy)
        self._divide(page.blocks)

    def fault(self, line: int, message: str, remedy: str, column: int = 1) -> None:
        """Note a fault in a line of the body, counted from 1."""
        self.faults.append(Fault(Place(self.first_line + line, column), message, remedy))

    def check_names(self, known: frozenset[str]) -> None:
        """Refuse names that will not be there, and filters that do not exist."""
        for used in self.study.names:
            if used.name not in known:
                self._unknown(
                    used.name, used.line, f"{{{{ {used.name} }}}} is unknown here", suggestion(used.name, known)
                )
        for used in self.study.filters:
            if used.name not in self.env.filters:
                remedy = suggestion(used.name, self.env.filters)
                self._unknown(used.name, used.line, f"There is no filter {used.name}", remedy)

    def _unknown(self, name: str, line: int, message: str, remedy: str) -> None:
        lines = self.body.split("\n")
        # a tag may span lines: its first line is known, the name stands there or a little below
        for number in range(line, min(line + 20, len(lines) + 1)):
            place = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", lines[number - 1])
            if place:
                self.fault(number, message, remedy, place.start() + 1)
                return
        self.fault(line, message, remedy)

    def _divide(self, blocks: tuple[markup.Block, ...]) -> None:
        before: list[markup.Block] = []
        after: list[markup.Block] = []
        found = False
        for block in blocks:
            if block.steps and not found:
                found = True
                self.steps = tuple(step for step, _ in block.steps)
                for step, line in block.steps:
                    self._whole([markup.Block(step, line)])
            else:
                (after if found else before).append(block)
        self.happened, self.ending = self._whole(before), self._whole(after)
        if not self.happened:
            self.fault(1, "The article does not say what happened", "Begin with a paragraph before the list of steps.")

    def _whole(self, blocks: list[markup.Block]) -> str:
        """The blocks of one part together; what is wrong with them is told at the block that it is in."""
        part = "\n\n".join(block.html for block in blocks)
        crossed = markup.crossing(part)
        if crossed:
            remedy = "Close conditions and bold text where they began: within the same paragraph, step or condition."
            # a condition may span blocks, an element may not
            line = next((one.line for one in blocks if markup.crossing(one.html).startswith("<")), blocks[0].line)
            self.fault(line, f"{crossed} is opened in one place and closed in another", remedy)
        elif not self.flawed:
            told: set[str] = set()
            for block in (*blocks, markup.Block(part, blocks[0].line if blocks else 1)):
                for flaw in markup.flaws(rendering.bare(block.html)):
                    if flaw.message not in told:
                        self.fault(block.line, flaw.message, flaw.remedy)
                        told.add(flaw.message)
        return part


def _unclosed(body: str) -> tuple[str, int] | None:
    """The innermost condition or loop that has no end, and its line."""
    opened: list[tuple[str, int]] = []
    for found in _STATEMENT.finditer(body):
        word = found[1]
        if word in ("if", "for"):
            opened.append((word, body.count("\n", 0, found.start()) + 1))
        elif word.startswith("end") and opened:
            opened.pop()
    return opened[-1] if opened else None
