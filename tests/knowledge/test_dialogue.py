"""The conversation as a whole: nothing breaks it, nobody is left without an answer, nothing leaks."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.case import Case
from knowledge.dialogue import advance
from knowledge.events import (
    Attached,
    Commanded,
    Event,
    Heard,
    Identified,
    Limited,
    LookedUp,
    NotIdentified,
    Pressed,
    Shared,
    TicketOpened,
    Woke,
)
from knowledge.library import KnowledgeBase
from knowledge.loader import load
from knowledge.moves import Advise, LookUp, OpenTicket, Relay, Say
from knowledge.records import Absent, Foreign, Found, Unavailable
from knowledge.rehearsal import records_of
from knowledge.ticket import Known
from knowledge.turn import Context

BASE = load(Path(__file__).parents[2] / "knowledge" / "base")
NOW = datetime.fromisoformat("2026-11-20T15:00:00+08:00")
RECORDS = records_of(
    {
        "merchant": {"cycle": "T1", "phone": "+8613800000001"},
        "changes": [
            {
                "old_tail": "1234", "new_tail": "8821", "status": "effective",
                "submitted_at": "2026-11-13T10:00:00+08:00", "effective_at": "2026-11-14T10:00:00+08:00",
            }
        ],
        "payouts": [
            {
                "trade_date": "2026-11-03", "status": "paid", "dest_tail": "1234", "net": "1192.80",
                "cut_at": "2026-11-03T23:00:00+08:00",
            }
        ],
    }
)  # fmt: skip
RESULTS = st.sampled_from(
    [Found(RECORDS, "test", NOW), Absent(), Foreign(), Unavailable("down"), Found(RECORDS, "test", NOW, True)]
)
WORDS = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            *(
                "上周五换的卡，尾号8821，终端 40213377，3号和4号一共两千三没到",
                "40213377",
                "3号",
                "不对，是5号换的",
                "2300",
                "8821",
            ),
            *(
                "不知道",
                "跳过",
                "返回",
                "重来",
                "取消",
                "为什么",
                "等一下",
                "人工",
                "好的",
                "不是",
                "谢谢",
                "你好",
                "English",
                "中文",
                "5",
            ),
            *(
                "resolved",
                "terminal 40213377",
                "last Friday",
                "I want a person",
                "解决了",
                "还没到",
                "办好了",
                "怎么换卡",
                "",
            ),
        ]
    ),
)
ACTIONS = st.sampled_from(
    [
        *(
            "menu",
            "pick",
            "fix",
            "skip",
            "why",
            "again",
            "side",
            "follow",
            "unverified",
            "identify",
            "terminal",
            "stars",
        ),
        *("reopen", "article", "to", "newticket", "nonsense", ""),
    ]
)
ARGUMENTS = st.sampled_from(
    [
        *("", "payout_missing", "change_progress", "person", "tickets", "language", "none", "terminal_id", "amounts"),
        *(
            "trade_dates.0",
            "change_date.3",
            "new_tail.99",
            "records",
            "words",
            "fix",
            "solved",
            "not_solved",
            "next_step",
        ),
        *("1001.5", "1001", "x.y", "guide_prevention", "no_such_article", "40213377", "🙂"),
    ]
)
EVENTS: st.SearchStrategy[Event] = st.one_of(
    st.builds(Heard, WORDS, st.integers(1, 20), st.booleans(), removed=st.sampled_from([(), (3,), (2, 3)])),
    st.builds(Attached, st.sampled_from(["photo", "voice", "sticker", "location", "dice"]), st.integers(1, 20), WORDS),
    st.builds(Pressed, ACTIONS, ARGUMENTS, st.integers(0, 4), st.integers(1, 20), st.just("cb")),
    st.builds(Shared, st.sampled_from(["+8613800000001", "", "x"]), st.booleans(), st.integers(1, 20)),
    st.builds(
        Commanded,
        st.sampled_from(["start", "new", "tickets", "language", "human", "cancel", "privacy", "help", "zzz"]),
        st.sampled_from(["", "t_40213377", "b_token", "t_", "b_", "t_%%%"]),
        st.integers(1, 20),
    ),
    st.builds(LookedUp, RESULTS),
    st.just(Identified(frozenset({"M1"}), ("小城面馆",))),
    st.builds(
        NotIdentified,
        st.sampled_from(["unknown_phone", "link_used", "link_expired", "link_unknown", "source_down", "limited"]),
    ),
    st.just(Limited()),
    st.just(TicketOpened(1001)),
    st.just(Woke()),
)


def said(moves: Any, locale: str, base: KnowledgeBase = BASE) -> None:
    """Every phrase that is said exists in the locale and can be rendered with what it is given."""
    for move in moves:
        if isinstance(move, Say):
            base.phrase(locale, move.phrase, **{"zone": NOW.tzinfo, "today": NOW.date(), **move.values})
            for row in move.buttons:
                for button in row:
                    label = base.plain(
                        locale, button.label, **{"zone": NOW.tzinfo, "today": NOW.date(), **button.values}
                    )
                    assert label
                    assert len(f"{button.action}:{2**31}:{button.argument}".encode()) <= 64


@settings(max_examples=300, deadline=None)
@given(st.lists(EVENTS, max_size=12), st.sampled_from(["zh", "en"]), st.booleans())
def test_no_events_can_break_the_desk(events: list[Event], locale: str, bound: bool) -> None:
    case = Case(1, 1, locale)
    merchants = frozenset({"M1"}) if bound else frozenset()
    for number, event in enumerate(events):
        context = Context(BASE, NOW + timedelta(minutes=40 * number), merchants)
        case, moves = advance(case, event, context)
        said(moves, case.locale)
        assert case.chat == 1
        if not isinstance(event, Woke | LookedUp):
            assert moves, f"nobody answered {event}"


TIMED = st.lists(st.tuples(EVENTS, st.sampled_from([0, 1, 6, 15])), max_size=14)
TWO = (Known(1002, True, "40213377", ("S200",)), Known(1001, True), Known(1000, False, reopenable=True))


@settings(max_examples=120, deadline=None)
@given(TIMED, st.sampled_from([TWO, TWO[1:], TWO[2:]]))
def test_with_several_tickets_every_message_arrives_in_one_of_them(
    steps: list[tuple[Event, int]], tickets: tuple[Known, ...]
) -> None:
    """Handed on at once, or waiting for the merchant's choice and handed on after a while: never lost, never twice."""
    case, now = replace(Case(1, 1), ticket=1001, state="person", ticket_serial=0), NOW
    for event, minutes in steps:
        now += timedelta(minutes=minutes)
        context = Context(BASE, now, frozenset(), tickets)
        before = [each.message for each in case.pending]
        for_staff = case.state in ("person", "waiting") and isinstance(event, Heard) and not event.edited
        case, moves = advance(case, event, context)
        said(moves, case.locale)
        handed = [move.message for move in moves if isinstance(move, Relay)]
        waiting = [each.message for each in case.pending]
        wanted = before + ([event.message] if for_staff and isinstance(event, Heard) else [])
        removed = event.removed if isinstance(event, Heard) else ()  # with a part of a card number: it must not arrive
        for message in {*wanted} - {*removed}:
            assert (handed + waiting).count(message) >= 1
        if waiting:
            assert case.wake_at is not None
    later = Context(BASE, (case.wake_at or now) + timedelta(minutes=1), frozenset(), tickets)
    case, _ = advance(case, Woke(), later)
    assert not case.pending


