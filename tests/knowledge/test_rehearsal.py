"""The rehearsal tells the truth: it finds what differs, and refuses records that do not exist."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from knowledge.library import KnowledgeBase
from knowledge.loader import load
from knowledge.moves import Advise
from knowledge.rehearsal import Rehearsal, name_of, records_of, rehearse


@pytest.fixture(scope="module")
def base() -> KnowledgeBase:
    return load(Path(__file__).parents[2] / "knowledge" / "base")


def one(merchant: str, desk: Any, **more: Any) -> dict[str, Any]:
    """A conversation of one turn."""
    return {"locale": "zh", "talk": [{"merchant": merchant, "desk": desk, **more}]}


def test_what_differs_is_told(base: KnowledgeBase) -> None:
    wrong = rehearse(one("40213377没到账", ["noted", "ask_amounts"], slots={"terminal_id": "1"}), base)
    assert [(w.turn, w.expected, w.got) for w in wrong] == [
        (1, "noted, ask_amounts", "noted, ask_change_date"),
        (1, "terminal_id 1", "terminal_id 40213377"),
    ]


def test_a_question_too_many_is_told(base: KnowledgeBase) -> None:
    assert rehearse(one("40213377没到账", ["noted"]), base)


def test_an_unknown_field_is_refused() -> None:
    with pytest.raises(ValueError, match="Payout has no colour"):
        records_of({"payouts": [{"colour": "red"}]})


def test_a_moment_needs_its_zone() -> None:
    with pytest.raises(ValueError, match="needs an offset"):
        records_of({"payouts": [{"cut_at": "2026-11-03T23:00:00"}]})


def test_sums_are_major_units() -> None:
    assert records_of({"payouts": [{"net": "1192.80"}]}).payouts[0].net == 119280


def test_a_very_long_text_is_read_and_cut(base: KnowledgeBase) -> None:
    """What it says counts, and the transcript stays small."""
    text = "40213377没到账，13号换的卡。" + "急死我了！" * 1000
    rehearsal = Rehearsal({"locale": "zh", "talk": [{"merchant": text}]}, base)
    (played,) = rehearsal.play()
    assert played.case.answers.terminal_id == "40213377"
    assert len(played.case.transcript[0].text) <= 600


@pytest.mark.parametrize("locale", ["zh", "en"])
def test_what_was_settled_stays_in_the_case(locale: str, base: KnowledgeBase) -> None:
    """Both the words and the records are kept for staff after the merchant chose a side."""
    words = {
        "zh": "1号换的卡，尾号8821，终端40213377，17号1100没到",
        "en": "changed my card on the 1st, ending 8821, terminal 40213377, 1100 from the 17th is missing",
    }
    script = {
        "locale": locale,
        "records": {
            "merchant": {"cycle": "T1"},
            "changes": [
                {
                    "old_tail": "1234", "new_tail": "8821", "status": "effective",
                    "submitted_at": "2026-11-13T10:00:00+08:00", "effective_at": "2026-11-14T10:00:00+08:00",
                }
            ],
            "payouts": [
                {
                    "trade_date": "2026-11-17", "status": "paid", "dest_tail": "8821", "net": "1100",
                    "cut_at": "2026-11-17T23:00:00+08:00",
                }
            ],
        },
        "talk": [{"merchant": words[locale]}, {"presses": "button_records_right"}],
    }  # fmt: skip
    *_, last = Rehearsal(script, base).play()
    assert any(isinstance(move, Advise) for move in last.moves)
    assert "11月1日" in last.case.told[0].differences[0]
    assert last.case.answers.change_date is not None
    assert last.case.answers.change_date.isoformat() == "2026-11-13"


def test_what_changed_since_the_last_look_is_said(base: KnowledgeBase) -> None:
    """ "Done" runs the checks again; another cause than before is told as news."""
    change = {"old_tail": "1234", "new_tail": "8821", "status": "need_merchant", "need": "sign"}
    submitted = {"submitted_at": "2026-11-17T10:00:00+08:00"}
    talk = [{"merchant": "17号换的卡，新卡8821，40213377，18号5000没到"}, {"merchant": "签好了"}]
    rehearsal = Rehearsal({"locale": "zh", "records": {"changes": [{**change, **submitted}]}, "talk": talk}, base)
    turns = rehearsal.play()
    assert [name_of(move) for move in next(turns).moves][-1] == "advise change_need_merchant"
    rehearsal.records = records_of({"changes": [{**change, **submitted, "status": "auditing"}]})
    said = [name for name in map(name_of, next(turns).moves) if name]
    assert said == ["checking_again", "changed_meanwhile", "advise change_under_review"]
