"""What a first message is about, by the words that merchants use for it; rules in order, the more telling first."""

from __future__ import annotations

from knowledge import intents_english as english
from knowledge.paid_otherwise import MORE_OR_LESS, TOO_MUCH_OR_LITTLE
from knowledge.patterns import compiled
from knowledge.reading import Intent
from knowledge.roles import DAY
from knowledge.topics import (
    is_change_handed_in,
    is_change_to_come,
    is_promise_asked_after,
    is_status_of_change,
    second_opinion,
)
from knowledge.topics_chinese import topic_by_the_way

_CARD = r"(?:[结结]算)?(?:收款)?(?:银行)?(?:卡|账户|账号|户口|账|银行信息|收款信息|结算信息)"
_CHANGE = r"(?:换绑?|改绑?|变更|更改|更换|更新|修改|切换|重绑|转(?!账)|绑定|登记)"

# What begins with a look ahead names the signs that its words begin with: most places are passed by at one look. Who
# adds words names their first sign there too.
TICKET = compiled(
    r"(?=[#上之事前单反受处工投报提昨有案登编问\ue001那说答承给])"
    r"(?:工单|单号\d|(?:案子|单子|那单|那个事).{0,10}(?:进度|进展|结果|怎么样)|(?:给|有)个?(?:答复|说法|交代)"
    r"|(?:编号|受理号?|案件|投诉单)\s?#?\d{3,6}|#\s?\d{3,6}(?!\d)"
    r"|(?:投诉|反馈|反映|上报|报修|报障|登记|提交)(?:的|过的?|了)?(?:问题|事情?|那个|情况|东西"
    r"|单)?.{0,6}(?:有没有人|没人|怎么样|结果|进展|进度|下文|回复|处理|管|跟进|解决)"
    r"|(?:问题|事情?|投诉|反馈)(?:处理|解决|跟进)(?:得|的)?(?:怎么样|到哪|进度|进展|结果)"
    r"|处理(?:得|的)?(?:怎么样|如何|到哪|进度|进展)|有(?:下文|结果|回音|回复|进展)了?(?:吗|没|么)"
    r"|(?:之前|上次|上回|昨天|前天).{0,6}(?:投诉|反馈|反映|提交)"
    r"|(?:之前|上次|上回|\ue001|那天)?[^,;]{0,6}(?:说|答应|承诺)(?:了|过|好|是|会|要)*(?:帮|给|替)我们?(?:查"
    r"|处理|问|核实|反馈|看|跟进)"
    r"[^;]{0,8}(?:结果|呢|回复|消息|下文|怎么样|没有|没)"
    r"|有(?:没有)?人(?:在)?(?:处理|管|跟进|理|看)(?:不|吗|没|么|了)|(?:报|反馈|投诉|反映|登记|提交?)的(?:那个"
    r"|那件|那)?(?:问题|事情?|单)"
    r")|(?<![a-z])(?=[a-z\ue002])(?:(?:my|the|a|case|support|open|this)\s)?(?:ticket|case (?:number|no|id|#"
    r"|status)|case\s?#?\d"
    r"|complaint|request (?:number|no|id|#)|(?:my|the) case"
    r"|(?:reported|complained|raised|filed a).{0,40}(?:news|update|progress|answer|reply|response)"
    rf"|{english.TICKET}"
    r"|(?:any )?(?:update|news|progress) on (?:my )?(?:case|ticket"
    r"|complaint|request|report|issue))"
)
DIFFERS = compiled(
    r"(?=[得卡户收做刷不为仅到只咋唔多实对少就差干应怎户才打扣收数有款没短结给缺该账金钱\ue002])"
    r"(?:(?:数目|金额|数额|数字|钱数|账目|款项?|钱)(?:上)?(?:有出入|不对|对不上|不符|不一致|不相符|有误|有差"
    r"|少了(?!一笔|一单|两笔)|不够|缺了|短了|差了)|对不上(?:账|数)?|有出入|有差[额异]"
    r"|到账(?:金额|的钱)?(?:就|也|又|都|还|却|总)*(?:少|不对|不足|不够|变少|不符)|到账(?:的|金额|的钱)?(?:比|和"
    r"|跟|与).{0,12}(?:少|不一样|对不上|不符|不一致)"
    r"|应\S{0,3}\ue002.{0,6}实(?!际?(?:上)?(?:没|未|冇))|收了?\s?\ue002[,，]?.{0,4}给了?我?\s?\ue002"
    r"|(?:少|缺|短|差)了?(?:我)?(?:点|些|一点|一些|好多|不少|很多)?钱|钱(?:变)?少了?(?:$|[,;!.])"
    r"|(?:只|就|才|仅|实际|实)(?:给我?(?=[打到转结]))?(?:给了?我?|到账?了?|打了?|收到了?|进了?|入了?"
    r"|来了)\s?[\ue000-\ue00f\d]"
    r"|(?:(?<!多)少|缺|差|短|(?<!手续费)(?<!费)扣|多扣|少打|少给|少到|少收|少结)(?:了|我)*(?:的)?(?:大概|差不多"
    r"|约|整整"
    r"|足足|一笔)?\s?[\ue002](?!\s?(?:[跟和、与]\s?\ue002|整笔|没|未|一直|还|至今))"
    r"|(?:怎么|为什么|为啥|咋|干嘛).{0,6}(?:少了(?!一笔|一单)|不够数|变少|扣)|\ue002\s?到账了?.{0,4}应该?(?:是|到)"
    r"|到账(?:金额)?\s?(?:是|为|:)?\s?\ue002.{0,12}(?:交易|应到|应该|刷|实际)"
    r"|(?:该|应)(?:到|收|结).{0,3}\ue002.{0,6}到了?\s?\ue002|户头(?:里)?(?:只|就|才)?(?:多了|进了|到了)"
    r"|刷了?\s?\ue002.{0,2}到账?了?\s?\ue002|\ue002\s?(?:就|只|才|仅)?(?:到|来|给|打"
    r"|进)(?:账)?了?(?:我)?\s?\ue002(?!的?(?:没|未))|少了 about \ue002"
    r"|没(?:有)?(?:到|收)(?:齐|全|够)|(?:只有|得返|得番|实得|到手)\s?\ue002(?!\s?(?:块|元)?(?:那笔|的|还|也"
    r"|都)*(?:没|未|冇))"
    r"|[刷收做]了?咗?\s?\ue002\s?得\s?\ue002|(?:卡|账|户头)[里上](?:就|才|只)有?\s?\ue002|不足额|到账不全|没给够"
    r"|给少了|打少了|少到账|结少了|少打"
    r"|[少短]给|(?<!费)多扣"
    r"|多(?:打|给|到|转|结)了?(?:我)?\s?(?:\ue002|钱)|唔啱数|少咗|扣多了)|(?<![a-z])(?=[a-z\ue002])(?:(?:wrong|different"
    r"|incorrect|not the (?:right|full|correct)|partial|lower"
    r"|less) (?:amount|sum|money|payout)(?! (?:card|account|bank|details))|amounts? (?:is |are |does|do |was "
    r"|were )?(?:wrong|off|differ\w*"
    r"|not match\w*|n't match|doesn't match|don't match|incorrect|less|lower|short)"
    r"|(?<!its )(?<!it's )(?<!is )\ue002 (?:instead of|rather than|and not|not) (?:the )?\ue002"
    r"|(?:paid|got|received|came).{0,12}\ue002.{0,24}(?:sold|took|expect|should)\D{0,12}\ue002"
    r"|\ue002 (?:arrived|received|came).{0,12}should|(?:lower|smaller|fewer) than"
    r"|less than (?:expected|it should|what|i|the|my|our)|(?:only|just) (?:become|became|turned|got"
    r"|received|paid|arrived|\ue002|came)"
    r"|(?:expect\w*|should (?:be|have been)|supposed to be|sold|took|sent(?! (?:this|me|us))|charged|swiped"
    r"|customers? paid|processed).{0,40}(?:received|got|came|arrived|only|paid"
    r"|credited)\s?(?:in\s|only\s|just\s)*\ue002|doesn't (?:add up|match)|do(?:es)? not (?:add up|match)|mismatch"
    r"|\ue002.{0,24}(?:you|they|u)\s(?:only |just )?(?:gave|paid|sent|credited"
    r"|deposited)\s(?:me )?(?:only |just )?\ue002"
    r"|(?:gave|paid|sent)(?: me)? (?:only |just )?\ue002.{0,10}(?:sold|took|for an? \ue002)"
    r"|(?:expect\w*|sold|took|swiped|charged|should be)[^;]{0,12}\ue002[^;]{0,12}(?:bank|statement|account|app"
    r"|card)\s"
    r"(?:says?|shows?|got|has|only)\s(?:only |just )?\ue002"
    r"|\ue002[^;]{0,12}(?:but|and) (?:only )?\ue002 (?:arrived|came|received|landed|was paid)"
    r"|(?<![a-z])got (?:only )?\ue002[^;]{0,12}for[^;]{0,16}\ue002"
    rf"|{english.DIFFERS}"
    r"|discrepanc\w+|underpaid|deducted too much|missing part|not in full)"
)
MISSING = compiled(
    r"(?=[账入往一不丢什仍仲何停全冇几到卡压去又发唔啥少尚差打扣押拖搁收断无未来杳查欠款汇没漏石空等结缺营落货跑转还进迟退都钱])"
    r"(?:(?:没|未|(?<!找)不|无|冇|没有|仍未|尚未|迟未|还没|唔)(?:见|能|看见|看到|有)?(?:到(?:账|我)?(?!齐|全|够|期)"
    r"|收(?!费|录)|进(?!度|行|展)|入(?!口|网)|打(?!印|开|电|得开)|来(?!得|得及)|划|拨|结(?:算|款)?(?!束|果)|出款"
    r"|下来(?!没)|发放?|转|见|给(?!我们?说)|款|钱|影|动静(?!吗)|过来)(?!手续费)|不见(?:了|踪影)?|没影"
    r"|没(?:有)?(?:钱|款|进项|进账|入账|到账|音讯|动静|消息)"
    r"|(?:钱|款|货款|营业款|结算款?)(?:呢|去哪|去哪儿|在哪|到哪|哪去|哪里|哪儿|哪|几时到|什么时候到|啥时候到|何时到"
    r"|怎么还|还没|没|未)|(?:到|打|来|退回?来?|结|发)(?:账|款)?了?(?:没有?|吗|么)(?![一-鿿])|空空|空的"
    r"|断(?:了|粮|款)|查无|杳无|押着|压着|扣着|卡着(?!纸)|拖着|拖欠|迟迟|搁哪|落不着|不翼而飞|石沉|收款停|停了?结算"
    r"|不结算|一[分毛]钱?(?:都|也)?没有|(?:钱|款|账|结算)(?:全|都|就|也|又|突然|一直|直接)*停(?:了|住|掉)"
    r"|没收[着入]|少(?:了|收)?(?:一|两"
    r"|三|几|\d)[笔单]|(?:缺|漏|丢|差)(?:了)?(?:一|两|几)?[笔单]"
    r"|(?:少收|缺|欠).{0,10}(?:整笔|一笔)|缺的是|差的是|差着|收不到|到不了|不到账|没到|未到|没收|没入|没进"
    r"|(?:去|到|进|打到|转到|跑到|打进|进)了?(?:旧|老|原来?的?)(?:卡|账)|往\s?\ue003\s?(?:打|转|进|汇)|(?:打|转"
    r"|进|汇|入)(?:到|进|了|紧|咗|去|入)+\s?(?:旧卡|老卡)?\ue003"
    r"|钱(?:都|还|全|又|却|仲|系|是)*[进入打]\s?(?:旧卡|老卡)?\ue003"
    r"|(?:啥|什么)时候(?:能|才|可以)?(?:到|来|打|给|结|进)"
    r"|(?:还|仍|又|都|一直|全)(?:是)?(?:打|转|进|到|结|付|给)(?:到|去|进|在)?了?(?:旧|老|原来?的?)(?:的"
    r"|那)*(?:卡|账|张|$|[,;.!\s])|打错卡"
    r"|往(?:旧|老|原来?的?)(?:卡|账)"
    r"|(?:没有?|冇|未|还没)\s?(?:come|came|arriv\w*|receiv\w*|credit\w*|settl\w*|paid|pay\w*|show|money"
    r"|cash)(?![a-z])"
    r"|不进账|一直等|等了.{0,6}[天日]|还没|仲未|未有|几时先到|何时到账"
    r")|(?<![a-z])(?=[a-z\ue002])(?:(?:not|n't|never|no|hasn't|haven't|didn't|isn't|wasn't|doesn't|don't|aren't"
    r"|yet to|without"
    r"|still no|zero"
    r"|where(?:'s| is| are)?|waiting (?:for|on)|did not|has not|have not)\s(?:\S+\s){0,5}?(?:arriv\w*|receiv\w*"
    r"|credit\w*|paid|pay|payouts?|money|funds?|deposit\w*|settle\w*|in (?:my |the )?(?:bank|account)|show\w*|come"
    r"|came|got|get|land\w*|payment|reach\w*|here|there|turn\w* up|anything|nothing|cash|sales?|transfer\w*|hit"
    r"|sign of|fund(?:ed)?)|missing|nowhere|disappeared|vanished|unpaid|overdue|outstanding"
    r"|(?:keep|keeps|still|kept) (?:paying|sending|pay|send|landing|going|arriving|go|goes|land|sent|paid)"
    r"|(?:payouts?|payments?|money|settlement|transfer)\s(?:\S+\s){0,3}(?:bounced|returned|came back|failed"
    r"|rejected)|went to (?:the |my )?old|(?:sent|paid|went|goes|go|going|landed|pay|deposited)(?: it| them"
    r"| the money"
    r"| my money)? (?:in|on)?to (?:the |my |a )?"
    r"(?:wrong|other|old|previous|another) (?:card|account|bank|one)|empty"
    r"|nothing (?:arrived|received|paid|came|in|yet|since|credited|landed)|got nothing"
    r"|(?<!card )(?<!account )(?<!bank )where.{0,12}(?:money|payout|funds|cash)|stopped (?:arriving|paying"
    r"|receiving|getting|coming)|late payout"
    r"|(?<!can )(?<!could )(?<!card )(?<!where )(?<!where the )(?:money|payouts?|funds?"
    r"|cash)\s(?:\w+\s){0,2}?(?:go|goes|went|going|sent)\sto\s(?!\ue003|the new|my new"
    r"|my own)"
    rf"|{english.MISSING}|held|holding my|withheld|in limbo|on hold"
    r"|(?:haven't|have not|hasn't|didn't|not|never) (?:been )?(?:paid|received|got))"
)
CHANGE_PROGRESS = compiled(
    rf"(?:变更|换卡|更改|改卡|改绑|换绑|申请|审核|审批|更换|{_CHANGE}{_CARD}|户口|资料|改户).{{0,12}}(?:进度"
    r"|批(?:了|下|准|没)|通过|审(?:核)?(?:完|中|紧|了|到|好|没|过|中|得)|生效|下来|办(?:好|完|成|下)"
    r"|好了?(?:没|吗|么)|成功(?:了)?(?:没|吗|么)|到哪|多久|完成|驳回|拒绝|不通过|没通过|失败|被退|弄好|有结果"
    r"|有消息|搞掂|几时|什么时候|啥时候|怎么样|咋样|状态|进展|还在|几天|多长|能好)"
    r"|(?:新卡|新账户|新户口).{0,6}(?:什么时候|几时|多久|啥时候|几天|多长).{0,4}(?:用|生效|好)"
    r"|(?:批|审|审批|审核|通过|生效)(?:咗|了)未"
    r"|how (?:many days|\ue001|long|soon)[^.;]{0,30}(?:card|account|bank|change)[^.;]{0,24}(?:effect"
    r"|active|in use|used|live)"
    r"|\d{4}\s?(?:通过|生效|批)(?:了)?(?:么|吗|没)|通过了?(?:么|吗|没)|生效了?(?:么|吗|没)"
    r"|卡.{0,4}(?:换|改|变更|绑)(?:好|成功?|完|上|定)了?(?:么|吗|没)"
    r"|(?:换卡|改卡|变更|申请|审核|审批).{0,12}(?:被?拒|打回|待签|待审|签约)|驳回了|被驳回|批(?:下来"
    r"|准)?了?(?:么|吗|没)|审(?:核)?(?:完|过|好)了?(?:么|吗|没)"
    r"|换(?:卡|好)(?:好|成功|成|完)?了?(?:么|吗|没)|审(?:核)?到哪|还在审(?:核)?|审核中"
    r"|(?:card|account|bank) (?:change|update|switch).{0,6}(?:要多久|多久|审核|进度|好了?没|几时|什么时候)|审批过咗未"
    r"|(?<![a-z])(?=[a-z\ue002])(?:approved|(?:is|was) (?:it|that|this) (?:effective|active|approved|done|live"
    r"|in effect"
    r"|complete\w*|through|accepted)|has.{0,30}(?:gone through|taken effect|been approved"
    r"|been (?:changed|updated|reviewed))|(?:is|are|was|did|has).{0,40}(?:change|update|switch"
    r"|new (?:card|account|bank|details)|application|request|details).{0,20}(?:effective|active|approved|done"
    r"|complete\w*|reviewed|go through|gone through|in effect|live|processed|pending|accepted|take effect)"
    r"|(?:status|progress|update|news) (?:of|on|about|for) (?:my |the )?(?:.{0,12})?(?:change|card|account|bank"
    r"|application|switch|update)"
    r"|(?:submitted|requested|applied for|filed|sent in)(?: a| the| my)? (?:card |account "
    r"|bank )?(?:change|update|switch).{0,30}(?:any|news|update|yet|status|\?)"
    r"|(?:change|switch|update|application|request"
    r"|review)(?: (?:status|progress|pending|still)|.{0,40}(?:pending|approved|review|rejected|declined|denied))"
    r"|how(?:'s| is) (?:my|the) .{0,20}(?:change|application|update|switch)"
    rf"|{english.PROGRESS}|still (?:under|in) review"
    r"|when will (?:my|the) .{0,20}(?:change|new card|new account|update|switch).{0,20}(?:effect\w*|active"
    r"|approved|live|ready|done))"
)
FAULT = compiled(
    r"(?=[p锁触不交信充关冇出刷卡通显提印拉唔坏密屏开感打扫报按挥断无机死没电白磁签终缺网芯花蓝设读转连重错键闪黑])"
    r"(?:屏幕?(?:黑|白|花|裂|碎|没反应|不亮|卡)|黑屏|白屏|花屏|死机|开不了?机|无法开机|不开机|关机|重启|转圈"
    r"|连不上?(?:网|网络|wifi|蓝牙)?|没(?:有)?(?:信号|网络?|电)|(?:网络|信号)(?:不好|异常|差|断|连不上|故障|超时)"
    r"|断网|打印(?!的?(?:结算|对账|流水)|纸)|卡纸|没纸|出不来纸|不出纸|缺纸"
    r"|(?:刷|读|扫|挥)(?:不了|不出|不上|不到)(?:卡|码)?|刷卡?失败|读卡|不读卡|磁条|芯片读|密码键盘|键盘|按键|按不动"
    r"|按不了|充(?:不进|不上|不了)电|充电(?!线断)|电池"
    r"|机(?:器|子)?(?:坏|不行|故障|没反应|失灵|报错|出问题|有问题|卡住|卡死|不能用|用不了|不动|摔)"
    r"|终端机?\s?\ue003?\s?(?:坏|故障|没反应|报错|离线|不能用|用不了)"
    r"|(?:pos)(?:机)?(?:坏|故障|没反应|报错|不能用|用不了|有问题|不行)"
    r"|设备(?:坏|故障|没反应|离线|异常|报错|不能用|用不了)|报错|错误代码|签到(?:失败|不了|不上|不成功)"
    r"|打不(?:出|了)|印(?:唔|不)[到出]|通[讯信](?:失败|异常|错误|故障|超时|中断)|(?:显示|提示).{0,6}(?:失败|错误"
    r"|异常|超时|故障|未签到)|刷卡(?:提示|显示"
    r"|一直|总是|老是)|交易失败|签不[上了到]|不能刷|刷不了|蓝牙|感应不|闪退|唔着|冇反应|开唔到"
    r"|坏咗|按钮|触摸?屏|锁机|报警|(?:机器?|键|屏幕?).{0,3}(?:不灵|失灵))|(?<![a-z])(?=[a-z\ue002])(?:"
    r"(?:buttons?|keys?|keypad|screen|machine|terminal|pos|device|reader)(?:\s\S+)?\s(?:(?:do|does|is|are"
    r"|did|wo)n'?t|not"
    r"|no longer|stopped|does not|do not|is not|are not) (?:work\w*|respond\w*|press\w*)"
    r"|(?:buttons?|keys?)(?:\s\S+)?\s(?:is|are) (?:stuck|broken|dead|jammed)|(?:screen|display) (?:just |only "
    r"|keeps )*(?:says?|saying|shows?|showing|reads)|sign[\s-]?on|(?:screen|display) (?:is "
    r"|went |goes |has )?(?:black|blank|dead|frozen|broken|cracked|off"
    r"|gone|stuck|dark)|(?:black|blank|frozen|cracked) screen"
    r"|(?:machine|terminal|pos|printer|it) prints? (?:nothing|blank)|won'?t (?:turn|switch|power|start|boot"
    r"|charge|print|read|connect|respond|accept)"
    r"|(?:doesn'?t|does not|not|can'?t|cannot|isn'?t|no longer) (?:turn(?:ing)? on|power(?:ing)?|start(?:ing)?"
    r"|boot(?:ing)?|charg(?:e|ing)|print(?:ing)?|read(?:ing)? (?:card|chip|any)\w*|connect(?:ing)?|respond(?:ing)?"
    r"|swip(?:e|ing)|accept(?:ing)?.{0,12}cards?|scan(?:ning)?)|printer|paper (?:jam|stuck|out|roll [^s?])|out of paper"
    r"|no (?:signal|network|internet|wifi|power|connection|sound)|offline|no paper|communication error|comms? error"
    r"|keeps? (?:restart|reboot|crash|beep|freez|drop|shut)\w+|fr[eo]z\w+|crash\w*|reboot\w*"
    r"|restart(?:s|ing) (?:itself|by)|error|battery|keypad|card reader"
    r"|(?:terminal|machine|device|pos) (?:is |has |was |keeps? |got |just |seems )*(?:broken|dead|down|faulty|stuck"
    r"|not working|error|died|off|malfunction\w*|beep\w*|drop\w*|fell|hung|broke)|loading forever|spinning)"
)
FEE = compiled(
    r"[千万]分之|千[一二三四五六七八九](?![百十元块])|\d%|每笔(?:都|要|还|会)*(?:扣|收)"
    r"|(?:(?:到账|结算|提现)(?:还|要|会|另外|另|都|是|得|需)*|\ue003(?:要|会|还)*(?:另外|额外))(?:收|扣)(?:钱|费"
    r"|\ue002|几)"
    r"|(?<![a-z])(?:take|charge|deduct|keep)s?\s.{0,16}(?:per|each|every) (?:sale|withdrawal|transaction"
    r"|payout|payment)"
    r"|what do you (?:take|keep|deduct)"
    r"|手续费|费率|扣率|押金|保证金|流量费|服务费|刷卡费|点[数位](?:多少|几)|千分之|百分之几|扣多少|扣几个点|几个点"
    r"|多少个?点|年费|月费|收费|通讯费|激活费|费用|附加费"
    r"|(?<![a-z])what (?:%|percent\w*|cut|rate)|how much (?:%|percent\w*|do (?:you|u|they) (?:take"
    r"|charge|deduct))|(?:%|percent) (?:do|does|are)"
    r"|(?<![a-z])(?=[a-z\ue002])(?:fees?|rates?|commission|charges?|charged|deposit (?:back|refund\w*)"
    r"|(?:refund|return).{0,40}deposit|deposit.{0,60}(?:refund\w*|return\w*|back)|mdr|cost(?:s)? (?:per|of)"
    rf"|how much (?:do you|does it|per)|percent(?:age)?|pricing|{english.FEE})(?![a-z])"
)
CHANGE_HOW = compiled(
    r"(?=[\ue003不亲修儿准切登别办卡变可咋哪在女如妈家帮弃怎想我户打拿指换收改教更朋步法流点爸用申绑结老能要请账转边重银需])"
    r"(?:(?:怎么|怎样|如何|咋|点样|想|要|打算|准备|需要|可以|可不可以|能不能|能否|能|教|指导|帮我|申请|办理|流程|步骤"
    rf"|哪里|在哪|边度|请问).{{0,14}}(?:{_CHANGE}|开通)(?!机|的卡|[过好]|了.{{0,8}}(?:没|未)).{{0,14}}"
    rf"|{_CHANGE}(?:一?[下张个])?(?:新的?|别的|另一?[张个]|其他的?)?{_CARD}.{{0,14}}(?:怎么|如何|流程|步骤|需要|要"
    r"|什么|啥|哪|资料|材料|手续|可以|吗|么|办|想|指导|注意)"
    rf"|{_CARD}.{{0,6}}(?:想|要|怎么|如何|可以|能).{{0,4}}{_CHANGE}"
    rf"|(?:用|拿|绑)(?:我)?(?:爸|妈|老婆|老公|朋友|别人|儿子|女儿|家人|亲戚|员工|他人|媳妇|配偶|老板).{{0,8}}{_CARD}"
    rf"|{_CARD}.{{0,6}}(?:可以|能|可不可以|能不能).{{0,8}}收|(?:弃用|改用|换成|不用).{{0,12}}\d{{4}}"
    rf"|{_CARD}.{{0,4}}{_CHANGE}(?:成|为|到)?\s?\ue003?.{{0,6}}(?:需要|要|怎么|如何|什么|啥|哪些).{{0,6}}(?:资料"
    rf"|材料|手续|流程|办|弄|操作)"
    rf"|{_CHANGE}{_CARD}?的?(?:入口|页面|按钮|菜单|选项|功能|表格?)"
    r"|\ue003(?:换|改)(?:成|为|到)\ue003.{0,6}(?:怎么|如何|流程|操作|可以|行|要)"
    rf"|(?:我)?(?:爸|妈|老婆|老公|朋友|别人|儿子|女儿|家人|亲戚|老板|法人).{{0,6}}{_CARD}.{{0,8}}(?:可以|能|行|收)"
    r")|(?<![a-z])(?=[a-z\ue002])(?:(?:how|guide|help me|(?:which|what) (?:documents|papers|docs|forms?)|steps?|process"
    r"|procedure|want|need|like|plan\w*|can i|could i|may i|where"
    r"|instructions?|way|walk me|teach|show me|possible|please|let me|going|intend|wish"
    r"|able)(?:\s\S+){0,6}?\s(?:chang\w*|updat\w*|switch\w*|replac\w*|mov\w*|set|us(?:e|ing)|add|link|register"
    r"|swap|edit|modify)(?:\s\S+){0,6}?\s?(?:card|account|bank|details|iban|payout)"
    r"|(?:plan\w*|want|need|like|going|intend\w*|how do i|can i) (?:to )?(?:move|switch|change"
    r"|go) from \ue003 to \ue003"
    rf"|{english.CHANGE_HOW}"
    r"|(?:can|could|possible|may|want|like)(?:\s\S+){0,6}?"
    r"\s(?:pay|paid|payouts?|takings|money|receive|get|send)(?:\s\S+){0,5}?"
    r"\s(?:in|on)?to (?:a|an|another|my other)\s(?:\w+\s){0,2}?(?:account|card|bank)"
    r"|(?:how|where)(?:\s\S+){0,4}?\s(?:register|link|add|set up)\s(?:a new one|another)"
    r"|(?:card|account|bank)(?: details?| info\w*)? needs? (?:to be )?(?:chang|updat|switch|replac)\w*"
    r"|chang\w* to (?:a|an|my|another)\s(?:\w+\s)?(?:account|card)"
    r"|(?:receive|get paid|use|payouts?).{0,20}(?:husband|wife|father|mother|son|daughter|friend|partner|brother"
    r"|sister|someone else|another person)|(?:chang\w*|updat\w*|switch\w*|replac\w*|swap\w*) (?:my |the |a "
    r"|our )?(?:\w+ )?(?:settlement |payout |bank )?(?:card|account|bank details|bank)[\s\S]{0,20}(?:how|steps"
    r"|process|\?|documents|needed|required|please))"
)
_SMALL_TALK = compiled(r"(?<![没未有能])收到了?[,.\s]*(?:谢|麻烦|辛苦|好|多谢|$)")
_HOW = compiled(
    r"怎么(?!.{0,4}(?:没|还|少|不))|如何|流程|步骤|指导|教我|需要什么|什么资料|什么材料|哪里|在哪|边度"
    r"|how (?:do|can|to|should)|guide|steps|process|procedure|documents|where (?:do|can) i"
)
_PLAN = compiled(
    r"想|打算|准备|计划|要(?=换|改|变|更)|需要(?=换|改)|可以|能不能|want|plan|would like|like to|going to"
    r"|need to|can i"
    r"|register (?:a new|another)"
)
_WISH = compiled(
    r"想|帮我|打算|准备|要[换改]|(?<![a-z])(?:want|like to|please|stop using|no longer|don't use)(?![a-z])"
)
"""Beside an old card and a new one: the change is still to be made."""
_MONEY_GOES = compiled(r"钱|(?<![a-z])(?:money|pay|paid|paying|send|sent|sending)(?![a-z])")
_PROGRESS_ONLY = compiled(r"审|批|通过|生效|申请|approved|review|application|effect")


