"""What of a question is compared: words and their neighbours, pieces of words, Chinese characters and their sounds."""

from __future__ import annotations

import re
from collections import Counter

from knowledge.sounds import sound
from knowledge.text import normalise

_RUNS = re.compile(r"[a-z][a-z']*|[0-9]+|[\u3400-\u9fff]+|[^\W\d_]+")
_CHINESE = re.compile(r"[\u3400-\u9fff]")


def features(text: str) -> Counter[str]:
    """Named pieces of a text and how often each occurs. Long numbers are all the same piece: they name nobody's trouble."""
    found: Counter[str] = Counter()
    before = "^"
    for run in _RUNS.findall(normalise(text)):
        if _CHINESE.match(run):
            _chinese(run, found)
            before = run[-1]
            continue
        word = run.replace("'", "") if not run.isdigit() else (run if len(run) < 3 else "#")
        if not word:
            continue
        found["w" + word] += 1
        found[f"b{before} {word}"] += 1
        before = word
        if len(word) > 3 and not run.isdigit():
            framed = f"<{word}>"
            for size in (3, 4):
                for start in range(len(framed) - size + 1):
                    found[f"{size}{framed[start : start + size]}"] += 1
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
