"""Controls of a conversation in the words that merchants use for them, Chinese (also colloquial) and English."""

from __future__ import annotations

import re

from knowledge.patterns import compiled
from knowledge.persons_wanted import wants_person
from knowledge.reading import Act

_BEFORE = (
    r"(?:请|麻烦|劳驾|帮我|给我|我要|我想|我|那就?|你们?|可以|能|好的?|嗯+|哦|额|呃|就|先|还是|please|pls|plz|ok"
    r"|okay|well|can you|could you|i want to|i'd like to|let's|let me|just)"
)
_AFTER = r"(?:吧|了|啊|呀|呢|哦|喔|噢|嘛|啦|哈|的|咯|呗|嘅|先|谢谢|多谢|please|pls|thanks|thank you|now|ok|here)"
_ROUND_IT = " \n,.;:!?、…~-\"'()·"
"""Says nothing before and after the words; normalised text has no other blanks."""
_EMOJI = compiled(r"[\u2190-\u2bff\U0001f000-\U0001faff\u3030\u303d\ufe0f]+")


def _whole(words: str) -> re.Pattern[str]:
    return compiled(rf"(?:{_BEFORE}[\s,]*)*(?:{words})(?:[\s,]*{_AFTER})*")


_SAID: tuple[tuple[Act, str], ...] = (
    (
        "watches",
        (
            r"(?:看看|查看|查询|查)?(?:一?下)?(?:我)?(?:现在|正在|还)?(?:在)?(?:等|盯|关注"
            r"|跟踪)(?:着)?(?:的)?(?:是)?(?:哪些|哪几笔|什么)(?:款|钱|到账)?"
            r"|(?:我的)?(?:到账)?(?:提醒|通知|关注)(?:列表|有哪些|清单)|我的(?:到账)?(?:提醒|通知)"
            r"|(?:停止|取消|关闭|关掉|停掉|删除|撤销)(?:所有|全部|这个|到账|我的)*(?:提醒|通知|跟踪|关注|盯着)"
            r"|(?:不要|不用|别|不需要|不必)(?:再)?(?:提醒|通知|盯|跟踪|告诉)(?:我|着|到账)*"
            r"|(?:show |list |see )?(?:my |all )?(?:watches|notifications|alerts|reminders)(?: list)?"
            r"|what (?:are you|am i) (?:watching|tracking|waiting for)"
            r"|(?:stop|cancel|turn off|end|no more|don'?t need) (?:the |my |all |any )*(?:watching|watch|watches"
            r"|tracking|notifying(?: me)?|notifications?|alerts?|reminders?)(?: it| this| that| me)?"
        ),
    ),
    (
        "start_over",
        (
            r"重新(?:来|开始|填|弄|问|输入)(?:一?[遍次])?|重来(?:一?[遍次])?|从头(?:来|开始)|全部?重(?:来|填)"
            r"|start over|restart|start again|begin again|from the (?:start|beginning)|reset"
        ),
    ),
    (
        "cancel",
        (
            r"取消(?:掉|这次|查询|操作)?|算了(?:吧|不弄|不查|不问)?|不(?:弄|查|问|搞|办|需要|用|填)了|退出|结束"
            r"|停止|不用查了?|关闭|cancel(?: it| this| that)?|never ?mind|stop|quit|exit|forget it|abort|唔使啦?"
            r"|唔搞"
        ),
    ),
    (
        "back",
        (
            r"返回(?:上一步)?|上一步|回(?:上一步|去)|退回(?:上一步)?|上一个(?:问题)?|后退|倒回去|(?:go )?back"
            r"|previous(?: step| question)?|undo|step back"
        ),
    ),
    (
        "wait",
        (
            r"(?:稍|等)(?:等|一?等|一?下|一会儿?|一阵)+(?:我?(?:去)?(?:找|看|查|翻)一?下?.{0,6})?|稍候"
            r"|稍后(?:再说|回复)?|等下|等会儿?(?:再说)?|等等|等我(?:一?下|一会儿?|去?(?:找|看|查|翻).{0,6})?|别急"
            r"|慢点|我(?:去)?(?:找找|看看|查查|翻翻)(?:看)?|(?:我(?:去)?)?(?:找|看|查|翻)一?下(?:再说|先|机器|卡)?"
            r"|回头(?:再说|发|给)?[你您]?|一会儿?(?:再?说|发|给|回)?[你您]?|再说|晚点(?:再?说|发|给|查|看)?[你您]?|过会儿?(?:再?说)?|等阵|等陣"
            r"|wait(?: a (?:moment|minute|sec(?:ond)?|bit)| up| please)?"
            r"|(?:one|a|just a|give me a) (?:moment|minute|min|sec(?:ond)?)|hold on|hang on|brb|later"
            r"|(?:let me|i'll) (?:check|look|find)(?: it| that)?|not now|maybe later"
            r"|(?:稍等|等等|等下|等一?下|等会儿?)[,\s]*(?:我|让我)(?:先)?(?:去|来)?(?:找|看|查|翻|问|拿|打).{0,10}"
            r"|(?:hold on|wait|one moment|hang on)[,\s]+(?:let me|i'll|i need to|i have to).{0,24}"
        ),
    ),
    (
        "why",
        (
            r"为(?:什么|啥|何|咩)(?:(?:一定|非得|还|老)?(?:要|得|需要)?(?:问|知道|填|提供|告诉|说|输"
            r"|给)(?!我).{0,8}|要(?:我的?|你们?的?)?(?:尾号|终端号?|日期|金额|这个"
            r"|手机号?码?|电话号?码?|商户号|卡号|信息|资料))?"
            r"|问(?:这个?|来|我这个?)(?:干嘛|干什么|干啥|做什么|做咩|有什么用|做乜).{0,2}"
            r"|(?:要|填)这个?(?:干嘛|干什么|干啥|做什么|有什么用)|这(?:个?有)?什么用|(?:这个?)?有(?:什么"
            r"|啥)用处?|点解(?:要|问)?.{0,6}"
            r"|干嘛(?:要)?问.{0,6}|(?:你?问这么多|问东问西)(?:干嘛|干什么|干啥|做什么).{0,2}"
            r"|[这上面个话]{0,3}(?:到底)?是?(?:什么|啥)意思|(?:没有?|[看听]?不|没[看听])太?(?:懂|明白|看懂)[呢啊呀]?"
            r"|how come(?: .{0,20})?|what do(?:es)? (?:you|it|that|this) mean"
            r"|i (?:don't|do not) (?:understand|get it|get that)"
            r"|why(?: do (?:you|u) (?:ask|need|want)| do (?:you|u) need (?:it|this|that|my .{1,20})"
            r"| is (?:that|this|it) (?:needed|necessary|required)| should i.{0,20}| need (?:this|that|it))?"
            r"|what (?:do you need (?:it|this|that) for|for|is (?:this|that|it) for)|what's (?:this|that|it) for"
        ),
    ),
    (
        "language_en",
        (
            r"(?:用|说|讲|换成?|切换?(?:到|成|为)?|改成?)?(?:英文|英语|英語)(?:版|界面)?"
            r"|(?:(?:in|use|speak|switch to|change to|language)\s)*english(?: version)?|en"
        ),
    ),
    (
        "language_zh",
        (
            r"(?:用|说|讲|换成?|切换?(?:到|成|为)?|改成?)?(?:中文|汉语|普通话|国语|华语)(?:版|界面)?"
            r"|(?:(?:in|use|speak|switch to|change to|language)\s)*(?:chinese|mandarin|zhongwen)|zh|cn"
        ),
    ),
    (
        "skip",
        (
            r"跳过(?:这个|这题|这一?步)?|略过|下一个(?:问题)?|这个?(?:先)?不(?:填|说|答)|先跳过"
            r"|skip(?: it| this| that)?|pass|n/?a|none|没有这个|不适用|next question|leave it"
        ),
    ),
    (
        "refuse",
        (
            r"不(?:太)?(?:方便|便)|不(?:想|愿意?|方便|便)(?:说|告诉|提供|给|填|讲|回答|透露|发)(?:你们?)?.{0,6}"
            r"|不(?:说|告诉你们?|提供|给(?:你们?)?|透露)|凭什么(?:要)?(?:告诉|给|说|提供)?.{0,6}"
            r"|(?:这是)?(?:个人)?隐私|保密|(?:i |i'd )?(?:won't|will not|refuse|don't want to|do not want to"
            r"|rather not|prefer not to|would rather not)(?: to)?(?: (?:say|tell|give|share|answer|provide"
            r"|disclose))?.{0,16}|none of your business|(?:that's |it's )?(?:private|confidential)|no comment"
        ),
    ),
    (
        "dont_know",
        (
            r"(?:真|也|都|完全|实在|我)*(?:不知道?|不晓得|不清楚|不太清楚|不确定|没印象|没概念|唔知|唔记得|不懂"
            r"|没记|没算过?|没数过?|没看|没注意|没留意|记不(?:得|起来?|清楚?|住|到)|想不起来?|不(?:太)?记得"
            r"|忘(?:记|掉|光)?(?:了?(?:是)?(?:哪天|几号|什么时候|啥时候)(?:换|改|刷|收))?|说不(?:准|清|好)|搞不清楚?|弄不清楚?|看不(?:到|见|清)|找不(?:到|着|见)|查不到"
            r"|(?:机器|小票|单子|卡|东西|手机)?(?:现在)?(?:没|不)(?:有)?在(?:我)?(?:身边|身上|手边|手上|旁边|这儿?|店里|跟前)"
            r"|没找(?:到|着)|没有?(?:尾号|终端号|单子|小票))(?:是|了|在|哪|什么|时候|哪里|哪儿|哪天|多少|号|几|啊"
            r"|呀|呢|日期|金额|钱|终端|尾号|这个|具体|清|儿|机器上?|的|咯|嘛|吧|卡){0,6}"
            r"|(?:i )?(?:really |just )?(?:don'?t|do not|dunno|dont) (?:know|remember|recall"
            r"|have (?:it|that))(?: (?:it|that|when|which|how much|where|exactly).{0,24})?|dunno|no idea"
            r"|(?:i(?:'m| am) )?not (?:really |quite |too )?sure(?: (?:yet|about (?:it|that)|when|which"
            r"|how much|how many|where|exactly)(?: .{0,24})?)?"
            r"|(?:i )?can(?:'?t|not) (?:remember|recall|find(?: it)?|tell)(?: .{0,16})?|(?:i )?forgot(?: it)?"
            r"|(?:i )?(?:don'?t|do not) have (?:it|that|the (?:terminal|receipt|device|card)) (?:with me|here|at hand)"
            r"|(?:it'?s )?not (?:with me|at hand)|unknown|idk|beats me|haven'?t (?:counted|checked|got it).{0,8}"
        ),
    ),
    (
        "track",
        (
            r"(?:.{0,10})?(?:一?到账?了?|到了|来了|有消息|有结果|有进展|打款了?)(?:就|再|后|时|的时候"
            r"|请)*(?:通知|告诉"
            r"|提醒|叫|说一?声|喊|话)(?:我|一?声|一?下)*|(?:帮我|替我)?(?:盯着?|跟踪|关注|留意)(?:一?下|这笔)?"
            r"|到账(?:提醒|通知)|(?:tell|notify|let|alert|inform|message|text|ping|remind) me (?:know )?(?:when"
            r"|once|as soon as|if).{0,40}|keep (?:an eye|watch|track).{0,20}|track (?:it|this|that|my payout)"
            r"|watch (?:it|this)"
        ),
    ),
    (
        "tickets",
        (
            r"(?:查|看|看看|查看|查询)?(?:一?下)?(?:我的?|所有|全部)?(?:工单|投诉单|服务单)(?:列表|进度|状态"
            r"|到哪了?)?|(?:show |list |see |view |check )?(?:my |all )?(?:tickets?|cases?|requests)(?: list"
            r"| status)?"
        ),
    ),
    (
        "help",
        (
            r"帮助|使用说明|怎么用(?:啊|这个)?|你(?:会|能)(?:做|干)?(?:什么|啥)|(?:有)?什么功能|功能|菜单|主菜单"
            r"|help(?: me)?|menu|what can (?:you|i) do|how does this work|commands|usage"
        ),
    ),
    (
        "next_step",
        (
            r"下一步(?:呢|怎么办|做什么|干嘛|是什么)?|然后(?:呢|怎么办)?|接下来(?:呢|怎么办|做什么)?|继续(?:呢)?"
            r"|(?:那|我|现在|这|该|要|可|,)*(?:怎么办|咋办|咋整|怎么弄|怎么处理|咋弄)[呢啊呀好]?"
            r"|what (?:should|do|can) (?:i|we) do(?: (?:now|then|about it|next))?"
            r"|还有(?:呢|别的吗|其他的?吗)|next(?: step)?|what(?:'s| is)? next|what (?:now|then)|then what|and then"
            r"|continue|go on"
        ),
    ),
    (
        "done",
        (
            r"(?:我|已经?|都|刚刚?|全|按要求|按你说的)*(?:弄|换|办|做|搞|签|处理|提交|上传|操作|验证|确认|补|改|完成"
            r"|结算|签约|设置|激活|认证)(?:好|完|过|成功?|掉)?(?:约|名|字|批|资料|材料|文件)?了"
            r"|(?:已经?)?(?:完成|搞定|办妥|提交|签约|签字|签署|上传|验证)(?:了)?"
            r"|(?:(?:已经?|都|全)?(?:弄|办|做|搞|签|处理|改|补)(?:好|完|妥)了?[,\s]*)?(?:那?你?(?:帮我?)?(?:再"
            r"|重新|重)(?:来)?(?:帮我?)?(?:查|核|看|核对|检查)(?:查|一查|看)?"
            r"(?:一?[次遍下])?(?:看看|结果)?|复查(?:一?[次遍下])?)"
            r"|(?:(?:all |i'?m |it'?s |i have |i've |i |we |we've |have |just |already )*(?:done(?: it| that)?"
            r"|finished(?: it)?|completed(?: it)?|signed(?: it| that| the .{0,16})?"
            r"|submitted(?: it)?|uploaded(?: it)?|verified(?: it)?|did it|did that)(?:[\s,.;!]+(?:and |so )?|$)){1,3}"
            r"|(?:(?:i'?m |it'?s |all )?(?:done|signed)[\s,.;!]+(?:and |so |now |please )*)?"
            r"(?:check|look|try|verify)(?: it| that| this)? (?:again|once more|now)"
        ),
    ),
    (
        "not_solved",
        (
            r"(?:问题)?(?:还|仍|依然|还是|也|根本|并|都|一直|仍然"
            r"|现在)*(?:(?:没|没有|未|冇)(?:有)?(?:解决|搞定|弄好|修好|到账?|收到|到|进账|管用|帮助|效果)"
            r"|不(?:管用|起作用|顶用))(?:问题|钱|款)?|(?:这|都|完全|一点|也)*没用|白说|等于没说"
            r"|(?:it(?:'s| is)? |that |this )?(?:still |did )?(?:not|n't|no|hasn't|haven't|didn't"
            r"|isn't)(?: been)?(?: yet)? ?(?:solved|fixed|resolved|working|help(?:ed|ful)?|work|arrived"
            r"|received)(?: yet)?|(?:still |it )?(?:didn'?t|doesn'?t|hasn'?t|isn'?t|not) (?:help|work|solve|solved"
            r"|fixed|resolved|arrived)(?: (?:it|me|yet))?|unsolved|unresolved"
            r"|(?:i )?still (?:don'?t|do not|can'?t|cannot|haven'?t) (?:see|find|got|get|have|received?)"
            r"(?: it| anything| the money| my money)?"
            r"|still (?:nothing|missing|waiting|no money|not there)"
            r"|(?:旧|老|原来?|新|那张|两张|哪张)?的?(?:卡|账户)(?:(?:里面?|上面?)(?:也|都|还是?|并"
            r"|根本)*(?:没有?|冇|查不到"
            r"|没看到)|[也都]没有)(?:钱|到账|收到|这笔|的)*"
            r"|(?:it(?:'s| is) )?(?:not|nothing) (?:in|on) (?:the|my) (?:old|new|other) (?:card|account)(?: either)?"
        ),
    ),
    (
        "solved",
        (
            r"(?:问题|钱|款|已经?|都|全|现在|刚刚?|终于)*(?:解决|搞掂|搞定|到账|收到|到|好|收到钱"
            r"|到咗|收咗)(?:啦|了|咗|晒)(?:钱|款)?|(?:明白|懂|清楚)(?:啦|了|晒|咗)|没(?:有)?问题了|没事了"
            r"|(?:(?:找|看|查|弄)(?:到|好)了|(?:i )?(?:found|see|got|have) it(?: now)?)"
            r"[,;.!\s]+(?:问题|都|已经?|and |it's |it is )*"
            r"(?:解决|搞定|搞掂|没事|到账?|收到|solved|fixed|resolved|sorted)了?"
            r"|(?:it(?:'s| is| has| was)? |that(?:'s| is)? |problem |issue |money |all |has |now |been "
            r"|got )*(?:solved|fixed|resolved|sorted(?: out)?|arrived|received(?: it)?|working now|good now"
            r"|clear now)(?: now| already)?|(?:i )?(?:understand|see)(?: now)?"
        ),
    ),
    (
        "thanks",
        (
            r"(?:非常|十分|太|好的?|真的|万分)*(?:谢谢|多谢|感谢|谢啦|谢了|谢|感激|唔该|3q|thx|ty)(?:你们?|您|晒|哈"
            r"|帮忙|老板|亲|客服|大家)*|辛苦(?:你们?|您)?了?|麻烦(?:你们?|您)了?|有劳了?"
            r"|(?:ok |great |many |ok,)*(?:thanks|thank you|thx|cheers|appreciate it|much appreciated"
            r"|tks)(?: (?:a lot|so much|very much|you|for .{0,30}|again|man|guys))*"
        ),
    ),
    (
        "greeting",
        (
            r"(?:你|您|大家|亲|老板)(?:们)?好(?:啊|呀|吗)?|哈(?:喽|啰|罗|咯|囉)|嗨|hi+|hello+|hey+(?: there)?"
            r"|在(?:吗|么|不|嘛|不在|没)|有人(?:吗|在吗|么|在)|喂+|早(?:上好|安|晨|啊)?|中午好|下午好|晚上?好|晚安"
            r"|good (?:morning|afternoon|evening|day|night)|hello there|greetings|yo|what'?s up"
            r"|anyone (?:there|here)|哈喽|哈囉|您好|你好"
        ),
    ),
    (
        "correct",
        (
            r"(?:我(?:刚才?|前面|上面)?(?:要|想|得)?)*(?:修?改一?下|修改|更正|改正|纠正|改(?:答案|回答|信息|资料)"
            r"|填错|写错|说错|讲错|打错|弄错|搞错|输错|记错|选错|错|有误|有错)(?:了|一?下|信息|资料|内容|日期|金额"
            r"|终端号?|尾号|个|一个|东西)*|不对(?:劲)?"
            r"|(?:that'?s |it'?s |i |was |made a )*(?:wrong|mistake|incorrect|typo|not right"
            r"|correct (?:it|that|something)|edit|change (?:an|my) answers?|fix (?:it|that|an answer)"
            r"|let me correct.{0,12}|got it wrong)"
        ),
    ),
)
_WHOLE = tuple((act, _whole(words)) for act, words in _SAID)
_ANY_OF_THEM = _whole("|".join(words for _, words in _SAID))