def read_intent(text: str, about: frozenset[str], act: str | None = None) -> Intent:
    """The intent of normalised ``text``, its days, sums and numbers blanked (``\\ue001``, ``\\ue002``, ``\\ue003``).

    ``about`` names the slots that it fills: a message of nothing but a day and a sum is about a missing payout.
    """
    money_missing = MISSING.search(text) is not None
    if (said := _said_otherwise(text, about, act, money_missing)) is not None:
        return said
    if "ticket" in about or ("amounts" not in about and _asks_of_a_ticket(text)):
        return "ticket_progress"
    if (act in {"thanks", "greeting"} and not about) or (not money_missing and _SMALL_TALK.search(text)):
        return "other"
    if FAULT.search(text) and not (money_missing and about & {"amounts", "trade_dates"}):
        return "terminal_fault"
    if (DIFFERS.search(text) or (MORE_OR_LESS.search(text) and TOO_MUCH_OR_LITTLE.search(text))) and not _is_of_a_rate(
        text, about
    ):
        return "fee_question" if _FEE_TAKEN.search(text) else "payout_amount_differs"
    if _asks_of_a_fee(text, about):
        return "fee_question"
    if is_change_to_come(text) and not about & {"amounts", "trade_dates"}:
        return "change_card_how"
    if money_missing and (about or not _asks_how(text)):
        of_review = not about & {"amounts", "trade_dates"} and _only_review(text)
        return "change_progress" if of_review else "payout_missing"
    if CHANGE_PROGRESS.search(text):
        return "change_progress"
    if FEE.search(text):
        return "fee_question"
    if (of_change := _of_a_change(text, about)) is not None:
        return of_change
    said = second_opinion(text) if not about & _OF_A_PAYOUT else "other"
    if said == "other" and about & {"received", "trade_dates", "amounts", "card", "claims_cycle", "change_date"}:
        return "payout_missing"
    return said


