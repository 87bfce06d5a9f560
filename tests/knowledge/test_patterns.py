"""A pattern told to the engine finds what ``re`` finds: the same places, the same groups."""

from __future__ import annotations

import importlib
import pkgutil
import random
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

import knowledge
from knowledge import patterns
from knowledge.acts import read_act
from knowledge.cues import Cued
from knowledge.patterns import compiled
from knowledge.slots import _LAST_IN_ENGLISH, _LAST_SIGNS, _LAST_WORDS
from knowledge.text import normalise

SIGNS = "ab换1 "
PIECES = st.sampled_from(
    [
        "a",
        "b",
        "ab",
        "换",
        "[a换]",
        "[^a]",
        r"\d",
        r"\s",
        r"\w",
        ".",
        "^",
        "$",
        r"\b",
        "(?<![ab])",
        "(?<=换)",
        "(?=b)",
        "(?!a)",
    ]
)
WORDS = st.recursive(
    PIECES,
    lambda inner: st.one_of(
        st.lists(inner, min_size=1, max_size=4).map("".join),
        st.lists(inner, min_size=2, max_size=4).map(lambda words: f"(?:{'|'.join(words)})"),
        inner.map(lambda words: f"({words})"),
        st.tuples(inner, st.sampled_from(["?", "*", "+", "{2}", "{0,2}", "*?"])).map(
            lambda both: f"(?:{both[0]}){both[1]}"
        ),
    ),
    max_leaves=12,
)


def _found(pattern: re.Pattern[str], text: str) -> list[tuple[Any, ...]]:
    return [(found.span(), *found.groups()) for found in pattern.finditer(text)]


@settings(max_examples=1000, deadline=None)
@given(WORDS, st.text(SIGNS, max_size=12), st.integers(0, 3))
def test_the_same_is_found(words: str, text: str, start: int) -> None:
    quick, plain = compiled(words), re.compile(words)
    assert _found(quick, text) == _found(plain, text)
    assert str(quick.search(text, start)) == str(plain.search(text, start))
    assert str(quick.fullmatch(text)) == str(plain.fullmatch(text))


def test_all_digits_and_blanks_lie_in_their_ranges() -> None:
    for words, ranges in ((r"\d", patterns._DIGITS), (r"\s", patterns._BLANKS)):
        every = "".join(
            chr(sign) for sign in range(0x110000) if not any(first <= sign <= last for first, last in ranges)
        )
        assert re.search(words, every) is None


def _all_patterns() -> Iterator[re.Pattern[str]]:
    def inside(one: object) -> Iterator[re.Pattern[str]]:
        if isinstance(one, re.Pattern):
            yield one
        elif isinstance(one, Cued):
            yield from (one.cue, one.pattern)
        elif isinstance(one, tuple):
            for part in one:
                yield from inside(part)

    for module in pkgutil.iter_modules(knowledge.__path__):
        for one in vars(importlib.import_module(f"knowledge.{module.name}")).values():
            yield from inside(one)


def test_the_same_is_found_in_what_merchants_write() -> None:
    folder = Path(__file__).parent / "understanding"
    rows = [row for file in sorted(folder.glob("*.yaml")) for row in yaml.safe_load(file.read_text(encoding="utf-8"))]
    texts = [normalise(str(row["text"])) for row in random.Random(7).sample(rows, 60)]
    quick = {one.pattern: one for one in _all_patterns() if not one.flags & re.IGNORECASE}
    assert len(quick) > 400
    for words, pattern in quick.items():
        plain = re.compile(words, pattern.flags)
        for text in texts:
            assert _found(pattern, text) == _found(plain, text), (words, text)


def test_names_and_words_of_a_pattern_are_those_of_re() -> None:
    quick, plain = compiled("(?<!a)(?P<one>b|换)(c)?"), re.compile("(?<!a)(?P<one>b|换)(c)?")
    assert (quick.pattern, quick.flags, quick.groups) == (plain.pattern, plain.flags, plain.groups)
    assert dict(quick.groupindex) == dict(plain.groupindex)
    found = quick.search("ab bc")
    assert found is not None
    assert (found["one"], found.groupdict(), found[2]) == ("b", {"one": "b"}, "c")


def test_a_mistake_in_a_pattern_is_told_as_by_re() -> None:
    with pytest.raises(re.error, match="unterminated"):
        compiled("(?:a")


def test_another_cpython_compiles_them_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    def without(name: str) -> object:
        raise ModuleNotFoundError(name)

    monkeypatch.setattr(patterns, "import_module", without)
    assert compiled("(?<!a)b").findall("ab b") == ["b"]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_last_words_end_as_they_are_looked_for(data: st.DataObject) -> None:
    text = "没到" + data.draw(st.from_regex(_LAST_WORDS)).rstrip()
    if _LAST_WORDS.search(text):
        assert text[-1:] in _LAST_SIGNS or text.endswith(_LAST_IN_ENGLISH)


@pytest.mark.parametrize(
    ("text", "act"), [("好的谢谢", "thanks"), ("请取消吧", "cancel"), ("ok, thanks", "thanks"), ("x", None)]
)
def test_a_control_is_known_with_words_around_it(text: str, act: str | None) -> None:
    assert read_act(text) == act
