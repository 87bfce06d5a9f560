"""``settledesk kb``: check the knowledge base, show articles, tell what a question or an answer means."""

from __future__ import annotations

import json
import sys
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.authoring import REPOSITORY, AsJson, Folder, Locale, folder_of, in_locale, loaded, now, refuse
from bot.commands.kb_choices import accept, choices_command
from bot.commands.kb_diff import diff
from bot.commands.kb_eval import evaluate
from bot.commands.kb_faq import import_faq
from bot.commands.kb_gaps import gaps_command
from bot.commands.kb_new import new
from bot.commands.kb_schema import schema_command
from bot.commands.kb_show import show
from bot.commands.kb_tests import run_tests
from bot.commands.kb_try import try_it
from bot.commands.printing import counted, write, write_json
from bot.commands.reading import UnreadableRow, read_rows
from knowledge import matching
from knowledge.check import check as check_folder
from knowledge.errors import Problem

app = typer.Typer(help="The knowledge base: check, show, match, read.", no_args_is_help=True)
app.command("new")(new)
app.command("import-faq")(import_faq)
app.command("show")(show)
app.command("schema")(schema_command)
app.command("eval")(evaluate)
app.command("gaps")(gaps_command)
app.command("choices")(choices_command)
app.command("accept")(accept)
app.command("diff")(diff)
app.command("try")(try_it)
app.command("test")(run_tests)


@app.command("check")
def check(
    folder: Folder = None,
    as_json: AsJson = False,
    github: Annotated[bool, typer.Option("--github", help="As annotations of GitHub Actions.")] = False,
    strict: Annotated[bool, typer.Option("--strict", help="Warnings count as errors.")] = False,
) -> None:
    """Everything that is wrong with the base: file, line, column, reason, remedy. Exit code 1 when there are errors."""
    problems = check_folder(folder_of(folder), today=now().date(), repository=REPOSITORY)
    levels = Counter(problem.level for problem in problems)
    good = not levels["error"] and not (strict and levels["warning"])
    if as_json:
        counts = {"errors": levels["error"], "warnings": levels["warning"]}
        write_json({"good": good, **counts, "problems": problems})
    else:
        for problem in problems:
            write(annotation(problem) if github else f"{problem.level}: {problem}")
        sys.stderr.write(f"{counted(levels['error'], levels['warning'])}\n")
    raise typer.Exit(0 if good else 1)


@app.command("match")
def match(
    text: Annotated[str, typer.Argument(help="A question as a merchant would type it.")],
    *,
    locale: Locale = "zh",
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Which articles a question means, how certain that is, and why. Exit code 1 when there is no answer."""
    base = loaded(folder)
    in_locale(base, locale)
    ranked = base.match(locale, text)
    zone = matching.zone(ranked)
    if as_json:
        said = {"text": text, "zone": zone, "ranked": [asdict(one) for one in ranked]}
        write(json.dumps(said, ensure_ascii=False))
    else:
        write(f"zone: {zone}")
        for one in ranked[:5]:
            reason = base.why(locale, text, one.id)
            pieces = " ".join(piece for piece, _ in reason.pieces)
            write(f"{one.confidence:.2f}  {one.id}  nearest: {reason.nearest}  pieces: {pieces}")
    raise typer.Exit(1 if zone == "none" else 0)


@app.command("read")
def read(
    source: Annotated[
        Path | None, typer.Option("--in", help="JSON lines of id, text, asked, lang; else stdin.")
    ] = None,
    target: Annotated[Path | None, typer.Option("--out", help="Where the JSON lines go; else stdout.")] = None,
) -> None:
    """What the desk reads in merchants' words: one JSON line for each, now being SETTLEDESK_NOW in TIMEZONE.

    A line that cannot be read is named, nothing is written, and the exit code is 2.
    """
    try:
        lines = (source.read_text(encoding="utf-8-sig") if source else sys.stdin.read()).split("\n")
        found = "".join(f"{line}\n" for line in read_rows(lines, now()))
        if target:
            target.write_text(found, encoding="utf-8")
        else:
            sys.stdout.write(found)
    except (OSError, UnicodeError, UnreadableRow) as error:
        refuse(str(error))


def annotation(problem: Problem) -> str:
    """One annotation of GitHub Actions, whose commands escape percent signs, line ends and what ends a property."""
    words = problem.words.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    file = problem.file.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    return f"::{problem.level} file={file},line={problem.line},col={problem.column}::{words}"
