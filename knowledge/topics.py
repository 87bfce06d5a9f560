"""What words are about where no rule of ``knowledge.intents`` fits: a thing that is spoken of, and what is said of it.

Each topic is a table of the things and one of what befalls them, so that any of one with any of the other is
understood. Works on blanked text, see ``knowledge.roles``.
"""

from __future__ import annotations

from knowledge.patterns import compiled
from knowledge.reading import Intent

_MACHINE = (
    r"机器?|机子|pos|终端|设备|音箱|喇叭|音响|播报|屏幕?|卡槽|插卡|刷卡|读卡|感应|碰一碰|拍卡|扫码|扫描|打印"
    r"|小票|出纸|纸仓|按键|键盘|充电|电池|电源|网络|信号|流量卡|二维码"
    r"|码牌|台牌"
)
_FAILS = (
    r"没(?:有)?(?:反应|声音?|动静|播报|电|信号|网|显示)|冇(?:反应|声)|不(?:响|亮|动|走|播|出|转|灵|好使|好用"
    r"|能用|通|显示|报|识别|认|工作|出声)"
    r"|(?:用|按|扫|刷|插|打|连|读|识别|识|出|开|关|充|播|登)不(?:了|上|到|出|进|动|开)|坏|失灵|无法|卡住|卡死"
    r"|卡顿|死机|故障|异常"
    r"|烧了|摔|进水|断(?:了|开)|红灯|闪|空白|一片(?:黑|白)|哑"
)
_DEVICE = (
    r"(?<![a-z])(?:machine|terminal|pos|device|reader|speaker|sound ?box|screen|printer|printing|chip|card slot"
    r"|swipe|tap"
    r"|contactless|nfc|keypad|button|charger|sim|wifi|scanner|qr(?: code)?|receipts?)s?(?![a-z])"
)
_BREAKS = (
    r"(?:(?:not|n't|never|stopped|won't|cannot|no longer|fails? to|failing to|unable to)\s?(?:\w+\s)?"
    r"(?:work|read|print|respond|scan|connect|turn|switch|power|charg|start|boot|open|accept|recogni|detect|show"
    r"|beep|play|take|light)\w*"
    r"|(?<![a-z])(?:broken?|dead|stuck|jammed|faulty|cracked|damaged|dropped|blinking|flashing|beeping"
    r"|unresponsive|silent|no sound"
    r"|no response|failed|fails|blank|kaput|hangs?|hung|out of order))(?![a-z])"
)
_FAULT = compiled(
    rf"(?:{_MACHINE})[^;!?\n]{{0,8}}(?:{_FAILS})|(?:{_FAILS})[^,;!?\n]{{0,4}}(?:{_MACHINE})"
    rf"|{_DEVICE}[^;!?\n]{{0,24}}{_BREAKS}|{_BREAKS}[^,;!?\n]{{0,16}}{_DEVICE}"
)
_PAYING = r"打款|到账|结算|出款|代付|汇款|转账|划款|入账|提现|放款|回款|付款|货款|钱|款"
_MONEY = (
    rf"(?:{_PAYING})[^,;!?\n]{{0,6}}(?:失败|不成功|被退|退回|退了|退票|异常|不了|没|未|冇|不来|不到|哪|呢|欠|停"
    rf"|断|卡住|落空|泡汤)"
    r"|[欠差]着?(?:我|咱|俺|我们)|(?:另|剩|余|其余|还有)(?:外|下|下的|一半|一部分|的|半)*(?:呢|哪|怎么|几时"
    r"|什么时候|啥时候)"
    r"|(?:还|又|仍|老|总|一直)(?:在|是)?(?:往|向|朝)[^,;!?\n]{0,6}(?:打|转|汇|结|进|发)|只(?:有)?(?:到|来|收到"
    r"|进|给)了?(?:一|两|三|四|五|\d)[笔单]|(?:一分|一毛|分文|半毛|一个子儿?)(?:钱)?(?:都|也)?(?:没|未|冇|不)"
    r"|(?<![a-z])(?:owe[sd]? (?:me|us)|(?:money|payouts?|funds?|cash|settlements?|transfers?"
    r"|payments?)\s(?:\w+\s){0,4}?"
    r"(?:not|never|fail\w*|reject\w*|bounce\w*|return\w*|stuck|stopped|late|delay\w*|vanish\w*|gone|blocked"
    r"|declined|where)"
    r"|(?:money|payouts?|funds?|cash|settlements?|transfers?|payments?)\s(?:is|are|do|does|did|was|were|has|have"
    r"|had|ca|wo|would|could)?n't"
    r"|(?:the )?(?:other half|rest|remainder|remaining|balance)(?: of it)? (?:is |has |did |was )?(?:not|where"
    r"|missing|still)"
    r"|where(?:'s| is) the (?:other|rest|remain\w*|balance))(?![a-z])"
)
_MISSING = compiled(_MONEY)
_ACCOUNT = (
    r"卡|账[户号]|户口|公户|私户|对公|对私|户头|结算户|收款户|存折|[建工农中招交]行|结算人|收款人|法人|开户名"
    r"|(?<![a-z])(?:cards?|accounts?|acct|a/c|banks?|iban|icbc|ccb|cmb|boc|abc"
    r"|settlements?|payouts?|bank details?)(?![a-z])"
)
_ALTERED = (
    r"换|改|变|绑|更新|重签|重新签|登记|开通|添加|加一?[张个]|当|作为?|走|转|用|收|过户|(?<![a-z])(?:different"
    r"|another)(?![a-z])"
    r"|(?<![a-z])(?:chang|switch|updat|replac|swap|mov|add|link|regist|set|put|us|receiv|go|get|pay|edit|modif"
    r"|connect|attach|transfer"
    r"|redirect|split)(?:e|es|ed|ing|er|ping|ped|ting|ting up|ify|s)?(?![a-z])"
)
_WISHED = (
    r"[?]|吗|么|不$|怎|如何|咋|啥|什么|哪|能|可以|要|需|想|行(?:吗|不|么|得通)|得唔得|点样|请问"
    r"|(?<![a-z])(?:how|what|which|where|can|could|may|want|wanna|need|like to|would|steps?|help|possible"
    r"|allowed|please|pls|plz|is it"
    r"|do i|should|wish|let me)(?![a-z])"
)
_CHANGE = tuple(compiled(words) for words in (_ACCOUNT, _ALTERED, _WISHED))
_NOT_OURS = compiled(r"提额|额度|贷款|还款|医保|社保|电话卡|会员卡|credit limit|loan|办一?张|发票|invoice")
_SPEAKS_OF_CHANGE = (
    r"[换改]绑|变更申请|(?:换|改|变更|更换|更改|更新|绑|转)(?:了|的|过|好)*(?:新|结算|收款|银行|绑定|到|成"
    r"|为)*(?:卡|账[户号]|户口"
    r"|户|资料|信息)|(?:卡|账[户号]|户口)[^,;!?\n]{0,4}(?:换|改|变更|更换|更改|更新|绑)"
    r"|(?<![a-z])(?:card|account|bank|details?)(?: details?| number)?\s(?:change|switch|update|swap|replacement"
    r"|amendment)(?![a-z])"
    r"|(?<![a-z])(?:chang|switch|updat|replac|swapp|mov)\w*\s(?:\w+\s){0,4}?(?:card|account|bank|details?)(?![a-z])"
)
_STATUS = (
    r"结果|进度|进展|状态|消息|成功(?:了|没)|下文|回音|答复|批|审|通过|生效|办好|办妥|弄好|到哪|怎么样|如何了"
    r"|咋样|搞掂|搞定了?[没吗]|什么时候|啥时候|几时|多久|几天"
    r"|(?<![a-z])(?:status|progress|result|news|update\?|approved?|accepted|reviewed?|pending|effective|active"
    r"|confirm\w*|how long|when"
    r"|any update|heard|done yet|ready|through)(?![a-z])"
)
_CHANGE_STATUS = tuple(compiled(words) for words in (_SPEAKS_OF_CHANGE, _STATUS))
_HELPER = (
    r"客服|同事|业务员|工作人员|专员|经理|小姑娘|小伙子?|师傅|你们?|有人|那个人|那位"
    r"|(?<![a-z])(?:you(?: guys| people)?|they|colleague|agent|support|staff|someone|somebody|guy|lady|team"
    r"|rep)(?![a-z])"
)
_PROMISED = (
    r"(?:说|答应|承诺|讲|表示|保证)[^,;!?\n]{0,6}(?:查|处理|核实|反馈|看|跟进|问|回|解决|上报|联系)"
    r"|(?<![a-z])(?:promised|said|told|going|agreed|supposed)\s(?:\w+\s){0,5}?(?:look|check|investigat|find out"
    r"|get back|call|fix|solve"
    r"|follow|help|escalat|reply|answer|respond)\w*"
)
_OUTCOME = (
    r"结果|消息|查到|查出|回复|回音|下文|进展|怎么样|咋样|没有?$|了[吗没么]|吗$|呢|[?]|没人|还没|一直没|到现在"
    r"|(?<![a-z])(?:results?|news|updates?|answer|reply|heard|nothing|yet|so far|outcome|progress|happen\w*"
    r"|silence|status|still)(?![a-z])"
)
_PROMISE = compiled(rf"(?:{_HELPER})[^;!?\n]{{0,12}}(?:{_PROMISED})[\s\S]{{0,24}}?(?:{_OUTCOME})")
_REPORTED = compiled(
    r"(?:报|投诉|反映|反馈|登记|申报|上报|申诉|提)(?:了|过|的)*(?:修|障|问题|故障|单|事"
    r"|情况)?[^;!?\n]{0,12}(?:没(?:有)?(?:消息|下文|结果|回[复音应]"
    r"|人|动静)|冇(?:回音|下文|消息|人)|有(?:消息|下文|结果|回[复音应])|不了了之|处理|进展|结果)"
    r"|(?:单号|编号|受理号|案号|流水号)\s?(?:是|:)?\s?[a-z]{0,3}[\d\ue003]{3}[^;\n]{0,12}(?:催|怎|进|查|结果"
    r"|处理|多久|什么时候)"
    r"|(?<![a-z])(?:complain|report|rais|log|fil|escalat)(?:ed|ged)\s[^;!\n]{0,40}(?<![a-z])(?:who|handl\w+"
    r"|results?|answer|reply|news|updates?"
    r"|happen\w*|status|progress|anyone|anybody|outcome)(?![a-z])"
    r"|(?<![a-z])(?:what happened|what became|any (?:news|word|update|progress|result)|status|how is"
    r"|follow(?:ing)? up|chasing)\s[^;!\n]{0,24}"
    r"(?<![a-z])(?:report|complaint|ticket|case|query|enquiry|inquiry)(?![a-z])"
    r"|(?:查|问|核实|处理|跟进)(?:得|的)?(?:怎么样|咋样|如何|到哪|出来|好)(?:了|没|吗|么)"
)
_STILL_TO_CHANGE = compiled(
    r"(?:我|都|就)?(?:还|暂时|目前|现在)(?:没有?|未|冇)(?:去|来|想)?(?:换|改|办|变更|弄|绑)(?!.{0,2}(?:好|成|完"
    r"|上|到|下))"
    r"|(?<![a-z])(?:have|has|did)n't\s(?:\w+\s)?(?:chang|switch|updat|swap|replac)\w*(?: it| the card"
    r"| my card)? (?:yet|so far)"
)


