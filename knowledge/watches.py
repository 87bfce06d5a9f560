"""Watches: "tell me when it arrives". What is watched, and what a new look at the records has to tell of it. Pure.

Each kind of news is told once for each record, whatever the sources say in between. A source that is silent, or that
does not know the terminal, tells nothing and ends nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import partial
from typing import Literal

from knowledge.acquirers import Acquirers
from knowledge.batches import batches_on, by_day, standing
from knowledge.case import Answers, Subject
from knowledge.diagnosis import Finding, case_of
from knowledge.duedates import days_since, due_date, expected_on, local_day, trade_days
from knowledge.facts import Case, aware
from knowledge.records import CardChange, Found, Incident, LookupResult, Payout
from knowledge.workdays import Calendar

WATCHED_DAYS = 30
"""A watch ends by itself after so many days without an end of the matter."""
AFTER_PAID_DAYS = 7
"""Success is not final: a paid payout is watched a while longer, since banks send money back days later."""
LONGEST_DAYS = 90
"""However often a payout comes back and is issued again, a watch does not live longer."""
SILENT_DAYS = 3
"""So long after its end a watch waits for a source that is silent, for the last word to be true."""
MOST = 10
"""Watches of one chat."""

Kind = Literal[
    "paid", "returned", "failed", "frozen", "reissued", "late", "incident_over",
    "effective", "rejected", "need_merchant",
]  # fmt: skip
Ending = Literal["time", "over", "effective", "rejected"]
SOON, SELDOM, AFTERWARDS = 10, 60, 240
"""Minutes between two looks: around the due date, else, and after the money was paid."""
RETRY_MINUTES = 15
FIRST_HOUR, LAST_HOUR = 8, 22
"""The hours of the day, by the desk's clock, in which banks and acquirers change anything that is worth a message."""
OPEN = ("created", "processing", "sent")
_STATUS_NEWS: tuple[Kind, ...] = ("paid", "returned", "failed", "frozen")


@dataclass(frozen=True, slots=True)
class Watch:
    """A wish to be told. ``follows``: the payouts as they stand now. ``told``: news that were told, as kind:record.

    ``arrived``: all was paid and told, and is watched a while longer. ``ticket``: the one that was open with the wish.
    ``asked``: the merchant wished it; else it is watched for the ticket, and only as long as that is open.
    ``incidents``: those that were told as the reason why something has not come, by their ids.
    """

    chat: int
    user: int
    subject: Subject
    answers: Answers
    since: datetime
    until: datetime
    follows: tuple[str, ...] = ()
    told: tuple[str, ...] = ()
    arrived: bool = False
    ticket: int | None = None
    asked: bool = True
    incidents: tuple[str, ...] = ()
    number: int = 0
    version: int = 0


@dataclass(frozen=True, slots=True)
class News:
    """Something to tell: of a payout, of the lack of one (``payout`` None), or of a change. ``due``: its due date.

    ``incident``: what delayed the payout and is over.
    """

    kind: Kind
    payout: Payout | None = None
    change: CardChange | None = None
    due: date | None = None
    incident: Incident | None = None

    @property
    def key(self) -> str:
        """What makes it told: its kind and the record; a delay is told once for the whole watch."""
        if self.kind == "late":
            return "late"
        if self.incident is not None:
            return f"{self.kind}:{self.incident.incident_id}"
        record = self.payout.payout_id if self.payout else self.change.change_id if self.change else ""
        return f"{self.kind}:{record}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a look came to: the watch after it, what is to be told, and why it ends (None: it goes on)."""

    watch: Watch
    news: tuple[News, ...] = ()
    ended: Ending | None = None


