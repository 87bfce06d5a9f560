"""A merchant puts an answer right after a ticket was opened, through the whole program."""

from __future__ import annotations

import pytest

from tests.e2e.floor import LAURA, Floor

pytestmark = [pytest.mark.e2e, pytest.mark.asyncio(loop_scope="session"), pytest.mark.xdist_group("floor")]


async def test_it_is_taken_into_the_case_and_the_bot_is_silent_once_somebody_has_it(floor: Floor) -> None:
    it = await floor.diagnosed(floor.manifest.of("paid_to_old_card"))
    topic = {"thread": it.topic, "text": "商户更正"}
    await it.says("金额是4500")
    assert await floor.visitor.hears(it.merchant, text="改过来了", after=it.since)
    (note,) = await floor.visitor.hears(floor.group, after=it.since, **topic)
    assert "金额 ￥4,500.00（原 ￥4,579.50）。机器人重新查过" in note["message"]["text"]
    await it.claimed(LAURA)
    await it.hears("ticket_claimed", ever=True)
    await it.says("说错了，是9号不是10号")
    (note,) = await floor.visitor.hears(floor.group, after=it.since, **topic)
    assert "机器人没有重新查" in note["message"]["text"]
    assert not await floor.visitor.hears_out(it.merchant, after=it.since)
