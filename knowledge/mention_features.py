"""What a trained reading looks at beside a day or a sum: the words around it, near and far, and what else was said.

Works on a message whose days, sums and numbers were found. Nearness is told by place and by zone: the same clause, the
clause beside it, on this or the other side of the next day or sum.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from datetime import date
from itertools import pairwise
from operator import add

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
    said = words.words
    place = places[number]
    before = ["^"] * _NEAR + said[max(0, place - _NEAR) : place]
    after = said[place + 1 : place + 1 + _NEAR] + ["$"] * _NEAR
    l1, l2, l3 = before[-1], before[-2], before[-3]
    r1, r2, r3 = after[0], after[1], after[2]
    found = [
        "1<" + l1, "2<" + l2, "3<" + l3, "1>" + r1, "2>" + r2, "3>" + r3, "4>" + after[3],
        f"12<{l2} {l1}", f"12>{r1} {r2}", f"<>{l1} {r1}",
    ]  # fmt: skip
    bag: set[str] = set()
    for zone, run, own in _walks(words, places, number):
        zones = [zone + "0"] * own + [zone + "1"] * (len(run) - own)
        bag.update(map(add, zones, run))
        both = pairwise(run) if zone[0] == ">" else zip(run[1:], run, strict=False)
        bag.update(map(add, zones[1:], map(" ".join, both)))
    found += bag
    found.append(f"n{min(len(places), 4)}{min(number, 3)}{number == len(places) - 1:d}")
    found.append(f"o{min(others, 3)}")
    for step, side in ((1, ">"), (-1, "<")):
        beside = number + step
        if 0 <= beside < len(places):
            gap = said[min(place, places[beside]) + 1 : max(place, places[beside])]
            if len(gap) <= _SHORT_GAP:
                found.append(f"gap{side}{' '.join(gap)}")
    found += map("*".__add__, {*said})
    return found


def _walks(words: Words, places: Sequence[int], number: int) -> Iterator[tuple[str, list[str], int]]:
    """The words on the way from a mention, nearest first: up to the next such mention, and from there to another.

    To both sides, as far as the end of the clause beside its own. With the first two signs of their zone, and how many
    of the words are of its own clause.
    """
    said, clauses = words.words, words.clauses
    place = places[number]
    own = clauses[place]
    end = bisect_right(clauses, own, place)
    far = (
        min(bisect_right(clauses, own + 1, end), place + 1 + 2 * _FAR) if end <= place + 1 + _FAR else place + 1 + _FAR
    )
    first, second, *_ = *(one + 1 for one in places[number + 1 : number + 3] if one < far), far, far
    yield ">0", said[place + 1 : first], end - place - 1
    yield ">1", said[first:second], end - first
    begin = bisect_left(clauses, own, 0, place)
    far = max(bisect_left(clauses, own - 1, 0, begin), place - 2 * _FAR) if begin >= place - _FAR else place - _FAR
    first, second, *_ = *(one for one in reversed(places[:number]) if one >= far), far, far
    yield "<0", said[first:place][::-1], place - begin
    yield "<1", said[second:first][::-1], first - begin


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
