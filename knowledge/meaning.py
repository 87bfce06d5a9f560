"""From what was found in a message to the slots that it fills."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from knowledge.arrivals import came_to_nothing, is_absent, is_arrival, is_late
from knowledge.beside_days import is_only_today, settle_beside
from knowledge.came_of_several import NOTHING_TOLD, CameOfSeveral, came_of_several
from knowledge.came_unsettled import came_after_all
from knowledge.corrected_slots import NAMED_WRONG
from knowledge.days_of_other_sums import told_otherwise
from knowledge.looking_days import is_day_of_looking
from knowledge.message import Message
from knowledge.money_said import LACKS
from knowledge.other_doings import is_anothers, is_supposed
from knowledge.paid_otherwise import is_net_said
from knowledge.pastdays import DateMention
from knowledge.patterns import compiled
from knowledge.reading import Act, Intent
from knowledge.roles import (
    DAY,
    NUMBER,
    SUM,
    DayRole,
    Surroundings,
    day_role,
    is_number_denied,
)
from knowledge.second_reading import DOUBTED_DAY, SURE_OF_DAY, by_rule, day_judged
from knowledge.sums_said import SumsSaid
from knowledge.sure_days import is_due
from knowledge.terminals_pointed import pointed_at

_CORRECTION = compiled(
    r"^不对|不对[,.\s是]|(?:说|讲|打|写|填|弄|搞|输|记|看|选)错|错[了咗]|更正|纠正|改正"
    r"|不是(?!.{1,12}就是).{1,12}(?:是|,)"
    r"|应该是.{1,12}不是|是.{1,12}不是|改(?:成|为)\s?[\ue001-\ue003](?!的?卡)|口误|笔误|手误|打漏|重新说"
    r"|(?<![a-z])(?:no,? wait|wait,? no|i meant?|meant to|actually|correction|sorry,|oops|typo|mistake|my bad"
    r"|scratch that|wrong|not .{1,20}(?:but|it's)|make (?:it|that)|change (?:it|that) to|rather)(?![a-z])"
    r"|(?<![a-z])not (?:on |the |in |from |for )*[\ue001-\ue003],"
    r"|^(?:no+|nope|nah|不是?|唔系)[,.\s!]+(?:it's|it was|it is|that's|that was|应该|是|就|on|in"
    r"|the|\s)*[\ue001-\ue003]"
)
_SAYS_WRONG = compiled(
    r"错|不对|有误|改|更正|wrong|incorrect|mistake|typo|(?:fix|change|correct) (?:the |my )?(?:terminal|device|amount)"
)
"""One of these stands wherever a slot is named wrong."""
_NOT_COME = compiled(
    r"[号日天周](?:[^,;.]{0,6})(?:没|未)(?:到|收到|结|打)|(?<![a-z])(?:\w+n't|not|never) (?:been )?(?:paid|arriv"
    r"|come|received)"
)
"""Says of a day that its money did not come: what a ticket is about, and no day on which somebody asked."""
_SAYS_CARD = compiled(r"卡|账|户|(?<![a-z])(?:card|account|bank)")
_BOTH_CYCLES = compiled(
    NUMBER
    + r"\s?(?:和|跟|与|同|还是|或者?|、|/|,|vs\.?|and|or|versus)\s?(?:是|an? )?"
    + NUMBER
    + r".{0,12}(?:好(?!的|了)|区别|不同|差别|不一样|分别|哪个|怎么选|什么|啥|[?]|吗|differ|mean|better)"
    + r"|(?:什么是|啥是|什么叫|what is|what's|explain|differ\w* between)\s?(?:an? )?"
    + NUMBER
    + "|"
    + NUMBER
    + r"\s?(?:到账|结算)?(?:是|到底是)?(?:什么|啥)意思"
)
"""Asks what the cycles are, and says of none that it is the merchant's."""
_ANOTHERS = compiled(
    r"(?:朋友|隔壁|别人|人家|别家|他们家?|同行|对面|亲戚)[^,;.]*$"
    r"|(?<![a-z])(?:friend\w*|neighbou?r\w*|shop next door|others|everyone|brother\w*|cousin\w*|he|she"
    r"|they(?! promis| said| told| gave))\s[^,;.]*$"
)
"""Somebody else's cycle."""
_IS_FINE = compiled(
    r"\)?(?:那台)?的?(?:都|是|也|一直|倒)*(?:正常|没问题|没事|好的|到了|到账了|收到了)"
    r"|\s(?:is|was|works|arrived)?\s?(?:fine|ok|okay|good|paid|normal|arrived|works)(?![a-z])"
    r"|\)?\s(?:is|does|was|did)\s?(?=$|[.;!])"
)
"""After a terminal: beside another one it is not the one in question."""
_OPEN = compiled(r"(?:after|before|until|till)\s(?:the\s)?")
"""Words that begin what was found as a day: which day is meant is open."""
_ASKS_WHETHER = compiled(r"(?:is|are|was|will|do|does|can)\s")
_ASKS_BACK = compiled(r"[^,;.]{0,8}(?:吗|么|嘛|[?])")
_NO_WORDS = compiled(r"(?:\s|应该|大概|好像|是|在|就|吧|呀|啊|的|那天|it|was|it's|on|no|yes|i think)*")
_BLANKS = compiled(r"[\s,.;:!?、\ue001-\ue003]+")
_TELLS_APART = frozenset({None, "trade_dates", "amounts"})
_TWO, _FOUR = 2, 4
_ASKED_DAYS = {"change_date": "change", "trade_dates": "trade"}


