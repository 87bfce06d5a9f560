"""Makes the guides' pictures of the support group anew: ``python -m tests.e2e.pictures [FOLDER]``, with Chromium."""

from __future__ import annotations

import asyncio
import io
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image

from bot.demo.player import label_of
from bot.demo.stage import Stage
from tests.e2e.conftest import CHROMIUM, FLAGS

if TYPE_CHECKING:
    from playwright.async_api import Page

PICTURES = Path("docs/pictures")
COLOURS = 256
"""So many are enough for the whole page, and make a third of its size."""
STEADY = 700
"""Milliseconds without a new message until a picture is taken."""


class Camera:
    """The page at one side of the support group, and what people do there."""

    def __init__(self, stage: Stage, page: Page, folder: Path) -> None:
        self.stage, self.page, self.folder = stage, page, folder
        self.group, self.chen, self.wang = stage.support_chat, stage.staff[0], stage.staff[1]

    async def opens_ticket(self, cause: str, *, verified: bool) -> int:
        """A merchant is handed over; answers the topic."""
        visitor, person = self.stage.visitor, self.stage.manifest.of(cause)
        since = await visitor.cursor()
        await visitor.start(person.user)
        if verified:
            await visitor.says(person.user, person.opening)
            await visitor.hears(person.user, text="登记的手机号", after=since)
            await visitor.shares_contact(person.user)
            await self.settles()
        await visitor.says(person.user, "转人工")
        (card,) = await visitor.hears(self.group, text="工单", after=since)
        await self.settles()
        return int(card["message"]["message_thread_id"])

    async def writes(self, text: str, thread: int | None = None) -> None:
        """The first agent writes, and what comes of it has come."""
        await self.stage.visitor.says(self.chen, text, chat=self.group, thread=thread)
        await self.settles()

    async def settles(self) -> None:
        """The bot has done everything, and the page shows it."""
        await self.stage.visitor.bot_is_done()
        await self.stage.visitor.hears_out(self.group, after=await self.stage.visitor.cursor(), quiet=STEADY / 1000)

    async def presses(self, thread: int, part: str, who: int) -> None:
        """The newest button of the topic that reads so."""
        for message in reversed(await self.stage.visitor.chat_messages(self.group, thread=thread)):
            try:
                label = label_of(message, part)
            except LookupError:
                continue
            await self.stage.visitor.presses(who, message["id"], label=label, chat=self.group)
            await self.settles()
            return

    async def looks_at(self, name: str) -> None:
        """Open the topic whose row has these words."""
        await self.page.locator("#support .topics button", has_text=name).first.click()

    async def looks_as(self, cause: str) -> None:
        """See the merchant's side too, as this merchant."""
        await self.page.click("#merchant .people > button")
        await self.page.fill("#merchant .picker input", cause)
        await self.page.click("#merchant .picker li button >> nth=0")

    async def takes(self, name: str, *, whole: bool = False) -> None:
        """The open topic, or the whole page, as a PNG."""
        await self.page.wait_for_timeout(STEADY)  # until nothing fades in any more
        shown = await self.page.locator("body" if whole else ".topic-pane").screenshot()
        with Image.open(io.BytesIO(shown)) as read:
            picture = read.convert("RGB")
        if whole:
            best = picture.quantize(COLOURS, Image.Quantize.FASTOCTREE)
            picture = picture.quantize(palette=best, dither=Image.Dither.FLOYDSTEINBERG)
        picture.save(self.folder / f"{name}.png", optimize=True)


async def take_all(camera: Camera) -> None:
    """The pictures, in the order of a day."""
    topic = await camera.opens_ticket("returned_name_mismatch", verified=True)
    await camera.looks_at("S110")
    await camera.presses(topic, "接手", camera.chen)
    await camera.page.locator("#support .pinbar").click()
    await camera.page.wait_for_timeout(STEADY)
    await camera.takes("topic-card")
    await camera.page.fill("#support textarea", "@settledesk_bot 户名不一致")
    await camera.page.locator("#support .inline button").first.wait_for()
    await camera.takes("inline")
    await camera.page.fill("#support textarea", "")
    await camera.writes("/wait bank 3", topic)
    other = await camera.opens_ticket("risk_hold", verified=False)
    await camera.looks_at("#1002")
    number = camera.stage.manifest.of("risk_hold").merchant_no
    await camera.writes(f"/bind {number} 电话里核对过营业执照和法人身份证", other)
    await camera.takes("two-persons")
    await camera.looks_at("常规")
    await camera.writes("/incident 工商银行 系统维护 到18:00")
    await camera.writes("/queue")
    await camera.writes("/stats")
    await camera.takes("queue-and-stats")
    await both_ways(camera)
    await both_sides(camera)


async def both_ways(camera: Camera) -> None:
    """An album, a message that arrived, a picture held back, and one that was refused."""
    visitor, merchant = camera.stage.visitor, camera.stage.manifest.of("returned_receive_limit").user
    topic = await camera.opens_ticket("returned_receive_limit", verified=False)
    await camera.looks_at("#1003")
    await visitor.sends_album(merchant, ("photo", "photo", "photo"), caption="这三天的小票")
    await visitor.hears(camera.group, kind="photo", count=3, after=0)
    await camera.writes("收到，我核对一下，请稍等。", topic)
    await visitor.sends(merchant, "photo", caption="这是我的新卡")
    await camera.settles()
    await visitor.blocks(merchant)
    await camera.writes("卡号只要最后4位就好，照片不用发。", topic)
    await camera.takes("topic-both-ways")


async def both_sides(camera: Camera) -> None:
    """The whole page: what the merchant was told and asks on the left, the ticket on the right."""
    visitor, merchant = camera.stage.visitor, camera.stage.manifest.of("paid_to_old_card").user
    topic = await camera.opens_ticket("paid_to_old_card", verified=True)
    await camera.presses(topic, "接手", camera.chen)
    await camera.looks_as("paid_to_old_card")
    await camera.looks_at("S200")
    await camera.writes("您好，我在看这笔款，请稍等。", topic)
    await visitor.says(merchant, "好的，谢谢！")
    await camera.settles()
    await camera.takes("demo", whole=True)


async def main(folder: Path) -> None:
    """Set the stage, open the page, take the pictures."""
    from playwright.async_api import async_playwright

    with tempfile.TemporaryDirectory() as place:
        async with Stage(Path(place) / "demo", port=0) as stage, async_playwright() as driver:
            browser = await driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
            page = await browser.new_page(viewport={"width": 1280, "height": 960}, locale="zh-CN")
            await page.goto(stage.url)
            await page.wait_for_selector("body[data-ready=yes]")
            await take_all(Camera(stage, page, folder))
            await browser.close()


if __name__ == "__main__":
    asyncio.run(main(Path(sys.argv[1]) if len(sys.argv) > 1 else PICTURES))
