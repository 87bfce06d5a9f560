"""What two agents, a supervisor and merchants of both languages do in the support group, through the whole program."""

from __future__ import annotations

import asyncio
import csv
import json
from datetime import timedelta
from pathlib import Path

import pytest

from tests.e2e.floor import BOSS, LAURA, SUN, Floor
from tests.words import says as words

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("floor")]
both = pytest.mark.parametrize("locale", ["zh", "en"])
CARD = "4111 1111 1111 1111"


@pytest.mark.parametrize("cause", ["returned_name_mismatch", "returned_wrong_number"])
async def test_title_icon_and_pinned_card_tell_the_truth(floor: Floor, cause: str) -> None:
    """Through every status, and in both languages where the merchant's is not the group's."""
    person = floor.manifest.of(cause)
    it = await floor.diagnosed(person)
    topic = await it.named("icon_open")
    assert topic["name"].startswith(f"#{it.number} {person.terminal} S1")
    assert ("商户看到的" in await it.card("status_open", person.merchant_no)) is (person.locale == "en")
    await it.claimed(LAURA)
    await it.named("icon_claimed")
    await it.card("status_claimed", "Laura")
    await it.writes(LAURA, "/wait merchant")
    await it.hears("ticket_waiting_merchant")
    await it.named("icon_waiting_merchant")
    await it.says("I am here")
    await it.shows("note_merchant_answered")
    await it.named("icon_claimed")
    await it.presses(LAURA, "button_card_wait")
    await it.presses(LAURA, "🏦")
    await it.hears("ticket_waiting_bank")
    await it.named("icon_waiting_bank")
    await it.card("status_waiting_bank", "等到")
    await it.presses(LAURA, "button_card_resume")
    await it.card("status_claimed")
    await it.writes(LAURA, "/resolve explained guide_d0_t1")
    await it.hears("ticket_resolved")
    await it.named("icon_resolved", closed=True)
    await it.card("status_resolved", "solved_explained", "T+1")
    await it.taps("button_reopen")
    await it.named("icon_claimed")
    shown = await it.orders(LAURA, "/card", f"#{it.number}")
    assert words("en", "status_claimed") in shown["message"]["text"]
    told = (await it.orders(LAURA, "/history", f"#{it.number}"))["message"]["text"]
    assert all(words("en", did) in told for did in ("did_ticket_opened", "did_claimed", "did_resolved", "did_reopened"))


