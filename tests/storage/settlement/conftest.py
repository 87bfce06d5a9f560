"""Native bundles written from a few words, and a clock that stands still."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from pathlib import Path

import pytest
import yaml
from sqlalchemy import Engine

from knowledge.providers import Providers
from storage.settlement.importing import Importer

NOW = datetime.fromisoformat("2026-11-22T10:00:00+08:00")
ROOT = Path(__file__).resolve().parents[3]
BASE: dict[str, list[dict[str, str]]] = {
    "merchants": [
        {"merchant_no": "822331059990001", "name": "晨光便利店", "phone": "13800138001", "timezone": "Asia/Shanghai",
         "acquirer": "lakala", "cycle": "T1", "currency": "CNY", "risk_hold": "0"},
        {"merchant_no": "822331059990002", "name": "南湖小馆", "phone": "13800138002", "timezone": "Asia/Shanghai"},
    ],
    "terminals": [
        {"terminal_id": "40213377", "merchant_no": "822331059990001", "account_tail": "8821"},
        {"terminal_id": "4021337A", "merchant_no": "822331059990001"},
        {"terminal_id": "50213377", "merchant_no": "822331059990002"},
    ],
    "card_changes": [
        {"change_id": "C1", "merchant_no": "822331059990001", "old_tail": "1234", "new_tail": "8821",
         "status": "effective", "submitted_at": "2026-11-18T10:00:00+08:00",
         "effective_at": "2026-11-19T09:30:00+08:00"},
    ],
    "payouts": [
        {"payout_id": "P1", "merchant_no": "822331059990001", "terminal_id": "40213377", "batch_id": "B1",
         "trade_date": "2026-11-19", "cut_at": "2026-11-19T23:00:00+08:00", "status": "paid",
         "sent_at": "2026-11-20T14:00:00+08:00", "dest_tail": "8821", "gross": "1200.00", "fee": "7.20",
         "net": "1192.80", "currency": "CNY"},
    ],
    "incidents": [
        {"incident_id": "I1", "bank": "招商银行", "starts_at": "2026-11-20T00:00:00+08:00",
         "ends_at": "2026-11-20T06:00:00+08:00", "title": "系统维护"},
    ],
}  # fmt: skip
Rows = Sequence[Mapping[str, str]]


def sheet(rows: Rows) -> str:
    """Rows as CSV, with the columns in the order in which the rows name them."""
    names = list(dict.fromkeys(name for row in rows for name in row))
    out = io.StringIO()
    writer = csv.DictWriter(out, names, lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


@pytest.fixture
def bundle(tmp_path: Path) -> Callable[..., Path]:
    """Write a bundle: the base above, with the sheets named replaced; returns its folder."""

    def write(name: str = "bundle", /, **sheets: Rows | str) -> Path:
        folder = tmp_path / name
        folder.mkdir()
        for kind, rows in {**BASE, **sheets}.items():
            content = rows if isinstance(rows, str) else sheet(rows)
            if content:
                (folder / f"{kind}.csv").write_text(content, "utf-8")
        return folder

    return write


@pytest.fixture
def payout() -> Callable[..., dict[str, str]]:
    """The base's payout with other values."""
    return lambda **values: {**BASE["payouts"][0], **values}


@pytest.fixture(scope="session")
def providers() -> Providers:
    """The mappings that come with the program."""
    return Providers.from_data(yaml.safe_load((ROOT / "knowledge/base/providers.yaml").read_text("utf-8")))


@pytest.fixture
def importer(engine: Engine, providers: Providers) -> Importer:
    """An importer whose clock stands still."""
    return Importer(engine, lambda: NOW, providers)


@pytest.fixture
def now() -> datetime:
    """The moment at which the clock stands."""
    return NOW
