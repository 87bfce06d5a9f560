"""One event in a ticket's life while it is being decided. What may not be was refused before (``ticket_life``)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any, Literal

from knowledge.deadlines import Hours, moments
from knowledge.ticket import SILENT, Deadline, DeadlineKind, Life, Ticket, TicketStatus, Waiting
from knowledge.ticket_events import (
    Effect,
    Floor,
    HandOver,
    HandTo,
    Merge,
    Person,
    Prioritise,
    Record,
    Resolve,
    Split,
    TakeIn,
    Tell,
    Wait,
)
from knowledge.ticket_rules import Rules, away, reopened_until, wait_ends

To = Literal["merchant", "topic", "group"]


class Step:
    """One event while it is being decided: the ticket so far and what is to be done so far."""

    def __init__(self, ticket: Ticket, rules: Rules, now: datetime) -> None:
        self.ticket = ticket
        self.rules = rules
        self.now = now
        self.effects: list[Effect] = []

    @property
    def hours(self) -> Hours:
        return self.rules.hours(self.ticket.department)

    def change(self, **changes: Any) -> None:
        self.ticket = replace(self.ticket, **changes)

    def live(self, **changes: Any) -> None:
        self.change(life=replace(self.ticket.life, **changes))

    def record(self, action: str, by: int | None, detail: Mapping[str, Any] | None = None) -> None:
        self.effects.append(Record(action, by, detail or {}))

    def tell(
        self, to: Literal["merchant", "topic", "group"], phrase: str, *, ping: bool = False, **values: Any
    ) -> None:
        owner, name = self.ticket.owner, self.ticket.owner_name
        whom = (owner, name or "") if ping and owner is not None else None
        self.effects.append(Tell(to, phrase, {"number": self.ticket.number, **values}, whom))

    def own(self, by: Person) -> None:
        """Theirs from now on; the merchant hears a name once."""
        status: TicketStatus = "claimed" if self.ticket.life.waiting is None else self.ticket.status
        self.change(status=status, owner=by.id, owner_name=by.name, claimed_at=self.now)
        if self.ticket.life.introduced != by.id:
            self.live(introduced=by.id)
            self.tell("merchant", "ticket_claimed", name=by.name)

    def claim(self, by: Person) -> None:
        self.own(by)
        self.record("claimed", by.id)

    def release(self, by: Person) -> None:
        self.change(status="open", owner=None, owner_name=None, claimed_at=None)
        self.go_on()
        self.record("released", by.id)

    def prioritise(self, event: Prioritise) -> None:
        self.record("priority", event.by.id, {"from": self.ticket.priority, "to": event.priority})
        self.change(priority=event.priority)

    def resume(self, by: Person) -> None:
        self.change(status="claimed")
        self.go_on()
        self.record("resumed", by.id)

    def hand_to(self, event: HandTo) -> None:
        self.record("handed_over", event.by.id, {"to": event.to.id, "name": event.to.name})
        self.own(event.to)
        if event.to.id != event.by.id:
            self.tell("topic", "note_handed_to_you", ping=True, name=event.by.name)

    def hand_over(self, event: HandOver) -> None:
        self.record("handed_over", event.by.id, {"department": event.department})
        self.go_on()
        self.change(status="open", owner=None, owner_name=None, claimed_at=None, department=event.department)
        reply: DeadlineKind = "first_reply" if self.ticket.first_reply_at is None else "next_reply"
        self.live(deadlines=(starts(reply, self.now), starts("resolution", self.now)))
        self.tell("group", "group_handed_over", department=event.department, name=event.by.name)
        self.tell("merchant", "ticket_moved", department=event.department, opens=away(self.hours, self.now))
        self.live(away_until=away(self.hours, self.now))

    def wait(self, event: Wait) -> None:
        if self.ticket.owner is None:
            self.own(event.by)
        changed = self.ticket.status != f"waiting_{event.whom}"
        if event.whom == "merchant":
            self.pause()
            self.live(deadlines=without_reply(self.ticket))
        else:
            self.run_again()
        status: TicketStatus = "waiting_merchant" if event.whom == "merchant" else "waiting_bank"
        self.change(status=status)
        self.live(waiting=Waiting(self.now, event.until))
        self.record("waiting", event.by.id, {"for": event.whom, "until": event.until and event.until.isoformat()})
        if changed or event.whom == "bank":
            self.tell("merchant", f"ticket_waiting_{event.whom}", until=event.until)

    def resolve(self, event: Resolve) -> None:
        by, ticket = event.by, self.ticket
        owner, name = (by.id, by.name) if ticket.owner is None else (ticket.owner, ticket.owner_name)
        self.end("resolved", event.reason, event.article, owner=owner, owner_name=name)
        self.record("resolved", by.id, {"reason": event.reason, "article": event.article})
        self.effects.append(Floor(taken=False, stars=True))
        self.tell("merchant", "ticket_resolved", days=self.rules.reopen_days)

    def merge(self, event: Merge) -> None:
        into = event.into.number
        self.end("closed", "duplicate", merged_into=into)
        self.record("merged", event.by.id, {"into": into})
        self.effects.append(Floor(taken=False, into=into))
        self.tell("merchant", "ticket_merged", into=into)
        self.tell("topic", "note_merged", name=event.by.name, into=into)

    def take_in(self, event: TakeIn) -> None:
        """Who waits there for an answer waits here."""
        waits = next((each for each in event.ticket.life.deadlines if each.kind != "resolution"), None)
        mine = any(each.kind != "resolution" for each in self.ticket.life.deadlines)
        if waits is not None and not mine and self.ticket.status != "waiting_merchant":
            reply: DeadlineKind = "first_reply" if self.ticket.first_reply_at is None else "next_reply"
            self.live(deadlines=(*self.ticket.life.deadlines, replace(waits, kind=reply, told="")))
        self.record("took_in", event.by.id, {"number": event.ticket.number})
        self.tell("topic", "note_took_in", ping=self.ticket.owner != event.by.id, name=event.by.name,
                  other=event.ticket.number)  # fmt: skip

    def split(self, event: Split) -> None:
        self.record("split", event.by.id, {"messages": len(event.messages)})

    def end(self, status: TicketStatus, reason: str, article: str | None = None, **changes: Any) -> None:
        """No clock runs any more."""
        introduced = self.ticket.life.introduced
        self.change(
            status=status, resolved_at=self.now, reason=reason, article=article, life=Life(introduced=introduced)
        )
        self.change(**changes)

    def reopen(self, by: Person | None) -> None:
        self.change(status="open" if self.ticket.owner is None else "claimed")
        # what was rated is not what will be resolved: the merchant is asked again then
        self.change(resolved_at=None, reason=None, article=None, stars=None, stars_reason=None)
        replies = (starts("next_reply", self.now),) if by is None else ()
        self.live(deadlines=(*replies, starts("resolution", self.now)), waiting=None, away_until=None)
        self.record("reopened", None if by is None else by.id)
        self.effects.append(Floor(taken=True))
        self.tell("merchant", "ticket_reopened", opens=away(self.hours, self.now))
        self.live(away_until=away(self.hours, self.now))
        if by is None:
            self.tell("topic", "note_reopened", ping=True)

    def merchant_wrote(self) -> None:
        if self.ticket.status == "waiting_merchant":
            self.change(status="claimed")
            self.go_on()
            self.tell("topic", "note_merchant_answered", ping=True)
        if not any(each.kind != "resolution" for each in self.ticket.life.deadlines):
            reply: DeadlineKind = "first_reply" if self.ticket.first_reply_at is None else "next_reply"
            self.live(deadlines=(*self.ticket.life.deadlines, starts(reply, self.now)))
        told, opens = self.ticket.life.away_until, away(self.hours, self.now)
        if opens is not None and (told is None or told <= self.now):
            self.live(away_until=opens)
            self.tell("merchant", "ticket_away", opens=opens)

    def agent_wrote(self, by: Person) -> None:
        if self.ticket.owner is None:
            self.claim(by)
        elif self.ticket.owner != by.id:
            self.tell("topic", "warned_not_owner", name=self.ticket.owner_name)
        if self.ticket.first_reply_at is None:
            self.change(first_reply_at=self.now)
        self.live(deadlines=without_reply(self.ticket))
        waiting = self.ticket.life.waiting
        if waiting is not None and self.ticket.status == "waiting_merchant":  # they have the whole time after it
            self.live(waiting=Waiting(self.now, waiting.until and max(waiting.until, self.now)))

    def tick(self) -> None:
        end = reopened_until(self.ticket, self.rules)
        if self.ticket.status == "resolved" and end is not None and self.now > end:
            self.change(status="closed")
            self.record("closed", 0)
        if not self.ticket.live or not self.hours.open(self.now):
            return
        self._wait_over()
        for deadline in self.ticket.life.deadlines:
            self._remind(deadline)

    def _wait_over(self) -> None:
        waiting = self.ticket.life.waiting
        over = wait_ends(self.ticket, self.rules)
        if waiting is None or over is None or over > self.now:
            return
        if self.ticket.status == "waiting_bank":
            self.change(status="claimed")
            self.go_on()
            self.record("wait_over", 0)
            self.tell("topic", "note_wait_over", ping=True)
        elif waiting.asked_at is None:
            self.live(waiting=replace(waiting, asked_at=self.now))
            self.record("asked_again", 0)
            self.tell("merchant", "ticket_asked_again")
        else:
            self.end("closed", SILENT)
            self.record("closed", 0, {"reason": SILENT})
            self.effects.append(Floor(taken=False))
            self.tell("merchant", "ticket_closed_silent", days=self.rules.reopen_days)
            self.tell("topic", "note_closed_silent")

    def _remind(self, deadline: Deadline) -> None:
        found = moments(deadline, self.hours, self.ticket.priority, self.rules.desk)
        if found is None or deadline.told == "missed":
            return
        near, due = found
        if due <= self.now:
            self._told(deadline, "missed")
            self.record("deadline_missed", 0, {"kind": deadline.kind, "owner": self.ticket.owner})
            self.tell("group", "group_deadline_missed", kind=deadline.kind, due=due, name=self.ticket.owner_name)
        elif near <= self.now and not deadline.told:
            self._told(deadline, "reminded")
            if self.ticket.owner is None:
                self.tell("group", "group_deadline_near", kind=deadline.kind, due=due)
            else:
                self.tell("topic", "note_deadline_near", ping=True, kind=deadline.kind, due=due)

    def _told(self, deadline: Deadline, told: Literal["reminded", "missed"]) -> None:
        kept = (replace(each, told=told) if each is deadline else each for each in self.ticket.life.deadlines)
        self.live(deadlines=tuple(kept))

    def pause(self) -> None:
        """Working time stands still; what was used of it is kept."""
        self.live(deadlines=tuple(self._paused(each) for each in self.ticket.life.deadlines))

    def _paused(self, deadline: Deadline) -> Deadline:
        if deadline.since is None:
            return deadline
        used = int(self.hours.between(deadline.since, self.now) / timedelta(seconds=1))
        return replace(deadline, since=None, spent=deadline.spent + used)

    def run_again(self) -> None:
        """What stood still runs on."""
        running = (replace(each, since=self.now) if each.since is None else each for each in self.ticket.life.deadlines)
        self.live(deadlines=tuple(running))

    def go_on(self) -> None:
        """Nothing is waited for any more."""
        self.run_again()
        self.live(waiting=None)


def starts(kind: DeadlineKind, now: datetime) -> Deadline:
    return Deadline(kind, now)


def without_reply(ticket: Ticket) -> tuple[Deadline, ...]:
    return tuple(each for each in ticket.life.deadlines if each.kind == "resolution")
