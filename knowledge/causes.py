"""The causes as loaded from ``base/causes.yaml``: checked before they serve, so that no rule surprises a merchant."""

from __future__ import annotations

import operator
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Literal

from knowledge.case import SLOTS, SlotName
from knowledge.compiling import Test, compile_node
from knowledge.entries import Entry, raise_first
from knowledge.expressions import And, Const, Node, Or, facts_of
from knowledge.facts import GATE_FOREIGN, GATE_UNKNOWN, KINDS, VOCABULARY
from knowledge.language import Rule, RuleError, compile_rule
from knowledge.shadows import never_true, shadowed_by
from knowledge.values import UNKNOWN, Kind

Basis = Literal[
    "done", "minutes", "same_day", "due_date", "next_batch", "after_step", "working_days", "bank", "unverified"
]
BASES: tuple[Basis, ...] = (
    "done",
    "minutes",
    "same_day",
    "due_date",
    "next_batch",
    "after_step",
    "working_days",
    "bank",
    "unverified",
)
WATCHED = ("payout", "change")
PROFILE_NUMBERS = ("review_days", "bank_grace_days")
_VERIFIED = ("yes", "partly", "no")
_TELLING = (
    *("terminal.found", "terminal.bound_to_asker", "payout.found"),
    *("payout.status", "payout.went_to", "change.status"),
)
"""Facts with few values that most rules begin with: what they leave of the rules is found once for all alike."""
_TELLING_VALUES = operator.itemgetter(*(VOCABULARY.places[name][0] for name in _TELLING))


@dataclass(frozen=True, slots=True)
class Eta:
    """What the time promised rests on. ``days``: from, to in working days; ``profile``: that number of the acquirer."""

    basis: Basis
    days: tuple[int, int] | None = None
    profile: Literal["review_days", "bank_grace_days"] | None = None


@dataclass(frozen=True)
class Cause:
    """One cause. ``evidence`` are the facts that its article may name.

    ``gate``: after it nothing is evaluated or told. ``fallback``: never secondary. ``alone``: not worth telling a
    merchant beside a more telling cause. ``person``: a colleague has to act, whatever the merchant does.
    ``asks``: the answer that the cause's own words ask the merchant to check. ``watch``: what will end it, so that the
    merchant may ask to be told.
    """

    id: str
    order: int
    rule: Rule
    gate: bool = False
    fallback: bool = False
    alone: bool = False
    person: bool = False
    asks: SlotName | None = None
    watch: Literal["payout", "change"] | None = None
    evidence: tuple[str, ...] = ()
    department: str = "none"
    eta: Eta = field(default_factory=lambda: Eta("unverified"))
    sources: tuple[str, ...] = ()
    verified: Literal["yes", "partly", "no"] = "no"
    shown_as: str | None = None
    shown_order: int = 0

    @cached_property
    def reference(self) -> str:
        """What merchants see, such as S200. A foreign terminal's (S020) is that of an unknown one (S010)."""
        return f"S{self.shown_order or self.order:03d}"

    @cached_property
    def staff_reference(self) -> str:
        """What staff see: always the cause's own."""
        return f"S{self.order:03d}"


