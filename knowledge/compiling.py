"""Rules as closures over the list of values: three-valued, total, and quick, since every question runs all of them."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from datetime import date, timedelta

from knowledge.expressions import (
    And,
    Arith,
    Call,
    Compare,
    Const,
    Default,
    Fact,
    In,
    IsNone,
    Node,
    Not,
    Or,
    Suffix,
    Truth,
    children,
    strict,
)
from knowledge.values import ABSENT, UNKNOWN, matching_digits

Test = Callable[[Sequence[object]], object]
"""From the list of values to True, False or UNKNOWN; for a value: to the value, UNKNOWN or ABSENT."""
Missing = Callable[[Sequence[object]], tuple[str, ...]]
"""From the list of values to the names of the facts that are wanting."""

_SIGNS: dict[str, Callable[..., object]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}


def compile_node(node: Node) -> Test:  # noqa: PLR0912 (one case for each kind of node)
    """The closure that evaluates a node."""
    match node:
        case Const(value=value):
            return lambda _: value
        case Fact(place=place):
            return operator.itemgetter(place)
        case Arith(sign=sign, left=left, right=right):
            return _arithmetic(sign, compile_node(left), compile_node(right))
        case Call(name=name, args=args):
            return _call(max if name == "max" else min, tuple(compile_node(arg) for arg in args))
        case Default(value=value, other=other):
            return _default(compile_node(value), compile_node(other))
        case Truth(value=value):
            return _truth(compile_node(value))
        case Compare():
            return _comparison(node)
        case In():
            return _membership(node)
        case IsNone(value=value, negated=negated):
            return _none(compile_node(value), strict(value), negated)
        case Suffix(left=left, right=right):
            return _suffix(compile_node(left), compile_node(right))
        case And(parts=parts):
            return _junction(tuple(compile_node(part) for part in parts), decisive=False)
        case Or(parts=parts):
            return _junction(tuple(compile_node(part) for part in parts), decisive=True)
        case Not(part=part):
            return _negation(compile_node(part))


def compile_missing(node: Node) -> Missing:
    """The closure that names the unknown facts which make a node undecidable; none where it is decided."""
    if isinstance(node, Fact):
        place, name = node.place, node.name
        return lambda values: (name,) if values[place] is UNKNOWN else ()
    test, parts = compile_node(node), tuple(compile_missing(child) for child in children(node))
    short = _names_of(node) if isinstance(node, Suffix) else ()

    def missing(values: Sequence[object]) -> tuple[str, ...]:
        if test(values) is not UNKNOWN:
            return ()
        names = tuple(dict.fromkeys(name for part in parts for name in part(values)))
        return names or short  # both tails are known, but one has fewer than two digits

    return missing


def _names_of(node: Node) -> tuple[str, ...]:
    return tuple(child.name for child in children(node) if isinstance(child, Fact))


def _arithmetic(sign: str, left: Test, right: Test) -> Test:
    work: Callable[[object, object], object] = {
        "+": operator.add,
        "-": operator.sub,
        "*": operator.mul,
        "days": _days,
        "day+": _later,
        "day-": _earlier,
    }[sign]

    def value(values: Sequence[object]) -> object:
        one, two = left(values), right(values)
        if one is ABSENT or two is ABSENT:
            return ABSENT
        if one is UNKNOWN or two is UNKNOWN:
            return UNKNOWN
        try:
            return work(one, two)
        except (TypeError, OverflowError):
            return UNKNOWN

    return value


def _days(one: object, two: object) -> object:
    return (one - two).days if isinstance(one, date) and isinstance(two, date) else UNKNOWN


def _later(day: object, days: object) -> object:
    return day + timedelta(days) if isinstance(day, date) and isinstance(days, int) else UNKNOWN


def _earlier(day: object, days: object) -> object:
    return day - timedelta(days) if isinstance(day, date) and isinstance(days, int) else UNKNOWN


def _call(work: Callable[..., object], args: tuple[Test, ...]) -> Test:
    def value(values: Sequence[object]) -> object:
        found = [arg(values) for arg in args]
        if ABSENT in found:
            return ABSENT
        if UNKNOWN in found:
            return UNKNOWN
        try:
            return work(found)
        except TypeError:
            return UNKNOWN

    return value


def _default(value: Test, other: Test) -> Test:
    def given(values: Sequence[object]) -> object:
        found = value(values)
        return other(values) if found is UNKNOWN or found is ABSENT else found

    return given


def _truth(value: Test) -> Test:
    def test(values: Sequence[object]) -> object:
        found = value(values)
        return UNKNOWN if found is UNKNOWN else found is True

    return test


def _comparison(node: Compare) -> Test:
    compare = _SIGNS[node.sign]
    if isinstance(node.left, Fact) and isinstance(node.right, Const) and node.sign == "==":
        return _equality(node.left.place, node.right.value)
    left, right = compile_node(node.left), compile_node(node.right)

    def test(values: Sequence[object]) -> object:
        one, two = left(values), right(values)
        if one is ABSENT or two is ABSENT:
            return False
        if one is UNKNOWN or two is UNKNOWN:
            return UNKNOWN
        try:
            return compare(one, two)
        except TypeError:  # a record of the wrong type is no evidence
            return UNKNOWN

    return test


def _equality(place: int, expected: object) -> Test:
    def test(values: Sequence[object]) -> object:
        value = values[place]
        if value == expected:
            return True
        return UNKNOWN if value is UNKNOWN else False

    return test


def _membership(node: In) -> Test:
    if all(isinstance(item, Const) for item in node.items) and isinstance(node.value, Fact):
        members = frozenset(item.value for item in node.items if isinstance(item, Const))
        test = _known_list(node.value.place, members, node.none, strict(node.value))
    else:
        items = tuple(compile_node(item) for item in node.items)
        test = _any_list(compile_node(node.value), items, node.none, strict(node.value))
    return _not_in(compile_node(node.value), test) if node.negated else test


def _known_list(place: int, members: frozenset[object], none: bool, undecidable: bool) -> Test:
    if_unknown: object = True if none and not undecidable else UNKNOWN

    def test(values: Sequence[object]) -> object:
        value = values[place]
        if value is UNKNOWN:
            return if_unknown
        if value is ABSENT:
            return none
        return value in members

    return test


def _any_list(value: Test, items: tuple[Test, ...], none: bool, undecidable: bool) -> Test:
    if_unknown: object = True if none and not undecidable else UNKNOWN

    def test(values: Sequence[object]) -> object:
        found = value(values)
        if found is ABSENT:
            return none
        if found is UNKNOWN:
            return if_unknown if none or any(item(values) is not ABSENT for item in items) else False
        verdict: object = False
        for item in items:
            other = item(values)
            if other is UNKNOWN:
                verdict = UNKNOWN
            elif other is not ABSENT and found == other:
                return True
        return verdict

    return test


def _not_in(value: Test, test: Test) -> Test:
    def negated(values: Sequence[object]) -> object:
        if value(values) is ABSENT:
            return False
        verdict = test(values)
        return UNKNOWN if verdict is UNKNOWN else not verdict

    return negated


def _none(value: Test, undecidable: bool, negated: bool) -> Test:
    def test(values: Sequence[object]) -> object:
        found = value(values)
        if undecidable and found is UNKNOWN:
            return UNKNOWN
        return (found is UNKNOWN or found is ABSENT) is not negated

    return test


def _suffix(left: Test, right: Test) -> Test:
    def test(values: Sequence[object]) -> object:
        one, two = left(values), right(values)
        if one is ABSENT or two is ABSENT:
            return False
        if not isinstance(one, str) or not isinstance(two, str):
            return UNKNOWN
        size = matching_digits(one, two)
        return UNKNOWN if size is None else size > 0

    return test


def _junction(parts: tuple[Test, ...], *, decisive: bool) -> Test:
    one, others = parts[0], parts[1:]

    def test(values: Sequence[object]) -> object:
        found = one(values)
        if found is decisive:  # as in most rules: no loop is begun
            return decisive
        verdict: object = UNKNOWN if found is UNKNOWN else not decisive
        for part in others:
            found = part(values)
            if found is decisive:
                return decisive
            if found is UNKNOWN:
                verdict = UNKNOWN
        return verdict

    return test


def _negation(part: Test) -> Test:
    def test(values: Sequence[object]) -> object:
        found = part(values)
        return UNKNOWN if found is UNKNOWN else not found

    return test
