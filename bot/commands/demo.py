"""``settledesk demo``: sandbox, demo bundle and the real bot, on this machine alone."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.demo.player import PlayFailed, play, script_names, title_of
from bot.demo.stage import Stage, StageFailed

FOLDER = Path("var/demo")


def demo(
    port: Annotated[int, typer.Option(help="Port of the chat page; 0 takes a free one.")] = 8000,
    script: Annotated[str | None, typer.Option(help="Play this conversation, print it, and stop.")] = None,
    list_scripts: Annotated[bool, typer.Option("--list", help="Name the conversations that can be played.")] = False,
    folder: Annotated[Path, typer.Option(help="Where the demo keeps its data; emptied at every start.")] = FOLDER,
) -> None:
    """Show the whole product on this machine: a chat page for merchants and staff, made-up records, the real bot.

    The clock starts at the same moment every time. Nothing leaves this machine. Stop it with Ctrl-C.
    """
    if list_scripts:
        for name in script_names():
            sys.stdout.write(f"{name:28} {title_of(name)}\n")
        return
    if script is not None and script not in script_names():
        sys.stderr.write(f"there is no conversation {script}; `settledesk demo --list` names them\n")
        raise typer.Exit(2)
    try:
        code = asyncio.run(_play(script, folder) if script else _show(port, folder))
    except StageFailed as error:
        sys.stderr.write(f"the demo could not start: {error}\n")
        code = 1
    raise typer.Exit(code)


async def _play(script: str, folder: Path) -> int:
    async with Stage(folder / script, port=0) as stage:
        try:
            await play(script, stage, sys.stdout.write)
        except PlayFailed as error:
            sys.stderr.write(f"{script} went otherwise: {error}\n")
            return 1
    return 0


async def _show(port: int, folder: Path) -> int:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for each in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(each, stop.set)
    sys.stdout.write("Setting the stage: made-up records, the sandbox, the bot …\n")
    sys.stdout.flush()
    async with Stage(folder, port=port) as stage:
        sys.stdout.write(f"\n  SettleDesk demo: {stage.url}\n\n")
        sys.stdout.write(f"  Merchants on one side, support staff on the other; the clock says {stage.now_text}.\n")
        sys.stdout.write("  Stop it with Ctrl-C.\n")
        sys.stdout.flush()
        ended = asyncio.ensure_future(stage.ended())
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait((ended, stopping), return_when=asyncio.FIRST_COMPLETED)
        stopping.cancel()
        if ended.done() and not stop.is_set():
            sys.stderr.write(f"{ended.result()} ended by itself; its log is in {stage.log_file}\n")
            return 1
        ended.cancel()
    sys.stdout.write("\nStopped.\n")
    return 0
