"""What a sum in a message is for: traded, only received, a difference, a fee, a total. On blanked text."""

from __future__ import annotations

from typing import Literal

from knowledge.patterns import compiled
from knowledge.roles import THAT_CAME, Surroundings, is_number_denied

SumRole = Literal["traded", "received", "difference", "fee", "total", "denied", "notified", "cash"]

_FEE_BEFORE = compiled(
    r"(?:(?<![a-z])(?:nothing|anything|everything)|满|限额|额度|上限|(?:能|可以|最多|每天)(?:刷|收|提)|(?<![a-z])limit"
    r"|(?<![a-z])if (?:i|we) \w+"
    r"|(?:余额|零钱|(?<![a-z])balance)(?:显示|里|还|有|剩|一直|就|只|现在|目前|也|是|为|才|只有|\s|is|was|shows?|says"
    r"|still"
    r"|only|just|sits? at|stuck at|stands at)*|成本|本钱|[进底标原定单]价|人均|每(?:箱|份|个|位|斤|瓶|条|件|盒|张|杯"
    r"|碗|套|人|间|晚|桌|台)(?:卖|是|收)?|[含包]括?[了有]?(?:小费|税|运费|服务费|打包费|餐具费?)|现金(?:收了?)?|手续费"
    r"|费率|押金|保证金|服务费|流量费|年费|月费|附加费|通讯费|扣(?:了|掉|我|的)*(?:手续)?费?|利率|收费"
    r"|工本费|激活费|(?<![a-z])(?:fees?|deposit|rate)|(?<!room )(?<!cover )(?<!table )charges?|charged|commission"
    r"|cost)\s?(?:是|为|了|我|都|要|共|of|is|was"
    r"|:)*\s?(?:about |me )?$"
)
_FEE_AFTER = compiled(
    r"^\s?(?:的|块|元)?(?:现金|(?:in )?cash(?![a-z])"
    r"|手续费|押金|保证金|服务费|流量费|年费|月费|附加费|通讯费|激活费|费用?|工本费|[房租]租|fees?|rent(?![a-z])"
    r"|deposit|charge(?!d)|commission)"
)
_RECEIVED_BEFORE = compiled(
    r"(?:只|就|(?<!共)(?<!总)才|仅|实际|实)\s?(?:给我?|到账?了?|打了?|收到?了?|进了?|入了?|来了|有"
    r"|结了?)?(?:一[笔单个])?$"
    r"|^到\s?$|(?<![应该])(?:到账|到手|收到|到了|实收|实到|你们?(?:就|只)?给了?我?|打了|打来|来了|进了|入了|入账"
    r"|多了|多出|转来|[打转]过来|结了"
    r"|给了|落到|回来|回了|净额(?:理应|应该?)|返还?|划来|划给我?|卡[里上]|户头[里上])(?:了|金额|的是|是|我|只|就|才"
    r"|却)*$|(?<![a-z])(?:received|got|only|arrived|came"
    r"|credited|paid(?: out)?|just"
    r"|landed|payouts?\s[^,;.]{0,16}(?:was|is)"
    r"|deposited|(?:you|they|u|bank)\s(?:guys\s)?(?:only\s|just\s)?(?:sent|gave|transferred|put))"
    r"(?: me| us| only| in| just| is| was| as| the)*\s?$"
    r"|(?<![a-z])(?:statement|passbook|bank|bank app|a/?c)\s(?:for \S+\s|app\s)?(?:only\s|just\s)?"
    r"(?:says?|shows?|has|have|reads?|saw|reflects?|lists?)(?: only| just)?\s\+?$"
)
_RECEIVED_AFTER = compiled(
    r"^\s(?:that |which )?(?:you|u|they)\s(?:have |already |did )*(?:paid|pay|sent|send)(?![a-z])|^\s?(?:块"
    r"|元)?(?:也|都|已经?|倒)*(?:已?到账了?(?=[,;\s]|$)|到了|收到了|进来了|到咗|收到咗|收咗"
    r"|(?:was |is |has )?(?:received|arrived|credited|came in|landed|settled|showed up|turned up|came(?=\s?(?:$"
    r"|[,;.\ue001]|on\s)))(?! yet| as(?:\s|$))"
    r"|dropped(?: in)?(?=\s?(?:$|[,;.!]))|yes(?=\s?(?:$|[,;.!]))"
    r"|(?:(?:is|are|got|came(?! (?:in|through) as)|was|has come|have come) (?:here|through|in(?=\s?(?:$"
    r"|[,;.!])))|made it)(?! yet)(?![a-z]))"
)
_HAS_COME = compiled(
    r"^\s?(?:块|元)?钱?(?:(?:的|那笔)+(?:钱|已经?|都|早|倒|不用查了?)*|(?:已经?|都|早)+|不用查了?)"
    r"(?:收?到(?:了|账了?|咗)|收到|收咗|来了|有了)(?!\s?(?:吗|么|没))"
)
_LACKING_AFTER = compiled(r"^\s?(?:块|元)?钱?(?:的|那笔)*(?:还|却|就|也|一直|是)*(?:没|未|冇|不见)")
_DIFFERENCE_BEFORE = compiled(
    r"(?:退款|退货|退了(?:一[笔单个])?|退给客人|refund(?:ed)?(?: of)?|(?:少|缺|差)(?:[给打结到算付转收]|我们?"
    r"|[了咗]|整整|足足)*|短了?"
    r"|多扣了?(?:我)?(?:一笔)?|扣了"
    r"|扣掉了?|被扣了?|(?<!\ue001)(?<!\ue001的)(?<![打给就刷收卖做碌我俺咱])(?<!刷的)(?<!收的)那|差额(?:是)?|相差"
    r"|(?<![a-z])(?:short(?: by| of)?|(?:shorted|docked|underpaid)(?: me| us)?(?: by)?|minus|less"
    r"|difference(?: of| is)?|deducted|the other|remaining|by))\s?(?:我"
    r"|的|大概|约)?$"
)
_CASH_BEFORE = compiled(r"(?:现金|(?<![a-z])cash)\s?(?:收款?|付|有|是|了|was|is|of|:)*\s?$")
_CASH_AFTER = compiled(
    r"^\s?(?:块|元)?钱?的?(?:是|was |is )?(?:收|付|给|拿)?的?\s?(?:in\s|by\s|of it\s)?(?:现金|现钞|现钱|cash(?![a-z]))"
    r"|^\s?(?:块|元)?\s?\(?(?:不用管|别管|不算|不用查|不用算|忽略|没问题|没事|ignore(?! it if))"
)
_WHERE_OTHER = compiled(r"(?<![a-z])where(?:'s| is| did)\s(?:my |the )?(?:other|remaining)\s$")
"""What is asked after is missing as a whole."""
_HAS_NOT = compiled(r"没有$|(?<![a-z])not\s$")
_BUT_ONLY = compiled(r"\s?,?\s?(?:但)?(?:只有?|就|才|but|only)")
_CAME_OF_IT = compiled(r"^\s?(?:只|就|才|却|我)*(?:给|打|结|看[到见]|见到|变成?|缩成|扣成)(?:了|我|到)*\s?$")
"""Between what was taken and what came of it: 刷五千给四千七."""
_WHOLE_AFTER = compiled(r"^\s?(?:整笔|没|未|一直|还没|至今|冇)")
_ADDED_TO = compiled(r"^\s?\+")
"""got 500 + 700 = 1200 on the 18th: what was taken is added up."""
_OF_WHICH = compiled(r"^\s(?:out )?of (?:the|my|a)\s?$")
_PART_BEFORE = compiled(r"(?<![a-z])(?:only|just)\s$")
_TOTAL_BEFORE = compiled(
    r"(?:合计?|[总合][价款]|一共|总共|共|总计|加起来|合起来|总额|总数|加一起|一起(?:刷|收|付|结)?的?|拢共|共计|一块儿?"
    r"|[共总]才"
    r"|(?<![a-z])(?:total(?:l?ing)?(?: due| amount| owed)?|altogether|in total|in all|sum|together)|^=)\s?(?:是|有|了"
    r"|就是|大概|is|of|:"
    r"|=)*\s?$"
)

