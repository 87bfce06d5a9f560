"""``settledesk kb new``: the files of a new article, in every locale, with a conversation that tests it."""

from __future__ import annotations

import re
from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Annotated, Any

import typer

from bot.commands.authoring import REPOSITORY, Folder, folder_of, now, refuse
from bot.commands.printing import complain, write
from knowledge.articles import ID, KINDS
from knowledge.drafting import article_text, conversation_text, skeleton
from knowledge.fields import suggestion
from knowledge.loader import Reading, read

REVIEWED_WITHIN = timedelta(days=180)
NOBODY = "knowledge"
"""The owner where no article of the locale names one yet."""


def new(
    id: Annotated[str, typer.Argument(help="The new article's id, such as guide_refunds; of a cause: the cause's.")],
    kind: Annotated[str, typer.Option("--kind", help="cause, guide, case or policy.")],
    *,
    locale: Annotated[list[str] | None, typer.Option("--locale", help="Repeat it; every locale unless given.")] = None,
    title: Annotated[str, typer.Option("--title", help="What merchants see first; the id unless given.")] = "",
    question: Annotated[
        list[str] | None, typer.Option("--question", help="What merchants type; repeat it. The title unless given.")
    ] = None,
    owner: Annotated[str, typer.Option("--owner", help="Who reviews it; the commonest owner unless given.")] = "",
    folder: Folder = None,
) -> None:
    """Write the skeleton of an article in each locale, as a draft, and a conversation test. Nothing is overwritten."""
    reading = read(folder_of(folder))
    locales = _locales(reading, locale)
    _check(reading, id, kind)
    facts = _evidence(reading).get(id, ())
    written = 0
    for each in locales:
        article = reading.folder / each / "articles" / f"{id}.md"
        words = title or id.replace("_", " ")
        text = _translated(reading, id, each) or article_text(
            skeleton(
                id,
                next(known for known in KINDS if known == kind),
                title=words,
                questions=question or (),
                owner=owner or owner_of(reading, each),
                review_by=(now() + REVIEWED_WITHIN).date(),
                facts=facts,
            )
        )
        test = _tests(reading.folder) / each / ("causes" if kind == "cause" else "guides") / f"{id}.yaml"
        asked = (question or [words])[0]
        talk = conversation_text(id, next(known for known in KINDS if known == kind), asked, each)
        written += sum(_put(file, content) for file, content in ((article, text), (test, talk)))
    if not written:
        refuse(f"everything of {id} is there already")
    complain(
        "Write the words, ten questions or more, and take `draft: true` away; `settledesk kb check` says what is left."
    )


def _locales(reading: Reading, wanted: list[str] | None) -> tuple[str, ...]:
    known = tuple(sorted(reading.shelves))
    if not known:
        refuse(f"{reading.folder} has no locale")
    for each in wanted or ():
        if each not in known:
            refuse(f"there is no locale {each}; there are {', '.join(known)}")
    return tuple(wanted or known)


def _check(reading: Reading, id: str, kind: str) -> None:
    """Refuse ids that cannot be, and causes that there are not."""
    if kind not in KINDS:
        refuse(f"there is no kind {kind}. {suggestion(kind, KINDS)}")
    if not ID.fullmatch(id):
        refuse(f"{id} is no id: use up to 40 small letters, digits and _, a letter first")
    causes = _evidence(reading)
    if kind == "cause" and id not in causes:
        refuse(f"causes.yaml has no cause {id}: add it there first. {suggestion(id, causes)}")
    if kind != "cause" and id in causes:
        refuse(f"{id} is a cause: use --kind cause")


def _evidence(reading: Reading) -> dict[str, tuple[str, ...]]:
    """The facts that each cause may show, from the file as it is written: the base may be unfinished."""
    source = reading.sources.get("causes.yaml")
    data: Any = source.data if source else None
    listed = data.get("causes") if isinstance(data, dict) else None
    return {
        str(cause["id"]): tuple(map(str, cause.get("evidence") or ()))
        for cause in (listed if isinstance(listed, list) else ())
        if isinstance(cause, dict) and "id" in cause
    }


def owner_of(reading: Reading, locale: str) -> str:
    """Who reviews most articles of a locale."""
    owners = Counter(article.owner for article in reading.shelves[locale].articles.values())
    return owners.most_common(1)[0][0] if owners else NOBODY


def _translated(reading: Reading, id: str, locale: str) -> str | None:
    """The article of another locale as a draft to translate, when there is one."""
    for other in sorted(reading.shelves):
        file = reading.folder / other / "articles" / f"{id}.md"
        if other != locale and file.exists():
            text = file.read_text(encoding="utf-8-sig")
            drafted = re.search(r"^draft: true$", text, re.MULTILINE)
            return text if drafted else re.sub(r"^kind: .*$", r"\g<0>\ndraft: true", text, count=1, flags=re.MULTILINE)
    return None


def _tests(folder: Path) -> Path:
    """Where conversations of this base are: the program's own beside it, else in the base itself."""
    own = REPOSITORY / "tests" / "conversations"
    return own if own.is_dir() and folder.resolve().is_relative_to(REPOSITORY) else folder / "tests"


def _put(file: Path, text: str) -> int:
    """Write a file that is not there yet; 1 when it was written."""
    if file.exists():
        complain(f"{shown(file)} is there already and stays as it is")
        return 0
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        refuse(f"{shown(file)} cannot be written: {error.strerror}")
    write(shown(file))
    return 1


def shown(file: Path) -> str:
    """The file as its author would type it."""
    whole = file.resolve()
    return (whole.relative_to(Path.cwd()) if whole.is_relative_to(Path.cwd()) else file).as_posix()
