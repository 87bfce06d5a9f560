"""Finding the article of a question: time beside rapidfuzz's ``ratio`` over the same examples, and what noise costs.

Of each article of our own base ten questions are learnt from and the others asked, clean and spoilt (``noise``).
"""

from __future__ import annotations

import gc
import random
import time
from collections.abc import Sequence
from pathlib import Path

from opencc import OpenCC
from rapidfuzz import fuzz, process

from knowledge.loader import load
from knowledge.matching import Ranker
from knowledge.text import normalise
from tests.benchmarks.figures import Figure
from tests.benchmarks.ground import REPOSITORY
from tests.benchmarks.noise import homophones, words

TIMES_RATIO, HOMOPHONES, TYPING, WRITING, BUILD = 5.0, 2.0, 5.0, 0.0, 10.0
LEARNT = 10
EXAMPLES = 1500


async def measure(folder: Path, *, quick: bool = False) -> list[Figure]:
    """Both languages; the whole English base for what learning costs."""
    base = load(REPOSITORY / "knowledge" / "base")
    figures = []
    for locale, name, spoil, rewrite, bar in (
        ("zh", "20 % homophones", homophones, OpenCC("s2t").convert, HOMOPHONES),
        ("en", "a slip in 10 % of words", words, str.upper, TYPING),
    ):
        shelf, lot = base.shelves[locale], random.Random(20261120)
        entries, asked = _divided(shelf.entries, lot)
        asked = asked[:200] if quick else asked
        ranker = Ranker(entries, shelf.off_topic)
        clean = _right(ranker, asked)
        spoilt = clean - _right(ranker, [(id, spoil(text, lot)) for id, text in asked])
        other = clean - _right(ranker, [(id, rewrite(text)) for id, text in asked])
        of = f"of {clean:.1f} %"
        figures.append(Figure("matching", f"{locale}: points lost by {name}", f"{spoilt:.1f}", of, spoilt, bar))
        figures.append(Figure("matching", f"{locale}: by script or case", f"{other:.1f}", of, abs(other), WRITING))
        figures.append(_speed(locale, ranker, entries, [text for _, text in asked]))
    figures.append(_build(base.shelves["en"].entries, base.shelves["en"].off_topic))
    return figures


def _divided(
    entries: dict[str, tuple[str, ...]], lot: random.Random
) -> tuple[dict[str, list[str]], list[tuple[str, str]]]:
    """What is learnt from, and what is asked: id and question."""
    learnt: dict[str, list[str]] = {}
    asked: list[tuple[str, str]] = []
    for id, (_, *questions) in entries.items():
        lot.shuffle(questions)
        learnt[id] = questions[:LEARNT]
        asked += [(id, text) for text in questions[LEARNT:]]
    lot.shuffle(asked)
    return learnt, asked


def _right(ranker: Ranker, asked: Sequence[tuple[str, str]]) -> float:
    """Per cent of questions whose article comes first."""
    first = ((ranker.rank(text), id) for id, text in asked)
    return 100 * sum(bool(ranked) and ranked[0].id == id for ranked, id in first) / len(asked)


def _speed(locale: str, ranker: Ranker, entries: dict[str, list[str]], asked: Sequence[str]) -> Figure:
    """Both over the same examples, question by question, in CPU time of this thread."""
    examples = [normalise(text) for questions in entries.values() for text in questions]
    gc.freeze()
    ours, its = [], []
    for text in asked:
        normalise.cache_clear()
        begun = time.thread_time()
        ranker.rank(text)
        between = time.thread_time()
        normalise.cache_clear()
        process.extractOne(normalise(text), examples, scorer=fuzz.ratio)
        ours.append(between - begun)
        its.append(time.thread_time() - between)
    high, other = (sorted(times)[len(times) * 99 // 100] * 1000 for times in (ours, its))
    what = f"{locale}: p99 over {len(examples)} examples"
    return Figure("matching", what, f"{high:.2f} ms", f"ratio {other:.2f} ms", high / other, TIMES_RATIO)


def _build(entries: dict[str, tuple[str, ...]], off_topic: Sequence[str]) -> Figure:
    """CPU seconds of learning, brought to 1,500 examples."""
    begun = time.process_time()
    Ranker(entries, off_topic)
    count = sum(map(len, entries.values()))
    taken = (time.process_time() - begun) * EXAMPLES / count
    return Figure("matching", "en: learning, CPU for 1,500 examples", f"{taken:.1f} s", "", taken, BUILD)