def subject_of(finding: Finding, kind: Literal["payout", "change"], case: Case) -> Subject | None:
    """What can be watched of a finding, and what is known of it already; None where there is nothing to watch."""
    terminal, merchant = case.records.terminal.terminal_id, case.records.merchant.merchant_no
    if kind == "change":
        subject = _change_subject(case, Subject(kind, merchant, terminal))
    else:
        subject = _payout_subject(finding, case, Subject(kind, merchant, terminal, days=finding.trade_dates))
    if subject is None:
        return None
    watch = Watch(0, 0, subject, case.answers, case.now, case.now, follows=_ids(subject))
    return replace(subject, known=tuple(news.key for news in _news(watch, case)))


def _change_subject(case: Case, subject: Subject) -> Subject | None:
    change = case.change
    return None if change is None else replace(subject, ids=(change.change_id,), state=change.status)


def _payout_subject(finding: Finding, case: Case, subject: Subject) -> Subject | None:
    payouts = finding.payouts
    if not payouts and not subject.days:
        return None
    only = payouts[0] if len(payouts) == 1 else None
    due, _ = due_date(case, payouts[0] if payouts else None, finding.trade_date)
    others = () if payouts else tuple(payout.payout_id for payout in _on_days(subject, case))
    return replace(
        subject,
        ids=tuple(payout.payout_id for payout in payouts),
        state=payouts[0].status if payouts else None,
        due=due,
        net=only.net if only else None,
        currency=only.currency if only else None,
        others=others,
    )


def begin(
    chat: int, user: int, subject: Subject, answers: Answers, now: datetime, ticket: int | None, *, asked: bool = True
) -> Watch:
    """A watch from now on, for what was told last."""
    if subject.kind == "payout" and subject.days:
        answers = replace(answers, trade_dates=subject.days)
    return Watch(
        chat=chat,
        user=user,
        subject=subject,
        answers=answers,
        since=now,
        until=now + timedelta(days=WATCHED_DAYS),
        follows=_ids(subject),
        told=subject.known,
        incidents=subject.incidents,
        ticket=ticket,
        asked=asked,
    )


@dataclass(frozen=True, slots=True)
class Added:
    """Of the watches wanted: those that are new, those that were there and now are also the merchant's or a ticket's,
    those that are there just so, and those that are too many.
    """

    new: tuple[Watch, ...] = ()
    raised: tuple[Watch, ...] = ()
    same: tuple[Watch, ...] = ()
    refused: tuple[Watch, ...] = ()


def added(existing: Sequence[Watch], wanted: Iterable[Watch]) -> Added:
    """What becomes of the wishes beside the watches that a chat has; two for the same thing are one."""
    there = list(existing)
    new: list[Watch] = []
    raised: list[Watch] = []
    same: list[Watch] = []
    refused: list[Watch] = []
    for watch in wanted:
        twin = next((other for other in there if _same(other, watch)), None)
        if twin is not None:
            joined = replace(
                twin,
                asked=twin.asked or watch.asked,
                ticket=watch.ticket or twin.ticket,
                incidents=tuple(dict.fromkeys((*twin.incidents, *watch.incidents))),
            )
            (same if joined == twin else raised).append(joined)
        elif len(there) >= MOST:
            refused.append(watch)
        else:
            new.append(watch)
            there.append(watch)
    return Added(tuple(new), tuple(raised), tuple(dict.fromkeys(same)), tuple(refused))


def _same(one: Watch, other: Watch) -> bool:
    """Whether two watches wait for the same money or the same change."""
    a, b = one.subject, other.subject
    if (a.kind, a.merchant_no, a.terminal_id) != (b.kind, b.merchant_no, b.terminal_id):
        return False
    if (one.follows and other.follows) or a.kind == "change":
        return bool({*one.follows, *a.ids} & {*other.follows, *b.ids})
    return bool({*a.days} & {*b.days})


