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

from knowledge import words_of_several as words
from knowledge.came_in_order import told_in_order
from knowledge.each_named import EachNamed
from knowledge.message import Message
from knowledge.parts_of_day import parts_called
from knowledge.roles import DAY, SUM
from knowledge.sums_of_days import Mark

_FEWEST = 2
_Unit = tuple[Mark, date | None]
"""A day or a sum; or one day of a list that is said in one breath."""


@dataclass(frozen=True)
class CameOfSeveral:
    """What came (True) and what did not, by number; ``again``: sums that were named before."""

    days: Mapping[int, bool] = field(default_factory=dict)
    sums: Mapping[int, bool] = field(default_factory=dict)
    again: Set[int] = frozenset()
    besides: Set[date] = frozenset()
    """Days that came of a list of which not all did: "12号13号14号，就13号没到"."""
    lacking: Set[date] = frozenset()
    """Days that did not come of a list or range that did."""
    when: Set[int] = frozenset()
    """Days by number when others came or should have come."""


NOTHING_TOLD: Final = CameOfSeveral()
"""As of most messages."""


def came_of_several(message: Message, roles: Sequence[str]) -> CameOfSeveral:
    """Nothing is told where not some came and others did not. ``roles``: what each day is for, by rules."""
    several = sum(len(one.days) or 1 for one in message.days) >= _FEWEST or len(message.sums) >= _FEWEST
    if not several and words.EXCEPT.search(message.blanked) is None:
        return NOTHING_TOLD
    if words.SPOKEN_OF.search(message.blanked) is None:
        return NOTHING_TOLD
    return _Scene(message, roles).settled()


