"""Templates with evidence: a Jinja2 sandbox that escapes everything and refuses every name that it was not given.

A template is compiled when it is first used. What can be wrong with it is found when the base is loaded: ``study``
reads its syntax tree and tells which names and filters it uses, so that nothing can be missing once it serves.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from types import SimpleNamespace
from typing import Any

from jinja2 import StrictUndefined, TemplateSyntaxError, UndefinedError, nodes, pass_context
from jinja2 import Template as Compiled
from jinja2.runtime import Context
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

from knowledge.errors import KnowledgeError
from knowledge.formats import Format

PLAIN_FILTERS = frozenset(
    {"default", "length", "first", "last", "join", "lower", "upper", "trim", "abs", "escape", "e"}
)
"""What templates may use of Jinja2's own filters; ``safe`` is not among them on purpose."""
PLAIN_TESTS = frozenset({"none", "defined", "eq", "ne", "lt", "le", "gt", "ge", "in", "sameas", "true", "false"})
IMPLICIT = frozenset({"currency", "zone", "today", "strict_unknown"})
"""Values that the filters look for by themselves when they are there."""

_REFUSED = (
    nodes.Include, nodes.Import, nodes.FromImport, nodes.Extends, nodes.Block, nodes.Macro, nodes.CallBlock,
    nodes.FilterBlock, nodes.Assign, nodes.AssignBlock, nodes.With, nodes.ScopedEvalContextModifier, nodes.Call,
)  # fmt: skip
_SIGNS: Mapping[type[nodes.Node], str] = {
    nodes.Mul: "*", nodes.Div: "/", nodes.FloorDiv: "//", nodes.Mod: "%", nodes.Pow: "**", nodes.Getitem: "[ ]",
}  # fmt: skip
"""Signs that words have no use for, and with which one line could fill the memory: ``'x' * 10 ** 9``."""
MOST_NESTED = 2
"""Loops within loops: each multiplies how often its words are said."""


class UnknownShownError(KnowledgeError):
    """A template printed a value that is unknown; only raised where ``strict_unknown`` asks for it."""


@pass_context
def _shown(context: Context, value: Any) -> Any:
    """What is printed for a value: an unknown one has words of its own."""
    if value is not None:
        return value
    if context.get("strict_unknown"):
        raise UnknownShownError("an unknown value is shown")
    return context.environment.globals["format"].words("format_unknown")  # type: ignore[attr-defined]


def environment(words: Callable[..., str], has: Callable[[str], bool]) -> SandboxedEnvironment:
    """The sandbox of one locale, whose filters speak with that locale's phrases."""
    env = SandboxedEnvironment(autoescape=True, undefined=StrictUndefined, finalize=_shown, extensions=())
    env.filters = {name: code for name, code in env.filters.items() if name in PLAIN_FILTERS}
    env.tests = {name: code for name, code in env.tests.items() if name in PLAIN_TESTS}
    env.globals.clear()
    form = Format(words, has)
    env.globals["format"] = SimpleNamespace(words=words)
    env.filters.update(_filters(form))
    return env


def _filters(form: Format) -> dict[str, Callable[..., Any]]:
    def known(show: Callable[[Context, Any], str]) -> Callable[..., Any]:
        @pass_context
        def filtered(context: Context, value: Any) -> Any:
            return None if value is None else show(context, value)

        return filtered

    @pass_context
    def money(context: Context, value: int | None, currency: str | None = None) -> str | None:
        return None if value is None else form.money(value, currency or _currency(context))

    def amounts(context: Context, value: tuple[int, ...]) -> str:
        return form.listed([form.money(one, _currency(context)) for one in value])

    return {
        "money": money,
        "amounts": known(amounts),
        "day": known(lambda context, value: form.day(value, today=_today(context), zone=context.get("zone"))),
        "days": known(lambda context, value: form.days(value, today=_today(context))),
        "moment": known(lambda context, value: form.moment(value, zone=context.get("zone"), today=_today(context))),
        "tail": known(lambda _, value: form.tail(value)),
        "duration": known(lambda _, value: form.duration(value)),
        "hours": known(lambda _, value: form.hours(value)),
        "percent": known(lambda _, value: form.percent(value)),
        "listed": known(lambda _, value: form.listed(value)),
    }


def _currency(context: Context) -> str | None:
    for space in ("payout", "merchant"):
        found = getattr(context.get(space), "currency", None)
        if found:
            return str(found)
    found = context.get("currency")
    return None if found is None else str(found)


def _today(context: Context) -> date | None:
    found = context.get("today")
    if isinstance(found, datetime) and context.get("zone"):
        return found
    return found if isinstance(found, date) else None


