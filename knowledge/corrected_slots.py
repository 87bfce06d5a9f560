"""Words that call the earlier answer to one question wrong: 金额写错了, "fix the terminal id"."""

from __future__ import annotations

from knowledge.patterns import compiled

_WRONG = r".{0,6}(?:错|不对|有误|改一?下|修改|更正|wrong|incorrect|mistake|typo)"
NAMED_WRONG = (
    (
        "terminal_id",
        compiled(
            rf"(?:终端|设备|机器|机身)号?{_WRONG}|(?:改|修改|更正)(?:一?下)?(?:终端|设备|机器)"
            r"|(?:terminal|device)(?: id| number)?.{0,8}(?:wrong|incorrect|typo)"
            r"|(?:fix|change|correct) (?:the |my )?(?:terminal|device)"
        ),
    ),
    (
        "change_date",
        compiled(
            rf"(?:换卡|变更|改卡|更换).{{0,3}}(?:日期|时间|日子){_WRONG}"
            r"|(?:改|修改|更正)(?:一?下)?(?:换卡|变更)(?:日期|时间)"
            r"|(?:change date|date of (?:the )?change).{0,8}(?:wrong|incorrect)"
        ),
    ),
    (
        "trade_dates",
        compiled(
            rf"(?:交易|刷卡|收款).{{0,3}}(?:日期|时间|日子){_WRONG}|(?:改|修改|更正)(?:一?下)?交易(?:日期|时间)"
            r"|(?:trade|transaction|sale) dates?.{0,8}(?:wrong|incorrect)"
        ),
    ),
    (
        "amounts",
        compiled(
            r"(?:金额|钱数|数额|数目)(?:我)?(?:写|说|填|打|输|报)(?:错|的不对)|金额.{0,3}(?:错了|有误)"
            r"|(?:改|修改|更正)(?:一?下)?(?:金额|数额)|(?:fix|change|correct) (?:the |my )?amount"
            r"|amount (?:i gave |i said )?(?:is|was) (?:wrong|a typo)"
        ),
    ),
    (
        "new_tail",
        compiled(
            rf"尾[号数]{_WRONG}|(?:改|修改|更正)(?:一?下)?尾[号数]"
            r"|(?:ending|tail|last (?:four|4)(?: digits)?).{0,8}(?:wrong|incorrect|typo)"
        ),
    ),
)
