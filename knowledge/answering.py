"""What the records say: differences asked once, causes told with evidence, the way on from there."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from knowledge import belonging, filling, following, hearing, matching, retelling
from knowledge.case import State
from knowledge.diagnosis import Finding, Hint, diagnose
from knowledge.moves import Advise, Button, Consulted, LookUp, Note, OpenTicket, Report, Reported, Rows, Show
from knowledge.records import Found, LookupResult, Query, Unavailable
from knowledge.turn import Turn, menu

RETRY_MINUTES = 5
DEFAULT_DEPARTMENT = "support"
ELSEWHERE = ("terminal_id", "trade_dates")
"""Slots of which the records offer another value ("was it that one?"), rather than contradict the merchant's."""
TOLD_HINTS = (
    *("total", "joined", "fits_several", "explained", "deducted", "amount", "no_sum", "one_payout"),
    *("no_change", "change_elsewhere", "cycle"),
)
"""Differences that are told without a question; the others are asked about, or left to the ticket."""


def complete(turn: Turn) -> None:
    """Every answer is there: sum up, and look them up, or say what can be done for somebody unknown."""
    answers = turn.case.answers
    turn.say(
        "summary",
        {
            **{name: getattr(answers, name) for name in filling.names_of_all()},
            "no_change": answers.no_change,
            "trade_time": answers.trade_time and f"{answers.trade_time:%H:%M}",
        },
        buttons=filling.fix_buttons(turn),
    )
    if turn.context.merchants:
        turn.change(step=0)
        look_up(turn)
        return
    turn.rest("answered")
    guide(turn)


def guide(turn: Turn) -> None:
    """What can be said to somebody unknown, who may still identify."""
    identify = (Button("button_identify", "identify"),)
    turn.say("unverified_guidance", buttons=(identify, (hearing.person_button(),)))


def look_up(turn: Turn, retry: bool = False) -> None:
    """Ask the source; nothing is asked for a terminal that is not known yet."""
    answers = turn.case.answers
    if answers.terminal_id is None:
        filling.go_on(turn)
        return
    if not retry:
        turn.change(wake_at=None)
    turn.do(LookUp(Query(answers.terminal_id, answers.trade_dates, turn.context.merchants)))


def answer(turn: Turn, result: LookupResult) -> None:
    """Take what a source said about the last lookup."""
    case, base = turn.case, turn.context.base
    retelling.keep_earlier(turn)
    if isinstance(result, Unavailable):
        _silent(turn)
        return
    findings = diagnose(result, case.answers, base.causes, base.acquirers, base.calendar, turn.context.now)
    if not findings:
        _silent(turn)
        return
    if isinstance(result, Found):
        turn.change(records_from=(result.source, result.as_of))
    if base.causes.by_id[findings[0].primary].gate:
        _gate(turn, findings, result)
        return
    if _ask_about_difference(turn, findings, result):
        if case.ticket is not None and case.ticket_serial == case.serial:
            turn.do(Report(case.ticket, "asking"))
        return
    if isinstance(result, Found) and result.stale:
        turn.say("as_of", {"as_of": result.as_of})
    _tell(turn, findings, result)


def tell_anew(turn: Turn) -> None:
    """The answer once more, in the language spoken now: nothing is compared with what was told before."""
    turn.change(told=(), step=0)
    look_up(turn)


def limited(turn: Turn) -> None:
    """Guessing has ended: a person goes on."""
    turn.rest("answered")
    turn.say("limited", buttons=((hearing.person_button(),),))


