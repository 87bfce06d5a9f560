"""Controls of a conversation in the words that merchants use for them, Chinese (also colloquial) and English."""

from __future__ import annotations

import re

from knowledge.reading import Act

_BEFORE = (
    r"(?:请|麻烦|劳驾|帮我|给我|我要|我想|我|那就?|你们?|可以|能|好的?|嗯+|哦|额|呃|就|先|还是|please|pls|plz|ok"
    r"|okay|well|can you|could you"
    r"|i want to|i'd like to|let's|let me|just)"
)
_AFTER = r"(?:吧|了|啊|呀|呢|哦|喔|噢|嘛|啦|哈|的|咯|呗|嘅|先|谢谢|多谢|please|pls|thanks|thank you|now|ok|here)"
TRIM = re.compile(r"^[\s,.;:!?、…~\-\"'()·]+|[\s,.;:!?、…~\-\"'()·]+$")
EMOJI = re.compile(r"[\u2190-\u2bff\U0001f000-\U0001faff\u3030\u303d\ufe0f]+")


def _whole(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?:{_BEFORE}[\s,]*)*(?:{words})(?:[\s,]*{_AFTER})*")


_HUMAN = re.compile(
    r"人工|真人|活人|转接?客服|(?:找|叫|要|接|联系|转|换|搵|揾)(?:一?[个位名])?(?:你们的?|真的?)?(?:客服|人(?!民"
    r"|们|家)|职员|员工|专员|经理|工作人员|负责人)"
    r"|有(?:没有)?(?:客服|真人|人工|活人)|客服(?:人员|小姐|小哥|在吗|呢|电话)?$|专员|负责人"
    r"|(?<![a-z])(?:human|operator|representative|real person|live (?:agent|chat|person)|customer (?:service"
    r"|support)|support (?:agent|staff|team)"
    r"|(?:an?|the|your|to|with|real|me)\s(?:agent|person|someone|somebody)|speak (?:to|with)|(?:don't|do not"
    r"|not) (?:want )?(?:to (?:talk|chat) (?:to|with) )?(?:an? )?(?:ro)?bot|not a (?:ro)?bot|talk to (?:a|an|some"
    r"|the|your|support)|^agent)(?![a-z])"
)
_NOT_HUMAN = re.compile(
    r"(?:不要|不用|不需要|别|不想|无需|唔使)(?:转|找|叫)?(?:人工|客服|真人)|人工费|no need for|don't (?:want"
    r"|need) (?:a|an) (?:human|agent"
    r"|person)"
)

