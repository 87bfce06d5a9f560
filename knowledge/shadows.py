"""Rules that can never fire, and rules that another one always comes before: proven, never guessed, when the causes
are loaded.

A rule becomes a disjunction of conjunctions of conditions with allowed verdicts (true, false, undecidable). A
conjunction is impossible when no value of a fact gives every condition on that fact an allowed verdict. Conditions
with arithmetic, or on several facts at once, may have any verdict; where that leaves doubt, nothing is said.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache

from knowledge.compiling import compile_node
from knowledge.expressions import (
    And,
    Arith,
    Call,
    Const,
    Default,
    Fact,
    Node,
    Not,
    Or,
    Suffix,
    children,
    facts_of,
    show,
)
from knowledge.values import ABSENT, UNKNOWN, Kind

Verdicts = frozenset[object]
Conjunction = tuple[tuple[str, Node, Verdicts], ...]
TRUE: Verdicts = frozenset((True,))
FALSE: Verdicts = frozenset((False,))
NOT_TRUE: Verdicts = frozenset((False, UNKNOWN))
NOT_FALSE: Verdicts = frozenset((True, UNKNOWN))
_OPPOSITE = {TRUE: FALSE, FALSE: TRUE, NOT_TRUE: NOT_FALSE, NOT_FALSE: NOT_TRUE}
MOST = 500
"""Conjunctions looked at before giving up."""


def never_true(rule: Node) -> bool:
    """Whether no values of the facts at all can make the rule true."""
    ways = _ways(rule, TRUE)
    return ways is not None and not any(_possible(way) for way in ways)


def shadowed_by(rule: Node, earlier: Sequence[tuple[str, Node]]) -> str | None:
    """The earlier cause whose rule is true whenever this one is, or None."""
    ways = _ways(rule, TRUE)
    if ways is None:
        return None
    ways = [way for way in ways if _possible(way)]
    for name, other in earlier:
        escapes = _ways(other, NOT_TRUE)
        if escapes is None or any(_possible((*way, *escape)) for way in ways for escape in escapes):
            continue
        return name
    return None


@lru_cache(maxsize=1024)
def _ways(node: Node, allowed: Verdicts) -> list[Conjunction] | None:
    """The conjunctions that give the node an allowed verdict; None when there are too many."""
    if isinstance(node, Not):
        return _ways(node.part, _OPPOSITE[allowed])
    if isinstance(node, (And, Or)):
        together = isinstance(node, And) is (allowed in (TRUE, NOT_FALSE))
        return _all_of(node.parts, allowed) if together else _one_of(node.parts, allowed)
    return [((show(node), node, allowed),)]


def _all_of(parts: tuple[Node, ...], allowed: Verdicts) -> list[Conjunction] | None:
    found: list[Conjunction] = [()]
    for part in parts:
        ways = _ways(part, allowed)
        if ways is None or len(found) * len(ways) > MOST:
            return None
        found = [(*before, *way) for before in found for way in ways]
    return found


def _one_of(parts: tuple[Node, ...], allowed: Verdicts) -> list[Conjunction] | None:
    found: list[Conjunction] = []
    for part in parts:
        ways = _ways(part, allowed)
        if ways is None or len(found) + len(ways) > MOST:
            return None
        found.extend(ways)
    return found


def _possible(way: Conjunction) -> bool:
    """Whether some values of the facts satisfy the conjunction, as far as can be told."""
    wanted: dict[str, tuple[Node, Verdicts]] = {}
    for text, node, allowed in way:
        before = wanted.get(text)
        both = allowed if before is None else before[1] & allowed
        if not both:
            return False
        wanted[text] = (node, both)
    by_fact: dict[Fact | None, list[tuple[Node, Verdicts]]] = {}
    for node, allowed in wanted.values():
        if _simple(node):
            by_fact.setdefault(next(iter(facts_of(node)), None), []).append((node, allowed))
    return all(_satisfiable(fact, conditions) for fact, conditions in by_fact.items())


@lru_cache(maxsize=1024)
def _simple(node: Node) -> bool:
    """Whether a condition is about one fact at most, without arithmetic."""
    if len(facts_of(node)) > 1:
        return False
    return all(
        _plain(part) if isinstance(part, Default) else not isinstance(part, (Arith, Call, Suffix))
        for part in _walk(node)
    )


def _plain(node: Default) -> bool:
    return isinstance(node.value, Fact) and isinstance(node.other, Const)


def _satisfiable(fact: Fact | None, conditions: list[tuple[Node, Verdicts]]) -> bool:
    if fact is None:
        return all(_verdict(node, None) in allowed for node, allowed in conditions)
    values = _sample(fact.kind, tuple(node for node, _ in conditions))
    return any(all(_verdict(node, value) in allowed for node, allowed in conditions) for value in values)


class _OneValue(Sequence[object]):
    """A list of values of which one place alone is ever looked at."""

    def __init__(self, value: object) -> None:
        self.value = value

    def __getitem__(self, place: object) -> object:  # type: ignore[override]
        return self.value

    def __len__(self) -> int:
        return 1


@lru_cache(maxsize=8192)
def _verdict(node: Node, value: object) -> object:
    return compile_node(node)(_OneValue(value))


def _sample(kind: Kind, conditions: tuple[Node, ...]) -> Iterator[object]:
    """Values that stand for every value there is, as far as comparisons with constants can tell."""
    yield UNKNOWN
    yield ABSENT
    constants = [part.value for node in conditions for part in _walk(node) if isinstance(part, Const)]
    if kind.name == "enum":
        yield from kind.values
    elif kind.name == "bool":
        yield from (True, False)
    elif kind.group == "number":
        for value in (0, *(value for value in constants if isinstance(value, int))):
            yield from (value - 1, value, value + 1)
    elif kind.group == "word":
        yield from (value for value in constants if isinstance(value, str))
        yield "".join(value for value in constants if isinstance(value, str)) + "·"
    elif kind.name == "day":
        yield date(2026, 1, 1)
    else:
        yield datetime(2026, 1, 1, tzinfo=UTC)


def _walk(node: Node) -> Iterator[Node]:
    yield node
    for child in children(node):
        yield from _walk(child)
