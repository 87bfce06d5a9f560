"""Files of a base are changed whole, undone, and nothing outside of the folder is ever touched."""

from __future__ import annotations

from pathlib import Path

import pytest

from storage.base_files import MOST_KEPT, BaseFiles


@pytest.fixture
def files(tmp_path: Path) -> BaseFiles:
    folder = tmp_path / "base"
    for name in ("causes.yaml", "zh/phrases.yaml", "en/phrases.yaml", "en/articles/late.md", ".hidden/secret.md"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(f"of {name}\n", encoding="utf-8")
    return BaseFiles(folder)


def now(files: BaseFiles, name: str) -> str:
    return (files.folder / name).read_text(encoding="utf-8")


def test_put_and_undo_may_be_repeated(files: BaseFiles) -> None:
    change = files.propose("1a", ("causes.yaml",), b"new\n", 71)
    assert files.difference(change) == ["@@ -1 +1 @@", "-of causes.yaml", "+new"]
    assert now(files, "causes.yaml") == "of causes.yaml\n"
    for _ in range(2):
        assert files.put(files.change("1a")) == "done"
        assert now(files, "causes.yaml") == "new\n"
    for _ in range(2):
        assert files.undo(files.change("1a")) == "done"
        assert now(files, "causes.yaml") == "of causes.yaml\n"
    assert [path.name for path in files.folder.iterdir() if "part" in path.name] == []


def test_what_somebody_else_changed_is_left_alone(files: BaseFiles) -> None:
    change = files.propose("1a", ("causes.yaml",), b"new\n", 71)
    (files.folder / "causes.yaml").write_text("of a colleague\n", encoding="utf-8")
    assert files.put(change) == "outdated"
    second = files.propose("1b", ("causes.yaml",), b"newer\n", 71)
    assert files.put(second) == "done"
    (files.folder / "causes.yaml").write_text("of another colleague\n", encoding="utf-8")
    assert files.undo(second) == "outdated"
    assert now(files, "causes.yaml") == "of another colleague\n"


@pytest.mark.parametrize(
    ("sent", "hint", "meant"),
    [
        ("causes.yaml", "", ("causes.yaml",)),
        ("phrases.yaml", "", ("en/phrases.yaml", "zh/phrases.yaml")),
        ("phrases (2).yaml.txt", "zh", ("zh/phrases.yaml",)),
        ("causes.yaml.TXT", "", ("causes.yaml",)),
        ("causes.txt", "", ()),
        ("phrases (2).yaml", "zh", ("zh/phrases.yaml",)),
        ("phrases.yaml", "en/phrases.yaml", ("en/phrases.yaml",)),
        ("phrases.yaml", "../zh", ("en/phrases.yaml", "zh/phrases.yaml")),
        ("../../causes.yaml", "", ("causes.yaml",)),
        ("C:\\Users\\li\\late.md", "", ("en/articles/late.md",)),
        ("secret.md", ".hidden", ()),
        ("passwd", "/etc", ()),
        ("", "", ()),
    ],
)
def test_which_file_is_meant(files: BaseFiles, sent: str, hint: str, meant: tuple[str, ...]) -> None:
    assert files.meant(sent, hint) == meant


def test_one_of_several_is_chosen(files: BaseFiles) -> None:
    change = files.propose("1a", files.meant("phrases.yaml"), b"new\n", 71)
    assert change.name is None
    assert files.put(change) == "outdated"
    with pytest.raises(LookupError):
        files.choose("1a", 2)
    assert files.choose("1a", 1).name == "zh/phrases.yaml"
    assert files.choose("1a", 0).name == "zh/phrases.yaml", "chosen once"
    assert files.put(files.change("1a")) == "done"
    assert (now(files, "zh/phrases.yaml"), now(files, "en/phrases.yaml")) == ("new\n", "of en/phrases.yaml\n")


def test_links_are_never_followed(files: BaseFiles, tmp_path: Path) -> None:
    outside = tmp_path / "outside.md"
    outside.write_text("mine\n", encoding="utf-8")
    (files.folder / "en" / "articles" / "outside.md").symlink_to(outside)
    (files.folder / "elsewhere").symlink_to(tmp_path)
    assert files.meant("outside.md") == ()
    change = files.propose("1a", ("en/articles/late.md",), b"new\n", 71)
    (files.folder / "en" / "articles" / "late.md").unlink()
    (files.folder / "en" / "articles" / "late.md").symlink_to(outside)
    with pytest.raises(FileNotFoundError):
        files.put(change)
    assert outside.read_text(encoding="utf-8") == "mine\n"


@pytest.mark.parametrize("name", ["../outside.md", "/etc/hostname", ".hidden/secret.md", "en/../../outside.md"])
def test_no_name_leads_out(files: BaseFiles, name: str) -> None:
    with pytest.raises(FileNotFoundError):
        files.propose("1a", (name,), b"new\n", 71)


@pytest.mark.parametrize("token", ["", "..", "../..", "a/b", "A" * 30])
def test_no_token_leads_out(files: BaseFiles, token: str) -> None:
    with pytest.raises(LookupError):
        files.change(token)


def test_a_backup_folder_that_is_a_link_is_refused(files: BaseFiles, tmp_path: Path) -> None:
    (files.folder / ".backup").symlink_to(tmp_path)
    with pytest.raises(PermissionError):
        files.propose("1a", ("causes.yaml",), b"new\n", 71)


def test_old_changes_go(files: BaseFiles) -> None:
    for number in range(MOST_KEPT + 3):
        files.propose(f"{number:x}", ("causes.yaml",), b"new\n", 71)
    assert len(list((files.folder / ".backup").iterdir())) == MOST_KEPT
    with pytest.raises(LookupError):
        files.change("0")


def test_a_draft_is_the_whole_base(files: BaseFiles, tmp_path: Path) -> None:
    change = files.propose("1a", ("causes.yaml",), b"new\n", 71)
    files.draft(change, tmp_path / "draft")
    assert BaseFiles(tmp_path / "draft").names() == files.names()
    assert (tmp_path / "draft" / "causes.yaml").read_bytes() == b"new\n"