def _said_otherwise(text: str, about: frozenset[str], act: str | None, money_missing: bool) -> Intent | None:
    """What is told by a control, by the sums themselves, or by the way."""
    of_a_payout = about & {"amounts", "trade_dates"} or (money_missing and DAY in text)
    if act == "human" and not (of_a_payout and english.CALLED.search(text)):
        return "human"
    if "net" in about and not _LACKS.search(text):
        return "payout_amount_differs"
    return topic_by_the_way(text, about, money_missing=money_missing)


def _of_a_change(text: str, about: frozenset[str]) -> Intent | None:
    """What of a change of card, if the words are about one."""
    if is_change_handed_in(text) and not about & {"amounts", "trade_dates"}:
        return "change_progress"
    if CHANGE_HOW.search(text) and ("trade_dates" not in about or ("amounts" not in about and _HOW.search(text))):
        return "change_card_how"
    if {"old_tail", "new_tail"} <= about and (_WISH.search(text) or _MONEY_GOES.search(text)):
        return "change_card_how" if _WISH.search(text) else "payout_missing"
    return None


_OF_A_PAYOUT = frozenset({"received", "trade_dates", "amounts", "claims_cycle"})
"""With one of these a message is about a payout, if no rule says what else it is about."""


_OUTCOME_ALONE = compiled(r"处理|有[下结回进]|有(?:没有)?人|(?:问题|事情?)")
"""What ``TICKET`` finds by it is asked of any matter: with a change of card in the words, of that."""


