"""Which numbers of a message are sums of money, and which of them the merchant misses."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from functools import partial
from itertools import chain, pairwise, product

from knowledge.amounts import AmountMention
from knowledge.came_of_several import NOTHING_TOLD, CameOfSeveral
from knowledge.corrections import corrections
from knowledge.counted_rows import counted_row
from knowledge.message import Message
from knowledge.money_said import LACKS, is_money, is_said_money, spread
from knowledge.net_of_gross import reckoned, tell_net
from knowledge.offers import leave_offers_out
from knowledge.other_doings import is_anothers, is_due_elsewhere, is_example, is_spent, is_supposed
from knowledge.parts_and_total import add_up
from knowledge.patterns import compiled
from knowledge.priced_items import all_of_price, priced_items, unit_prices
from knowledge.roles import DAY, SUM, Surroundings
from knowledge.sum_again import ON_ITS_DAY, is_said_again
from knowledge.sum_roles import SumRole, sum_role
from knowledge.sums_judged import LISTED, judge
from knowledge.taken_back import is_repaired

_CHARGED = compiled(
    r"(?<!was )(?<!got )(?<!been )(?<!were )(?<![a-z])charged\s(?:a customer\s" r"|the customer\s|customers\s)?$"
)
_EACH = compiled(
    rf"(?:各(?!位|种|银行)|每[笔单天次]都?是?)\s?{SUM}|{SUM}\s?(?:each|apiece|a day|per day)(?![a-z])"
    rf"|both {SUM}|(?<![a-z])(?:each|every) day\s(?:is\s|was\s|about\s)?{SUM}"
    rf"|(?<!第)[两二三四五六2-6]\s?[笔单]{SUM}(?!\s?(?:[、,和跟加+&]|{SUM}))"
    rf"|{SUM}的?\s?[两二三四五六2-6]\s?[笔单]|[两三四]个{SUM}"
)
"""One sum said of several days or sales: whether it is each one's or theirs together is asked."""
_EACH_DAY = compiled(
    rf"(?:各|每天都?是?)\s?{SUM}|{SUM}\s?(?:each|apiece|a day|per day)(?![a-z])|(?<![a-z])(?:each"
    rf"|every) day\s(?:is\s|was\s|about\s)?{SUM}"
)
_NO_SALE = compiled(
    r"(?<!刷)卡\s?$|[尾末]|[旧老](?![婆公板师爸妈爷奶人乡])|之前|以前|平时|(?<![a-z])(?:card|account|ending|before"
    r"|usually)(?![a-z])"
)
_EACH_OF_THEM = compiled(rf"各(?:是|为|自)?\s?{SUM}|{SUM}\s?(?:each|apiece)(?![a-z])")
_OF_DAY = compiled(r"\s(?:(?:from|of|on|for)\s(?:the\s)?)?|\s?\(")
_SAYS_OF_DAY = compiled(r"[(]|(?<![a-z])(?:from|of|on|for)(?![a-z])")
_CUSTOMER = compiled(r"(?<![a-z])(?:customer|client|buyer|guest)|客户|客人|顾客")
_CUSTOMER_PAID = compiled(
    r"(?<![a-z])(?:customers?|clients?|buyers?|guests?|lady|ladies|chap|m[ae]n|wom[ae]n|guy|gentlem[ae]n|couple|someone"
    r"|somebody|he|she|(?:table|room) \d{1,3})\s(?:\w+\s){0,3}?paid(?: me| us)?(?: the)?\s$"
)
_RECORD = compiled(r"\d/[\d.]+/[\d.]+/\d")
_UNITS = frozenset("元块圆yb")
"""The last signs of 元, yuan, rmb: in a row of numbers with strokes only these say which is money."""
_ADDS_UP = compiled(r"(?:应该是?|(?:那|就|总)?是)\s?$|等于\s?$|=\s?$|(?<![a-z])(?:makes|so|that's|is|equals)\s$")
_ONLY = compiled(r"(?:只有?|就|唯独|单单|偏偏)(?:那|一)?[笔单]?\s?$|(?<![a-z])(?:only|just)\s(?:the\s)?$")
_ONE_MORE = compiled(r"(?<![a-z])(?:and|plus) (?:one|another)(?! of)(?![a-z])|[和跟]一[笔单]|[号天][^,;]{0,4}一[笔单]")
_STILL_LACKS = compiled(r"[没未冇](?:有)?(?:收到|到|来|进)|(?<![a-z])(?:not|never|nothing|missing)(?![a-z])|n't")
_GROUPED = compiled(r"\d{1,3}(?:,\d{3})+")
_DAY_OF_IT = compiled(
    rf"{DAY}(?:已经?|我|有)*(?:到账|入账|进账|收到|到了|来了|存入|转入|收入|到咗|收咗)了?(?:人民币|¥|\s)*$"
)
_SMALLEST_PART = 10_00
"""A sum smaller than that is hardly taken by card: its comma parts thousands."""
_ONE_OF_TWO = compiled(r"(?<![a-z])one\s(?:was |is |of |for |at )?$")
_THE_OTHER = compiled(r"[,;.]?\s(?:and )?the other(?: one)?\s(?:was |is |of |for |at )?")
_TAKEN_IN_ALL = compiled(r"实[收付]了?\s?$")
"""Before the only sum: what the customer paid after a discount."""
_SHORT_OF = compiled(r"(?:差|少|缺|欠)(?:了|我|咗|给|打|到)*\s?$|(?<![a-z])short\s(?:by\s|of\s)?$")
"""Asked for the sum that is missing, 差我300 says it or what is missing of it."""
_OTHER_MATTERS = frozenset({"fee", "denied", "notified", "cash"})
_COUNTS = {"两": 2, "三": 3, "四": 4, "五": 5, "2": 2, "3": 3, "4": 4, "5": 5}
_COUNTS |= {"two": 2, "both": 2, "three": 3, "four": 4, "five": 5}
_HOW_MANY = compiled(
    r"(?<![\d.第])(?P<count>[两三四五2-5])\s?(?:[笔单个]|天(?=各))"
    r"|(?<![a-z\d.])(?P<many>two|both|three|four|five|[2-5])\s(?:sales|payments|transactions|swipes|payouts"
    r"|amounts|orders|slips|receipts|txns|customers|bills)"
)


