"""Text as it is compared: one width, one case, one script, no invisible characters.

The result is only for understanding; what a merchant wrote is stored and shown as written. Traditional characters
become Simplified with OpenCC (Apache-2.0), so that one set of words serves both scripts.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from opencc import OpenCC

from knowledge.patterns import compiled
from knowledge.spelled_digits import in_digits
from knowledge.weekdays_mistyped import mend_weekdays

_TO_SIMPLIFIED = OpenCC("t2s")

# Also the private signs that stand for days and sums while a message is read: nobody else may bring them in.
_INVISIBLE = dict.fromkeys(
    [
        0x00AD,
        *range(0x200B, 0x2010),
        *range(0x202A, 0x202F),
        *range(0x2060, 0x2065),
        *range(0xFE00, 0xFE10),
        0xFEFF,
        *range(0xE000, 0xE010),
    ]
)
_SAME_SIGN = str.maketrans(
    {
        "‐": "-", "‑": "-", "‒": "-", "–": "-", "—": "-", "―": "-", "−": "-", "﹣": "-",
        "～": "~", "〜": "~", "∼": "~", "’": "'", "‘": "'", "“": '"', "”": '"', "。": ";",
        "帐": "账", "圆": "元", "𠮶": "那", "嗰": "那", "㖊": "寻", "噚": "寻", "咗": "了", "嘅": "的", "冇": "没",
        "喺": "在", "曰": "日", "〇": "零", "○": "零", "両": "两",
    }
)  # fmt: skip
_CIRCLED = {0x2460 + number: "; " for number in range(20)}
"""①②: which statement it is, and no digit of the number behind it."""
_ACCOUNT_MISTYPED = compiled(r"(?<=[到入])[张涨仗](?=[了没,;\s]|$)")
"""到张, 到涨: typed for 到账."""
_FINANCIAL_THREE = compiled(r"参(?=[佰仟拾万元])")
"""參 in financial numerals is 叁; OpenCC makes it 参, as in 参加."""
_LEI = compiled(r"嘞(?=卡)")
"""换嘞卡 in the south-west: 换了卡; elsewhere, as in 7号嘞钱, it stands for 的."""
_LEI_OF = compiled(r"嘞(?=[钱款数账货营刷卖收])")
_SPELT_OUT = compiled(r"(?<!\S)(?:[一-鿿] ){2,}[一-鿿](?![^\s。，,;.!?；！？])")
"""Sign by sign, as who shouts writes: 钱 没 到."""
_WIDE_THOUSANDS = compiled(
    r"(?<![0-9０-９，])[０-９]{1,3}(?:，[０-９]{3})+(?!，?[0-9０-９])"
    r"|(?<![0-9０-９，.])[0-9]{1,3}(?:，[0-9]{3})+(?=\.[0-9]{2}(?![0-9]))"
)
"""All in full width, as ４，３００, or with cents behind, as 4，080.00: the comma parts thousands."""
_SPACED = compiled(r"(?<=[一-鿿]) (?=[\d¥])|(?<=\d) (?![一二三四五六七八九十])(?=[一-鿿])")
_UNSPACED = compiled(r"(?<=[一-鿿])[\d¥]|\d(?=[一-鿿])")
"""Keyboards that set a blank between Chinese and digits do so throughout; by hand it stands for a pause."""
_SPACED_UNIT = compiled(r"(?<=\d) ([千百万块]) (?=\d(?!\d))")
_A_PAIR_OF = compiled(r"[俩仨](?=[百千万])")
"""俩千三: two, or three, with their measure word drawn in."""
_TWENTY = compiled(r"(?<=[百千])廿|廿(?=[一二三四五六七八九]?[块元蚊])")
_BLANKS = compiled(r"[^\S\n]+")
# A full-width comma between half-width digits separates statements ("尾号8821，230元") and hardly ever thousands.
_WIDE_COMMA = compiled(r"(?<=[0-9０-９])，(?=[0-9０-９])")
_CONTRACTED = compiled(r"\b(is|are|was|were|has|have|had|did|do|does|could|should|would)nt\b")
_WHERE_IS = compiled(r"\b(where|what|that|who)s\b")


@lru_cache(maxsize=2048)
def normalise(text: str) -> str:
    """Bring text to the form in which words are recognised: NFKC, casefold, Simplified, plain dashes and quotes.

    Chinese full stops become ``;`` (a dot would make decimals) and runs of blanks one blank; line breaks stay, they
    separate statements.
    """
    if "②" in text:
        text = text.translate(_CIRCLED)
    text = _WIDE_THOUSANDS.sub(lambda found: found[0].replace("，", ","), text)
    plain = unicodedata.normalize("NFKC", _WIDE_COMMA.sub("， ", text)).translate(_INVISIBLE).casefold()
    if not plain.isascii():
        plain = _TO_SIMPLIFIED.convert(plain.encode("utf-8", "ignore").decode()).translate(_SAME_SIGN)
        plain = _TWENTY.sub("二十", plain)
        plain = _A_PAIR_OF.sub(lambda found: "两" if found[0] == "俩" else "三", plain)
        if "嘞" in plain:
            plain = _LEI_OF.sub("的", _LEI.sub("了", plain))
        plain = _SPELT_OUT.sub(lambda found: found[0].replace(" ", ""), plain)
        plain = _FINANCIAL_THREE.sub("叁", _ACCOUNT_MISTYPED.sub("账", plain))
    if "nt" in plain:
        plain = _CONTRACTED.sub(lambda found: found[1] + "n't", plain)
    if "s" in plain:
        plain = _WHERE_IS.sub(lambda found: found[1] + "'s", plain)
    if "d" in plain:
        plain = mend_weekdays(plain)
    plain = in_digits(plain)
    plain = _SPACED_UNIT.sub(lambda found: found[1], _BLANKS.sub(" ", plain).strip())
    return plain if plain.isascii() or _UNSPACED.search(plain) else _SPACED.sub("", plain)