def follow(turn: Turn, wish: str) -> None:
    """After an answer: solved, not solved, the next step, a person, or "done": the records are asked again."""
    if wish == "track":
        following.watch(turn)
    elif not turn.case.told and wish not in ("solved", "yes", "why"):
        hearing.ask_for_person(turn)
    elif wish == "why" and not turn.case.told:
        turn.say("why_identify")
    elif wish == "why":
        as_of = turn.case.records_from[1] if turn.case.records_from else None
        turn.say("why_answered", {"as_of": as_of}, ((hearing.person_button(),), *filling.fix_buttons(turn)))
    elif wish == "yes":
        turn.say("you_are_welcome")  # "ok" is not "solved": the request stays
    elif wish == "solved":
        _solved(turn)
    elif wish == "person":
        hearing.ask_for_person(turn)
    elif wish in ("not_solved", "no") and turn.case.state == "person" and turn.case.ticket is not None:
        turn.do(Note(turn.case.ticket, "note_not_solved"))
        turn.say("ticket_exists", {"number": turn.case.ticket})
    elif wish in ("not_solved", "no") and retelling.is_another_day(turn):
        _check_again(turn)
    elif wish == "next_step" or (wish in ("not_solved", "no") and _has_next(turn)):
        turn.change(step=turn.case.step + 1)
        look_up(turn)
    elif wish in ("not_solved", "no"):
        turn.say("not_solved", buttons=((hearing.person_button(),), *filling.fix_buttons(turn)))
    else:
        _check_again(turn)


def _solved(turn: Turn) -> None:
    """The merchant says so: staff who have a ticket of it hear of it, and close it themselves."""
    ticket = turn.case.ticket
    turn.rest()
    if ticket is None:
        turn.say("glad", buttons=menu()[:1])
    else:
        turn.do(Note(ticket, "note_merchant_solved"))
        turn.say("glad_ticket", {"number": ticket}, buttons=menu()[:1])


def _check_again(turn: Turn) -> None:
    turn.change(step=0)
    turn.say("checking_again")
    look_up(turn)


def choose_side(turn: Turn, side: str) -> None:
    """Words and records differed and were asked about: the answer follows the side chosen, the ticket keeps both."""
    slot = turn.case.settled[-1] if turn.case.settled else ""
    registered = turn.case.options[:1]
    turn.change(state="asking", asked=None, options=())
    if slot not in filling.names_of_all():
        filling.go_on(turn)
    elif side == "fix":
        filling.fix(turn, slot)
    else:
        if side == "records" and registered:
            turn.answer(**{slot: filling.decode(slot, registered[0])})
        elsewhere = slot in ELSEWHERE and side == "records"
        values = {name: getattr(turn.case.answers, name) if name == slot else None for name in filling.names_of_all()}
        turn.say("corrected" if elsewhere else "both_recorded", values if elsewhere else None)
        look_up(turn)


def ask_difference_again(turn: Turn) -> None:
    """Repeat that words and records differ."""
    turn.say("differs_again", buttons=_sides(turn))


def department(turn: Turn) -> str:
    """Who works on the first cause told; the support desk when nothing was told."""
    causes = turn.context.base.causes.by_id
    for told in turn.case.told:
        cause = causes.get(told.primary)
        if cause is not None and cause.department != "none":
            return cause.department
    return DEFAULT_DEPARTMENT


def show(turn: Turn, article: str) -> None:
    """An article in general words; one that the base does not have leads to a person."""
    cause = turn.context.base.causes.by_id.get(article)
    told = [one.primary for one in turn.case.told]
    if turn.case.state == "answered" and told[:1] == [article] and _has_next(turn):
        follow(turn, "next_step")  # of the very thing that was told
    elif cause is not None and cause.gate and cause.asks and turn.case.state in hearing.FORM_STATES:
        turn.say(f"why_{cause.asks}")  # nothing was looked up yet that could be unknown
    elif turn.context.base.find(turn.case.locale, article) is None:
        turn.say("not_understood_idle", buttons=menu())
    else:
        own = () if turn.case.state in hearing.FORM_STATES else menu()[:1]
        turn.do(Show(article, (*own, (hearing.person_button(),))))


def has_guide(turn: Turn, text: str) -> bool:
    """Whether these very words ask for something general. A cause is never told without a look at the records."""
    base = turn.context.base
    matches = base.match(turn.case.locale, text)
    return matching.zone(matches) == "answer" and base.article(turn.case.locale, matches[0].id).kind != "cause"


