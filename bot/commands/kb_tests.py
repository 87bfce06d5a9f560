"""``settledesk kb test``: the conversation and matching tests of a base, and what they never come to."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.authoring import REPOSITORY, AsJson, Folder, folder_of, loaded, refuse
from bot.commands.printing import write, write_json
from knowledge.proving import Results, run
from knowledge.scripts import read_scripts


def run_tests(
    paths: Annotated[
        list[Path] | None, typer.Argument(help="Test files or folders; `tests` of the base unless given.")
    ] = None,
    uncovered: Annotated[bool, typer.Option("--uncovered", help="Name what no conversation came to.")] = False,
    *,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Run conversation and matching tests through what serves merchants. Exit code 1 when one fails."""
    chosen = paths or _own(folder_of(folder))
    for path in chosen:
        if not path.exists():
            refuse(f"there is no {path}")
    base = loaded(folder)
    results = run(read_scripts(chosen, base), base)
    if not results.conversations and not results.asked and not results.problems:
        refuse(f"there are no tests in {', '.join(map(str, chosen))}")
    if as_json:
        write_json({"good": results.good, "results": results})
    else:
        _print(results, uncovered)
    raise typer.Exit(0 if results.good else 1)


def _own(folder: Path) -> list[Path]:
    """The tests that belong to a base: its own, and the repository's where the base is the one that comes with it."""
    own = [folder / "tests"] if (folder / "tests").is_dir() else []
    shipped = REPOSITORY / "tests" / "conversations"
    if shipped.is_dir() and folder.resolve() == (REPOSITORY / "knowledge" / "base").resolve():
        own.append(shipped)
    if not own:
        refuse(f"{folder} has no folder tests; name test files")
    return own


def _print(results: Results, uncovered: bool) -> None:
    for problem in results.problems:
        write(f"error: {problem}")
    for failure in results.failures:
        write(f"{failure.file}:{failure.line}: {failure.said}")
        write(f"  expected: {failure.expected or 'nothing'}")
        write(f"  got:      {failure.got or 'nothing'}")
    for coverage in results.coverage:
        told = ", ".join(
            f"{name} {found.told} of {found.of}"
            for name, found in (("articles", coverage.articles), ("rules", coverage.causes), ("steps", coverage.steps))
        )
        write(f"{coverage.locale}: {told} told")
        for name in (*coverage.articles.never, *coverage.steps.never) if uncovered else ():
            write(f"  never told: {name}")
    failed, broken = len(results.failures), len(results.problems)
    ran = f"{results.conversations} conversations, {results.asked} questions"
    sys.stderr.write(f"{ran}: {failed} failures, {broken} faults in files\n")
