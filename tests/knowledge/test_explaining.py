"""Why a rule is not true, in the language of rules; and what is given up as too wide to look through."""

from __future__ import annotations

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest

from knowledge.facts import VOCABULARY
from knowledge.language import compile_rule
from knowledge.shadows import MOST, never_true, shadowed_by
from knowledge.values import ABSENT, UNKNOWN

NOW = datetime(2026, 11, 20, 15, tzinfo=ZoneInfo("Asia/Shanghai"))


def values(**facts):
    found = [UNKNOWN] * len(VOCABULARY.places)
    for name, value in {"now": NOW, "today": NOW.date(), **facts}.items():
        found[VOCABULARY.places[name.replace("__", ".")][0]] = value
    return found


@pytest.mark.parametrize(
    ("rule", "why"),
    [
        ("payout.found == False", "payout.found == False"),
        ("payout.found == True and payout.net > 5", "payout.net > 5"),
        ("payout.found == True and (payout.net > 5 or payout.fee > 5)", "(payout.net > 5 or payout.fee > 5)"),
        ("not (payout.found == True and payout.net == 2)", "not ((payout.found == True and payout.net == 2))"),
        ("suffix_eq(payout.dest_suffix, change.new_suffix)", "suffix_eq(payout.dest_suffix, change.new_suffix)"),
        ("payout.status in (None, 'paid')", "payout.status in (None, 'paid')"),
        ("payout.status not in ('sent',)", "payout.status not in ('sent')"),
        ("payout.net is None", "payout.net is None"),
        ("payout.net + payout.fee == 9", "(payout.net + payout.fee) == 9"),
        ("max(payout.net, payout.fee) > 5", "max(payout.net, payout.fee) > 5"),
        ("(payout.net or 0) > 5", "(payout.net or 0) > 5"),
        ("payout.found", "payout.found"),
    ],
)
def test_the_part_that_is_not_true_is_shown(rule, why):
    facts = values(payout__found=True, payout__net=2, payout__fee=1, payout__status="sent",
                   payout__dest_suffix="1234", change__new_suffix="8821")  # fmt: skip
    if rule == "payout.found":
        facts = values(payout__found=False)
    assert compile_rule(rule, VOCABULARY).why_not(facts) == why


def test_nothing_is_said_of_a_rule_that_is_true():
    assert compile_rule("payout.found == True", VOCABULARY).why_not(values(payout__found=True)) == ""


@pytest.mark.parametrize(
    ("rule", "facts", "verdict"),
    [
        ("payout.net == max(payout.fee, 5)", {"payout__fee": ABSENT, "payout__net": 5}, False),
        ("payout.net == max(payout.fee, 5)", {"payout__net": 5}, UNKNOWN),
        ("payout.trade_date + 1 == today", {"payout__trade_date": date(2026, 11, 19)}, True),
        ("payout.trade_date + 1 == today", {"payout__trade_date": date.max}, UNKNOWN),
        ("today - payout.trade_date == 2", {"payout__trade_date": date(2026, 11, 18)}, True),
        ("today - 2 == payout.trade_date", {"payout__trade_date": date(2026, 11, 18)}, True),
        ("payout.net in (payout.fee, payout.gross)", {"payout__net": 5, "payout__fee": 5}, True),
        ("payout.net in (payout.fee, payout.gross)", {"payout__net": 5, "payout__fee": 4}, UNKNOWN),
        ("payout.net in (payout.fee, payout.gross)",
         {"payout__net": 5, "payout__fee": 4, "payout__gross": ABSENT}, False),
        ("payout.net in (payout.fee, payout.gross)", {"payout__net": ABSENT, "payout__fee": 4}, False),
        ("payout.net in (payout.fee, payout.gross)", {"payout__fee": ABSENT, "payout__gross": ABSENT}, False),
        ("payout.net in (payout.fee, payout.gross)", {"payout__fee": 4, "payout__gross": ABSENT}, UNKNOWN),
        ("payout.net not in (payout.fee, 3)", {"payout__net": ABSENT}, False),
        ("payout.net < payout.fee", {"payout__net": "x", "payout__fee": 2}, UNKNOWN),
        ("min(payout.net, payout.fee) < 2", {"payout__net": "x", "payout__fee": 2}, UNKNOWN),
        ("payout.net * 2 > 5", {"payout__net": ABSENT}, False),
    ],
)  # fmt: skip
def test_verdicts_at_the_edges(rule, facts, verdict):
    assert compile_rule(rule, VOCABULARY).test(values(**facts)) is verdict


def test_a_rule_with_too_many_ways_is_let_be():
    either = " and ".join(f"(payout.net > {number} or payout.fee > {number})" for number in range(12))
    assert MOST < 2**12
    wide = compile_rule(either, VOCABULARY).node
    simple = compile_rule("payout.net > 99", VOCABULARY).node
    assert not never_true(wide)
    assert shadowed_by(wide, [("simple", simple)]) is None
    assert shadowed_by(compile_rule(f"({either}) or payout.found == True", VOCABULARY).node, []) is None
    assert shadowed_by(simple, [("opposite", compile_rule(f"not ({either})", VOCABULARY).node)]) is None
    nested = compile_rule(f"payout.found == True and ({either} or payout.held > 5)", VOCABULARY).node
    assert shadowed_by(nested, [("simple", simple)]) is None


def test_a_moment_can_be_before_another():
    assert not never_true(compile_rule("payout.cut_at < now and payout.sent_at is None", VOCABULARY).node)