@dataclass(frozen=True)
class Causes:
    """All causes in order of telling."""

    causes: tuple[Cause, ...]
    sources: Mapping[str, str] = field(default_factory=dict)
    _left: dict[tuple[object, ...], tuple[tuple[Cause, Test], ...]] = field(
        default_factory=dict, repr=False, compare=False
    )

    def left_by(self, values: Sequence[object]) -> Sequence[tuple[Cause, Test]]:
        """The causes that the facts named by ``_TELLING`` do not refute, in order; a few of all for any payout.

        Each with the test of that part of its rule which these facts leave open.
        """
        known = _TELLING_VALUES(values)
        found = self._left.get(known)
        if found is None:
            parts = [(cause, _open_part(cause.rule.node, values)) for cause in self.causes]
            found = self._left[known] = tuple((cause, compile_node(part)) for cause, part in parts if part != _FALSE)
        return found

    @cached_property
    def by_id(self) -> Mapping[str, Cause]:
        """Causes by id."""
        return {cause.id: cause for cause in self.causes}

    @classmethod
    def from_data(cls, data: Any) -> Causes:
        """From ``causes.yaml``. Raises ``RuleError`` for the first mistake; its ``others`` are the rest."""
        made, problems = cls.read(data)
        raise_first(problems)
        assert made is not None
        return made

    @classmethod
    def read(cls, data: Any) -> tuple[Causes | None, list[RuleError]]:
        """From ``causes.yaml``, with everything that is wrong with it; never raises for what the data say."""
        problems: list[RuleError] = []
        made = cls.take(Entry(data, (), problems))
        return (None if problems else made), problems

    @classmethod
    def take(cls, top: Entry) -> Causes:
        """What the file holds; its mistakes gather in the entry."""
        problems = top.problems
        top.whole("version", None, 1)
        _check_facts(top)
        sources = top.inner("sources")
        known = {name: sources.word(name) for name in sources.names()}
        entries = top.items("causes")
        if not entries and top.data.get("causes") in (None, []):
            top.problem(("causes",), "a list of causes is needed", "Begin each cause with `- id:`")
        read = [_cause(entry, known) for entry in entries]
        top.done()
        causes = [cause for cause in read if cause is not None]
        _check_order(top, entries)
        if not problems:
            causes = [_shown(top, cause, causes) for cause in causes]
            _check_reach(top, causes)
        return cls(tuple(causes), known)


_TRUE, _FALSE = Const(True, Kind("bool")), Const(False, Kind("bool"))


def _open_part(node: Node, values: Sequence[object]) -> Node:
    """What is left of the condition where the telling facts are known to be so."""
    if isinstance(node, And | Or):
        decisive, idle = (_FALSE, _TRUE) if isinstance(node, And) else (_TRUE, _FALSE)
        parts = [part for part in (_open_part(part, values) for part in node.parts) if part != idle]
        if decisive in parts or not parts:
            return decisive if parts else idle
        return parts[0] if len(parts) == 1 else type(node)(tuple(parts))
    if all(fact.name in _TELLING for fact in facts_of(node)):
        verdict = compile_node(node)(values)
        return node if verdict is UNKNOWN else Const(verdict, Kind("bool"))
    return node


def _check_facts(top: Entry) -> None:
    """The facts as the file declares them are those that the program derives, of the very same kinds."""
    spaces = top.inner("facts")
    for space in spaces.data:
        entry = spaces.inner(space)
        for name, said in entry.data.items():
            entry.take(name)
            known = KINDS.get(f"{space}.{name}")
            if known is None:
                entry.problem((name,), f"the program derives no fact {space}.{name}", "Remove it")
            elif _kind(said) != known:
                words = list(known.values) or known.name
                entry.problem((name,), f"{space}.{name} is of another kind", f"Write {words}")


def _kind(said: Any) -> Kind | None:
    strict = isinstance(said, dict) and said.get("unknown") == "undecidable"
    kind = said.get("type") if isinstance(said, dict) else said
    if isinstance(kind, list) and all(isinstance(value, str) for value in kind):
        return Kind("enum", tuple(kind), strict)
    if isinstance(kind, str) and kind in ("bool", "int", "money", "text", "tail", "day", "moment"):
        return Kind(kind, (), strict)  # type: ignore[arg-type]
    return None


def _cause(entry: Entry, sources: Mapping[str, str]) -> Cause | None:
    before = len(entry.problems)
    id, order = entry.word("id"), entry.whole("order", None, 1, 999)
    rule = _rule(entry)
    evidence = entry.words("evidence")
    for place, name in enumerate(evidence):
        if name not in KINDS:
            entry.problem(("evidence", place), f"there is no fact {name}", "See `facts` in this file")
    cited = entry.words("sources")
    for place, name in enumerate(cited):
        if name not in sources:
            entry.problem(("sources", place), f"there is no source {name}", "See `sources` in this file")
    made = {
        "gate": entry.flag("gate"),
        "fallback": entry.flag("fallback"),
        "alone": entry.flag("alone"),
        "person": entry.flag("person"),
        "asks": entry.choice("asks", SLOTS) if entry.has("asks") else None,
        "watch": _watch(entry, bool(entry.data.get("gate")), (*evidence, *(rule.facts if rule else ()))),
        "evidence": evidence,
        "department": entry.word("department"),
        "eta": _eta(entry.inner("eta")),
        "sources": cited,
        "verified": entry.choice("verified", _VERIFIED, "no"),
        "shown_as": entry.word("shown_as", needed=False) or None,
    }
    entry.done()
    if rule is None or len(entry.problems) > before:
        return None
    return Cause(id, order, rule, **made)  # type: ignore[arg-type]