def look_again(watch: Watch, result: LookupResult, acquirers: Acquirers, calendar: Calendar, now: datetime) -> Outcome:
    """What the records say now that was not told yet."""
    if not isinstance(result, Found) or result.records.merchant.merchant_no != watch.subject.merchant_no:
        over = now >= watch.until + timedelta(days=SILENT_DAYS)
        return Outcome(watch, ended=_by_time(watch) if over else None)
    seen_at = min(now, result.as_of.astimezone(now.tzinfo))
    case = case_of(result.records, watch.answers, acquirers, calendar, seen_at)
    watch = _bound(watch, case)
    news = tuple(item for item in (*_news(watch, case), *_over(watch, case, now)) if item.key not in watch.told)
    told = (*watch.told, *(item.key for item in news))
    watch = replace(watch, told=told, follows=tuple(_followed(watch, case)), subject=_as_it_stands(watch, case))
    after = _prolonged(watch, news, case, now)
    return Outcome(after, news, _ending(after, case, now))


def next_look(watch: Watch, now: datetime, calendar: Calendar, jitter: float) -> datetime:
    """When to look again: sooner around the due date, seldom otherwise, not at night. ``jitter``: from 0 to 1."""
    due = watch.subject.due
    minutes = SOON if due is not None and abs((now.date() - due).days) <= 1 else SELDOM
    if watch.subject.state in ("returned", "failed") or watch.subject.kind == "change":
        minutes = SELDOM
    if watch.arrived:
        minutes = AFTERWARDS
    if not calendar.day(now.date()).working:
        minutes *= 3
    at = now + timedelta(minutes=minutes * (0.8 + 0.4 * jitter))
    if at.hour >= LAST_HOUR:
        at += timedelta(days=1)
    if not FIRST_HOUR <= at.hour < LAST_HOUR:
        at = at.replace(hour=FIRST_HOUR, minute=0, second=0) + timedelta(minutes=minutes * jitter)
    return at if at < watch.until or watch.until <= now else watch.until


def _ids(subject: Subject) -> tuple[str, ...]:
    return subject.ids if subject.kind == "payout" else ()


def _bound(watch: Watch, case: Case) -> Watch:
    """Money without a record: the payouts that appear on its days are followed from then on."""
    if watch.follows or watch.subject.kind != "payout":
        return watch
    found = (payout.payout_id for payout in _on_days(watch.subject, case))
    return replace(watch, follows=tuple(id for id in found if id not in watch.subject.others))


def _on_days(subject: Subject, case: Case) -> Iterator[Payout]:
    on = by_day(standing(case.records, case.zone, partial(trade_days, case)))
    seen: set[str] = set()
    for day in subject.days:
        for batch in batches_on(day, on.get(day, ()), subject.terminal_id):
            for payout in batch.payouts:
                if payout.payout_id not in seen:
                    seen.add(payout.payout_id)
                    yield payout


def _followed(watch: Watch, case: Case) -> dict[str, Payout | None]:
    """The payouts that are followed, or those that replace them; None for what the source does not show just now."""
    merchant = watch.subject.merchant_no
    payouts = {payout.payout_id: payout for payout in case.records.payouts if payout.merchant_no == merchant}
    after = {payout.replaces: payout.payout_id for payout in sorted(payouts.values(), key=lambda p: p.payout_id)}
    found: dict[str, Payout | None] = {}
    for followed in watch.follows:
        newest, passed = followed, {followed}
        while (following := after.get(newest)) is not None and following not in passed:
            newest = following
            passed.add(newest)
        found[newest] = payouts.get(newest)
    return found


def _current(watch: Watch, case: Case) -> tuple[Payout, ...]:
    return tuple(payout for payout in _followed(watch, case).values() if payout is not None)


def _as_it_stands(watch: Watch, case: Case) -> Subject:
    """The subject with the state and the due date that the records give it now."""
    current = _current(watch, case)
    if not current:
        return watch.subject
    due, _ = due_date(case, current[0], None)
    return replace(watch.subject, state=current[0].status, due=due or watch.subject.due)


