"""What the matcher learns is learnt beside the program, once, and taken up again at the next start."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from bot import learning
from bot.beside import ROOT, BesideFailed, beside
from bot.learning import KEPT, Learner
from knowledge.library import KnowledgeBase
from tests.few import few

QUESTION = "换卡要什么资料"


def started() -> KnowledgeBase:
    """The base as another start of the program has it: nothing learnt."""
    base = few("guide_d0_t1", "guide_documents")
    return replace(base, shelves={"zh": replace(base.shelves["zh"])})


async def refused(*_: object, **__: object) -> bytes:
    raise BesideFailed("exit code 1: no memory")


async def test_learnt_once_beside_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first, again, changed = started(), started(), started()
    await Learner(tmp_path / "learnt")(first)
    assert first.shelves["zh"].has_learnt
    monkeypatch.setattr(learning, "beside", refused)
    await Learner(tmp_path / "learnt")(again)
    assert again.match("zh", QUESTION) == first.match("zh", QUESTION) == started().match("zh", QUESTION)

    (file,) = (tmp_path / "learnt").iterdir()
    file.write_bytes(file.read_bytes()[:-1])
    await Learner(tmp_path / "learnt")(changed)  # neither the file nor a process: learnt here
    assert changed.match("zh", QUESTION) == first.match("zh", QUESTION)


async def test_only_the_newest_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    learnt = started().shelves["zh"].ranker.learnt

    async def given(*_: object, **__: object) -> bytes:
        return learnt

    monkeypatch.setattr(learning, "beside", given)
    for number in range(KEPT + 2):
        base = started()
        shelf = replace(base.shelves["zh"], off_topic=(str(number),))
        await Learner(tmp_path)(replace(base, shelves={"zh": shelf}))
    assert len(list(tmp_path.iterdir())) == KEPT


async def test_a_folder_that_cannot_be_written_is_no_harm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    base, learnt = started(), started().shelves["zh"].ranker.learnt

    async def given(*_: object, **__: object) -> bytes:
        return learnt

    monkeypatch.setattr(learning, "beside", given)
    await Learner(tmp_path / "file")(base)
    assert base.shelves["zh"].has_learnt


async def test_what_goes_wrong_beside_the_program_is_said() -> None:
    with pytest.raises(BesideFailed, match="exit code 1: json"):
        await beside("bot.learning", given=b"no questions")


def test_serving_needs_no_numpy() -> None:
    code = "import sys, bot.assembly, bot.learning; sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=False).returncode == 0
