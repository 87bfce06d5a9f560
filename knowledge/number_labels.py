"""Labels of numbers: of what is neither money nor what it looks like, of sums, and of an old card beside a new one."""

from __future__ import annotations

import re

from knowledge.patterns import compiled

CONTACT = compiled(
    r"(?:(?<![a-z])qq|微信|座机|传真|工号|固话|电话|(?<![a-z])(?:wechat|whatsapp|fax|tel|telegram|landline))"
    r"\s?(?:号码?|number|no\.?|id)?\s?(?:我?的?是|为|:|is|加我)?\s?(?P<id>\d{5,12}|\d{4}[\s-]\d{4})(?!\d)"
)
OTHER_TERMINAL_NUMBER = compiled(
    r"(?<![a-z])(?:tid|sn|terminal|终端(?:编?号码?|id)|(?<!\d)终端(?=\s?(?:\d{6,7}|\d{9,})(?!\d))|终端机号|设备(?:编?号码?)|机身号|device|machine)"
    r"\s?(?:id|no\.?|number|num)?\s?(?:是|为|:|is|was|#)?\s?(?P<id>\d{4,15})(?![\d]|[.,]\d|\s?(?:元|块|万|千|笔|yuan|rmb|cny))"
)
"""Not eight digits, yet no money: it was called a terminal's."""
NOT_MONEY_BEFORE = compiled(
    r"(?:\*|[新旧老]户口?(?:头|号)?|(?:案子|案件|电话|手机号|凭证|批次|流水号|授权码|参考号|检索号|单据|机编|贴纸)号?\s?[(:]?|编号\s?[:是]?\s?[a-z]{0,3}-"
    r"|(?:开头|打头)(?:是|为)?|(?<![a-z])(?:v|x)|×|第|no\.?\s?|#|№|编号|工单|ticket|case|尾号|[店桌房台工铺柜]号|[编机s]n?码|车牌号?|会员号|摊位|档口|铺位|门牌|room|版本|工号"
    r"|错误码?|代码|(?<![a-z])(?:id|error|code|pin|store|unit|table|room|booth|stall|counter|till|kiosk|auth|approval|rrn|stan"
    r"|ref|reference))\s?[:：]?$"
)
NAMED_A_SUM = compiled(
    r"(?:金额|数额|钱数|款额|交易额|(?<![a-z])amounts?)\s?"
    r"(?:我|应该?|就|是|为|:|=|[改变写]成|改为|should be|is|was|of|\s)*$"
)
"""Words that name the number after them a sum, as good as a unit."""
OLD_SAID = compiled(r"(?<![a-z])(?:old|previous|former)(?![a-z])|[旧老]")
_AN_OLD = r"(?:(?<![a-z])(?:old|previous|former)|[旧老])"
_A_NEW = r"(?:(?<![a-z])new|新)"
_ITS = (
    r"(?:的|用|办|换|绑|卡|那[张个]|账[户号]|最?[后末]四位(?:数字?)?|尾数|号码?|尾[号巴]|后面|是|\s?(?:it's|it|the|my|one|card|account|acct?|bank|ending"
    r"|ends|is|was|in|=|:|-))*\s?"
)
_BEFORE = r"(?:(?<![a-z])(?:before|earlier|originally|used to be)|以前|之前|原来|原先|(?:换|改)卡?之?前)"
_NOW = r"(?:(?<![a-z])(?:now|after(?:wards)?|these days)|现在|如今|目前|而家|(?:换|改)卡?之?后)"
BEFORE_SAID = compiled(r"before|earlier|originally|used to be|之前|以前|原来|原先|[换改]卡?前")


def _pairs(sides: tuple[tuple[str, str, str, str], ...]) -> tuple[re.Pattern[str], ...]:
    return tuple(
        compiled(
            rf"{first}{_ITS}(?P<{one}>\d{{4}})(?![\d.,/-]\d|\d|\s?(?:yuan|rmb|元|块))[\s,;/]{{0,3}}(?:and |the |my "
            rf"|->)?{last}{_ITS}"
            rf"(?P<{other}>\d{{4}})(?![\d.,/-]\d|\d|\s?(?:yuan|rmb|元|块))"
        )
        for first, one, last, other in sides
    )


OLD_AND_NEW = _pairs(((_AN_OLD, "old", _A_NEW, "new"), (_A_NEW, "new", _AN_OLD, "old")))
"""Bare "old 1190 new 6628", 旧1190 新6628, in either order."""
BEFORE_AND_NOW = _pairs(((_BEFORE, "old", _NOW, "new"), (_NOW, "new", _BEFORE, "old")))
"""换之前1190换之后6628, "before it was 1190, now it's 6628": of cards, where the words speak of one."""