_PAIR = 2


@dataclass
class SumsSaid:
    """The sums of a message: ``sure`` ones, or ``choices``, or why there are none; ``denied``: one was taken back."""

    message: Message
    came: frozenset[date] = frozenset()
    """Days whose money came."""
    trades: int = 0
    """On how many days trades were made; 0 where that is not known."""
    told_apart: CameOfSeveral = NOTHING_TOLD
    sure: tuple[int, ...] = ()
    choices: tuple[tuple[int, ...], ...] = ()
    rejected: str | None = None
    denied: bool = False
    roles: tuple[str, ...] = ()
    """What each sum of the message is for, by rules; empty where none was looked at."""
    told: frozenset[int] = frozenset()
    """Where sums begin that others tell again: said twice, taken back, or the total of those beside it."""
    settled: frozenset[int] = frozenset()
    """Where sums begin of which the words say so clearly what they are that the trained reading is not heard."""
    replacing: frozenset[int] = frozenset()
    """Where sums begin that are said in the place of others: money as these are."""
    counted: int | None = field(init=False)
    """How many sales the words count, where they count once."""

    def __post_init__(self) -> None:
        text = self.message.text
        counts = [_COUNTS[found["count"] or found["many"]] for found in _HOW_MANY.finditer(text)]
        self.counted = counts[0] if len(counts) == 1 and not _ONE_MORE.search(text) else None

    def settle(self) -> None:
        """Fill the fields."""
        message = self.message
        digits_asked = message.asked in {"new_tail", "merchant_no"}
        said_money = partial(is_said_money if digits_asked else is_money, message)
        if digits_asked and not any(said_money(one) for one in message.sums):
            return
        roles = [(one, self._sum_role(one)) for one in message.sums]
        self._hear_the_next(roles)
        self.settled |= leave_offers_out(message, roles)
        tell_net(message, roles)
        by_arithmetic = self._settled_by(reckoned(message, roles))
        priced = priced_items(message) | counted_row(message)
        if not priced.issubset(one.start for one, role in roles if role == "traded"):
            priced = frozenset()
        of_one = unit_prices(message)
        roles = [(one, "fee" if one.start in of_one else role) for one, role in roles]
        self.settled |= priced | of_one | all_of_price(roles, of_one)
        self._put_right(roles)
        self._tell_apart(roles)
        if _RECORD.search(message.text):
            roles = [(one, role) for one, role in roles if message.text[one.end - 1] in _UNITS]
        only = [self._is_the_only_one(one) for one, _ in roles]
        if any(only):
            roles = [
                (one, "traded" if alone else "received" if role == "traded" else role)
                for (one, role), alone in zip(roles, only, strict=True)
            ]
        if [role for _, role in roles] == ["received"] and _TAKEN_IN_ALL.search(
            message.around(roles[0][0].start).before
        ):
            roles = [(roles[0][0], "traded")]
        if not any(role in {"traded", "total"} for _, role in roles):
            roles = [(one, "traded" if role == "cash" else role) for one, role in roles]  # all that was said
        role_of = {one.start: role for one, role in roles}
        self.roles = tuple(role_of.get(one.start, "unread") for one in message.sums)
        said = [(one, role) for one, role in roles if role not in _OTHER_MATTERS]
        money = [one.start in self.replacing | by_arithmetic | priced or said_money(one) for one, _ in said]
        if not digits_asked:
            spread(self.message, said, money)
        kept = [both for both, sure in zip(said, money, strict=True) if sure]
        if any(role == "denied" for _, role in roles):
            self.denied = True
        taken = {one.start for one, _ in kept}
        of_sales = [both for both in roles if both[1] not in _OTHER_MATTERS]
        pairs = [*pairwise(roles), *(pairwise(of_sales) if len(of_sales) < len(roles) else ())]
        twice = [(last[0], one[0]) for last, one in pairs if is_said_again(message, last, one)]
        again = {last.start if one.start in taken and last.start not in taken else one.start for last, one in twice}
        self.told = frozenset(one.start for one, role in roles if role == "denied") | again
        self._put_sums([both for both in kept if both[0].start not in again])

    def _hear_the_next(self, roles: list[tuple[AmountMention, SumRole]]) -> None:
        """Change in place: what a sum is where the one right after it, or before it, says so."""
        for place in range(1, len(roles)):
            if self._is_repaired(roles[place - 1][0], roles[place][0]):
                roles[place - 1] = (roles[place - 1][0], "denied")
            if roles[place][1] == "denied" and roles[place - 1][1] == "received":
                roles[place] = (roles[place][0], "traded")  # "paid 900, not 1100"
            if roles[place][1] == "difference" and self._is_the_other(roles[place - 1][0], roles[place][0]):
                roles[place] = (roles[place][0], "traded")
            if roles[place][1] == "received" and roles[place - 1][1] == "fee" and self._is_charged(roles[place - 1][0]):
                roles[place - 1] = (roles[place - 1][0], "traded")

    def _put_right(self, roles: list[tuple[AmountMention, SumRole]]) -> None:
        """Change in place: a sum that another takes the place of is denied."""
        for former, later in corrections(self.message.blanked, SUM, [one.minor for one, _ in roles]):
            if roles[former][1] in {"fee", "cash", "notified"} or roles[later][1] == "denied":
                continue
            if is_money(self.message, roles[former][0]):
                self.replacing |= {roles[later][0].start}
            roles[former] = (roles[former][0], "denied")
            self.settled |= {roles[former][0].start} | self.replacing

    def _tell_apart(self, roles: list[tuple[AmountMention, SumRole]]) -> None:
        """Change in place: of several sums those that came are left, the others taken."""
        for number, came in self.told_apart.sums.items():
            one, role = roles[number]
            if role in {"traded", "received", "notified"}:
                left = came or number in self.told_apart.again
                roles[number] = (one, "notified" if left else "traded")
                self.settled |= {one.start}

    def verdicts(self) -> tuple[str, ...]:
        """What the rules say of each sum: its role, and whether it was taken (+), offered (?) or left (-)."""
        offered = set(chain.from_iterable(self.choices))
        roles = self.roles or ("unread",) * len(self.message.sums)
        return tuple(
            role + ("+" if one.minor in self.sure else "?" if one.minor in offered else "-")
            for one, role in zip(self.message.sums, roles, strict=True)
        )

    def hear_second_opinion(self) -> None:
        """What the trained reading says otherwise of a sum that was taken or left; offered where it is not sure."""
        sums, said = self.message.sums, self.verdicts()
        if self.choices or self.rejected or any(one.choices for one in sums):
            return
        if len(self.sure) > len(sums) or not {one.minor for one in sums}.issuperset(self.sure):
            return  # what was reckoned from what was said
        taken, doubted = judge(self.message, said, self.told, self.settled)
        if not doubted and taken == [
            verdict[-1] == "+" and one.start not in self.told for one, verdict in zip(sums, said, strict=True)
        ]:
            return
        self._take_again(taken, doubted)

    def _take_again(self, taken: list[bool], doubted: list[int]) -> None:
        minors = [one.minor or 0 for one in self.message.sums]
        without = tuple(minor for place, minor in enumerate(minors) if taken[place] and place not in doubted)
        everything = tuple(minor for place, minor in enumerate(minors) if taken[place] or place in doubted)
        if doubted:
            self.choices = tuple(dict.fromkeys(option for option in (everything, without) if option))
            self.sure = ()
        else:
            self.sure = without

    def _is_repaired(self, earlier: AmountMention, later: AmountMention) -> bool:
        """ "1200没到，等下我看看小票…是1020": the later takes the earlier's place."""
        words = self.message.around(later.start)
        return words.is_later and is_repaired(self.message.around(earlier.start).lead, words.lead)

    def _is_the_other(self, earlier: AmountMention, later: AmountMention) -> bool:
        """ "one was 450 the other 1300": two sums of a kind, no rest of one."""
        lead = self.message.around(later.start).lead
        return _THE_OTHER.fullmatch(lead) is not None and _ONE_OF_TWO.search(self._before(earlier)) is not None

    def _is_charged(self, one: AmountMention) -> bool:
        """ "charged 3200, received 3180": charged to customers' cards, since of that so much came."""
        return _CHARGED.search(self.message.around(one.start).before) is not None

    def _sum_role(self, one: AmountMention) -> SumRole:
        """What a bank's notice names has come."""
        if self.message.asked is None and self.message.is_quoted(one.start):
            return "notified"
        words = self.message.around(one.start)
        role = sum_role(words)
        if role == "traded" and self.message.asked is None and self._is_beside_the_matter(words):
            return "notified"
        if role == "received" and _CUSTOMER_PAID.search(words.before):
            return "traded"
        if role == "fee" and _CUSTOMER.search(words.lead) and "charged" in words.before:
            return "traded"
        beside = (
            role == "received"
            and len(self.message.days) > 1
            and (ON_ITS_DAY.match(words.after) or _DAY_OF_IT.search(words.before))
        )
        if beside:
            return "notified"
        return "received" if role == "traded" and self._is_of_a_day_that_came(one, words) else role

    def _before(self, one: AmountMention) -> str:
        return self.message.around(one.start).before

    def _is_the_only_one(self, one: AmountMention) -> bool:
        """ "120、85、2300，只有2300没到": the others came."""
        words = self.message.around(one.start)
        return _ONLY.search(words.before) is not None and LACKS.match(words.after) is not None

    def _others_lack(self, came: list[AmountMention]) -> bool:
        """ "旧卡收到了1200，新卡的没收到": what came is no sum of what did not."""
        later = (self.message.around(one.start).clause_after for one in came)
        return self.message.asked is None and any(_STILL_LACKS.search(words) for words in later)

    def _is_one_of_several(self, sums: list[tuple[AmountMention, SumRole]]) -> bool:
        """ "100 200 还有一单300多": exact sums beside one that is not."""
        return self.message.asked is None and any(
            one.rejected not in {None, "amount_zero"} and role == "traded" for one, role in sums
        )

    def _is_beside_the_matter(self, words: Surroundings) -> bool:
        """Somebody else's, imagined or spent."""
        if is_anothers(words.before) or is_supposed(words.before, words.after) or is_spent(words.before, words.after):
            return True
        if not (words.before + words.after).strip() and is_due_elsewhere(words.clause_before):
            return True
        return not self.message.days and is_example(words.before, words.after)

    def _is_of_a_day_that_came(self, one: AmountMention, words: Surroundings) -> bool:
        """ "18号刷2600 19号900 就18号到了": a sum right after a day that is said to have come."""
        if not self.came:
            return False
        text, days = self.message.text, self.message.days
        before = [day for day in days if day.end <= one.start <= day.end + 6]
        after = [
            day
            for day in days
            if day.start >= one.end
            and _OF_DAY.fullmatch(text, one.end, day.start)
            and _SAYS_OF_DAY.search(text, one.end, day.end)
        ]
        its = (after or before[-1:])[:1]
        return bool(its and its[0].days and self.came.issuperset(its[0].days)) and LACKS.search(words.after) is None

    def _settled_by(self, arithmetic: frozenset[int]) -> frozenset[int]:
        """Those sums that are what arithmetic says of them, unless one may be a card's digits or of another time."""
        if any(_NO_SALE.search(self.message.around(start).before) for start in arithmetic):
            return frozenset()
        self.settled |= arithmetic
        return arithmetic

    def _as_counted(self, named: list[AmountMention]) -> tuple[int, ...] | None:
        """ "三笔 45,120和300.25": three, so that the comma parts two sums; None where the words count none so."""
        number = self.counted
        for place, one in enumerate(named) if number else ():
            written = self.message.text[one.start : one.end]
            if _GROUPED.fullmatch(written) and len(named) + written.count(",") == number:
                parts = [int(part) * 100 for part in written.split(",")]
                if min(parts) < _SMALLEST_PART or ",0" in written:
                    return None  # "the third of two payouts, 1,450"
                others = [other.minor or 0 for other in named]
                return (*others[:place], *parts, *others[place + 1 :])
        return None

    def _loses_a_part(self, vague: list[AmountMention], parts: list[AmountMention]) -> bool:
        """Whether a sum that cannot be read stands in one list with those that can."""
        text = self.message.text
        gaps = (text[one.end : other.start] for one in vague for other in parts if one.end <= other.start)
        more = (text[other.end : one.start] for one in vague for other in parts if other.end <= one.start)
        return any(len(gap) <= 6 and (gap == " " or LISTED.fullmatch(gap)) for gap in chain(gaps, more))

    def _adds_up(self, one: AmountMention) -> bool:
        """ "1200 300 应该是1500": counted together, the parts are what was taken."""
        words = self.message.around(one.start)
        return _ADDS_UP.search(words.before or words.clause_before) is not None

    def _doubtful_sums(self, named: list[AmountMention]) -> None:
        """Digits with two readings, alone or among other sums; how many sums the words count decides."""
        options = [
            tuple(chain.from_iterable(parts))
            for parts in product(*(one.choices or ((one.minor or 0,),) for one in named))
        ]
        number = self.counted
        right = [option for option in options if len(option) == number]
        if len(right) == 1 or len(options) == 1:
            self.sure = (right or options)[0]
        else:
            self.choices = tuple(dict.fromkeys(options))

    def _is_each(self, parts: list[AmountMention]) -> bool:
        """Whether the words say of this very sum that there are several of it."""
        places = [self.message.place(one.start) for one in parts]
        found = _EACH.finditer(self.message.blanked)
        return any(said.start() <= place < said.end() for said in found for place in places)

    def _is_said_over(self, parts: list[AmountMention]) -> bool:
        """ "三千五 三千五啊": one sum, or two of the same size."""
        if len(parts) != _PAIR or self.counted or parts[0].minor != parts[1].minor:
            return False
        return not self.message.text[parts[0].end : parts[1].start].strip(" ,")

    def _put_sums(self, sums: list[tuple[AmountMention, SumRole]]) -> None:
        exact = [(one, role) for one, role in sums if one.minor is not None]
        traded = [one for one, role in exact if role == "traded"]
        totals = [one for one, role in exact if role == "total"]
        received = [one for one, role in exact if role == "received"]
        vague = [one for one, _ in sums if one.rejected]
        named = [one for one, role in sums if role == "traded" and not one.rejected]
        if any(one.choices for one in named):
            self._doubtful_sums(named)
            return
        if len(named) == len(sums) and (apart := self._as_counted(named)):
            self.sure = apart
            return
        if self.message.asked == "amounts" and exact and all(_SHORT_OF.search(self._before(one)) for one, _ in sums):
            self.choices = (tuple(one.minor or 0 for one, _ in exact),)
            return
        parts = traded or ([] if any(role == "difference" for _, role in exact) and not totals else received)
        readings = add_up(
            [one.minor or 0 for one in parts],
            totals=[one.minor or 0 for one in totals],
            came=[one.minor or 0 for one in received] if traded else [],
            is_traded=bool(traded),
            words=self.message.text,
            counted=self.counted,
            trades=self.trades,
            ends_in_total=bool(parts) and self._adds_up(parts[-1]),
        )
        if len(readings) > 1:
            self.choices = readings
            return
        values = readings[0]
        whole = {one.start for one in (*traded, *totals) if len(values) > 1 and one.minor == sum(values)}
        elsewhere = {one.start for one in received if any(one.minor == other.minor for other in traded)}
        self.told |= whole | elsewhere
        if vague and (not values or self.message.asked == "amounts" or self._loses_a_part(vague, parts)):
            self.rejected = vague[0].rejected or "amount_vague"
        elif (
            any(one.hedged for one in (*parts, *totals) if one.minor in values)
            or self._is_one_of_several(sums)
            or self._is_said_over(parts)
            or (not (traded or totals) and self._others_lack(parts))
        ):
            self.choices = (values[:1], values) if self._is_said_over(parts) else (values,)
        elif len(values) == 1 and self.counted and self._is_each(parts) and _EACH_OF_THEM.search(self.message.blanked):
            self.sure = values * self.counted  # 三笔各200
        elif len(values) == 1 and self.message.asked is None and self._is_each(parts):
            days = self.trades
            one_by_one = days > 1 and all(len(day.days) <= 1 for day in self.message.days)
            if one_by_one and self.counted in {None, days} and _EACH_DAY.search(self.message.blanked):
                self.sure = values * days
                return
            several = self.counted or max(2, days)
            self.choices = (values * several, values)
        elif values:
            self.sure = values
