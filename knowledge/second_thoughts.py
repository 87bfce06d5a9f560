"""An answer taken back, or one more, in words that do not say which: "算了还是3000", "make it the 17th", "还有17号的".

What can stand for several answers is offered, none is guessed.
"""

from __future__ import annotations

from typing import Any

from knowledge import filling, slots
from knowledge.dates import find_dates
from knowledge.patterns import compiled
from knowledge.reading import Reading
from knowledge.text import normalise
from knowledge.turn import Turn

_DAYS, _NUMBERS = ("trade_dates", "change_date"), ("amounts", "new_tail")
_TRAILS_OFF = " .!~;,吧呀啊的呢哦了"
_LONGEST = 24
"""Signs of a value with hardly a word beside it."""
_TAKES_BACK = compiled(
    r"(?:[哦噢喔啊呃嗯诶哎唉呀,;.!~\s-]|(?:hm+|u[hm]+|oh|er+m?|ah|well)(?![a-z])|(?:那|就|我|应该|好像|刚才|前面|这个|日期|日子|时间|不好意思|抱歉)(?=.))*"
    r"(?:不对|不是(?=[,;.!啊呀]|\s?是)|错了|[说写打记看填输讲搞弄]错了?|算了|还是|改[成为回到]|更正|口误|笔误|手误|等等"
    r"|(?:no+|nope|wait|sorry|actually|oops|scratch that|correction|my mistake|make (?:it|that)|i meant?|rather"
    r"|back to|(?:change|set) (?:it|that|the (?:date|day)) (?:back )?to)(?![a-z]))"
    r"(?:[,;.!~\s-]|[啊呀哦吧了的是为成回就]|应该|还是|日期|日子|改"
    r"|(?:it's|its|it is|it was|that's|to|on|the|was|no|be|should|make it|back|wait|sorry|actually)(?![a-z]))*"
)
_ADDS = compiled(
    r"(?:[哦噢啊对嗯,;.\s]|(?:and|oh|ok)(?![a-z]))*(?:还有|另外(?:还有)?|再加上?|加上|外加|以及"
    r"|(?:also|plus|another|one more)(?![a-z])|and(?= \d)|(?=\d[\d,.]* more))"
    r"[,;:\s]*(?:(?:from|for|on|the)(?![a-z])\s?)*"
)
_SHORT_BY = compiled(
    r"(?:[就还只才共]|怎么|一共|总共|老板|,)*(?:少|差)(?:了|给|到|打|的是)*(?=[\d¥一二两三四五六七八九十几])"
    r"|(?:it's |it is |i'm |i am |still )*short (?:by |of )?(?=[\d¥])"
)
_SAYS_WHICH = compiled(
    r"不是|(?<![a-z])(?:not|instead of|rather than)(?![a-z])|[卡尾换绑刷收卖钱款账]|变更|交易|金额|终端|机|没到|未到"
    r"|(?<![a-z])(?:card|tail|end|digit|change|sale|paid|amount|terminal|missing|sold)"
)
"""Says which answer a value is, by its name or by what it was before."""
_EXCHANGES = compiled(
    r"(?:[把将请]|不对,?)*(?P<old>[^,;]{1,16}?)\s?(?:改[成为]|换成|应该是|写错了?,?(?:是|应该是)|->|→)\s?(?P<new>[^,;]{1,16})"
    r"|(?:please |no,? )*(?:change|replace) (?P<wrong>[^,;]{1,16}?) (?:to|with|by) (?P<right>[^,;]{1,16})"
)
_NUMBER = compiled(r"\d{3,6}(?:\.\d{1,2})?")
_BARE = compiled(r"[\d,.\s和、跟与]+(?:元|块钱?|rmb|yuan|cny)?(?:的|and|[.!~吧])*")


def is_one(text: str) -> bool:
    """Whether words begin by taking something back, or put one value in the place of another."""
    plain = normalise(text)
    return _TAKES_BACK.match(plain) is not None or _EXCHANGES.fullmatch(plain) is not None