@settings(max_examples=150, deadline=None)
@given(st.lists(EVENTS, max_size=10))
def test_nobody_unknown_hears_a_fact(events: list[Event]) -> None:
    """Without a bound merchant nothing is looked up, whatever is said or pressed."""
    case = Case(1, 1)
    for event in events:
        if isinstance(event, LookedUp | Identified):
            continue
        case, moves = advance(case, event, Context(BASE, NOW))
        assert not any(isinstance(move, LookUp | Advise) for move in moves)


@pytest.mark.parametrize("locale", ["zh", "en"])
@settings(max_examples=60, deadline=None)
@given(words=st.lists(WORDS, max_size=8))
def test_a_person_can_be_reached_from_anywhere(locale: str, words: list[str]) -> None:
    case = Case(1, 1, locale)
    context = Context(BASE, NOW, frozenset({"M1"}))
    for number, text in enumerate(words):
        case, moves = advance(case, Heard(text, number), context)
        for move in moves:
            if isinstance(move, LookUp):
                case, _ = advance(case, LookedUp(Found(RECORDS, "test", NOW)), context)
    case, moves = advance(case, Pressed("menu", "person", 0, 1, "cb"), context)
    opened = any(isinstance(move, OpenTicket) for move in moves)
    assert opened or case.ticket is not None


def test_a_foreign_terminal_reads_like_an_unknown_one() -> None:
    """Moves, buttons and words are the same to the letter; only the ticket's case tells staff the difference."""
    case = replace(Case(1, 1), state="asking", answers=replace(Case(1, 1).answers, terminal_id="40213377"))
    context = Context(BASE, NOW, frozenset({"M2"}))
    told = []
    for result in (Absent(), Foreign()):
        after, moves = advance(case, LookedUp(result), context)
        advice = next(move for move in moves if isinstance(move, Advise))
        for locale in BASE.locales:
            article = BASE.article(locale, advice.findings[0].primary)
            rendered = BASE.render(article, {**advice.findings[0].facts, "reference": "S010"}, step=0)
            told.append((locale, article.title, rendered, advice.buttons, after.state, after.asked))
        told.append([type(move) for move in moves])
    half = len(told) // 2
    assert told[:half] == told[half:]


def test_a_case_is_changed_by_names_that_it_has():
    case = Case(7, 8, step=3)
    assert case.but(step=4, locale="en") == replace(case, step=4, locale="en")
    assert case == Case(7, 8, step=3)
    with pytest.raises(TypeError, match="stepp"):
        case.but(stepp=4)
