"""What the commands of ``settledesk kb`` share: the folder, the base in it, the time, and how wrong use is refused."""

from __future__ import annotations

import sys
from datetime import datetime
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from bot.clock import clock_from
from bot.settings import read_settings
from knowledge.errors import KnowledgeErrors
from knowledge.library import KnowledgeBase
from knowledge.loader import load

REPOSITORY = Path(__file__).parents[2]
"""Where the program's own text and its conversation tests are, when it is not an installed one."""
AsJson = Annotated[bool, typer.Option("--json", help="JSON on standard output.")]
Folder = Annotated[Path | None, typer.Option("--dir", help="Folder of the base; KNOWLEDGE_DIR unless given.")]
Locale = Annotated[str, typer.Option(help="Such as zh or en.")]


def folder_of(given: Path | None) -> Path:
    """The folder named on the command line, else the one that the settings name."""
    return given or read_settings().knowledge_dir


def loaded(folder: Path | None) -> KnowledgeBase:
    """The base in a folder; one with faults ends the command with all of them and exit code 1."""
    try:
        return load(folder_of(folder))
    except KnowledgeErrors as error:
        sys.stderr.write(f"{error}\n")
        raise typer.Exit(1) from None


def in_locale(base: KnowledgeBase, locale: str) -> str:
    """The locale as named, when the base has it; else wrong use."""
    if locale not in base.shelves:
        refuse(f"there is no locale {locale}; there are {', '.join(base.locales)}")
    return locale


def now() -> datetime:
    """The moment by SETTLEDESK_NOW or the clock, in TIMEZONE."""
    settings = read_settings()
    return clock_from(settings.settledesk_now)().astimezone(settings.zone)


def refuse(words: str) -> NoReturn:
    """End the command as wrongly used: the words on standard error, exit code 2."""
    sys.stderr.write(f"{words}\n")
    raise typer.Exit(2)