_WHOLE: tuple[tuple[Act, re.Pattern[str]], ...] = (
    (
        "start_over",
        _whole(
            r"重新(?:来|开始|填|弄|问|输入)(?:一?[遍次])?|重来(?:一?[遍次])?|从头(?:来|开始)|全部?重(?:来|填)"
            r"|start over|restart|start again"
            r"|begin again|from the (?:start|beginning)|reset"
        ),
    ),
    (
        "cancel",
        _whole(
            r"取消(?:掉|这次|查询|操作)?|算了(?:吧|不弄|不查|不问)?|不(?:弄|查|问|搞|办|需要|用|填)了|退出|结束"
            r"|停止|不用查了?|关闭|cancel(?: it| this| that)?"
            r"|never ?mind|stop|quit|exit|forget it|abort|唔使啦?|唔搞"
        ),
    ),
    (
        "back",
        _whole(
            r"返回(?:上一步)?|上一步|回(?:上一步|去)|退回(?:上一步)?|上一个(?:问题)?|后退|倒回去|(?:go )?back"
            r"|previous(?: step| question)?|undo"
            r"|step back"
        ),
    ),
    (
        "wait",
        _whole(
            r"(?:稍|等)(?:等|一?等|一?下|一会儿?|一阵)+(?:我?(?:去)?(?:找|看|查|翻)一?下?.{0,6})?|稍候|稍后(?:再说"
            r"|回复)?|等下|等会儿?(?:再说)?|等等"
            r"|等我(?:一?下|一会儿?|去?(?:找|看|查|翻).{0,6})?|别急|慢点|我(?:去)?(?:找找|看看|查查|翻翻)(?:看)?"
            r"|(?:我(?:去)?)?(?:找|看|查|翻)一?下(?:再说"
            r"|先|机器|卡)?|回头(?:再说|发|给)?|一会儿?(?:再?说|发|给|回)?|再说|晚点(?:再?说|发|给)?"
            r"|过会儿?(?:再?说)?|等阵|等陣|wait(?: a (?:moment"
            r"|minute|sec(?:ond)?|bit)| up| please)?|(?:one|a|just a|give me a) (?:moment|minute|min|sec(?:ond)?)"
            r"|hold on|hang on|brb|later|(?:let me|i'll) (?:check|look|find)(?: it| that)?|not now|maybe later"
        ),
    ),
    (
        "why",
        _whole(
            r"为(?:什么|啥|何|咩)(?:要|得|非要|需要)?(?:问|知道|填|提供|这个|尾号|终端号?|日期|金额|我的?|说|要|呢"
            r"|啊|给)*.{0,8}|问(?:这个?|来|我这个?)(?:干嘛|干什么"
            r"|干啥|做什么|做咩|有什么用|做乜).{0,2}|(?:要|填)这个?(?:干嘛|干什么|干啥|做什么|有什么用)"
            r"|这(?:个?有)?什么用|有啥用|点解(?:要|问)?.{0,6}"
            r"|干嘛(?:要)?问.{0,6}|why(?: do you (?:ask|need|want)| do you need (?:it|this|that|my .{1,20})| is (?:that"
            r"|this|it) (?:needed|necessary|required)| should i.{0,20}| need (?:this|that|it))?"
            r"|what (?:do you need (?:it|this|that) for|for|is (?:this|that|it) for)|what's (?:this|that|it) for"
        ),
    ),
    (
        "language_en",
        _whole(
            r"(?:用|说|讲|换成?|切换?(?:到|成|为)?|改成?)?(?:英文|英语|英語)(?:版|界面)?|(?:(?:in|use|speak"
            r"|switch to|change to"
            r"|language)\s)*english(?: version)?|en"
        ),
    ),
    (
        "language_zh",
        _whole(
            r"(?:用|说|讲|换成?|切换?(?:到|成|为)?|改成?)?(?:中文|汉语|普通话|国语|华语)(?:版|界面)?|(?:(?:in|use"
            r"|speak|switch to|change to"
            r"|language)\s)*(?:chinese|mandarin|zhongwen)|zh|cn"
        ),
    ),
    (
        "skip",
        _whole(
            r"跳过(?:这个|这题|这一?步)?|略过|下一个(?:问题)?|这个?(?:先)?不(?:填|说|答)|先跳过|skip(?: it| this"
            r"| that)?|pass|n/?a|none|没有这个|不适用"
            r"|next question|leave it"
        ),
    ),
    (
        "refuse",
        _whole(
            r"不(?:想|愿意?|方便|便)(?:说|告诉|提供|给|填|讲|回答|透露|发)(?:你们?)?.{0,6}|不(?:说|告诉你们?|提供"
            r"|给(?:你们?)?|透露)|凭什么(?:要)?(?:告诉|给|说"
            r"|提供)?.{0,6}|(?:这是)?(?:个人)?隐私|保密|(?:i )?(?:won't|will not|refuse|don't want to"
            r"|do not want to|rather not"
            r"|prefer not to|would rather not)(?: to)?(?: (?:say|tell|give|share|answer|provide|disclose))?.{0,16}"
            r"|none of your business|(?:that's |it's )?(?:private|confidential)|no comment"
        ),
    ),
    (
        "dont_know",
        _whole(
            r"(?:真|也|都|完全|实在|我)*(?:不知道?|不晓得|不清楚|不太清楚|不确定|没印象|没概念|唔知|唔记得|不懂"
            r"|没记|没算过?|没数过?|没看|没注意|没留意|记不(?:得|起来?|清楚?|住|到)"
            r"|想不起来?|不(?:太)?记得|忘(?:记|掉|光)?|说不(?:准|清|好)|搞不清楚?|弄不清楚?|看不(?:到|见|清)"
            r"|找不(?:到|着|见)|查不到|没找(?:到|着)|没有?(?:尾号|终端号"
            r"|单子|小票))(?:是|了|在|哪|什么|时候|哪里|哪儿|哪天|多少|号|几|啊|呀|呢|日期|金额|终端|尾号|这个"
            r"|具体|清|儿|机器上?|的|咯|嘛|吧|卡){0,6}"
            r"|(?:i )?(?:really |just )?(?:don'?t|do not|dunno|dont) (?:know|remember|recall|have (?:it"
            r"|that))(?: (?:it|that|when|which|how much|where|exactly).{0,24})?|dunno|no idea|(?:i(?:'m"
            r"| am) )?not (?:really )?sure|(?:i )?can(?:'?t|not) (?:remember|recall|find(?: it)?|tell)(?: .{0,16})?"
            r"|(?:i )?forgot(?: it)?|unknown|idk|beats me|haven'?t (?:counted|checked|got it).{0,8}"
        ),
    ),
    (
        "track",
        _whole(
            r"(?:.{0,10})?(?:到账?了?|到了|来了|有消息|有结果|有进展|打款了?)(?:就|再|后|时|的时候|请)*(?:通知"
            r"|告诉|提醒|叫|说一?声|喊|话)(?:我|一?声|一?下)*"
            r"|(?:帮我|替我)?(?:盯着?|跟踪|关注|留意)(?:一?下|这笔)?|到账(?:提醒|通知)|(?:tell|notify|let|alert"
            r"|inform|message|text|ping"
            r"|remind) me (?:know )?(?:when|once|as soon as|if).{0,40}|keep (?:an eye|watch|track).{0,20}|track (?:it"
            r"|this|that|my payout)|watch (?:it|this)"
        ),
    ),
    (
        "tickets",
        _whole(
            r"(?:查|看|看看|查看|查询)?(?:一?下)?(?:我的?|所有|全部)?(?:工单|投诉单|服务单)(?:列表|进度|状态"
            r"|到哪了?)?|(?:show |list |see |view "
            r"|check )?(?:my |all )?(?:tickets?|cases?|requests)(?: list| status)?"
        ),
    ),
    (
        "help",
        _whole(
            r"帮助|使用说明|怎么用(?:啊|这个)?|你(?:会|能)(?:做|干)?(?:什么|啥)|(?:有)?什么功能|功能|菜单|主菜单"
            r"|help(?: me)?|menu|what can (?:you"
            r"|i) do|how does this work|commands|usage"
        ),
    ),
    (
        "next_step",
        _whole(
            r"下一步(?:呢|怎么办|做什么|干嘛|是什么)?|然后(?:呢|怎么办)?|接下来(?:呢|怎么办|做什么)?|继续(?:呢)?"
            r"|还有(?:呢|别的吗|其他的?吗)|next(?: step)?"
            r"|what(?:'s| is)? next|what (?:now|then)|then what|and then|continue|go on"
        ),
    ),
    (
        "done",
        _whole(
            r"(?:我|已经?|都|刚刚?|全|按要求|按你说的)*(?:弄|办|做|搞|签|处理|提交|上传|操作|验证|确认|补|改|完成"
            r"|结算|签约|设置|激活|认证)(?:好|完|过|成功?|掉)?(?:约|名|字"
            r"|批|资料|材料|文件)?了|(?:已经?)?(?:完成|搞定|办妥|提交|签约|签字|签署|上传|验证)(?:了)?|(?:all "
            r"|i'?m |it'?s |i have |i've "
            r"|already )*(?:done|finished|completed|signed(?: it| the .{0,16})?|submitted(?: it)?|uploaded(?: it)?"
            r"|verified(?: it)?|did it|did that)"
        ),
    ),
    (
        "not_solved",
        _whole(
            r"(?:问题)?(?:还|仍|依然|还是|也|根本|并|都|一直|仍然|现在)*(?:(?:没|没有|未|冇)(?:有)?(?:解决|搞定"
            r"|弄好|修好|到账?|收到|到|进账|管用|帮助|效果)|不(?:管用"
            r"|起作用|顶用))(?:问题|钱|款)?|(?:这|都|完全|一点|也)*没用|白说|等于没说|(?:it(?:'s| is)? |that "
            r"|this )?(?:still |did )?(?:not"
            r"|n't|no|hasn't|haven't|didn't|isn't)(?: been)?(?: yet)? ?(?:solved|fixed|resolved|working|help(?:ed"
            r"|ful)?|work|arrived|received)(?: yet)?|(?:still |it )?(?:didn'?t|doesn'?t|hasn'?t|isn'?t|not) (?:help"
            r"|work|solve|solved|fixed|resolved|arrived)(?: (?:it|me|yet))?|unsolved|unresolved|still (?:nothing"
            r"|missing|waiting|no money|not there)"
        ),
    ),
    (
        "solved",
        _whole(
            r"(?:问题|钱|款|已经?|都|全|现在|刚刚?|终于)*(?:解决|搞掂|搞定|到账|收到|到|好|明白|懂|知道|清楚"
            r"|收到钱|到咗|收咗)(?:啦|了|咗|晒)(?:钱|款)?|明白|懂了"
            r"|没(?:有)?问题了|没事了|(?:it(?:'s| is| has| was)? |that(?:'s| is)? |problem |issue |money |all "
            r"|has |now |been "
            r"|got )*(?:solved|fixed|resolved|sorted(?: out)?|arrived|received(?: it)?|got it|working now|good now"
            r"|clear now)(?: now| already)?|(?:i )?(?:understand|see)(?: now)?"
        ),
    ),
    (
        "thanks",
        _whole(
            r"(?:非常|十分|太|好的?|真的|万分)*(?:谢谢|多谢|感谢|谢啦|谢了|谢|感激|唔该|3q|thx|ty)(?:你们?|您|晒"
            r"|哈|帮忙|老板|亲|客服|大家)*|辛苦(?:你们?|您)?了?"
            r"|麻烦(?:你们?|您)了?|有劳了?|(?:ok |great |many |ok,)*(?:thanks|thank you|thx|cheers|appreciate it"
            r"|much appreciated|tks)(?: (?:a lot|so much|very much|you|for .{0,30}|again|man|guys))*"
        ),
    ),
    (
        "greeting",
        _whole(
            r"(?:你|您|大家|亲|老板)?(?:好|们好)(?:啊|呀|吗)?|哈(?:喽|啰|罗|咯|囉)|嗨|hi+|hello+|hey+(?: there)?"
            r"|在(?:吗|么|不|嘛|不在|没)|有人(?:吗"
            r"|在吗|么|在)|喂+|早(?:上好|安|晨|啊)?|中午好|下午好|晚上?好|晚安|good (?:morning|afternoon|evening"
            r"|day|night)|hello there"
            r"|greetings|yo|what'?s up|anyone (?:there|here)|哈喽|哈囉|您好|你好"
        ),
    ),
    (
        "correct",
        _whole(
            r"(?:我(?:刚才?|前面|上面)?(?:要|想|得)?)*(?:修?改一?下|修改|更正|改正|纠正|改(?:答案|回答|信息|资料)"
            r"|填错|写错|说错|讲错|打错|弄错|搞错|输错|记错|选错|错|有误"
            r"|有错)(?:了|一?下|信息|资料|内容|日期|金额|终端号?|尾号|个|一个|东西)*|不对(?:劲)?|(?:that'?s "
            r"|it'?s |i |was |made a )*(?:wrong"
            r"|mistake|incorrect|typo|not right|correct (?:it|that|something)|edit|change (?:an|my) answers?|fix (?:it"
            r"|that|an answer)|let me correct.{0,12}|got it wrong)"
        ),
    ),
)

