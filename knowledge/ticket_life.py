"""A ticket's life: what may happen to it, what it is afterwards, and who is told. Pure, synchronous and total.

``happen(ticket, event, rules, now)`` gives an ``Outcome`` or, for what cannot be, a ``Refused`` whose phrase is the
answer to whoever asked for it. The states and what holds in each:

- ``open``: nobody has it. ``claimed``: somebody has. ``waiting_merchant``, ``waiting_bank``: somebody has it and waits.
- ``resolved``: done; the merchant may reopen it for some days, then it is ``closed``. A merchant who does not answer is
  asked again, then the ticket is closed too; a word reopens it just so.
- One that was merged into another ticket is ``closed`` for good: words for it are words for that one.
- Deadlines run in live tickets only: the resolution always, but it stands still while the merchant is waited for; a
  reply as long as the merchant has written and nobody has answered.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from knowledge.ticket import Life, Ticket
from knowledge.ticket_events import (
    AgentWrote,
    Claim,
    Event,
    HandOver,
    HandTo,
    MerchantWrote,
    Merge,
    Order,
    Outcome,
    Person,
    Prioritise,
    Refused,
    Release,
    Reopen,
    Resolve,
    Resume,
    Split,
    TakeIn,
    Tick,
    Wait,
)
from knowledge.ticket_rules import Rules, away, looked, reopened_until
from knowledge.ticket_steps import Step, starts


def opened(draft: Ticket, rules: Rules, now: datetime) -> Ticket:
    """A new ticket with its deadlines. Who hears that nobody is there now is not told again at the first word."""
    hours = rules.hours(draft.department)
    life = Life((starts("first_reply", now), starts("resolution", now)), away_until=away(hours, now))
    return looked(replace(draft, life=life), rules)


def split_off(ticket: Ticket, rules: Rules, now: datetime) -> Ticket:
    """A new ticket of the same merchant for another matter; its number is yet to be given, and nobody has it."""
    draft = Ticket(
        number=0,
        chat=ticket.chat,
        user=ticket.user,
        locale=ticket.locale,
        department=ticket.department,
        created_at=now,
        priority=ticket.priority,
        verified=ticket.verified,
        merchant_no=ticket.merchant_no,
        merchant_name=ticket.merchant_name,
    )
    return opened(draft, rules, now)


def happen(ticket: Ticket, event: Event, rules: Rules, now: datetime) -> Outcome | Refused:
    """Take one thing that happened to a ticket; return the ticket after it and what to do, or why it cannot be."""
    step = Step(ticket, rules, now)
    refused = _refusal(ticket, event, rules, now)
    if refused is not None:
        return refused
    match event:
        case Reopen(by):
            step.reopen(by)
        case MerchantWrote():
            step.merchant_wrote()
        case AgentWrote(by):
            step.agent_wrote(by)
        case TakeIn():
            step.take_in(event)
        case Tick():
            step.tick()
        case _:
            _ordered(step, event)
    return Outcome(looked(step.ticket, rules), tuple(step.effects))


def may(ticket: Ticket, by: Person) -> Refused | None:
    """Why the person may not decide about the ticket: only its owner and supervisors may; None when they may."""
    if not ticket.live:
        return Refused("refused_resolved")
    if ticket.owner is not None and ticket.owner != by.id and not by.supervisor:
        return Refused("refused_not_owner", {"name": ticket.owner_name})
    return None


def _ordered(step: Step, event: Order) -> None:
    """What a person of staff wants done with the ticket."""
    match event:
        case Claim(by):
            step.claim(by)
        case Release(by):
            step.release(by)
        case HandTo():
            step.hand_to(event)
        case HandOver():
            step.hand_over(event)
        case Prioritise():
            step.prioritise(event)
        case Wait():
            step.wait(event)
        case Resume(by):
            step.resume(by)
        case Resolve():
            step.resolve(event)
        case Merge():
            step.merge(event)
        case Split():
            step.split(event)


def _refusal(ticket: Ticket, event: Event, rules: Rules, now: datetime) -> Refused | None:
    """Why the event cannot be, or None."""
    if isinstance(event, Tick):
        return None
    if isinstance(event, Reopen):
        return _no_reopening(ticket, event, rules, now)
    if not ticket.live:
        again = isinstance(event, Resolve) or (isinstance(event, Merge) and event.into.number == ticket.merged_into)
        return Refused("done_already" if again else "refused_resolved")
    match event:
        case Claim(by) if ticket.owner == by.id:
            return Refused("done_already")
        case Claim() if ticket.owner is not None:
            return Refused("refused_claimed", {"name": ticket.owner_name})
        case Claim() | MerchantWrote() | AgentWrote() | TakeIn():
            return None
    return may(ticket, event.by) or _no_order(ticket, event, rules, now)


def _no_order(ticket: Ticket, event: Order, rules: Rules, now: datetime) -> Refused | None:
    """Why one who may order it cannot, or None."""
    match event:
        case Wait(until=until) if until is not None and until <= now:
            return Refused("refused_past")
        case HandOver(_, department) if department not in rules.departments:
            return Refused("refused_no_department", {"departments": tuple(rules.departments)})
    if isinstance(event, Merge):
        return _no_merging(ticket, event)
    idle = {
        Release: ticket.owner is None,
        Resume: ticket.life.waiting is None,
        HandTo: isinstance(event, HandTo) and event.to.id == ticket.owner,
        HandOver: isinstance(event, HandOver) and event.department == ticket.department,
        Prioritise: isinstance(event, Prioritise) and event.priority == ticket.priority,
        Split: isinstance(event, Split) and not event.messages,
        Wait: isinstance(event, Wait) and ticket.status == f"waiting_{event.whom}" and _until(ticket) == event.until,
    }
    return Refused("done_already") if idle.get(type(event)) else None


def _no_merging(ticket: Ticket, event: Merge) -> Refused | None:
    """Only what one person is told may stand together; for several people of one merchant a supervisor decides."""
    into, merchant = event.into, ticket.merchant_no
    if into.number == ticket.number:
        return Refused("refused_merge_itself")
    if not into.live:
        return Refused("refused_merge_resolved", {"number": into.number})
    colleagues = merchant is not None and merchant == into.merchant_no and ticket.verified and into.verified
    if into.chat != ticket.chat and not colleagues:
        return Refused("refused_merge_others")
    if into.chat != ticket.chat and not event.by.supervisor:
        return Refused("refused_merge_people")
    return None


def _no_reopening(ticket: Ticket, event: Reopen, rules: Rules, now: datetime) -> Refused | None:
    if ticket.live:
        return Refused("done_already")
    if ticket.merged_into is not None:
        return Refused("refused_merged", {"number": ticket.merged_into})
    end = reopened_until(ticket, rules)
    if event.by is None and (end is None or now > end):
        return Refused("refused_too_late")
    return None


def _until(ticket: Ticket) -> datetime | None:
    return ticket.life.waiting.until if ticket.life.waiting else None
