"""``settledesk kb import-faq``: articles from a list of questions and answers that somebody keeps in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from bot.commands.authoring import AsJson, Folder, folder_of, now, refuse
from bot.commands.kb_new import REVIEWED_WITHIN, owner_of, shown
from bot.commands.printing import complain, write, write_json
from knowledge.articles import KINDS
from knowledge.check import FEWEST_QUESTIONS
from knowledge.drafting import article_text
from knowledge.faq import BadRow, Known, Row, column_of, comparable, drafts, groups
from knowledge.fields import suggestion
from knowledge.loader import Reading, read

MOST_BYTES = 20_000_000
_IMPORTED = tuple(kind for kind in KINDS if kind != "cause")


def import_faq(
    file: Annotated[
        Path, typer.Argument(help="CSV or xlsx with the columns question and answer, maybe locale and id.")
    ],
    *,
    kind: Annotated[str, typer.Option("--kind", help="guide, case or policy.")] = "guide",
    locale: Annotated[str, typer.Option(help="The language of rows that name none.")] = "zh",
    owner: Annotated[str, typer.Option("--owner", help="Who reviews them; the commonest owner unless given.")] = "",
    force: Annotated[bool, typer.Option("--force", help="Articles that are there already are written anew.")] = False,
    keep_good: Annotated[
        bool, typer.Option("--keep-good", help="Write the good rows although others are bad.")
    ] = False,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """Write articles from questions and answers, one for each answer. Exit code 1 when rows are bad."""
    if kind not in _IMPORTED:
        refuse(f"kind cannot be {kind}. {suggestion(kind, _IMPORTED)}")
    reading = read(folder_of(folder))
    if not reading.shelves:
        refuse(f"{reading.folder} has no locale")
    rows = _rows(file)
    known = _known(reading)
    good, bad = groups(rows, known, locale=locale, replace=force)
    made = drafts(
        good,
        known,
        kind=next(one for one in _IMPORTED if one == kind),
        owner={each: owner or owner_of(reading, each) for each in reading.shelves},
        review_by=(now() + REVIEWED_WITHIN).date(),
        fewest=FEWEST_QUESTIONS,
    )
    files = {reading.folder / spoken / "articles" / f"{draft.id}.md": article_text(draft) for spoken, draft in made}
    written = files if keep_good or not bad else {}
    try:
        for place, text in written.items():
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse(f"{reading.folder} cannot be written: {error.strerror}")
    _report(file, [shown(place) for place in written], len(rows), bad, as_json=as_json)
    raise typer.Exit(1 if bad else 0)


def _report(file: Path, written: Sequence[str], rows: int, bad: Sequence[BadRow], *, as_json: bool) -> None:
    if as_json:
        write_json({"rows": rows, "written": written, "bad": bad})
        return
    for one in bad:
        complain(f"{file.as_posix()}:{one.line}: {one.column}: {one.reason}")
    for place in written:
        write(place)
    complain(f"{rows} rows, {len(bad)} bad, {len(written)} articles written")
    if bad and not written:
        complain("Nothing is written while rows are bad: put them right, or write the good ones with --keep-good.")
    elif written:
        complain("Drafts are found by no question until they have ten questions and lose the line `draft: true`.")


def _known(reading: Reading) -> Known:
    articles = {
        locale: {path.stem for path in (reading.folder / locale / "articles").glob("*.md")}
        for locale in reading.shelves
    }
    questions = {
        locale: {comparable(one): article.id for article in shelf.articles.values() for one in article.questions}
        for locale, shelf in reading.shelves.items()
    }
    causes = {id for shelf in reading.shelves.values() for id, one in shelf.articles.items() if one.kind == "cause"}
    return Known(articles, questions, causes)


def _rows(file: Path) -> list[Row]:
    """The rows below the headings. Ends the command as wrongly used when there is nothing to read."""
    try:
        if file.stat().st_size > MOST_BYTES:
            refuse(f"{file} is larger than {MOST_BYTES // 1_000_000} MB")
        content = file.read_bytes()
        table = _workbook(content) if content[:2] == b"PK" else _csv(content)
    except OSError as error:
        refuse(f"{file} cannot be read: {error.strerror}")
    except (ValueError, csv.Error) as error:
        refuse(f"{file} cannot be read: {error}")
    if not table:
        refuse(f"{file} is empty")
    (_, headings), *below = table
    columns = [column_of(heading) for heading in headings]
    for name in ("question", "answer"):
        if columns.count(name) != 1:
            named = ", ".join(heading for heading in headings if heading.strip()) or "nothing"
            refuse(f"{file} needs one column {name}; its first row names {named}")
    return [
        Row(
            line,
            {name: value for name, value in zip(columns, values, strict=False) if name},
            spills=any(value.strip() for value in values[len(columns) :]),
        )
        for line, values in below
        if any(value.strip() for value in values)
    ]


def _workbook(content: bytes) -> list[tuple[int, list[str]]]:
    """The first sheet, by its rows."""
    from storage.settlement.workbooks import sheets_of  # noqa: PLC0415 - brings the storage, which CSV does without

    sheets = sheets_of(content, keep_lines=True)
    if not sheets:
        return []
    return list(enumerate(csv.reader(io.StringIO(sheets[0][1].decode("utf-8"), newline="")), 1))


def _csv(content: bytes) -> list[tuple[int, list[str]]]:
    """Rows by the line in which each begins."""
    text = _text(content)
    head = text.partition("\n")[0]
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=max(",;\t", key=head.count), strict=True)
    found = []
    begins = 1
    for values in reader:
        found.append((begins, values))
        begins = reader.line_num + 1
    return found


def _text(content: bytes) -> str:
    """Spreadsheets in Chinese save as GB 18030 unless told otherwise, and "Unicode text" is UTF-16."""
    for code in ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "gb18030"):
        try:
            return content.decode(code)
        except UnicodeDecodeError:
            continue
    raise ValueError("this is no text in UTF-8, UTF-16 or GB 18030; save it as CSV UTF-8")