@both
async def test_handed_over_to_a_person_a_department_and_the_queue(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    await it.claimed(SUN)
    await it.writes(LAURA, "// I am here too")
    await it.writes(SUN, "/transfer @demo_support")
    handed = await it.shows("note_handed_to_you")
    assert "Laura" in str(handed["message"])
    await it.hears("ticket_claimed")
    await it.card("Laura")
    await it.presses(LAURA, "button_card_transfer")
    await it.presses(LAURA, "button_card_department")
    await it.presses(LAURA, "department_risk")
    await it.hears("ticket_moved")
    called = await it.visitor.hears(it.group, text=words("zh", "group_handed_over"), after=it.since, thread=0)
    assert f"#{it.number}" in called[0]["message"]["text"]
    await it.card("department_risk", "status_open")
    await it.claimed(SUN)
    await it.writes(SUN, "/transfer queue")
    await it.card("status_open", "还没有人接手")


@both
async def test_only_who_may_decides_and_double_presses_are_answered(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    await it.claimed(SUN)
    refused = await it.orders(LAURA, "/resolve paid", "refused_not_owner")
    assert "强" in refused["message"]["text"]
    message, data = await it.button("button_card_resolve")
    pressed = await it.stale(LAURA, message, data)
    assert pressed["alert"]
    assert words("en", "refused_not_owner") in pressed["text"]
    await it.writes(BOSS, "/priority urgent")
    await it.card("priority_urgent", "强")
    await it.orders(SUN, "/wait bank some day", "unclear_day")  # asked again with buttons, nothing done
    asked = await it.presses(SUN, "button_card_resolve")
    assert asked["answered"]  # what hurts asks how before it is done
    await it.card("status_claimed")
    shown, kind = await it.button("solved_mended")
    first, second = await asyncio.gather(it.stale(SUN, shown, kind), it.stale(SUN, shown, kind))
    assert first["answered"]
    assert second["answered"]
    await it.hears("ticket_resolved")
    assert await it.heard("ticket_resolved") == 1


@both
async def test_split_off_and_merged_again(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    await it.claimed(LAURA)
    await it.says("the other shop's money too")
    copy = await it.shows("the other shop's money too")
    await it.writes(LAURA, "/split", reply_to=copy["id"])
    await it.shows("ask_split", LAURA)
    await it.presses(LAURA, "button_split_one")
    told = await it.hears("ticket_split")
    other = await floor.ticket(it.merchant, locale, int(told["message"]["text"].split("#")[1][:4]))
    await other.shows("the other shop's money too", ever=True)
    await other.says("of the 3rd", reply_to=told["id"])
    await other.shows("of the 3rd")
    await other.writes(LAURA, f"/merge {it.number}")
    await other.presses(LAURA, f"#{it.number}")
    await other.hears("ticket_merged")
    await other.named("icon_closed", closed=True)
    await it.shows("of the 3rd", ever=True)
    await it.says("any news?", reply_to=told["id"])
    await it.shows("any news?")


KINDS = ("photo", "document", "voice", "video", "video_note", "audio", "animation", "sticker", "location")


@both
async def test_every_kind_goes_both_ways(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    await it.claimed(SUN)
    for kind in KINDS:
        await it.mark()
        await it.visitor.sends(it.merchant, kind)
        assert await it.visitor.hears(it.group, kind=kind, thread=it.topic, after=it.since), kind
        await it.visitor.sends(SUN.id, kind, chat=it.group, thread=it.topic)
        assert await it.visitor.hears(it.merchant, kind=kind, after=it.since), kind
    await it.mark()
    await it.visitor.shares_contact(it.merchant, own=False)
    assert await it.visitor.hears(it.group, kind="contact", thread=it.topic, after=it.since)
    body = {"contact": {"phone": "+8613900008888", "first_name": "Bank"}, "chat": it.group, "thread": it.topic}
    await it.visitor.write(f"users/{SUN.id}/send", body)
    assert await it.visitor.hears(it.merchant, kind="contact", after=it.since)


@both
async def test_replies_edits_and_reactions_go_both_ways(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    mine = await it.says("the money of the 3rd")
    copy = await it.shows("the money of the 3rd")
    question = await it.writes(SUN, "which terminal?", reply_to=copy["id"])
    got = await it.hears("which terminal?")
    await it.reactions(it.group, question["id"], [words("zh", "mark_delivered")])
    assert got["message"]["reply_to_message"]["message_id"] == mine["id"]
    await it.says("the second", reply_to=got["id"])
    answer = await it.shows("the second")
    assert answer["message"]["reply_to_message"]["from"]["id"] == SUN.id
    await it.mark()
    await it.visitor.edits(it.merchant, mine["id"], "the money of the 4th")
    assert (await it.shows("the money of the 4th", edits=True))["id"] == copy["id"]
    await it.visitor.reacts(it.merchant, got["id"], "❤")
    said = answer["message"]["reply_to_message"]["message_id"]
    await it.reactions(it.group, said, ["❤"])
    await it.visitor.reacts(SUN.id, copy["id"], "👍", chat=it.group)
    await it.reactions(it.merchant, mine["id"], ["👍"])
    await it.visitor.reacts(it.merchant, got["id"])
    await it.reactions(it.group, said, [words("zh", "mark_delivered")])


@both
async def test_card_numbers_go_neither_way_and_notes_stay_inside(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    await it.claimed(LAURA)
    said = await it.says(f"my card {CARD}")
    await it.hears("card_number_removed")
    await it.gone(it.merchant, said["id"])
    await it.orders(LAURA, f"is it {CARD}?", "staff_card_number")
    await it.writes(LAURA, "// ask the bank first")
    await it.orders(LAURA, "/note he calls back on Monday", "done_note")
    await it.writes(LAURA, "and this is for you")
    await it.hears("and this is for you")
    for inside in (CARD[-9:], "ask the bank", "Monday"):
        assert await it.heard(inside) == 0
    shown = await it.visitor.chat_messages(it.group, thread=it.topic)
    assert not [each for each in shown if each["out"] and CARD[-9:] in str(each["message"].get("text"))]
    await it.orders(SUN, "/history", "he calls back on Monday")


@both
async def test_a_canned_reply_is_found_looked_at_and_sent_once(floor: Floor, locale: str) -> None:
    """By command and inline, in the merchant's language, whatever the agent's is."""
    it = await floor.matter(locale)
    await it.claimed(LAURA)
    found = await it.visitor.looks_up_inline(LAURA.id, "receipt", chat=it.group)
    assert found["results"][0]["id"] == "ask_receipt"
    await it.mark()
    await it.visitor.chooses(LAURA.id, found["inline_query"], "ask_receipt", chat=it.group, thread=it.topic)
    await it.shows("canned_preview", LAURA)
    await it.presses(LAURA, "button_canned_drop")
    await it.writes(LAURA, "/canned receipt")
    await it.shows("canned_found", LAURA)
    await it.presses(LAURA, "请发结算小票" if locale == "zh" else "Please send a receipt")
    await it.shows("canned_preview", LAURA, edits=True)
    button = await it.button("button_canned_send")
    await asyncio.gather(it.stale(LAURA, *button), it.stale(LAURA, *button))
    wanted = "小票" if locale == "zh" else "receipt"
    await it.hears(wanted, ever=True)
    assert await it.heard(wanted) == 1


@pytest.mark.parametrize("cause", ["returned_account_frozen", "paid_to_other_card"])
async def test_records_are_looked_into_diagnosed_again_and_told(floor: Floor, cause: str) -> None:
    """Of the ticket's own merchant by agents, of another by a supervisor, who is noted."""
    person, stranger = floor.manifest.of(cause), floor.manifest.of("net_of_fees")
    it = await floor.diagnosed(person)
    await it.claimed(LAURA)
    await it.writes(LAURA, "/lookup")
    assert await it.visitor.hears(it.group, kind="photo", thread=it.topic, after=it.since)
    await it.shows(f"🔍 {person.terminal}")
    await it.presses(LAURA, "button_lookup_again")
    await it.presses(LAURA, "button_lookup_tell")
    await it.presses(LAURA, "button_canned_send")
    await it.hears((await it.named("icon_claimed"))["name"].split()[-1])  # the answer with its reference
    refused = await it.orders(LAURA, f"/lookup {stranger.terminal}", "refused_other_merchant")
    assert stranger.merchant not in str(refused)
    await it.writes(BOSS, f"/lookup {stranger.terminal}")
    await it.shows(stranger.merchant)
    history = await it.orders(BOSS, "/history", "did_looked_up")
    assert words("zh", "did_look_refused") in history["message"]["text"]
    assert words("zh", "did_diagnosed_again") in history["message"]["text"]


@both
async def test_facts_for_an_unbound_person_take_two(floor: Floor, locale: str) -> None:
    """The requester cannot approve; refused, nothing is shown; approved by another, in this ticket alone."""
    person = floor.manifest.of("no_record" if locale == "zh" else "paid_to_new_card")
    it = await floor.matter(locale)
    await it.says(person.terminal)
    await it.shows(person.terminal)
    request = await it.orders(LAURA, f"/bind {person.merchant_no} licence seen", "licence seen")
    own = await it.presses(LAURA, "button_approve")
    assert own["alert"]
    await it.presses(SUN, "button_refuse")
    await it.shows("approval_is_refused", edits=True)
    late = await it.stale(
        BOSS, request["id"], request["message"]["reply_markup"]["inline_keyboard"][0][0]["callback_data"]
    )
    assert late["alert"]
    await it.orders(SUN, f"/bind {person.merchant_no} licence and identity card seen", "identity card")
    await it.presses(LAURA, "button_approve")
    await it.shows("approval_is_approved", edits=True)
    await it.card(person.merchant_no)
    told = (await it.orders(BOSS, "/history", "did_bound"))["message"]["text"]
    assert all(
        words("zh", did) in told for did in ("did_approval_asked", "did_approval_approved", "did_approval_refused")
    )


@both
async def test_a_ban_is_reasoned_listed_and_lifted_by_two(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    await it.orders(SUN, "/ban rude words 3d", "rude words")
    await it.says("hello?")
    await it.hears("banned")
    await it.says("hello??")
    listed = await floor.in_general(LAURA, "/bans", "board_bans")
    assert "rude words" in listed
    await it.writes(LAURA, "/unban we talked on the phone")
    await it.shows("approval_unban")
    own = await it.presses(LAURA, "button_approve")
    assert own["alert"]
    await it.presses(BOSS, "button_approve")
    await it.hears("ban_lifted")
    await it.says("thank you all")
    await it.shows("thank you all")
    assert await it.heard("banned") == 1
    told = (await it.orders(BOSS, "/history", "did_banned"))["message"]["text"]
    assert "hello?" not in str(await it.visitor.chat_messages(it.group, thread=it.topic))
    assert words("zh", "did_unbanned") in told


@both
async def test_a_flood_hears_one_polite_line_and_loses_nothing(floor: Floor, locale: str) -> None:
    it = await floor.matter(locale)
    sent = [await it.visitor.says(it.merchant, f"faster {number}") for number in range(24)]
    await it.hears("slow_down", ever=True)
    floor.later(minutes=1)
    await it.shows("faster 23", ever=True)
    together = await it.shows("faster 21\n", ever=True)
    shown = str([each["message"] for each in await it.visitor.chat_messages(it.group, thread=it.topic)])
    assert all(f"faster {number}" in shown for number in range(24))
    assert await it.heard("slow_down") == 1
    await it.writes(SUN, "one at a time", reply_to=together["id"])
    got = await it.hears("one at a time")
    assert got["message"]["reply_to_message"]["message_id"] == sent[22]["id"]  # the newest of them
    await it.mark()
    await it.visitor.edits(it.merchant, sent[20]["id"], "slower 20")
    follows = await it.shows("slower 20")
    assert follows["message"]["reply_to_message"]["message_id"] == together["id"]


async def test_queue_own_list_figures_report_and_table(floor: Floor, tmp_path: Path) -> None:
    """In the language of who asks; a supervisor sees everybody; what a spreadsheet would run is defused."""
    zh, en = await floor.matter("zh"), await floor.matter("en")
    await zh.claimed(SUN)
    await en.claimed(LAURA)
    await en.writes(LAURA, "/priority urgent")
    await en.card("priority_urgent")
    queue = await floor.in_general(SUN, "/queue", "board_queue")
    assert f"#{en.number}" in queue
    mine = await floor.in_general(LAURA, "/mine", "board_mine")
    assert f"#{en.number}" in mine
    assert f"#{zh.number}" not in mine
    assert "Laura" in await floor.in_general(LAURA, "/stats", "Resolved")
    everybody = await floor.in_general(BOSS, "/stats", "stats_no_agent")
    assert "按客服" in everybody
    assert "/unsend" in await floor.in_general(LAURA, "/help", "staff_help")
    await zh.resolved(SUN)
    await zh.taps("5⭐")
    await zh.card("5⭐")
    await en.resolved(LAURA)
    await en.taps("1⭐")
    await en.hears("rated_low", edits=True)
    await en.says('=HYPERLINK("http://example.org","slow")')
    await en.hears("stars_reason_taken")
    report, table, day = tmp_path / "report.html", tmp_path / "tickets.csv", floor.now().date().isoformat()
    figures = await floor.command("report", "--from", "2026-11-20", "--to", day, "--out", report, "--json")
    assert json.loads(figures)["total"]["opened"] >= 2
    assert "<svg" in report.read_text("utf-8")
    await floor.command("tickets", "export", "--out", table)
    rows = {row["number"]: row for row in csv.DictReader(table.read_text("utf-8-sig").splitlines())}
    assert rows[str(zh.number)]["stars"] == "5"
    assert rows[str(en.number)]["stars_reason"] == '\'=HYPERLINK("http://example.org","slow")'


@pytest.mark.parametrize(
    ("earlier", "cause"), [("bank_credit_late", "overdue_unexplained"), ("bank_unavailable", "awaiting_bank_credit")]
)
async def test_an_incident_is_shown_and_told_until_it_ends_and_the_money_comes(
    floor: Floor, earlier: str, cause: str, tmp_path: Path
) -> None:
    """Announced by a supervisor alone; on cards and in the queue until it ends by the clock. Who waits hears of all."""
    it, person = await floor.diagnosed(floor.manifest.of(earlier)), floor.manifest.of(cause)
    await floor.in_general(SUN, "/incident all channel down until 23:00", "refused_supervisor")
    until = (floor.now() + timedelta(hours=1)).strftime("%H:%M")
    await floor.in_general(BOSS, f"/incident all channel down until {until}", "channel down")
    await it.card("channel down")
    assert "channel down" in await floor.in_general(LAURA, "/queue", "board_queue")
    waiting = await floor.diagnosed(person)
    await waiting.hears("channel down", ever=True)
    await waiting.taps("button_watch")
    await waiting.hears("watch_started")
    floor.later(hours=2)
    assert await it.visitor.hears(it.group, text="✅ 已结束", after=it.since)
    assert "channel down" not in await floor.in_general(LAURA, "/queue", "board_queue")
    assert "channel down" not in await it.card(f"#{it.number}")
    floor.later(minutes=30)
    await waiting.hears("watch_incident_over")
    await waiting.mark()
    payout = await floor.paid(person, tmp_path)
    floor.later(minutes=1)
    told = await waiting.hears("watch_paid")
    assert payout in told["message"]["text"]
    await waiting.shows("note_watch_paid")
    assert (await waiting.heard("watch_incident_over"), await waiting.heard("watch_paid")) == (1, 1)