_YES_WORDS = (
    r"是|是的|是啊|是呀|是嘅|对|对的|对头|对啊|对呀|对对+|没错|没问题|没有问题|不错|正确|准确|确认|确定|确实(?:是)?"
    r"|可以|行|行吧|行的|好|好的|好啊|好吧|好嘞|嗯+|嗯呢|嗯呐|嗯哪|昂|没得错|恩|恩恩|哦?对|当然|必须(?:的)?|同意"
    r"|要|要的|需要|想|就是"
    r"|是这样|就这样|没毛病|ok|okay|okk?|k|中|得|好喔|得啦|系|係|系啊|系呀|啱|啱呀|冇错|有|已经?是|就这个|全对|都对"
    r"|知道(?:了|啦|晒|咗)|晓得了|了解了?|明白"
    r"|完全正确|可|妥|成|1|要得|有的|愿意|就是这个|就是这张|就是这台|是这个|就是它|确认无误|无误|无误的|准确无误"
    r"|冇问题|没有错|係咁|系咁|使得|好得|错不了|没跑儿?|没差|可不(?:是)?|是?这[天日笔家]|就是?[这那][天日笔家张台个]|嗯哼|阔以|ojbk"
    r"|(?:spot|bang|dead) on|yes|yep"
    r"|yeah|yea|yup|ya|y|yess+|sure|right|correct"
    r"|that'?s (?:right|correct|it)|exactly|indeed|of course|absolutely|definitely|affirmative|confirm(?:ed)?"
    r"|go ahead|please do|fine|all (?:good|correct|right)|looks? (?:good|right|correct)|true"
    r"|that is (?:right|correct)|aye|roger|it is|i do|perfect|sounds good|agreed|i think so|think so|sure thing"
    r"|no problem|no worries|you bet|certainly|(?:i )?got it|noted|no doubt|without (?:a )?doubt|yah|ofc|100 ?%"
    r"|you got it"
    r"|(?:spot|bang) on|too right|quite right|dead right|just so|na so|that'?s (?:the one|me|mine|him|her)"
    r"|that'?ll be it"
    r"|(?:abeg|yes) yes|si|oo|oo nga|opo|haan|ji haan|(?:yes,? )?(?:it|i|we) (?:did|was|have|has|sure is)|totally"
    r"|fair enough"
    r"|sounds right|go for it|do it|why not|by all means|deal|uh[\s-]?huh|mm?[\s-]?hmm?|yass+|for sure|bingo|precisely"
    r"|it'?s (?:right|correct|true)|(?:i )?reckon so|exactly (?:so|that)"
)
_NO_WORDS = (
    r"不|不是|不是的|不是啊|不对|不太对|不大对|不对啊|不正确|不准确|不行|不可以|不要|不要了|不用|不用了|不必|不需要"
    r"|不想|没有|没|没呢|没有啊|冇|唔系|唔係|唔啱|唔好|唔要|唔使|唔得|否|错|错了|有错|有误|不确认|不同意|别|算了"
    r"|不好|不了|还没|还没有|未|并不是|才不是|都不对|全错|哪有|怎么可能|你?(?:说|弄|搞|写|填|记|看|查|听"
    r"|理解)错了?|都?不是这[个张台]|有问题|有点问题|不完全对|不全对|没对|[搞弄记写说看]?[反岔混]了|错[啦咯喽]|(?:不|唔)是这[天日笔家]|0|拒绝"
    r"|不愿意|莫|瞎说|胡说|no+|nope|nah|na|n|not? (?:really|quite|at all|right|correct|exactly|that|true)"
    r"|that'?s (?:not (?:right|correct|it)|wrong)|wrong|incorrect|false|negative|i don't think so|don't think so"
    r"|naw|nae|nay|nein|non|nahi|hindi(?: po)?|nuh[\s-]?uh|uh[\s-]uh|at all|(?:hell|heck|god) no|neither|way off"
    r"|far from it"
    r"|(?:of course|certainly|absolutely|definitely|surely) not|(?:it|i|we|that)(?:'s| is| was| did| has"
    r"| have)?(?: not|n'?t)(?: mine| me)?"
    r"|no way|never|not yet|(?:please )?don'?t|do not|it isn'?t|it'?s not|isn'?t|i don'?t|none|no thanks?"
    r"|no thank you|not"
)
_YES = compiled(
    r"(?:(?:嗯+|哦|噢|那|就|我|这|这个|这样|都|完全|应该|全部|信息|上面|以上|内容|it|they|that|this|all|well|oh|is"
    rf"|are|looks?|ok|yes|好的?|对)[\s,]*)*(?:{_YES_WORDS})(?:[\s,]*(?:吧|啊|呀|呢|哦|喔|嘛|啦|哈|的|了|滴|哒|嘅"
    r"|谢谢|please|thanks|thank you|sir|of course|对|是的?|没错|没问题|正确|确认|就是(?:这[个张台样]|它)?|就?这样"
    r"|的呀|嘞|咧|哩|儿|就?是?这[天日笔家]|it is|they are"
    r"|that'?s (?:right|correct)|that|correct|right|yes|[^,;\d不没]{1,6}也[是这]?[么样]?[说讲]的?))*"
)
_NO = compiled(
    r"(?:(?:嗯+|哦|噢|那|就|我|这|这个|这样|都|完全|好像|应该|信息|上面|以上|it|they|that|this|well|oh|sorry|抱歉"
    rf"|不好意思|is|are)[\s,]*)*(?:{_NO_WORDS})(?:[\s,]*(?:吧|啊|呀|呢|哦|喔|喎|㖞|嘞|咧|哩|嘛|啦|哈|的|了|滴"
    rf"|谢谢|please"
    rf"|thanks"
    r"|thank you|sir|这样的?|这个|这样|that|it is not|it isn'?t|it'?s not|不是|不对|错[了啦]|no|wrong|correct|right))*"
)
_DOUBT = compiled(
    r"[?]|吗|么|呢|怎么|什么|啥|哪|还是|但是?|可是|不过|(?<![a-z])(?:but|what|why|how|or|which|though|idea|clue|and no"
    r"|maybe"
    r"|perhaps"
    r"|not sure)(?![a-z])"
)
_UNSURE = compiled(r"(?<![a-z])not (?:really |quite |too |so )?sure(?![a-z])|不(?:太|是很)?(?:确定|肯定)")
_WHAT_IT_IS_OF = compiled(
    r"^(?:你们?[说写]的)?(?:日子|日期|时间|金额|钱数|数目?|卡号?|尾号|名字|机号|终端号?)(?:都|也)?(?=\S)"
)
"""Before the answer: what the question was about."""
_YES_SIGNS = ("👍", "👌", "✅", "✔", "☑", "🆗", "🙆", "💯", "⭕")
_NO_SIGNS = ("👎", "❌", "✖", "🙅", "🚫", "❎", "✗")


