"""From what was found in a message to the slots that it fills."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import date

from knowledge.amounts import AmountMention
from knowledge.message import Message
from knowledge.pastdays import DateMention
from knowledge.reading import Act, Intent
from knowledge.roles import (
    DAY,
    DayRole,
    SumRole,
    Surroundings,
    day_role,
    is_arrival,
    is_late,
    sum_role,
)

_CORRECTION = re.compile(
    r"^不对|不对[,.\s是]|(?:说|讲|打|写|填|弄|搞|输|记|看|选)错|错[了咗]|更正|纠正|改正|不是.{1,12}(?:是|,)"
    r"|应该是.{1,12}不是|是.{1,12}不是|改(?:成|为)\s?[\ue001-\ue003](?!的?卡)|口误|笔误|手误|打漏|重新说"
    r"|(?<![a-z])(?:no,? wait|wait,? no|i meant?|meant to|actually|correction|sorry,|oops|typo|mistake|my bad"
    r"|scratch that|wrong|not .{1,20}(?:but|it's|,)|make (?:it|that)|change (?:it|that) to|rather)(?![a-z])"
)
_WRONG = r".{0,6}(?:错|不对|有误|改一?下|修改|更正|wrong|incorrect|mistake|typo)"
_NAMED_WRONG = (
    (
        "terminal_id",
        re.compile(
            rf"(?:终端|设备|机器|机身)号?{_WRONG}|(?:改|修改|更正)(?:一?下)?(?:终端|设备|机器)"
            r"|(?:terminal|device)(?: id| number)?.{0,8}(?:wrong|incorrect|typo)"
            r"|(?:fix|change|correct) (?:the |my )?(?:terminal|device)"
        ),
    ),
    (
        "change_date",
        re.compile(
            rf"(?:换卡|变更|改卡|更换).{{0,3}}(?:日期|时间|日子){_WRONG}"
            r"|(?:改|修改|更正)(?:一?下)?(?:换卡|变更)(?:日期|时间)"
            r"|(?:change date|date of (?:the )?change).{0,8}(?:wrong|incorrect)"
        ),
    ),
    (
        "trade_dates",
        re.compile(
            rf"(?:交易|刷卡|收款).{{0,3}}(?:日期|时间|日子){_WRONG}|(?:改|修改|更正)(?:一?下)?交易(?:日期|时间)"
            r"|(?:trade|transaction|sale) dates?.{0,8}(?:wrong|incorrect)"
        ),
    ),
    (
        "amounts",
        re.compile(
            r"(?:金额|钱数|数额|数目)(?:我)?(?:写|说|填|打|输|报)(?:错|的不对)|金额.{0,3}(?:错了|有误)"
            r"|(?:改|修改|更正)(?:一?下)?(?:金额|数额)|(?:fix|change|correct) (?:the |my )?amount"
            r"|amount (?:i gave |i said )?(?:is|was) (?:wrong|a typo)"
        ),
    ),
    (
        "new_tail",
        re.compile(
            rf"尾[号数]{_WRONG}|(?:改|修改|更正)(?:一?下)?尾[号数]"
            r"|(?:ending|tail|last (?:four|4)(?: digits)?).{0,8}(?:wrong|incorrect|typo)"
        ),
    ),
)
_MONEY_NEAR = re.compile(
    r"刷|收|做|卖|款|额|钱|[单笔]|共|合|到|应|少|差|缺|没|未|冇|账|营业|交易|欠|结算|¥|"
    + DAY
    + r"|(?<![a-z])(?:sales?|sold|took|amount|paid|missing|received?|expect\w*|money|payouts?|payment|swip\w*"
    r"|transact\w*|arriv\w*|for|of|total|nowhere|short|credit\w*|got|not|yuan|rmb|amt)"
)
_MONEY_VERB = re.compile(r"刷|收|做了|卖|款|额|钱|[单笔]|共|¥|(?<![a-z])(?:sold|took|amount|for|of)\s?$")
_SIGNS = re.compile(r"[\ue001-\ue004]")
_LISTED = re.compile(r"\s?(?:[、+/&]|和|跟|与|同|及|还有|加|and|plus|,\s?(?=\s))\s?")
_CARD_NEAR = re.compile(r"卡|尾|绑|用|行$|换|改|账户|账号|户口|card|account|ending|switch|chang")
_BLANKS = re.compile(r"[\s,.;:!?、\ue001-\ue003]+")
_ASKED_DAYS = {"change_date": "change", "trade_dates": "trade"}


@dataclass
class Meaning:
    """Fills slots from a message; what is doubtful goes to ``choices`` or ``rejected``."""

    message: Message
    act: Act | None
    slots: dict[str, object] = field(default_factory=dict)
    choices: dict[str, tuple[object, ...]] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    unsaid: list[DateMention] = field(default_factory=list)
    unclear: list[DateMention] = field(default_factory=list)
    received: set[date] = field(default_factory=set)
    denies_a_day: bool = False

    def gather(self) -> None:
        """Everything that the words say by themselves."""
        self._numbers()
        if self.message.asked != "rating":
            self._days()
            self._sums()

    def about(self) -> frozenset[str]:
        """What the message speaks of, for telling its intent: slots filled or in doubt, and kinds of numbers."""
        kinds = {one.kind for one in self.message.identifiers} - {"phone", "order", "other"}
        return frozenset({*self.slots, *self.choices, *self.rejected, *kinds, *(["received"] if self.received else ())})

    def place_unsaid_days(self, intent: Intent) -> None:
        """Days that no word calls a day of change or of trade: what the message is about decides."""
        if self.message.asked in {"terminal_id", "amounts", "new_tail"}:
            if self.unclear and "amounts" in self.slots and "trade_dates" not in self.slots:
                self._trade_days(self.unclear, self.received)
            return
        if not self.unsaid or self.message.asked is not None:
            return
        if intent == "other" and (self.denies_a_day or _CORRECTION.search(self.message.blanked)):
            self._unclear_days(self.unsaid)
            return
        words = _BLANKS.sub("", self.message.blanked)
        bare = len(words) <= (12 if words.isascii() else 4)
        if intent in {"payout_missing", "payout_amount_differs"} or bare:
            self._trade_days(self.unsaid, self.received)
        elif intent == "change_progress":
            self._change_days(self.unsaid)

    def corrects(self) -> frozenset[str]:
        """The slots whose earlier answer the words call wrong."""
        text = self.message.text
        named = {slot for slot, pattern in _NAMED_WRONG if pattern.search(text)}
        if _CORRECTION.search(text) or self.denied:
            named |= {slot for slot in (*self.slots, *self.choices) if slot not in {"yes_no", "rating", "claims_cycle"}}
        return frozenset(named | self.denied)

    def put(self, slot: str, values: list[object]) -> None:
        """One value fills the slot; several are a choice."""
        distinct = list(dict.fromkeys(values))
        if len(distinct) == 1:
            self.slots[slot] = distinct[0]
        elif distinct:
            self.choices[slot] = tuple(distinct)

    # -- numbers that name something

    def _numbers(self) -> None:
        found: dict[str, list[object]] = {}
        for one in self.message.identifiers:
            if one.kind in {"terminal_id", "merchant_no", "new_tail", "old_tail", "tail", "cycle"} and one.value:
                if sum_role(self.message.around(one.start)) == "denied":
                    self.denied.add("new_tail" if one.kind == "tail" else one.kind)
                else:
                    found.setdefault(one.kind, []).append(one.value)
            elif one.rejected:
                self.rejected["new_tail"] = one.rejected
        self._tails(found)
        for kind in ("terminal_id", "merchant_no", "new_tail", "old_tail"):
            self.put(kind, found.get(kind, []))
        if cycles := found.get("cycle"):
            self.slots["claims_cycle"] = cycles[-1] if len(set(cycles)) == 1 else cycles[0]

    @staticmethod
    def _tails(found: dict[str, list[object]]) -> None:
        """A tail without "old" or "new" is the new card's: that is what is asked for; two are a choice."""
        for tail in found.pop("tail", []):
            if tail not in found.get("old_tail", []):
                found.setdefault("new_tail", []).append(tail)

    # -- days

    def _days(self) -> None:
        message = self.message
        around = [message.around(one.start) for one in message.days]
        roles = [self._day_role(words, place, around) for place, words in enumerate(around)]
        by_role: dict[str, list[DateMention]] = {}
        for one, role in zip(message.days, roles, strict=True):
            by_role.setdefault(role, []).append(one)
        if "denied" in by_role:
            self.denies_a_day = True
            self._deny(by_role)
        received = self.received = {day for one in by_role.get("received", ()) for day in one.days}
        self._change_days(by_role.get("change", []))
        self._trade_days(by_role.get("trade", []), received)
        if "vague" in by_role and not {"trade_dates", "change_date"} & {*self.slots, *self.choices}:
            self.rejected.setdefault("trade_dates" if message.asked != "change_date" else "change_date", "date_vague")
        self.unclear = by_role.get("unclear", [])
        self._unclear_days(self.unclear)
        self.unsaid = by_role.get("unsaid", [])
        if self.unsaid and "trade" in by_role and not self.choices.get("trade_dates"):
            self._trade_days(by_role["trade"] + self.unsaid, received)
            self.unsaid = []

    def _day_role(self, words: Surroundings, place: int, around: list[Surroundings]) -> DayRole | str:
        role = day_role(words)
        if place and (is_arrival(around[place - 1], words) or is_late(words)):
            return "neither"
        if role is None:
            asked = self.message.asked
            if asked in _ASKED_DAYS:
                return _ASKED_DAYS[asked]
            return "unsaid" if asked is None else "unclear"
        return role

    def _deny(self, by_role: dict[str, list[DateMention]]) -> None:
        """A denied day belongs to the slot of the day said in its place, else to the one asked."""
        said = [slot for role, slot in (("change", "change_date"), ("trade", "trade_dates")) if role in by_role]
        asked = self.message.asked
        if not said and asked in _ASKED_DAYS:
            said = [asked]
        self.denied.update(said[:1])

    def _change_days(self, mentions: list[DateMention]) -> None:
        days = [day for one in mentions for day in (one.days or [choice[0] for choice in one.choices])]
        if days:
            self.put("change_date", list(days))
        elif reason := _reason(mentions):
            self.rejected["change_date"] = reason

    def _trade_days(self, mentions: list[DateMention], received: set[date]) -> None:
        clear = [one for one in mentions if one.days]
        doubtful = [one for one in mentions if one.choices]
        days = sorted({day for one in clear for day in one.days} - received)
        if doubtful:
            options = [
                tuple(sorted({*days, *doubtful[0].choices[number]} - received))
                for number in range(len(doubtful[0].choices))
            ]
            self.put("trade_dates", [option for option in options if option])
        elif days:
            self.slots["trade_dates"] = tuple(days)
        elif reason := _reason(mentions):
            self.rejected["trade_dates"] = reason

    def _unclear_days(self, mentions: list[DateMention]) -> None:
        """Days beside another question that nothing calls a day of change or of trade.

        Both are offered in a correction.
        """
        days = sorted({day for one in mentions for day in one.days})
        if not self.denies_a_day and _CORRECTION.search(self.message.blanked) is None:
            return
        if days and not {"trade_dates", "change_date"} & {*self.slots}:
            self.choices.setdefault("trade_dates", (tuple(days),))
            if len(days) == 1:
                self.choices.setdefault("change_date", (days[0],))

    # -- sums

    def _sums(self) -> None:
        message = self.message
        if message.asked in {"new_tail", "merchant_no"} and not any(one.marked for one in message.sums):
            return
        roles = [(one, sum_role(message.around(one.start))) for one in message.sums]
        kept = [(one, role) for one, role in roles if role not in {"fee", "denied"} and self._is_money(one)]
        if any(role == "denied" for _, role in roles):
            self.denied.add("amounts")
        self._put_sums(kept)

    def _is_money(self, one: AmountMention) -> bool:
        """A bare number is money where sums were asked or the words of its clause speak of money."""
        if one.marked or self.message.asked == "amounts":
            return True
        if one.minor is None:
            return False
        words = self.message.around(one.start)
        if any(day.start <= one.start < day.end for day in self.message.loose) and not self.message.days:
            return _MONEY_VERB.search(words.before[-4:] or words.clause_before[-4:]) is not None
        near = words.clause_before[-8:] + words.before[-12:] + "|" + words.after[:12]
        if one.minor < 10_00 or (
            one.minor < 100_00 and not _MONEY_NEAR.search(words.before[-4:] + "|" + words.after[:4])
        ):
            return False
        card = _CARD_NEAR.search(_SIGNS.split(words.before)[-1][-6:] + "|" + words.after[:4])
        is_tail_like = one.end - one.start == 4
        return not (is_tail_like and card) and (_MONEY_NEAR.search(near) is not None or self._is_listed(one))

    def _is_listed(self, one: AmountMention) -> bool:
        """Said in one breath with another sum: "760跟1340"."""
        text = self.message.text
        for other in self.message.sums:
            gap = text[other.end : one.start] if other.end <= one.start else text[one.end : other.start]
            if other is not one and len(gap) <= 6 and _LISTED.fullmatch(gap):
                return True
        return False

    def drop_sums(self, intent: Intent) -> None:
        """A sum in a question about fees or about how to change a card is an example, not what is missing."""
        if intent == "ticket_progress" and self.message.asked is None and "amounts" not in self.slots:
            self.slots.pop("trade_dates", None)
        if intent in {"fee_question", "change_card_how"} and self.message.asked is None:
            self.slots.pop("amounts", None)
            self.choices.pop("amounts", None)

    def _put_sums(self, sums: list[tuple[AmountMention, SumRole]]) -> None:
        exact = [(one, role) for one, role in sums if one.minor is not None]
        traded = [one for one, role in exact if role == "traded"]
        totals = [one for one, role in exact if role == "total"]
        received = [one for one, role in exact if role == "received"]
        vague = [one for one, _ in sums if one.rejected]
        doubtful = [one for one, _ in sums if one.choices]
        if doubtful and not traded:
            self.choices["amounts"] = doubtful[0].choices
            return
        parts = traded or ([] if any(role == "difference" for _, role in exact) and not totals else received)
        values = tuple(one.minor for one in parts if one.minor is not None)
        total = totals[-1].minor if totals else None
        if total is not None and (len(values) < 2 or sum(values) != total):
            if not values or len(values) == 1:
                values = (total,) if not values else (*values, total)
            else:
                self.choices["amounts"] = (values, (total,))
                return
        if vague and (not values or self.message.asked == "amounts"):
            self.rejected["amounts"] = vague[0].rejected or "amount_vague"
        elif any(one.hedged for one in parts):
            self.choices["amounts"] = (values,)
        elif values:
            self.slots["amounts"] = values


def _reason(mentions: list[DateMention]) -> str | None:
    return next((one.rejected for one in mentions if one.rejected), None)
