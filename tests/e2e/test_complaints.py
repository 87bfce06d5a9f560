"""What users of other desks complain of, each told as it happens there and shown not to happen here.

The whole program over the sandbox, with two agents and merchants of both languages. Deadlines that run at night are in
``test_hours.py``, for it takes a clock; other ways in which topics are lost in ``tests/bot/test_lost_topics.py``.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.e2e.floor import AGENTS, BOSS, LAURA, SUN, Floor
from tests.words import says as words

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("floor")]
both = pytest.mark.parametrize("locale", ["zh", "en"])


@both
async def test_topics_deleted_by_hand_swallow_no_replies(floor: Floor, locale: str) -> None:
    """Neither the merchant's words nor, once the topic is back, an agent's."""
    it = await floor.matter(locale)
    await it.claimed(SUN)
    await it.says("first words")
    await it.shows("first words")
    await it.visitor.changes_topic(SUN.id, it.group, "delete", it.topic)
    await it.says("is anybody there?")
    back = await it.visitor.hears(it.group, text="is anybody there?", after=it.since)
    assert back
    assert back[0]["message"]["message_thread_id"] != it.topic
    it.topic = int(back[0]["message"]["message_thread_id"])
    await it.shows("first words", ever=True)  # the history came along
    assert "强" in await it.card("status_claimed")
    await it.writes(SUN, "yes, I am")
    await it.hears("yes, I am")


@both
async def test_a_closed_topic_reopens(floor: Floor, locale: str) -> None:
    """Closed by hand, at once; closed with its ticket, when the merchant writes within seven days."""
    it = await floor.matter(locale)
    await it.claimed(LAURA)
    await it.mark()
    await it.visitor.changes_topic(SUN.id, it.group, "close", it.topic)
    await it.shows("note_closed_by_hand")
    await it.named("icon_claimed")
    await it.resolved(LAURA)
    await it.named("icon_resolved", closed=True)
    await it.says("it has not come after all")
    await it.hears("ticket_reopened")
    await it.shows("it has not come after all")
    await it.named("icon_claimed")
    await it.writes(LAURA, "I look again")
    await it.hears("I look again")


@both
async def test_two_agents_answer_at_once(floor: Floor, locale: str) -> None:
    """Of two claims in the same second one wins, and the other agent is told at once, in their own language."""
    it = await floor.matter(locale)
    message, data = await it.button("button_card_claim")
    pressed = await asyncio.gather(*(it.stale(agent, message, data) for agent in AGENTS))
    (winner, _), (loser, refusal) = sorted(zip(AGENTS, pressed, strict=True), key=lambda one: one[1]["alert"])
    assert refusal["alert"]
    assert winner.name in refusal["text"]
    assert words(loser.locale, "refused_claimed") in refusal["text"]
    await it.hears("ticket_claimed")
    await it.mark()
    await asyncio.gather(
        it.visitor.replies(winner.id, it.group, it.topic, "I look"),
        it.visitor.replies(loser.id, it.group, it.topic, "so do I"),
    )
    warning = await it.shows("warned_not_owner")
    assert winner.name in warning["message"]["text"]
    await it.hears("I look", ever=True)
    await it.hears("so do I", ever=True)
    assert await it.heard("ticket_claimed") == 1


@both
async def test_two_agents_write_first_at_once(floor: Floor, locale: str) -> None:
    """Nobody has claimed it: whoever was first has; both messages arrive, and the merchant hears of one owner."""
    it = await floor.matter(locale)
    await asyncio.gather(it.writes(SUN, "from Sun"), it.writes(LAURA, "from Laura"))
    await it.hears("from Sun", ever=True)
    await it.hears("from Laura", ever=True)
    await it.shows("warned_not_owner", ever=True)
    assert await it.heard("ticket_claimed") == 1


@both
async def test_replies_do_not_silently_never_arrive(floor: Floor, locale: str) -> None:
    """What is refused is told under the message with the reason and a button; what arrived is marked."""
    it = await floor.matter(locale)
    await it.claimed(SUN)
    said = await it.writes(SUN, "this arrives")
    await it.hears("this arrives")
    await it.reactions(it.group, said["id"], [words("zh", "mark_delivered")])
    await it.visitor.blocks(it.merchant)
    said = await it.writes(LAURA, "this does not")
    note = await it.shows("undelivered_blocked")
    assert note["message"]["reply_to_message"]["message_id"] == said["id"]
    await it.visitor.unblocks(it.merchant)
    message, data = await it.button("button_again")
    first = await it.stale(LAURA, message, data)
    again = await it.stale(SUN, message, data)
    assert (first["alert"], again["alert"]) == (False, True)
    assert words("en", "done_sent_again") in first["text"]
    await it.hears("this does not", ever=True)
    await it.reactions(it.group, said["id"], [words("zh", "mark_delivered")])
    assert await it.heard("this does not") == 1


@both
async def test_agents_can_edit_what_they_sent(floor: Floor, locale: str) -> None:
    """The words, the words under a picture; and take the whole of it back."""
    it = await floor.matter(locale)
    said = await it.writes(LAURA, "paid on the 3rd")
    got = await it.hears("paid on the 3rd")
    await it.mark()
    await it.visitor.edits(LAURA.id, said["id"], "paid on the 4th", chat=it.group)
    changed = await it.hears("paid on the 4th", edits=True)
    assert changed["id"] == got["id"]
    await it.mark()
    picture = await it.visitor.sends(LAURA.id, "photo", caption="slip 1", chat=it.group, thread=it.topic)
    shown = await it.hears("slip 1")
    await it.mark()
    await it.visitor.edits_caption(LAURA.id, picture["id"], "slip 2", chat=it.group)
    assert (await it.hears("slip 2", edits=True))["id"] == shown["id"]
    for mine, theirs in ((said, got), (picture, shown)):
        await it.orders(LAURA, "/unsend", "done_unsend", reply_to=mine["id"])
        await it.gone(it.merchant, theirs["id"])


@both
async def test_accept_does_not_stay_live_after_acceptance(floor: Floor, locale: str) -> None:
    """The button goes; who still sees it is told by whom it was taken, and nothing happens."""
    it = await floor.matter(locale)
    message, data = await it.button("button_card_claim")
    await it.claimed(SUN)
    await it.card("status_claimed")
    card = (await it.visitor.message(it.group, message))["message"]
    assert words("zh", "button_card_claim") not in str(card["reply_markup"])
    late = await it.stale(LAURA, message, data)
    assert late["alert"]
    assert "强" in late["text"]
    assert not (await it.stale(SUN, message, data))["alert"]  # their own double press is no mistake
    solve = await it.button("button_card_resolve")
    await it.resolved(SUN)
    for who, button in ((SUN, (message, data)), (LAURA, (message, data)), (SUN, solve)):
        assert (await it.stale(who, *button))["answered"]
    assert "强" in await it.card("status_resolved")
    assert (await it.heard("ticket_claimed"), await it.heard("ticket_resolved")) == (1, 1)


@both
async def test_not_one_ticket_per_user_for_ever(floor: Floor, locale: str) -> None:
    """One after the other and two at once; what is unclear is asked, an answer belongs to what it answers."""
    first = await floor.matter(locale)
    await first.claimed(SUN)
    await first.resolved(SUN)
    second = await floor.asked(first.merchant, locale)
    assert second.number != first.number
    await second.says("/human")
    await second.hears("ticket_exists")
    await second.taps("button_other_matter")  # something else begins
    await second.says("/human")
    await second.hears("ticket_or_new")
    await second.taps("button_new_ticket")
    told = await second.hears("ticket_opened")
    number = int(told["message"]["text"].split("#")[1][:4])
    third = await floor.ticket(first.merchant, locale, number)
    assert third.topic not in (first.topic, second.topic)
    floor.later(minutes=11)  # until then all belongs to the one that was opened last
    await second.says("and what of my money?")
    await second.hears("which_ticket")
    await second.taps(f"#{second.number}")
    await second.shows("and what of my money?")
    await third.writes(LAURA, "Which day?")
    asked = await third.hears("Which day?")  # and answered at once, before it can be noted as sent
    await third.says("the 3rd", reply_to=asked["id"])
    answer = await third.shows("the 3rd")
    assert answer["thread"] == third.topic


@both
async def test_stars_are_asked_more_than_once(floor: Floor, locale: str) -> None:
    """At every resolution, with a reason when they are few, in words or with a button."""
    it = await floor.matter(locale)
    await it.claimed(SUN)
    await it.resolved(SUN)
    await it.taps("2⭐")
    await it.hears("rated_low", edits=True)
    await it.taps("button_stars_slow")
    note = await it.shows("note_rated_reason")
    assert words("zh", "button_stars_slow") in note["message"]["text"]
    await it.says("still nothing")
    await it.hears("ticket_reopened")
    await it.resolved(SUN, "explained")
    await it.taps("5⭐")
    await it.hears("rated", edits=True)
    await it.card("5⭐")
    assert await it.heard("ticket_resolved") == 2
    await it.orders(BOSS, "/history", "did_rated_reason")
