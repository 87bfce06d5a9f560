"""A checked rule as a tree: what it says, before it becomes something that runs."""

from __future__ import annotations

from dataclasses import dataclass

from knowledge.values import Kind


@dataclass(frozen=True, slots=True)
class Const:
    """A number, a word, True or False."""

    value: object
    kind: Kind


@dataclass(frozen=True, slots=True)
class Fact:
    """A fact, by its place in the list of values."""

    place: int
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True)
class Arith:
    """``+``, ``-``, ``*`` of numbers; ``days`` between two days; ``day+`` and ``day-`` shift a day."""

    sign: str
    left: Node
    right: Node
    kind: Kind


@dataclass(frozen=True, slots=True)
class Call:
    """``max`` or ``min``."""

    name: str
    args: tuple[Node, ...]
    kind: Kind


@dataclass(frozen=True, slots=True)
class Default:
    """``x or y``: y where x has no value."""

    value: Node
    other: Node
    kind: Kind


@dataclass(frozen=True, slots=True)
class Truth:
    """A boolean value standing as a condition; absent is false."""

    value: Node


@dataclass(frozen=True, slots=True)
class Compare:
    """One comparison; with an absent value it is false, else with an unknown one undecidable."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class In:
    """``x in (…)`` or, ``negated``, ``x not in (…)``; ``none`` when None is in the list."""

    value: Node
    items: tuple[Node, ...]
    none: bool
    negated: bool


@dataclass(frozen=True, slots=True)
class IsNone:
    """``x is None``: absent or unknown; for a strict fact absent only."""

    value: Node
    negated: bool


@dataclass(frozen=True, slots=True)
class Suffix:
    """``suffix_eq``: two card tails agree in the digits of the shorter one."""

    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of them (Kleene)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of them (Kleene)."""

    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The opposite; undecidable stays undecidable."""

    part: Node


Node = Const | Fact | Arith | Call | Default | Truth | Compare | In | IsNone | Suffix | And | Or | Not
_CONDITIONS = (Truth, Compare, In, IsNone, Suffix, And, Or, Not)


def is_boolean(node: Node) -> bool:
    """Whether the node is a condition, so that Kleene's logic applies to it."""
    return isinstance(node, _CONDITIONS) or (isinstance(node, Const) and isinstance(node.value, bool))


def kind_of(node: Node) -> Kind:
    """The kind of a value; a condition is a bool."""
    if isinstance(node, (Const, Fact, Arith, Call, Default)):
        return node.kind
    return Kind("bool")


def strict(node: Node) -> bool:
    """Whether an unknown value here cannot be said to be None."""
    return isinstance(node, Fact) and node.kind.strict


def children(node: Node) -> tuple[Node, ...]:
    """The parts of a node."""
    match node:
        case Arith(left=left, right=right) | Compare(left=left, right=right) | Suffix(left=left, right=right):
            return (left, right)
        case Call(args=args):
            return args
        case Default(value=value, other=other):
            return (value, other)
        case Truth(value=value) | IsNone(value=value):
            return (value,)
        case In(value=value, items=items):
            return (value, *items)
        case And(parts=parts) | Or(parts=parts):
            return parts
        case Not(part=part):
            return (part,)
    return ()


def facts_of(node: Node) -> frozenset[Fact]:
    """Every fact that the node reads."""
    if isinstance(node, Fact):
        return frozenset((node,))
    return frozenset().union(*(facts_of(child) for child in children(node)))


def show(node: Node) -> str:
    """The node in the language of rules, for explanations; equal texts mean equal conditions."""
    match node:
        case Const(value=value):
            return repr(value)
        case Fact(name=name):
            return name
        case Arith(sign=sign, left=left, right=right):
            return f"({show(left)} {'-' if sign == 'days' else sign[-1]} {show(right)})"
        case Call(name=name, args=args):
            return f"{name}({', '.join(map(show, args))})"
        case Default(value=value, other=other):
            return f"({show(value)} or {show(other)})"
        case Truth(value=value):
            return show(value)
        case Compare(sign=sign, left=left, right=right):
            return f"{show(left)} {sign} {show(right)}"
        case In(value=value, items=items, none=none, negated=negated):
            words = ", ".join((["None"] if none else []) + [show(item) for item in items])
            return f"{show(value)} {'not in' if negated else 'in'} ({words})"
        case IsNone(value=value, negated=negated):
            return f"{show(value)} is {'not ' if negated else ''}None"
    return _show_logic(node)


def _show_logic(node: Suffix | Not | And | Or) -> str:
    if isinstance(node, Suffix):
        return f"suffix_eq({show(node.left)}, {show(node.right)})"
    if isinstance(node, Not):
        return f"not ({show(node.part)})"
    sign = " and " if isinstance(node, And) else " or "
    return "(" + sign.join(map(show, node.parts)) + ")"
