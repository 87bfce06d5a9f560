"""A conversation under way goes on under a base that was changed meanwhile."""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from handlers.wording import Wording
from knowledge.case import Case
from knowledge.causes import Causes
from knowledge.dialogue import advance
from knowledge.events import Attached, Commanded, Event, Heard, LookedUp, Pressed, Woke
from knowledge.library import Form, Forms, KnowledgeBase, Slot
from knowledge.migrating import migrated
from knowledge.moves import LookUp
from knowledge.records import Found
from knowledge.rehearsal import Rehearsal, rows_of
from knowledge.required import FORMS
from knowledge.turn import Context

CONVERSATIONS = sorted((Path(__file__).parents[1] / "conversations").rglob("*.yaml"))
SAMPLE = 60


def smaller(base: KnowledgeBase, dice: random.Random) -> KnowledgeBase:
    """What an author may leave of a base: other slots in another order, fewer causes, articles, steps and locales."""
    forms = {id: Form(id, _slots(form, dice)) for id, form in base.forms.forms.items()}
    kept = tuple(c for c in base.causes.causes if c.gate or c.fallback or dice.random() < 0.5)
    gone = {cause.id for cause in base.causes.causes} - {cause.id for cause in kept}
    shelves = {}
    for locale, shelf in base.shelves.items():
        articles = {
            id: replace(article, steps=article.steps[:1])
            for id, article in shelf.articles.items()
            if id not in gone and (article.kind == "cause" or dice.random() < 0.5)
        }
        shelves[locale] = replace(shelf, articles=articles)
    if dice.random() < 0.3:
        del shelves["en"]
    return replace(
        base, version="smaller", causes=Causes(kept, base.causes.sources), shelves=shelves,
        forms=Forms(forms, base.forms.silence, base.forms.limits, base.forms.reopen_days),
    )  # fmt: skip


def _slots(form: Form, dice: random.Random) -> tuple[Slot, ...]:
    slots = [slot for slot in form.slots if slot.name in FORMS.get(form.id, ()) or dice.random() < 0.5]
    return tuple(dice.sample(slots, len(slots)))


def begun(base: KnowledgeBase, dice: random.Random) -> Iterator[tuple[Rehearsal, tuple[Any, ...]]]:
    """Conversations broken off somewhere, with the buttons that were shown last."""
    for file in dice.sample(CONVERSATIONS, SAMPLE):
        script = yaml.safe_load(file.read_text(encoding="utf-8"))
        turns = script.get("talk", ())
        talk = turns[: dice.randint(1, len(turns))]
        rehearsal = Rehearsal({"locale": file.parent.name if file.parent.name in base.shelves else "zh", **script,
                               "talk": talk}, base)  # fmt: skip
        played = list(rehearsal.play())
        buttons = tuple(b for one in played for move in one.moves for row in rows_of(move) for b in row)
        yield rehearsal, buttons


def next_events(case: Case, buttons: tuple[Any, ...]) -> Iterator[Event]:
    """What may come next: words, every button that was shown, silence, media, commands."""
    for said in ("尾号8821", "back", "why", "11月3号", "2300", "no", "for the 4th it was 12 yuan", "没解决"):
        yield Heard(said, 900)
    for button in dict.fromkeys((b.action, b.argument) for b in buttons):
        yield Pressed(button[0], button[1], case.serial, 901, "callback")
    yield Attached("photo", 902)
    yield Commanded("language", "", 903)
    yield Woke()


@pytest.mark.parametrize("seed", range(3))
def test_any_conversation_goes_on_under_a_changed_base(shipped: KnowledgeBase, seed: int) -> None:
    dice = random.Random(seed)
    changed = smaller(shipped, dice)
    for shelf in changed.shelves.values():
        vars(shelf)["ranker"] = _OnlyThose(shipped.shelves[shelf.locale].ranker, shelf.articles)
    for rehearsal, buttons in begun(shipped, dice):
        for event in next_events(rehearsal.case, buttons):
            now = rehearsal.now + timedelta(days=2)
            _goes_on(rehearsal, event, Context(changed, now, rehearsal.merchants))


class _OnlyThose:
    """A ranker as if it had learnt from the articles that are left: learning anew would take seconds."""

    def __init__(self, ranker: Any, articles: Any) -> None:
        self.ranker, self.articles = ranker, articles

    def rank(self, text: str) -> Any:
        return tuple(match for match in self.ranker.rank(text) if match.id in self.articles)


def _goes_on(rehearsal: Rehearsal, event: Event, context: Context) -> None:
    """One more turn, its lookups answered, its words written: everything is said, nothing raises."""
    case = migrated(rehearsal.case, context.base)
    assert migrated(case, context.base) is case
    case, moves = advance(case, event, context)
    said = list(moves)
    if any(isinstance(move, LookUp) for move in moves):
        found = LookedUp(Found(rehearsal.records, "rehearsal", context.now))
        case, more = advance(case, found, context)
        said += more
    wording = Wording(context.base, case, {"zone": ZoneInfo("Asia/Shanghai"), "today": context.now.date()})
    wording.postings(said)
    assert said or isinstance(event, Woke)


def test_what_still_fits_stays_as_it_is(shipped: KnowledgeBase) -> None:
    case = Case(1, 1, form="payout_missing", state="choosing", asked="trade_dates", options=("2026-11-03",))
    assert migrated(case, shipped) is case


@pytest.mark.parametrize(
    ("state", "asked", "options", "parked"),
    [
        ("asking", "new_tail", (), False),
        ("choosing", "new_tail", ("8821",), False),
        ("choosing", "trade_dates", ("trade_dates=2026-11-03", "new_tail=8821"), False),
        ("parked", "new_tail", (), True),
    ],
)
def test_a_slot_that_is_gone_is_asked_no_more(
    shipped: KnowledgeBase, state: Any, asked: str, options: tuple[str, ...], parked: bool
) -> None:
    form = shipped.forms["payout_missing"]
    slots = tuple(slot for slot in form.slots if slot.name != "new_tail")
    fewer = replace(shipped, forms=replace(shipped.forms, forms={form.id: Form(form.id, slots)}))
    case = Case(1, 1, state=state, asked=asked, options=options, before_parking="asking" if parked else None)
    case = replace(case, order=("terminal_id", "new_tail"))
    after = migrated(case, fewer)
    assert (after.state, after.asked, after.options) == ("parked" if parked else "asking", None, ())
    assert (after.order, after.before_parking) == (("terminal_id",), "asking" if parked else None)


def test_a_form_and_a_language_that_are_gone(shipped: KnowledgeBase) -> None:
    fewer = replace(
        shipped,
        shelves={"zh": shipped.shelves["zh"]},
        forms=replace(shipped.forms, forms={"payout_missing": shipped.forms["payout_missing"]}),
    )
    after = migrated(Case(1, 1, locale="en", form="change_progress", state="asking", asked="terminal_id"), fewer)
    assert (after.locale, after.form, after.asked) == ("zh", "payout_missing", "terminal_id")
    assert fewer.plain("en", "language_name") == "中文"
