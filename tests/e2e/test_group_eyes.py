"""What takes a second colleague or a supervisor, through the whole program with merchants of both languages."""

from __future__ import annotations

import asyncio
import re
from typing import TYPE_CHECKING

import pytest

from tests.e2e.floor import BOSS, LAURA, SUN, Colleague, Floor, Json, Matter
from tests.words import says as words

if TYPE_CHECKING:
    from bot.demo.bundle import Person

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("floor")]
both = pytest.mark.parametrize("locale", ["zh", "en"])
DECIDED = ("did_approval_asked", "did_approval_refused", "did_approval_approved")


async def refused_then_approved(it: Matter, request: str, shown: str) -> None:
    """Laura asks, may not approve, Sun refuses; Sun asks again and Laura approves."""
    await it.orders(LAURA, f"{request} licence seen", "licence seen")
    own = await it.presses(LAURA, "button_approve")
    assert own["alert"]
    await it.presses(SUN, "button_refuse")
    await it.shows("approval_is_refused", edits=True)
    asked = await it.orders(SUN, f"{request} both papers seen", "both papers seen")
    assert words("zh", shown) in asked["message"]["text"]
    await it.presses(LAURA, "button_approve")
    decided = await it.shows("approval_is_approved", edits=True)
    assert "reply_markup" not in decided["message"]


async def late(it: Matter, who: Colleague, other: Colleague, request: str) -> Json:
    """A request that nobody decides for an hour; what a press is answered then."""
    await it.orders(who, f"{request} nobody looks", "nobody looks")
    button = await it.button("button_approve")
    it.floor.later(hours=1, minutes=1)
    pressed = await it.stale(other, *button)
    await it.shows("approval_is_expired", edits=True)
    return pressed


async def told_by_a_stranger(floor: Floor, person: Person, locale: str) -> Matter:
    """The ticket of somebody whom nobody knows and who has told the person's matter."""
    user = await floor.newcomer(locale)
    await floor.visitor.start(user)
    await floor.visitor.says(user, person.opening)
    return await floor.asked(user, locale)


@both
async def test_records_are_shown_to_an_unbound_person_by_two(floor: Floor, locale: str) -> None:
    """In that ticket alone, and nobody is bound by it."""
    person = floor.manifest.of("manual_mode" if locale == "zh" else "returned_bank_branch")
    it, other = [await told_by_a_stranger(floor, person, locale) for _ in range(2)]
    assert (await late(it, LAURA, SUN, "/show"))["alert"]
    await refused_then_approved(it, "/show", "approval_show")
    await it.shows("show_approved", LAURA)
    history = (await it.orders(BOSS, "/history", DECIDED[2]))["message"]["text"]
    assert all(words("zh", did) in history for did in DECIDED)
    assert words("zh", "did_bound") not in history
    await it.card(person.merchant_no)
    await other.orders(SUN, "/show licence seen", "licence seen")  # has to be asked for anew
    await other.presses(SUN, "button_refuse")


@both
async def test_a_link_is_made_by_two_and_binds_who_opens_it_first(floor: Floor, locale: str) -> None:
    person = floor.manifest.of("below_minimum" if locale == "zh" else "returned_bank_branch")
    it = await floor.matter(locale)
    assert (await late(it, LAURA, SUN, f"/link {person.merchant_no}"))["alert"]
    await refused_then_approved(it, f"/link {person.merchant_no}", "approval_link")
    made = await it.shows("start=b_", ever=True)
    token = re.search(r"start=(b_[\w-]+)", made["message"]["text"])
    assert token is not None
    owner, stranger = await floor.newcomer(locale), await floor.newcomer(locale)
    for user, told in ((owner, person.merchant), (stranger, None)):
        since = await it.visitor.cursor()
        await it.visitor.start(user, token[1])
        heard = str([each["message"] for each in await it.visitor.hears(user, after=since)])
        assert (person.merchant in heard) is (told is not None)
    history = (await it.orders(BOSS, "/history", DECIDED[2]))["message"]["text"]
    assert all(words("zh", did) in history for did in (*DECIDED, "did_link_issued"))


@both
async def test_tickets_of_two_people_are_merged_by_a_supervisor_alone(floor: Floor, locale: str) -> None:
    """Of one merchant, both of them verified; strangers' tickets never."""
    person = floor.manifest.of("negative_or_zero_net" if locale == "zh" else "paid_to_other_card")
    one, other, stranger = [await floor.matter(locale) for _ in range(3)]
    for it in (one, other):
        await it.orders(SUN, f"/bind {person.merchant_no} licence seen", "licence seen")
        await it.presses(LAURA, "button_approve")
        await it.hears("bound_by_staff")
        await it.card(person.merchant_no)
    await other.says("my brother asks too")
    await other.shows("my brother asks too")
    await other.orders(LAURA, f"/merge {stranger.number}", "refused_merge_others")
    await other.orders(LAURA, f"/merge {one.number}", "refused_merge_people")
    await other.orders(BOSS, f"/merge {one.number}", "ask_merge")
    await asyncio.gather(one.mark(), other.mark())
    await other.presses(BOSS, f"#{one.number}")
    await other.hears("ticket_merged")
    await other.named("icon_closed", closed=True)
    await one.shows("my brother asks too", ever=True)
    await other.says("and now?")
    await one.shows("and now?", ever=True)
    told = (await one.orders(BOSS, "/history", f"#{other.number}"))["message"]["text"]
    assert "敏" in told