class _Scene(EachNamed):
    """Of these, which came."""

    def settled(self) -> CameOfSeveral:
        """All that is told, if some came and others did not."""
        structured = (
            self._only()
            or self._only_called()
            or self._labels()
            or self._except()
            or self._not_but()
            or self._in_order()
        )
        self._one_by_one(structured=structured)
        again = self._named_again()
        self._share()
        came = True in self.told.values() or bool(self.besides) or self.rest_came
        if not came or False not in self.told.values():
            return NOTHING_TOLD
        days = self._of(DAY)
        sums = {} if self._adds_up() else self._of(SUM)
        return CameOfSeveral(days, sums, again, self.besides, self._lacking_of_came(days), self.when if days else set())

    def _lacking_of_came(self, told: dict[int, bool]) -> set[date]:
        """The days that are left out of a range or list that came."""
        came, lacking = ([self.own_days(number) for number, its in told.items() if its is one] for one in (True, False))
        return {day for some in lacking if any(some < others for others in came) for day in some}

    def _of(self, sign: str) -> dict[int, bool]:
        """What is told of the days or of the sums; nothing where all that is told is that some came."""
        told = {number: came for (its, number), came in self.told.items() if its == sign}
        return told if False in told.values() else {}

    def _adds_up(self) -> bool:
        """ "1900: got 1200, still missing 700": parts of one sum."""
        minors = {number: self.message.sums[number].minor or 0 for number in range(len(self.message.sums))}
        told = [(minors[number], came) for (sign, number), came in self.told.items() if sign == SUM and minors[number]]
        whole = {first + second for first, came in told for second, other in told if came != other}
        return bool(whole.intersection(minors.values()))

    def _only(self) -> bool:
        """ "only the 11th got paid", 就16号的没到, 到的只有周六的: the others did not, or did."""
        for found in words.ONLY.finditer(self.blanked):
            came = self._said_of_only(found)
            these = [one for one in self.marks if found.start() <= one.place < found.end()]
            signs = {one.sign for one in these}
            if came is None or len(signs) != 1:
                continue
            early = self.status(found.end()) is None
            values = [self.value(one) for one in these]
            alike = [one for one in self.marks if one.sign in signs and self.value(one) in values]
            others = [one for one in self.marks if one.sign in signs and not self.overlaps(one, these)]
            more = self._row_from(these[-1]) if early else []
            more += [one for one in others if one not in more and self.own(self.marks.index(one), one) is came]
            further = len(self.blanked) if came or not early else found.start()
            others = [one for one in others if one not in more and one.place < further]
            if not came and signs == {DAY}:
                before = [one for one in self.marks if one.place < further]
                self.besides = self.days(before) - self.days(these) - self.days(more)
            if not (others or self.besides) or ((came or early) and SUM in signs and len(alike) == len(these)):
                continue  # "900, only 700 came": a part of it
            self.tell(more, came=came)
            self._tell_around(these, further, came=came)
            self.tell(alike, came=came)
            self.tell(others, came=not came)
            return True
        return False

    def _tell_around(self, these: list[Mark], end: int, *, came: bool) -> None:
        """Of a list or range before, from which these are taken: 1号到15号我对过，只缺3号; 11号12号13号只有12号到了."""
        own = self.days(these)
        for one in self.marks:
            if own and one.sign == DAY and one.place < min(end, these[0].place) and own < self.own_days(one.number):
                self.tell([one], came=False)
                self.besides |= own if came else frozenset()

    def _said_of_only(self, found: re.Match[str]) -> bool | None:
        """What became of these alone, by the words before or after them."""
        if found["came"] or found["paid"] or found["got"]:
            return True
        if found["lacks"] or found["short"] or found["outstanding"] or found["leaves"] is not None:
            return False
        return self.status(found.end())

    def _row_from(self, first: Mark) -> list[Mark]:
        """Those that follow in the same breath: 没到的是15号200、16号300，还有8号."""
        row: list[Mark] = []
        for last, one in pairwise(self.marks[self.marks.index(first) :]):
            if not words.ROW.fullmatch(self.blanked, last.place + 1, one.place):
                break
            if self.own(self.marks.index(one), one) is not None:
                break
            row.append(one)
        return row

    def _only_called(self) -> bool:
        """ "微信400,刷卡1900,就刷卡的没到": what is told of one by its name is not true of the others."""
        sums = {one.place: one for one in self.marks if one.sign == SUM}
        if len(sums) < _FEWEST:
            return False
        called = [one for one in parts_called(self.blanked) if one.place in sums]
        if len(called) > 1:
            called = [one for one in called if one.only]
        came = self.status(called[0].end) if called else None
        if came is None:
            return False
        self.tell([sums[called[0].place]], came=came)
        self.tell([one for one in sums.values() if one.place != called[0].place], came=not came)
        return True

    def _except(self) -> bool:
        """除了13号…都没到: what became of the others did not become of that."""
        found = words.EXCEPT.search(self.blanked)
        if found is None:
            return False
        these = [one for one in self.marks if found.start() <= one.place < found.end()]
        first = self.days(these[:1])
        these = [one for one in these if not (first and self.days([one]) > first)]  # 除了11号，9号到12号都到了
        named = {self.value(one) for one in these}
        these = [one for one in self.marks if one in these or self.value(one) in named]  # 除了10号都到了，10号是2150
        signs = {one.sign for one in these}
        others = [one for one in self.marks if one.sign in signs and not self.overlaps(one, these)]
        around = [one for one in self.marks if one not in these and self.overlaps(one, these)] if signs == {DAY} else []
        besides = self.days(around) - self.days(these)
        numbers = {one.number for one in others}
        of_others = [one for one in self.marks if one.sign == SUM and self.of.get(one.number) in numbers]
        said = {self.own(self.marks.index(one), one) for one in (*others, *of_others, *around)} - {None}
        rest = words.REST.search(self.blanked)
        if rest is not None and (status := self.status(rest.end())) is not None:
            said.add(status)
        if not others and (status := self.status(found.end())) is not None:
            said.add(status)  # 除了16号都到了
        if len(said) != 1:
            return False
        came = bool(said.pop())
        self.rest_came = came and not others
        if came:
            self.besides = besides  # 除了11号 9号到12号的都到了
        else:
            self.tell(around, came=False)  # 10号到16号 除了12号的都没到
        self.tell(these, came=not came)
        self.tell(others, came=came)
        return True

    def _only_these_again(self, start: int) -> bool:
        """ "10th 300, 11th 450. Received: 300": what follows was named before, so the others did not come."""
        again = [one for one in self.marks if one.place >= start]
        others = self._not_named_again([(one, True) for one in again])
        self.tell(again if others else [], came=True)
        self.tell(others, came=False)
        return bool(others)

    def _not_but(self) -> bool:
        """ "it's not the 430 from Monday, it's the 520 from Tuesday"."""
        denied: Mark | None = None
        for one in self.marks:
            before = self.blanked[max(0, one.place - 16) : one.place]
            if words.DENIED.search(before):
                denied = one
            elif denied is not None and words.MEANT.search(before):
                self.tell([denied], came=True)
                self.tell([one], came=False)
                return True
        return False

    def _labels(self) -> bool:
        """ "Missing: 2,860 (17th). Already here: 2,680 (16th)"."""
        found = list(words.LABEL.finditer(self.blanked))
        if len({bool(one["came"]) for one in found}) != _FEWEST:
            return len(found) == 1 and found[0]["came"] is not None and self._only_these_again(found[0].end())
        ends = [one.start() for one in found[1:]] + [len(self.blanked)]
        for one, end in zip(found, ends, strict=True):
            self.tell([mark for mark in self.marks if one.end() <= mark.place < end], came=one["came"] is not None)
        return True

    def _in_order(self) -> bool:
        """前三笔没到, "the last two never turned up", "all but the last": so many of those said before."""
        told = told_in_order(self.blanked, self._row, self.status)
        for these, _, came in told:
            self._tell_units(these, came=came)
        if len(told) == 1:
            self._tell_units(told[0].others, came=not told[0].came)
        return bool(told)

    def _row(self, end: int) -> list[_Unit]:
        """The days, each one day, or those of one list, or else the sums that were said before ``end``."""
        said = [one for one in self.marks if one.place < end]
        days = [one for one in said if one.sign == DAY and len(self.message.days[one.number].days) == 1]
        sums: list[_Unit] = [(one, None) for one in said if one.sign == SUM]
        lists = [one for one in said if one.sign == DAY and one not in days]
        if len(lists) == 1 and not days and not sums:
            return [(lists[0], day) for day in self.message.days[lists[0].number].days]
        if len(days) >= _FEWEST and len(days) == len({self.value(one) for one in days}):
            return [(one, None) for one in days] if len(sums) <= len(days) else []
        return sums

    def _tell_units(self, units: Iterable[_Unit], *, came: bool) -> None:
        """Of days of one list those that came are told apart, and the list did not."""
        for one, day in units:
            if day is not None and came:
                self.besides.add(day)
            else:
                self.tell([one], came=came)

    def _one_by_one(self, *, structured: bool) -> None:
        """Each by the words right after or before it."""
        said: list[tuple[Mark, bool]] = []
        led, turned = False, None
        for here, one in enumerate(self.marks):
            its = self.own(here, one)
            if its is None and led and self._goes_on(here):
                its = True
            else:
                led = its is True and self.status(one.place + 1) is None
            if said and (of_last := self._as_the_last(one, said[-1])) is not None:
                its, turned = of_last, one.number if one.sign == DAY else None
            elif one.sign == SUM and turned is not None and self.of.get(one.number) == turned:
                its = said[-1][1]
            if its is not None:
                said.append((one, its))
        said = self._joined(said)
        sums = {one.place: one for one in self.marks if one.sign == SUM}
        for called in parts_called(self.blanked):
            its = self.status(called.end)
            if called.place in sums and its is not None:
                said.append((sums[called.place], its))
        rest = words.REST.search(self.blanked)
        came = self.status(rest.end()) if rest is not None else None
        if not structured and came is None:
            said += [(one, False) for one in self._not_named_again(said)]
        if not structured and {*(its for _, its in said), came} - {None} != {True, False}:
            return
        for one, one_came in said:
            self.tell([one], came=one_came)
        if came is not None and {*self.told.values()} == {not came}:
            signs = {sign for sign, _ in self.told}
            self.tell([one for one in self.marks if one.sign in signs], came=came)

    def _as_the_last(self, one: Mark, last: tuple[Mark, bool]) -> bool | None:
        """11号没到12号也一样; "the 8th is missing, the 10th isn't"."""
        if words.LIKEWISE.match(self.blanked, one.place + 1):
            return last[1]
        if not last[1] and words.AFFIRMED.match(self.blanked, one.place + 1):
            return True
        turned = not last[1] and words.TURNED_ROUND.match(self.blanked, one.place + 1)
        return True if turned and words.WANTING.match(self.blanked, last[0].place + 1) else None

    def _not_named_again(self, said: list[tuple[Mark, bool]]) -> list[Mark]:
        """Of 12号700和900，700那笔到了 the 900: all that came was named before, and nothing is said of the others."""
        told = [one for one, came in said if came]
        if not told or len(told) < len(said):
            return []
        before = [one for one in self.marks if one.place < told[0].place and one.sign == told[0].sign]
        if not all(any(self.value(one) == self.value(other) for other in before) for one in told):
            return []
        return [one for one in before if not self.overlaps(one, told)]

    def _joined(self, said: list[tuple[Mark, bool]]) -> list[tuple[Mark, bool]]:
        """ "Monday (410) and Tuesday (520) is in": what is said after the last of them is said of each."""
        told = dict(said)
        for one, after in reversed(list(pairwise(self.marks))):
            if one in told or after not in told:
                continue
            if one.sign == SUM and after.sign == DAY and self.of.get(one.number) == after.number:
                told[one] = told[after]
                continue
            joined = words.AND.fullmatch(self.blanked, one.place + 1, after.place)
            if joined and (joined["and"] or (one.sign == DAY and after.sign == SUM)):
                told[one] = told[after]
        return list(told.items())

    def _goes_on(self, here: int) -> bool:
        """ "received 470 from Monday and 520 from Tuesday": what was said before the first is said of the next too."""
        last, one = self.marks[here - 1], self.marks[here]
        if one.sign == DAY and words.IS_ITS_DAY.match(self.blanked, last.place + 1):
            return True
        joined = words.AND.fullmatch(self.blanked, last.place + 1, one.place)
        return joined is not None and (joined["and"] is not None or last.sign != one.sign)

    def _named_again(self) -> set[int]:
        """Sums said once more with what became of them ("500晚上1900，500来了1900没来"): both are one."""
        again: set[int] = set()
        firsts: dict[object, Mark] = {}
        for one in self.marks:
            if one.sign != SUM:
                continue
            first = firsts.setdefault(self.value(one), one)
            key, its = (SUM, one.number), self.of.get(one.number)
            first_day = self.of.get(first.number)
            apart = None not in (its, first_day) and self._day(its) != self._day(first_day)
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
                    if came or day not in self.besides:
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