def _asks_of_a_ticket(text: str) -> bool:
    """True where something reported or promised is asked after."""
    found = TICKET.search(text)
    if found is None:
        return is_promise_asked_after(text)
    return _OUTCOME_ALONE.match(found[0]) is None or not is_status_of_change(text)


_WHICH_FEE = compiled(
    r"(?:什么|啥子?|哪门子|何)的?费(?!劲|时|力)|(?<![a-z])(?:what|which) (?:is )?(?:this |that )?(?:fee"
    r"|charge)(?![a-z])"
)
_FEE_ITSELF = compiled(
    r"押金|保证金|流量费|服务费|年费|月费|通讯费|激活费|附加费|(?<![a-z])(?:deposit (?:back|refund)|annual fee"
    r"|monthly fee)"
)
_FEE_TAKEN = compiled(
    rf"[扣收交](?:了|我|的|我们|一笔|掉|过)*\s?[\d\ue002]*[^,;!?\n]{{0,4}}(?:{_FEE_ITSELF.pattern})"
    rf"|(?:{_FEE_ITSELF.pattern})\s?[\d\ue002]*[^,;!?\n]{{0,6}}(?:[扣收交退]|charged|taken|again)"
)
_LACKS = compiled(
    r"[没未冇无]|不见|[一半][分毛]|n't|(?<![a-z])(?:not|nothing|missing|never|no|still|nowhere|unpaid|neither|none"
    r"|owed?)(?![a-z])"
)
"""With one of these in the words, less is left of a sum because nothing came of it."""
_NOT_COME = compiled(r"没到|未到|没收|没进|没来|不到账|没有到|冇到")


