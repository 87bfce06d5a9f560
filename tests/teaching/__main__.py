"""Learn from all rows and write what was learnt: ``make teach``.

``python -m tests.teaching --without people_two.yaml`` leaves a file out; ``python -m tests.teaching.figures
people_two.yaml`` then tells how well words are read that were not learnt from.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from knowledge.learnt import FILE, pack
from tests.teaching.composing import cards, messages
from tests.teaching.learning import learn
from tests.teaching.rows import Example, Labelled, digest, examples, files, of_slots, of_words

MADE = {"day": 0.5, "sum": 0.5, "intent": 0.1, "tail": 0.3}
"""How much a made message counts beside a written one."""
HEEDING = 0.3
"""Of a message that the rules were written for: how much it counts with their answer among its features, of which it
would teach too much trust; the rest it counts without."""
LEAST = 2
"""Hundredths: smaller weights are left out."""


def main() -> None:
    """Write ``knowledge/roles.weights``."""
    asked = argparse.ArgumentParser()
    asked.add_argument("--without", action="append", default=[], help="a file of rows to leave out")
    asked.add_argument("--out", type=Path, default=FILE)
    told = asked.parse_args()
    out: Path = told.out
    out.write_bytes(pack(*weights(tuple(told.without)), digest()))


def weights(without: tuple[str, ...] = ()) -> tuple[dict[str, list[str]], dict[str, dict[str, list[int]]]]:
    """The answers to every kind of question, and what each feature weighs for each of them, in hundredths."""
    taught: dict[str, list[tuple[Example, float]]] = {}
    for row, made in written(without):
        both = [(row, 1.0)] if row.blind else [(row, HEEDING), (replace(row, heeds_rules=False), 1 - HEEDING)]
        for said, counts in both:
            for kind, example in examples(said):
                taught.setdefault(kind, []).append((example, counts * (MADE[kind] if made else 1.0)))
    answers = {kind: sorted({answer for (_, answer), _ in rows}) for kind, rows in taught.items()}
    found: dict[str, dict[str, list[int]]] = {}
    for kind, rows in taught.items():
        weighed = [(features, answer, counts) for (features, answer), counts in rows]
        learnt = learn(weighed, answers[kind])
        rounded = {name: [round(100 * weight) for weight in learnt[name]] for name in sorted(learnt)}
        found[kind] = {name: own for name, own in rounded.items() if max(map(abs, own)) >= LEAST}
    return answers, found


def written(without: tuple[str, ...] = ()) -> list[tuple[Labelled, bool]]:
    """All labelled messages, and whether each was made."""
    rows: list[tuple[Labelled, bool]] = []
    for file in (one for one in files() if one.name not in without):
        if file.suffix == ".yaml":
            rows += [(row, False) for row in of_slots(file.name)]
        elif not file.name.startswith(("clauses", "cards")):
            rows += [(row, False) for row in of_words(file.name)]
    return [*rows, *((row, True) for row in (*messages(), *cards()))]


if __name__ == "__main__":
    main()
