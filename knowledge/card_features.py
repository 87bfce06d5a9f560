"""What the trained reading looks at beside digits that may be a card's: words, kinds of words, how the digits look.

Works on a message in which all such digits are alike, whatever the rules say of them.
"""

from __future__ import annotations

from collections.abc import Sequence

from knowledge.card_words import OWN, PAUSE, kinds_of_words
from knowledge.mention_features import around
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.placed_words import PLAIN, Features
from knowledge.roles import NUMBER, SUM
from knowledge.tail_candidates import NAMED, Candidate

_NEAR, _FAR, _WHOLE = 4, 12, 10
"""How many kinds of words are looked at one by one, and in all; a message of fewer is looked at as a whole."""
_FOUR = 4
_NO_WORDS = compiled(r"[\d\W_]+|x{2,}")
_MONTH_AND_DAY = compiled(r"(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")


def card_features(message: Message, found: Sequence[Candidate]) -> list[Features]:
    """Of each of the candidates."""
    starts, digits = [one.start for one in found], [one.digits for one in found]
    words, wanted = message.words, frozenset(starts)
    numbers = zip(words.places[NUMBER], message.identifiers, strict=True)
    places = [place for place, one in numbers if one.start in wanted]
    kinds, own = kinds_of_words(message.blanked, [message.place(start) for start in starts])
    return [
        [
            *around(words, places, number, len(words.places[SUM])),
            (PLAIN, _among_kinds(kinds, own[number], number)),
            (PLAIN, _themselves(message, digits, number, one.said in NAMED)),
            (PLAIN, _label(message.text[one.start : one.end])),
        ]
        for number, one in enumerate(found)
    ]


def _label(said: str) -> tuple[str, ...]:
    """The words that belong to the digits: 尾号是8821."""
    label = _NO_WORDS.sub("", said)
    return ("labelled", "label" + label) if label else ()


def _among_kinds(kinds: Sequence[str], place: int, number: int) -> list[str]:
    before = ["^"] * _NEAR + [*kinds[max(0, place - _NEAR) : place]]
    after = [*kinds[place + 1 : place + 1 + _NEAR]] + ["$"] * _NEAR
    l1, l2, l3, r1, r2, r3 = before[-1], before[-2], before[-3], after[0], after[1], after[2]
    found = [
        f"k1<{l1}", f"k1>{r1}", f"k2<{l2} {l1}", f"k2>{r1} {r2}", f"k<>{l1} {r1}", f"k<<>{l2} {l1} {r1}",
        f"k<>>{l1} {r1} {r2}", f"k3<{l3} {l2} {l1}", f"k3>{r1} {r2} {r3}",
    ]  # fmt: skip
    bag: set[str] = set()
    for step, side in ((1, ">"), (-1, "<")):
        passed = pauses = 0
        between: list[str] = []
        there = range(place + step, place + step * (_FAR + 1), step)
        for kind in (kinds[each] for each in there if 0 <= each < len(kinds)):
            if kind == PAUSE:
                pauses += 1
            elif kind == OWN:
                bag.add(f"kb{side}{passed}{' '.join(between[:6])}")
                passed, between = passed + 1, []
                if passed > 1:
                    break
            else:
                between.append(kind)
                bag.add(f"kz{side}{passed}{min(pauses, 2)}{kind}")
    found += bag
    if len(kinds) < _WHOLE:
        found.append(f"kw{number}{' '.join(kinds)}")
    return found


def _themselves(message: Message, digits: Sequence[str], number: int, named: bool) -> list[str]:
    """``named``: words call the digits a card's; then it does not matter how they look."""
    own = digits[number]
    others = [*digits[:number], *digits[number + 1 :]]
    found = [f"long{len(own)}", f"days{min(len(message.days), 2)}", f"sums{min(len(message.sums), 2)}"]
    if not named:
        found.append("round" + ("00" if own.endswith("00") else "0" if own.endswith("0") else ""))
        if own.startswith("0"):
            found.append("nought")
        if own.startswith(("201", "202")) and len(own) == _FOUR:
            found.append("year")
        if _MONTH_AND_DAY.fullmatch(own):
            found.append("day of a year")
    if own in others:
        found.append("twice")
    if any(own != other and sorted(own) == sorted(other) for other in others):
        found.append("turned round")
    return found
