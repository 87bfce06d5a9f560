"""The language of the causes: a boolean expression in Python's syntax, and in nothing else of Python.

Allowed: facts (``payout.status``), ``now``, ``today``, numbers, 'words', True, False, ``and or not``, comparisons,
``in (…)``, ``is None``, ``+ - *``, ``max``, ``min``, ``suffix_eq``, and ``x or 0`` as a default. A rule is checked
against the kinds of its facts when it is loaded and compiled to closures; nothing of the text is ever executed. Three
kinds of value as in ``knowledge.values``; the semantics are written at the head of ``base/causes.yaml``.
"""

from __future__ import annotations

import ast
import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from knowledge.compiling import Missing, Test, compile_missing, compile_node
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
    is_boolean,
    kind_of,
    show,
)
from knowledge.syntax import expression_of
from knowledge.values import Kind

LONGEST_RULE = 4000
DEEPEST_RULE = 60
"""Parts within parts of a rule: reading, proving and running it are recursive."""
_COMPARISONS: Mapping[type[ast.cmpop], str] = {
    ast.Eq: "==",
    ast.NotEq: "!=",
    ast.Lt: "<",
    ast.LtE: "<=",
    ast.Gt: ">",
    ast.GtE: ">=",
}
_ARITHMETIC: Mapping[type[ast.operator], str] = {ast.Add: "+", ast.Sub: "-", ast.Mult: "*"}
_BOOL = Kind("bool")
_INT = Kind("int")
_TEXT = Kind("text")


