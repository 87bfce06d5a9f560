"""Questions as they come from hasty fingers: characters that sound the same, slips on an English keyboard.

``python -m tests.benchmarks.noise KIND QUESTIONS.csv > NOISED.csv`` spoils the column ``text`` for ``settledesk kb
eval``; KIND is ``homophones`` (each Chinese character with a chance of 20 %), ``letters`` (each Latin letter, 10 %) or
``words`` (one slip in each Latin word, 10 %).
"""

from __future__ import annotations

import csv
import random
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path

from knowledge.sounds import sound

KEYS = ("qwertyuiop", "asdfghjkl", "zxcvbnm")


def homophones(text: str, lot: random.Random, share: float = 0.2) -> str:
    """Chinese characters exchanged for common ones that sound the same but for the tone."""

    def spoilt(sign: str) -> str:
        others = [other for other in _by_sound().get(sound(sign), ()) if other != sign]
        return lot.choice(others) if others and lot.random() < share else sign

    return "".join(map(spoilt, text))


def letters(text: str, lot: random.Random, share: float = 0.1) -> str:
    """Each Latin letter slips with this chance."""
    signs = list(text)
    for place, sign in enumerate(signs):
        if sign.isascii() and sign.isalpha() and lot.random() < share:
            signs[place] = _slip(sign, lot)
    return "".join(signs)


def words(text: str, lot: random.Random, share: float = 0.1) -> str:
    """One letter slips in each Latin word with this chance."""

    def spoilt(found: re.Match[str]) -> str:
        word = found[0]
        if len(word) < 3 or lot.random() >= share:
            return word
        place = lot.randrange(len(word))
        return word[:place] + _slip(word[place], lot) + word[place + 1 :]

    return re.sub(r"[A-Za-z]+", spoilt, text)


KINDS: dict[str, Callable[[str, random.Random], str]] = {"homophones": homophones, "letters": letters, "words": words}


def _slip(sign: str, lot: random.Random) -> str:
    """A neighbouring key in its place or beside it, nothing, or the letter twice."""
    row = next((row for row in KEYS if sign.lower() in row), "")
    place = row.find(sign.lower())
    near = row[max(0, place - 1) : place] + row[place + 1 : place + 2]
    other = lot.choice(near) if near else sign
    return lot.choice((other, sign + other, "", sign + sign))


@cache
def _by_sound() -> dict[str, list[str]]:
    """The 3,755 commonest characters (first level of GB 2312) by sound."""
    found: dict[str, list[str]] = {}
    for row in range(0xB0, 0xD8):
        for cell in range(0xA1, 0xFF if row < 0xD7 else 0xFA):
            sign = bytes((row, cell)).decode("gb2312")
            found.setdefault(sound(sign), []).append(sign)
    return found


def main(kind: str, file: str) -> None:
    """Write the table with its texts spoilt, the same way every time."""
    lot = random.Random(20261120)
    with Path(file).open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    table = csv.DictWriter(sys.stdout, list(rows[0]))
    table.writeheader()
    table.writerows({**row, "text": KINDS[kind](row["text"], lot)} for row in rows)


if __name__ == "__main__":
    main(*sys.argv[1:])
