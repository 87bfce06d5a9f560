"""Whether words write each value as its kind is written: a sum with ``money``, a day with ``day``, and no bare codes.

A sum without its filter would be read as another sum (minor units), and a word that a fact never has makes a condition
that is never true: both would mislead a merchant, and neither fails when the article is tried.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

from jinja2 import Environment, TemplateSyntaxError, nodes

from knowledge import evidence
from knowledge.fields import suggestion

_LISTS: Mapping[str, str] = {"ticket.trade_dates": "days", "ticket.amounts": "amounts"}
_FILTERS = {
    "money": ("money",),
    "day": ("day",),
    "moment": ("moment", "day"),
    "tail": ("tail",),
    "days": ("days",),
    "amounts": ("amounts",),
}
"""How each kind is written; the first is suggested."""
_CALLED = {
    "money": "a sum", "day": "a day", "moment": "a moment", "tail": "the end of a card's number",
    "days": "a list of days", "amounts": "a list of sums", "int": "a whole number", "text": "text",
    "bool": "true or false", "enum": "one of a few words",
}  # fmt: skip
_BARE = frozenset({"int", "text", "tail"})
"""Kinds that may be shown as they are."""
_SYNTAX = Environment(autoescape=True)
_BEFORE = r"\{\{-?[^}]*?"
_WRITERS = frozenset(name for names in _FILTERS.values() for name in names)


@dataclass(frozen=True, slots=True)
class Misused:
    """One value that is written wrongly: line and column (from 1) within the words, what is wrong, what to do."""

    line: int
    column: int
    message: str
    remedy: str


def misused(words: str) -> tuple[Misused, ...]:
    """Every value of an article's words that is shown or compared as it cannot be; nothing for what is no template."""
    tree = _tree(words)
    found = [*_shown(tree), *_compared(tree)]
    lines = words.split("\n")
    return tuple(_placed(lines, *one) for one in found)


@lru_cache(maxsize=4096)
def filters(words: str) -> Mapping[str, frozenset[str]]:
    """The values that words show, each with the filters that it is written with; "" for none."""
    tree = _tree(words)
    found: dict[str, set[str]] = {}
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            for name in _names(node):
                if name:
                    used = {one.name for one in (node, *node.find_all(nodes.Filter)) if isinstance(one, nodes.Filter)}
                    found.setdefault(name, set()).update(used or {""})
    return {name: frozenset(used) for name, used in found.items()}


def _tree(words: str) -> nodes.Template:
    """What the words come to; nothing for what is no template."""
    try:
        return _SYNTAX.parse(words)
    except (TemplateSyntaxError, RecursionError):
        return nodes.Template([])


def unguarded(words: str, name: str) -> int | None:
    """The first line (from 1) that shows a value under no condition on it."""
    return next((line for line, guarded in _showings(_tree(words), name, guarded=False) if not guarded), None)


def shown(words: str, name: str) -> int | None:
    """The first line (from 1) that shows a value at all."""
    return next((line for line, _ in _showings(_tree(words), name, guarded=False)), None)


def _showings(node: nodes.Node, name: str, *, guarded: bool) -> Iterator[tuple[int, bool]]:
    """Every place that shows the value: its line, and whether a condition that names it is around it."""
    if isinstance(node, nodes.Output):
        for child in node.nodes:
            if not isinstance(child, nodes.TemplateData) and name in _names(child):
                yield child.lineno, guarded or isinstance(child, nodes.CondExpr)
        return
    if isinstance(node, nodes.If):
        guarded = guarded or name in _names(node.test)
        for part in (*node.body, *node.elif_, *node.else_):
            yield from _showings(part, name, guarded=guarded)
        return
    for part in node.iter_child_nodes():
        yield from _showings(part, name, guarded=guarded)


def _names(node: nodes.Node) -> frozenset[str]:
    return frozenset(_dotted(one) for one in (node, *node.find_all((nodes.Getattr, nodes.Name))))