def from_base(turn: Turn, text: str, sure: bool) -> bool:
    """Answer a question from the base, or offer up to three titles; False when it has nothing fitting.

    ``sure``: only a certain match counts, since the words may as well be a poor answer to what was asked.
    """
    base = turn.context.base
    matches = base.match(turn.case.locale, text)
    zone = matching.zone(matches)
    offered = matching.offered(matches) if zone == "offer" else ()
    if zone == "answer" or not sure:
        best = matches[0] if matches else None
        ids = tuple(match.id for match in offered)
        turn.do(Consulted(text, zone, best.id if best else None, best.confidence if best else 0.0, ids))
    if zone == "answer":
        show(turn, matches[0].id)
        return True
    if sure or not offered:
        return False
    rows = tuple(
        (Button("option_article", "article", match.id, {"title": base.article(turn.case.locale, match.id).title}),)
        for match in offered
    )
    turn.say("did_you_mean", buttons=(*rows, (Button("button_none_of_these", "menu", "none"),)))
    return True


def _silent(turn: Turn) -> None:
    """The source is down: said once, a ticket lists the checks that did not run, the lookup is tried again later."""
    first = turn.case.state != "waiting"
    turn.change(state="waiting", asked=None, step=0)
    turn.wake_in(RETRY_MINUTES)
    if not first:
        return
    turn.say("source_down")
    if turn.case.ticket is None:
        turn.do(OpenTicket("source_down", "settlement", checks_not_run=True))


def _gate(turn: Turn, findings: tuple[Finding, ...], result: LookupResult) -> None:
    """Unknown terminal, or one that must look so: told in the same words, and the ID is asked again."""
    cause = turn.context.base.causes.by_id[findings[0].primary]
    again = cause.reference in {told.reference for told in turn.case.told}
    retelling.remember(turn, findings, result)
    turn.do(Advise(findings, 0 if not again else 1, _gate_buttons()))
    turn.answer(terminal_id=None)
    turn.change(state="asking", asked="terminal_id", options=(), earlier=None)


def _gate_buttons() -> Rows:
    return (Button("button_where_terminal", "why", "terminal_id"),), (hearing.person_button(),)


def tell_alone(turn: Turn, finding: Finding) -> None:
    """One finding as it is told when nothing else is to be said; for looking at an article."""
    if turn.context.base.causes.by_id[finding.primary].gate:
        turn.do(Advise((finding,), turn.case.step, _gate_buttons()))
    else:
        advise(turn, (finding,))


def _ask_about_difference(turn: Turn, findings: tuple[Finding, ...], result: LookupResult) -> bool:
    """Where words and records differ, say so and ask once more; what was asked once is not asked again."""
    for finding in findings:
        for hint in finding.hints:
            if hint.slot is None or hint.slot in turn.case.settled:
                continue
            retelling.remember(turn, findings, result)
            registered = _registered(turn, hint)
            turn.change(
                state="checking",
                asked=hint.slot,
                options=() if registered is None else (filling.encode(hint.slot, registered),),
                settled=(*turn.case.settled, hint.slot),
            )
            turn.say(f"differs_{hint.kind}", dict(hint.values), buttons=_sides(turn))
            turn.wake_in(turn.context.base.forms.silence.remind_after_minutes)
            return True
    return False


def _registered(turn: Turn, hint: Hint) -> Any:
    """What the records hold in place of the answer in question; None when they do not say."""
    values, answers = hint.values, turn.case.answers
    match hint.slot:
        case "terminal_id":
            return values.get("other_terminal")
        case "new_tail":
            return values.get("new")
        case "trade_dates":
            day, found = values.get("day"), values.get("found")
            return found and tuple(found if said == day else said for said in answers.trade_dates)
        case "change_date":
            moment = values.get("submitted_at") or values.get("effective_at")
            return moment.astimezone(turn.context.now.tzinfo).date() if isinstance(moment, datetime) else None
    return None


def _sides(turn: Turn) -> Rows:
    """The records' value or the merchant's own words; or neither, said anew."""
    slot, registered = turn.case.asked, turn.case.options[:1]
    words, again = Button("button_words_right", "side", "words"), Button("button_fix_it", "side", "fix")
    if slot not in ELSEWHERE or not registered:
        return ((Button("button_records_right", "side", "records"), words), (again,))
    value = filling.decode(slot, registered[0])
    if slot == "terminal_id":
        other = Button("button_other_terminal", "side", "records", {"other_terminal": value})
    else:
        other = Button(f"option_{slot}", "side", "records", {"value": value})
    return ((other,), (words,), (again,))


