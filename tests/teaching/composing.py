"""Messages put together of taught clauses, so that every clause is met beside many others.

A clause that says what a day is for says so wherever it stands; what stands around it must not matter.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterator
from dataclasses import replace

from tests.teaching.rows import TAUGHT, Labelled, marked

_TIMES = 4
"""Messages made with each clause in them, besides the clause alone."""
_SLOT = re.compile(r"\{([a-z])(?: ([^{}]+))?\}")
_DAYS = {
    "zh": [
        "3号", "5号", "12号", "11月5号", "11月13日", "11-05", "11-12", "11/8", "昨天", "前天", "大前天", "上周五",
        "上周三", "周三", "周二", "这周一", "15日", "十五号", "十八号", "11.12", "昨晚", "昨天晚上", "上个月28号",
        "10月29号", "星期四", "上星期六", "月初", "1号", "9号", "17号", "本周二", "2026-11-14", "20261109", "四天前",
    ],
    "en": [
        "the 3rd", "the 12th", "the 17th", "the 5th", "nov 5", "nov 12th", "5 november", "the 9th of november", "11/8",
        "2026-11-12", "yesterday", "last friday", "tuesday", "monday", "wednesday", "last week tuesday", "nov 3rd",
        "the day before yesterday", "thursday", "last saturday", "october 29", "11-14", "four days ago", "13 nov",
        "last night",
    ],
}  # fmt: skip
_MORE_DAYS = {
    "zh": ["3号和4号", "3号到5号", "11号12号", "16、17号", "11.5-11.8", "周一周二", "8号至10号", "昨天和前天"],
    "en": ["the 3rd and 4th", "nov 5 to 8", "monday and tuesday", "the 16th and the 17th", "3-5 november"],
}
_JOINS = {
    "zh": ["，", "，", "，", " ", " ", "。", "\n", "，但是", "，结果", "，然后", ",", "；", "，不过", "！", ""],
    "en": [", ", ",", ". ", " and ", " but ", "; ", "\n", " - ", ", but ", ". ", ", and ", " "],
}
_UNITS = {"zh": ["元", "块", "块钱"], "en": [" yuan", " rmb", " kuai"]}
_WORDED = {
    "zh": ["两千三", "1.2万", "八百六", "三千五", "一万二", "5k"],
    "en": ["3k", "fifteen hundred", "two thousand", "1.5k"],
}
_NET = (0.994, 0.9945, 0.9962, 0.9, 0.5)
_TERMINALS = ("40213377", "D0098127", "29907713", "67012258")
_PLACES = {"change": 0, "trade": 1, "differs": 1, "beside": 2, "filler": 2}
_BESIDE_EN = re.compile(r"(?:on|of|from|for|since|by|until|is|was|to|yet)\s$|'s$")


def clauses(locale: str) -> dict[str, list[str]]:
    """The clauses of a language by what they tell."""
    found: dict[str, list[str]] = {}
    for line in _lines(f"clauses_{locale}.txt"):
        kind, _, words = line.partition(": ")
        found.setdefault(kind, []).append(words.replace("\\n", "\n"))
    return found


def _lines(name: str) -> list[str]:
    lines = (TAUGHT / name).read_text(encoding="utf-8").splitlines()
    return [line for line in lines if line and not line.startswith("#")]


def messages(seed: int = 7) -> Iterator[Labelled]:
    """Every clause alone and in a few messages; the same ones for the same seed."""
    lot = random.Random(seed)
    for locale in ("zh", "en"):
        pool = clauses(locale)
        for kind, listed in pool.items():
            for clause in listed if kind != "filler" else ():
                yield marked(_filled(lot, clause, locale), _about({kind}))
                for _ in range(_TIMES):
                    yield _message(lot, locale, pool, (kind, clause))


def cards(seed: int = 11) -> Iterator[Labelled]:
    """Every clause about cards alone and beside other clauses; they teach what four digits are and nothing else."""
    lot = random.Random(seed)
    for locale in ("zh", "en"):
        own, pool = _lines(f"cards_{locale}.txt"), clauses(locale)
        for clause in own:
            yield _of_cards(_filled(lot, clause, locale, 0))
            for _ in range(_TIMES_OF_CARDS):
                parts = [clause, *(lot.choice(pool[kind]) for kind in _BESIDE_CARDS if lot.random() < _SHARE)]
                parts += [lot.choice(own)] if lot.random() < _ONE_MORE else []
                lot.shuffle(parts)
                words = _filled(lot, parts[0], locale, 0)
                for part in parts[1:]:
                    words += lot.choice(_JOINS[locale]) + _filled(lot, part, locale, 0)
                yield _of_cards(words)


_TIMES_OF_CARDS, _SHARE, _ONE_MORE = 2, 0.4, 0.15
_BESIDE_CARDS = ("trade", "change", "beside", "filler")


def _of_cards(words: str) -> Labelled:
    return replace(marked(words, None), only="tail")


def _message(lot: random.Random, locale: str, pool: dict[str, list[str]], first: tuple[str, str]) -> Labelled:
    parts = [first]
    wished = (("trade", 0.7), ("differs", 0.08)) if first[0] not in {"trade", "differs"} else ()
    beside = (("change", 0.4 if first[0] != "change" else 0), ("beside", 0.35), ("beside", 0.15))
    for kind, share in (*wished, *beside, ("filler", 0.4), ("filler", 0.2)):
        if lot.random() < share:
            parts.append((kind, lot.choice(pool[kind])))
    parts.sort(key=lambda part: _PLACES[part[0]] + lot.random() * 2.2)
    words = ""
    for _, clause in parts:
        words += (lot.choice(_JOINS[locale]) if words else "") + _filled(lot, clause, locale)
    return marked(words, _about({kind for kind, _ in parts}))


def _about(kinds: set[str]) -> str | None:
    if "differs" in kinds:
        return "payout_amount_differs"
    return "payout_missing" if "trade" in kinds else None


def _filled(lot: random.Random, clause: str, locale: str, least: int = 1000) -> str:
    """The clause with days, sums and numbers in its braces; other numbers are not smaller than ``least``."""
    words, last, gross = "", 0, None
    for slot in _SLOT.finditer(clause):
        words += clause[last : slot.start()]
        kind, last = slot[1], slot.end()
        if slot[2]:
            said = "".join(str(lot.randrange(10)) if sign.isdecimal() else sign for sign in slot[2])
        elif kind in "ctn":
            more = kind == "t" and lot.random() < 0.15
            said = lot.choice((_MORE_DAYS if more else _DAYS)[locale])
            bare = locale == "en" and words and not said.startswith(("y", "last")) and not _BESIDE_EN.search(words)
            words += "on " if bare and lot.random() < 0.6 else ""
        elif kind in "mx":
            near = gross if kind == "x" and lot.random() < 0.5 else None
            value, said = _sum(lot, locale, near)
            gross = value if kind == "m" else gross
        else:
            said = lot.choice(_TERMINALS) if kind == "i" else f"{lot.randrange(least, 9999):04d}"
        words += f"{{{kind} {said}}}"
    return words + clause[last:]


def _sum(lot: random.Random, locale: str, gross: float | None) -> tuple[float, str]:
    """A sum and how it is written; beside ``gross`` perhaps what is left of that."""
    value: float = lot.choice(
        [
            lot.randrange(100, 1000),
            lot.randrange(1000, 10000),
            lot.randrange(20, 400) * 100,
            lot.randrange(2000, 900_000) / 100,
        ]
    )
    if gross is not None:
        value = round(gross * lot.choice(_NET), 2)
    elif lot.random() < 0.08:
        return value, lot.choice(_WORDED[locale])
    plain = f"{value:.2f}".rstrip("0").rstrip(".")
    forms = [plain] * 4 + [f"{value:,.2f}", f"¥{plain}"] + [plain + unit for unit in _UNITS[locale]] * 2
    return value, lot.choice(forms)