class Template:
    """Words with places for values."""

    __slots__ = ("_compiled", "_env", "source")

    def __init__(self, env: SandboxedEnvironment, source: str) -> None:
        self.source = source
        self._env = env
        self._compiled: Compiled | Markup | None = None

    def render(self, values: dict[str, Any]) -> Markup:
        """Telegram HTML, the values filled in and escaped. Raises ``KnowledgeError`` for a value that is not given."""
        ready = self._compiled
        if ready is None:
            ready = self._compiled = self._compile()
        if isinstance(ready, Markup):
            return ready
        try:
            # ``ready.render`` copies the values twice on their way into the context
            words = "".join(ready.root_render_func(ready.new_context(values, shared=True)))
        except UndefinedError as error:
            raise KnowledgeError(f"{error.message}: {self.source}") from error
        return Markup(words)  # noqa: S704 (escaped by the template)

    def _compile(self) -> Compiled | Markup:
        if "{" not in self.source:
            return Markup(self.source)  # noqa: S704 (the author's own words are markup already)
        compiled = self._env.from_string(self.source)
        compiled.globals = {}  # templates name what they are given, nothing else
        return compiled

    def __repr__(self) -> str:
        return f"Template({self.source!r})"


def context(facts: Mapping[str, Any], names: frozenset[str] = frozenset()) -> dict[str, Any]:
    """Dotted facts as the nested values that templates use; ``names`` that have no fact are unknown (None)."""
    spaces: dict[str, dict[str, Any]] = {}
    values: dict[str, Any] = {}
    for source in (dict.fromkeys(names), facts):
        for name, value in source.items():
            space, dot, field = name.partition(".")
            if dot:
                spaces.setdefault(space, {})[field] = value
            else:
                values[name] = value
    values.update({space: SimpleNamespace(**fields) for space, fields in spaces.items()})
    return values


@dataclass(frozen=True, slots=True)
class Used:
    """One name or filter that a template uses, and in which line of it (from 1)."""

    name: str
    line: int


@dataclass(frozen=True, slots=True)
class Study:
    """What a template's syntax tree says: dotted names, filters and tests it uses, and what is wrong with its form."""

    names: tuple[Used, ...] = ()
    filters: tuple[Used, ...] = ()
    fault: str = ""
    line: int = 1

    @property
    def roots(self) -> frozenset[str]:
        """The names before the first dot."""
        return frozenset(used.name.partition(".")[0] for used in self.names)


def study(env: SandboxedEnvironment, source: str) -> Study:
    """Read a template without running it."""
    if "{" not in source:
        return Study()
    try:
        return _look(env.parse(source))
    except TemplateSyntaxError as error:
        return Study(fault=error.message or "This template cannot be read", line=error.lineno)
    except RecursionError:
        return Study(fault="this is nested too deeply")


def _look(tree: nodes.Template) -> Study:
    names: list[Used] = []
    filters: list[Used] = []
    for node in _walk(tree, frozenset(), names):
        if isinstance(node, _REFUSED):
            kind = type(node).__name__.lower()
            return Study(fault=f"{kind} is not allowed in the words of the base", line=node.lineno)
        if type(node) in _SIGNS:
            return Study(fault=f"`{_SIGNS[type(node)]}` is not allowed in the words of the base", line=node.lineno)
        if isinstance(node, nodes.For) and _loops(node) > MOST_NESTED:
            return Study(fault=f"more than {MOST_NESTED} loops stand within each other", line=node.lineno)
        if isinstance(node, nodes.Filter):
            filters.append(Used(node.name, node.lineno))
        elif isinstance(node, nodes.Test) and node.name not in PLAIN_TESTS:
            return Study(fault=f"the test `is {node.name}` is unknown", line=node.lineno)
    return Study(tuple(names), tuple(filters))


def _loops(node: nodes.For) -> int:
    """How many loops stand within each other here, this one counted."""
    inner = (_loops(found) for part in node.body for found in _outermost(part))
    return 1 + max(inner, default=0)


def _outermost(node: nodes.Node) -> Iterator[nodes.For]:
    if isinstance(node, nodes.For):
        yield node
        return
    for child in node.iter_child_nodes():
        yield from _outermost(child)


def _walk(node: nodes.Node, local: frozenset[str], names: list[Used]) -> Iterator[nodes.Node]:
    yield node
    if isinstance(node, nodes.Getattr | nodes.Name):
        dotted = _dotted(node)
        if dotted is not None:
            if dotted.partition(".")[0] not in local:
                names.append(Used(dotted, node.lineno))
            return
    if isinstance(node, nodes.For):
        yield from _walk(node.iter, local, names)
        inner = local | {name.name for name in node.target.find_all(nodes.Name)} | {"loop"}
        if isinstance(node.target, nodes.Name):
            inner |= {node.target.name}
        for child in (*node.body, *([node.test] if node.test else [])):
            yield from _walk(child, inner, names)
        for child in node.else_:
            yield from _walk(child, local, names)
        return
    for child in node.iter_child_nodes():
        yield from _walk(child, local, names)


def _dotted(node: nodes.Node) -> str | None:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        before = _dotted(node.node)
        return None if before is None else f"{before}.{node.attr}"
    return None


def column(source: str, name: str) -> int:
    """Where (from 1) a name or filter stands within the tags of a template; 0 when it does not."""
    for tag in _ANY_TAG.finditer(source):
        found = re.search(rf"(?<![\w.]){re.escape(name)}(?!\w)", tag[0])
        if found:
            return tag.start() + found.start() + 1
    return 0


_ANY_TAG = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}", re.DOTALL)


def bare(source: str) -> str:
    """A template without its tags: what is always there, for looking at its HTML."""
    return _ANY_TAG.sub("", source)
