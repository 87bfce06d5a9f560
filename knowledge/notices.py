"""A bank's notice that a merchant quotes: what it says came is neither missing nor the day of a trade.

"【建设银行】您尾号1173的账户11月16日入账2,650.00元", "Bank SMS: 'A/c *5519 credited CNY 1,300.00 on 13-Nov'".
"""

from __future__ import annotations

from knowledge.patterns import compiled

_CUE = compiled("【|短信|通知|提醒|您|sms|text|alert|[`'\"]|acct|a/c|account|card")
_CAME = compiled(
    r"入账|收入|存入|转入|汇入|到账|进账|支出|(?<![a-z])(?:credit(?:ed)?|deposit(?:ed)?|received|debited|balance"
    r"|bal)(?![a-z])"
)
_PERHAPS_CAME = compiled(r"入账|收入|存入|转入|汇入|到账|进账|支出|credit|deposit|received|debited|bal")
_REST = (
    r"(?:(?!\.\.|[这那][个笔]|但|可是|可我|不过|我|没到|没收|机器|小票|单[子据]|pos|后台|应该|应[收到]|刷了?\d|怎么"
    r"|结果|明明|对不上|,\s?[昨前今][天日晚])[^;\n元]|元(?=\s?[,.]?\s?(?:账户|活期|当前|可用|现|您的)?(?:余额|可用)"
    r"|\s?[,.]?\s?(?:摘要|对方|附言"
    r"|备注|交易后)))"
    r"{0,120}(?:元|$|[;\n])?"
)
_NOTICES = (
    compiled(rf"【[^】]{{2,16}}】{_REST}"),
    compiled(rf"您(?:的)?[^;\n,]{{0,6}}(?:尾号|账户|卡|账号){_REST}"),
    compiled(rf"(?:短信|通知|提醒)[^;\n]{{0,16}}(?:您|尾号)[^;\n]{{0,4}}(?:尾号|账户|账号|\d){_REST}"),
    compiled(rf"(?:短信|银行通知|银行提醒)(?:通知|提醒|内容)?\s?(?:说|写|显示|是|:)\s?{_REST}"),
    compiled(r"(?P<quote>[`\"'])(?:(?!(?P=quote))[^\n]){8,160}(?P=quote)(?![a-z])"),
    compiled(
        r"(?<![a-z])(?:acct|a/c|account|card)\s?(?:no\.?\s|number\s|ending\s|ends\s|in\s|with\s)*[*x]*\d{3,4}\s"
        r"(?:has been |was |is )?(?:credited|received|deposited)\s(?:with\s|by\s)?(?:rmb|cny|¥|yuan)\s?\d"
        r"(?:[^;\n.,]|[.,](?=\d)){0,60}"
    ),
    compiled(
        r"(?<![a-z])(?:sms|text(?: message)?|alert)\s?(?:says?|said|:|is|reads?)\s?(?:(?!,\s(?:but|my|our|i|we|yet"
        r"|while|the (?:slip|machine|terminal|pos))(?![a-z]))[^;\n.]|\.(?=\d)){8,160}"
    ),
)


def notices(text: str) -> tuple[tuple[int, int], ...]:
    """Where normalised ``text`` quotes a bank's notice that something came."""
    if _CUE.search(text) is None or _PERHAPS_CAME.search(text) is None:
        return ()
    return tuple(
        found.span() for pattern in _NOTICES for found in pattern.finditer(text) if _CAME.search(found[0]) is not None
    )