_YES_WORDS = (
    r"是|是的|是啊|是呀|是嘅|对|对的|对头|对啊|对呀|对对+|没错|没问题|没有问题|不错|正确|准确|确认|确定"
    r"|确实(?:是)?|可以|行|行吧|行的|好|好的|好啊|好吧|好嘞|嗯+|嗯呢|恩|恩恩|哦?对"
    r"|当然|必须(?:的)?|同意|要|要的|需要|想|就是|是这样|就这样|没毛病|ok|okay|okk?|k|中|得|好喔|得啦|系|係|系啊"
    r"|系呀|啱|啱呀|冇错|有|已经?是|就这个|全对|都对|完全正确|可"
    r"|妥|成|1|要得|有的|愿意|就是这个|就是这张|就是这台|是这个|就是它|确认无误|无误|无误的|准确无误|冇问题|没有错"
    r"|係咁|系咁|使得|好得|嗯哼|阔以|ojbk"
    r"|yes|yep|yeah|yea|yup|ya|y|yess+|sure|right|correct|that'?s (?:right|correct|it)|exactly|indeed|of course"
    r"|absolutely|definitely|affirmative|confirm(?:ed)?|go ahead|please do|fine|all (?:good|correct|right)"
    r"|looks? (?:good|right|correct)|true|that is (?:right|correct)|aye|roger|it is|i do|perfect|sounds good"
    r"|agreed|i think so|think so|sure thing|no problem|no worries|you bet|certainly"
)
_NO_WORDS = (
    r"不|不是|不是的|不是啊|不对|不太对|不大对|不对啊|不正确|不准确|不行|不可以|不要|不要了|不用|不用了|不必"
    r"|不需要|不想|没有|没|没呢|没有啊|冇|唔系|唔係|唔啱|唔好|唔要|唔使|唔得|否|错|错了"
    r"|有错|有误|不确认|不同意|别|算了|不好|不了|还没|还没有|未|并不是|才不是|都不对|全错|哪有|怎么可能|有问题"
    r"|有点问题|不完全对|不全对|没对|0|拒绝|不愿意|莫|瞎说|胡说"
    r"|no+|nope|nah|na|n|not? (?:really|quite|at all|right|correct|exactly|that|true)|that'?s (?:not (?:right"
    r"|correct|it)|wrong)|wrong|incorrect|false|negative|i don't think so|don't think so|no way|never|not yet"
    r"|don'?t|do not|it isn'?t|it'?s not|isn'?t|i don'?t|none|no thanks?|no thank you|not"
)
_YES = re.compile(
    r"(?:(?:嗯+|哦|噢|那|就|我|这|这个|这样|都|完全|应该|全部|信息|上面|以上|内容|it|they|that|this|all|well|oh|is"
    r"|are|looks?|ok|yes|好的?"
    rf"|对)[\s,]*)*(?:{_YES_WORDS})(?:[\s,]*(?:吧|啊|呀|呢|哦|喔|嘛|啦|哈|的|了|滴|哒|嘅|谢谢|please|thanks"
    r"|thank you|sir|of course"
    r"|对|是的?|没错|正确|确认|就是|这样|的呀|it is|they are|that'?s (?:right|correct)|that|correct|right|yes))*"
)
_NO = re.compile(
    r"(?:(?:嗯+|哦|噢|那|就|我|这|这个|这样|都|完全|好像|应该|信息|上面|以上|it|they|that|this|well|oh|sorry|抱歉"
    r"|不好意思|is"
    rf"|are)[\s,]*)*(?:{_NO_WORDS})(?:[\s,]*(?:吧|啊|呀|呢|哦|喔|嘛|啦|哈|的|了|滴|谢谢|please|thanks|thank you|sir"
    r"|这样的?|这个|这样"
    r"|that|it is not|it isn'?t|it'?s not|不是|不对|错了|no|wrong|correct|right))*"
)
_DOUBT = re.compile(
    r"[?]|吗|么|呢|怎么|什么|啥|哪|还是|但是?|可是|不过|(?<![a-z])(?:but|what|why|how|or|which|though)(?![a-z])"
)
_YES_SIGNS = ("👍", "👌", "✅", "✔", "☑", "🆗", "🙆", "💯", "⭕")
_NO_SIGNS = ("👎", "❌", "✖", "🙅", "🚫", "❎", "✗")


def read_act(text: str) -> Act | None:
    """The control that normalised ``text`` as a whole is, or a wish for a person anywhere in it."""
    if _HUMAN.search(text) and not _NOT_HUMAN.search(text):
        return "human"
    if len(text) > 60:
        return None
    plain = TRIM.sub("", EMOJI.sub(" ", text))
    if not plain:
        return "thanks" if "🙏" in text else _signed(text)
    for act, pattern in _WHOLE:
        if pattern.fullmatch(plain):
            return act
    said = _said_whole(plain)
    return None if said is None else "yes" if said else "no"


def read_yes_no(text: str) -> bool | None:
    """Yes or no in normalised ``text``; None when it is neither or both."""
    plain = TRIM.sub("", EMOJI.sub(" ", text))
    if not plain:
        signed = _signed(text)
        return None if signed is None else signed == "yes"
    if len(plain) > 40 or text.rstrip().endswith(("?", "吗", "么")):
        return None
    if (whole := _said_whole(plain)) is not None:
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
