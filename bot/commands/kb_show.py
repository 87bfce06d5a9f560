"""``settledesk kb show``: an article as Telegram will show it, buttons included."""

from __future__ import annotations

import re
from typing import Annotated, Any

import typer

from bot.commands.authoring import AsJson, Folder, Locale, in_locale, loaded, now, refuse
from bot.commands.printing import complain, write, write_json
from bot.settings import read_settings
from knowledge import evidence, markup
from knowledge.fields import suggestion
from knowledge.library import Article, KnowledgeBase
from knowledge.postings import Text

_LINK = re.compile(r'<a href="([^"]*)">(.*?)</a>', re.DOTALL)


def show(
    article: Annotated[str, typer.Argument(help="The id of an article or a canned reply, such as paid_to_old_card.")],
    more: Annotated[list[str] | None, typer.Argument(help="Further facts.", show_default=False)] = None,
    *,
    locale: Locale = "zh",
    facts: Annotated[
        list[str] | None,
        typer.Option("--facts", help="name=value, such as payout.net=1200.50; repeat it. 'all': samples."),
    ] = None,
    step: Annotated[int, typer.Option(min=0, help="0: the first answer; 1 and more: what 'next step' says then.")] = 0,
    whole: Annotated[bool, typer.Option("--whole", help="All steps and what staff do, instead of messages.")] = False,
    as_html: Annotated[
        bool, typer.Option("--html", help="The HTML that is sent, not the words that are seen.")
    ] = False,
    folder: Folder = None,
    as_json: AsJson = False,
) -> None:
    """An article as Telegram will show it, buttons included, with the facts given; what is not given is unknown."""
    base = loaded(folder)
    found = base.reply(in_locale(base, locale), article)
    if found is None:
        known = (*base.shelves[locale].articles, *base.shelves[locale].canned)
        complain(f"there is no article or canned reply {article}. {suggestion(article, known)}")
        raise typer.Exit(1)
    try:
        values = evidence.read([*(facts or []), *(more or [])], found.names)
    except ValueError as error:
        refuse(str(error))
    if whole or found.kind == "canned":
        _whole(base, found, values, as_json=as_json, as_html=as_html)
        return
    from handlers.previewing import preview  # noqa: PLC0415 - brings aiogram, seconds that no other command needs

    said = preview(base, found, values, now=now(), zone=str(read_settings().timezone), step=step)
    if as_json:
        head = {"id": found.id, "locale": locale, "kind": found.kind, "title": found.title}
        write_json({**head, "messages": [{"html": one.html, "buttons": one.keys} for one in said]})
        return
    for number, one in enumerate(said):
        write(("\n" if number else "") + (one.html if as_html else seen(one.html)))
        for line in buttons(one):
            write(line)


def _whole(base: KnowledgeBase, article: Article, values: dict[str, Any], *, as_json: bool, as_html: bool) -> None:
    """The article with all its steps, and what staff do."""
    cause = base.causes.by_id.get(article.id)
    always = {"today": now().date(), "zone": str(read_settings().timezone)}
    reference = {"reference": cause.reference if cause else None}
    html = base.render(article, {**base.acquirers.of(None).values(article.locale), **always, **reference, **values})
    if as_json:
        head = {"id": article.id, "locale": article.locale, "kind": article.kind, "title": article.title}
        write_json({**head, "html": str(html), "staff": article.staff})
        return
    write(f"<b>{article.title}</b>\n\n{html}" if as_html else f"{article.title}\n\n{seen(str(html))}")
    if article.staff:
        write(f"\nstaff: {article.staff}")


def seen(html: str) -> str:
    """The words that a reader sees, with the addresses behind links."""
    return markup.plain(_LINK.sub(lambda found: f"{found[2]} ({found[1]})", html))


def buttons(text: Text) -> list[str]:
    """The rows of buttons under a message, one line each."""
    return ["  ".join(f"[ {key.text} ]" for key in row) for row in text.keys]
