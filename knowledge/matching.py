"""Which article a question means: ranked, each with the probability that it is the right one.

Nearly the same words as an example (rapidfuzz ``ratio``) decide at once; else a linear model, learnt from the base
itself, over words, characters, sounds and what English words mean. The probability is learnt too: from questions that
the model did not see, from questions of entries that it never heard of, and from messages that have nothing to do with
the base. How far to trust it: ``zone``.
"""

from __future__ import annotations

import math
import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from operator import add
from typing import Literal

from rapidfuzz import fuzz, process

from knowledge.directions import Directions
from knowledge.features import features
from knowledge.learning import Columns, Odds, Packed, Terms, folds, top
from knowledge.packing import Packer, Unpacker
from knowledge.soundalikes import SoundAlikes
from knowledge.spelling import Spelling
from knowledge.text import normalise
from knowledge.wordvectors import word_vectors

ANSWER = 0.93
"""From this confidence on the best entry is given as the answer."""
OFFER = 0.25
"""From this confidence on the best entry is offered as a choice, with others beside it; below, there is no answer."""
BESIDE = 0.05
"""From this confidence on an entry is worth offering beside the best."""
SAME = 95.0
"""From this rapidfuzz ``ratio`` on two questions are the same."""
RANKED = 10
_NAME = re.compile(r"[\W_]+")
_ROUNDS = 10
_FOLDS = 8
"""So many that what is learnt from a fold's others is nearly as much as from all: scores are alike then."""
_JUDGED = 3
"""How many candidates of a question teach what to believe: those further down are hardly ever right."""
_NEAR = 0.2
_FAR = 0.2
"""The traffic that the probability is reckoned for: these shares of it have no answer among the entries. The former
comes near to the base's questions, the latter is about something else altogether."""
_WEIGHED = 12
"""So many entries that are best are weighed against each other."""
_SLIGHT = 1e-4
"""Nothing is more certain than this."""

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


@dataclass(frozen=True, slots=True)
class _Seen:
    """A text as the model sees it: named pieces, and the words that mean something."""

    pieces: Counter[str]
    meant: Sequence[tuple[int, float]]

    @classmethod
    def of(cls, text: str, names: dict[str, str] | None = None) -> _Seen:
        """``names`` keeps each piece's name once, however many texts have it."""
        found = features(text)
        if names is not None:
            found = Counter({names.setdefault(name, name): count for name, count in found.items()})
        return cls(found, word_vectors().weighed(text))


Row = tuple[int, _Seen]


@dataclass(frozen=True, slots=True)
class _Model:
    """What tells ``size`` entries apart: by words, characters and sounds, and by meaning."""

    size: int
    terms: Terms
    weights: Columns
    meaning: Directions

    @classmethod
    def of(cls, rows: Sequence[Row], size: int) -> _Model:
        """Learnt from examples; needs numpy."""
        from knowledge.regression import regression  # noqa: PLC0415 - what serves need not load numpy

        terms = Terms.of([seen.pieces for _, seen in rows])
        vectors = [(label, Packed(terms.vector(seen.pieces)[0]), seen.meant) for label, seen in rows]
        return cls(size, terms, *regression(vectors, size, len(terms.names), word_vectors(), _ROUNDS))

    def candidates(self, seen: _Seen, gone: Iterable[int] = ()) -> list[tuple[int, tuple[float, ...]]]:
        """The best entries, each with what speaks for it: see ``_evidence``.

        ``gone``: entries that the model has not learnt and that are no candidates.
        """
        vector, known = self.terms.vector(seen.pieces)
        said = self.weights.times(vector)
        # one known word in a question about something else points anywhere: the fewer are known, the less they mean
        meant = [known * value for value in self.meaning.scores(seen.meant, word_vectors())]
        both = list(map(add, said, meant))
        for label in gone:
            both[label] = -math.inf
        best = [label for label in top(both, _WEIGHED) if both[label] > -math.inf]
        evidence = _evidence([said[label] for label in best], [meant[label] for label in best], len(seen.pieces), known)
        return sorted(zip(best, evidence, strict=True), key=lambda each: -each[1][1])


def _evidence(said: Sequence[float], meant: Sequence[float], pieces: int, known: float) -> Iterator[tuple[float, ...]]:
    """What speaks for each entry: its odds against all others, its score, its lead, its leads by words and by meaning
    alone; and of the question how long it is and how much of it was ever seen.
    """
    scores = list(map(add, said, meant))
    best = max(scores, default=0.0)
    parts = [math.exp(score - best) for score in scores]
    total = sum(parts)
    length = math.log(1 + pieces)
    for score, part, *leads in zip(scores, parts, _leads(scores), _leads(said), _leads(meant), strict=True):
        yield math.log((part + _SLIGHT) / (total - part + _SLIGHT)), score, *leads, length, known


def _leads(values: Sequence[float]) -> list[float]:
    """How far each is ahead of the best of the others."""
    best = sorted(values, reverse=True)[:2]
    if len(best) < 2:
        return [0.0] * len(values)
    return [value - (best[1] if value == best[0] else best[0]) for value in values]


