"""Which files make a base: hidden ones do not, links do, and what is nearly named right is said."""

from __future__ import annotations

from pathlib import Path

import pytest

from knowledge.files import files, strays
from knowledge.loader import version


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    base = tmp_path / "base"
    (base / "en/articles").mkdir(parents=True)
    (base / "causes.yaml").write_text("version: 1\n", encoding="utf-8")
    (base / "en/phrases.yaml").write_text("a: b\n", encoding="utf-8")
    (base / "en/articles/one.md").write_text("---\n---\n", encoding="utf-8")
    return base


def named(folder: Path) -> list[str]:
    return [file.relative_to(folder).as_posix() for file in files(folder)]


ALL = ["causes.yaml", "en/articles/one.md", "en/phrases.yaml"]


def test_what_is_hidden_is_no_part_of_a_base(folder):
    before = version(folder)
    (folder / ".backup").mkdir()
    for name in (".backup/causes.yaml", "en/.#phrases.yaml", ".causes.yaml", "en/articles/.one.md", "notes.txt"):
        (folder / name).write_text("x", encoding="utf-8")
    assert named(folder) == ALL
    assert version(folder) == before


def test_links_are_followed_once(folder, tmp_path):
    hidden = folder / "..2026_11_26"
    (folder / "en").rename(tmp_path / "moved")
    hidden.mkdir()
    (tmp_path / "moved").rename(hidden / "en")
    (folder / "..data").symlink_to(hidden)
    (folder / "en").symlink_to(Path("..data/en"))
    (folder / "en/articles/again").symlink_to(folder)
    assert [name for name in named(folder) if "again" not in name] == ALL
    assert len(named(folder)) < 10
    (folder / "gone.yaml").symlink_to(folder / "nothing.yaml")
    assert "gone.yaml" not in named(folder)


@pytest.mark.parametrize(
    ("name", "remedy"),
    [
        ("causes.yml", "causes.yaml is read: keep one of the two."),
        ("acquirer.yaml", "Name it acquirers.yaml."),
        ("en/offtopic.yaml", "Name it off_topic.yaml."),
        ("en/articles/two.markdown", "Name it two.md."),
        ("en/articles/three.MD", "Name it three.md."),
        ("en/articles/guides/four.md", "Articles lie in this folder itself."),
        ("zh_CN/phrases.yaml", "Name the folder as a language, such as zh, en or pt-BR."),
        ("README.md", None),
        ("tests/matching.yaml", None),
        ("en/canned/hello.md", None),
        (".backup/phrases.yaml", None),
    ],
)
def test_a_file_that_nobody_reads_is_said(folder, name, remedy):
    (folder / name).parent.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text("x", encoding="utf-8")
    assert [said for _, said in strays(folder)] == ([remedy] if remedy else [])