@dataclass
class Meaning:
    """Fills slots from a message; what is doubtful goes to ``choices`` or ``rejected``."""

    message: Message
    act: Act | None
    trained: bool = True
    """Whether the trained reading is heard beside the rules; while it learns, it is not."""
    slots: dict[str, object] = field(default_factory=dict)
    choices: dict[str, tuple[object, ...]] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    denied: set[str] = field(default_factory=set)
    unsaid: list[DateMention] = field(default_factory=list)
    unclear: list[DateMention] = field(default_factory=list)
    received: set[date] = field(default_factory=set)
    doubted: list[tuple[DateMention, frozenset[str]]] = field(default_factory=list)
    """Days of which the trained reading and the rules say different things, and what."""
    settled: frozenset[int] = frozenset()
    """Days by number of which the words say so clearly what they are for that the trained reading is not heard."""
    came: CameOfSeveral = NOTHING_TOLD
    """Which of several days and sums came."""
    denies_a_day: bool = False
    after_arrival: bool = False
    """The day before this one was when money should have come, not when it was taken."""
    _corrects: bool | None = None
    """Whether the words put something right; looked for once."""

    def gather(self) -> None:
        """Everything that the words say by themselves."""
        if (message := self.message).identifiers:
            self._numbers()
        if message.asked != "rating" and message.days:
            self._days()
        if message.asked != "rating" and message.sums:
            self._sums()

    def about(self) -> frozenset[str]:
        """What the message speaks of, for telling its intent: slots filled or in doubt, and kinds of numbers."""
        kinds = {one.kind for one in self.message.identifiers} - {"phone", "order", "other"}
        return frozenset(
            {
                *self.slots,
                *self.choices,
                *self.rejected,
                *kinds,
                *(["received"] if self.received or self.message.quotes else ()),
                *(["net"] if len(self.message.sums) > 1 and is_net_said(self.message) else ()),
            }
        )

    def place_unsaid_days(self, intent: Intent) -> None:
        """Days that no word calls a day of change or of trade: what the message is about decides."""
        if self.message.asked in {"terminal_id", "amounts", "new_tail"}:
            if self.unclear and "amounts" in self.slots and "trade_dates" not in {*self.slots, *self.choices}:
                self._trade_days(self.unclear, self.received)
            return
        if not self.unsaid or self.message.asked is not None or "trade_dates" in self.choices:
            return
        words = _BLANKS.sub("", self.message.blanked)
        bare = len(words) <= (12 if words.isascii() else 4) and not _ASKS_WHETHER.match(self.message.text)
        if (intent == "other" or bare) and (self.denies_a_day or self._is_correction()):
            self._unclear_days(self.unsaid)
            return
        if intent in {"payout_missing", "payout_amount_differs"} or bare:
            self._trade_days(self.unsaid, self.received)
        elif intent == "change_progress":
            self._change_days(self.unsaid)

    def corrects(self) -> frozenset[str]:
        """The slots whose earlier answer the words call wrong."""
        text = self.message.text
        named = {slot for slot, pattern in NAMED_WRONG if pattern.search(text)} if _SAYS_WRONG.search(text) else set()
        said = {*self.slots, *self.choices} - {"yes_no", "rating", "claims_cycle"}
        if said and (self.denied or self._is_correction() or _CORRECTION.search(text)):
            named |= said
        return frozenset(named | self.denied)

    def _is_correction(self) -> bool:
        if self._corrects is None:
            self._corrects = _CORRECTION.search(self.message.blanked) is not None
        return self._corrects

    def put(self, slot: str, values: list[object]) -> None:
        """One value fills the slot; several are a choice."""
        distinct = list(dict.fromkeys(values))
        if len(distinct) == 1:
            self.slots[slot] = distinct[0]
        elif distinct:
            self.choices[slot] = tuple(distinct)

    def unsettled(self) -> frozenset[str]:
        """Slots of several days or sums of which something is said to have come, and not taken for that."""
        if self.message.asked is not None:
            return frozenset()
        days, sums = self.slots.get("trade_dates", ()), self.slots.get("amounts", ())
        assert isinstance(days, tuple)
        assert isinstance(sums, tuple)
        several = {slot for slot, values in (("trade_dates", days), ("amounts", sums)) if len(values) > 1}
        told = {(DAY, number) for number in self.came.days} | {(SUM, number) for number in self.came.sums}
        return frozenset(several) if several and came_after_all(self.message, days, sums, told) else frozenset()

    def confirm(self, doubtful: frozenset[str]) -> None:
        """Values that may have been cut out of more than was understood are offered, none is taken."""
        for slot in sorted(doubtful.intersection(self.slots)):
            self.choices[slot] = (self.slots.pop(slot),)

    # -- numbers that name something

    def _numbers(self) -> None:
        found: dict[str, list[object]] = {}
        fine: list[object] = []
        for one in self.message.identifiers:
            if one.kind in {"terminal_id", "merchant_no", "new_tail", "old_tail", "tail", "cycle"} and one.value:
                words = self.message.around(one.start)
                if one.kind == "cycle":
                    another = _ANOTHERS.search(words.before[-16:])
                    if another is None and (not words.denied or _ASKS_BACK.match(words.after)):
                        found.setdefault("cycle", []).append(one.value)
                elif one.kind == "tail" and self.message.is_quoted(one.start):
                    continue  # money came there: to the old card or to the new one
                elif one.kind == "terminal_id" and _IS_FINE.match(words.after):
                    fine.append(one.value)
                elif not one.sure and is_number_denied(words):
                    self.denied.add("new_tail" if one.kind == "tail" else one.kind)
                else:
                    found.setdefault(one.kind, []).append(one.value)
            elif one.rejected:
                self.rejected["new_tail"] = one.rejected
        found["terminal_id"] = self._pointed_at(found.get("terminal_id") or fine)
        self._tails(found)
        for kind in ("terminal_id", "merchant_no", "new_tail", "old_tail"):
            self.put(kind, found.get(kind, []))
        if (cycles := found.get("cycle")) and not _BOTH_CYCLES.search(self.message.blanked):
            self.slots["claims_cycle"] = cycles[0]

    def _pointed_at(self, terminals: list[object]) -> list[object]:
        """Of two terminals the one that the words after both point at, where they do."""
        if len(terminals) != _TWO:
            return terminals
        last = max(one.end for one in self.message.identifiers if one.kind == "terminal_id")
        place = pointed_at(self.message.text[last:])
        return terminals if place is None else [terminals[place]]

    @staticmethod
    def _tails(found: dict[str, list[object]]) -> None:
        """A tail without "old" or "new" is the new card's: that is what is asked for; two are a choice."""
        for tail in found.pop("tail", []):
            if tail not in found.get("old_tail", []):
                found.setdefault("new_tail", []).append(tail)

    # -- days

    def day_roles(self) -> list[str]:
        """What the words say of each day, by rules."""
        message = self.message
        around = [message.around(one.start) for one in message.days]
        roles = [self._day_role(words, place, around) for place, words in enumerate(around)]
        for place, one in enumerate(message.days):
            if roles[place] == "change" and len(one.days) > 1 and LACKS.search(around[place].after):
                roles[place] = "trade"  # 4号5号6号换卡后没到: a card is changed on one day
        settled = settle_beside(roles, around, message)
        self.came = came_of_several(message, roles) if message.asked in _TELLS_APART else NOTHING_TOLD
        for number, came in self.came.days.items():
            roles[number] = "received" if came else "trade"
        told = told_otherwise(message, roles)
        for number, role in told.items():
            roles[number] = role
        for number in self.came.when:
            roles[number] = "neither"
        self.settled = settled | self.came.days.keys() | told.keys() | self.came.when
        return roles

    def _days(self) -> None:
        message = self.message
        roles = self.day_roles()
        if self.trained and message.asked is None:
            roles = self._second_opinion(roles)
        by_role: dict[str, list[DateMention]] = {}
        for one, role in zip(message.days, roles, strict=True):
            by_role.setdefault(role, []).append(one)
        if "denied" in by_role:
            self.denies_a_day = True
            self._deny(by_role)
        received = self.received = {
            day for one in by_role.get("received", ()) for option in (one.choices or (one.days,)) for day in option
        }
        received |= self.came.besides
        received -= self.came.lacking  # 9号到12号都到了，就11号没到
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

    def _second_opinion(self, roles: list[str]) -> list[str]:
        """The roles after the trained reading was heard; ``doubtful`` where it contradicts and is not sure."""
        found = list(roles)
        corrects = self._is_correction() or "denied" in roles
        for number, role in enumerate(roles):
            if role == "denied" or number in self.settled or (corrects and role == "unsaid"):
                continue  # "不对，是5号" takes the place of what was said before
            said, rule = day_judged(self.message, roles, number), by_rule(role)
            if said.answer == "change" != rule and len(self.message.days[number].days) > 1:
                continue  # a card is changed on one day
            if said.answer == rule:
                if said.likelihood < DOUBTED_DAY and rule != "neither":
                    found[number] = "doubtful"
                    self.doubted.append((self.message.days[number], frozenset({rule})))
                continue
            if said.likelihood >= SURE_OF_DAY:
                found[number] = said.answer
            else:
                found[number] = "doubtful"
                self.doubted.append((self.message.days[number], frozenset({rule, said.answer})))
        return found

    def offer_doubts(self) -> None:
        """Days of which nobody knows what they are for: with them and without them."""
        for one, answers in self.doubted:
            days = one.days or (one.choices[0] if one.choices else ())
            if not days:
                continue
            if "trade" in answers:
                sure = self.slots.get("trade_dates", ())
                assert isinstance(sure, tuple)
                further = {*days} - self.received - {*sure}
                if not further and not one.choices:
                    continue
                self.slots.pop("trade_dates", None)
                options = [tuple(sorted({*sure, *further})), sure]
                self.choices["trade_dates"] = tuple(dict.fromkeys(option for option in options if option))
            if "change" in answers:
                said = self.slots.get("change_date")
                if said == days[0]:
                    continue
                self.slots.pop("change_date", None)
                self.choices["change_date"] = tuple(dict.fromkeys([*([said] if said else []), *days[:1]]))

    def _day_role(self, words: Surroundings, place: int, around: list[Surroundings]) -> DayRole | str:
        message = self.message
        role, asked = day_role(words), message.asked
        if asked is None and _OPEN.match(message.text, message.days[place].start):
            return "vague"
        if asked is None and message.is_quoted(message.days[place].start):
            return "neither"
        after_arrival, self.after_arrival = self.after_arrival, False
        if place and (is_arrival(around[place - 1], words) or (after_arrival and is_absent(words))):
            self.after_arrival = True
            return "neither"
        if (place and (is_late(words) or came_to_nothing(around[place - 1], words))) or is_only_today(
            message, words, place, role
        ):
            return "neither"
        if asked is None and (is_anothers(words.before) or is_supposed(words.before, words.after)):
            return "neither"
        if place and role == "neither" and is_due(words.before, words.after):
            self.after_arrival = True
        beside = asked is None or (asked == "trade_dates" and place > 0)
        if role in {"trade", None} and beside and is_day_of_looking(words.before, words.after):
            return "neither"
        if role is None:
            if asked in _ASKED_DAYS:
                return _ASKED_DAYS[asked]
            return "unsaid" if asked is None else "unclear"
        if asked in _ASKED_DAYS and role in {"change", "trade"} and self._stands_alone(words):
            return _ASKED_DAYS[asked]
        return role

    def _stands_alone(self, words: Surroundings) -> bool:
        """An answer by itself: nothing else in its sentence, and what follows or precedes it has its own day or none.

        "the 3rd. how do I change my card?" answers; "13号，没到" and "10号 换的" go on to say what the day is.
        """
        if not (_NO_WORDS.fullmatch(words.before) and _NO_WORDS.fullmatch(words.after)):
            return False
        before, after = words.clause_before, words.clause_after
        return not before.strip(" ,.;!?\n") and (not after or after[0] in ";.!?\n")

    def _deny(self, by_role: dict[str, list[DateMention]]) -> None:
        """A denied day belongs to the slot of the day said in its place, else to the one asked."""
        said = [slot for role, slot in (("change", "change_date"), ("trade", "trade_dates")) if role in by_role]
        asked = self.message.asked
        if not said and asked in _ASKED_DAYS:
            said = [asked]
        self.denied.update(said[:1])

    def _change_days(self, mentions: list[DateMention]) -> None:
        days = [day for one in mentions for day in (one.days or _single_days(one))]
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
        if not days or not (self.denies_a_day or self._is_correction()):
            return
        if not {"trade_dates", "change_date"} & {*self.slots}:
            self.choices.setdefault("trade_dates", (tuple(days),))
            if len(days) == 1:
                self.choices.setdefault("change_date", (days[0],))

    # -- sums

    def _sums(self) -> None:
        came = self.came if self.message.days else came_of_several(self.message, ())
        said = SumsSaid(self.message, frozenset(self.received), self._trades(), came)
        said.settle()
        if self.trained and self.message.asked is None:
            said.hear_second_opinion()
        if said.denied:
            self.denied.add("amounts")
        if said.rejected:
            self.rejected["amounts"] = said.rejected
        if said.choices:
            self.choices["amounts"] = said.choices
        elif said.sure:
            self.slots["amounts"] = said.sure

    def _trades(self) -> int:
        """On how many days trades were made, as far as nothing about them is in doubt."""
        said = self.slots.get("trade_dates")
        if isinstance(said, tuple):
            return len(said)
        unsaid = {day for one in self.unsaid for day in one.days}
        return 0 if "trade_dates" in self.choices or any(one.choices for one in self.unsaid) else len(unsaid)

    def drop_sums(self, intent: Intent) -> None:
        """A sum in a question about fees or about how to change a card is an example, not what is missing."""
        if intent in {"ticket_progress", "change_progress"} and self.message.asked is None and self._are_bare_sums():
            self.slots.pop("amounts", None)
            self.choices.pop("amounts", None)
        names_money = "amounts" in self.slots or _NOT_COME.search(self.message.text)
        if intent == "ticket_progress" and self.message.asked is None and not names_money:
            self.slots.pop("trade_dates", None)
        if intent == "ticket_progress" and self.message.asked is None and not _SAYS_CARD.search(self.message.text):
            self.slots.pop("change_date", None)
        if intent == "fee_question" and self.message.asked is None:
            self.slots.pop("claims_cycle", None)
        if intent in {"fee_question", "change_card_how", "terminal_fault"} and self.message.asked is None:
            for slot in ("amounts", "trade_dates"):
                self.slots.pop(slot, None)
                self.choices.pop(slot, None)

    def _are_bare_sums(self) -> bool:
        """No sum is more than four digits; asked after a change or a ticket, these are a card's or the ticket's."""
        return all(not one.marked and one.end - one.start == _FOUR for one in self.message.sums)


def _single_days(one: DateMention) -> list[date]:
    """What a card may have been changed on: "8-15" is a day of August there, or else days of this month."""
    singles = [choice[0] for choice in one.choices if len(choice) == 1]
    return singles or [choice[0] for choice in one.choices]


def _reason(mentions: list[DateMention]) -> str | None:
    return next((one.rejected for one in mentions if one.rejected), None)