_WERE_PAID = compiled(
    r"^,\s(?:was|were|has been|have been)(?: all| both| already)?\s(?:paid|received|credited|settled|in|fine)(?![a-z])"
)
_TOTAL_AFTER = compiled(r"^\s?(?:in total|in all|all told|all together|altogether|combined|for the lot)(?![a-z])")


def _in_one_breath(before: str, after: str) -> SumRole | None:
    """Of a sum that another one follows: "got 500 + 700 = 1200", "only 700 of the 1200"."""
    if _ADDED_TO.match(after):
        return "traded"
    return "received" if _OF_WHICH.match(after) and _PART_BEFORE.search(before) else None


def sum_role(words: Surroundings) -> SumRole:
    """What the words around a sum say that it is; a traded sum when they say nothing else."""
    before, after = words.before, words.after
    if not before and words.clause_before.endswith(" "):
        before = words.clause_before  # "还差 1200": a blank, no pause
    if is_number_denied(words) or (_HAS_NOT.search(before) and _BUT_ONLY.match(words.clause_after)):
        return "denied"
    fee = _FEE_AFTER.match(after)
    if _FEE_BEFORE.search(before) or (fee and not (words.followed and fee.end() == len(after.rstrip()))):
        return "fee"
    if _CASH_BEFORE.search(before) or _CASH_AFTER.match(after):
        return "cash"
    if words.followed and (and_then := _in_one_breath(before, after)) is not None:
        return and_then
    total = _TOTAL_BEFORE.search(before) and not (before.startswith("=") and after.startswith("+"))
    if total or _TOTAL_AFTER.match(after):
        return "total"
    difference = _DIFFERENCE_BEFORE.search(before) and not _WHERE_OTHER.search(before)
    if difference and not _WHOLE_AFTER.match(after):
        return "difference"
    nexts_own = words.until_next is not None and words.until_next == words.after + words.clause_after
    if (
        _HAS_COME.match(after)
        or (THAT_CAME.match(words.clause_after) and not nexts_own)
        or _WERE_PAID.match(words.clause_after)
        or (words.is_later and _CAME_OF_IT.match(before))
    ):
        return "received"
    if _HAS_COME.match(before) and _LACKING_AFTER.match(after):
        return "traded"
    come = _RECEIVED_AFTER.match(after)
    if _RECEIVED_BEFORE.search(before) or (come and not (words.followed and come.end() == len(after.rstrip()))):
        return "received"
    return "traded"
