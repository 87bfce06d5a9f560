"""What a trained reading looks at beside a day or a sum: the words around it, near and far, and what else was said.

Works on a message whose days, sums and numbers were found. Nearness is told by place and by zone: the same clause, the
clause beside it, on this or the other side of the next day or sum.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from datetime import date
from operator import add

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.pastdays import DateMention
from knowledge.placed_words import ANYWHERE, PLAIN, Features
from knowledge.roles import DAY, SUM
from knowledge.words import Words

_NEAR, _FAR = 4, 12
"""How many words are looked at one by one, and how many in all in one clause."""
_STEP, _LONG = 8, 6
"""Words: so many more make a message longer; so many steps make it long."""
_SHORT_GAP = 3
"""So many words between two days or sums are looked at as a whole."""


def day_features(message: Message, number: int) -> Features:
    """Of the day mention ``number`` of the message."""
    places = message.words.places
    found = around(message.words, places[DAY], number, len(places[SUM]))
    found.append((PLAIN, _day_itself(message.days[number], message.today)))
    return found


def sum_features(message: Message, number: int) -> Features:
    """Of the sum ``number`` of the message."""
    places = message.words.places
    found = around(message.words, places[SUM], number, len(places[DAY]))
    found.append((PLAIN, _sum_itself(message.sums, number)))
    return found


def text_features(message: Message, about: frozenset[str]) -> Features:
    """Of the whole message, for what it is about: its words, its length, and what the rules found in it (``about``)."""
    words = message.words
    said = words.words
    found = {*words.all, *map(add, ["^", *said], [*said, "$"])}
    told = sorted(about)
    found.update(["A" + one for one in told])
    found.add("A" + " ".join(told))
    found.add(f"words{min(len(said) // _STEP, _LONG)}")
    return [(PLAIN, found)]


def around(words: Words, places: Sequence[int], number: int, others: int) -> Features:
    """Of the mention ``number`` of those at ``places``, among so many ``others``: the words about it."""
    said = words.words
    place = places[number]
    before = said[max(0, place - _NEAR) : place]
    before = ["^"] * (_NEAR - len(before)) + before
    after = said[place + 1 : place + 1 + _NEAR]
    after += ["$"] * (_NEAR - len(after))
    _, l3, l2, l1 = before
    r1, r2, r3, r4 = after
    found = [
        "1<" + l1, "2<" + l2, "3<" + l3, "1>" + r1, "2>" + r2, "3>" + r3, "4>" + r4,
        f"12<{l2} {l1}", f"12>{r1} {r2}", f"<>{l1} {r1}",
        f"n{min(len(places), 4)}{min(number, 3)}{number == len(places) - 1:d}", f"o{min(others, 3)}",
    ]  # fmt: skip
    for step, side in ((1, ">"), (-1, "<")):
        beside = number + step
        if 0 <= beside < len(places):
            gap = said[min(place, places[beside]) + 1 : max(place, places[beside])]
            if len(gap) <= _SHORT_GAP:
                found.append(f"gap{side}{' '.join(gap)}")
    return [(PLAIN, found), (ANYWHERE, words.all), *_after(words, places, number), *_before(words, places, number)]


def _after(words: Words, places: Sequence[int], number: int) -> Features:
    """The words after a mention, and each two of them: up to the next such mention, and from there to another.

    As far as the end of the clause beside its own. Two words are where the farther one is.
    """
    clauses, strung, place = words.clauses, words.strung, places[number]
    own = clauses[place]
    end = bisect_right(clauses, own, place)
    far = place + 1 + _FAR
    if end <= far:
        far = min(bisect_right(clauses, own + 1, end), place + 1 + 2 * _FAR)
    first = second = far
    if number + 1 < len(places) and places[number + 1] < far:
        first = places[number + 1] + 1
        if number + 2 < len(places) and places[number + 2] < far:
            second = places[number + 2] + 1
    found: Features = []
    for near, beside, start, stop in ((">00", ">01", place + 1, first), (">10", ">11", first, second)):
        if start >= stop:
            break
        between = 2 * start
        if start < end:
            between = 2 * min(end, stop) - 1
            found.append((near, {*strung[2 * start : between]}))
        if end < stop:
            found.append((beside, {*strung[between : 2 * stop - 1]}))
    return found


def _before(words: Words, places: Sequence[int], number: int) -> Features:
    """Likewise the words before a mention."""
    clauses, strung, place = words.clauses, words.strung, places[number]
    own = clauses[place]
    begin = bisect_left(clauses, own, 0, place)
    far = place - _FAR
    if begin >= far:
        far = max(bisect_left(clauses, own - 1, 0, begin), place - 2 * _FAR)
    first = second = far
    if number and places[number - 1] >= far:
        first = places[number - 1]
        if number > 1 and places[number - 2] >= far:
            second = places[number - 2]
    found: Features = []
    for near, beside, start, stop in (("<00", "<01", first, place), ("<10", "<11", second, first)):
        if start >= stop:
            break
        between = 2 * stop - 1
        if begin < stop:
            between = 2 * max(start, begin)
            found.append((near, {*strung[between : 2 * stop - 1]}))
        if start < begin:
            found.append((beside, {*strung[2 * start : between]}))
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
