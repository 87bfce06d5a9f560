"""What a supervisor announces is read leniently and never guessed; the diagnosis knows it like any incident."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.case import Answers
from knowledge.diagnosis import diagnose
from knowledge.incident_reach import with_announced
from knowledge.incident_words import Unclear, read_incident
from knowledge.incidents import Announced, Scope, Wanted
from knowledge.loader import load
from knowledge.records import Found
from knowledge.rehearsal import records_of

BASE = load(Path(__file__).parents[2] / "knowledge" / "base")
NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
ICBC = "中国工商银行"


def read(words: str) -> Wanted | Unclear:
    return read_incident(words, BASE.providers, BASE.acquirers, NOW)


@pytest.mark.parametrize(
    ("words", "scope", "name", "title", "until"),
    [
        ("ICBC maintenance until 18:00", "bank", ICBC, "ICBC maintenance", "20T18:00"),
        ("icbc maintenance TILL 18：30", "bank", ICBC, "icbc maintenance", "20T18:30"),
        ("工行系统维护 到明天9:00", "bank", ICBC, "工行系统维护", "21T09:00"),
        ("工行维护持续到18点", "bank", ICBC, "工行维护", "20T18:00"),
        ("工商银行维护至11-25 18:00", "bank", ICBC, "工商银行维护", "25T18:00"),
        ("盛京银行维护直到23点半", "bank", "盛京银行", "盛京银行维护", "20T23:30"),
        ("Bank of China offline till 02:00", "bank", "中国银行", "Bank of China offline", "21T02:00"),
        ("Deutsche Bank down until 17:00", "bank", "Deutsche Bank", "Deutsche Bank down", "20T17:00"),
        ("Harbour Bank until 2026-11-25", "bank", "Harbour Bank", "Harbour Bank", "26T00:00"),
        ("all instant payments down until 11-25 18:00", "all", None, "instant payments down", "25T18:00"),
        ("全部 银联故障 到 20:30", "all", None, "银联故障", "20T20:30"),
        ("通道故障到今天24点", "all", None, "通道故障", "21T00:00"),
        ("拉卡拉系统升级到23点半", "acquirer", "lakala", "拉卡拉系统升级", "20T23:30"),
        ("Lakala upgrade until tomorrow 9:00", "acquirer", "lakala", "Lakala upgrade", "21T09:00"),
    ],
)
def test_words_that_set_an_incident(words: str, scope: Scope, name: str | None, title: str, until: str) -> None:
    moment = datetime.fromisoformat(f"2026-11-{until}+08:00")
    assert read(words) == Wanted(scope, name, title, moment)


@pytest.mark.parametrize(
    ("words", "phrase"),
    [
        ("", "incident_usage"),
        ("ICBC maintenance", "incident_usage"),
        ("until 18:00", "incident_usage"),
        ("ICBCX maintenance until 18:00", "incident_unclear_scope"),
        ("maintenance until 18:00", "incident_unclear_scope"),
        ("ICBC maintenance until whenever", "incident_unclear_until"),
        ("ICBC maintenance until 25:00", "incident_unclear_until"),
        ("ICBC maintenance until today 14:00", "refused_past"),
        ("ICBC maintenance until 2027-01-10", "incident_far"),
    ],
)
def test_words_that_do_not(words: str, phrase: str) -> None:
    assert isinstance(found := read(words), Unclear)
    assert found.phrase == phrase


@given(st.text(max_size=60))
def test_any_words_are_read(words: str) -> None:
    found = read(words)
    assert isinstance(found, Unclear) or found.until > NOW


def announced(scope: Scope, name: str | None, ends: float = 3, ended: float | None = None) -> Announced:
    early = None if ended is None else NOW + timedelta(hours=ended)
    return Announced(3, scope, name, "维护", NOW - timedelta(hours=1), NOW + timedelta(hours=ends), 52, "老李", early)


@pytest.mark.parametrize(
    ("one", "known"),
    [
        (announced("all", None), True),
        (announced("bank", ICBC), True),
        (announced("bank", "招商银行"), False),
        (announced("acquirer", "lakala"), True),
        (announced("acquirer", "leshua"), False),
        (announced("bank", ICBC, ends=-0.5), False),
        (announced("bank", ICBC, ended=-0.5), False),
    ],
)
@pytest.mark.parametrize("called", [ICBC, "工商银行", "中国工商银行股份有限公司", "ICBC"])
def test_a_diagnosis_knows_what_is_going_on_at_the_payouts_bank(one: Announced, known: bool, called: str) -> None:
    payout = {"trade_date": "2026-11-19", "status": "processing", "dest_tail": "8821", "dest_bank": called}
    merchant = {"merchant_no": "M1", "acquirer": "拉卡拉", "cycle": "T1"}
    records = records_of({"merchant": merchant, "payouts": [payout]})
    found = with_announced(Found(records, "played", NOW), [one], BASE.providers, BASE.acquirers)
    answers = Answers(records.terminal.terminal_id, trade_dates=(datetime(2026, 11, 19).date(),))  # noqa: DTZ001
    (finding,) = diagnose(found, answers, BASE.causes, BASE.acquirers, BASE.calendar, NOW)
    assert finding.facts["bank.incident"] is known
    assert (finding.primary == "bank_unavailable") is known
    if known:
        assert finding.facts["bank.incident_title"] == "维护"
        assert finding.facts["bank.incident_ends_at"] == one.until
