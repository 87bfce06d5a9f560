"""Lists for staff: the queue, one's own tickets, a ticket's history."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from handlers.casefile import CaseFile
from handlers.topics import Topics
from knowledge.library import KnowledgeBase
from knowledge.ticket import Ticket
from knowledge.ticket_rules import reply_due, resolution_due
from storage.audit import Entry
from storage.unit import Unit

LISTED = 20
MOST = 1000
"""Live tickets among which the most urgent are looked for."""
ENTRIES = 40
LAST = datetime.max.replace(tzinfo=UTC)


class Boards:
    """Words for one person of staff, in their language, about many tickets or about all that was done to one."""

    def __init__(self, base: Callable[[], KnowledgeBase], zone: ZoneInfo, topics: Topics) -> None:
        self.base = base
        self.zone = zone
        self.topics = topics

    def queue(self, unit: Unit, file: CaseFile, now: datetime, department: str | None = None) -> Markup:
        """Incidents that are going on, and live tickets, the most urgent deadline first."""
        tickets = unit.tickets.queue(department=department, limit=MOST)
        listed = self._list(file, tickets, "board_queue", now, department=department)
        return Markup("\n").join([*map(file.incident, unit.announced.going_on(now)), listed])

    def mine(self, unit: Unit, file: CaseFile, now: datetime, staff: int) -> Markup:
        """The tickets that somebody owns."""
        return self._list(file, unit.tickets.queue(owner=staff, limit=MOST), "board_mine", now)

    def history(self, unit: Unit, file: CaseFile, ticket: Ticket) -> Markup:
        """What was done to a ticket, oldest first, and what else the merchant has or had."""
        entries = unit.audit.newest(ENTRIES, ticket=ticket.number)[::-1]
        names = unit.staff.names(entry.actor for entry in entries if entry.actor)
        others = [brief for brief in unit.tickets.briefs(ticket.chat) if brief.number != ticket.number]
        return file.phrase(
            "board_history",
            number=ticket.number,
            entries=[self._entry(file, ticket, entry, names) for entry in entries],
            others=[
                {
                    "number": brief.number,
                    "status": file.phrase(f"status_{brief.status}"),
                    "references": brief.references,
                    "created_at": brief.created_at,
                    "stars": brief.stars,
                }
                for brief in others
            ],
        )

    def _entry(self, file: CaseFile, ticket: Ticket, entry: Entry, names: Any) -> Markup:
        if entry.actor == 0:
            who: object = file.phrase("who_desk")
        elif entry.actor == ticket.user and entry.actor not in names:
            who = file.phrase("who_merchant")
        else:
            who = names.get(entry.actor, str(entry.actor))
        known = self.base().has_phrase(file.locale, f"did_{entry.action}")
        what: object = file.phrase(f"did_{entry.action}", **self._details(file, entry)) if known else entry.action
        return file.phrase("history_line", at=entry.at, who=who, what=what)

    def _details(self, file: CaseFile, entry: Entry) -> dict[str, Any]:
        """What the phrases may show of an entry, in the staff's words; what it does not have is None."""
        detail, values = entry.detail, dict.fromkeys(("to", "until", "reason", "text", "stars", "kind"), None)
        named: dict[str, Any] = {**values, **{name: detail[name] for name in ("text", "stars") if name in detail}}
        if entry.action == "handed_over":
            department = detail.get("department")
            named["to"] = file.department(department) if department else detail.get("name")
        elif entry.action == "looked_up":
            named["to"] = detail.get("terminal_id") or detail.get("merchant_no")
        elif entry.action == "priority":
            named["to"] = file.phrase(f"priority_{detail.get('to')}")
        elif entry.action == "waiting":
            named["to"] = file.phrase(f"status_waiting_{detail.get('for')}")
            named["until"] = datetime.fromisoformat(detail["until"]) if detail.get("until") else None
        elif entry.action in ("merged", "took_in", "split_from"):
            named["to"] = detail.get("into") or detail.get("number")
        elif entry.action in ("resolved", "closed") and detail.get("reason"):
            named["reason"] = file.phrase(f"solved_{detail['reason']}")
        elif entry.action == "rated_reason":
            named["text"] = file.stars_reason(detail["text"])
        elif entry.action == "banned":
            named["until"] = datetime.fromisoformat(detail["until"])
            named["text"] = file.ban_reason(detail["text"])
        elif entry.action == "deadline_missed":
            named["kind"] = file.phrase(f"deadline_{detail.get('kind')}")
        return named

    def _list(
        self, file: CaseFile, tickets: Sequence[Ticket], phrase: str, now: datetime, department: str | None = None
    ) -> Markup:
        ordered = sorted(tickets, key=lambda ticket: (self._next(file, ticket) or LAST, ticket.number))
        lines = [
            file.phrase(
                "board_line",
                number=Markup('<a href="{}">#{}</a>').format(link, ticket.number)
                if (link := self.topics.link(ticket))
                else f"#{ticket.number}",
                status=file.phrase(f"status_{ticket.status}"),
                priority=file.phrase(f"priority_{ticket.priority}"),
                urgent=ticket.priority in ("high", "urgent"),
                department=file.department(ticket.department),
                merchant=ticket.merchant_name,
                references=ticket.references,
                owner=ticket.owner_name,
                due=self._next(file, ticket),
                late=(self._next(file, ticket) or LAST) <= now,
            )
            for ticket in ordered[:LISTED]
        ]
        name = file.department(department) if department else None
        return file.phrase(phrase, lines=lines, count=len(tickets), more=len(tickets) - len(lines), department=name)

    def _next(self, file: CaseFile, ticket: Ticket) -> datetime | None:
        """The deadline that comes first."""
        dues = (reply_due(ticket, file.rules), resolution_due(ticket, file.rules))
        return min((due for due in dues if due is not None), default=None)