def take(turn: Turn, text: str) -> bool:
    """Take words that are a second thought about an answer; False when they are to be read as any others."""
    case = turn.case
    which = case.state == "choosing" and any("=" in option for option in case.options)
    if case.state not in ("identifying", "asking", "choosing", "answered"):
        return False
    plain = normalise(text)
    if case.state != "identifying" and (short := _SHORT_BY.match(plain)) is not None:
        return _falls_short(turn, plain[short.end() :].rstrip(_TRAILS_OFF))
    if case.state == "choosing" and not which:
        return False
    if case.state in ("identifying", "asking") and (meant := _another_day(turn, plain)):
        filling.offer_slots(turn, meant)
        return True
    if (more := _ADDS.match(plain)) is not None:
        return _add(turn, plain[more.end() :].removesuffix(" more"))
    if (pair := _EXCHANGES.fullmatch(plain)) is not None:
        said = pair.groupdict()
        if _exchange(turn, said["old"] or said["wrong"], said["new"] or said["right"]):
            return True
    if (back := _TAKES_BACK.match(plain)) is not None:
        return _retake(turn, plain[back.end() :].rstrip(_TRAILS_OFF))
    return False


def _falls_short(turn: Turn, rest: str) -> bool:
    """So much is missing: an amount, whatever was asked."""
    amounts = _alone(turn, rest, "amounts")
    if amounts is None or (turn.case.state != "answered" and turn.case.answers.amounts):
        return False
    filling.take(turn, Reading(slots={"amounts": amounts}))
    return True


def _exchange(turn: Turn, wrong: str | None, right: str | None) -> bool:
    """One value in the place of another: the answer is the one that has the former now."""
    meant: dict[str, Any] = {}
    for slot in (*_DAYS, *_NUMBERS):
        now, old = getattr(turn.case.answers, slot), _alone(turn, wrong or "", slot)
        new = _alone(turn, (right or "").rstrip(_TRAILS_OFF), slot)
        if old is None or new is None:
            continue
        if old == now:
            meant[slot] = new
        elif isinstance(now, tuple) and old[0] in now:
            meant[slot] = tuple(new[0] if one == old[0] else one for one in now)
    if len(meant) != 1:
        return False
    filling.take(turn, Reading(slots=meant))
    return True


def _retake(turn: Turn, rest: str) -> bool:
    case = turn.case
    if not rest or len(rest) > _LONGEST or _SAYS_WHICH.search(rest) or len(case.answers.trade_dates) > 1:
        return False
    given = {slot: getattr(case.answers, slot) for slot in (*_DAYS, *_NUMBERS)}
    if case.state == "asking" and given.get(case.asked or "") not in (None, ()):
        return False  # that answer is being given anew
    meant = {slot: value for slot in given if (value := _alone(turn, rest, slot)) is not None}
    meant = {slot: value for slot, value in meant.items() if given[slot] or (slot in _NUMBERS and slot == case.asked)}
    same = {slot: value for slot, value in meant.items() if value == given[slot]}
    meant = same if len(same) == 1 else meant
    if not any(given[slot] for slot in meant):
        return False
    for preferred in (_doubted(turn), _said_before(turn)):
        if len(meant) > 1 and len(last := meant.keys() & preferred) == 1:
            meant = {slot: value for slot, value in meant.items() if slot in last}
    if len(meant) > 1:
        filling.offer_slots(turn, meant)
    else:
        filling.take(turn, Reading(slots=meant))
    return True


def _doubted(turn: Turn) -> frozenset[str]:
    """The answers that the reply itself asks to look at again."""
    causes = turn.context.base.causes.by_id
    asked = (causes[told.primary].asks for told in turn.case.told if told.primary in causes)
    return frozenset(slot for slot in asked if slot is not None)


