"""Which sums the trained reading takes or leaves otherwise than the rules, and which are to be asked about.

The parts of one list share their fate: what speaks for or against one of them speaks for all. And a bare number of four
digits, which may be a card's, a ticket's or a day, is taken only where the words right beside it speak of money.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence

from knowledge.learnt import Judged
from knowledge.message import Message
from knowledge.patterns import compiled
from knowledge.roles import DAY, SUM
from knowledge.second_reading import DOUBTED_SUM, SURE_OF_SUM, sum_judged

LISTED = compiled(r"\s?(?:[、+/&]|和|跟|与|同|及|还有|加|and|plus|,\s?(?=\s))\s?")
"""Between two sums that are said in one breath."""
_ANOTHER_OF_ROW = compiled(
    r"\s?[,;、]?\s?(?:还有|另外?|再|又)?\s?(?:(?:第[二三四五六两]|[一另])[天日笔台单次个桌家店头边场回]|[早午晚夜]市"
    r"|[中下]午|晚上)"
    r"(?:是|的|刷了?|卖了?|收了?)?\s?"
)
"""Between the parts of a row that are counted: 一台2106 一台894, 第一天640，第二天910."""
_ON_ITS_OWN = frozenset({"fee", "cash", "denied", "notified", "received"})
"""What a part of a list is by words of its own."""
_FOUR = 4
_LONG = 100_000_00
"""Minor units: so many bare digits name something rather than a part of a list."""
_SURE_AGAINST_RULES = 0.9
"""From this likelihood on a bare number that no rule takes for money is taken."""
_MONEY_BEFORE = compiled(
    r"(?<![户卡号])做|[刷碌卖款额钱欠差少缺扣打赚付销账元块¥:]|收(?!款[户卡])|流水|营业|消费|充值|交易|共|[合总]计|应"
    r"|数(?!字)|显示|买单|结账|付了?|机上|pos|其中|本金"
    r"|剩下|余下|整了|生意|加|[点价]|[没冇未]有?\s?$|(?:明明|本来|原来|按理)[^,;]{0,2}$|一[台件套桌场]"
    r"|[两三四五六七几]天\s?$|[这那一两几三]\s?[笔单]"
    rf"|[{DAY}{SUM}](?:的|那|这|刷|收|卖|晚上?|早上?|中午|下午|上午|傍晚|凌晨|白天|夜里|有|一共|共|,|、|和|跟|还有|/"
    rf"|\(|\s)*$"
)
_MONEY_AFTER = compiled(
    rf"(?:\s?的|\s?那笔|\s?这笔|\s?都|\s?也|\s?还|\s?全|\s?又|\s?一直|\s?至今|\s?到现在|\s?仍|\s?就|\s?却)*\s?"
    rf"(?:[没未冇块钱元款丢漏卡压押扣刷]|不[见到来进给]|到(?![期底])|迟|提不|走的?[卡机p]|的?单|[{SUM}+]|[这那]?[笔单]"
    rf"|打[到去进给]|跑[到去]|[进去]了)"
)


def judge(
    message: Message, verdicts: Sequence[str], told: Collection[int], settled: Collection[int]
) -> tuple[list[bool], list[int]]:
    """Whether each sum is taken, and the places of those to be asked about.

    ``verdicts``: what the rules say, see ``SumsSaid.verdicts``. ``told``: where sums begin that others tell again.
    ``settled``: those of which the words say so clearly what they are that the trained reading is not heard, unless it
    finds one missing that the rules did not take for money.
    """
    sums = message.sums
    heard = {
        number: sum_judged(message, verdicts, number)
        for number, one in enumerate(sums)
        if one.minor is not None and one.start not in told
        if one.start not in settled or verdicts[number] == "traded-"
    }
    minors = [one.minor for one in sums]
    parts = [
        number
        for number in heard
        if verdicts[number][:-1] not in _ON_ITS_OWN
        and minors.count(minors[number]) == 1
        and not (_is_bare(message, number) and (minors[number] or 0) >= _LONG)
    ]
    listed: set[int] = set()
    for run in _lists(message, parts):
        together = _together([heard[number] for number in run])
        heard.update(dict.fromkeys(run, together))
        if _is_row_of_money(message, run):
            listed.update(run)
    taken = [verdict[-1] == "+" and one.start not in told for one, verdict in zip(sums, verdicts, strict=True)]
    doubted: list[int] = []
    for number, judged in heard.items():
        missing, sure = judged.answer == "missing", judged.likelihood
        digits = _is_bare(message, number) and not _is_put_right(message, verdicts, number)
        bare = digits and number not in listed and _is_bare(message, number, _FOUR)
        if missing is taken[number]:
            if missing and (sure < DOUBTED_SUM or (bare and not _is_said_money(message, number))):
                doubted.append(number)
        elif sure >= (_SURE_AGAINST_RULES if missing and digits else SURE_OF_SUM):
            taken[number] = missing
            if missing and bare and not _is_said_money(message, number):
                doubted.append(number)
        else:
            doubted.append(number)
    return taken, doubted


def _together(parts: Sequence[Judged]) -> Judged:
    """One judgement of all parts of a list: what speaks for each is added up."""
    odds = 0.0
    for part in parts:
        likely = min(max(part.likelihood, 0.5), 0.999)
        odds += math.log(likely / (1 - likely)) * (1 if part.answer == "missing" else -1)
    return Judged("missing" if odds > 0 else "neither", 1 / (1 + math.exp(-abs(odds))))


def _lists(message: Message, numbers: Sequence[int]) -> Iterator[list[int]]:
    """The places of the sums of each list of two and more."""
    run: list[int] = []
    for number in numbers:
        if run and not (number == run[-1] + 1 and _goes_on(message, run[-1], number)):
            if len(run) > 1:
                yield run
            run = []
        run.append(number)
    if len(run) > 1:
        yield run


def _goes_on(message: Message, last: int, number: int) -> bool:
    one, other = message.sums[last], message.sums[number]
    gap = message.text[one.end : other.start]
    if len(gap) > 8:
        return False
    if gap == " ":
        return one.marked is other.marked
    return bool(LISTED.fullmatch(gap) or _ANOTHER_OF_ROW.fullmatch(gap))


def _is_put_right(message: Message, verdicts: Sequence[str], number: int) -> bool:
    """ "刷了1200，不对，是1020": it takes the place of a sum."""
    return number > 0 and verdicts[number - 1].startswith("denied") and _is_said_money(message, number - 1)


def _is_row_of_money(message: Message, run: Sequence[int]) -> bool:
    """Whether one of the list says that all are money, be it by its count: 一天1600一天2050."""
    one, other = message.sums[run[0]], message.sums[run[1]]
    if _ANOTHER_OF_ROW.fullmatch(message.text, one.end, other.start):
        return True
    first = run[0]
    while first and _goes_on(message, first - 1, first):
        first -= 1
    every = range(first, run[-1] + 1)
    return any(not _is_bare(message, number, _FOUR) or _is_said_money(message, number) for number in every)


def _is_bare(message: Message, number: int, length: int | None = None) -> bool:
    """Nothing but digits; of that ``length``, if any is given."""
    one = message.sums[number]
    digits = message.text[one.start : one.end]
    return not one.marked and digits.isdecimal() and (length is None or len(digits) == length)


def _is_said_money(message: Message, number: int) -> bool:
    """Whether the words right beside it speak of money, taken, missing or owed; English ones are not looked at."""
    words = message.around(message.sums[number].start)
    lead = words.before if words.before.strip() else words.clause_before.rstrip(" ,;:") + words.before
    if message.text.isascii():
        return True
    return bool(_MONEY_BEFORE.search(lead[-6:]) or _MONEY_AFTER.match(words.after))
