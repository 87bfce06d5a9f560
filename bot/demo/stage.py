"""The stage of the demo: made-up records in a database of their own, the sandbox and the bot as processes."""

from __future__ import annotations

import asyncio
import json
import os
import shlex
import shutil
import signal
import sys
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Any

from bot.demo.bundle import NOW, Manifest, world, write_bundle
from bot.demo.visitor import Visitor
from bot.settings import BASE
from knowledge.loader import load
from storage.database import Storage
from storage.settlement.importing import Importer

TOKEN = "123456:TEST"  # noqa: S105 - the token of the examples
READY_SECONDS = 60.0
STOP_SECONDS = 10.0


class StageFailed(Exception):  # noqa: N818 - a stage that fails is not the visitor's error
    """A part of the demo did not come up; the message says which and where its log is."""


class Stage:
    """Sandbox and bot, ready to be visited, as long as the context lasts."""

    def __init__(self, folder: Path, port: int, **settings: str) -> None:
        self.folder = folder
        self.port = port
        self.settings = settings
        self.database_url = settings.get("DATABASE_URL", f"sqlite:///{(folder / 'settledesk.db').absolute()}")
        self.base = folder / "knowledge"
        self.log_file = folder / "bot.log"
        self.url = ""
        self.manifest: Manifest
        self.visitor: Visitor
        self._processes: dict[str, asyncio.subprocess.Process] = {}

    @property
    def now_text(self) -> str:
        """The moment at which the demo's clock starts."""
        return NOW.isoformat(sep=" ", timespec="minutes")

    async def __aenter__(self) -> Stage:
        try:
            await self._set()
        except BaseException:
            await self._clear()
            raise
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self._clear()

    async def _set(self) -> None:
        if self.folder.exists():
            shutil.rmtree(self.folder)
        self.folder.mkdir(parents=True)
        self.manifest = write_bundle(self.folder / "bundle")
        await self.imports(self.folder / "bundle")
        made = world(self.manifest)
        (self.folder / "world.json").write_text(json.dumps(made, ensure_ascii=False), encoding="utf-8")
        self.support_chat = int(made["groups"][0]["id"])
        self.staff = [int(one["id"]) for one in self.manifest.staff]
        # a copy, which the page may edit: what is tried in a demo never changes the base that serves merchants
        await asyncio.to_thread(shutil.copytree, BASE, self.base, ignore=shutil.ignore_patterns(".*"))
        await self._start_sandbox()
        await self._start_bot()
        self.visitor = Visitor(self.url)

    async def imports(self, bundle: Path) -> None:
        """Bring a bundle into the table, while the bot runs or not."""
        storage = Storage.open(self.database_url)
        try:
            importer = Importer(storage.engine, lambda: NOW, load(BASE).providers)
            report = await asyncio.to_thread(importer.run, [bundle])
        finally:
            await storage.close()
        if not report.good:
            raise StageFailed("the made-up records could not be imported")

    async def _start_sandbox(self) -> None:
        ready = self.folder / "sandbox.address"
        arguments = ["--listen", f"127.0.0.1:{self.port}", "--world", str(self.folder / "world.json")]
        arguments += ["--now", NOW.isoformat(), "--ready-file", str(ready)]
        check = [sys.executable, "-m", "bot", "kb", "check", "--json", "--dir", str(self.base.absolute())]
        arguments += ["--edit", str(self.base), "--check", shlex.join(check)]
        await self._start("sandbox", "bot.sandbox", arguments, dict(os.environ))
        await self._until("sandbox", lambda: ready.exists() and ready.read_text().strip() != "")
        self.url = ready.read_text().strip()

    async def _start_bot(self) -> None:
        environment = {
            **{name: value for name, value in os.environ.items() if name not in _OURS},
            "BOT_TOKEN": TOKEN,
            "BOT_API_URL": self.url,
            "SUPPORT_CHAT_ID": str(self.support_chat),
            "ADMIN_IDS": str(self.staff[0]),
            "KNOWLEDGE_DIR": str(self.base.absolute()),
            "DATABASE_URL": self.database_url,
            "SETTLEDESK_NOW": NOW.isoformat(),
            "LOG_LEVEL": "INFO",
            **self.settings,
        }
        await self._start("bot", "bot", ["run"], environment)
        probe = Visitor(self.url)
        try:
            await self._until_async("bot", probe.bot_is_online)
        finally:
            await probe.close()

    async def _start(self, name: str, module: str, arguments: list[str], environment: dict[str, str]) -> None:
        log = (self.folder / f"{name}.log").open("ab")
        try:
            self._processes[name] = await asyncio.create_subprocess_exec(
                sys.executable, "-m", module, *arguments,
                env=environment, stdout=log, stderr=log, stdin=asyncio.subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        finally:
            log.close()

    async def _until(self, name: str, ready: Any) -> None:
        async def asked() -> bool:
            return bool(ready())

        await self._until_async(name, asked)

    async def _until_async(self, name: str, ready: Any) -> None:
        process = self._processes[name]
        for _ in range(int(READY_SECONDS / 0.1)):
            if process.returncode is not None:
                break
            if await ready():
                return
            await asyncio.sleep(0.1)
        log = self.folder / f"{name}.log"
        last = (log.read_text("utf-8", "replace").strip().splitlines() or [""])[-1]
        raise StageFailed(f"the {name} did not come up: {last or 'it does not say why'} (its log is in {log})")

    async def ended(self) -> str:
        """Wait until a part ends by itself; returns its name."""
        waiting = {asyncio.ensure_future(process.wait()): name for name, process in self._processes.items()}
        done, rest = await asyncio.wait(waiting, return_when=asyncio.FIRST_COMPLETED)
        for each in rest:
            each.cancel()
        return waiting[next(iter(done))]

    async def _clear(self) -> None:
        """Stop the bot first, so that it finishes its turns while the sandbox still answers."""
        if hasattr(self, "visitor"):
            await self.visitor.close()
        for name in ("bot", "sandbox"):
            await self._stop(name)

    async def _stop(self, name: str) -> None:
        process = self._processes.get(name)
        if process is None or process.returncode is not None:
            return
        process.send_signal(signal.SIGTERM)
        try:
            await asyncio.wait_for(process.wait(), STOP_SECONDS)
        except TimeoutError:
            process.kill()
            await process.wait()

    async def restarts(self, now: datetime) -> None:
        """Stop the bot and start it again, its clock at another moment."""
        await self._stop("bot")
        self.settings = {**self.settings, "SETTLEDESK_NOW": now.isoformat()}
        await self._start_bot()


_OURS = frozenset(
    {
        *(
            "BOT_TOKEN",
            "BOT_API_URL",
            "SUPPORT_CHAT_ID",
            "SPARE_CHAT_ID",
            "ADMIN_IDS",
            "SUPERVISOR_IDS",
            "DATABASE_URL",
            "KNOWLEDGE_DIR",
        ),
        *("SETTLEMENT_SOURCE", "WEBHOOK_URL", "WEBHOOK_SECRET", "LISTEN", "TIMEZONE", "LOG_FORMAT", "LOG_LEVEL"),
        "SETTLEDESK_NOW",
        *("ADYEN_HMAC_KEYS", "STRIPE_WEBHOOK_SECRETS", "SQUARE_WEBHOOK_KEYS", "SQUARE_WEBHOOK_URL"),
    }
)
"""Settings of the machine that must not leak into the demo."""