_HANDED_IN = compiled(
    r"(?:做|办|交|填|签|弄|提交|申请|验证|上传|递)(?:完|好|齐|过|上去?)?了|已(?:经)?(?:提交|申请|交|办|签)"
    r"|(?:提交|申请|交|办|报)的"
    r"|(?<![a-z])(?:submitted|sent|filed|applied|handed in|requested|uploaded|signed|finished|completed"
    r"|done)(?![a-z])"
)


def is_change_handed_in(text: str) -> bool:
    """True where a change was handed in, and how it stands is asked."""
    return is_status_of_change(text) and _HANDED_IN.search(text) is not None


# Plain words without which the patterns above find nothing: most messages are passed by at one look.
_PROMISE_CUE = compiled(r"说|答应|承诺|讲|表示|保证|promised|said|told|going|agreed|supposed")
_REPORTED_CUE = compiled(
    r"报|投诉|反映|反馈|登记|申诉|提|查|问|核实|处理|跟进|号\s?[a-z\d是:\ue003]|complain|report|rais|log|fil|escalat|ticket|case"
    r"|query|quiry"
)
_STILL_CUE = compiled(r"[没未冇]有?[去来想]?[换改办变弄绑]|n't\s")


def is_promise_asked_after(text: str) -> bool:
    """True where somebody of the desk was to look into it, or it was reported, and what came of that is asked."""
    if _PROMISE_CUE.search(text) and _PROMISE.search(text):
        return True
    return _REPORTED_CUE.search(text) is not None and _REPORTED.search(text) is not None


def is_status_of_change(text: str) -> bool:
    """True where the change of a card is spoken of, and how it stands."""
    return all(words.search(text) for words in _CHANGE_STATUS)


def is_change_to_come(text: str) -> bool:
    """True where the merchant says that the card was not changed yet."""
    return _STILL_CUE.search(text) is not None and _STILL_TO_CHANGE.search(text) is not None


def second_opinion(text: str) -> Intent:
    """The topic of blanked ``text`` by its things and what is said of them; "other" where there is none."""
    if is_promise_asked_after(text):
        return "ticket_progress"
    if _FAULT.search(text):
        return "terminal_fault"
    if is_status_of_change(text):
        return "change_progress"
    if _MISSING.search(text):
        return "payout_missing"
    if all(words.search(text) for words in _CHANGE) and not _NOT_OURS.search(text):
        return "change_card_how"
    return "other"
