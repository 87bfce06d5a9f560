"""Labelled messages as they are written down -> what each day and sum of them is for.

Three kinds of files in ``tests/knowledge/understanding``: ``openings*.yaml`` and ``people*.yaml`` label whole slots,
the words of ``taught/messages_*.txt`` are labelled one by one, and ``taught/clauses_*.txt`` are put together by
``tests.teaching.composing``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import yaml

from knowledge import slots
from knowledge.acts import read_act
from knowledge.intents import read_intent
from knowledge.meaning import Meaning
from knowledge.mention_features import day_features, sum_features, text_features
from knowledge.message import Message
from knowledge.placed_words import names
from knowledge.second_reading import beside_rules
from knowledge.sums_said import SumsSaid
from knowledge.tail_candidates import NAMED
from knowledge.tail_judging import candidates, features_of
from knowledge.text import normalise

FOLDER = Path(__file__).resolve().parent.parent / "knowledge" / "understanding"
TAUGHT = FOLDER / "taught"
_ZONE = ZoneInfo("Asia/Shanghai")
NOVEMBER = datetime(2026, 11, 20, 15, 0, tzinfo=_ZONE)
OCTOBER = datetime(2026, 10, 14, 10, 30, tzinfo=_ZONE)
INTENTS = {
    "missing": "payout_missing",
    "differs": "payout_amount_differs",
    "how": "change_card_how",
    "progress": "change_progress",
    "ticket": "ticket_progress",
    "human": "human",
    "fault": "terminal_fault",
    "fee": "fee_question",
    "other": "other",
}
"""The short names by which taught messages say what they are about."""
_TAILS = {"w": "new", "o": "old"}
_CARDS = {"new_tail": "new", "old_tail": "old"}
_DAYS = {"c": "change", "t": "trade"}
_MARK = re.compile(r"\{([a-z])\s?([^{}]*)\}")

Example = tuple[list[str], str]
"""Features, and the right answer."""


@dataclass(frozen=True)
class Labelled:
    """A message and its labels: slots where ``marks`` is None, else what single words of it are for."""

    text: str
    locale: str
    intent: str | None
    slots: dict[str, Any]
    unsure: frozenset[str] = frozenset()
    """Slots with more than one right value, of which nothing is taught."""
    marks: tuple[tuple[str, str], ...] | None = None
    now: datetime = NOVEMBER
    blind: bool = True
    """The rules were not written with this message in view: what they say of it teaches how far to believe them."""
    only: str | None = None
    """What alone it teaches."""
    heeds_rules: bool = True
    """Whether what the rules say is among the features."""


def files() -> list[Path]:
    """All files that are learnt from."""
    labelled = (*FOLDER.glob("openings*.yaml"), *FOLDER.glob("people*.yaml"), FOLDER / "exchanges.yaml")
    return [*sorted(labelled), *sorted(TAUGHT.glob("*.txt"))]


def digest() -> str:
    """Of everything that is learnt from: it tells whether what was learnt is out of date."""
    return sha256(b"".join(file.read_bytes() for file in files())).hexdigest()[:16]


def of_slots(name: str) -> Iterator[Labelled]:
    """The openings of a file that labels slots."""
    for row in yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")):
        if row.get("asked") or row.get("choices"):
            continue
        unsure = frozenset(row.get("any", ())) | frozenset(row.get("ambiguous", ()))
        intent = None if "intent" in unsure else row.get("intent")
        now = OCTOBER if name == "openings.yaml" else NOVEMBER
        blind = name.startswith("people")
        yield Labelled(row["text"], row.get("lang", "zh"), intent, row.get("slots", {}), unsure, None, now, blind)


def of_words(name: str) -> Iterator[Labelled]:
    """The messages of a file that labels words."""
    for line in (TAUGHT / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            about, _, words = line.partition(": ")
            row = marked(words.replace("\\n", "\n"), INTENTS[about])
            yield replace(row, only="intent") if name.startswith("topics") else row


def marked(words: str, intent: str | None) -> Labelled:
    """Words with braces around what is labelled, as a message without them."""
    marks = tuple((mark[1], mark[2]) for mark in _MARK.finditer(words))
    text = _MARK.sub(lambda mark: mark[2], words)
    chinese = re.search("[一-鿿]", text) is not None
    return Labelled(text, "zh" if chinese else "en", intent, {}, frozenset(), marks)


def examples(row: Labelled) -> Iterator[tuple[str, Example]]:
    """What the message teaches: ``day``, ``sum`` and ``intent``, each with features and answer."""
    plain = normalise(row.text)
    message = slots.scan(plain, row.now.date(), row.locale)
    act = read_act(plain)
    if row.only != "intent":
        for answer, features in zip(*_tails(row, message), strict=True):
            if answer is not None:
                yield "tail", (features, answer)
    if row.only == "tail":
        return
    meaning = Meaning(message, act, trained=False)
    meaning.gather()
    if row.intent is not None:
        about = meaning.about()
        rule = ["R" + read_intent(message.blanked, about, act)] if row.heeds_rules else []
        yield "intent", ([*sorted(names(text_features(message, about))), *rule], row.intent)
    if row.only == "intent":
        return
    roles = Meaning(message, act, trained=False).day_roles() if message.days else []
    for number, answer in enumerate(_day_answers(row, message)):
        if answer is not None:
            said = beside_rules(roles, number) if row.heeds_rules else ()
            yield "day", ([*names(day_features(message, number)), *said], answer)
    sums = SumsSaid(message, frozenset(meaning.received), 0, meaning.came)
    sums.settle()
    for number, answer in enumerate(_sum_answers(row, message)):
        if answer is not None:
            said = beside_rules(sums.verdicts(), number) if row.heeds_rules else ()
            yield "sum", ([*names(sum_features(message, number)), *said], answer)


def _day(written: object) -> date:
    if isinstance(written, date):
        return written
    said = str(written)
    return date.fromisoformat(said if len(said) > len("11-20") else f"2026-{said}")


def _day_answers(row: Labelled, message: Message) -> list[str | None]:
    if row.marks is not None:
        spans = _spans(row, message, _DAYS)
        return [_marked(one.start, one.end, spans) for one in message.days]
    if row.unsure & {"trade_dates", "change_date"}:
        return [None] * len(message.days)
    changed = {_day(row.slots["change_date"])} if row.slots.get("change_date") else set()
    traded = {_day(one) for one in row.slots.get("trade_dates") or ()}
    answers: list[str | None] = []
    for one in message.days:
        options = [*one.choices, *([one.days] if one.days else [])]
        is_change = any({*option} == changed for option in options)
        is_trade = any(option and traded.issuperset(option) for option in options)
        is_part = any(traded.intersection(option) for option in options)
        if not options or (is_change and is_trade) or (is_part and not is_trade and len(one.days) < 3):
            answers.append(None)
        else:
            answers.append("change" if is_change else "trade" if is_trade or is_part else "neither")
    misread = (traded and "trade" not in answers) or (changed and "change" not in answers and None not in answers)
    return [None if misread and answer == "neither" else answer for answer in answers]


def _sum_answers(row: Labelled, message: Message) -> list[str | None]:
    if row.marks is not None:
        spans = _spans(row, message, {"m": "missing"})
        return [_marked(one.start, one.end, spans) if one.minor else None for one in message.sums]
    if "amounts" in row.unsure:
        return [None] * len(message.sums)
    amounts = row.slots.get("amounts") or []
    amounts = amounts if isinstance(amounts, list) else [amounts]
    found = ["missing" if one.minor in amounts else "neither" for one in message.sums]
    misread = bool(amounts) and "missing" not in found
    return [
        None if one.minor is None or (misread and answer == "neither") else answer
        for one, answer in zip(message.sums, found, strict=True)
    ]


def _tails(row: Labelled, message: Message) -> tuple[list[str | None], list[list[str]]]:
    """What digits that may be a card's are, and what the reading looks at beside each."""
    found = candidates(message)
    if not found:
        return [], []
    if row.marks is not None:
        spans = _spans(row, message, _TAILS)
        told = row.only == "tail" or any(kind in _TAILS for kind, _ in row.marks)
        answers: list[str | None] = [
            _marked(one.start, one.end, spans) if told or one.said not in NAMED else None for one in found
        ]  # where no card is marked, those that the rules see were not thought of
    elif row.unsure & {"new_tail", "old_tail"}:
        answers = [None] * len(found)
    else:
        of = {str(row.slots[slot]): name for slot, name in _CARDS.items() if row.slots.get(slot)}
        sums = row.slots.get("amounts") or []
        sums = {str(one // 100) for one in (sums if isinstance(sums, list) else [sums])}
        answers = [None if one.digits in sums & {*of} else of.get(one.digits, "neither") for one in found]
        if {*of.values()} - {*answers}:
            answers = [None if answer == "neither" else answer for answer in answers]
    return answers, [[*names(one)] for one in features_of(message, found, heeds_rules=row.heeds_rules)]


def _spans(row: Labelled, message: Message, kinds: dict[str, str]) -> list[tuple[int, int, str]]:
    """Where the marked words stand in the message as it is read, and what those of these kinds are for."""
    spans: list[tuple[int, int, str]] = []
    place = 0
    for kind, words in row.marks or ():
        said = normalise(words)
        start = message.text.find(said, place)
        if start >= 0:
            place = start + len(said)
            spans.append((start, place, kinds.get(kind, "neither")))
    return spans


def _marked(start: int, end: int, spans: list[tuple[int, int, str]]) -> str:
    return next((answer for first, last, answer in spans if start < last and first < end), "neither")
