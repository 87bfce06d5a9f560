"""A wish for a person, anywhere in a merchant's words."""

from __future__ import annotations

from knowledge.patterns import compiled

_WISH = compiled(
    r"(?=[跟和同别不专人叫回客帮我打找投换接揾搵有没活真给联要负转让请派安喊值坐座来懂接话能可你])"
    r"(?:人工|真人|活人|转接?客服|(?:找|叫|要|接|联系|转|换|搵|揾)(?:一?[个位名])?(?:你们的?|真的?)?(?:客服"
    r"|人(?!民|们|家|了)|职员|员工|专员|经理|工作人员|负责人|领导|主管)|人呢$|没人理|(?:给我|帮我)(?:打|回)个?电话"
    r"|(?:打|回)个?电话给我|(?<!没人)(?<!没)回我?个?电话|(?:我|要)投诉(?:你们?)?$|投诉你们?$|有(?:没有)?(?:客服"
    r"|真人|人工|活人)"
    r"|客服(?:人员|小姐|小哥|在吗|呢|电话)?$|客服(?:妹妹|小妹|姐姐|大姐|美女|帅哥|哥哥?|小姐姐|同学)|坐席|座席|值班(?:经理|主管|人员|的?人)"
    r"|来个电话(?:呗|吧|行|好|$)|转接?[^,;]{1,6}[话语]的?(?:同事|人|客服)|找个(?:会说话|懂|明白|能说话|管事|说了算|会讲)[^,;]{0,3}(?:的|人)|懂(?:的|行的)人"
    r"|[跟和同][^,;]{0,6}(?:领导|经理|主管|老板|负责人)[^,;]{0,3}[唠聊谈说讲]|叫个[^,;]{1,5}的来|接线员|话务员|[跟和同]机器[^,;]{0,2}[讲说聊谈扯]|(?:能"
    r"|可以)(?:发)?语音(?:吗|么|不)|你们?的?电话(?:号码)?(?:是)?(?:多少|几号)|专员|负责人|(?:跟|和|同)真?人工?(?:说|讲|聊|谈|沟通|对话)|(?:别"
    r"|不要|不想)[^,;]{0,4}机器人"
    r"|(?:叫|让|请|派|安排|喊|揾|找)(?:一?[个位名])?(?:你们?的?|你)?(?:业务员|客服|经理|主管|领导|老板|师傅|专员"
    r"|负责人|工作人员|人|同事)"
    r"(?:[^,;]{0,3})(?:联系|打|回|来|找|处理|上门|加|跟|和|同|出面|对接|服务|帮|讲|说|接)"
    r")|(?<![a-z])(?:(?:need|want|get|give|send|find)\s(?:me\s|us\s)?(?:an?\s|some\s|your\s|the\s)?(?:agent"
    r"|person|human|rep"
    r"|representative|manager|supervisor)|(?:talk|speak|chat)\s(?:to|with)\s(?:\w+\s){0,2}?(?:manager|supervisor"
    r"|boss|staff"
    r"|people)|human|operator|representative|real person|live (?:agent|chat|person)"
    r"|customer (?:service|support)|support (?:agent|staff|team)"
    r"|(?:an?|the|your|to|with|real|me)\s(?:agent|person|someone|somebody)|speak (?:to|with)"
    r"|(?:don't|do not|not) (?:want )?(?:to (?:talk|chat) (?:to|with) )?(?:an? )?(?:ro)?bot|not a (?:ro)?bot"
    r"|(?:can|could|would|will|have|get) (?:some(?:one|body)|any(?:one|body)|you) (?:please )?(?:to )?(?:ring"
    r"|call|phone|contact) (?:me|us)"
    r"|(?:rather|prefer)(?: to)? not (?:\w+ ){0,3}(?:ro)?bot|(?:stop|no"
    r"|enough) (?:with )?(?:the )?(?:ro)?bots?(?![a-z])|(?<=[.!;,] )agent(?=[.!]|$)"
    r"|call me|(?:ring|phone) (?:me|us) back|connect me|(?:need|want) someone|someone from|talk to (?:a|an|some"
    r"|the|your|support)"
    r"|^agent|^(?:person|somebody|someone|staff|support)(?:\s(?:please|pls|plz|now))?[.!]*$)(?![a-z])"
)
_NO_WISH = compiled(
    r"(?:不要|不用|不需要|别|不想|无需|唔使)(?:转|找|叫)?(?:人工|客服|真人)|人工费|no need for"
    r"|don't (?:want|need) (?:a|an) (?:human|agent|person)"
)


def wants_person(text: str) -> bool:
    """Whether normalised ``text`` asks for a person to take over."""
    return bool(_WISH.search(text)) and not _NO_WISH.search(text)
