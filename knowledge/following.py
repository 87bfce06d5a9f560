"""Following up: "tell me when it arrives" begun, listed and stopped; and the word itself when the records have one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from knowledge import answering, filling, hearing, retelling
from knowledge.case import Answers
from knowledge.diagnosis import ARRIVED, Finding, case_of, diagnose
from knowledge.events import Looked, WatchesListed, WatchStarted, WatchStopped
from knowledge.moves import Button, EndWatch, KeepWatch, Move, Note, Rows, StartWatch
from knowledge.readings import tail_of
from knowledge.records import Found, LookupResult
from knowledge.turn import Turn, menu
from knowledge.watches import AFTER_PAID_DAYS, MOST, News, Watch, begin

ADVISED = ("returned", "failed", "frozen", "late", "rejected", "need_merchant")
"""News after which the merchant or a colleague has something to do: the ordinary answer follows them."""
SOLVED = ("paid", "effective")

Told = tuple[Watch, News]


def watch(turn: Turn) -> None:
    """Begin to watch what the last answer told of, where that is something that ends."""
    case = turn.case
    if watches := _wished(turn, asked=True):
        turn.do(StartWatch(watches))
    elif case.told:
        turn.say("watch_nothing", buttons=((hearing.person_button(),),))
    elif case.state in hearing.FORM_STATES:
        turn.say("watch_after_answer")
        filling.ask_again(turn)
    elif case.state == "idle":
        turn.say("watch_after_answer")
        turn.begin("payout_missing")
        filling.go_on(turn)
    else:
        turn.say("watch_after_answer", buttons=menu())


def for_ticket(turn: Turn) -> None:
    """A ticket is open: what it is about is watched for staff too, so that they see when it was solved by itself."""
    if watches := _wished(turn, asked=False):
        turn.do(StartWatch(watches, asked=False))


def _wished(turn: Turn, *, asked: bool) -> tuple[Watch, ...]:
    """A watch for everything that the last answer told of and that ends by itself."""
    case, now = turn.case, turn.context.now
    if not turn.context.merchants:
        return ()
    subjects = (told.watch for told in case.told if told.watch is not None)
    return tuple(begin(case.chat, case.user, each, case.answers, now, case.ticket, asked=asked) for each in subjects)


def take(turn: Turn, event: WatchStarted | WatchesListed | WatchStopped | Looked) -> None:
    """What came of a wish, or of a look at what is watched."""
    match event:
        case WatchStarted():
            _started(turn, event)
        case WatchesListed():
            _listed(turn, event)
        case WatchStopped():
            _stopped(turn, event)
        case Looked():
            _looked(turn, event)


def _started(turn: Turn, event: WatchStarted) -> None:
    """Confirm what is watched and until when; a second wish for the same is no second watch."""
    if not event.asked:
        return
    rows: Rows = ((Button("button_watches", "menu", "watches"),),)
    if event.started:
        last = max(watch.until for watch in event.started)
        kinds = {watch.subject.kind for watch in event.started}
        turn.say("watch_started", {"items": _items(turn, event.started), "kinds": kinds, "until": last}, rows)
    if event.already:
        turn.say("watch_already", {"items": _items(turn, event.already)}, () if event.started else rows)
    if event.refused:
        turn.say("watch_too_many", {"most": MOST}, rows)


def _listed(turn: Turn, event: WatchesListed) -> None:
    """Everything that is watched, with a button each to stop it."""
    items = _items(turn, event.watches)
    buttons = tuple((Button("button_stop_watch", "unwatch", str(item["number"]), item),) for item in items)
    if items:
        turn.say("watches_list", {"items": items}, buttons)
    else:
        turn.say("watches_none", buttons=() if turn.case.state in hearing.FORM_STATES else menu()[:1])
    _resume(turn)


def _stopped(turn: Turn, event: WatchStopped) -> None:
    """One watch less, or none of that number any more."""
    if event.watch is None:
        turn.say("watch_gone")
    else:
        turn.say("watch_stopped", {"item": _items(turn, (event.watch,))[0]})
    _resume(turn)


def _looked(turn: Turn, event: Looked) -> None:
    """Tell the news of what is watched, once; never a word of a merchant that the user is not bound to any more."""
    wanted = [o for o in event.outcomes if o.watch.asked or o.watch.ticket == turn.case.ticket]
    allowed = [o for o in wanted if o.watch.subject.merchant_no in turn.context.merchants]
    if any(outcome.watch.asked for outcome in wanted if outcome not in allowed):
        turn.say("watch_ended_unbound")
    news = [(outcome.watch, item) for outcome in allowed for item in outcome.news]
    named: Mapping[int, tuple[str, ...]] = {}
    if news and isinstance(event.result, Found):
        if event.result.stale:
            turn.say("as_of", {"as_of": event.result.as_of})
        named = _tell(turn, news, event.result)
    kept: list[Move] = []
    for outcome in event.outcomes:
        watch, gone = outcome.watch, outcome not in allowed or outcome.ended is not None
        after = replace(watch, incidents=(*watch.incidents, *named.get(watch.number, ())))
        kept.append(EndWatch(watch) if gone else KeepWatch(after))
    turn.moves[:0] = kept  # before a ticket that the news may need: it watches the same
    out_of_time = tuple(o.watch for o in allowed if o.ended == "time" and o.watch.asked and not o.news)
    if out_of_time:
        turn.say("watch_ended_time", {"items": _items(turn, out_of_time)}, _ask(turn))
    if any(not isinstance(move, KeepWatch | EndWatch) for move in turn.moves):
        _resume(turn)


def _tell(turn: Turn, news: Sequence[Told], result: Found) -> Mapping[int, tuple[str, ...]]:
    """Each piece of news with its evidence; where something is to be done, the ordinary answer with its buttons.

    Returns the incidents that were told as reasons of a delay, by the numbers of the watches.
    """
    answers = _answers(news)
    findings = _findings(turn, news, answers, result)
    busy = turn.case.state in (*hearing.FORM_STATES, "parked", "waiting")
    if findings and not busy:
        _adopt(turn, answers, findings, result)
    advised: list[Finding] = []
    for number, (watch, item) in enumerate(news):
        about = tuple(finding for finding in findings if _is_about(finding, item))
        phrase = _phrase(item, about)
        if item.kind in ADVISED or phrase == "watch_paid_elsewhere":
            advised += [finding for finding in about if finding not in advised]
        values = _values(watch, item)
        if watch.ticket is not None:
            _note(turn, watch.ticket, item, about, values)
        last = number == len(news) - 1 and not advised and item.kind == "paid"
        turn.say(phrase, values, _ask(turn) if last and not busy else ())
    if advised:
        answering.advise(turn, tuple(advised), busy=busy)
    late = [(watch, item) for watch, item in news if item.kind == "late" and item.payout is not None]
    return {watch.number: tuple(_reasons(turn, item, findings, answers, result)) for watch, item in late}


def _reasons(turn: Turn, item: News, findings: Iterable[Finding], answers: Answers, result: Found) -> Iterator[str]:
    """The incidents that the diagnosis of a late payout names, by their ids."""
    base, now = turn.context.base, turn.context.now
    case = case_of(result.records, answers, base.acquirers, base.calendar, now)
    for finding in findings:
        if item.payout is not None and _is_about(finding, item):
            yield from retelling.named_incidents(finding, (item.payout,), case, base)


def _phrase(item: News, about: tuple[Finding, ...]) -> str:
    """How a piece of news is told. Money that is paid has not arrived when it went to a card that is not theirs."""
    if item.kind == "late":
        return "watch_late_change" if item.change else "watch_late"
    if item.kind != "paid":
        return f"watch_{item.kind}"
    went_to = about[0].facts.get("payout.went_to") if about else None
    if went_to is None:
        return "watch_paid_unclear"
    return "watch_paid" if went_to in ARRIVED else "watch_paid_elsewhere"


def _answers(news: Iterable[Told]) -> Answers:
    """What was said for the watches that have news, as one request."""
    watches = [watch for watch, _ in news]
    days = dict.fromkeys(day for watch in watches for day in watch.answers.trade_dates)
    amounts = dict.fromkeys(amount for watch in watches for amount in watch.answers.amounts)
    return replace(watches[0].answers, trade_dates=tuple(days), amounts=tuple(amounts))


def _findings(turn: Turn, news: Sequence[Told], answers: Answers, result: LookupResult) -> tuple[Finding, ...]:
    """The diagnosis of what the news are about; empty where a gate says that nothing may be told."""
    base = turn.context.base
    found = diagnose(result, answers, base.causes, base.acquirers, base.calendar, turn.context.now)
    if not found or base.causes.by_id[found[0].primary].gate:
        return ()
    if any(item.kind == "effective" for _, item in news) and len(news) == 1:
        return ()  # good news of the change: nothing else was asked
    return tuple(finding for finding in found if any(_is_about(finding, item) for _, item in news))


def _is_about(finding: Finding, item: News) -> bool:
    if item.payout is not None:
        return item.payout.payout_id in {payout.payout_id for payout in finding.payouts}
    return item.change is not None or not finding.payouts


def _adopt(turn: Turn, answers: Answers, findings: tuple[Finding, ...], result: Found) -> None:
    """The news are what the conversation is about from now on; buttons of before are stale. An agent goes on."""
    turn.change(
        serial=turn.case.serial + 1,
        form="payout_missing",
        state="person" if turn.case.state == "person" else "answered",
        asked=None,
        answers=answers,
        unknown=(),
        options=(),
        heard=(),
        settled=(),
        earlier=None,
        step=0,
        misunderstood=0,
    )
    retelling.remember(turn, findings, result)


def _values(watch: Watch, item: News) -> dict[str, Any]:
    """The evidence that the phrases of news may name; what the records do not say is None."""
    payout, change, subject = item.payout, item.change, watch.subject
    days = subject.days or ((payout.trade_date,) if payout and payout.trade_date else ())
    return {
        "days": days,
        "due": item.due,
        "net": payout.net if payout else None,
        "currency": (payout.currency if payout else None) or subject.currency,
        "tail": tail_of(payout.dest_tail) if payout else None,
        "bank": payout.dest_bank if payout else None,
        "batch": payout.batch_id if payout else None,
        "payout_id": payout.payout_id if payout else None,
        "replaces": payout.replaces if payout else None,
        "paid_at": payout.paid_at if payout else None,
        "returned_at": payout.returned_at if payout else None,
        "reason": payout.raw_reason if payout else None,
        "new_tail": tail_of(change.new_tail) if change else None,
        "effective_at": change.effective_at if change else None,
        "submitted_at": change.submitted_at if change else None,
        "reject_reason": change.reject_reason if change else None,
        "incident": item.incident.title if item.incident else None,
        "incident_bank": item.incident.bank if item.incident else None,
        "incident_ended_at": item.incident.ends_at if item.incident else None,
        "after_paid_days": AFTER_PAID_DAYS,
    }


def _note(turn: Turn, ticket: int, item: News, about: tuple[Finding, ...], values: Mapping[str, Any]) -> None:
    """Staff who work on the same problem see in its topic that it was solved by itself, or what else has come."""
    if item.kind in SOLVED and _phrase(item, about) != "watch_paid_elsewhere":
        turn.do(Note(ticket, f"note_watch_{item.kind}", values))
        return
    base = turn.context.base
    title = base.article(base.default_locale, about[0].primary).title if about else ""
    reference = base.causes.by_id[about[0].primary].staff_reference if about else ""
    state = base.plain(base.default_locale, f"news_{item.kind}")
    turn.do(Note(ticket, "note_watch_news", {**values, "news": state, "title": title, "reference": reference}))


def _ask(turn: Turn) -> Rows:
    """Is it solved?"""
    if turn.case.state not in ("answered", "person"):
        return ()
    solved = (Button("button_solved", "follow", "solved"), Button("button_not_solved", "follow", "not_solved"))
    return (solved,)


def _resume(turn: Turn) -> None:
    """Back to what was being asked."""
    if turn.case.state in hearing.FORM_STATES:
        filling.ask_again(turn)


def _items(turn: Turn, watches: Iterable[Watch]) -> list[Mapping[str, Any]]:
    """Watches as the phrases show them."""
    base, locale = turn.context.base, turn.case.locale
    return [
        {
            "number": watch.number,
            "kind": watch.subject.kind,
            "terminal": watch.subject.terminal_id,
            "days": watch.subject.days,
            "net": watch.subject.net,
            "currency": watch.subject.currency or "CNY",
            "state": base.plain(locale, f"state_{watch.subject.state}") if watch.subject.state else None,
            "arrived": watch.arrived,
            "since": watch.since,
            "until": watch.until,
        }
        for watch in watches
    ]
