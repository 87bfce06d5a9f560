"""What a message says of each of its days and sums: it came, it did not, nothing.

Works on blanked text, where every day and every sum is one sign; see ``knowledge.roles``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date

from knowledge import words_of_several as words
from knowledge.message import Message
from knowledge.roles import DAY, SUM
from knowledge.sums_of_days import Mark, days_of_sums, marks
from knowledge.words_of_coming import BUT_NOT, CAME_AFTER, CAME_BEFORE, LACKS_AFTER, LACKS_BEFORE

_COUNTED = frozenset({"trade", "unsaid", "received", "denied"})


class EachNamed:
    """The days and sums of a message with what is said of each."""

    def __init__(self, message: Message, roles: Sequence[str]) -> None:
        self.message, self.roles = message, roles
        self.blanked = message.blanked
        every = marks(self.blanked)
        self.of = days_of_sums(message, every)
        counted = [one for one in every if self._counts(one)]
        places = self._when_it_came(counted)
        self.when = {one.number for one in every if one.place in places}
        """Days by number when the money of the days before them came, or should have."""
        self.marks = [one for one in counted if one.place not in places]
        self.told: dict[tuple[str, int], bool] = {}
        self.besides: set[date] = set()
        self.rest_came = False
        """Others that are not named came."""

    def _counts(self, one: Mark) -> bool:
        if one.sign == SUM:
            said = self.message.sums[one.number]
            return bool(said.minor) or said.rejected == "amount_vague"
        role = self.roles[one.number]
        return role in _COUNTED or (role == "neither" and self._is_told_before(one))

    def _is_told_before(self, one: Mark) -> bool:
        """ "received 9th, not received 11th", "paid the 12th but not the 13th": not days when something came."""
        start = self.blanked.rfind(DAY, 0, one.place) + 1
        before = self.blanked[start : one.place]
        return CAME_BEFORE.search(before) is not None or (start > 0 and LACKS_BEFORE.search(before) is not None)

    def _when_it_came(self, counted: Sequence[Mark]) -> set[int]:
        """Places of the days in what is said of the money of others: 14号的钱你们16号打了."""
        found: set[int] = set()
        for one in counted:
            if one.sign == DAY and one.place not in found and self.status(one.place + 1) is not None:
                said = LACKS_AFTER.match(self.blanked, one.place + 1) or CAME_AFTER.match(self.blanked, one.place + 1)
                end = said.end() if said else 0
                found |= {place for place in range(one.place + 1, end) if self.blanked[place] == DAY}
        return found

    def own_days(self, number: int) -> frozenset[date]:
        """The days of one mention."""
        return frozenset(self.message.days[number].days)

    def value(self, one: Mark) -> object:
        """The days, or the sum in minor units; for a vague sum its words."""
        if one.sign == DAY:
            return self.message.days[one.number].days
        said = self.message.sums[one.number]
        return said.minor or self.message.text[said.start : said.end]

    def tell(self, some: Iterable[Mark], *, came: bool) -> None:
        """So it is for each of which nothing was told yet."""
        for one in some:
            self.told.setdefault((one.sign, one.number), came)

    def status(self, place: int) -> bool | None:
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

    def overlaps(self, one: Mark, these: list[Mark]) -> bool:
        """Whether it is one of these, or has a day in common with them."""
        if one.sign == SUM:
            return self.value(one) in [self.value(other) for other in these]
        return not self.days(these).isdisjoint(self.message.days[one.number].days)

    def days(self, some: Iterable[Mark]) -> set[date]:
        """All days of these."""
        return {day for one in some if one.sign == DAY for day in self.message.days[one.number].days}

    def own(self, here: int, one: Mark) -> bool | None:
        """What the words right after or before one say of it."""
        start = self.marks[here - 1].place + 1 if here else 0
        before = self.blanked[start : one.place]
        if one.sign == SUM and words.CAME_CHINESE.search(before) and self._is_named_before(here, one):
            return True
        its_day = words.IS_ITS_DAY.match(self.blanked, one.place + 1)
        if one.sign == SUM and its_day and words.CAME_OF_A_DAY.search(before):
            return True
        after = self.status(one.place + 1)
        if after is not None and not self._is_of_the_next(one):
            return after and words.NONE_OF.search(before) is None
        of_a_day = one.sign == DAY or one.number in self.of
        if of_a_day and words.ASKED_AFTER.match(self.blanked, one.place + 1):
            return False
        if LACKS_BEFORE.search(before) or (here and BUT_NOT.fullmatch(before)):
            return False
        return True if CAME_BEFORE.search(before) else None

    def _is_of_the_next(self, one: Mark) -> bool:
        """700 and 900，700那笔收到了: what follows is said of a sum that is named once more, not of a list."""
        if one.sign == DAY:
            return False
        found = LACKS_AFTER.match(self.blanked, one.place + 1) or CAME_AFTER.match(self.blanked, one.place + 1)
        end = found.end() if found else 0
        sums = [other for other in self.marks if other.sign == SUM and other.place < end]
        before = [self.value(other) for other in sums if other.place <= one.place]
        return any(self.value(other) in before for other in sums[len(before) :])

    def _is_named_before(self, here: int, one: Mark) -> bool:
        """ "一单1800一单650,到了1800": a sum that was said before is a whole one, no part of another."""
        return any(self.value(other) == self.value(one) for other in self.marks[:here] if other.sign == SUM)
