"""``settledesk kb gaps``: what merchants asked in vain, and diagnoses without a reason, most frequent first."""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.authoring import AsJson, Folder, loaded, now, refuse
from bot.commands.printing import complain, write, write_json
from bot.commands.storing import with_storage
from knowledge.drafting import Draft, article_text
from knowledge.drafts import of_evidence, of_question
from knowledge.gaps import MOST_READ, Gap, Gaps, Unexplained
from knowledge.gaps import found as found_in
from knowledge.library import KnowledgeBase

WORDINGS_SHOWN = 3


def gaps_command(
    since: Annotated[str, typer.Option(help="A day like 2026-11-01, or so many days like 30d.")] = "30d",
    most: Annotated[int, typer.Option(min=1, help="At most so many groups of each kind.")] = 30,
    drafts: Annotated[
        Path | None, typer.Option(help="Write a draft article of each group into this folder, laid out like a base.")
    ] = None,
    *,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """What nobody could answer, grouped: questions and diagnoses. Exit code 1 when there are gaps."""
    base = loaded(folder)
    today = now()
    begin = _since(since, today)
    asked = with_storage(lambda storage: storage.read(lambda unit: unit.questions.open(begin, MOST_READ)))
    found = found_in(asked, base)
    shown = Gaps(found.questions[:most], found.closed[:most], found.evidence[:most])
    written, kept = _write_drafts(drafts, _drafts(shown, base, today.date())) if drafts else ([], [])
    if as_json:
        counts = {"questions": len(found.questions), "closed": len(found.closed), "evidence": len(found.evidence)}
        write_json({"since": begin, "groups": counts, "gaps": shown, "drafts": written})
    else:
        _print(shown)
    for path in kept:
        complain(f"{path} is there already and was left as it is")
    for path in written if not as_json else ():
        write(f"draft: {path}")
    raise typer.Exit(1 if found.questions or found.evidence else 0)


def _since(text: str, today: datetime) -> datetime:
    days = re.fullmatch(r"(\d{1,4})d", text)
    if days:
        return today - timedelta(days=int(days[1]))
    try:
        return datetime.combine(date.fromisoformat(text), datetime.min.time(), today.tzinfo)
    except ValueError:
        refuse(f"--since: {text} is neither a day like 2026-11-01 nor days like 30d")


def _print(found: Gaps) -> None:
    if found.questions:
        write("Questions without an answer:")
    for gap in found.questions:
        _print_gap(gap)
    if found.evidence:
        write("Diagnoses without a reason:")
    for unexplained in found.evidence:
        _print_unexplained(unexplained)
    if found.closed:
        write("Not answered then, answered by the base as it is now:")
    for gap in found.closed:
        write(f"{gap.count:>5}  {gap.locale}  {gap.texts[0]}  -> {gap.answered_by}")
    if not (found.questions or found.evidence or found.closed):
        write("no gaps")


def _print_gap(gap: Gap) -> None:
    outcomes = ", ".join(f"{name} {count}" for name, count in gap.outcomes.items())
    write(f"{gap.count:>5}  {gap.locale}  {gap.texts[0]}")
    for text in gap.texts[1:WORDINGS_SHOWN]:
        write(f"           {text}")
    nearest = f"; nearest {gap.nearest} {gap.confidence:.2f}" if gap.nearest else ""
    write(f"       then: {outcomes}{nearest}{_tickets(gap.tickets)}")


def _print_unexplained(gap: Unexplained) -> None:
    missing = f" for want of {', '.join(gap.missing)}" if gap.missing else ""
    write(f"{gap.count:>5}  {gap.cause}{missing}{_tickets(gap.tickets)}")


def _tickets(numbers: tuple[int, ...]) -> str:
    return f"; tickets {' '.join(f'#{number}' for number in numbers[:10])}" if numbers else ""


def _drafts(found: Gaps, base: KnowledgeBase, today: date) -> dict[str, str]:
    """Text of each draft by its place in a base."""
    taken = {article.id for locale in base.locales for article in base.articles(locale)}
    made: dict[str, str] = {}

    def add(locale: str, draft: Draft) -> None:
        taken.add(draft.id)
        made[f"{locale}/articles/{draft.id}.md"] = article_text(draft)

    for gap in found.questions:
        add(gap.locale, of_question(gap, today, taken))
    for unexplained in found.evidence:
        for locale in unexplained.locales:
            add(locale, of_evidence(unexplained, base, locale, today, taken))
    return made


def _write_drafts(folder: Path, made: dict[str, str]) -> tuple[list[str], list[str]]:
    """Write the drafts that are not there yet: an author may have begun with the others."""
    written, kept = [], []
    for place, text in made.items():
        path = folder / place
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            with path.open("x", encoding="utf-8") as file:
                file.write(text)
        except FileExistsError:
            kept.append(str(path))
        except OSError as error:
            refuse(f"--drafts: {path} cannot be written: {error.strerror}")
        else:
            written.append(str(path))
    return written, kept
