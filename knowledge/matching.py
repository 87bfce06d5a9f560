"""Which article a question means: ranked, each with the probability that it is the right one.

Nearly the same words as an example (rapidfuzz ``ratio``) decide at once; else a linear model over words, characters and
sounds, learnt from the base itself. The probability is learnt too: from questions that the model did not see, and from
messages that have nothing to do with the base. How far to trust it: ``zone``.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from rapidfuzz import fuzz, process

from knowledge.features import features
from knowledge.learning import Classes, Columns, Odds, Packed, Terms, Vector, folds, top
from knowledge.text import normalise

ANSWER = 0.75
"""From this confidence on the best entry is given as the answer."""
OFFER = 0.3
"""From this confidence on the best entry is offered as a choice, with others beside it; below, there is no answer."""
BESIDE = 0.05
"""From this confidence on an entry is worth offering beside the best."""
SAME = 95.0
"""From this rapidfuzz ``ratio`` on two questions are the same."""
RANKED = 10
_NAME = re.compile(r"[\W_]+")
_EPOCHS = 4
_FOLDS = 4
_FOLD_EPOCHS = 1
"""The judges of the folds learn less: their probabilities come out the same, in a third of the time."""

Zone = Literal["answer", "offer", "none"]


@dataclass(frozen=True, slots=True)
class Match:
    """An entry that a question may mean; ``confidence`` is the probability, from 0 to 1, that it is meant."""

    id: str
    confidence: float


@dataclass(frozen=True, slots=True)
class Reason:
    """Why an entry ranks where it does: the example nearest to the question, and the pieces that count most for it."""

    nearest: str
    pieces: tuple[tuple[str, float], ...]


def zone(matches: Sequence[Match]) -> Zone:
    """Whether to answer with the best entry, to offer up to three, or to say that there is no answer."""
    best = matches[0].confidence if matches else 0.0
    return "answer" if best >= ANSWER else "offer" if best >= OFFER else "none"


def offered(matches: Sequence[Match]) -> tuple[Match, ...]:
    """The entries to offer: those worth it, best first, three at most."""
    if zone(matches) == "none":
        return ()
    return tuple(match for match in matches[:3] if match.confidence >= BESIDE)


def _words(text: str) -> str:
    """The words alone: a question mark makes no other question."""
    return " ".join(re.findall(r"\w+", normalise(text)))


def _shared(document: Counter[str], names: dict[str, str]) -> Counter[str]:
    return Counter({names.setdefault(name, name): count for name, count in document.items()})


class _Model:
    """Terms, scores and examples of one set of rows."""

    def __init__(
        self,
        rows: Sequence[tuple[int, Counter[str]]],
        names: Sequence[tuple[int, Counter[str]]],
        size: int,
        epochs: int,
    ) -> None:
        self._labels = [label for label, _ in rows]
        rows = [*rows, *names]
        self.terms = Terms([document for _, document in rows])
        seen = [(label, Packed(self.terms.vector(document)[0])) for label, document in rows]
        self.classes = Classes(seen, size, len(self.terms.index), epochs)
        holding: list[list[tuple[int, float]]] = [[] for _ in self.terms.index]
        for place, (_, vector) in enumerate(seen[: len(self._labels)]):
            for number, value in vector:
                holding[number].append((place, value))
        self._holding = Columns(holding)

    def near(self, vector: Vector) -> list[float]:
        """How near each example is."""
        return self._holding.times(vector, len(self._labels))

    def candidates(self, document: Counter[str], count: int) -> list[tuple[int, tuple[float, ...]]]:
        """The best classes and what speaks for each: score, lead over the others, nearness, share of known pieces."""
        vector, known = self.terms.vector(document)
        scores = self.classes.scores(vector)
        cosines = self.classes.cosines(vector)
        nearest: dict[int, float] = {}
        for label, value in zip(self._labels, self.near(vector), strict=True):
            if value > nearest.get(label, 0.0):
                nearest[label] = value
        best = top(scores, count + 1)
        found: list[tuple[int, tuple[float, ...]]] = []
        for label in best[:count]:
            rival = next((scores[other] for other in best if other != label), 0.0)
            evidence = (scores[label], scores[label] - rival, cosines[label], nearest.get(label, 0.0), known)
            found.append((label, evidence))
        return found


class Ranker:
    """Ranks entries by their example questions. Learns when it is made: about two seconds for a thousand examples.

    The words of an entry's name are learnt from too, though nobody asks in them.
    """

    def __init__(self, entries: Mapping[str, Sequence[str]], off_topic: Sequence[str] = ()) -> None:
        self._ids = tuple(entries)
        self._said = [(label, text) for label, id in enumerate(self._ids) for text in entries[id]]
        self._plain = [_words(text) for _, text in self._said]
        names: dict[str, str] = {}  # each feature's name is kept once, however many examples have it
        rows = [(label, _shared(features(text), names)) for label, text in self._said]
        self._names = [(label, _shared(features(_NAME.sub(" ", id)), names)) for label, id in enumerate(self._ids)]
        self._odds = self._calibrated(rows, [features(text) for text in off_topic])
        self._model = _Model(rows, self._names, len(self._ids), _EPOCHS)

    def rank(self, text: str) -> tuple[Match, ...]:
        """The entries that ``text`` may mean, best first, ten at most; empty when nothing in it was ever seen."""
        if not self._ids:
            return ()
        candidates = self._model.candidates(features(text), min(RANKED, len(self._ids)))
        chances = {label: self._odds.chance(evidence) for label, evidence in candidates if evidence[-1] > 0}
        same = self._same(text)
        for label in same:
            # the same question under several entries can only be offered
            chances[label] = 0.99 if len(same) == 1 else ANSWER - 0.01
        ranked = sorted(chances.items(), key=lambda item: -item[1])
        return tuple(Match(self._ids[label], round(chance, 4)) for label, chance in ranked[:RANKED])

    def why(self, text: str, id: str) -> Reason:
        """What speaks for an entry, for authors."""
        label = self._ids.index(id)
        vector, _ = self._model.terms.vector(features(text))
        own = [place for place, (of, _) in enumerate(self._said) if of == label]
        near = self._model.near(vector)
        nearest = max(own, key=near.__getitem__)
        weights = (
            (number, value * dict(self._model.classes.weights[number]).get(label, 0.0)) for number, value in vector
        )
        best = sorted(weights, key=lambda item: -item[1])[:6]
        pieces = tuple((self._model.terms.names[number][1:], round(value, 3)) for number, value in best if value > 0)
        return Reason(self._said[nearest][1], pieces)

    def _same(self, text: str) -> set[int]:
        found = process.extract(_words(text), self._plain, scorer=fuzz.ratio, score_cutoff=SAME, limit=5)
        return {self._said[place][0] for _, _, place in found}

    def _calibrated(self, rows: list[tuple[int, Counter[str]]], off_topic: list[Counter[str]]) -> Odds:
        """How evidence becomes a probability: each fold of the examples is judged by a model that did not see it."""
        judged: list[tuple[tuple[float, ...], bool]] = []
        placed = folds([label for label, _ in rows], _FOLDS)
        for fold in range(_FOLDS):
            seen = [row for row, where in zip(rows, placed, strict=True) if where != fold]
            if not seen:
                continue
            model = _Model(seen, self._names, len(self._ids), _FOLD_EPOCHS)
            for (label, document), where in zip(rows, placed, strict=True):
                if where == fold:
                    judged.extend((given, found == label) for found, given in model.candidates(document, 3))
            for document in off_topic[fold::_FOLDS]:
                judged.extend((given, False) for _, given in model.candidates(document, 3))
            del model  # before the next one is learnt: there is memory for one
        return Odds(judged)
