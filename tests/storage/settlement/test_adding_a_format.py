"""The page on adding a format does what it says: its module reads its file, by its own mapping."""

from __future__ import annotations

import io
import re
from pathlib import Path
from typing import Any

import yaml

from knowledge.providers import Providers
from storage.settlement.formats.declaration import Intake
from storage.settlement.opening import Part

PAGE = (Path(__file__).resolve().parents[3] / "docs/settlement-sources/adding-a-format.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def test_the_format_of_the_page_reads_the_file_of_the_page() -> None:
    module: dict[str, Any] = {}
    exec(compile(block("python"), "acme_daily.py", "exec"), module)
    form = module["FORMAT"]
    for encoding in ("utf-8", "utf-8-sig", "gb18030"):
        content = block("csv").encode(encoding)
        part = Part("day.csv", len(content), content, lambda content=content: io.BytesIO(content))  # type: ignore[misc]
        assert form.recognises(part)
        intake = Intake(Providers.from_data(yaml.safe_load(block("yaml"))))
        entries = list(form.read([part], intake))
        assert intake.bad == []
        payouts = [dict(zip(e.kind.fields, e.values, strict=True)) for e in entries if e.kind.name == "payouts"]
        assert [(p["payout_id"], p["status"], p["dest_tail"], p["net"]) for p in payouts] == [
            ("A-1", "paid", "8821", 119280), ("A-2", "returned", "1234", 49700),
        ]  # fmt: skip
        assert payouts[0]["trade_date"] == "2026-11-03"
        assert intake.unmapped == {"reason": {"账号无效": 1}}
