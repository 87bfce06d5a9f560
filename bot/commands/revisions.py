"""A base as it was: another folder, or a git revision of the same one."""

from __future__ import annotations

import io
import subprocess
import sys
import tarfile
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import typer

from bot.commands.authoring import refuse
from knowledge.errors import KnowledgeErrors
from knowledge.library import KnowledgeBase
from knowledge.loader import load

SECONDS = 60


@contextmanager
def earlier(named: str, folder: Path) -> Iterator[KnowledgeBase]:
    """The base in the folder ``named``, or ``folder`` as it was at that git revision.

    Ends the command with code 2 when there is neither, with code 1 when that base cannot be loaded by this program.
    """
    if Path(named).is_dir():
        yield _loaded(Path(named))
        return
    with tempfile.TemporaryDirectory(prefix="settledesk-base-") as place:
        with tarfile.open(fileobj=io.BytesIO(_archive(named, folder))) as archive:
            archive.extractall(place, filter="data")
        yield _loaded(Path(place))


def _archive(revision: str, folder: Path) -> bytes:
    """The folder at a revision, as a tar file."""
    if revision.startswith("-"):
        refuse(f"{revision} is neither a folder nor a git revision")
    if not folder.is_dir():
        refuse(f"there is no folder {folder}")
    try:
        done = subprocess.run(  # noqa: S603 - no shell, and a revision that begins with a dash is refused
            ["git", "archive", "--format=tar", revision, "."],  # noqa: S607 - the author's own git
            cwd=folder,
            capture_output=True,
            timeout=SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        refuse(f"{revision} is no folder, and git cannot be asked for it: {error}")
    if done.returncode != 0:
        why = done.stderr.decode(errors="replace").strip().splitlines()
        refuse(f"{revision} is no folder, and git says: {why[-1] if why else 'nothing'}")
    return done.stdout


def _loaded(folder: Path) -> KnowledgeBase:
    try:
        return load(folder)
    except KnowledgeErrors as error:
        sys.stderr.write(f"the earlier base cannot be loaded by this program:\n{error}\n")
        raise typer.Exit(1) from None
