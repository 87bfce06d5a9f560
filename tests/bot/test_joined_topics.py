"""A ticket is split in two and the two are merged again, in topics of the sandbox by the running program."""

from __future__ import annotations

from tests.bot.conftest import CHEN, GROUP, LI, WANG, House


async def test_split_off_and_merged_again(running: House) -> None:
    visitor = running.visitor
    first = await running.opens()
    await visitor.says(LI, "3号的也没到")
    said = await running.reaches(GROUP, "3号的也没到", first)
    await visitor.replies(WANG, GROUP, first, "/split", reply_to=said["id"])
    asked = await running.reaches(GROUP, "单独建工单", first)
    await visitor.presses(WANG, asked["id"], label="✂️ 只有这一条", chat=GROUP)
    told = await running.reaches(LI, "单独建了工单 #1002")
    second = await running.topic(1002)
    await running.reaches(GROUP, "3号的也没到", second)
    await visitor.says(LI, "就是这笔", reply_to=told["id"])
    await running.reaches(GROUP, "就是这笔", second)
    await visitor.replies(CHEN, GROUP, second, "/merge 1001")
    asked = await running.reaches(GROUP, "并入哪个工单", second)
    await visitor.presses(CHEN, asked["id"], label="🔗 #1001", chat=GROUP)
    await running.reaches(LI, "合并到 #1001")
    await running.reaches(GROUP, "就是这笔", first)  # brought over
    await visitor.says(LI, "有消息吗", reply_to=told["id"])
    await running.reaches(GROUP, "有消息吗", first)
    topics = {each["id"]: each["closed"] for each in (await visitor.chat(GROUP))["topics"]}
    assert topics == {first: False, second: True}