def without_emoji(text: str) -> str:
    """Normalised ``text`` with a blank for every run of pictures."""
    return text if text.isascii() else _EMOJI.sub(" ", text)


def bare(text: str) -> str:
    """Normalised ``text`` without pictures, and without blanks and punctuation around the words."""
    return without_emoji(text).strip(_ROUND_IT)


def read_act(text: str) -> Act | None:
    """The control that normalised ``text`` as a whole is, or a wish for a person anywhere in it."""
    if wants_person(text):
        return "human"
    if len(text) > 60:
        return None
    plain = bare(text)
    if not plain:
        return "thanks" if "🙏" in text else _signed(text)
    for act, pattern in _WHOLE if _ANY_OF_THEM.fullmatch(plain) else ():
        if pattern.fullmatch(plain):
            return act
    said = _said_whole(plain)
    return None if said is None else "yes" if said else "no"


def read_yes_no(text: str) -> bool | None:
    """Yes or no in normalised ``text``; None when it is neither or both."""
    plain = bare(text)
    if not plain:
        signed = _signed(text)
        return None if signed is None else signed == "yes"
    if len(plain) > 40 or text.rstrip().endswith(("?", "吗", "么")) or _UNSURE.search(plain):
        return None
    if (whole := _said_whole(_WHAT_IT_IS_OF.sub("", plain))) is not None:
        return whole
    head, gap, rest = plain.partition(",") if "," in plain else plain.partition(" ")
    if gap and not _DOUBT.search(rest):
        said, other = _said_whole(head), _said_whole(rest.strip())
        return said if other in {None, said} else None
    return None


def _said_whole(plain: str) -> bool | None:
    return True if _YES.fullmatch(plain) else False if _NO.fullmatch(plain) else None


def _signed(text: str) -> Act | None:
    yes, no = (any(sign in text for sign in signs) for signs in (_YES_SIGNS, _NO_SIGNS))
    return None if yes == no else "yes" if yes else "no"