_RATE = compiled(r"[千百万]分之|(?<!100)(?<!50)%(?!.{0,12}(?:missing|short|没))|几个点")


def _is_of_a_rate(text: str, about: frozenset[str]) -> bool:
    """True where what is taken off is asked about as such: "刷一万扣60对吗", with its rate."""
    by_day = "trade_dates" in about or DAY in text
    return _WHICH_FEE.search(text) is not None or (_RATE.search(text) is not None and not by_day)


def _asks_of_a_fee(text: str, about: frozenset[str]) -> bool:
    """True where a fee is spoken of and no money that should have come."""
    if _is_of_a_rate(text, about):
        return True
    return _FEE_ITSELF.search(text) is not None and not _NOT_COME.search(text) and "trade_dates" not in about


_NO_NEWS = compiled(
    r"[没冇未无](?:有)?(?:消息|动静|下文|结果|结论|回[复音应]|人理|进展|通过|批|审|弄好|办好)|(?<![a-z])(?:no"
    r"|any) (?:news|answer|reply|word|update)"
)
_OF_MONEY = compiled(
    r"钱|款|到账|到数|入账|流水|(?<![a-z])(?:money|paid|pay|payouts?|funds?|cash|sales?|arriv\w*|settle\w*)(?![a-z])"
)


def _asks_how(text: str) -> bool:
    """True for a plan to change the card and a question how, whatever else is missing."""
    return bool(_PLAN.search(text) and _HOW.search(text) and CHANGE_HOW.search(text))


def _only_review(text: str) -> bool:
    """True when what is missing is the review's result, not money."""
    if is_status_of_change(text) and _NO_NEWS.search(text) and not _OF_MONEY.search(text):
        return True
    if not _PROGRESS_ONLY.search(text):
        return False
    without, reviews = CHANGE_PROGRESS.subn(" ", text)
    return reviews > 0 and MISSING.search(without) is None
