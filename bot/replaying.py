"""Real cases asked again: the answers that two bases give to what merchants said, from the very same records.

A case keeps the merchant's answers and when it was told, not the records: those are asked of the configured source as
they are now, once, and given to both bases. What differs then is the base's doing alone.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from handlers.keeping import case_of_json
from handlers.wording import Wording
from knowledge.case import Case
from knowledge.diagnosis import diagnose
from knowledge.differing import Pair, Reply, answer_to
from knowledge.library import KnowledgeBase
from knowledge.markup import plain
from knowledge.moves import Advise
from knowledge.postings import Text
from knowledge.questions import Asked
from knowledge.records import LookupResult, Query, Unavailable
from storage.database import Storage
from storage.settlement.source import SettlementSource
from storage.unit import Unit


@dataclass(frozen=True, slots=True)
class Past:
    """A case that was answered: ``label`` is its ticket, or its place among those without one."""

    label: str
    case: Case
    at: datetime


@dataclass(slots=True)
class Replay:
    """Both bases over the last cases and questions. ``silent``: cases whose records could not be had."""

    storage: Storage
    source: SettlementSource
    before: KnowledgeBase
    after: KnowledgeBase
    zone: ZoneInfo
    silent: int = 0

    async def pairs(self, last: int) -> AsyncIterator[Pair]:
        """The replies of both bases to the newest ``last`` cases and questions."""
        cases, questions = await self.storage.read(lambda unit: (past_cases(unit, last), unit.questions.newest(last)))
        for past in cases:
            result = await self.source.look_up(_query(past.case))
            if isinstance(result, Unavailable):
                self.silent += 1
            else:
                said = " / ".join(line.text for line in past.case.transcript if line.who == "merchant")
                before, after = (self._reply(base, past, result) for base in (self.before, self.after))
                yield Pair("case", past.label, before, after, said)
        for question in questions:
            yield self._question(question)

    def _question(self, asked: Asked) -> Pair:
        before, after = (answer_to(base, asked.locale, asked.text) for base in (self.before, self.after))
        return Pair("question", f"question {asked.number}", before, after, asked.text)

    def _reply(self, base: KnowledgeBase, past: Past, result: LookupResult) -> Reply:
        at = past.at.astimezone(self.zone)
        case = past.case
        findings = diagnose(result, case.answers, base.causes, base.acquirers, base.calendar, at)
        causes = tuple(dict.fromkeys(finding.primary for finding in findings))
        if case.locale not in base.shelves:
            return Reply(causes, "")
        wording = Wording(base, case, {"zone": self.zone, "today": at.date()})
        said = wording.postings([Advise(findings)]) if findings else []
        return Reply(causes, "\n".join(plain(text.html) for text in said if isinstance(text, Text)))


def past_cases(unit: Unit, last: int) -> tuple[Past, ...]:
    """The newest cases that records were found for: of tickets as they were opened, and of chats without one."""
    tickets = unit.tickets.newest(last)
    found = [(ticket.created_at, f"#{ticket.number}", case_of_json(ticket.case)) for ticket in tickets]
    ticketed = {(case.chat, case.told_at) for _, _, case in found}
    stored = ((kept.updated_at, case_of_json(kept.data)) for kept in unit.cases.newest(last))
    others = [(at, case) for at, case in stored if (case.chat, case.told_at) not in ticketed and case.told]
    found += [(at, f"case {number}", case) for number, (at, case) in enumerate(others, 1)]
    answered = [Past(label, case, case.told_at or at) for at, label, case in found if _can_be_asked(case)]
    return tuple(sorted(answered, key=lambda past: past.at, reverse=True)[:last])


def _can_be_asked(case: Case) -> bool:
    """Whether there is a terminal to ask for and a merchant who may see it."""
    return case.merchant is not None and case.answers.terminal_id is not None and bool(case.told)


def _query(case: Case) -> Query:
    merchants: Sequence[str] = () if case.merchant is None else case.merchant[:1]
    return Query(case.answers.terminal_id or "", case.answers.trade_dates, frozenset(merchants))