class RuleError(Exception):
    """A mistake in the causes, the acquirers or the calendar.

    ``path`` leads to the place in the data, ``column`` (from 1) into the rule's text; ``remedy`` says what to do.
    ``key``: the name at ``path`` is wrong, not its value.
    """

    def __init__(
        self,
        path: tuple[str | int, ...],
        message: str,
        remedy: str = "",
        column: int | None = None,
        *,
        key: bool = False,
    ) -> None:
        super().__init__(message)
        self.path = path
        self.message = message
        self.remedy = remedy
        self.column = column
        self.key = key
        self.others: tuple[RuleError, ...] = ()
        """Further mistakes in the same file, found in the same reading."""

    def __str__(self) -> str:
        place = "/".join(str(part) for part in self.path)
        column = f" (column {self.column})" if self.column is not None else ""
        return f"{place}{column}: {self.message}{'. ' + self.remedy if self.remedy else ''}"


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """The facts that a rule may name: name -> (place in the list of values, kind)."""

    places: Mapping[str, tuple[int, Kind]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A checked rule. ``test(values)`` gives True, False or UNKNOWN; ``facts`` are the names that it reads.

    ``missing(values)``: the facts for want of which the rule is undecidable, in the order of the rule.
    """

    text: str
    node: Node
    test: Test
    missing: Missing
    facts: frozenset[str]

    def why_not(self, values: Sequence[object]) -> str:
        """The first part of a rule that is not true; empty when the rule is true. For explanations, not for speed."""
        return _why_not(self.node, values)


def compile_rule(text: str, vocabulary: Vocabulary, path: tuple[str | int, ...] = ()) -> Rule:
    """Parse, check and compile a rule. Raises ``RuleError`` with the column of the mistake."""
    reader = _Reader(" ".join(text.splitlines()), vocabulary, path)
    node = reader.read()
    return Rule(" ".join(text.split()), node, compile_node(node), compile_missing(node), frozenset(reader.facts))


def _why_not(node: Node, values: Sequence[object]) -> str:
    if compile_node(node)(values) is True:
        return ""
    if isinstance(node, And):
        return next(why for part in node.parts if (why := _why_not(part, values)))
    return show(node)


def _depth(tree: ast.AST) -> int:
    """How deep the parts of a tree nest, found without recursion."""
    most = 0
    waiting: list[tuple[ast.AST, int]] = [(tree, 0)]
    while waiting:
        node, depth = waiting.pop()
        most = max(most, depth)
        waiting.extend((child, depth + 1) for child in ast.iter_child_nodes(node))
    return most


class _Reader:
    def __init__(self, text: str, vocabulary: Vocabulary, path: tuple[str | int, ...]) -> None:
        self.text = text
        self.places = vocabulary.places
        self.path = path
        self.facts: dict[str, None] = {}

    def read(self) -> Node:
        if len(self.text) > LONGEST_RULE:
            raise RuleError(self.path, f"a rule of more than {LONGEST_RULE} characters", "Split it into two causes")
        text = self.text.lstrip()
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")
                tree = expression_of(text)
            if _depth(tree) > DEEPEST_RULE:
                raise RuleError(self.path, "the rule is nested too deeply", "Take brackets and `not`s away")
            return self._boolean(tree.body)
        except SyntaxError as error:
            column = (error.offset or 1) + len(self.text) - len(text)
            message = f"not an expression: {error.msg}"
            raise RuleError(self.path, message, "Write it like the other rules", column) from None
        except (RecursionError, MemoryError, ValueError):
            raise RuleError(self.path, "the rule cannot be read", "Make it shorter and plainer") from None

    def _error(self, node: ast.AST, message: str, remedy: str = "") -> RuleError:
        lead = len(self.text) - len(self.text.lstrip())
        before = self.text.lstrip().encode()[: getattr(node, "col_offset", 0)]
        return RuleError(self.path, message, remedy, lead + len(before.decode(errors="ignore")) + 1)

    # --- boolean expressions
    def _boolean(self, tree: ast.expr) -> Node:
        node = self._any(tree)
        if is_boolean(node):
            return node
        if isinstance(node, (Fact, Default)) and kind_of(node).name == "bool":
            return Truth(node)
        raise self._error(tree, "a true or false value is needed here", "Compare it with something")

    def _any(self, tree: ast.expr) -> Node:
        if isinstance(tree, ast.BoolOp):
            return self._junction(tree)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.Not):
            return Not(self._boolean(tree.operand))
        if isinstance(tree, ast.Compare):
            return self._comparisons(tree)
        if isinstance(tree, ast.Call):
            return self._call(tree)
        return self._value(tree)

    def _junction(self, tree: ast.BoolOp) -> Node:
        if isinstance(tree.op, ast.Or):
            first = self._any(tree.values[0])
            if not is_boolean(first) and kind_of(first).name != "bool":
                return self._default(tree, first)
            return Or(tuple(self._boolean(part) for part in tree.values))
        return And(tuple(self._boolean(part) for part in tree.values))

    def _default(self, tree: ast.BoolOp, first: Node) -> Node:
        node = first
        for part in tree.values[1:]:
            other = self._value(part)
            self._agree(part, node, other)
            node = Default(node, other, kind_of(node))
        return node

    def _comparisons(self, tree: ast.Compare) -> Node:
        operands = [tree.left, *tree.comparators]
        parts = tuple(
            self._comparison(tree, left, op, right)
            for left, op, right in zip(operands, tree.ops, operands[1:], strict=False)
        )
        return parts[0] if len(parts) == 1 else And(parts)

    def _comparison(self, tree: ast.Compare, left: ast.expr, op: ast.cmpop, right: ast.expr) -> Node:
        if isinstance(op, (ast.Is, ast.IsNot)):
            if not _is_none(right):
                raise self._error(right, "`is` goes with None only", "Use ==")
            return IsNone(self._value(left), isinstance(op, ast.IsNot))
        if isinstance(op, (ast.In, ast.NotIn)):
            return self._membership(left, right, isinstance(op, ast.NotIn))
        for side in (left, right):
            if _is_none(side):
                raise self._error(side, "nothing equals None", "Use `is None` or `is not None`")
        one, two, sign = self._value(left), self._value(right), _COMPARISONS[type(op)]
        self._agree(tree, one, two)
        if sign in ("<", "<=", ">", ">=") and not kind_of(one).ordered:
            raise self._error(tree, f"a {kind_of(one).name} has no order", "Use == or in")
        return Compare(sign, one, two)

    def _membership(self, left: ast.expr, right: ast.expr, negated: bool) -> Node:
        if not isinstance(right, (ast.Tuple, ast.List, ast.Set)):
            raise self._error(right, "`in` needs a list in brackets", "Write it like in ('sent', 'paid')")
        value = self._value(left)
        items = []
        for item in right.elts:
            if not _is_none(item):
                node = self._value(item)
                self._agree(item, value, node)
                items.append(node)
        return In(value, tuple(items), any(_is_none(item) for item in right.elts), negated)

    # --- values
    def _value(self, tree: ast.expr) -> Node:
        if isinstance(tree, ast.Constant):
            return self._constant(tree)
        if isinstance(tree, (ast.Attribute, ast.Name)):
            return self._fact(tree)
        if isinstance(tree, ast.BinOp) and type(tree.op) in _ARITHMETIC:
            return self._arithmetic(tree)
        if isinstance(tree, ast.UnaryOp) and isinstance(tree.op, ast.USub):
            return Arith("-", Const(0, _INT), self._number(tree.operand), _INT)
        if isinstance(tree, ast.Call) and not (isinstance(tree.func, ast.Name) and tree.func.id == "suffix_eq"):
            return self._call(tree)
        if isinstance(tree, ast.BoolOp) and isinstance(tree.op, ast.Or):
            node = self._junction(tree)
            if not is_boolean(node):
                return node
        raise self._error(tree, "this cannot stand here", "See the head of the file for what a rule may say")

    def _constant(self, tree: ast.Constant) -> Node:
        value = tree.value
        if isinstance(value, bool):
            return Const(value, _BOOL)
        if isinstance(value, int):
            return Const(value, _INT)
        if isinstance(value, str):
            return Const(value, _TEXT)
        raise self._error(tree, f"{value!r} cannot stand here", "Whole numbers, 'words', True and False can")

    def _fact(self, tree: ast.expr) -> Node:
        name = ast.unparse(tree)
        found = self.places.get(name)
        if found is None:
            near = get_close_matches(name, self.places, 1)
            raise self._error(tree, f"there is no fact {name}", f"Did you mean {near[0]}?" if near else "")
        self.facts[name] = None
        return Fact(found[0], name, found[1])

    def _number(self, tree: ast.expr) -> Node:
        node = self._value(tree)
        if kind_of(node).group != "number":
            raise self._error(tree, f"a number is needed here, not a {kind_of(node).name}")
        return node

    def _arithmetic(self, tree: ast.BinOp) -> Node:
        left, right, sign = self._value(tree.left), self._value(tree.right), _ARITHMETIC[type(tree.op)]
        groups = (kind_of(left).group, kind_of(right).group)
        if groups == ("number", "number"):
            money = "money" in (kind_of(left).name, kind_of(right).name)
            return Arith(sign, left, right, Kind("money") if money else _INT)
        if groups == ("day", "day") and sign == "-":
            return Arith("days", left, right, _INT)
        if groups == ("day", "number") and sign in ("+", "-"):
            return Arith("day" + sign, left, right, Kind("day"))
        raise self._error(tree, f"{groups[0]} {sign} {groups[1]} means nothing")

    def _call(self, tree: ast.Call) -> Node:
        name = tree.func.id if isinstance(tree.func, ast.Name) else ast.unparse(tree.func)
        if name not in ("suffix_eq", "max", "min"):
            near = get_close_matches(name, ("suffix_eq", "max", "min"), 1)
            raise self._error(tree, f"there is no function {name}", f"Did you mean {near[0]}?" if near else "")
        if tree.keywords or any(isinstance(arg, ast.Starred) for arg in tree.args) or len(tree.args) < 2:
            raise self._error(tree, f"{name} takes plain values, two or more")
        args = tuple(self._value(arg) for arg in tree.args)
        if name == "suffix_eq":
            if len(args) != 2 or any(kind_of(arg).name not in ("tail", "text") for arg in args):
                raise self._error(tree, "suffix_eq compares two card tails")
            return Suffix(args[0], args[1])
        for given, arg in zip(tree.args[1:], args[1:], strict=True):
            self._agree(given, args[0], arg)
        if not kind_of(args[0]).ordered:
            raise self._error(tree, f"a {kind_of(args[0]).name} has no order")
        return Call(name, args, kind_of(args[0]))

    def _agree(self, tree: ast.AST, left: Node, right: Node) -> None:
        one, two = kind_of(left), kind_of(right)
        if one.group != two.group:
            raise self._error(tree, f"a {one.name} cannot be compared with a {two.name}")
        for kind, other in ((one, right), (two, left)):
            if kind.name == "enum" and isinstance(other, Const) and other.value not in kind.values:
                near = get_close_matches(str(other.value), kind.values, 1)
                choice = f"Did you mean '{near[0]}'?" if near else "One of: " + ", ".join(kind.values)
                raise self._error(tree, f"'{other.value}' is not a value of it", choice)
        if one.name == two.name == "enum" and not set(one.values) & set(two.values):
            raise self._error(tree, "these two can never be equal")


def _is_none(tree: ast.expr) -> bool:
    return isinstance(tree, ast.Constant) and tree.value is None
