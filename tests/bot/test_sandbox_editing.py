"""The folder that the chat page may edit: off unless asked for, confined, checked by somebody else's command."""

from __future__ import annotations

import json
import sys
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from bot.demo.visitor import Refusal, Visitor
from bot.sandbox import Sandbox
from bot.sandbox.editing import Editor
from tests.bot.conftest import WORLD

FINDS = """
import json, sys
from pathlib import Path
file = Path(sys.argv[1], "zh", "phrases.yaml")
bad = "{{" in file.read_text()
problem = {"file": str(file), "line": 2, "column": 1, "message": "Broken", "level": "error"}
print(json.dumps({"problems": [problem] * bad}))
sys.exit(bad)
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("causes.yaml", "zh/phrases.yaml", ".backup/1/new.yaml", "zh/.hidden.md", "zh/picture.png"):
        file = tmp_path / "base" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("glad: 好\n", encoding="utf-8")
    (tmp_path / "outside.md").write_text("mine", encoding="utf-8")
    (tmp_path / "base" / "zh" / "link.md").symlink_to(tmp_path / "outside.md")
    return tmp_path / "base"


@pytest.fixture
async def visitor(folder: Path) -> AsyncIterator[Visitor]:
    editor = Editor(folder, [sys.executable, "-c", FINDS, str(folder)])
    async with Sandbox(WORLD, editor=editor) as sandbox, Visitor(sandbox.url) as visitor:
        yield visitor


async def refused(visitor: Visitor, method: str, path: str, body: Any = None, /, **query: Any) -> int:
    with pytest.raises(Refusal) as refusal:
        await visitor.ask(method, path, body, **query)
    return refusal.value.code


async def test_a_file_is_read_changed_and_checked(visitor: Visitor, folder: Path) -> None:
    assert await visitor.read("edit") == {"files": ["causes.yaml", "zh/phrases.yaml"], "checks": True}
    found = await visitor.read("edit/file", name="zh/phrases.yaml")
    assert found["text"] == "glad: 好\n"
    assert await visitor.write("edit/check") == {"problems": []}
    saved = await visitor.write("edit/file", {**found, "text": "glad: {{ 好\n"})
    assert (folder / "zh" / "phrases.yaml").read_text(encoding="utf-8") == "glad: {{ 好\n"
    (problem,) = (await visitor.write("edit/check"))["problems"]
    assert (problem["file"], problem["line"], problem["message"]) == ("zh/phrases.yaml", 2, "Broken")
    again = {**saved, "text": "glad: 很好\n"}
    assert (await visitor.write("edit/file", again))["version"] != saved["version"]
    assert sorted(path.name for path in (folder / "zh").iterdir()) == [
        ".hidden.md", "link.md", "phrases.yaml", "picture.png",
    ]  # fmt: skip


async def test_what_somebody_else_changed_is_left_alone(visitor: Visitor, folder: Path) -> None:
    found = await visitor.read("edit/file", name="causes.yaml")
    (folder / "causes.yaml").write_text("of a colleague\n", encoding="utf-8")
    assert await refused(visitor, "POST", "edit/file", {**found, "text": "mine\n"}) == 409
    assert (folder / "causes.yaml").read_text(encoding="utf-8") == "of a colleague\n"


@pytest.mark.parametrize(
    "name",
    ["../outside.md", "zh/../../outside.md", "/etc/hostname", "zh/link.md", ".backup/1/new.yaml", "zh/.hidden.md",
     "zh/picture.png", "zh", "", "new.yaml"],
)  # fmt: skip
async def test_no_name_leads_out(visitor: Visitor, folder: Path, name: str) -> None:
    assert await refused(visitor, "GET", "edit/file", name=name) == 404
    assert await refused(visitor, "POST", "edit/file", {"name": name, "text": "x", "version": "x"}) == 404
    assert (folder.parent / "outside.md").read_text(encoding="utf-8") == "mine"


async def test_what_makes_no_sense_is_refused(visitor: Visitor, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.sandbox.editing.MOST_BYTES", 100)
    assert await refused(visitor, "POST", "edit/file", {"name": "causes.yaml"}) == 400
    found = await visitor.read("edit/file", name="causes.yaml")
    assert await refused(visitor, "POST", "edit/file", {**found, "text": "x" * 101}) == 400
    assert await refused(visitor, "POST", "edit") == 404
    (folder / "causes.yaml").write_bytes(b"\xff\xfe")
    assert await refused(visitor, "GET", "edit/file", name="causes.yaml") == 409


@pytest.mark.parametrize("command", [("no-such-program",), (sys.executable, "-c", "print('fine')")])
async def test_a_check_that_says_nothing_useful(folder: Path, command: tuple[str, ...]) -> None:
    async with Sandbox(WORLD, editor=Editor(folder, command)) as sandbox, Visitor(sandbox.url) as visitor:
        assert await refused(visitor, "POST", "edit/check", {}) == 502


async def test_without_a_folder_there_is_nothing_to_edit(tmp_path: Path) -> None:
    async with Sandbox(WORLD) as sandbox, Visitor(sandbox.url) as visitor:
        assert await refused(visitor, "GET", "edit") == 404
    with pytest.raises(ValueError, match="no such folder"):
        Editor(tmp_path / "nowhere")


async def test_the_page_is_told(folder: Path) -> None:
    async with Sandbox(WORLD, editor=Editor(folder)) as sandbox, Visitor(sandbox.url) as visitor:
        assert json.dumps((await visitor.ask("GET", "../config"))["edit"]) == "true"
        assert await visitor.write("edit/check") == {"problems": []}