def _shown(tree: nodes.Template) -> Iterator[tuple[int, str, str, str]]:
    for output in tree.find_all(nodes.Output):
        for node in output.nodes:
            if not isinstance(node, nodes.TemplateData):
                yield from _written(node)


def _written(node: nodes.Node) -> Iterator[tuple[int, str, str, str]]:
    """Line, a pattern that finds the place, message and remedy for what a pair of braces shows."""
    if isinstance(node, nodes.CondExpr):
        for branch in (node.expr1, node.expr2):
            if branch is not None:
                yield from _written(branch)
        return
    if isinstance(node, nodes.Filter) and node.name in _WRITERS and node.node is not None:
        kind, name = _kind(node.node)
        if kind and node.name not in _FILTERS.get(kind, ()):
            message = f"`{node.name}` cannot write {name}, which is {_CALLED[kind]}"
            place = rf"{_BEFORE}({re.escape(name)})[^}}]*\|\s*{node.name}\b"
            yield node.lineno, place, message, _remedy(kind, name)
        return
    kind, name = _kind(node)
    if kind and kind not in _BARE:
        shown = evidence.sample(name)
        message = f"{{{{ {name} }}}} is {_CALLED[kind]} and would be shown as {shown}"
        place = rf"{_BEFORE}(?<![\w.])({re.escape(name)})(?![\w.])(?!\s*\|)"
        yield node.lineno, place, message, _remedy(kind, name)


def _kind(node: nodes.Node) -> tuple[str, str]:
    """The kind of what a node comes to, empty when it is not known, and the name that it has it from."""
    if isinstance(node, nodes.Add | nodes.Sub | nodes.Or | nodes.And):
        kind, name = _kind(node.left)
        return (kind, name) if kind else _kind(node.right)
    if isinstance(node, nodes.Filter) and node.name == "default" and node.node is not None:
        return _kind(node.node)
    name = _dotted(node)
    found = evidence.kind_of(name)
    return (found.name if found else _LISTS.get(name, ""), name)


def _dotted(node: nodes.Node) -> str:
    if isinstance(node, nodes.Name):
        return node.name
    if isinstance(node, nodes.Getattr):
        before = _dotted(node.node)
        return f"{before}.{node.attr}" if before else ""
    return ""


def _values(name: str) -> tuple[str, ...]:
    """The words that a fact can be, none when it can be any."""
    kind = evidence.kind_of(name)
    return tuple(map(str, kind.values)) if kind and kind.name == "enum" else ()


def _remedy(kind: str, name: str) -> str:
    if kind in _FILTERS:
        return f"Write {{{{ {name} | {_FILTERS[kind][0]} }}}}."
    if kind in _BARE:
        return f"Write {{{{ {name} }}}}."
    values = _values(name)
    test = f"{name} == '{values[0]}'" if values else name
    return f"Say in words what it means: {{% if {test} %}}…{{% endif %}}."


def _compared(tree: nodes.Template) -> Iterator[tuple[int, str, str, str]]:
    """Words that a fact with few values is compared with and never has."""
    for node in tree.find_all(nodes.Compare):
        for operand in node.ops:
            for fact, other in ((node.expr, operand.expr), (operand.expr, node.expr)):
                name = _dotted(fact)
                values = _values(name)
                for word in _words(other) if values else ():
                    if word not in values:
                        message = f"'{word}' is not a value of {name}"
                        yield node.lineno, rf"(['\"]{re.escape(word)}['\"])", message, suggestion(word, values)


def _words(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Const):
        if isinstance(node.value, str):
            yield node.value
    elif isinstance(node, nodes.Tuple | nodes.List):
        for item in node.items:
            yield from _words(item)


def _placed(lines: list[str], line: int, pattern: str, message: str, remedy: str) -> Misused:
    """With the place; a tag may span lines, so that it may stand a little below the line of the tag."""
    for number in range(line, min(line + 10, len(lines) + 1)):
        found = re.search(pattern, lines[number - 1])
        if found:
            return Misused(number, found.start(1) + 1, message, remedy)
    return Misused(line, 1, message, remedy)