def _tell(turn: Turn, findings: tuple[Finding, ...], result: LookupResult) -> None:
    """Tell the causes, and against an earlier look what has changed since."""
    case = turn.case
    came_back, with_person = case.state == "waiting", case.state == "person"
    told_to_staff = case.ticket is not None and case.ticket_serial == case.serial and not with_person
    before = case.earlier.causes if case.earlier is not None else case.told
    same = [told.primary for told in before] == [finding.primary for finding in findings]
    step = case.step if same else 0
    if came_back:
        turn.say("source_back")
    retelling.remember(turn, findings, result)
    if step == 0:
        retelling.compare(turn)
    state: State = "person" if with_person else "answered"
    turn.change(state=state, asked=None, earlier=None, step=step, options=(), wake_at=None, misunderstood=0)
    if step == 0:
        _explain_sums(turn, findings)
    report: Reported | None = "source_back" if came_back else "corrected" if told_to_staff else None
    advise(turn, findings, report=report)


def advise(turn: Turn, findings: tuple[Finding, ...], *, report: Reported | None = None, busy: bool = False) -> None:
    """The answer with its buttons; where a cause always needs a person, a ticket is opened at once.

    ``report``: why staff with a ticket of it are told, if they are.
    ``busy``: beside a form that goes on.
    """
    base = turn.context.base
    needed = [f for f in findings if base.causes.by_id[f.primary].person]
    if busy:
        turn.do(Advise(findings, 0, ((hearing.person_button(),),)))
        return
    turn.do(Advise(findings, turn.case.step, _after_buttons(turn, person=not needed)))
    if report is not None and turn.case.ticket is not None:
        turn.change(state="person")
        turn.do(Report(turn.case.ticket, report))
    if needed and belonging.needs_own(turn, findings):
        turn.do(OpenTicket("need", base.causes.by_id[needed[0].primary].department, findings))


def _explain_sums(turn: Turn, findings: tuple[Finding, ...]) -> None:
    """Where arithmetic connects what was said with the records, it is shown, once for each sum.

    Deductions only beside a cause that tells of a payout, and not where its article shows them itself.
    """
    shown: set[object] = set()
    for finding, hint in ((of, hint) for of in findings for hint in of.hints):
        article = turn.context.base.find(turn.case.locale, finding.primary)
        names = article.names if article is not None else frozenset()
        evidence = turn.context.base.causes.by_id[finding.primary].evidence
        beside = "payout.net" in evidence and "payout.gross" not in names
        if hint.kind not in TOLD_HINTS or hint.slot is not None or (hint.kind == "explained" and not beside):
            continue
        key = (hint.kind, hint.values.get("amount", hint.values.get("said")), hint.values.get("net"))
        if key not in shown:
            shown.add(key)
            turn.say(f"differs_{hint.kind}", dict(hint.values))


def _after_buttons(turn: Turn, person: bool) -> Rows:
    first = [Button("button_solved", "follow", "solved"), Button("button_not_solved", "follow", "not_solved")]
    second = [Button("button_next_step", "follow", "next_step")] if _has_next(turn) else []
    if person:
        second.append(hearing.person_button())
    third = [Button(_watch_label(turn), "follow", "track")] if any(told.watch for told in turn.case.told) else []
    return tuple(tuple(row) for row in (first, second, third) if row)


def _watch_label(turn: Turn) -> str:
    kinds = {told.watch.kind for told in turn.case.told if told.watch is not None}
    return "button_watch" if "payout" in kinds else "button_watch_change"


def _has_next(turn: Turn) -> bool:
    """Whether the first cause told has a further step."""
    if not turn.case.told:
        return False
    article = turn.context.base.find(turn.case.locale, turn.case.told[0].primary)
    return article is not None and turn.case.step + 1 < len(article.steps)
