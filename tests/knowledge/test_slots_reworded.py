"""The same message in another dress: what changes nothing for a person changes no value that is read."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml
from opencc import OpenCC

from knowledge.slots import read

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
FOLDER = Path(__file__).parent / "understanding"
FILES = ("openings_beside.yaml", "openings_everyday.yaml", "openings_november.yaml", "exchanges.yaml")
TRADITIONAL = OpenCC("s2t")
FULL_WIDTH = {ord(str(digit)): 0xFF10 + digit for digit in range(10)}
CHINESE = re.compile("[一-鿿]")
EVERY = 4
"""One row in so many: the dresses change all messages alike."""
ROWS = [row for name in FILES for row in yaml.safe_load((FOLDER / name).read_text(encoding="utf-8"))][::EVERY]


def spaced(text: str) -> str:
    """As keyboards do that set a blank between Chinese and digits."""
    return re.sub(r"(?<=[一-鿿])(?=\d)|(?<=\d)(?=[一-鿿])", " ", text)


DRESSES: dict[str, Callable[[str, bool], str]] = {
    "greeting": lambda text, chinese: ("你好，" if chinese else "hi, ") + text,
    "address": lambda text, chinese: ("老板你好\n" if chinese else "good afternoon\n") + text,
    "thanks": lambda text, chinese: text + ("，谢谢" if chinese else ", thanks"),
    "request": lambda text, chinese: text + ("，麻烦帮我看下" if chinese else ". please check"),
    "picture": lambda text, _: text + " 😭😭",
    "full width": lambda text, _: text.translate(FULL_WIDTH),
    "traditional": lambda text, _: TRADITIONAL.convert(text),
    "capitals": lambda text, _: text.upper(),
    "curly": lambda text, _: text.replace("'", "’"),
}


def values(text: str, row: dict[str, object]) -> dict[str, object]:
    asked = row.get("asked")
    reading = read(text, now=NOW, locale=str(row.get("lang", "zh")), asked=None if asked is None else str(asked))
    return {slot: value for slot, value in reading.slots.items() if slot not in {"yes_no", "rating"}}


@pytest.mark.parametrize("dress", DRESSES)
def test_every_message_says_the_same_in_another_dress(dress: str) -> None:
    for row in ROWS:
        said = DRESSES[dress](row["text"], CHINESE.search(row["text"]) is not None)
        assert values(said, row) == values(row["text"], row), said


def test_blanks_around_digits_make_no_other_value() -> None:
    for row in ROWS:
        plain, said = values(row["text"], row), values(spaced(row["text"]), row)
        money_and_days = {slot: said[slot] for slot in ("amounts", "trade_dates", "change_date") if slot in said}
        assert money_and_days.items() <= plain.items(), spaced(row["text"])
