"""A ticket as staff see it: topic title, live card, and the case with evidence and transcript."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup, escape

from handlers.cardkeys import CardKeys
from handlers.keeping import case_of_json
from knowledge import rating
from knowledge.bans import REASONS
from knowledge.case import SLOTS, Answers, Case, CauseTold
from knowledge.incident_reach import touches
from knowledge.incidents import Announced
from knowledge.library import KnowledgeBase
from knowledge.markup import length
from knowledge.ticket import Ticket
from knowledge.ticket_rules import Rules, reply_due, resolution_due
from storage.tickets import Link

LIMIT = 4096
LINE = 300
TITLE_LIMIT = 128


class CaseFile:
    """Words about one ticket: in the group's language, or in that of the one person who reads them."""

    def __init__(self, base: KnowledgeBase, zone: ZoneInfo, now: datetime, locale: str | None = None) -> None:
        self.base = base
        self.zone = zone
        self.locale = locale or base.default_locale
        self.always: Mapping[str, Any] = {"zone": zone, "today": now.date()}
        self.rules = Rules.of(base, zone)
        self.keys = CardKeys(base, zone, self.always, self.locale)

    def phrase(self, key: str, **values: Any) -> Markup:
        """A phrase in the reader's language."""
        return self.base.phrase(self.locale, key, **{**self.always, **values})

    def plain(self, key: str, **values: Any) -> str:
        """Likewise as plain text, for buttons and for what answers a press."""
        return self.base.plain(self.locale, key, **{**self.always, **values})

    def named(self, values: Mapping[str, Any], locale: str | None = None) -> dict[str, Any]:
        """Values with departments and kinds of deadlines by their names, in the reader's language or another."""
        where = locale or self.locale
        named = dict(values)
        if "department" in values:
            named["department"] = self.department(values["department"], where)
        if "kind" in values:
            named["kind"] = self.base.phrase(where, f"deadline_{values['kind']}")
        return named

    def department(self, id: str, locale: str | None = None) -> Markup:
        """A department's name; its id when the base does not name it any more."""
        where = locale or self.locale
        known = self.base.has_phrase(where, f"department_{id}")
        return self.base.phrase(where, f"department_{id}") if known else Markup("{}").format(id)

    def source(self, name: str) -> Markup:
        """What a source of records is called: as the operator named it, the embedded table in words."""
        known = self.base.has_phrase(self.locale, f"source_is_{name}")
        return self.phrase(f"source_is_{name}") if known else escape(name)

    def cause(self, reference: str) -> str:
        """A cause by its reference and title; the reference alone when the base does not have it any more."""
        id = next((cause.id for cause in self.base.causes.causes if cause.staff_reference == reference), None)
        return reference if id is None else self._title(id)

    def ban_reason(self, reason: str) -> Markup:
        """Why somebody was banned: one of the reasons that are offered, or somebody's words."""
        return self.phrase(f"ban_reason_{reason}") if reason in REASONS else escape(reason)

    def stars_reason(self, reason: str) -> Markup:
        """Why there were few stars: as it stood on the button, or in the merchant's words."""
        return self.phrase(f"button_stars_{reason}") if reason in rating.REASONS else escape(reason)

    def title(self, ticket: Ticket) -> str:
        """The topic's name: number, terminal, reference."""
        parts = [f"#{ticket.number}", ticket.terminal_id or "", *ticket.references[:2]]
        return " ".join(part for part in parts if part)[:TITLE_LIMIT]

    def card(self, ticket: Ticket, going_on: Sequence[Announced] = (), shown: Collection[str] = ()) -> str:
        """The pinned card: always what is true now. ``going_on``: announced incidents, for the line of those it has.

        ``shown``: the merchants whose records an unverified person may be told of, since two of staff agreed.
        """
        return str(
            self.phrase(
                "card",
                number=ticket.number,
                status=self.phrase(f"status_{ticket.status}"),
                department=self.department(ticket.department),
                priority=self.phrase(f"priority_{ticket.priority}"),
                owner=ticket.owner_name,
                merchant_no=ticket.merchant_no,
                merchant_name=ticket.merchant_name,
                terminal_id=ticket.terminal_id,
                verified=ticket.verified,
                shown=sorted(shown),
                language=self.base.phrase(ticket.locale, "language_name"),
                theirs=self._theirs(ticket) if ticket.locale != self.locale else None,
                references=ticket.references,
                created_at=ticket.created_at,
                resolved_at=ticket.resolved_at,
                reason=self.phrase(f"solved_{ticket.reason}") if ticket.reason else None,
                article=self._solved_by(ticket),
                stars=ticket.stars,
                # the next reply's is left out: it changes with every message, and a group takes few edits a minute
                reply_due=reply_due(ticket, self.rules) if ticket.first_reply_at is None else None,
                resolution_due=resolution_due(ticket, self.rules),
                until=ticket.life.waiting.until if ticket.life.waiting else None,
                incidents=[self.incident(one) for one in touching(ticket, going_on)],
            )
        )

    def _theirs(self, ticket: Ticket) -> dict[str, Any]:
        """What the merchant sees of it, in the merchant's own words: to be quoted, and to be recognised."""
        causes = {cause.staff_reference: cause.id for cause in self.base.causes.causes}
        ids = (causes[reference] for reference in ticket.references if reference in causes)
        articles = (self.base.find(ticket.locale, id) for id in ids)
        return {
            "status": self.base.phrase(ticket.locale, f"status_{ticket.status}"),
            "department": self.department(ticket.department, ticket.locale),
            "causes": [article.title for article in articles if article is not None],
        }

    def incident(self, one: Announced) -> Markup:
        """An announced incident in a line."""
        name = self.base.acquirers.of(one.name).name(self.locale) if one.scope == "acquirer" else one.name
        return self.phrase(
            "incident_line", number=one.number, scope=one.scope, name=name, title=one.title, until=one.ends_at
        )

    def _solved_by(self, ticket: Ticket) -> str | None:
        article = self.base.find(self.locale, ticket.article) if ticket.article else None
        return article.title if article else ticket.article

    def case(self, ticket: Ticket, reason: str, checks_not_run: bool) -> str:
        """The whole case in one message; the transcript gives way first when it is too long."""
        case = case_of_json(ticket.case)
        answers = case.answers
        parts = [
            self.phrase("case_head", number=ticket.number, reason=self.phrase(f"reason_{reason}")),
            self.phrase(
                "case_answers",
                terminal_id=answers.terminal_id,
                change_date=answers.change_date,
                trade_dates=answers.trade_dates,
                amounts=answers.amounts,
                new_tail=answers.new_tail,
                merchant_no=answers.merchant_no,
                claims_cycle=answers.claims_cycle,
                no_change=answers.no_change,
                trade_time=answers.trade_time and f"{answers.trade_time:%H:%M}",
                unknown=[self.phrase(f"slot_{name}") for name in _open(case)],
            ),
        ]
        parts += self.causes(case, ticket.locale)
        if checks_not_run:
            parts.append(self.phrase("case_checks_not_run"))
        return self._with_transcript(parts, case)

    def corrected(self, before: Answers, now: Answers) -> list[dict[str, Markup | None]]:
        """The answers that are others now: what each is, and what it was if it had been given."""

        def said(slot: str, value: object) -> Markup | None:
            return self.phrase(f"option_{slot}", value=value) if value else None

        pairs = ((slot, getattr(before, slot), getattr(now, slot)) for slot in SLOTS)
        return [
            {"name": self.phrase(f"slot_{slot}"), "before": said(slot, old), "now": said(slot, new)}
            for slot, old, new in pairs
            if old != new
        ]

    def causes(self, case: Case, merchants: str | None = None) -> list[Markup]:
        """What the records said: as of when they are, and a part for each cause. ``merchants``: their language."""
        parts: list[Markup] = []
        if case.records_from is not None:
            source, as_of = case.records_from
            parts.append(self.phrase("case_records", source=self.source(source), as_of=as_of))
        return [*parts, *(self._cause(told, merchants or self.locale) for told in case.told)]

    def history(self, ticket: Ticket, links: Sequence[Link]) -> str:
        """What was said since a ticket was opened, in one message; the earliest gives way when it is too long."""
        lines = [self._line(link) for link in links]
        while True:
            whole = self.phrase("case_history", number=ticket.number, lines=lines)
            if length(str(whole)) <= LIMIT or not lines:
                return str(whole)
            lines = lines[1:]

    def _line(self, link: Link) -> Markup:
        sent = [self.phrase("line_sent")] if link.file else []
        said = [link.said[:LINE]] if link.said else []
        text = self.phrase("line_taken_back") if link.said == "" else Markup(" ").join([*sent, *said])
        who = self.phrase("who_merchant" if link.direction == "to_staff" else "who_staff")
        return self.phrase("transcript_line", at=link.at, who=who, text=text)

    def _cause(self, told: CauseTold, merchants: str) -> Markup:
        article = self.base.find(self.locale, told.primary)
        read = self.base.find(merchants, told.primary) if merchants != self.locale else None
        return self.phrase(
            "case_cause",
            reference=self.staff_reference(told),
            title=article.title if article else told.primary,
            theirs=read.title if read else None,
            staff=article.staff if article else "",
            trade_dates=told.trade_dates,
            amounts=told.amounts,
            payouts=told.payouts,
            secondary=[self._title(cause) for cause in told.secondary],
            undecidable=[(self._title(cause), list(facts)) for cause, facts in told.undecidable.items()],
            differences=told.differences,
        )

    def staff_reference(self, told: CauseTold) -> str:
        """The cause's own reference: staff see the difference between an unknown terminal and somebody else's."""
        found = self.base.causes.by_id.get(told.primary)
        return found.staff_reference if found else told.reference

    def _title(self, cause: str) -> str:
        found = self.base.causes.by_id.get(cause)
        article = self.base.find(self.locale, cause)
        return f"{found.staff_reference if found else ''} {article.title if article else cause}".strip()

    def _with_transcript(self, parts: list[Markup], case: Case) -> str:
        lines = [
            self.phrase("transcript_line", who=self.phrase(f"who_{line.who}"), at=line.at, text=line.text[:300])
            for line in case.transcript
        ]
        while True:
            shown = [*parts, self.phrase("case_transcript", lines=lines)] if lines else parts
            whole = Markup("\n\n").join(shown)
            if length(str(whole)) <= LIMIT or not lines:
                break
            lines = lines[1:]
        while length(str(whole)) > LIMIT and len(parts) > 2:
            parts = parts[:-1]
            whole = Markup("\n\n").join(parts)
        return str(whole)


def _open(case: Case) -> tuple[str, ...]:
    """The answers that the merchant could not give; without a change of card there is none to give of it."""
    answered = ("change_date", "new_tail") if case.answers.no_change else ()
    return tuple(name for name in case.unknown if name not in answered)


def touching(ticket: Ticket, going_on: Sequence[Announced]) -> list[Announced]:
    """Of these incidents those that a ticket has to do with; none of a resolved one's business."""
    if not (going_on and ticket.live):
        return []
    case = case_of_json(ticket.case)
    return [one for one in going_on if touches(one, case.banks, case.acquirer)]
