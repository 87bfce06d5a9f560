"""Two cards in one breath, of which the words between say which is the old one: replaced, closed, no longer used."""

from __future__ import annotations

from collections.abc import Iterator

from knowledge.identifier import Identifier
from knowledge.patterns import compiled

_CUE = compiled(
    r"replac|swap|exchang|clos|cancel|using|currently|no longer|don't|stop|now"
    r"|现在|目前|而家|现时|注销|销户|不用|不想用|停用|作废"
    r"|[代顶]替|取代|结果|却|误|错|meant|supposed|should|wanted"
)
_END = r"(?![-/\d.,]\d|\d|[年月]|\s?(?:元|块|万|千|笔|的?单|的钱|没|rmb|yuan))"
_OLD = rf"(?<![\d*¥.,])\*{{0,4}}\s?(?P<old>\d{{4}}){_END}"
_NEW = rf"(?<![\d*¥.,])\*{{0,4}}\s?(?P<new>\d{{4}}){_END}"
_CARD = r"(?:\s?(?:the|my|old|new|card|account|acct|number|ending|ends|in|is|one))*\s?"
_GONE = r"(?:clos(?:ed|ing)|cancell?ed|terminated|dead now|注销|销户|销了|停用|作废|不用了|弃用)"
_RIGHT = r"(?:correct|right|proper|new|mine|should be|should go|use|正确|对的|应该?|新的|我的|现在的?)"
_CLOSED = r"(?:(?<![a-z])(?:closed|cancell?ed|terminated)|注销了?|销了)"
_LINKED = "[绑换改填写打进录弄]"
_PAIRS = tuple(
    compiled(pattern)
    for pattern in (
        rf"(?:应该?|该|要|想)是?{_LINKED}(?:成|的是|到|为|上)?{_NEW}[^\d\n]{{0,6}}(?:结果|却|但|竟|误|错)[^\d\n]{{0,6}}{_LINKED}(?:错|成|到|为|了|的|是)*{_OLD}",
        rf"(?:should|meant to|supposed to|wanted to)\s[^\d\n]{{0,24}}{_NEW},?\s(?:but"
        rf"|and instead)[^\d\n]{{0,30}}{_OLD}",
        rf"{_CLOSED}[^\d\n]{{0,30}}{_OLD}[^\d\n]{{0,40}}(?<![a-z])(?:pay|paid|use|using|put|go)\s?(?:into|to|on|in)?{_CARD}{_NEW}",
        rf"{_NEW}\s?(?:has |have |now |想|要)?(?:replac(?:ed|es|ing)|[代顶]替了?|取代了?|替换了?)"
        rf"(?:尾号?)?{_CARD}{_OLD}",
        rf"{_OLD}\s?(?:has been |was |is |got |been )?(?:replaced|swapped)\s(?:by|with|for|to){_CARD}{_NEW}",
        rf"(?<![a-z])(?:replace|swap|exchange){_CARD}{_OLD}\s?(?:by|with|for|to){_CARD}{_NEW}",
        rf"{_OLD}[^\d\n]{{0,40}}{_GONE}[^\d\n]{{0,30}}{_RIGHT}[^\d;\n]{{0,12}}{_NEW}",
        rf"{_RIGHT}[^\d;\n]{{0,12}}{_NEW}\s?,?\s?(?:and |but )?{_CARD}{_OLD}"
        rf"\s?(?:is |was |has been |已经?|被)*{_GONE}",
        rf"(?:(?:stop|quit) (?:using|paying)|(?:no longer|don't|not) (?:want to )?us(?:e|ing))(?: into"
        rf"| to)?{_CARD}{_OLD}"
        rf"[^\d\n]{{0,40}}(?<![a-z])(?:to|into|on|use|pay){_CARD}{_NEW}",
        rf"(?:不想?再?用|停用|弃用|别再?打|不要再?打)[^\d;\n]{{0,5}}{_OLD}[^\d\n]{{0,12}}"
        rf"(?:进|打|转|用|换|改|入)[^\d;\n]{{0,5}}{_NEW}",
        rf"{_OLD}\s?(?:这张|那张)?(?:卡)?(?:已经?|早就?)?{_GONE}[^\d\n]{{0,8}}(?:进|打|转|用|换|改"
        rf"|入)[^\d;\n]{{0,5}}{_NEW}",
        rf"(?:现在|目前|现时|而家)(?:我|的|用|绑|是|系|卡|在|紧|尾|号)*{_OLD}\s?,?\s?(?:请|帮我|要|想)*(?:改|换|变)(?:成|为|到)(?:尾号)?{_NEW}",
        rf"(?:现在|目前|现时|而家)(?:我|的|用|绑|是|系|卡|在|紧|尾|号)*{_OLD}[^\d\n]{{0,8}}(?:想|要|准备|打算|帮我|请"
        rf"|可以|能)"
        rf"[^\d;\n]{{0,6}}(?:换|改|变更|切)[^\d;\n]{{0,6}}{_NEW}",
        rf"(?:using|currently|now|on){_CARD}{_OLD}(?: now| at the moment)?[^\d\n]{{0,6}}"
        rf"(?:want|like|need|please|how|can)[^\d\n]{{0,24}}"
        rf"(?<![a-z])(?:chang|switch|mov|updat|go)[^\d\n]{{0,12}}(?<![a-z])(?:to|into){_CARD}{_NEW}",
    )
)


def find_pairs(text: str) -> Iterator[Identifier]:
    """The old and the new card's last digits of such words in normalised ``text``."""
    if _CUE.search(text) is None:
        return
    for pattern in _PAIRS:
        for found in pattern.finditer(text):
            yield Identifier(*found.span("old"), "old_tail", found["old"])
            yield Identifier(*found.span("new"), "new_tail", found["new"])
