"""A message with everything that was found in it, before it is known what for."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cached_property

from knowledge.amounts import AmountMention
from knowledge.dates import find_times
from knowledge.identifiers import Identifier
from knowledge.notices import notices
from knowledge.pastdays import DateMention
from knowledge.roles import DAY, NUMBER, SUM, TIME, Surroundings, clauses, surroundings
from knowledge.words import Words


@dataclass(frozen=True)
class Message:
    """A message with everything found in it; spans count in ``text``, which is normalised."""

    text: str
    today: date
    asked: str | None
    identifiers: tuple[Identifier, ...]
    days: tuple[DateMention, ...]
    sums: tuple[AmountMention, ...]
    loose: tuple[DateMention, ...] = ()
    """Digits that might be days; nothing said so."""

    @cached_property
    def blanked(self) -> str:
        """The words with every day, sum and number as one private sign each."""
        return self._blanked[0]

    @cached_property
    def words(self) -> Words:
        """The blanked words one by one, as the trained reading looks at them."""
        kinds = [one.kind for one in self.identifiers]
        return Words.of(self.blanked, [start for start, _ in self.breaks], kinds)

    @cached_property
    def without_times(self) -> str:
        """The blanked words with every time of day as one private sign too."""
        words = self.blanked
        for start, end in reversed(find_times(words)):
            words = words[:start] + TIME + words[end:]
        return words

    @cached_property
    def has_card(self) -> bool:
        return any(one.kind == "card" for one in self.identifiers)

    def tails_before(self, later: AmountMention) -> set[str]:
        """The last digits of all cards that the words before a sum name."""
        kinds = {"tail", "new_tail", "old_tail"}
        return {one.value for one in self.identifiers if one.kind in kinds and one.end <= later.start}

    def is_quoted(self, start: int) -> bool:
        """Whether a bank's notice says what begins at ``start``."""
        return any(first <= start < end for first, end in self._notices)

    @property
    def quotes_a_bank(self) -> bool:
        return bool(self._notices)

    @cached_property
    def _notices(self) -> tuple[tuple[int, int], ...]:
        return notices(self.text)

    @cached_property
    def _blanked(self) -> tuple[str, dict[int, int]]:
        spans = sorted(
            [(one.start, one.end, NUMBER) for one in self.identifiers]
            + [(one.start, one.end, DAY) for one in self.days]
            + [(one.start, one.end, SUM) for one in self.sums]
        )
        pieces: list[str] = []
        places: dict[int, int] = {}
        length = last = 0
        for start, end, sign in spans:
            pieces += self.text[last:start], sign
            length += start - last
            places[start] = length
            length += 1
            last = end
        return "".join(pieces) + self.text[last:], places

    @cached_property
    def breaks(self) -> tuple[tuple[int, int], ...]:
        """Where one clause of the blanked words ends and the next begins."""
        return clauses(self.blanked)

    @cached_property
    def _surroundings(self) -> dict[int, Surroundings]:
        return {}

    def around(self, start: int) -> Surroundings:
        """The words around the day, sum or number that begins at ``start``; asked for often, found once."""
        found = self._surroundings.get(start)
        if found is None:
            text, places = self._blanked
            found = self._surroundings[start] = surroundings(text, self.breaks, places[start])
        return found
