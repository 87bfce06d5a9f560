"""How well the openings of a labelled file are read: slots found, wrong values, intents."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import yaml

from knowledge.slots import read
from tests.teaching.rows import FOLDER, NOVEMBER

MONEY_AND_DAYS = frozenset({"amounts", "trade_dates", "change_date"})


@dataclass
class Figures:
    """Counts over messages. ``wrong``: the messages with a wrong sum or day taken, each with the slot."""

    messages: int = 0
    slots: int = 0
    found: int = 0
    intents: int = 0
    wrong: list[str] = field(default_factory=list)
    other_wrong: list[str] = field(default_factory=list)


def measure(rows: Iterable[dict[str, Any]]) -> Figures:
    """Read the openings, all of the same clock."""
    told = Figures()
    for row in rows:
        reading = read(row["text"], now=NOVEMBER, locale=row.get("lang", "zh"))
        told.messages += 1
        ambiguous = row.get("ambiguous", {})
        told.intents += reading.intent in {row["intent"], *ambiguous.get("intent", ())}
        for slot in {*row["slots"], *ambiguous, *reading.slots} - {"intent"}:
            right = [_plain(slot, value) for value in (row["slots"].get(slot), *ambiguous.get(slot, ()))]
            if slot in ambiguous and slot not in row["slots"]:
                right = right[1:]
            said = _plain(slot, reading.slots.get(slot))
            told.slots += None not in right
            if said in right:
                told.found += said is not None and None not in right
            elif said is not None:
                (told.wrong if slot in MONEY_AND_DAYS else told.other_wrong).append(f"{slot} {said}: {row['text']}")
    return told


def _plain(slot: str, value: object) -> object:
    if value is None:
        return None
    if slot == "trade_dates":
        days = value if isinstance(value, (list, tuple)) else [value]
        return sorted(_day(one) for one in days)
    if slot == "change_date":
        return _day(value)
    if slot == "amounts":
        return list(value) if isinstance(value, (list, tuple)) else [value]
    return str(value).upper()


def _day(written: object) -> date:
    said = str(written)
    return date.fromisoformat(said if len(said) > len("11-20") else f"2026-{said}")


def main() -> None:
    """Tell the figures of the files named."""
    for name in sys.argv[1:]:
        told = measure(yaml.safe_load((FOLDER / name).read_text(encoding="utf-8")))
        lines = (
            f"{name}: {told.found} of {told.slots} slots found ({told.found / told.slots:.1%}), "
            f"{told.intents} of {told.messages} intents, {len(told.wrong)} sums or days wrong, "
            f"{len(told.other_wrong)} others",
            *told.wrong,
            *told.other_wrong,
        )
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
