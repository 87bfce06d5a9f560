"""What was told, kept in short: for the ticket, for what may be watched, and to be compared with a later look."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any, Literal

from knowledge.case import Case, CauseTold, Earlier, Subject
from knowledge.comparing import compared_facts, differences
from knowledge.diagnosis import Finding, Hint, case_of
from knowledge.facts import Case as Facts
from knowledge.library import KnowledgeBase
from knowledge.moves import Say
from knowledge.readings import incident_of
from knowledge.records import Found, LookupResult, Payout
from knowledge.turn import Turn
from knowledge.watches import subject_of


def remember(turn: Turn, findings: tuple[Finding, ...], result: LookupResult) -> None:
    """Keep what was found, in short, for the ticket and for the next run; differences that were settled stay known."""
    turn.case = told(turn.case, findings, result, turn.context.base, turn.context.now)


def told(case: Case, findings: tuple[Finding, ...], result: LookupResult, base: KnowledgeBase, now: datetime) -> Case:
    """The case with what was found, in short."""
    causes = base.causes.by_id
    watched: list[Subject | None] = [None] * len(findings)
    if isinstance(result, Found):
        facts_of = case_of(result.records, case.answers, base.acquirers, base.calendar, now)
        kinds = (causes[finding.primary].watch for finding in findings)
        watched = [_watched(f, kind, facts_of, base) if kind else None for f, kind in zip(findings, kinds, strict=True)]
    facts = findings[0].facts
    if facts.get("merchant.merchant_no"):
        case = case.but(merchant=(str(facts["merchant.merchant_no"]), str(facts.get("merchant.name") or "")))
    named = (f.facts.get(name) for f in findings for name in ("payout.dest_bank", "change.new_bank"))
    acquirer = facts.get("merchant.acquirer")
    case = case.but(
        banks=tuple(dict.fromkeys(base.providers.bank(str(bank)) or str(bank) for bank in named if bank)),
        acquirer=None if acquirer is None else base.acquirers.of(str(acquirer)).id,
    )
    before = tuple(difference for told in case.told for difference in told.differences)
    return case.but(
        told_at=now,
        told=tuple(
            CauseTold(
                reference=causes[finding.primary].reference,
                primary=finding.primary,
                secondary=finding.secondary,
                undecidable=finding.undecidable,
                trade_dates=finding.trade_dates,
                amounts=finding.amounts,
                payouts=tuple(payout.payout_id for payout in finding.payouts),
                differences=tuple(dict.fromkeys((*kept, *(_difference(hint, base, now) for hint in finding.hints)))),
                facts=compared_facts(finding),
                watch=subject,
            )
            for kept, finding, subject in zip((before, *[()] * len(findings)), findings, watched, strict=False)
        ),
    )


def _watched(finding: Finding, kind: Literal["payout", "change"], facts: Facts, base: KnowledgeBase) -> Subject | None:
    subject = subject_of(finding, kind, facts)
    named = tuple(dict.fromkeys(named_incidents(finding, finding.payouts, facts, base)))
    return replace(subject, incidents=named) if subject is not None and named else subject


def named_incidents(finding: Finding, payouts: Iterable[Payout], facts: Facts, base: KnowledgeBase) -> Iterator[str]:
    """The incidents that are told as the reason why these payouts have not come, by their ids."""
    told = (base.causes.by_id[id] for id in (finding.primary, *finding.secondary))
    if not any("bank.incident" in cause.evidence for cause in told):
        return
    change = facts.change if finding.facts.get("payout.went_to") == "new" else None
    for payout in payouts:
        incident = incident_of(facts.records, payout, change, facts.now, facts.zone)[1]
        if incident is not None:
            yield incident.incident_id


def keep_earlier(turn: Turn) -> None:
    """An answer that was given is looked up again: what it told is kept until it was compared with the next answer.

    Between the two a difference may be asked about or the source be silent; what is remembered meanwhile was not told.
    """
    case = turn.case
    if case.state == "answered" and case.told:
        about = (case.answers.terminal_id, case.answers.trade_dates)
        turn.change(earlier=Earlier(case.told, case.told_at, *about))


def compare(turn: Turn) -> None:
    """Which cause became which since the answer before, and what else is new; or that nothing is.

    Nothing is said without an answer before, nor where another terminal or other days are asked about by now.
    """
    earlier = turn.case.earlier
    about = (turn.case.answers.terminal_id, turn.case.answers.trade_dates)
    if earlier is None or about != (earlier.terminal_id, earlier.trade_dates):
        return
    said = news(earlier.causes, turn.case.told, earlier.at, turn.context.base, turn.case.locale)
    turn.say(said.phrase, said.values)


def news(
    before: Sequence[CauseTold], now: Sequence[CauseTold], since: datetime | None, base: KnowledgeBase, locale: str
) -> Say:
    """What is other now than it was told before, or that nothing is, as a locale says it."""

    def title(cause: str | None) -> str | None:
        article = base.find(locale, cause) if cause is not None else None
        return article.title if article is not None else cause

    def shown(name: str, value: Any) -> Any:
        return base.plain(locale, f"state_{value}") if name.endswith("_status") and value is not None else value

    changes = [
        {
            "days": change.days,
            "before": title(change.before),
            "now": title(change.now),
            "facts": [{"name": n, "before": shown(n, old), "now": shown(n, new)} for n, old, new in change.facts],
        }
        for change in differences(before, now)
    ]
    if changes:
        return Say("changed_meanwhile", {"changes": changes, "since": since})
    return Say("nothing_changed", {"since": since})


def is_another_day(turn: Turn) -> bool:
    """Whether the answer was given before today: what it said may be over."""
    told, now = turn.case.told_at, turn.context.now
    return told is not None and told.astimezone(now.tzinfo).date() < now.date()


def _difference(hint: Hint, base: KnowledgeBase, now: datetime) -> str:
    """A difference of words and records, in the staff's language."""
    values = {**hint.values, "zone": now.tzinfo, "today": now.date()}
    return base.plain(base.default_locale, f"differs_{hint.kind}", **values)
