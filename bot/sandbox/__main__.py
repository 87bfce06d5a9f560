"""``python -m bot.sandbox``: serve a world until told to stop."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import json
import os
import shlex
import signal
import sys
from datetime import datetime
from pathlib import Path

from bot.sandbox.editing import Editor
from bot.sandbox.refusals import Impossible
from bot.sandbox.server import Sandbox


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="A Bot API server on loopback.")
    parser.add_argument("--listen", default="127.0.0.1:0", metavar="HOST:PORT", help="loopback only; port 0: any")
    parser.add_argument("--world", type=Path, metavar="FILE", help="the world as JSON; see docs/sandbox.md")
    parser.add_argument("--now", type=datetime.fromisoformat, metavar="ISO", help="where the clock starts, with offset")
    parser.add_argument("--ready-file", type=Path, metavar="PATH", help="written with the address when it serves")
    parser.add_argument("--ready-fd", type=int, metavar="N", help="the same, to a descriptor")
    parser.add_argument("--keep", type=int, default=20_000, metavar="N", help="messages to remember")
    parser.add_argument("--page", type=Path, metavar="DIR", help="another folder for the chat page")
    parser.add_argument("--edit", type=Path, metavar="DIR", help="a folder of texts that the chat page may edit")
    parser.add_argument("--check", default="", metavar="COMMAND", help="says as JSON what is wrong with that folder")
    return parser.parse_args()


async def _serve(sandbox: Sandbox, ready_file: Path | None, ready_fd: int | None) -> None:
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        with contextlib.suppress(NotImplementedError):
            loop.add_signal_handler(number, stop.set)
    async with sandbox:
        line = sandbox.url + "\n"
        sys.stdout.write(line)
        sys.stdout.flush()
        if ready_file is not None:
            part = ready_file.with_name(ready_file.name + ".part")
            part.write_text(line, encoding="utf-8")
            part.replace(ready_file)
        if ready_fd is not None:
            os.write(ready_fd, line.encode())
            os.close(ready_fd)
        await stop.wait()


def main() -> int:
    """Serve; 0 when stopped, 2 when the arguments or the world make no sense, 1 when the port is taken."""
    given = _arguments()
    host, _, port = given.listen.rpartition(":")
    try:
        world = json.loads(given.world.read_text("utf-8")) if given.world else {}
        editor = Editor(given.edit, shlex.split(given.check)) if given.edit else None
        sandbox = Sandbox(world, now=given.now, host=host.strip("[]") or "127.0.0.1", port=int(port), keep=given.keep,
                          page=given.page, editor=editor)  # fmt: skip
    except (ValueError, OSError) as error:
        sys.stderr.write(f"{error}\n")
        return 2
    except Impossible as error:
        sys.stderr.write(f"{given.world}: {error.text}\n")
        return 2
    try:
        asyncio.run(_serve(sandbox, given.ready_file, given.ready_fd))
    except OSError as error:
        sys.stderr.write(f"{given.listen}: {error}\n")
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