def _watch(entry: Entry, gate: bool, about: Iterable[str]) -> str | None:
    """What is watched of a cause must be something that its rule or its answer is about; a gate tells of nothing."""
    if not entry.has("watch"):
        return None
    watched = entry.choice("watch", WATCHED)
    if gate or not any(name.startswith(f"{watched}.") for name in about):
        entry.problem(("watch",), f"this cause tells nothing of a {watched}", "Name what its rule is about, or nothing")
    return watched


def _rule(entry: Entry) -> Rule | None:
    text = entry.expression("rule")
    if text is None:
        return None
    try:
        return compile_rule(text, VOCABULARY, (*entry.path, "rule"))
    except RuleError as error:
        entry.problems.append(error)
        return None


def _eta(entry: Entry) -> Eta:
    basis = entry.choice("basis", BASES)
    profile = entry.choice("profile", PROFILE_NUMBERS) if entry.has("profile") else None
    days = entry.span("days")
    entry.done()
    return Eta(basis, days, profile)  # type: ignore[arg-type]


def _check_order(top: Entry, entries: list[Entry]) -> None:
    """Ids and orders are given once, and the file is in order."""
    seen: set[object] = set()
    last = 0
    for place, entry in enumerate(entries):
        for name in ("id", "order"):
            value = entry.data.get(name)
            if not isinstance(value, str | int):
                continue
            if (name, value) in seen:
                top.problem(("causes", place, name), f"{name} {value} stands here twice", "Give each cause its own")
            seen.add((name, value))
        order = entry.data.get("order")
        if isinstance(order, int):
            if order < last:
                top.problem(("causes", place, "order"), "the causes are not in order", "Sort them by `order`")
            last = max(last, order)


def _shown(top: Entry, cause: Cause, causes: list[Cause]) -> Cause:
    if cause.shown_as is None:
        return cause
    for other in causes:
        if other.id == cause.shown_as:
            values = {name: getattr(cause, name) for name in cause.__dataclass_fields__}
            return Cause(**{**values, "shown_order": other.order})
    place = causes.index(cause)
    top.problem(("causes", place, "shown_as"), f"there is no cause {cause.shown_as}", "Name a cause of this file")
    return cause


def _check_reach(top: Entry, causes: list[Cause]) -> None:
    """Every rule can fire, none is always preceded by another, and something is said in every case."""
    for place, cause in enumerate(causes):
        path = ("causes", place, "rule")
        if never_true(cause.rule.node):
            top.problem(path, f"the rule of {cause.id} can never be true", "Look for parts that contradict each other")
            continue
        before = shadowed_by(cause.rule.node, [(other.id, other.rule.node) for other in causes[:place]])
        if before is not None:
            message = f"{cause.id} can never be primary: whenever its rule is true, that of {before} is true too"
            top.problem(path, message, "Put it before the other, or narrow the other")
    if causes and not any(cause.fallback and _always(cause.rule.node) for cause in causes):
        top.problem(("causes",), "some cases would be left without a cause", "End with a fallback whose rule is True")
    for values, what in ((GATE_UNKNOWN, "an unknown terminal"), (GATE_FOREIGN, "somebody else's terminal")):
        if not any(cause.gate and cause.rule.test(values) is True for cause in causes):
            top.problem(("causes",), f"no gate stops {what}", "Keep a gate on terminal.found and one on bound_to_asker")


def _always(node: Node) -> bool:
    return isinstance(node, Const) and node.value is True
