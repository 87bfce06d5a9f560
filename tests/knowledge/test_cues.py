"""A cue stands in every text that its pattern finds something in: what it keeps from being read holds nothing."""

from __future__ import annotations

import importlib
import pkgutil
import re

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

import knowledge
from knowledge import (
    amounts,
    corrected_slots,
    dates,
    dates_chinese,
    dates_counted,
    dates_english,
    grouped_sums,
    identifiers,
    intents,
    meaning,
    persons_wanted,
    tail_pairs,
    tails,
    vague_sums,
    weekdays_chinese,
)
from knowledge import number_labels as labels
from knowledge.cues import Cued, cued

BESIDE = st.text("0123456789一二十百千万年月日号周卡尾的了没到换 ,.;:-/+*#~adekmnoprstwxy¥元块\ue001\ue002", max_size=4)
FOUR, EIGHT = re.compile(r"(?<!\d)\d{4}(?!\d)"), re.compile(r"(?<!\d)\d{8}(?!\d)")
TWO_FOURS = re.compile(rf"{FOUR.pattern}[\s\S]*{FOUR.pattern}")


def _pairs() -> dict[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """Every pattern of the package that has a cue of its own, and those that share one."""
    pairs = {}
    for module in pkgutil.iter_modules(knowledge.__path__):
        for name, one in vars(importlib.import_module(f"knowledge.{module.name}")).items():
            if isinstance(one, Cued):
                pairs[f"{module.name}.{name}"] = (one.cue, one.pattern)
    sums = (
        amounts._IDIOM,
        grouped_sums._TWO_WAYS,
        vague_sums._VAGUE.pattern,
        amounts._WORDED.pattern,
        amounts._SMALL_CHANGE.pattern,
        amounts._NUMERIC,
    )
    verbs = (*(pattern for pattern, _ in tails._BY_VERB), tails._CARD_THEN_TAIL)
    four = (*verbs, tails._BANK_TAIL, tails._CARD_TAIL, tails._TAIL_AFTER)
    two_fours = (tails._PAID_INSTEAD, tails._FROM_TO.pattern, *labels.OLD_AND_NEW, *labels.BEFORE_AND_NOW)
    years = (dates._ISO, dates._ISO_CHINESE, dates._EIGHT, dates._SHORT_YEAR, dates._YEAR_LAST)
    chinese = ("_LUNAR", "_AGO", "_RELATIVE", "_WEEKEND", "_FUTURE", "_VAGUE", "_MONTH_ALONE")
    shared = [
        (dates_chinese.SAID, [_pattern(getattr(dates_chinese, name)) for name in chinese]),
        (dates_chinese.SAID, [weekdays_chinese._WEEKDAY]),
        (dates_counted._CUE, [getattr(dates_counted, name) for name in ("_BESIDE", "_FIRST")]),
        (amounts._NUMBER, list(sums)),
        (FOUR, list(four)),
        (TWO_FOURS, [*two_fours, *tail_pairs._PAIRS]),
        (EIGHT, [identifiers._EIGHT_DIGITS]),
        (re.compile(r"\d{4}"), [labels.CONTACT, identifiers._SPACED_PHONE]),
        (re.compile(r"\d{5}"), [identifiers._HOTLINE]),
        (re.compile(r"\d{3}"), [identifiers._TICKET, identifiers._NUMBERED]),
        (identifiers._SPACED, [identifiers._GROUPED, identifiers._EIGHT_SPACED]),
        (tails._TAIL_SAID, [tails._TAIL_LABELLED]),
        (dates._YEAR, years),
        (dates._TWO_NUMBERS, [dates._DAY_LIST, dates._DOTTED_RANGE, dates._TWO]),
        (dates_english._MONTH_NAMED, [dates_english._MONTH_FIRST, dates_english._DAY_FIRST]),
        (meaning._SAYS_WRONG, [pattern for _, pattern in corrected_slots.NAMED_WRONG]),
    ]
    for cue, patterns in shared:
        pairs |= {f"{cue.pattern[:12]} {place}": (cue, one) for place, one in enumerate(patterns, start=len(pairs))}
    return pairs


def _pattern(one: Cued | re.Pattern[str]) -> re.Pattern[str]:
    return one.pattern if isinstance(one, Cued) else one


@pytest.mark.parametrize("pair", [pytest.param(pair, id=name) for name, pair in _pairs().items()])
@settings(max_examples=25, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_what_a_pattern_finds_holds_its_cue(pair: tuple[re.Pattern[str], re.Pattern[str]], data: st.DataObject) -> None:
    cue, pattern = pair
    text = data.draw(BESIDE) + data.draw(st.from_regex(pattern, fullmatch=True)) + data.draw(BESIDE)
    assume(pattern.search(text))
    assert cue.search(text)


HEADED = (intents.TICKET, intents.DIFFERS, intents.MISSING, intents.FAULT, intents.CHANGE_HOW, persons_wanted._WISH)


@pytest.mark.parametrize("pattern", HEADED, ids=[pattern.pattern[6:10] for pattern in HEADED])
@settings(max_examples=200, suppress_health_check=list(HealthCheck))
@given(data=st.data())
def test_a_pattern_names_every_sign_that_its_words_begin_with(pattern: re.Pattern[str], data: st.DataObject) -> None:
    headless, heads = re.subn(r"^\(\?=\[[^]]*\]\)", "", pattern.pattern)
    assert heads == 1
    text = data.draw(st.from_regex(headless, fullmatch=True))
    assume(re.search(headless, text))
    assert pattern.search(text)


def test_nothing_is_looked_for_without_the_cue() -> None:
    one = cued("b", "a+b?")
    assert [found[0] for found in one.finditer("aab a")] == ["aab", "a"]
    assert list(one.finditer("aa")) == []