def _another_day(turn: Turn, plain: str) -> dict[str, Any]:
    """A day without a word beside it where no day is asked: the answers that it may be, in the place of another or new.

    None of them before a trade date was said: then it is the first.
    """
    case, today = turn.case, turn.context.now.date()
    mentions = find_dates(plain, today, case.locale) if case.asked not in _DAYS and case.answers.trade_dates else ()
    if len(mentions) != 1 or len(mentions[0].days) != 1 or plain.replace(" ", "").isdecimal():
        return {}
    if (plain[: mentions[0].start] + plain[mentions[0].end :]).strip(_TRAILS_OFF + "是就"):
        return {}
    day = mentions[0].days[0]
    meant: dict[str, Any] = {"trade_dates": (day,), "change_date": day}
    meant = {slot: value for slot, value in meant.items() if getattr(case.answers, slot) != value}
    return {slot: value for slot, value in meant.items() if slot not in case.unknown}


def number_alone(turn: Turn, text: str) -> dict[str, Any]:
    """A number without a word where none was asked: the answers that it may be."""
    if not _NUMBER.fullmatch(normalise(text)):
        return {}
    meant = {slot: value for slot in _NUMBERS if (value := _alone(turn, text, slot)) is not None}
    return {slot: value for slot, value in meant.items() if value != getattr(turn.case.answers, slot)}


def _said_before(turn: Turn) -> frozenset[str]:
    """The answers that the merchant's words before these gave: a correction is of these first.

    Of words that were a second thought themselves: the answer that has their value now.
    """
    case = turn.case
    own = [line for line in case.transcript if line.who == "merchant" and line.message is not None][:-1]
    if not own:
        return frozenset()
    plain = normalise(own[-1].text)
    if (back := _TAKES_BACK.match(plain)) is not None:
        rest = plain[back.end() :].rstrip(_TRAILS_OFF)
        return frozenset(
            slot for slot in (*_DAYS, *_NUMBERS) if (value := _alone(turn, rest, slot)) is not None
            and getattr(case.answers, slot) == value
        )  # fmt: skip
    asked = dict(case.heard).get(own[-1].message or 0)
    reading = slots.read(own[-1].text, now=turn.context.now, locale=case.locale, asked=asked)
    return frozenset({*reading.slots, *reading.choices})


def _alone(turn: Turn, text: str, slot: str) -> Any:
    """The words as the answer to one question, where they are one and nothing else."""
    reading = slots.read(text, now=turn.context.now, locale=turn.case.locale, asked=slot)
    value = reading.slots.get(slot)
    several = isinstance(value, tuple) and len(value) != 1
    return None if several or reading.question or len(reading.slots) != 1 else value


def _add(turn: Turn, rest: str) -> bool:
    """One more day, one more sum: beside those that were said, not in their place."""
    case, now, locale = turn.case, turn.context.now, turn.case.locale
    before = case.answers
    reading = slots.read(rest, now=now, locale=locale)
    found: dict[str, Any] = {**reading.slots}
    for asked in ("trade_dates", "amounts"):
        if not found and not reading.choices.get("amounts") and (value := _alone(turn, rest, asked)) is not None:
            found = {asked: value}
    days, sums = found.pop("trade_dates", ()), found.pop("amounts", ())
    if found or reading.question or not (days or sums) or not (before.trade_dates or before.amounts):
        return False
    if case.state == "answered" and days:
        return False  # another request
    more: dict[str, Any] = {}
    choices: dict[str, tuple[Any, ...]] = {}
    if days:
        more["trade_dates"] = (*before.trade_dates, *(day for day in days if day not in before.trade_dates))
    further = tuple(one for one in sums if days or one not in before.amounts)
    if further and before.amounts and not days and not _BARE.fullmatch(rest):
        choices["amounts"] = ((*before.amounts, *further), further)  # "还有3000没到" may be what is left of a sum
    elif further:
        more["amounts"] = (*before.amounts, *further)
    filling.take(turn, Reading(slots=more, choices=choices))
    return True
