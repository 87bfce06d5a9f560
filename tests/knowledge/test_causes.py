"""Causes and acquirers are checked when they are loaded: what is wrong is named with its place and a remedy."""

from __future__ import annotations

import copy
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from knowledge.rules import Acquirers, Causes, RuleError

BASE = Path(__file__).parents[2] / "knowledge/base"
DATA = yaml.safe_load((BASE / "causes.yaml").read_text(encoding="utf-8"))
ACQUIRERS = yaml.safe_load((BASE / "acquirers.yaml").read_text(encoding="utf-8"))


def broken(change: Callable[[dict[str, Any]], object], data: Any = DATA) -> dict[str, Any]:
    """The shipped data with one change."""
    made: dict[str, Any] = copy.deepcopy(data)
    change(made)
    return made


def at(id: str) -> int:
    return next(place for place, cause in enumerate(DATA["causes"]) if cause["id"] == id)


def setting(cause: str, /, **fields: object) -> Callable[[dict[str, Any]], object]:
    return lambda data: data["causes"][at(cause)].update(fields)


def _path(id: str, *rest: str | int) -> tuple[str | int, ...]:
    return ("causes", at(id), *rest)


def test_the_shipped_causes() -> None:
    causes = Causes.from_data(DATA)
    assert len(causes.causes) == 43
    orders = [cause.order for cause in causes.causes]
    assert orders == sorted(set(orders))
    assert causes.by_id["paid_to_old_card"].reference == "S200"
    foreign = causes.by_id["terminal_not_bound"]
    assert (foreign.reference, foreign.staff_reference) == ("S010", "S020")
    assert [cause.id for cause in causes.causes if cause.gate] == ["terminal_not_found", "terminal_not_bound"]
    assert [cause.id for cause in causes.causes if cause.fallback] == ["no_record", "overdue_unexplained"]
    assert causes.by_id["returned_name_mismatch"].eta.days == (1, 2)
    for cause in causes.causes:
        assert cause.rule.facts or cause.id == "overdue_unexplained"


def test_a_foreign_terminal_may_say_what_an_unknown_one_says_and_no_more() -> None:
    causes = Causes.from_data(DATA).by_id
    assert causes["terminal_not_bound"].evidence == causes["terminal_not_found"].evidence
    for gate in ("terminal_not_bound", "terminal_not_found"):
        assert all(name.startswith("answers.") for name in causes[gate].evidence)


@pytest.mark.parametrize(
    ("change", "path", "words"),
    [
        (setting("paid_to_old_card", rule="payout.status = 1"), _path("paid_to_old_card", "rule"), "expression"),
        (setting("paid_to_old_card", rule=None), _path("paid_to_old_card"), "rule"),
        (setting("paid_to_old_card", rule=5), _path("paid_to_old_card", "rule"), "rule"),
        (setting("manual_mode", rule="merchant.mode == 'hand'"), _path("manual_mode", "rule"), "'hand'"),
        (setting("manual_mode", evidence=["merchant.moed"]), _path("manual_mode", "evidence", 0), "merchant.moed"),
        (setting("manual_mode", evidence="merchant.mode"), _path("manual_mode", "evidence"), "list"),
        (setting("manual_mode", sources=["S99"]), _path("manual_mode", "sources", 0), "S99"),
        (setting("manual_mode", id="below_minimum"), _path("manual_mode", "id"), "twice"),
        (setting("manual_mode", order=230), _path("manual_mode", "order"), "twice"),
        (setting("manual_mode", order=999), ("causes", at("manual_mode") + 1, "order"), "not in order"),
        (setting("manual_mode", order="x"), _path("manual_mode", "order"), "whole number"),
        (setting("manual_mode", gates=True), _path("manual_mode", "gates"), "gates"),
        (setting("manual_mode", eta={"basis": "soon"}), _path("manual_mode", "eta", "basis"), "soon"),
        (setting("manual_mode", eta={"basis": "done", "days": [2, 1]}), _path("manual_mode", "eta", "days"), "days"),
        (setting("manual_mode", verified="maybe"), _path("manual_mode", "verified"), "maybe"),
        (setting("manual_mode", asks="everything"), _path("manual_mode", "asks"), "everything"),
        (setting("not_due_yet", watch="money"), _path("not_due_yet", "watch"), "money"),
        (setting("negative_or_zero_net", watch="change"), _path("negative_or_zero_net", "watch"), "of a change"),
        (setting("terminal_not_found", watch="payout"), _path("terminal_not_found", "watch"), "of a payout"),
        (setting("manual_mode", gate="yes"), _path("manual_mode", "gate"), "true or false"),
        (setting("manual_mode", shown_as="nothing"), _path("manual_mode", "shown_as"), "nothing"),
        (
            setting("manual_mode", rule="payout.status == 'paid' and payout.status is None"),
            _path("manual_mode", "rule"), "never be true",
        ),
        (
            setting("returned_refused", rule="payout.status == 'failed' and payout.reason == 'name_mismatch'"),
            ("causes", at("returned_refused"), "rule"), "returned_name_mismatch",
        ),
        (setting("overdue_unexplained", rule="payout.found == True"), ("causes",), "left without a cause"),
        (setting("overdue_unexplained", fallback=False), ("causes",), "left without a cause"),
        (setting("terminal_not_bound", gate=False), ("causes",), "somebody else's"),
        (setting("terminal_not_found", gate=False), ("causes",), "unknown terminal"),
        (setting("no_record", rule="not " * 600 + "payout.found == 1"), _path("no_record", "rule"), "too deeply"),
        (setting("no_record", id=["a"]), _path("no_record", "id"), "id must be a word"),
        (lambda data: data["facts"]["payout"].update(nett="money"), ("facts", "payout", "nett"), "payout.nett"),
        (lambda data: data["facts"]["payout"].update(net="text"), ("facts", "payout", "net"), "another kind"),
        (lambda data: data["facts"]["payout"].update(status=["paid"]), ("facts", "payout", "status"), "another kind"),
        (lambda data: data.update(causes=[]), ("causes",), "list of causes"),
        (lambda data: data.update(causes=["x"]), ("causes", 0), "mapping"),
        (lambda data: data.update(cuases=[]), ("cuases",), "cuases"),
        (lambda data: data.pop("version"), (), "version"),
    ],
)  # fmt: skip
def test_mistakes_name_their_place(
    change: Callable[[dict[str, Any]], object], path: tuple[object, ...], words: str
) -> None:
    with pytest.raises(RuleError) as caught:
        Causes.from_data(broken(change))
    assert any(one.path == path and words in one.message for one in (caught.value, *caught.value.others)), [
        str(one) for one in (caught.value, *caught.value.others)
    ]


