"""A folder of texts that the chat page may edit, and a command that says what is wrong with them.

Off unless a folder is named. Only text files that are in the folder already are read and written: never a hidden one,
never a link, never a name that leads out. Who starts the sandbox gives the command; the page cannot change it.
"""

from __future__ import annotations

import asyncio
import contextlib
import hashlib
import json
import os
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

from bot.sandbox.refusals import Impossible

Json = dict[str, Any]
SUFFIXES: Final = (".yaml", ".yml", ".md", ".csv", ".json", ".txt")
MOST_BYTES: Final = 1024 * 1024
SECONDS: Final = 60.0


class Editor:
    """``command``: program and arguments; writes ``{"problems": [{file, line, column, message, …}]}``.

    Its exit code does not matter. Raises ValueError when there is no such folder.
    """

    def __init__(self, folder: Path, command: Sequence[str] = ()) -> None:
        if not folder.is_dir():
            raise ValueError(f"{folder}: there is no such folder to edit")
        self._folder = folder.resolve()
        self._command = tuple(command)
        self._checking = asyncio.Lock()

    async def answer(self, method: str, path: str, query: Json, body: Any) -> Json:
        """One request below ``/sandbox/edit``. Raises Impossible for what cannot be done."""
        match method, path:
            case "GET", "":
                return {"files": await asyncio.to_thread(self.names), "checks": bool(self._command)}
            case "GET", "/file":
                return await asyncio.to_thread(self.read, str(query.get("name", "")))
            case "POST", "/file":
                said = body if isinstance(body, dict) else {}
                wanted = [each for key in ("name", "text", "version") if isinstance(each := said.get(key), str)]
                if len(wanted) < 3:
                    raise Impossible(400, "name, text and version are needed")
                return await asyncio.to_thread(self.write, *wanted)
            case "POST", "/check":
                return {"problems": await self.check()}
            case _:
                raise Impossible(404, f"there is no {method} edit{path}")

    def names(self) -> list[str]:
        """The files that may be edited, as paths below the folder."""
        return sorted(file.relative_to(self._folder).as_posix() for file in self._files())

    def read(self, name: str) -> Json:
        """A file's text and version."""
        content = self._file(name).read_bytes()
        try:
            return {"name": name, "text": content.decode("utf-8"), "version": _version(content)}
        except UnicodeDecodeError:
            raise Impossible(409, f"{name} is not UTF-8 text") from None

    def write(self, name: str, text: str, version: str) -> Json:
        """Put a new text in place whole, over the version that was read."""
        file, content = self._file(name), text.encode("utf-8", "replace")
        if len(content) > MOST_BYTES:
            raise Impossible(400, f"{name}: more than {MOST_BYTES // 1024} KB")
        if _version(file.read_bytes()) != version:
            raise Impossible(409, f"{name} was changed meanwhile")
        part = file.with_name(f".{file.name}.part")
        with contextlib.suppress(FileNotFoundError):
            part.unlink()
        try:
            with part.open("xb") as out:
                out.write(content)
            part.replace(file)
        finally:
            part.unlink(missing_ok=True)
        return {"name": name, "version": _version(content)}

    async def check(self) -> list[Json]:
        """What the command finds; files of the folder are named as ``names`` does."""
        if not self._command:
            return []
        async with self._checking:
            said = await self._run()
        try:
            problems = json.loads(said)["problems"]
            return [{**problem, "file": self._named(str(problem["file"]))} for problem in problems]
        except (ValueError, KeyError, TypeError):
            raise Impossible(502, "the check did not say what it found") from None

    async def _run(self) -> bytes:
        try:
            process = await asyncio.create_subprocess_exec(
                *self._command, stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.DEVNULL, start_new_session=True,
            )  # fmt: skip
        except OSError as error:
            raise Impossible(502, f"the check cannot be run: {error.strerror}") from None
        try:
            said, _ = await asyncio.wait_for(process.communicate(), SECONDS)
        except TimeoutError:
            raise Impossible(502, f"the check took more than {SECONDS:.0f} seconds") from None
        finally:
            if process.returncode is None:
                process.kill()
                await process.wait()
        return said

    def _named(self, file: str) -> str:
        path = Path(file) if Path(file).is_absolute() else Path.cwd() / file
        return path.relative_to(self._folder).as_posix() if path.is_relative_to(self._folder) else file

    def _files(self) -> Iterator[Path]:
        for place, folders, files in os.walk(self._folder):
            folders[:] = [name for name in folders if not name.startswith(".")]
            for name in files:
                file = Path(place, name)
                if file.suffix in SUFFIXES and not name.startswith(".") and file.is_file() and not file.is_symlink():
                    yield file

    def _file(self, name: str) -> Path:
        """A file by its name, which must be one of ``names``: no name is ever made into a path otherwise."""
        for file in self._files():
            if file.relative_to(self._folder).as_posix() == name:
                return file
        raise Impossible(404, f"there is no file {name}")


def _version(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