def _news(watch: Watch, case: Case) -> Iterator[News]:
    """Everything that could be told as things stand, told before or not; of one record one thing, the latest."""
    if watch.subject.kind == "change":
        yield from _change_news(watch, case)
        return
    current = _current(watch, case)
    for payout in current:
        due, _ = due_date(case, payout, None)
        kind: Kind | None = next((kind for kind in _STATUS_NEWS if kind == payout.status), None)
        if kind is None and payout.payout_id not in (*watch.follows, *watch.subject.others):
            kind = "reissued"
        if kind is not None:
            yield News(kind, payout, due=due)
    late = _late(watch, case, current)
    if late is not None:
        yield late


def _over(watch: Watch, case: Case, now: datetime) -> Iterator[News]:
    """The end of an incident that was told as the reason of a delay, as long as the payout is on its way.

    Judged by the clock and not by the records' age: when it ends, or has ended, is written in them.
    """
    for payout in _current(watch, case):
        for incident in case.records.incidents if payout.status in OPEN else ():
            ends = aware(incident.ends_at, case.zone)
            if incident.incident_id in watch.incidents and ends is not None and ends <= now:
                yield News("incident_over", payout, incident=replace(incident, ends_at=ends))


def _change_news(watch: Watch, case: Case) -> Iterator[News]:
    change = next((change for change in case.records.changes if change.change_id in watch.subject.ids), None)
    if change is None:
        return
    match change.status:
        case "effective" | "rejected" | "need_merchant" as status:
            yield News(status, change=change)
        case "submitted" | "auditing":
            submitted = local_day(change.submitted_at, case.zone)
            if submitted is not None:
                waited = case.calendar.working_days(submitted, case.today, case.profile.makeup_days)
                if waited > case.profile.review_days:
                    yield News("late", change=change)


def _late(watch: Watch, case: Case, current: tuple[Payout, ...]) -> News | None:
    """Past the due date, as of the records: never by a date that no official calendar confirms."""
    if not watch.follows:
        if not case.records.knows_payouts:
            return None
        for day in watch.subject.days:
            due, official = due_date(case, None, day)
            if due is not None and official and case.today > due:
                return News("late", due=due)
        return None
    for payout in current:
        due, official = due_date(case, payout, None)
        since = expected_on(case, payout, due)
        if since is None or case.today <= since:
            continue
        if payout.status in OPEN and due is not None and official and _is_owed(payout, due, case):
            return News("late", payout, due=due)
    return None


def _is_owed(payout: Payout, due: date, case: Case) -> bool:
    """A payout that was sent is late only when its bank has had its days."""
    if payout.status != "sent":
        return True
    since = days_since(case, payout)
    if not isinstance(since, int):
        since = case.calendar.working_days(due, case.today, case.profile.makeup_days)
    return since > case.profile.bank_grace_days


def _prolonged(watch: Watch, news: tuple[News, ...], case: Case, now: datetime) -> Watch:
    """All paid: a while longer, for the case that it comes back. Come back or issued anew: the wait begins again."""
    if watch.subject.kind == "change":
        return watch
    payouts = _followed(watch, case).values()
    paid = bool(payouts) and all(payout is not None and payout.status == "paid" for payout in payouts)
    if paid and not watch.arrived:
        return replace(watch, arrived=True, until=min(watch.until, now + timedelta(days=AFTER_PAID_DAYS)))
    if any(item.kind in ("returned", "failed", "reissued") for item in news):
        last = watch.since + timedelta(days=LONGEST_DAYS)
        until = max(watch.until, min(now + timedelta(days=WATCHED_DAYS), last))
        return replace(watch, arrived=False, until=until)
    return watch


def _ending(watch: Watch, case: Case, now: datetime) -> Ending | None:
    if watch.subject.kind == "change":
        for change in case.records.changes:
            if change.change_id in watch.subject.ids and change.status in ("effective", "rejected"):
                return "effective" if change.status == "effective" else "rejected"
    return _by_time(watch) if now >= watch.until else None


def _by_time(watch: Watch) -> Ending:
    return "over" if watch.arrived else "time"
