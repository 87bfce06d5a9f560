"""Topics get lost in every way that Telegram and people have for it: nothing that is said is lost with them.

The whole program against the sandbox, in one process; each test is named after what users of other desks complain of.
"""

from __future__ import annotations

import asyncio

import pytest

from tests.bot.conftest import CHEN, GROUP, LI, WANG, House

pytestmark = pytest.mark.parametrize("locale", ["zh", "en"])
SPARE = -1001000000009
RIGHTS = {"zh": "缺少权限：管理话题、置顶消息", "en": "I lack rights in the support group"}
NUMBER = {"zh": "新群号：", "en": "a new number: "}


async def test_topics_deleted_by_hand_swallow_no_replies(running: House) -> None:
    old = await running.opens()
    await running.goes_both_ways(old)
    await running.visitor.sends(LI, "photo", caption="这是小票")
    await running.visitor.sends_album(LI, ("photo", "photo"))
    assert await running.visitor.hears(GROUP, kind="photo", count=3, thread=old, after=0)
    await running.visitor.changes_topic(CHEN, GROUP, "delete", old)
    await running.visitor.says(LI, "有人吗")
    await running.reaches(GROUP, "有人吗")
    new = await running.topic()
    said = await running.said(GROUP, new)
    assert "还没到" in said[2]
    assert "我来查" in said[2]
    assert "这是小票" in said[2]
    assert said[3:] == ["photo", "photo", "photo", "有人吗"]
    shown = await running.visitor.chat_messages(GROUP, thread=new)
    assert not any("caption" in each["message"] for each in shown)
    await running.goes_both_ways(new)


async def test_a_closed_topic_reopens(running: House) -> None:
    topic = await running.opens()
    await running.visitor.changes_topic(CHEN, GROUP, "close", topic)
    await running.reaches(GROUP, "还没有办完", topic)
    assert not (await running.visitor.chat(GROUP))["topics"][0]["closed"]
    await running.goes_both_ways(topic)


async def test_a_topic_reopened_by_hand_says_that_its_ticket_is_resolved(running: House) -> None:
    topic = await running.opens()
    await running.visitor.replies(WANG, GROUP, topic, "/resolve paid")
    await running.reaches(LI, running.words("ticket_resolved"))
    while not (await running.visitor.chat(GROUP))["topics"][0]["closed"]:
        await asyncio.sleep(0.02)
    await running.visitor.changes_topic(CHEN, GROUP, "reopen", topic)
    await running.reaches(GROUP, "这个工单已经解决", topic)
    await running.visitor.replies(WANG, GROUP, topic, "/reopen")
    await running.reaches(LI, running.words("ticket_reopened"))
    await running.goes_both_ways(topic)


async def test_a_renamed_topic_gets_its_title_back(running: House) -> None:
    topic = await running.opens()
    await running.visitor.changes_topic(CHEN, GROUP, "rename", topic, name="VIP")
    await running.reaches(GROUP, "工单标题固定", topic)
    assert await running.topic() == topic
    await running.goes_both_ways(topic)


async def test_replies_do_not_silently_fail_while_the_forum_is_turned_off(running: House) -> None:
    topic = await running.opens()
    await running.changes_group(forum=False)
    for text in ("第一句", "第二句", "第三句"):
        await running.visitor.says(LI, text)
    await running.reaches(CHEN, running.words("group_trouble_not_forum"))
    await running.visitor.bot_is_done()
    await running.changes_group(forum=True)
    await running.reaches(CHEN, running.words("group_mended"))
    await running.reaches(GROUP, "第三句", topic)
    assert (await running.said(GROUP, topic))[-3:] == ["第一句", "第二句", "第三句"]
    assert await running.told(running.words("group_trouble_not_forum")) == 1
    await running.goes_both_ways(topic)


async def test_replies_do_not_silently_fail_while_the_bot_is_out_of_the_group(running: House) -> None:
    topic = await running.opens()
    await running.changes_bot(status="kicked")
    await running.reaches(CHEN, running.words("group_trouble_removed"))  # before anything was to be said there
    for text in ("第一句", "第二句"):
        await running.visitor.says(LI, text)
    await running.visitor.bot_is_done()
    await running.changes_bot(status="administrator")
    await running.reaches(GROUP, "第二句", topic)
    assert (await running.said(GROUP, topic))[-2:] == ["第一句", "第二句"]
    await running.reaches(CHEN, running.words("group_mended"))
    assert await running.told(running.words("group_trouble_removed")) == 1


async def test_replies_do_not_silently_fail_when_the_bot_is_demoted(running: House) -> None:
    topic = await running.opens()
    await running.changes_bot(status="administrator", rights=["can_delete_messages"])
    await running.reaches(CHEN, RIGHTS[running.locale])
    await running.goes_both_ways(topic)  # a topic that is there is written to all the same
    await running.visitor.says(WANG, "转人工")
    await running.visitor.bot_is_done()
    await running.changes_bot(status="administrator")
    await running.reaches(CHEN, running.words("group_mended"))
    await running.reaches(GROUP, "#1002 的情况", await running.topic(1002))
    assert await running.told(RIGHTS[running.locale]) == 1


@pytest.mark.parametrize("heard", ["in a message", "in a refusal"])
async def test_a_group_with_a_new_id_is_followed_with_its_tickets(running: House, heard: str) -> None:
    topic = await running.opens()
    await running.goes_both_ways(topic)
    if heard == "in a refusal":
        await running.visitor.fault("error", "getUpdates", count=0, code=500, description="later")
        await running.visitor.says(LI, "有人吗")
    new = (await running.visitor.write(f"groups/{GROUP}/migrate", {}))["id"]
    await running.visitor.ask("DELETE", "faults")
    await running.reaches(CHEN, f"{NUMBER[running.locale]}{new}")
    topic = await running.topic(group=new)
    await running.reaches(new, "还没到", topic)  # the history
    await running.visitor.says(LI, "现在呢")
    await running.reaches(new, "现在呢", topic)
    await running.visitor.replies(WANG, new, topic, "到了")
    await running.reaches(LI, "到了")
    assert await running.told(NUMBER[running.locale]) == 1


@pytest.mark.parametrize("running", [SPARE], indirect=True)
async def test_a_forum_of_a_million_messages_is_left_for_the_second_one(running: House) -> None:
    made = {"id": SPARE, "title": "Second", "forum": True, "members": [CHEN, WANG], "bot": {"status": "administrator"}}
    await running.visitor.write("groups", made)
    topic = await running.opens()
    await running.goes_both_ways(topic)
    await running.changes_group(full=True)
    await running.visitor.says(LI, "有人吗")
    await running.reaches(SPARE, "有人吗")
    topic = await running.topic(group=SPARE)
    assert "还没到" in "\n".join(await running.said(SPARE, topic))
    await running.goes_both_ways(topic, SPARE)
    await running.visitor.says(WANG, "转人工")
    await running.topic(1002, SPARE)
    assert await running.told(running.words("group_rolled_over")) == 1
