"""The chat page in a real browser: what a person sees and does."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import pytest_asyncio

if TYPE_CHECKING:
    from playwright.async_api import Browser, FilePayload, Page

    from bot.demo.stage import Stage

from bot.sandbox.pictures import made_up_picture
from tests.e2e.conftest import CHROMIUM, FLAGS

pytestmark = [
    pytest.mark.e2e,
    pytest.mark.browser,
    pytest.mark.asyncio(loop_scope="session"),
    pytest.mark.skipif(
        CHROMIUM is None, reason="there is no Chromium here: install the package chromium to test the page"
    ),
]
PATIENCE = 20_000
"""Milliseconds until something that does not appear is missing."""


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def browser(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Browser]:
    from playwright.async_api import async_playwright

    async with async_playwright() as driver:
        opened = await driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield opened
        await opened.close()


@pytest_asyncio.fixture(loop_scope="session")
async def page(browser: Browser, stage: Stage) -> AsyncIterator[Page]:
    async for opened in visit(browser, stage, 1280, 860):
        yield opened


async def visit(browser: Browser, stage: Stage, width: int, height: int, locale: str = "zh-CN") -> AsyncIterator[Page]:
    context = await browser.new_context(viewport={"width": width, "height": height}, locale=locale)
    page = await context.new_page()
    errors: list[str] = []
    page.on("pageerror", lambda error: errors.append(str(error)))
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.set_default_timeout(PATIENCE)
    await page.goto(stage.url)
    await page.wait_for_selector("body[data-ready=yes]")
    yield page
    await context.close()
    assert not errors


async def choose(page: Page, name: str) -> None:
    await page.click("#merchant .people > button")
    await page.fill("#merchant .picker input", name)
    await page.click("#merchant .picker li button >> nth=0")


async def say(page: Page, text: str, side: str = "#merchant") -> None:
    await page.fill(f"{side} textarea", text)
    await page.press(f"{side} textarea", "Enter")


def bubble(page: Page, text: str, side: str = "#merchant"):
    return page.locator(f"{side} .bubble", has_text=text)


async def open_its_topic(page: Page) -> None:
    """The topic of the ticket that the merchant was just told of: other tests leave topics on the same stage."""
    number = re.search(r"#\d+", await bubble(page, "工单号").first.inner_text())
    assert number is not None
    await page.locator("#support .topics button", has_text=number[0]).click()


async def test_a_whole_journey(page: Page, stage: Stage) -> None:
    """Start, tell it, share the contact, read the answer, be handed over, be answered, give stars."""
    person = stage.manifest.of("paid_to_old_card")
    await choose(page, person.cause)
    await page.click("#merchant .startbar button")
    await bubble(page, "结算助手").first.wait_for()
    await page.click("#merchant .try button")
    await bubble(page, "登记的手机号").first.wait_for()
    await page.click("#merchant .keyboard button >> nth=0")
    answer = bubble(page, "S200").last
    await answer.wait_for()
    await page.locator("#merchant .keys button", has_text="转人工").last.click()
    await bubble(page, "工单号").first.wait_for()
    topic = page.locator("#support .topics button", has_text=person.terminal)
    await topic.click()
    await bubble(page, "商户说的", "#support").first.wait_for()
    await page.locator("#support .pinbar").wait_for()
    await page.locator("#support .keys button", has_text="接手").last.click()
    await bubble(page, "接手了您的工单").first.wait_for()
    await say(page, "您好，我在看这笔钱", "#support")
    await bubble(page, "您好，我在看这笔钱").first.wait_for()
    await say(page, "好的，谢谢")
    await bubble(page, "好的，谢谢", "#support").first.wait_for()
    await page.locator("#support .keys button", has_text="已解决").last.click()
    await page.locator("#support .keys button", has_text="款已到账").last.click()
    await bubble(page, "已处理完").first.wait_for()
    await page.locator("#merchant .keys button", has_text="5⭐").last.click()
    await bubble(page, "5星评价").first.wait_for()


async def test_several_pictures_chosen_at_once_are_one_album(page: Page, stage: Stage) -> None:
    await choose(page, stage.manifest.of("below_minimum").cause)
    await page.click("#merchant .startbar button")
    await bubble(page, "结算助手").first.wait_for()
    chooser = page.locator("#merchant .composer input[type=file]")
    await chooser.evaluate("input => { input.dataset.kind = 'photo'; }")  # as the menu does before it opens the chooser
    await chooser.set_input_files(_pictures("a", "b"))
    await page.locator("#merchant .mine .album img").nth(1).wait_for()
    assert await page.locator("#merchant .mine .bubble").count() == 2  # /start, and both pictures
    await bubble(page, "图片收到了").first.wait_for()


async def test_a_phone_shows_one_side_at_a_time(browser: Browser, stage: Stage) -> None:
    async for page in visit(browser, stage, 390, 780):
        assert await page.is_visible("#merchant")
        assert not await page.is_visible("#support")
        await page.click("#tabs button[data-side=support]")
        assert await page.is_visible("#support .list")
        assert not await page.is_visible("#merchant")
        overflow = await page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert overflow <= 0


async def test_the_page_speaks_english(browser: Browser, stage: Stage) -> None:
    async for page in visit(browser, stage, 1280, 860, "en-GB"):
        assert await page.inner_text("#language") == "中文"
        await page.click("#language")
        assert await page.inner_text("#language") == "English"


async def test_edits_and_deletions_show(page: Page, stage: Stage) -> None:
    person = stage.manifest.of("not_due_yet")
    await choose(page, person.cause)
    await page.click("#merchant .startbar button")
    await say(page, "你好啊")
    mine = page.locator("#merchant .mine .bubble", has_text="你好啊").last
    await mine.click(button="right")
    await page.locator("#menu button", has_text="编辑").click()
    await say(page, "你好呀")
    await page.locator("#merchant .mine .bubble", has_text="已编辑").last.wait_for()
    await page.locator("#merchant .mine .bubble", has_text="你好呀").last.click(button="right")
    await page.locator("#menu button", has_text="删除").click()
    await page.locator("#merchant .mine .bubble.gone").last.wait_for()


async def test_a_photo_reaches_the_topic(page: Page, stage: Stage, tmp_path: Path) -> None:
    person = stage.manifest.of("risk_hold")
    picture = tmp_path / "receipt.png"
    picture.write_bytes(PNG)
    await choose(page, person.cause)
    await page.click("#merchant .startbar button")
    await say(page, "转人工")
    await open_its_topic(page)
    async with page.expect_file_chooser() as chosen:
        await page.click("#merchant .composer .icon >> nth=0")
        await page.locator("#menu button", has_text="发送照片").click()
    await (await chosen.value).set_files(picture)
    await page.locator("#merchant .mine .bubble img").first.wait_for()
    await page.locator("#support .bubble img").first.wait_for()


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c4890000000d49444154789c6360606060000000050001"
    "a5f645400000000049454e44ae426082"
)


async def test_inline_mode_offers_replies_above_the_line(page: Page, stage: Stage) -> None:
    """The bot's @name and words: a list; what is chosen is looked at in the topic, and nothing is sent yet."""
    person = stage.manifest.of("manual_mode")
    await choose(page, person.cause)
    await page.click("#merchant .startbar button")
    await say(page, "转人工")
    await open_its_topic(page)
    # the list speaks the language of the ticket that the agent worked on last
    await page.locator("#support .keys button", has_text="接手").last.click()
    await bubble(page, "接手了您的工单").first.wait_for()
    await page.fill("#support textarea", "@settledesk_bot 户名")
    await page.locator("#support .inline button", has_text="户名").first.click()
    await bubble(page, "预览", "#support").last.wait_for()
    assert await page.input_value("#support textarea") == ""
    assert not await page.is_visible("#support .inline")


