"""A message with everything that was found in it, before it is known what for."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from knowledge.amounts import AmountMention
from knowledge.dates import find_times
from knowledge.identifiers import Identifier
from knowledge.pastdays import DateMention
from knowledge.roles import DAY, NUMBER, SUM, TIME, Surroundings, clauses, surroundings
from knowledge.words import Words


@dataclass(slots=True, eq=False)
class Message:
    """A message with everything found in it; spans count in ``text``, which is normalised. Nothing of it is changed."""

    text: str
    today: date
    asked: str | None
    identifiers: tuple[Identifier, ...]
    days: tuple[DateMention, ...]
    sums: tuple[AmountMention, ...]
    loose: tuple[DateMention, ...] = ()
    """Digits that might be days; nothing said so."""
    quotes: tuple[tuple[int, int], ...] = ()
    """Where it quotes a bank's notice."""
    blanked: str = field(init=False)
    """The words with every day, sum and number as one private sign each."""
    _places: dict[int, int] = field(init=False, default_factory=dict)
    """Where what was found begins in ``text`` -> its sign in ``blanked``."""
    _breaks: tuple[tuple[int, int], ...] | None = field(init=False, default=None)
    _surroundings: dict[int, Surroundings] = field(init=False, default_factory=dict)
    _words: Words | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        spans = [(one.start, one.end, NUMBER) for one in self.identifiers]
        spans += [(one.start, one.end, DAY) for one in self.days]
        spans += [(one.start, one.end, SUM) for one in self.sums]
        spans.sort()
        text, places = self.text, self._places
        pieces: list[str] = []
        length = last = 0
        for start, end, sign in spans:
            pieces += text[last:start], sign
            length += start - last
            places[start] = length
            length += 1
            last = end
        self.blanked = "".join(pieces) + text[last:] if pieces else text

    @property
    def words(self) -> Words:
        """The blanked words one by one, as the trained reading looks at them."""
        if self._words is None:
            kinds = [one.kind for one in self.identifiers]
            self._words = Words.of(self.blanked, [start for start, _ in self.breaks], kinds)
        return self._words

    @property
    def without_times(self) -> str:
        """The blanked words with every time of day as one private sign too."""
        words = self.blanked
        for start, end in reversed(find_times(words)):
            words = words[:start] + TIME + words[end:]
        return words

    @property
    def breaks(self) -> tuple[tuple[int, int], ...]:
        """Where one clause of the blanked words ends and the next begins."""
        if self._breaks is None:
            self._breaks = clauses(self.blanked)
        return self._breaks

    @property
    def has_card(self) -> bool:
        return any(one.kind == "card" for one in self.identifiers)

    def tails_before(self, later: AmountMention) -> set[str]:
        """The last digits of all cards that the words before a sum name."""
        kinds = {"tail", "new_tail", "old_tail"}
        return {one.value for one in self.identifiers if one.kind in kinds and one.end <= later.start}

    def place(self, start: int) -> int:
        """Where in ``blanked`` the sign stands for what begins at ``start``."""
        return self._places[start]

    def is_quoted(self, start: int) -> bool:
        """Whether a bank's notice says what begins at ``start``."""
        return any(first <= start < end for first, end in self.quotes)

    def around(self, start: int) -> Surroundings:
        """The words around the day, sum or number that begins at ``start``; asked for often, found once."""
        found = self._surroundings.get(start)
        if found is None:
            found = self._surroundings[start] = surroundings(self.blanked, self.breaks, self._places[start])
        return found
