"""Canned replies: found by words, shown as the merchant will see them, sent when an agent says so."""

from __future__ import annotations

import asyncio
import re

from markupsafe import Markup

from handlers.casefile import CaseFile
from handlers.counter import Counter, Said, ticket_of
from handlers.keeping import case_of_json
from knowledge.canned import search
from knowledge.library import Article
from knowledge.markup import plain
from knowledge.postings import Answer, Edit, Key, Keys, Suggest, Text
from knowledge.staff_words import numbered
from knowledge.ticket import Ticket
from storage.unit import Unit

LINE = 80
_LOGIC = re.compile(r"\{%.*?%\}", re.DOTALL)
_TAG = re.compile(r"\{\{.*?\}\}", re.DOTALL)


class CannedReplies:
    """``/canned words`` in a ticket's topic, its buttons, and inline mode.

    What inline mode writes is the command, not the reply: the reply is made where it lands, so that no ticket ever gets
    the facts of another.
    """

    def __init__(self, counter: Counter) -> None:
        self.counter = counter

    async def command(self, update: int, said: Said, _name: str, words: str) -> None:
        """Offer what fits, or show the one that is named."""
        base = self.counter.base()
        there = await self.counter.storage.read(lambda unit: ticket_of(unit, said))
        # looking through the base is work for a thread: neither the loop nor the database waits for it
        found = await asyncio.to_thread(search, base, there.locale, words) if there else ()

        def work(unit: Unit) -> None:
            now = self.counter.now()
            ticket = ticket_of(unit, said)
            if ticket is None:
                self.counter.reply(unit, said, "refused_no_ticket", now)
                return
            named = base.reply(ticket.locale, words.strip())
            file = self.counter.file(unit, said, now)
            shown = named and self._shown(file, ticket, named, said.name)
            html, keys = shown or self._offered(file, ticket, words, found)
            unit.outbox.post(Text(said.chat, html, keys, reply_to=said.message, ticket=ticket.number, role="note"), now)

        await self.counter.run(update, work)

    async def press(self, update: int, callback: str, said: Said, action: str, argument: str) -> None:
        """A button under a list or a preview. ``argument``: ticket number, its version, the reply's id."""
        number, version, id = (*argument.split(":", 2), "", "")[:3]

        def work(unit: Unit) -> None:
            now = self.counter.now()
            base = self.counter.base()
            known = numbered(number)
            ticket = None if known is None else unit.tickets.by_number(known)
            reply = None if ticket is None else base.reply(ticket.locale, id)
            phrase, file = "", self.counter.file(unit, said, now)
            if ticket is None or (reply is None and action != "drop"):
                phrase = "refused_no_canned"
            elif action == "send" and str(ticket.version) != version:
                phrase = "refused_canned_stale"
            elif action == "send" and not ticket.live:
                phrase = "refused_resolved"
            elif action == "send" and reply is not None:
                self._send(unit, ticket, reply, said)
                words = str(self._group().phrase("canned_sent", title=reply.title, name=said.name))
                unit.outbox.post(Edit(said.chat, said.message, words, ticket=ticket.number), now)
                phrase = "done_canned"
            elif action == "show" and reply is not None:
                html, keys = self._shown(file, ticket, reply, said.name)
                unit.outbox.post(Edit(said.chat, said.message, html, keys, ticket=ticket.number), now)
            else:
                words = str(self._group().phrase("canned_dropped"))
                unit.outbox.post(Edit(said.chat, said.message, words, ticket=ticket.number), now)
            words = base.plain(file.locale, phrase) if phrase else ""
            unit.outbox.post(Answer(said.chat, callback, words, alert=phrase.startswith("refused")), now)

        await self.counter.run(update, work)

    async def suggest(self, update: int, query: str, staff: int, words: str, allowed: bool) -> None:
        """Inline mode: titles in the language of the ticket that the agent worked on last. Nothing for strangers."""

        found: tuple[Article, ...] = ()
        if allowed:
            base = self.counter.base()
            mine = await self.counter.storage.read(lambda unit: unit.tickets.queue(owner=staff))
            found = await asyncio.to_thread(search, base, mine[-1].locale if mine else base.default_locale, words)
        results = tuple((reply.id, reply.title, _line(reply), f"/canned {reply.id}") for reply in found)

        def work(unit: Unit) -> None:
            unit.outbox.post(Suggest(staff, query, results), self.counter.now())

        await self.counter.run(update, work)

    def _send(self, unit: Unit, ticket: Ticket, reply: Article, said: Said) -> None:
        """To the merchant, as the agent's own words; the version that was previewed is used up by it."""
        now = self.counter.now()
        html = self._html(ticket, reply, said.name)
        by = self.counter.person(unit, said.staff, said.name, said.username, now)
        self.counter.tickets.relay.say(unit, unit.tickets.save(ticket), by, html, said.place, None, now)
        unit.audit.note(now, said.staff, "canned_sent", ticket=ticket.number, detail={"reply": reply.id})

    def _offered(self, file: CaseFile, ticket: Ticket, words: str, found: tuple[Article, ...]) -> tuple[str, Keys]:
        if not found:
            return str(file.phrase("canned_none", words=words)), ()
        keys = tuple((self._key("show", ticket, reply.id, reply.title),) for reply in found)
        return str(file.phrase("canned_found", words=words)), (*keys, (self._drop(file, ticket),))

    def _shown(self, file: CaseFile, ticket: Ticket, reply: Article, agent: str) -> tuple[str, Keys]:
        """The reply as the merchant will see it, in the merchant's language, and what can be done with it."""
        language = file.base.phrase(ticket.locale, "language_name")
        head = file.phrase("canned_preview", title=reply.title, language=language)
        send = self._key("send", ticket, reply.id, self._label(file, "button_canned_send"))
        keys = ((send, self._drop(file, ticket)),)
        return str(Markup("\n\n").join([head, Markup(self._html(ticket, reply, agent))])), keys  # noqa: S704 (rendered)

    def _html(self, ticket: Ticket, reply: Article, agent: str) -> str:
        """The reply with the facts of this ticket."""
        base, case = self.counter.base(), case_of_json(ticket.case)
        answers = case.answers
        facts = {
            "agent": agent,
            "ticket.number": ticket.number,
            "ticket.merchant_name": ticket.merchant_name,
            "ticket.terminal_id": ticket.terminal_id,
            "ticket.change_date": answers.change_date,
            "ticket.new_tail": answers.new_tail,
            "ticket.trade_dates": answers.trade_dates or None,
            "ticket.amounts": answers.amounts or None,
            "answers.terminal_id": ticket.terminal_id,
            "reference": base.causes.by_id[reply.id].reference if reply.kind == "cause" else None,
        }
        always = {"today": self.counter.now().date(), "zone": str(self.counter.zone)}
        return str(base.render(reply, {**base.acquirers.of(None).values(ticket.locale), **always, **facts}))

    def _drop(self, file: CaseFile, ticket: Ticket) -> Key:
        return self._key("drop", ticket, "", self._label(file, "button_canned_drop"))

    def _key(self, action: str, ticket: Ticket, id: str, label: str) -> Key:
        return Key(label, f"canned:{action}:{ticket.number}:{ticket.version}:{id}")

    @staticmethod
    def _label(file: CaseFile, phrase: str) -> str:
        return file.base.plain(file.locale, phrase)

    def _group(self) -> CaseFile:
        return CaseFile(self.counter.base(), self.counter.zone, self.counter.now())


def _line(reply: Article) -> str:
    """The beginning of a reply as its author wrote it, for a list."""
    words = " ".join(plain(Markup(_TAG.sub("…", _LOGIC.sub("", reply.happened.source)))).split())  # noqa: S704 (author's)
    return words if len(words) <= LINE else f"{words[: LINE - 1]}…"
