"""``settledesk kb try``: talk to the desk in a terminal, before any merchant does."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator
from typing import Annotated

import typer

from bot.commands.authoring import Folder, Locale, in_locale, loaded, refuse
from bot.commands.printing import complain, write
from bot.settings import SettingsError, read_settings
from knowledge.library import KnowledgeBase


def try_it(
    locale: Locale = "zh",
    settlements: Annotated[
        str, typer.Option(help="demo, configured (SETTLEMENT_SOURCE), a conversation test, or a native bundle.")
    ] = "demo",
    visitor: Annotated[
        str | None, typer.Option("--as", help="Your merchant number; in the demo also a cause, such as risk_hold.")
    ] = None,
    unknown: Annotated[bool, typer.Option("--unknown", help="Nobody knows you yet; /share identifies you.")] = False,
    *,
    folder: Folder = None,
) -> None:
    """Type as a merchant would; the desk answers with its own words and records. Lines may also come from a pipe."""
    base = loaded(folder)
    in_locale(base, locale)
    asyncio.run(_talk(base, locale, settlements, visitor, unknown))


async def _talk(base: KnowledgeBase, locale: str, settlements: str, visitor: str | None, unknown: bool) -> None:
    from bot.scenes import NoScene, scene  # noqa: PLC0415 - the desk's parts take a second to import
    from bot.terminal import HELP, Terminal  # noqa: PLC0415

    settings = read_settings()
    try:
        async with scene(settlements, visitor, base, settings) as place:
            terminal = Terminal(place, base, settings.zone, locale, write)
            complain(HELP)
            if place.hint:
                complain(f"for example: {place.hint}")
            if place.merchant_no and not unknown:
                await terminal.bind(place.merchant_no)
            async for line in _lines():
                if not await terminal.take(line):
                    break
    except (NoScene, SettingsError) as error:
        refuse(str(error))


async def _lines() -> AsyncIterator[str]:
    """What is typed, with a prompt; from a pipe the lines themselves are shown."""
    typed = sys.stdin.isatty()
    while True:
        if typed:
            sys.stdout.write("> ")
            sys.stdout.flush()
        line = await asyncio.to_thread(sys.stdin.readline)
        if not line:
            return
        line = line.rstrip("\r\n")
        if not typed:
            write(f"> {line}")
        yield line
