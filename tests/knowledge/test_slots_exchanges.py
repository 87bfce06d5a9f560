"""Words in the middle of a conversation: what was asked decides much, and what is doubtful fills nothing."""

from datetime import date, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from knowledge.slots import read

NOW = datetime(2026, 11, 20, 15, 0, tzinfo=ZoneInfo("Asia/Shanghai"))
ROWS = yaml.safe_load((Path(__file__).parent / "understanding" / "exchanges.yaml").read_text(encoding="utf-8"))


def value(slot: str, written: Any) -> object:
    if slot == "change_date":
        return date.fromisoformat(f"2026-{written}")
    if slot == "trade_dates":
        return tuple(date.fromisoformat(f"2026-{one}") for one in written)
    return tuple(written) if isinstance(written, list) else written


@pytest.mark.parametrize("row", [pytest.param(row, id=f"{row.get('asked', 'none')}: {row['text']}") for row in ROWS])
def test_exchanges(row: dict[str, Any]) -> None:
    reading = read(row["text"], now=NOW, locale=row.get("lang", "zh"), asked=row.get("asked"))
    assert dict(reading.slots) == {slot: value(slot, written) for slot, written in row["slots"].items()}
    assert {*reading.choices} == {*row.get("choices", [])}
    if "act" in row:
        assert reading.act == row["act"]
    if "corrects" in row:
        assert reading.corrects == {*row["corrects"]}
    if "asks" in row:
        assert reading.question is row["asks"]
