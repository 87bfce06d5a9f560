"""``/kb``: how it stands with the knowledge base, checked, reloaded, an article shown, gaps listed. For admins only."""

from __future__ import annotations

import shlex
from collections.abc import Awaitable, Callable
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.questions import Lessons
from handlers.reports import SHOWN, Admin, Answering, Note, listed, shortened
from handlers.serving import CheckFailed, Keeper, errors_in
from knowledge import evidence
from knowledge.errors import KnowledgeError
from knowledge.fields import near
from knowledge.library import Article, KnowledgeBase
from storage.database import Storage

GAPS_SHOWN, CHOICES_SHOWN, WORDS = 20, 8, 100
"""So many questions of so many characters: all of them fit into one message."""


class Librarian:
    """The use cases of ``/kb``."""

    def __init__(
        self,
        storage: Storage,
        base: Callable[[], KnowledgeBase],
        clock: Callable[[], datetime],
        zone: ZoneInfo,
        keeper: Keeper,
        lessons: Callable[[], Awaitable[Lessons]],
    ) -> None:
        self.base = base
        self.clock = clock
        self.zone = zone
        self.keeper = keeper
        self.lessons = lessons
        answering = Answering(storage, base, clock)
        self._say, self._reader = answering.say, answering.reader

    async def command(self, admin: Admin, argument: str) -> None:
        """``/kb WORD …``; without a word it is the status, and other words are answered with what there is."""
        word, _, rest = argument.strip().partition(" ")
        admin = await self._reader(admin)
        try:
            match word.casefold():
                case "" | "status":
                    await self._status(admin)
                case "check":
                    await self._check(admin)
                case "reload":
                    await self._reload(admin)
                case "show":
                    await self._show(admin, rest)
                case "gaps":
                    await self._gaps(admin)
                case _:
                    await self._say("kb_help", admin)
        except CheckFailed as failure:
            await self._say("kb_check_failed", admin, why=str(failure))

    async def _status(self, admin: Admin) -> None:
        status, base = self.keeper.status(), self.base()
        await self._say(
            "kb_status",
            admin,
            version=status.version,
            since=status.since,
            zone=self.zone,
            today=self._now().date(),
            articles=[(locale, len(base.articles(locale))) for locale in base.locales],
            causes=len(base.causes.causes),
            problems=listed(status.faults),
            more=len(status.faults[SHOWN:]),
        )

    async def _check(self, admin: Admin) -> None:
        problems = await self.keeper.check()
        errors = errors_in(problems)
        worst_first = [*errors, *(problem for problem in problems if problem not in errors)]
        await self._say(
            "kb_checked",
            admin,
            errors=len(errors),
            warnings=len(problems) - len(errors),
            problems=listed(worst_first),
            more=len(worst_first[SHOWN:]),
        )

    async def _reload(self, admin: Admin) -> None:
        before = self.keeper.status().version
        status = await self.keeper.reload()
        note = Note("kb_reload", {"before": before, "serves": status.version, "refused": bool(status.faults)})
        await self._say(
            "kb_reloaded",
            admin,
            note=note,
            version=status.version,
            changed=status.version != before,
            problems=listed(status.faults),
            more=len(status.faults[SHOWN:]),
        )

    async def _show(self, admin: Admin, argument: str) -> None:
        """``/kb show [LOCALE] ID [FACT=VALUE …]``."""
        words, base = _words(argument), self.base()
        locale = words.pop(0) if words and words[0] in base.shelves else admin.locale
        if not words:
            await self._say("kb_help", admin)
            return
        article = base.reply(locale, words[0])
        if article is None:
            meant = near(words[0], {each.id for each in (*base.articles(locale), *base.canned(locale))})
            await self._say("kb_no_article", admin, id=shortened(words[0], 60), meant=meant)
            return
        try:
            html = self._rendered(base, article, evidence.read(words[1:], article.names))
        except (ValueError, KnowledgeError) as error:
            await self._say("kb_wrong_fact", admin, why=shortened(str(error)))
            return
        await self._say("kb_shown", admin, title=article.title, body=html)

    async def _gaps(self, admin: Admin) -> None:
        """What no article answers, and which of the titles offered merchants chose instead."""
        found = await self.lessons()
        choices = [
            {
                "words": shortened(one.wordings[0].text, WORDS),
                "number": one.wordings[0].number,
                "article": one.article,
                "merchants": one.merchants,
                "others": sum(one.others.values()),
                "none": one.none,
            }
            for one in found.choices[:CHOICES_SHOWN]
        ]
        await self._say(
            "kb_gaps",
            admin,
            gaps=[(shortened(gap.texts[0], WORDS), gap.count) for gap in found.questions[:GAPS_SHOWN]],
            more=len(found.questions[GAPS_SHOWN:]),
            choices=choices,
            more_choices=len(found.choices[CHOICES_SHOWN:]),
        )

    def _rendered(self, base: KnowledgeBase, article: Article, facts: dict[str, Any]) -> Markup:
        cause = base.causes.by_id.get(article.id)
        always = {
            **base.acquirers.of(None).values(article.locale),
            "today": self._now().date(),
            "zone": str(self.zone),
            "reference": cause.reference if cause else None,
        }
        return base.render(article, {**always, **facts})

    def _now(self) -> datetime:
        return self.clock().astimezone(self.zone)


def _words(argument: str) -> list[str]:
    """Words; quoted ones may hold blanks. Quotes that do not end are signs like others."""
    try:
        return shlex.split(argument)
    except ValueError:
        return argument.split()
