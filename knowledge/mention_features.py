"""What a trained reading looks at beside a day or a sum: the words around it, near and far, and what else was said.

Works on a message whose days, sums and numbers were found. Nearness is told by place and by zone: the same clause, the
clause beside it, on this or the other side of the next day or sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.pastdays import DateMention
from knowledge.roles import DAY, SUM
from knowledge.words import Words

_NEAR, _FAR = 4, 12
"""How many words are looked at one by one, and how many in all in one clause."""
_STEP, _LONG = 8, 6
"""Words: so many more make a message longer; so many steps make it long."""
_SHORT_GAP = 3
"""So many words between two days or sums are looked at as a whole."""


def day_features(message: Message, number: int) -> list[str]:
    """Of the day mention ``number`` of the message."""
    places = message.words.places
    return [
        *around(message.words, places[DAY], number, len(places[SUM])),
        *_day_itself(message.days[number], message.today),
    ]


def sum_features(message: Message, number: int) -> list[str]:
    """Of the sum ``number`` of the message."""
    places = message.words.places
    return [*around(message.words, places[SUM], number, len(places[DAY])), *_sum_itself(message.sums, number)]


def text_features(message: Message, about: frozenset[str]) -> set[str]:
    """Of the whole message, for what it is about: its words, its length, and what the rules found in it (``about``)."""
    said = message.words.words
    found = {*said}
    found.update(map(str.__add__, ["^", *said], [*said, "$"]))
    told = sorted(about)
    found.update(["A" + one for one in told])
    found.add("A" + " ".join(told))
    found.add(f"words{min(len(said) // _STEP, _LONG)}")
    return found


def around(words: Words, places: Sequence[int], number: int, others: int) -> list[str]:
    """Of the mention ``number`` of those at ``places``, among so many ``others``: the words about it."""
    said, clauses = words.words, words.clauses
    place = places[number]
    beside_it = frozenset(places)
    before = ["^"] * _NEAR + said[max(0, place - _NEAR) : place]
    after = said[place + 1 : place + 1 + _NEAR] + ["$"] * _NEAR
    l1, l2, l3 = before[-1], before[-2], before[-3]
    r1, r2, r3 = after[0], after[1], after[2]
    found = [
        "1<" + l1, "2<" + l2, "3<" + l3, "1>" + r1, "2>" + r2, "3>" + r3, "4>" + after[3],
        f"12<{l2} {l1}", f"12>{r1} {r2}", f"<>{l1} {r1}",
    ]  # fmt: skip
    bag: set[str] = set()
    own = clauses[place]
    for step, side in ((1, ">"), (-1, "<")):
        passed, last = 0, ""
        for there in range(place + step, place + step * (_FAR * 2 + 1), step):
            if not 0 <= there < len(said):
                break
            word, apart = said[there], abs(clauses[there] - own)
            if apart > 1 or (apart == 0 and abs(there - place) > _FAR):
                break
            zone = f"{side}{passed}{apart}"
            bag.add(zone + word)
            if last:
                bag.add(f"{zone}{last} {word}" if step == 1 else f"{zone}{word} {last}")
            last = word
            if there in beside_it:
                if passed:
                    break
                passed, last = 1, ""
    found += bag
    found.append(f"n{min(len(places), 4)}{min(number, 3)}{number == len(places) - 1:d}")
    found.append(f"o{min(others, 3)}")
    for step, side in ((1, ">"), (-1, "<")):
        beside = number + step
        if 0 <= beside < len(places):
            gap = said[min(place, places[beside]) + 1 : max(place, places[beside])]
            if len(gap) <= _SHORT_GAP:
                found.append(f"gap{side}{' '.join(gap)}")
    found += {"*" + word for word in said}
    return found


def _day_itself(one: DateMention, today: date) -> list[str]:
    found = ["kind" + one.kind, f"days{min(len(one.days), 3)}", f"len{min(one.end - one.start, 8)}"]
    if one.days == (today,):
        found.append("today" + one.kind)
    if one.days and (today - one.days[-1]).days == 1:
        found.append("yesterday")
    return found


def _sum_itself(sums: Sequence[AmountMention], number: int) -> list[str]:
    one = sums[number]
    found = [f"marked{one.marked:d}{one.hedged:d}"]
    if one.minor is None:
        return [*found, "vague"]
    found.append(f"size{len(str(one.minor))}")
    others = [other.minor for place, other in enumerate(sums) if place != number and other.minor]
    if one.minor in others:
        found.append("twice")
    if len(others) > 1 and sum(others) == one.minor:
        found.append("total")
    for other in others:
        if one.minor * 0.97 <= other < one.minor:
            found.append("net of it is said")
        elif one.minor < other and other * 0.97 <= one.minor:
            found.append("net")
        if other + one.minor in others:
            found.append("part")
        if other > one.minor * 50:
            found.append("small beside")
    return found