async def test_a_text_is_edited_beside_the_conversation(page: Page, stage: Stage) -> None:
    """A mistake is shown with its line, a click goes there; put right, nothing is left to say."""
    await page.click("#edit")
    await page.fill("#editor-filter", "en/phrases")
    await page.select_option("#editor-file", "en/phrases.yaml")
    text = page.locator("#editor-text")
    await page.locator("#editor[data-file='en/phrases.yaml']").wait_for()
    good = await text.input_value()
    await text.fill(good.replace("language_name: English", "language_name: '{{ name'", 1))
    await text.press("Control+s")
    line = 1 + good[: good.index("language_name: English")].count("\n")
    await page.locator("#editor-problems .error button", has_text=f"en/phrases.yaml:{line}:").first.click()
    chosen = await text.evaluate("field => field.value.slice(field.selectionStart, field.selectionEnd)")
    assert chosen == "language_name: '{{ name'"
    await text.fill(good)
    await page.click("#editor-save")
    await page.locator("#editor-state", has_text="没有错误").wait_for()
    assert await page.locator("#editor-problems .error").count() == 0
    assert await page.is_visible("#merchant")
    await page.click("#editor [aria-label=关闭]")
    assert await page.is_visible("#support")


def _pictures(*names: str) -> list[FilePayload]:
    return [{"name": f"{name}.png", "mimeType": "image/png", "buffer": made_up_picture(name)} for name in names]
