"""``settledesk kb diff``: which answers to real cases a change of the base would change."""

from __future__ import annotations

from typing import Annotated

import typer

from bot.clock import clock_from
from bot.commands.authoring import AsJson, Folder, folder_of, loaded, refuse
from bot.commands.printing import complain, write, write_json
from bot.commands.revisions import earlier
from bot.commands.storing import with_storage
from bot.settings import SettingsError, read_settings
from bot.sources import source_of
from knowledge.differing import Change, Differences, differences
from knowledge.library import KnowledgeBase
from storage.database import Storage

TITLES = {"cause": "another cause:", "words": "same cause, other words:", "question": "questions:"}
LABELS_SHOWN = 12


def diff(
    earlier_base: Annotated[
        str, typer.Argument(metavar="REV_OR_FOLDER", help="A git revision of the base's folder, or another folder.")
    ],
    last: Annotated[int, typer.Option(min=1, max=10000, help="How many cases and questions to ask again.")] = 100,
    text: Annotated[bool, typer.Option("--text", help="Show what merchants said and the lines that change.")] = False,
    *,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Ask the last real cases and questions again, with the earlier base and the one in the folder."""
    with earlier(earlier_base, folder_of(folder)) as before:
        after = loaded(folder)
        found, silent = with_storage(lambda storage: _replayed(storage, before, after, last))
    if as_json:
        changes = [_plain(change, text) for change in found.changes]
        counts = {"cases": found.cases, "questions": found.questions, "same": found.same, "not_asked": silent}
        write_json({"before": before.version, "after": after.version, **counts, "changes": changes})
    else:
        _print(found, text)
    if silent:
        complain(f"{silent} cases were left out: the source did not answer")


async def _replayed(
    storage: Storage, before: KnowledgeBase, after: KnowledgeBase, last: int
) -> tuple[Differences, int]:
    from bot.replaying import Replay  # noqa: PLC0415 - the desk's parts take a second to import: not for every command

    settings = read_settings()
    try:
        source = source_of(settings, storage, clock_from(settings.settledesk_now), lambda: after.providers)
    except SettingsError as error:
        refuse(str(error))
    try:
        replay = Replay(storage, source, before, after, settings.zone)
        return differences([pair async for pair in replay.pairs(last)]), replay.silent
    finally:
        await source.close()


def _print(found: Differences, text: bool) -> None:
    kind = ""
    for change in found.changes:
        if change.kind != kind:
            kind = change.kind
            write(TITLES[kind])
        labels = ", ".join(change.labels[:LABELS_SHOWN])
        more = len(change.labels) - LABELS_SHOWN
        write(f"{change.count:>5}  {_arrow(change)}  ({labels}{f' and {more} more' if more > 0 else ''})")
        for sample in change.samples if text else ():
            write(f"         {sample.label}: {sample.said}")
            for line in sample.lines:
                write(f"           {line}")
    write(f"{found.cases} cases and {found.questions} questions asked again, {found.same} answered as before")


def _arrow(change: Change) -> str:
    before, after = " + ".join(change.before) or "nothing", " + ".join(change.after) or "nothing"
    return before if before == after else f"{before} -> {after}"


def _plain(change: Change, text: bool) -> dict[str, object]:
    plain: dict[str, object] = {
        "kind": change.kind,
        "before": change.before,
        "after": change.after,
        "count": change.count,
        "labels": change.labels,
    }
    return {**plain, "samples": change.samples} if text else plain
