"""Card numbers are taken out of words before anything is stored, logged or answered (PCI DSS 3.4.2, 3.5.1; FAQ 1157).

Found by shape, by the issuers' prefixes, by Luhn's check digit (which real-looking UnionPay numbers may fail) and
by the words before them; written plain, spaced, dashed, dotted, full-width, in Chinese digits, over two lines, or
in two messages. Masked numbers (622848******1234) stay, and so do merchant numbers, order numbers, phones and
identity cards that evidently are such.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import pairwise

from stdnum import luhn

MASK = "••••••"

_SHORTEST, _LONGEST = 13, 19
_CHINESE = {sign: str(number) for number, sign in enumerate("零一二三四五六七八九")} | {"〇": "0", "幺": "1", "○": "0"}
_PERHAPS_DIGIT = re.compile(rf"[{''.join(_CHINESE)}]|[^\x00-\x7f\u4e00-\u9fff]")
"""Of the common Chinese signs only those of ``_CHINESE`` are digits."""
_UNSEEN = "\u200b-\u200f\u2060\ufeff\ufe0f\u20e3\u00ad"
_GAP = rf"[\s\-–—―−_.·•‧・,，、/|:：*~{_UNSEEN}]{{0,6}}"
_RUN = re.compile(rf"(?<![0-9*])[0-9](?:{_GAP}[0-9])+")
_TOKEN = re.compile(r"[0-9]+")
_WEAK = re.compile(r"[,，、/|:：*~]")

_KNOWN = re.compile(
    r"62\d{14,17}|4\d{12,18}|5[0-9]\d{14}|(?:222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d{12}|3[47]\d{13}"
    r"|35\d{14,17}|3(?:0[0-5]|[689]\d)\d{11,16}|6[0134-9]\d{14,17}|9\d{15,18}|81\d{14,17}"
)
_CARD_WORDS = re.compile(
    r"(?:卡号|卡號|银行卡|銀行卡|结算卡|結算卡|收款卡|储蓄卡|借记卡|信用卡|新卡|旧卡|舊卡|卡|账号|帳號|账户|帳戶"
    r"|賬號|賬戶|户口|戶口|对公|對公|card(?: number| no\.?)?|account(?: number| no\.?)?|iban|a/c"
    r"|pan)[^\d\n]{0,8}\n?\s*$",
    re.IGNORECASE,
)
_OTHER_WORDS = re.compile(
    r"(?P<merchant>商户|商戶|商编|商編|mid|merchant)"
    r"|(?P<order>订单|訂單|流水|单号|單號|交易号|交易號|参考号|參考號|凭证|憑證|order|transaction|reference|ref"
    r"|trace)|(?P<identity>身份证|身份證|证件|證件|id card|identity)"
    r"|(?P<terminal>终端|終端|设备|設備|机器|機器|pos|terminal|device|tid)",
    re.IGNORECASE,
)
_SECRETS = re.compile(
    r"(?P<label>(?:cvv2?|cvc2?|cvn2?|安全码|安全碼|背面.{0,2}位|后三位|後三位|有效期(?:至|到)?"
    r"|exp(?:iry|ires|iration)?(?: date)?|valid (?:thru|until)|密码|密碼|取款密码|支付密码|pin(?: code)?|password"
    r"|验证码|驗證碼)\s*[:：=是为為]?\s*)(?P<secret>\d[\d/\-年月. ]{1,7}\d|\d{3})",
    re.IGNORECASE,
)
_BESIDE = re.compile(r"\s*[,，;；]?\s*(?:0[1-9]|1[0-2])\s?[/\-]\s?(?:20)?\d\d(?!\d)(?:\s*[,，;；]?\s*\d{3,4}(?!\d))?")
_SUMS = re.compile(r"(?:\d{1,3}(?:,\d{3})*|\d+)\.\d\d(?:[\s,，、+]+(?:\d{1,3}(?:,\d{3})*|\d+)\.\d\d)+")
_DATE_TOKEN = re.compile(r"20[0-4]\d(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])")
_TERMINAL_THEN_MORE = re.compile(
    r"\d{8}(?:[\s,，、]+(?:20\d{6}|20\d\d[-/.]\d{1,2}[-/.]\d{1,2}"
    r"|(?:1[0-2]|0?[1-9])[-/.](?:3[01]|[12]\d|0?[1-9])|\d{1,7}\.\d\d(?!\d)))(?:[\s,，、]+[\d,.]{1,9})*"
)
_PHONE = re.compile(r"(?:\+?86)?1[3-9]\d{9}")


@dataclass(frozen=True, slots=True)
class Redaction:
    """``text`` without card numbers. ``joined``: the number began in the message before, which must be scrubbed too."""

    text: str
    found: bool = False
    joined: bool = False


def redact(text: str, *, allow: frozenset[str] = frozenset(), before: str | None = None) -> Redaction:
    """Take card numbers out of ``text``; the same object comes back when there is nothing to take out.

    ``allow`` names what was asked just now (``merchant_no``, ``terminal_id``): such values stay. ``before`` is the
    message of the same chat just before this one, where a number may have begun.
    """
    spans = card_spans(text, allow)
    joined = False
    if before and not spans:
        end = _continued(before, text, allow)
        joined, spans = end > 0, [(0, end)] if end else []
    if not spans:
        return Redaction(text)
    pieces: list[str] = []
    last = 0
    for start, end in spans:
        pieces += text[last:start], MASK
        beside = _BESIDE.match(text, end)
        last = beside.end() if beside else end
    pieces.append(text[last:])
    return Redaction(_SECRETS.sub(lambda found: found["label"] + "•••", "".join(pieces)), True, joined)


def card_spans(text: str, allow: frozenset[str] = frozenset()) -> list[tuple[int, int]]:
    """Where card numbers stand in ``text``."""
    if len(text) < _SHORTEST:
        return []
    plain = _plain(text)
    if sum(map(plain.count, "0123456789")) < _SHORTEST:
        return []
    spans: list[tuple[int, int]] = []
    for run in _RUN.finditer(plain):
        if run.end() - run.start() < _SHORTEST:
            continue
        spans.extend(_in_run(plain, run, allow))
    return spans


def _plain(text: str) -> str:
    """Sign for sign: every kind of digit as 0-9, so that offsets stay."""
    if text.isascii():
        return text
    return _PERHAPS_DIGIT.sub(lambda found: _CHINESE.get(found[0]) or _digit(found[0]), text)


@lru_cache(maxsize=4096)
def _digit(sign: str) -> str:
    if sign.isascii():
        return sign
    number = unicodedata.digit(sign, None)
    return sign if number is None else str(number)


def _in_run(text: str, run: re.Match[str], allow: frozenset[str]) -> Iterator[tuple[int, int]]:
    tokens = [found.span() for found in _TOKEN.finditer(text, *run.span())]
    if sum(end - start for start, end in tokens) < _SHORTEST or _SUMS.fullmatch(run[0]):
        return
    label = _label(text, run.start())
    first = 0
    while first < len(tokens):
        last = _card_from(text, tokens, first, label if first == 0 else None, allow)
        if last is None:
            first += 1
            continue
        yield tokens[first][0], tokens[last][1]
        first = last + 1


def _label(text: str, start: int) -> str | None:
    """What the words just before call the number: card, merchant, order, identity, terminal."""
    before = text[max(0, start - 16) : start]
    others = list(_OTHER_WORDS.finditer(before))
    if card := _CARD_WORDS.search(before):
        return (
            ("card")
            if not others or others[-1].start() < card.start() or others[-1].lastgroup != ("merchant")
            else ("merchant")
        )
    return others[-1].lastgroup if others else None


def _card_from(
    text: str, tokens: list[tuple[int, int]], first: int, label: str | None, allow: frozenset[str]
) -> int | None:
    """The last token of a card number that begins with this token.

    A number in one piece is preferred to a longer one.
    """
    digits = ""
    best: int | None = None
    for last in range(first, len(tokens)):
        start, end = tokens[last]
        digits += text[start:end]
        if len(digits) > _LONGEST:
            long_account = last == first and label == "card" and len(digits) <= 24
            return last if long_account else best
        if len(digits) >= _SHORTEST and _is_card(digits, text, tokens[first : last + 1], label, allow):
            best = last
            if last == first or (_in_fours(tokens[first : last + 1]) and luhn.is_valid(digits)):
                return last
    return best


def _is_card(digits: str, text: str, tokens: list[tuple[int, int]], label: str | None, allow: frozenset[str]) -> bool:
    length = len(digits)
    whole = len(tokens) == 1
    if length == 15 and whole and ("merchant_no" in allow or label == "merchant"):
        return False
    if not whole and _evidently_several(text, tokens, label, allow):
        return False
    known, valid = _KNOWN.fullmatch(digits) is not None, luhn.is_valid(digits)
    regular = whole or _in_fours(tokens)
    if known and valid:
        return not (label in {"identity", "order"} and length not in {16, 19}) and (
            regular or not _weakly_joined(text, tokens)
        )
    if label == "card" and regular:
        return True
    if not regular or label in {"order", "identity", "merchant"}:
        return False
    if digits.startswith("62") and length >= 16:
        return not _is_identity_card(digits)
    return valid and length in {16, 19} and not _DATE_TOKEN.match(digits)


def _in_fours(tokens: list[tuple[int, int]]) -> bool:
    """Grouped as cards are printed: 4-4-4-4(-3), 4-6-5 and 4-6-4, or six and the rest."""
    sizes = [end - start for start, end in tokens]
    if len(sizes) == 2:
        return sizes[0] == 6 and sizes[1] >= 8
    return (set(sizes[:-1]) == {4} and sizes[-1] <= 4) or sizes in ([4, 6, 5], [4, 6, 4])


def _weakly_joined(text: str, tokens: list[tuple[int, int]]) -> bool:
    """True when a comma, slash or colon stands between: that joins sums and dates rather than parts of a card."""
    return any(_WEAK.search(text, left[1], right[0]) for left, right in pairwise(tokens))


def _evidently_several(text: str, tokens: list[tuple[int, int]], label: str | None, allow: frozenset[str]) -> bool:
    """True for things said side by side: two terminals, a terminal and a date, a phone and something."""
    parts = [text[start:end] for start, end in tokens]
    if any(len(part) == 8 and _DATE_TOKEN.fullmatch(part) for part in parts) or any(map(_PHONE.fullmatch, parts)):
        return True
    if len(parts[0]) == 8 and (label == "terminal" or "terminal_id" in allow):
        return True
    return _TERMINAL_THEN_MORE.fullmatch(text, tokens[0][0], tokens[-1][1]) is not None


def _is_identity_card(digits: str) -> bool:
    """An 18-digit Chinese identity number: a birth date inside and the check digit of ISO 7064 (GB 11643)."""
    if len(digits) != 18:
        return False
    try:
        born = date(int(digits[6:10]), int(digits[10:12]), int(digits[12:14]))
    except ValueError:
        return False
    weights = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
    check = "10X98765432"[sum(int(sign) * weight for sign, weight in zip(digits, weights, strict=False)) % 11]
    return 1900 <= born.year <= 2100 and check == digits[17]


_RUN_AT_END = re.compile(rf"[0-9](?:{_GAP}[0-9])*[\s\-.,，…]*$")
_RUN_AT_START = re.compile(rf"[\s\-.…]*[0-9](?:{_GAP}[0-9])*")


def _continued(before: str, text: str, allow: frozenset[str]) -> int:
    """Where in ``text`` a card number ends that began at the end of ``before``; 0 when there is none."""
    left, right = _RUN_AT_END.search(_plain(before)), _RUN_AT_START.match(_plain(text))
    if left is None or right is None:
        return 0
    heads, tails = (_TOKEN.findall(part[0]) for part in (left, right))
    if any(_DATE_TOKEN.fullmatch(part) or _PHONE.fullmatch(part) for part in (*heads, *tails)):
        return 0
    if "terminal_id" in allow and len(tails[0]) == 8:
        return 0
    label = _label(_plain(before), left.start())
    for first in range(len(heads)):
        for last in range(len(tails), 0, -1):
            digits = "".join(heads[first:] + tails[:last])
            if _SHORTEST <= len(digits) <= _LONGEST and (
                label == "card" or (_KNOWN.fullmatch(digits) and luhn.is_valid(digits))
            ):
                return _end_of_token(right, last)
    return 0


def _end_of_token(run: re.Match[str], number: int) -> int:
    return list(_TOKEN.finditer(run[0]))[number - 1].end()
