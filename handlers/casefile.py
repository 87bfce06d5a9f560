"""A ticket as staff see it: topic title, live card, and the case with evidence and transcript."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.keeping import case_of_json
from knowledge.case import Case, CauseTold
from knowledge.library import KnowledgeBase
from knowledge.markup import length
from knowledge.postings import Key, Keys
from knowledge.ticket import Ticket

LIMIT = 4096
TITLE_LIMIT = 128


class CaseFile:
    """Words about one ticket, in the staff's language."""

    def __init__(self, base: KnowledgeBase, zone: ZoneInfo, now: datetime) -> None:
        self.base = base
        self.locale = base.default_locale
        self.always: Mapping[str, Any] = {"zone": zone, "today": now.date()}

    def phrase(self, key: str, **values: Any) -> Markup:
        """A phrase in the staff's language."""
        return self.base.phrase(self.locale, key, **{**self.always, **values})

    def title(self, ticket: Ticket) -> str:
        """The topic's name: number, terminal, reference."""
        parts = [f"#{ticket.number}", ticket.terminal_id or "", *ticket.references[:2]]
        return " ".join(part for part in parts if part)[:TITLE_LIMIT]

    def card(self, ticket: Ticket) -> str:
        """The pinned card: always what is true now."""
        return str(
            self.phrase(
                "card",
                number=ticket.number,
                status=self.phrase(f"status_{ticket.status}"),
                department=self._department(ticket.department),
                priority=self.phrase(f"priority_{ticket.priority}"),
                owner=ticket.owner_name,
                merchant_no=ticket.merchant_no,
                merchant_name=ticket.merchant_name,
                terminal_id=ticket.terminal_id,
                verified=ticket.verified,
                language=self.base.phrase(ticket.locale, "language_name"),
                references=ticket.references,
                created_at=ticket.created_at,
                resolved_at=ticket.resolved_at,
                stars=ticket.stars,
            )
        )

    def _department(self, id: str) -> Markup:
        """What a department is called; one that the base no longer has goes by its id."""
        known = self.base.has_phrase(self.locale, f"department_{id}")
        return self.phrase(f"department_{id}") if known else Markup("{}").format(id)

    def card_keys(self, ticket: Ticket) -> Keys:
        """What can be done with the ticket now."""
        if not ticket.live:
            return ((self._key("button_card_reopen", "reopen", ticket),),)
        if ticket.owner is None:
            return ((self._key("button_card_claim", "claim", ticket),),)
        return (
            (self._key("button_card_resolve", "resolve", ticket), self._key("button_card_release", "release", ticket)),
        )

    def _key(self, label: str, action: str, ticket: Ticket) -> Key:
        return Key(self.base.plain(self.locale, label), f"ticket:{action}:{ticket.number}:{ticket.version}")

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
                unknown=[self.phrase(f"slot_{name}") for name in case.unknown],
            ),
        ]
        if case.records_from is not None:
            source, as_of = case.records_from
            parts.append(self.phrase("case_records", source=source, as_of=as_of))
        parts += [self._cause(told) for told in case.told]
        if checks_not_run:
            parts.append(self.phrase("case_checks_not_run"))
        return self._with_transcript(parts, case)

    def _cause(self, told: CauseTold) -> Markup:
        article = self.base.find(self.locale, told.primary)
        return self.phrase(
            "case_cause",
            reference=self.staff_reference(told),
            title=article.title if article else told.primary,
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
