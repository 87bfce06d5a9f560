"""Days and sums that are no trade and no change of the merchant's: another person's, a supposed one, money spent.

"my friend changed on the 3rd", 隔壁18号的都到了, 比如我刷一万, "how long does a 2000 payout take", 房租八千.
A value is taken only from what was done at the merchant's own terminal. Patterns work on blanked text, see
``knowledge.roles``.
"""

from __future__ import annotations

from knowledge.patterns import compiled

_ANOTHER = compiled(
    r"(?<![替帮给和跟了收赚])(?:(?:我|有个|一个)?(?:朋友|同行|亲戚)|隔壁|邻居|对面|别人|人家|别家|其他(?:店|商户|老板"
    r"|人))"
    r"(?:的|那边|那家|老板|店|家|他|她|都|也|就是|是|在)*$"
    r"|(?<![a-z])(?:friends?|mates?|pals?|buddy|neighbou?rs?|colleagues?|competitors?|next door|others"
    r"|someone else|everyone else"
    r"|other (?:shops?|stores?|merchants?|people)|my (?:brother|sister|cousin))(?:'s)?(?![a-z])"
    r"(?:\sof (?:mine|ours))?(?:(?!\s(?:i|my|me|we|our|mine|us)(?![a-z]))[^,;.])*$"
)
_AWAY = compiled(
    r"(?<![a-z])(?:was|were|went|been|on|am|i'm)\s(?:in (?:the )?hospital|away|sick|ill|on (?:holiday|leave"
    r"|vacation|a trip)"
    r"|travel\w*|closed|abroad|out of town|busy)[^,;.]*$"
    r"|(?<![a-z])(?<!batch )(?<!batch i )(?<!batch we )(?:close[ds]?|shut|not open|don't open)\s(?:on\s)?(?:the\s)?$"
)
"""What the merchant did instead of trading."""
_SUPPOSED = compiled(
    r"(?:如果|要是|假如|假设|万一|比如|例如|比方|譬如|打个比方|若是|倘若)[^,;.]*$"
    r"|(?<![a-z])(?:suppose|supposing|imagine|for example|for instance|e\.g\.|let's say|what if|assuming"
    r"|if (?:i|we|you|a|an|someone|a customer)|can (?:i|we) (?:get|have|take out|withdraw|swipe"
    r"|accept))(?![a-z])[^,;.]*$"
)
_REAL = compiled(
    r"没|未|冇|不见|还不|不到|(?<![a-z])(?:not|never|n't|missing|doesn't|didn't|hasn't|haven't|isn't)(?![a-z])|n't"
)
"""What is supposed to go on missing is missing: "if the 18th is not here by noon"."""
_EXAMPLE_BEFORE = compiled(
    r"(?<![a-z])(?:how (?:long|much|fast|soon|many)|would|does|do|can|could|will|is)(?![a-z])[^,;.]{0,40}"
    r"(?<![a-z])an?\s(?:rmb\s|¥\s?)?$"
)
_EXAMPLE_AFTER = compiled(
    r"^\s(?:rmb\s|yuan\s)?(?:payouts?|payments?|sales?|transfers?|transactions?|settlements?|withdrawals?)(?![a-z])"
)
_ASKS_IN_GENERAL = compiled(
    r"^(?:块|元)?钱?的?(?:的话|一般|大概|通常|要|需要|得|会|能)*(?:多久|几天|多长时间|扣多少|收多少|扣几|交多少)"
)
_SPENT = compiled(
    r"(?:[房店铺摊门]租|租金|场地费|管理费|物业费?|工资|水电费?|[水电]费|学费|进货|支出|开支|开销|还贷|贷款|月供|罚款"
    r"|欠(?:了)?(?:供应商|房东|厂家|批发商|上家"
    r"|老板)|花了?"
    r"|借了?|充了)"
    r"(?:每月|一个月|要|得|还|是|有|了|款|交|付|我|的|就|一共|总共|共)*\s?$"
    r"|(?<![a-z])(?:rent|salar\w+|wages|loan|mortgage|suppliers?|spent|bought|(?:wages?|phone|power|electricity|gas"
    r"|water|supplier|grocery)(?:'s)? bill|owe\w*(?! (?:me|us)))(?![a-z])"
    r"(?:\s(?:is|are|for|of|the|a|me|us|my|him|them|landlord|boss|staff|bank|wholesaler|workers?|shop|at|about|it))*\s$"
)

_IS_DUE = compiled(
    r"(?<![a-z])(?:rent|wages|salar(?:y|ies)|loan|mortgage|bills?|tax(?:es)?)(?:'s|\sis|\sare)\sdue[\s,:]*$"
    r"|(?:[房店铺]租|工资|贷款|学费|水电费?)(?:要|该|得)(?:交|发|还)了?[\s,:]*$"
)
_NEEDED = compiled(r"(?<![a-z])(?:need|want)\s(?:to have\s|to get\s)?$")
_NEEDED_BY = compiled(r"^\s(?:by|before|urgently|now|today|for)(?![a-z])")
_TO_BE_TAKEN = compiled(
    r"^\s(?:for |in )?(?:wages|rent|salar\w+|mortgage)(?![a-z])|^(?:块|元)?钱?(?:要|得|该|会)?(?:从哪|在哪|由谁|算谁"
    r"|谁)(?:里"
    r"|儿)?"
)


def is_anothers(before: str) -> bool:
    """True where the words before a day or a sum make it somebody else's, or say that nothing was traded."""
    return _ANOTHER.search(before) is not None or _AWAY.search(before) is not None


def is_supposed(before: str, after: str) -> bool:
    """True for what is only imagined: 如果今天换卡, "if I swipe 2000"."""
    return _SUPPOSED.search(before) is not None and _REAL.search(after) is None


def is_example(before: str, after: str) -> bool:
    """True for a sum in a question about any such sum: "how long does a 2000 payout take", 2000要几天到."""
    if _EXAMPLE_BEFORE.search(before) is not None and _EXAMPLE_AFTER.match(after) is not None:
        return True
    return _ASKS_IN_GENERAL.match(after) is not None


def is_due_elsewhere(clause_before: str) -> bool:
    """True for "rent's due, 3,200": what the clause before a sum of its own says."""
    return _IS_DUE.search(clause_before) is not None


def is_spent(before: str, after: str) -> bool:
    """True for money that goes elsewhere: rent, wages, what is owed, given back or only needed."""
    if _NEEDED.search(before) is not None and _NEEDED_BY.match(after) is not None:
        return True
    return _SPENT.search(before) is not None or _TO_BE_TAKEN.match(after) is not None
