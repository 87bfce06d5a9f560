"""What Chinese words are about that name it by the way: 缩水 for money that differs, 有无结论 for a change or a ticket.

Beside ``knowledge.intents``, which knows the usual words. A thing that is spoken of and what is said of it, as in
``knowledge.topics``. Works on blanked text, see ``knowledge.roles``.
"""

from __future__ import annotations

import re

from knowledge.patterns import compiled
from knowledge.reading import Intent

_CAME = r"(?:到账|进来|进账|入账|落到|到手|来了?|打来|打过来|打给我|结给我|给我|进卡|实收|实到|收到)"
_HOW_MUCH = r"(?:里|的|却|只有?|才|就|竟|是|有|了|我|卡|户头|上)*"
_DIFFERS = compiled(
    rf"\ue002[^,;没未冇]{{0,6}}{_CAME}{_HOW_MUCH}\s?\ue002(?!的?(?:没|未|冇|还|也))"
    rf"|(?:本该|本来|应该|原本|该|应)[^,;没未冇]{{0,4}}\ue002[,\s]?{_CAME}{_HOW_MUCH}\s?\ue002(?!的?(?:没|未|冇))"
    r"|(?:账本|账单|账面|单子|小票|后台|机器|pos|系统|流水|收银机?)[^,;没未冇]{0,6}\ue002[,\s]{0,2}"
    r"[^,;没未冇]{0,4}(?:银行|打来|打过来|到账|卡里|短信|户头|入账|存折)[^,;没未冇]{0,6}\ue002"
    rf"|{_CAME}{_HOW_MUCH}\s?\ue002[,\s]?(?:可是?|但是?|其实|明明)[^;没未冇]{{0,6}}\ue002"
    r"|(?:款|钱|金额|到账|货款|流水|结下来|[一那][笔单])[^,;没未冇]{0,10}(?:缩[了]?水|打了?个?[一-九]*折)"
    r"|(?:钱|款)多(?:打|给|转|结|进)了|(?:金额|钱|款)缩了?|数(?:目|字)?(?:不对头|不妥|有鬼)|数目?(?:不|唔)啱|条数(?:不|唔)(?:对|啱|妥)"
    r"|零头[^,;]{0,4}(?:看不懂|对不上|哪来)|(?:谁|哪个)(?:吞|吃|抽|拿)(?:了|走)"
)
_TICKET_THING = (
    r"(?:工单|投诉单?|申诉|报修|报障|报的?案|反馈|反映|案子?|受理|诉求|截图|凭证|证据"
    r"|(?:上次|上回|之前|前面|那天|\ue001|那[件个])的?(?:那[件个])?(?:事情?|问题)|(?:那|这|我那)[个张]?单子?|开的(?:那[个张])?单"
    r"|单号|编号|[^,;]{0,2}(?:接的?手|跟进的|负责的)|答应)"
)
_TICKET_STATE = (
    r"(?:催|结论|下文|还在不在|在不在|还开着|开着没|排到|轮到|无人回|没人回|没吱声|不吱声|不吭声|没声|没信|没音|没动静|没后续|没回[音复应]"
    r"|看了[吗么没]|回了[吗么没]|查了[吗么没]|办了[吗么没]|结了[吗么没]|了结|处理好|处理完|解决了?[吗么没]|不了了之|到哪一?步|谁在(?:管|跟)|有信)"
)
_TICKET = compiled(rf"{_TICKET_THING}[^;]{{0,16}}{_TICKET_STATE}|催(?:一?下|办|个)?[^,;没未]{{0,4}}(?:单|编号|案|\ue003\s?$)")
_TICKET_BY_NAME = compiled(r"工单|投诉单|受理号|报修单|开的[^,;]{0,3}单")
_CHANGE_THING = (
    r"(?:变更|换[卡绑户]|改[绑卡户]|切卡|报备|递交|提交的?|签约|新[户卡]|新账[户号]|收款[户卡]|结算[户卡]|申请|验证"
    r"|照片|资料|材料|证件|\ue003\s?换\s?\ue003)"
)
_CHANGE_STATE = (
    r"(?:批复|结论|审核结果|[啥何]状态|什么状态|算[^,;]{0,2}(?:好|成)|换[好成]了|改[好成]了|办[好成]了|成了[吗么没]|还是灰|灰的|灰着|过关|过审"
    r"|过了[吗么没]|通过(?:没|了[吗么没]?)|审好|审完|审到|卡在哪|到哪一?步)"
)
_PROGRESS = compiled(
    rf"{_CHANGE_THING}[^;]{{0,20}}{_CHANGE_STATE}|(?:说|讲)审[^,;]{{0,8}}[天日][^;]{{0,14}}(?:到现在|至今|还没)"
    r"|(?:收到|到了)[^,;]{0,4}(?:[一1]|\ue002)分钱?[^;]{0,10}(?:新[卡户]|通过|换好|成了)"
    r"|(?:新[卡户]|验证)[^,;]{0,6}[一1]分钱?[^,;]{0,4}(?:收到|到了)"
)
_HOW = compiled(
    r"(?:收款|结算|到账|提现)(?:账?户|账号|卡|银行卡)?[^,;]{0,10}(?:迁|换|改|转|切)[^,;]{0,10}(?:材料|资料|手续|证件|怎么|咋|流程|[带备]啥|带什么)"
    r"|(?:换绑|改绑|换卡|改卡|变更)[^,;]{0,6}(?:在哪|哪个|哪里|哪儿|啥地方|菜单|入口|页面|按钮|点哪)"
    r"|(?:教|带|指导)我?[^,;]{0,3}[换改切绑]卡"
    r"|(?:能不能|能否|可否|可以|可不可以|想|要)(?:把|将|拿)?[^,;没未]{0,6}(?:替掉|替换|顶替|换下来?|代替|顶掉)[^,;]{0,4}[\ue002\ue003卡户]"
    r"|(?:想|要|打算)[^,;没未]{0,12}(?:钱|款)[^,;没未]{0,6}(?:打|转|进|放|结|收)到(?:另外?|别的?|新的?|其他)[^,;]{0,5}[卡户行]"
    r"|[启起]用新[户卡账][^;]{0,12}(?:申请|提前|几天|怎么|合适|办)"
    r"|(?:卡|存折)[^,;]{0,4}(?:丢|补办|挂失|注销|补了|过期|换号)[^;]{0,16}(?:用不用|要不要|需不需要|重新[弄绑办登]|怎么[弄办])"
    r"|(?:想|要)(?:由|从|将)[^,;]{0,3}[\ue003\ue002](?:转去|转到|改到|换到|换成|转)[^,;]{0,3}[\ue003\ue002](?:收[钱款数])?[,\s]?(?:点[搞样]|怎|咋|得唔得|行|要)"
)
_FEE = compiled(
    r"(?:另外|额外|再|多)(?:要)?(?:加|收|交|付|扣)钱|(?:刷|做|收)[^,;]{0,3}\ue002[^,;]{0,3}(?:收|扣|抽)我?(?:多少|几多|几个|几块)"
    r"|机具[费钱]|机器?的?租金|租机[费钱]|(?:免费|白)[送领]?[^,;]{0,2}(?:机|pos)[^;]{0,10}(?:\ue002|\d{2}|要钱|收钱|[要交]费)"
    r"|流量卡[^,;]{0,8}(?:\ue002|要钱|收钱|必须交|[块元])"
)
_FAULT = compiled(
    r"(?:机[器子]?|pos|终端)[^,;]{0,4}(?:掉|泡|进|落)[^,;]{0,3}水|(?:机[器子]?|pos|终端)[^,;]{0,4}死了?火|吐(?:白?纸|不出)|白纸"
    r"|(?:换|装)[^,;]{0,4}(?:新纸|纸卷|纸筒)[^;]{0,10}(?:卡|不出|空白)"
)
_MONEY_LACKS = compiled(
    r"汇[至到往](?:了)?[旧老原]|(?:打|转|入|划|付)[至往](?:了)?[旧老原]|断(?:了|晒|咗)?粮|未归集|没归集|比脸(?:都|还)?干净|空空如也|见不着钱"
)


def topic_by_the_way(text: str, about: frozenset[str], *, money_missing: bool) -> Intent | None:
    """The topic of blanked ``text`` where the words name one so; None where they do not.

    ``about``: see ``read_intent``. ``money_missing``: the words say that money did not come.
    """
    if text.isascii():
        return None
    money = bool(about & {"amounts", "trade_dates"})
    if _finds(_DIFFERS, text):
        return "payout_amount_differs"
    if _finds(_HOW, text) and not (money_missing and money):
        return "change_card_how"
    if "amounts" not in about and _finds(_PROGRESS, text):
        return "change_progress"
    if _finds(_TICKET, text) and ("amounts" not in about or _finds(_TICKET_BY_NAME, text)):
        return "ticket_progress"
    if not (money and money_missing):
        if _finds(_FAULT, text):
            return "terminal_fault"
        if _finds(_FEE, text):
            return "fee_question"
    return "payout_missing" if _finds(_MONEY_LACKS, text) else None


def _finds(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.search(text) is not None
