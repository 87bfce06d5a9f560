r"""English ways of saying what a message is about, beside those of ``knowledge.intents``.

Alternatives of its patterns, on text whose days (``\ue001``), sums (``\ue002``) and numbers (``\ue003``) are blanked.
"""

from __future__ import annotations

from knowledge.patterns import compiled

_NUMBER = r"[\ue002\ue003]"
_PAYOUT = r"(?:payouts?|payments?|settlements?|deposits?|money|funds?|credits?|amounts?|sums?|totals?|takings)"
_RUNG_UP = r"(?:charged|r[au]ng(?: up)?|tapped|took|sold|keyed in|processed|put through)"
_COMES = r"(?:landed|posted|hit|credited|dropped|reached|arrived|came)"

TICKET = (
    r"(?:complain\w*|reported|raised|logged|lodged|flagged).{0,40}(?:no\s?(?:one|body|reply|response|answer|feedback)"
    r"|nothing happened|silence|crickets|not a (?:word|peep)|heard nothing|nothing (?:back|since)|ignored"
    r"|still waiting)"
    r"|(?:ref|reference)(?: no\.?| number)?\s?\ue003?#?\d{0,6}[^;\n]{0,12}(?:any(?:one|body)|news|update|progress"
    r"|looking|status|answer)"
    r"|any(?:one|body) (?:looking|working|dealing|on it)"
)
DIFFERS = (
    r"(?<!its )(?<!it's )\ue002[^;]{0,24}(?:yet|but|while|whereas|vs\.?|versus)\s(?:the |my |your )?(?:\w+ )?"
    r"(?:statement|passbook|bank|account|app|payout|a/c)[^;]{0,16}(?:says?|shows?|has|reads?|got|was|is)\s"
    r"(?:only |just )?\ue002"
    r"|(?:book|ledger|till|slips?|receipts|terminal|pos|batch|machine|records?|z-?report)\s[^;]{0,24}\ue002[^;]{0,24}"
    r"(?:has|shows?|says|reads|got)\s(?:only |just )?\ue002"
    r"|(?:tally|tallies|add up|adds up|comes?) (?:up )?to \ue002[^;]{0,40}\ue002"
    rf"|{_RUNG_UP}\s\ue002[^;]{{0,12}}{_COMES}\s(?:in )?(?:only |just )?\ue002"
    rf"|{_RUNG_UP}\s\ue002[^;]{{0,20}}(?<![a-z])(?:you|they|u)\s(?:only |just )?(?:settled|paid|sent|credited|gave|put)"
    r"|(?:only|just) (?:sent|gave|credited|deposited|settled)(?: me| us)? \ue002 (?:for|of|from)"
    r"|(?:got|received|paid|sent) \ue002 (?:out )?of (?:the |my )?\ue002"
    r"|\ue002 (?:sale|payment|ticket|bill)[^;]{0,8}\ue002 (?:in|at|on|to) (?:the |my )?(?:bank|account)"
    r"|(?:deposited|credited|paid|posted|settled) as \ue002"
    rf"|(?:below|under) (?:what|the amount|my)|came in (?:light|low|short|under)|{_PAYOUT}[^,;.]{{0,16}}"
    r"(?:is|was|are|were|came|come|comes|'s) (?:in )?(?:light|low|under|lower|less|reduced|cut|off)(?![a-z])"
    r"|(?:shaved|trimmed|docked|clipped|skimmed|nibbled|chopped)(?![a-z])"
    r"|(?:half|part|a third|two thirds|some) of (?:what|the (?:money|amount|sum)) (?:was |is |i |we )"
    r"|partial (?:credit|payment|payout|amount|settlement)"
    r"|(?:got|received|sent|paid|credited) (?:only )?(?:half|part)(?![a-z])"
    r"|\ue002 (?:was |is |has been |got )?(?:deducted|taken off|knocked off|cut|removed|withheld) (?:from|off|out of)"
    r"|short(?:ed)?(?: by)?(?![a-z])(?!ly)(?! of (?:the|one|a|my|two) (?:other|second|last|payout|payment|sale|one))"
    r"|(?:why|what) (?:did|do|have) (?:you|they|u) (?:take|taken?|deduct\w*|remove|dock) \ue002"
    r"|paid (?:me |us )?(?:twice|double|two times)|double (?:payment|payout|paid|credit\w*)|overpaid"
)
MISSING = (
    rf"(?:{_PAYOUT}|\ue002|sales?)\s(?:is |are |was |were |still |yet |remains? |of \ue001 )*(?:late|delayed"
    rf"|pending|due)"
    rf"(?![a-z])|{_PAYOUT}\s(?:of \ue002 )?(?:is |are |still )*stuck(?![a-z])|waiting (?:for |on )?(?:the )?\ue001"
    r"|(?<!card is )(?<!card was )(?<!card got )(?<!card )lost(?! (?:my|the|our) (?:\w+ )?card)"
    r"|(?:nada|zilch|nowt|naught|nought|bupkis|diddly\w*|zip|sod all|bugger all|sweet fa|awol|walkabout|tumbleweed"
    r"|crickets|nothin|nuttin|nuffin|nuthin)(?![a-z])"
    r"|(?:(?:ai|has|have|had|did|was|is|do|does|would)n't|not|never|without)\s(?:\w+\s){0,2}?(?:a|one"
    r"|any)\s(?:single |red |bloody )*"
    r"(?:penny|cent|dime|kobo|peso|paisa|fen|sausage|bean|rupee|naira|yuan)"
    r"|(?:wala|walang|hindi|di)(?: pa)?(?: rin)?(?: po)?(?: na)? ?"
    r"(?:pumasok|pumapasok|pasok|dumating|dumarating|nareceive|natanggap|bayad|pera|payout|yung|ang)"
)
PROGRESS = (
    r"when (?:does|do|will|would|is|can) (?:the|my|our|this) (?:new )?(?:card|account|bank|change|one)[^.;?]{0,20}"
    r"(?:kick in|start|take effect|go live|work|active|effective|count|be used|ready)"
    r"|(?:card|account|bank|details) (?:change|swap|switch|update) (?:was |got )?"
    r"(?:submitted|requested|filed|lodged|sent|handed in)"
    rf"|is (?:the |my )?(?:new )?(?:card |account )?(?:ending )?{_NUMBER} "
    r"(?:active|live|on|working|effective|set|approved)"
    r"|how (?:long|many days|soon)[^.;]{0,30}[\ue002\ue003\d] (?:goes|is|gets|becomes|takes) "
    r"(?:live|active|effective|effect|approved|usable)"
    r"|(?:was|were|is|has|have) (?:the )?(?:replacement|swap|switch|change|substitution|amendment|update)(?: of)?"
    r"[^.;]{0,40}(?:authori[sz]ed|approved|passed|accepted|confirmed|granted)"
    r"|(?:sent|handed|turned|put|filled|signed|submitted|uploaded)(?: in| off| out)?[^.;]{0,16}"
    r"(?:forms?|papers|paperwork|docs|documents|application)[^?;]{0,50}"
    r"(?:any (?:word|news|update|joy)|status|approved|how long|heard (?:nothing|back)|yet\b)"
)
FEE = (
    r"do (?:i|we) pay (?:anything|something|extra)|(?:monthly|annual|yearly|machine|terminal|device) (?:rent|rental)"
    r"|(?:do(?:es)?|will|would|is)[^.;]{0,40}(?:cost (?:me |us )?(?:anything|something|extra|money)"
    r"|free(?: of charge)?|for free)"
)
CHANGE_HOW = (
    r"(?:plan\w*|want|need|like|wish|going|intend\w*|how do i|how to|can i|could i) (?:to )?"
    r"(?:swap|switch|replace|change|drop|ditch|move) (?:off |from |out )?[\ue002\ue003\d]{1,4}[^.;?]{0,40}"
    r"(?:for|with|to|by|into|instead)"
    r"|(?:steps?|how|papers|forms?|documents?)[^.;]{0,24}(?:put|get|set|use) (?:it|this|that|the new one) "
    r"(?:in (?:the )?place of|instead of|in instead of)"
    r"|(?:can|could|may) (?:i|we) (?:settle|be settled|get settled|be paid|get paid|get payouts?|receive) "
    r"(?:in|on|with)?(?:to)? ?(?:a|an|my|the) "
)
CALLED = compiled(
    r"(?<![a-z])(?:call me|ring me|phone me|(?:spoke|talked|chatted) (?:to|with)" r"|someone (?:told|said))(?![a-z])"
)
"""Beside the money that is missing: how to reach the merchant, or whom they spoke to, and no wish for a person."""
