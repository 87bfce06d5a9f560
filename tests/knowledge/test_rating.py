"""After a resolved ticket: stars by words and buttons, and why there were few."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from knowledge.case import Case
from knowledge.dialogue import advance
from knowledge.events import Event, Heard, Pressed
from knowledge.loader import load
from knowledge.moves import Moves, Rate, RateReason, Relay, Reopen, Say, Settle
from knowledge.ticket import Known
from knowledge.turn import Context

BASE = load(Path(__file__).parents[2] / "knowledge" / "base")
NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
DONE = Known(1001, False, reopenable=True)
ASKED = replace(Case(1, 1), rating=1001)


def play(case: Case, event: Event, now: datetime = NOW, known: Known = DONE) -> tuple[Case, Moves]:
    return advance(case, event, Context(BASE, now, frozenset(), (known,)))


def phrases(moves: Moves) -> list[str]:
    return [move.phrase for move in moves if isinstance(move, Say)]


@pytest.mark.parametrize(
    ("said", "stars", "answer"), [("5星", 5, "rated"), ("3星", 3, "rated_low"), ("1分", 1, "rated_low")]
)
def test_few_stars_are_asked_about(said: str, stars: int, answer: str) -> None:
    for event in (Heard(said, 9), Pressed("stars", f"1001.{stars}", 0, 9, "cb")):
        case, moves = play(ASKED, event)
        assert Rate(1001, stars) in moves
        assert phrases(moves) == [answer]
        assert case.low_stars == ((1001, NOW) if stars <= 3 else None)


LOW, _ = play(ASKED, Heard("2星", 9))


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ("等了三天才有人理我", "等了三天才有人理我"),
        ("还没解决", "unsolved"),
        ("nobody explained the fee to me", "nobody explained the fee to me"),
    ],
)
def test_words_are_the_reason(said: str, reason: str) -> None:
    case, moves = play(LOW, Heard(said, 10))
    assert RateReason(1001, reason) in moves
    assert not any(isinstance(move, Reopen | Relay) for move in moves)
    (thanks,) = (move for move in moves if isinstance(move, Say))
    assert [button.action for row in thanks.buttons for button in row] == ["reopen"]
    assert case.low_stars is None


@pytest.mark.parametrize("said", ["好", "ok"])
def test_that_it_is_solved_is_no_number_of_stars(said: str) -> None:
    case, moves = play(ASKED, Heard(said, 9))
    assert phrases(moves) == ["you_are_welcome"]
    assert case.rating == 1001  # still asked for


def test_a_pressed_reason_counts_once() -> None:
    case, moves = play(LOW, Pressed("whystars", "1001.slow", 0, 9, "cb"))
    assert RateReason(1001, "slow") in moves
    _, again = play(case, Pressed("whystars", "1001.slow", 0, 9, "cb"))
    assert Settle("cb", "button_stale") in again
    assert not any(isinstance(move, RateReason) for move in again)


@pytest.mark.parametrize("said", ["没有", "不想说", "谢谢"])
def test_nobody_has_to_say_why(said: str) -> None:
    case, moves = play(LOW, Heard(said, 10))
    assert phrases(moves) == ["you_are_welcome"]
    assert case.low_stars is None


@pytest.mark.parametrize("said", ["终端 40213377，昨天的钱没到", "转人工", "周末结算吗？"])
def test_something_new_is_no_reason(said: str) -> None:
    case, moves = play(LOW, Heard(said, 10))
    assert not any(isinstance(move, RateReason) for move in moves)
    assert phrases(moves) != ["stars_reason_taken"]
    assert case.low_stars is None


def test_stars_can_be_thought_over_and_the_question_ends_after_a_day() -> None:
    case, moves = play(LOW, Heard("算了，给5星吧", 10))
    assert Rate(1001, 5) in moves
    assert case.low_stars is None
    _, moves = play(LOW, Heard("等得太久", 10), NOW + timedelta(days=2))
    assert not any(isinstance(move, RateReason) for move in moves)


RATED = replace(Case(1, 1), serial=1, ticket_serial=1)
"""After stars were given, and nothing else began since."""


@pytest.mark.parametrize("case", [replace(ASKED, serial=1), RATED], ids=["not rated", "rated"])
@pytest.mark.parametrize(
    "said", ["还没解决", "没有收到钱", "钱还是没到账", "再帮我看看", "怎么还没弄好", "不行", "不好", "no"]
)
def test_whoever_writes_that_it_is_not_solved_reopens(case: Case, said: str) -> None:
    after, moves = play(case, Heard(said, 9))
    assert Reopen(1001) in moves
    assert any(isinstance(move, Relay) and move.text == said for move in moves)
    assert (after.ticket, after.state) == (1001, "person")


@pytest.mark.parametrize(
    ("case", "said", "known"),
    [
        (RATED, "怎么换卡？", DONE),
        (RATED, "你好", DONE),
        (ASKED, "你好", DONE),  # no four stars either
        (RATED, "谢谢", DONE),
        (RATED, "很好", DONE),
        (replace(RATED, serial=2), "钱还是没到账", DONE),  # a new request has begun
        (RATED, "钱还是没到账", replace(DONE, reopenable=False)),
        (RATED, "钱还是没到账", replace(DONE, live=True)),
    ],
)
def test_what_is_about_something_else_does_not(case: Case, said: str, known: Known) -> None:
    _, moves = play(case, Heard(said, 9), known=known)
    assert not any(isinstance(move, Reopen | Rate) for move in moves)
