"""One to five stars in the words of merchants."""

from __future__ import annotations

import re

from knowledge.acts import bare
from knowledge.patterns import compiled

_RATING_WORDS = (
    (
        1,
        r"一|壹|one|terrible|awful|very bad|worst|horrible"
        r"|(?:非常|很|太|极|特别|超|十分|极其|相当)(?:不满意?|差劲?|烂|糟糕?)|差评|极差|垃圾|差到极点|最差|(?:[给打评]|你们?|个)*最低(?:分|的|档|星)*"
        r"|(?:the )?(?:lowest|minimum|worst)(?: possible)?(?: (?:score|rating|marks?))?"
        r"(?: (?:you have|there is|possible))?",
    ),
    (
        2,
        r"二|两|two|bad|poor|不(?:太|怎么|大)?(?:满意|好|行)|差|较差|比较差|不太好|not (?:good|satisfied|great)"
        r"|unsatisfied|dissatisfied",
    ),
    (
        3,
        r"三|叁|three|一般(?:般)?|凑合|马马虎虎|中等|普通|还可以|average|so-?so|ok|okay|medium|neutral|fair"
        r"|过得去",
    ),
    (4, r"四|肆|four|满意|不错|好|挺好|较好|比较满意|蛮好|good|satisfied|nice|还不错|挺满意|挺不错"),
    (
        5,
        r"五|伍|five|满分|(?:非常|很|太|十分|特别|超级?|极其|相当|最)(?:满意|好|棒|赞|不错)|完美|(?:[给打评]|你们?|个)*最高(?:分|的|档|星)*|好评|excellent"
        r"|perfect|great"
        r"|(?:the )?(?:highest|maximum|best)(?: possible)?(?: (?:score|rating|marks?))?"
        r"(?: (?:you have|there is|possible))?|very (?:good|satisfied|happy)|awesome|amazing"
        r"|best|outstanding|superb|full marks|棒|优秀"
        r"|赞",
    ),
)
_RATING_COMPILED = tuple((stars, compiled(words)) for stars, words in _RATING_WORDS)
_NUMBER_SAID = compiled(r"[一壹二两三叁四肆五伍]|one|two|three|four|five")
_EXTREMES = frozenset({1, 5})
"""How many stars words that name no number can mean: "good" may be three or four of them, and is asked again."""
_RATING_FRAME = compiled(
    r"(?:(?:我|就|打|给|评|评价|选|服务|你们?|个|,|i'?d say|i give(?: it)?|give(?: it| you)?|rate(?: it)?|rating"
    r"|score|it'?s|it was)\s*)*(?P<core>.+?)\s*(?:颗|个|粒)?(?:星(?:星|级)?|分|⭐|points?|stars?|out of (?:5|five)"
    r"|/\s*5|级)?(?:吧|啊|哦|了|呢|好了|啦)*"
)


_STARS = compiled(r"(?<![\d.一二三四五六七八九十])([1-5一二两俩三四五])\s?(?:颗|个|粒)?星(?!期|半)")
_STAR_COUNTS = {str(number): number for number in range(1, 6)} | {
    "一": 1,
    "二": 2,
    "两": 2,
    "俩": 2,
    "三": 3,
    "四": 4,
    "五": 5,
}
_POINTS_AND_WORDS = compiled(
    r"(?<![\d.一二三四五六七八九十不])(?P<count>[1-5一二两三四五])\s?(?:分(?![之钟半\d])|stars?(?![a-z])|points?(?![a-z]))"
)
_WORDS_AND_NUMBER = compiled(r"(?:(?P<before>\D{2,16}?)[\s,]*)?(?P<count>[1-5])(?:[\s,]+(?P<after>\D{2,16}))?")
_FULL_MARKS = compiled(
    r"(?:给|打|必须|当然)*(?:满分(?:[5五]分)?|[5五]分满分|满星|五星好评|好评)(?:吧|啊|哦|了)?(?:,[^\d,不没未差]{1,16})?"
)


def read_rating(text: str) -> int | None:
    """One to five stars in digits, words or signs; None for anything else (100分, 4.5)."""
    stars = text.count("⭐") + text.count("★") + text.count("🌟")
    plain = bare(text.replace("☆", ""))
    if stars and not plain:
        return stars if stars <= 5 else None
    frame = _RATING_FRAME.fullmatch(plain)
    core = frame["core"].strip() if frame else plain
    if text.startswith(("-", "负")):
        return None
    if (one := _STARS.findall(plain)) and len(one) == 1:
        return _STAR_COUNTS[one[0]]
    if core.isdecimal():
        return int(core) if 1 <= int(core) <= 5 else None
    if _FULL_MARKS.fullmatch(plain):
        return 5
    if (beside := _beside_words(plain)) is not None:
        return beside
    core, plain = core.removesuffix("的"), plain.removesuffix("的")
    for number, pattern in _RATING_COMPILED:
        if pattern.fullmatch(core) or pattern.fullmatch(plain):
            return number if number in _EXTREMES or _NUMBER_SAID.fullmatch(core) else None
    return None


def _beside_words(text: str) -> int | None:
    """ "1分，太慢了", "good, 4": one number of points, with words that give no other."""
    said = {*_POINTS_AND_WORDS.findall(text)}
    if (
        len(said) == 1
        and {sign for sign in text if sign.isdecimal()} <= said
        and not re.search(r"不是|not|满分|out of", text)
    ):
        return _STAR_COUNTS[said.pop()]
    found = _WORDS_AND_NUMBER.fullmatch(text)
    if found is None:
        return None
    words = (found["before"] or found["after"] or "").strip(" ,.!")
    known = any(pattern.fullmatch(words) for _, pattern in _RATING_COMPILED)
    return int(found["count"]) if known else None
