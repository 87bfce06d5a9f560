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
from bot.commands.kb_gaps import gaps_command
from bot.commands.printing import write
from bot.commands.reading import UnreadableRow, read_rows
from bot.settings import read_settings
from knowledge import evidence, matching
from knowledge.check import check as check_folder
from knowledge.errors import Problem
from knowledge.library import KnowledgeBase

app = typer.Typer(help="The knowledge base: check, show, match, read.", no_args_is_help=True)
app.command("gaps")(gaps_command)


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
        write(json.dumps({"good": good, "problems": [asdict(one) for one in problems]}, ensure_ascii=False, indent=2))
    else:
        for problem in problems:
            write(_annotation(problem) if github else f"{problem.level}: {problem}")
        sys.stderr.write(f"{levels['error']} errors, {levels['warning']} warnings\n")
    raise typer.Exit(0 if good else 1)


@app.command("show")
def show(
    article: Annotated[str, typer.Argument(help="The article's id, such as paid_to_old_card.")],
    more: Annotated[list[str] | None, typer.Argument(help="Further facts.", show_default=False)] = None,
    *,
    locale: Locale = "zh",
    facts: Annotated[
        list[str] | None,
        typer.Option("--facts", help="name=value, such as payout.net=1200.50; repeat it. 'all': samples."),
    ] = None,
    step: Annotated[int | None, typer.Option(min=0, help="0: the first answer; 1 and more: that next step.")] = None,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """An article as Telegram will show it, with the facts given; what is not given is unknown."""
    base = loaded(folder)
    in_locale(base, locale)
    found = base.find(locale, article)
    if found is None:
        sys.stderr.write(f"there is no article {article}\n")
        raise typer.Exit(1)
    try:
        values = evidence.read([*(facts or []), *(more or [])], found.names)
    except ValueError as error:
        refuse(str(error))
    always = {"today": now().date(), "zone": str(read_settings().timezone), "reference": _reference(base, article)}
    html = base.render(found, {**base.acquirers.of(None).values(locale), **always, **values}, step=step)
    if as_json:
        write(json.dumps({"id": article, "locale": locale, "title": found.title, "html": html}, ensure_ascii=False))
    else:
        write(f"<b>{found.title}</b>\n\n{html}")


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
    """What the desk reads in merchants' words: one JSON line for each, now being SETTLEDESK_NOW in TIMEZONE."""
    try:
        lines = (source.read_text(encoding="utf-8") if source else sys.stdin.read()).split("\n")
        found = "".join(f"{line}\n" for line in read_rows(lines, now()))
        if target:
            target.write_text(found, encoding="utf-8")
        else:
            sys.stdout.write(found)
    except (OSError, UnicodeDecodeError, UnreadableRow) as error:
        refuse(str(error))


def _reference(base: KnowledgeBase, article: str) -> str | None:
    cause = base.causes.by_id.get(article)
    return cause.reference if cause else None


def _annotation(problem: Problem) -> str:
    """One annotation of GitHub Actions; its workflow commands escape percent signs and line ends."""
    words = f"{problem.message} {problem.remedy}".replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return f"::{problem.level} file={problem.file},line={problem.line},col={problem.column}::{words}"