class Ranker:
    """Ranks entries by their example questions.

    Learns when it is made, two or three seconds for a thousand examples, unless it is given what an earlier one has
    ``learnt`` from the same entries. The words of an entry's name are learnt from too, though nobody asks in them.
    """

    def __init__(
        self, entries: Mapping[str, Sequence[str]], off_topic: Sequence[str] = (), *, learnt: bytes | None = None
    ) -> None:
        self._ids = tuple(entries)
        self._said = [(label, text) for label, id in enumerate(self._ids) for text in entries[id]]
        self._plain = [_words(text) for _, text in self._said]
        if learnt is not None:
            self._model, self._odds = _unpacked(learnt, len(self._ids))
            self._mends_from(self._model.terms)
            return
        pieces: dict[str, str] = {}
        rows = [(label, _Seen.of(text, pieces)) for label, text in self._said]
        names = [(label, _Seen.of(_NAME.sub(" ", id), pieces)) for label, id in enumerate(self._ids)]
        self._odds = _calibrated(rows, names, [_Seen.of(text) for text in off_topic])
        self._model = _Model.of([*rows, *names], len(self._ids))
        self._mends_from(self._model.terms)

    @property
    def learnt(self) -> bytes:
        """What was learnt, for another process or another start."""
        packer, model = Packer(), self._model
        packer.words(model.terms.names)
        packer.numbers(array("d", [model.terms.unseen, *model.terms.weight]))
        for numbers in (model.weights.labels, model.weights.values, model.weights.ends):
            packer.numbers(numbers)
        model.meaning.pack(packer)
        packer.numbers(array("d", self._odds.weights))
        return packer.packed()

    def rank(self, text: str) -> tuple[Match, ...]:
        """The entries that ``text`` may mean, best first, ten at most; empty when nothing in it was ever seen."""
        candidates = self._model.candidates(_Seen.of(self._mended(text)))
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
        vector, _ = self._model.terms.vector(features(self._mended(text)))
        given = dict(vector)

        def near(example: str) -> float:
            its, _ = self._model.terms.vector(features(example))
            return sum(value * given.get(number, 0.0) for number, value in its)

        nearest = max((said for of, said in self._said if of == label), key=near)
        weights = ((number, value * dict(self._model.weights[number]).get(label, 0.0)) for number, value in vector)
        best = sorted(weights, key=lambda item: -item[1])[:6]
        pieces = tuple((self._model.terms.names[number][1:], round(value, 3)) for number, value in best if value > 0)
        return Reason(nearest, pieces)

    def _mends_from(self, terms: Terms) -> None:
        """What is mended becomes what the base is written in."""
        self._spelling = _spelling(terms)
        pairs = ((weight, name[1:]) for name, weight in zip(terms.names, terms.weight, strict=True) if name[0] == "d")
        self._sounds = SoundAlikes(pair for _, pair in sorted(pairs))

    def _mended(self, text: str) -> str:
        return self._sounds.mended(self._spelling.mended(text))

    def _same(self, text: str) -> set[int]:
        found = process.extract(_words(text), self._plain, scorer=fuzz.ratio, score_cutoff=SAME, limit=5)
        return {self._said[place][0] for _, _, place in found}


def _spelling(terms: Terms) -> Spelling:
    words = ((weight, name[1:]) for name, weight in zip(terms.names, terms.weight, strict=True) if name.startswith("w"))
    return Spelling([word for _, word in sorted(words)])


def _unpacked(learnt: bytes, size: int) -> tuple[_Model, Odds]:
    """Raises ``ValueError`` for bytes that no ranker wrote."""
    unpacker = Unpacker(learnt)
    names = unpacker.words()
    unseen, *weight = unpacker.numbers("d")
    labels, values, ends = unpacker.numbers("I"), unpacker.numbers("f"), unpacker.numbers("I")
    if max(labels, default=-1) >= size or len(ends) != len(names) + 1 or len(weight) != len(names):
        raise ValueError("this was learnt from other entries")
    weights = Columns(size, labels, values, ends)
    meaning = Directions.unpacked(unpacker, size)
    model = _Model(size, Terms(names, array("d", weight), unseen), weights, meaning)
    return model, Odds(unpacker.numbers("d"))


def _calibrated(rows: Sequence[Row], names: Sequence[Row], off_topic: Sequence[_Seen]) -> Odds:
    """How evidence becomes a probability.

    Each fold leaves out some examples of most entries and all of the others, which nothing is the answer to then. How
    much each kind of question counts: ``_NEAR``, ``_FAR``.
    """
    size = len(names)
    right: list[tuple[float, ...]] = []
    wrong: list[tuple[float, ...]] = []
    near: list[tuple[float, ...]] = []
    far: list[tuple[float, ...]] = []
    placed = folds([label for label, _ in rows], _FOLDS)
    for fold in range(_FOLDS):
        gone = frozenset(range(fold, size, _FOLDS)) if size > 1 else frozenset[int]()
        inside = [(row, where) for row, where in zip(rows, placed, strict=True) if row[0] not in gone]
        learnt = [row for row, where in inside if where != fold]
        if not learnt:
            continue
        model = _Model.of([*learnt, *(row for row in names if row[0] not in gone)], size)
        for (label, seen), where in inside:
            if where == fold:
                for found, given in model.candidates(seen, gone)[:_JUDGED]:
                    (right if found == label else wrong).append(given)
        for into, asked in ((near, [seen for label, seen in rows if label in gone]), (far, off_topic[fold::_FOLDS])):
            for seen in asked:
                into.extend(given for _, given in model.candidates(seen, gone)[:_JUDGED])
        del model  # before the next one is learnt: there is memory for one
    within = (len(right) + len(wrong)) / (1 - _NEAR - _FAR)
    shares = (
        (right, 1.0),
        (wrong, 1.0),
        (near, _NEAR * within / (len(near) or 1)),
        (far, _FAR * within / (len(far) or 1)),
    )
    return Odds.of([(given, held is right, share) for held, share in shares for given in held])
