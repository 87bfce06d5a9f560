"""Which of several days and sums came, where the words tell them apart: "only the 11th got paid", 前三笔没到.

Works on blanked text, where every day and every sum is one sign; see ``knowledge.roles``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise
from typing import Final

from knowledge.message import Message
from knowledge.parts_of_day import parts_called
from knowledge.patterns import compiled
from knowledge.roles import DAY, SUM
from knowledge.sums_of_days import Mark, days_of_sums, marks
from knowledge.words_of_coming import BUT_NOT, CAME_AFTER, CAME_BEFORE, LACKS_AFTER, LACKS_BEFORE

_SPOKEN_OF = compiled(
    r"到|收|有|结|来|正常|不[差缺欠]|进账|✓|√|ok|paid|sent|settl|came|come|arriv|receiv|got|fine|here|clear|land|credit"
    r"|(?<![a-z])in(?![a-z])|turned up"
    r"|showed|missing|problem"
)
"""Without it nothing is said to have come or not."""
_THESE = (
    r"(?P<these>(?:(?:the|that|on|for)\s|那笔?|那[个天]|有|\s)*[\ue001\ue002](?:的|'s)?"
    r"(?:\s?(?:,|、|and|和|跟|&)\s?(?:the\s)?[\ue001\ue002])*)"
)
_ONLY = compiled(
    rf"(?:(?P<came>(?<![没未不冇])(?:到账?了?|来|收到|进账?)的)(?:就|也)?(?:只有|只是|就是|只)|只有?|就只?有?"
    rf"|唯独|唯有|单单|偏偏|仅有?|(?<![a-z])(?:only|just))\s?{_THESE}"
)
_EXCEPT = compiled(
    rf"(?:除了?|除开|除去|(?<![a-z])(?:all\s|everything\s)?(?:except(?: for)?|apart from|other than))\s?{_THESE}"
)
_DENIED = compiled(r"(?:不是说?|(?<![a-z])not\s(?:about\s)?(?:the\s)?)$")
_MEANT = compiled(r"(?:[,;\s]|就|而)是$|(?<![a-z])(?:it's|its|it is|but|but it's)(?:\sthe)?\s$")
_NUMBERS = {"一": 1, "两": 2, "二": 2, "三": 3, "四": 4, "五": 5, "六": 6}
_NUMBERS |= {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5}
_ORDER = compiled(
    r"(?P<which>前|头|后|最后|末|第)(?:面(?:的|那)*(?P<some>[一两二三四五六2-6])?"
    r"|(?P<count>[一两二三四五六2-6]))(?:笔|天|个|单|次)(?:的|钱|款|那)*"
    r"|(?P<middle>中间)那?(?:一)?(?:笔|天|个|单)的?"
    r"|(?<![a-z])the\s(?P<nth>first|second|third|last|latter|former)(?:\s(?P<many>one|two|three"
    r"|four))?(?:\s(?:days?|sales?"
    r"|payments?|ones?))?(?![a-z])"
)
_REST = compiled(
    r"(?:另外?|其他|其它|其余|剩下?|别的?|余下)(?:那|的)*(?:[两二三四五几])?(?:笔|天|个|单)?"
    r"|(?<![a-z])the (?:others?|rest)(?:\s(?:one|two|three|four|days?|ones))*(?![a-z])"
)
_LABEL = compiled(
    r"(?:^|(?<=[\s,;.]))(?:(?P<lacks>未到账?|没到账?|没收到?|未收到?|未结算?|没结|(?:not|never) (?:received|paid"
    r"|arrived|in)"
    r"|missing|unpaid|outstanding|(?:still )?owed|pending)"
    r"|(?P<came>已到账?|已收到?|已结算?|到账了?|收到了?|到了|(?:already )?(?:here|paid|received|arrived"
    r"|in)))(?:的|款|钱|金额)*\s?:"
)
_AND = compiled(
    r"[\s()]*(?:的|那笔?|刷了?|\s)*(?P<and>(?:and|plus)(?![a-z])|&|、|和|跟|与)?(?:的|那笔?|\s)*(?:the\s|from\s"
    r"|of\s)*[\s(]*"
)
"""Between two of one row."""
_COUNTED = frozenset({"trade", "unsaid", "received", "denied"})
_FEWEST = 2


@dataclass(frozen=True)
class CameOfSeveral:
    """What came (True) and what did not, by number; ``again``: sums that were named before."""

    days: Mapping[int, bool] = field(default_factory=dict)
    sums: Mapping[int, bool] = field(default_factory=dict)
    again: Set[int] = frozenset()
    besides: Set[date] = frozenset()
    """Days that came of a list of which not all did: "12号13号14号，就13号没到"."""


NOTHING_TOLD: Final = CameOfSeveral()
"""As of most messages."""


def came_of_several(message: Message, roles: Sequence[str]) -> CameOfSeveral:
    """Nothing is told where not some came and others did not. ``roles``: what each day is for, by rules."""
    several = len(message.days) >= _FEWEST or len(message.sums) >= _FEWEST
    if not several and _EXCEPT.search(message.blanked) is None:
        return NOTHING_TOLD
    if _SPOKEN_OF.search(message.blanked) is None:
        return NOTHING_TOLD
    return _Scene(message, roles).settled()


class _Scene:
    """The days and sums of a message with what is said of each."""

    def __init__(self, message: Message, roles: Sequence[str]) -> None:
        self.message, self.roles = message, roles
        self.blanked = message.blanked
        every = marks(self.blanked)
        self.of = days_of_sums(message, every)
        self.marks = [one for one in every if self._counts(one)]
        self.told: dict[tuple[str, int], bool] = {}
        self.besides: set[date] = set()
        self.rest_came = False
        """Others that are not named came."""

    def _counts(self, one: Mark) -> bool:
        if one.sign == SUM:
            return bool(self.message.sums[one.number].minor)
        role = self.roles[one.number]
        return role in _COUNTED or (role == "neither" and self._is_told_before(one))

    def _is_told_before(self, one: Mark) -> bool:
        """ "received 9th, not received 11th", "paid the 12th but not the 13th": not days when something came."""
        start = self.blanked.rfind(DAY, 0, one.place) + 1
        before = self.blanked[start : one.place]
        return CAME_BEFORE.search(before) is not None or (start > 0 and LACKS_BEFORE.search(before) is not None)

    def settled(self) -> CameOfSeveral:
        """All that is told, if some came and others did not."""
        structured = self._only() or self._labels() or self._except() or self._not_but() or self._in_order()
        self._one_by_one(structured=structured)
        again = self._named_again()
        self._share()
        came = True in self.told.values() or bool(self.besides) or self.rest_came
        if not came or False not in self.told.values():
            return NOTHING_TOLD
        return CameOfSeveral(self._of(DAY), {} if self._adds_up() else self._of(SUM), again, self.besides)

    def _of(self, sign: str) -> dict[int, bool]:
        """What is told of the days or of the sums; nothing where all that is told is that some came."""
        told = {number: came for (its, number), came in self.told.items() if its == sign}
        return told if False in told.values() else {}

    def _adds_up(self) -> bool:
        """ "1900: got 1200, still missing 700": parts of one sum."""
        minors = {number: self.message.sums[number].minor or 0 for number in range(len(self.message.sums))}
        told = [(minors[number], came) for (sign, number), came in self.told.items() if sign == SUM]
        whole = {first + second for first, came in told for second, other in told if came != other}
        return bool(whole.intersection(minors.values()))

    def _value(self, one: Mark) -> object:
        return self.message.days[one.number].days if one.sign == DAY else self.message.sums[one.number].minor

    def _tell(self, some: Iterable[Mark], *, came: bool) -> None:
        for one in some:
            self.told.setdefault((one.sign, one.number), came)

    def _status(self, place: int) -> bool | None:
        """What the words from ``place`` on say: came, did not, nothing."""
        if LACKS_AFTER.match(self.blanked, place):
            return False
        found = CAME_AFTER.match(self.blanked, place)
        if found is None or (found["day"] and not self._is_when_it_came(found.start("day"))):
            return None
        return True

    def _is_when_it_came(self, place: int) -> bool:
        """ "17号1800昨天到的": not a further day of trade."""
        number = self.blanked.count(DAY, 0, place)
        return self.message.days[number].kind == "relative"

    def _only(self) -> bool:
        """ "only the 11th got paid", 就16号的没到, 到的只有周六的: the others did not, or did."""
        for found in _ONLY.finditer(self.blanked):
            came = True if found["came"] else self._status(found.end())
            if came is None:
                continue
            these = [one for one in self.marks if found.start() <= one.place < found.end()]
            signs = {one.sign for one in these}
            if len(signs) != 1:
                continue
            values = [self._value(one) for one in these]
            alike = [one for one in self.marks if one.sign in signs and self._value(one) in values]
            others = [one for one in self.marks if one.sign in signs and not self._overlaps(one, these)]
            if not came and signs == {DAY}:
                self.besides = self._days(self.marks) - self._days(these)
            if not (others or self.besides) or (came and SUM in signs and len(alike) == len(these)):
                continue  # "900, only 700 came": a part of it
            self._tell(alike, came=came)
            self._tell(others, came=not came)
            return True
        return False

    def _overlaps(self, one: Mark, these: list[Mark]) -> bool:
        if one.sign == SUM:
            return self._value(one) in [self._value(other) for other in these]
        return not self._days(these).isdisjoint(self.message.days[one.number].days)

    def _days(self, some: Iterable[Mark]) -> set[date]:
        return {day for one in some if one.sign == DAY for day in self.message.days[one.number].days}

    def _except(self) -> bool:
        """除了13号…都没到: what became of the others did not become of that."""
        found = _EXCEPT.search(self.blanked)
        if found is None:
            return False
        these = [one for one in self.marks if found.start() <= one.place < found.end()]
        signs = {one.sign for one in these}
        others = [one for one in self.marks if one.sign in signs and not self._overlaps(one, these)]
        numbers = {one.number for one in others}
        of_others = [one for one in self.marks if one.sign == SUM and self.of.get(one.number) in numbers]
        said = {self._status(one.place + 1) for one in (*others, *of_others)} - {None}
        rest = _REST.search(self.blanked)
        if rest is not None and (status := self._status(rest.end())) is not None:
            said.add(status)
        if not others and (status := self._status(found.end())) is not None:
            said.add(status)  # 除了16号都到了
        if len(said) != 1:
            return False
        came = bool(said.pop())
        self.rest_came = came and not others
        self._tell(these, came=not came)
        self._tell(others, came=came)
        return True

    def _not_but(self) -> bool:
        """ "it's not the 430 from Monday, it's the 520 from Tuesday"."""
        denied: Mark | None = None
        for one in self.marks:
            before = self.blanked[max(0, one.place - 16) : one.place]
            if _DENIED.search(before):
                denied = one
            elif denied is not None and _MEANT.search(before):
                self._tell([denied], came=True)
                self._tell([one], came=False)
                return True
        return False

    def _labels(self) -> bool:
        """ "Missing: 2,860 (17th). Already here: 2,680 (16th)"."""
        found = list(_LABEL.finditer(self.blanked))
        if len({bool(one["came"]) for one in found}) != _FEWEST:
            return False
        ends = [one.start() for one in found[1:]] + [len(self.blanked)]
        for one, end in zip(found, ends, strict=True):
            self._tell([mark for mark in self.marks if one.end() <= mark.place < end], came=one["came"] is not None)
        return True

    def _in_order(self) -> bool:
        """前三笔没到, "the last two never turned up": so many of those said before."""
        for found in _ORDER.finditer(self.blanked):
            came = self._status(found.end())
            row = self._row(found.start()) if came is not None else []
            these = _picked(found, row)
            if came is None or not these or len(these) == len(row):
                continue
            self._tell(these, came=came)
            self._tell([one for one in row if one not in these], came=not came)
            return True
        return False

    def _row(self, end: int) -> list[Mark]:
        """The days, each one day, or else the sums that were said before ``end``."""
        said = [one for one in self.marks if one.place < end]
        days = [one for one in said if one.sign == DAY and len(self.message.days[one.number].days) == 1]
        sums = [one for one in said if one.sign == SUM]
        if len(days) >= _FEWEST and len(days) == len({self._value(one) for one in days}):
            return days if len(sums) <= len(days) else []
        return sums

    def _one_by_one(self, *, structured: bool) -> None:
        """Each by the words right after or before it."""
        said: list[tuple[Mark, bool]] = []
        for here, one in enumerate(self.marks):
            its = self._own(here, one)
            if its is not None:
                said.append((one, its))
        said = self._joined(said)
        sums = {one.place: one for one in self.marks if one.sign == SUM}
        for place, end in parts_called(self.blanked):
            its = self._status(end)
            if place in sums and its is not None:
                said.append((sums[place], its))
        rest = _REST.search(self.blanked)
        came = self._status(rest.end()) if rest is not None else None
        if not structured and {*(its for _, its in said), came} - {None} != {True, False}:
            return
        for one, one_came in said:
            self._tell([one], came=one_came)
        if came is not None and {*self.told.values()} == {not came}:
            signs = {sign for sign, _ in self.told}
            self._tell([one for one in self.marks if one.sign in signs], came=came)

    def _joined(self, said: list[tuple[Mark, bool]]) -> list[tuple[Mark, bool]]:
        """ "Monday (410) and Tuesday (520) is in": what is said after the last of them is said of each."""
        told = dict(said)
        for one, after in reversed(list(pairwise(self.marks))):
            if one in told or after not in told:
                continue
            joined = _AND.fullmatch(self.blanked, one.place + 1, after.place)
            if joined and (joined["and"] or (one.sign == DAY and after.sign == SUM)):
                told[one] = told[after]
        return list(told.items())

    def _own(self, here: int, one: Mark) -> bool | None:
        after = self._status(one.place + 1)
        if after is not None:
            return after
        start = self.marks[here - 1].place + 1 if here else 0
        before = self.blanked[start : one.place]
        if LACKS_BEFORE.search(before) or (here and BUT_NOT.fullmatch(before)):
            return False
        return True if CAME_BEFORE.search(before) else None

    def _named_again(self) -> set[int]:
        """Sums said once more with what became of them ("500晚上1900，500来了1900没来"): both are one."""
        again: set[int] = set()
        firsts: dict[object, Mark] = {}
        for one in self.marks:
            if one.sign != SUM:
                continue
            first = firsts.setdefault(self._value(one), one)
            key, its = (SUM, one.number), self.of.get(one.number)
            apart = its is not None and self._day(its) != self._day(self.of.get(first.number))
            if first is one or apart or key not in self.told:
                continue
            again.add(one.number)
            self.told[SUM, first.number] = self.told[key]
        return again

    def _day(self, number: int | None) -> object:
        return None if number is None else self.message.days[number].days

    def _share(self) -> None:
        """A day's sums came with it, a sum's day with that; days said twice are one."""
        said: dict[date, set[bool]] = {}
        for (sign, number), came in self.told.items():
            if sign == DAY:
                for day in self.message.days[number].days:
                    said.setdefault(day, set()).add(came)
        for one in self.marks:
            its = self.of.get(one.number) if one.sign == SUM else None
            if its is not None and (SUM, one.number) not in self.told:
                became = {came for one_day in self.message.days[its].days for came in said.get(one_day, ())}
                if len(became) == 1:
                    self.told[SUM, one.number] = became.pop()
        sums_of: dict[int, list[bool | None]] = {}
        for number, its_day in self.of.items():
            sums_of.setdefault(its_day, []).append(self.told.get((SUM, number)))
        for wanted in (False, True):
            for one in self.marks:
                if one.sign == DAY and (DAY, one.number) not in self.told:
                    self._take_from_sums(one, said, sums_of.get(one.number, []), wanted=wanted)

    def _take_from_sums(self, one: Mark, said: dict[date, set[bool]], its: list[bool | None], *, wanted: bool) -> None:
        """A day said before, or all of whose sums became the same; it came only where another day did not."""
        became = {came for day in self.message.days[one.number].days for came in said.get(day, ())}
        if not became and its and None not in its:
            became = {False not in its}
        lacking = any(sign == DAY and not came for (sign, _), came in self.told.items())
        if became == {wanted} and (lacking or not wanted):
            self.told[DAY, one.number] = wanted


def _picked(found: re.Match[str], row: list[Mark]) -> list[Mark]:
    """Those of the row that 前三笔, 第二天 or "the last two" mean; none where it has not so many."""
    if found["middle"]:
        return row[1:2] if len(row) == 3 else []
    word = found["which"] or found["nth"]
    said = found["count"] or found["some"] or found["many"] or "一"
    count = int(said) if said.isdecimal() else _NUMBERS[said]
    if count > len(row):
        return []
    if word == "第":
        return row[count - 1 : count]
    if word in {"second", "third"}:
        place = 1 if word == "second" else 2
        return row[place : place + 1]
    return row[-count:] if word in {"后", "最后", "末", "last", "latter"} else row[:count]
