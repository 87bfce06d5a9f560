"""What of a question is compared: words and their neighbours, pieces of words, Chinese characters and their sounds."""

from __future__ import annotations

import re
from collections import Counter

from knowledge.sounds import sound
from knowledge.text import normalise

KINDS = {"w": 1.0, "b": 0.7, "3": 0.8, "c": 0.6, "d": 0.4, "p": 0.9, "q": 0.6}
"""The first letter of a feature tells its kind; how much each kind counts. Chosen by trying on held-out questions."""

_RUNS = re.compile(r"[a-z][a-z']*|[0-9]+|[\u3400-\u9fff]+|[^\W\d_]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def features(text: str) -> Counter[str]:
    """Named pieces of a text and how often each occurs. Longer numbers are all the same: they name nobody's trouble."""
    found: Counter[str] = Counter()
    before = "^"
    for run in _RUNS.findall(normalise(text)):
        if _CHINESE.match(run):
            _chinese(run, found)
            before = run[-1]
            continue
        number = run.isdigit()
        word = ("#" if len(run) > 2 else run) if number else run.replace("'", "")
        found["w" + word] += 1
        found[f"b{before} {word}"] += 1
        before = word
        framed = f"<{word}>"
        for start in () if number else range(len(framed) - 2):
            found[f"3{framed[start : start + 3]}"] += 1
    return found


def _chinese(run: str, found: Counter[str]) -> None:
    last = last_sound = ""
    for character in run:
        said = sound(character)
        found["c" + character] += 1
        found["p" + said] += 1
        if last:
            found["d" + last + character] += 1
            found[f"q{last_sound} {said}"] += 1
        last, last_sound = character, said