def test_every_mistake_is_found_at_once() -> None:
    data = broken(setting("manual_mode", rule="merchant.mode == 'hand'", department=None))
    data["causes"][at("net_of_fees")]["rule"] = "payout.nett == 1"
    made, problems = Causes.read(data)
    assert made is None
    assert {problem.path[1] for problem in problems} == {at("manual_mode"), at("net_of_fees")}
    assert len(problems) == 3
    assert "payout.net" in problems[-1].remedy


@pytest.mark.parametrize("data", [None, [], "x", 5, {"version": 1, "causes": 5}, {"version": 1, "causes": [None]}])
def test_no_data_break_the_loader(data: object) -> None:
    with pytest.raises(RuleError):
        Causes.from_data(data)
    with pytest.raises(RuleError):
        Acquirers.from_data(data)


def test_the_shipped_acquirers() -> None:
    acquirers = Acquirers.from_data(ACQUIRERS)
    assert acquirers.of("lakala").hotline == "95016"
    assert acquirers.of("拉卡拉") is acquirers.of(" LAKALA ") is acquirers.of("lakala")
    assert acquirers.of("nobody") is acquirers.of(None) is acquirers.of("default")
    assert acquirers.of("leshua").values("en")["profile.name"] == "Leshua"
    assert acquirers.of("leshua").values("zh")["profile.cut_off"] == "23:00"
    assert acquirers.of("lakala").name("fr")


@pytest.mark.parametrize(
    ("change", "path"),
    [
        (lambda data: data["acquirers"].pop("default"), ("acquirers",)),
        (lambda data: data["acquirers"]["lakala"].update(cut_off=23), ("acquirers", "lakala", "cut_off")),
        (lambda data: data["acquirers"]["lakala"].update(cut_off="25:00"), ("acquirers", "lakala", "cut_off")),
        (lambda data: data["acquirers"]["lakala"].update(review_days=0), ("acquirers", "lakala", "review_days")),
        (lambda data: data["acquirers"]["lakala"].update(review_days=True), ("acquirers", "lakala", "review_days")),
        (lambda data: data["acquirers"]["lakala"].update(hotline=95016), ("acquirers", "lakala", "hotline")),
        (lambda data: data["acquirers"]["leshua"].update(aliases=["拉卡拉"]), ("acquirers", "leshua")),
        (lambda data: data["acquirers"]["leshua"].update(hot_line="1"), ("acquirers", "leshua", "hot_line")),
    ],
)  # fmt: skip
def test_mistakes_in_profiles(change: Callable[[dict[str, Any]], object], path: tuple[object, ...]) -> None:
    with pytest.raises(RuleError) as caught:
        Acquirers.from_data(broken(change, ACQUIRERS))
    assert caught.value.path == path
    assert str(caught.value).startswith("acquirers")
