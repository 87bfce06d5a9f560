"""Card numbers go, whatever their clothes; what only looks like one stays. All numbers are invented."""

import re
import unicodedata

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum import luhn

from knowledge.redaction import MASK, card_spans, redact

VISA = "4111111111111111"
UNION = "6222020000000000000"
UNION += luhn.calc_check_digit(UNION)
UNION = UNION[:18] + luhn.calc_check_digit(UNION[:18])


@pytest.mark.parametrize(
    "written",
    [
        VISA,
        UNION,
        "4111 1111 1111 1111",
        "4111-1111-1111-1111",
        "4111.1111.1111.1111",
        "4111_1111_1111_1111",
        "4111·1111·1111·1111",
        "4111 1111\n1111 1111",
        "4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1",
        "４１１１１１１１１１１１１１１１",
        "４１１１　１１１１　１１１１　１１１１",
        "④①①①①①①①①①①①①①①①",
        "四一一一一一一一一一一一一一一一",
        "4111\u200b1111\u200b1111\u200b1111",
        "411111 1111111111",
        "5555555555554444",
        "2221000000000009",
        "378282246310005",
        "3782 822463 10005",
        "30569309025904",
        "3530111333300000",
        "6011111111111117",
        "4222222222222",
    ],
)
def test_a_card_number_goes(written: str) -> None:
    for text in (written, f"我的卡是{written}谢谢", f"card {written}, please"):
        clean = redact(text)
        assert clean.found
        assert MASK in clean.text
        assert not any(sign.isdigit() or sign in "一四" for sign in clean.text)


def test_unionpay_numbers_that_fail_luhn_go_too() -> None:
    assert redact("6222021234567890121是新卡").text == f"{MASK}是新卡"
    assert redact("6228 4812 3456 7890 123").text == MASK


@pytest.mark.parametrize("label", ["卡号", "银行卡号是", "账号：", "my card number is ", "account no. "])
def test_what_is_called_a_card_number_is_one(label: str) -> None:
    assert redact(f"{label}1234567890123456").text == f"{label}{MASK}"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "终端 40213377 昨天 2300",
        "商户号898440154110027",
        "898440154110027",
        "MID 822331059980041 TID 40213377",
        "流水2026110922001156781423508817没到",
        "订单号20261103123456789",
        "微信单号4200001234202611031234567890",
        "身份证110101199003074514",
        "622848******1234",
        "6228 48** **** 1234",
        "电话13812345678，终端40213377，11月3号2300元",
        "15912345678 20261103",
        "40213377 20261103 2300",
        "40213377 11-03 2300",
        "2026-11-03 21:33:20 金额 1024.00",
        "4650.00 2300.00 1200.00",
        "41626031\n573.00\n9038",
        "订单494251537506154345",
        "2026-11-03, 2026-11-04, 2026-11-05",
        "3号4号5号6号7号8号9号10号11号12号",
    ],
)
def test_what_is_no_card_number_stays(text: str) -> None:
    clean = redact(text)
    assert clean.text is text
    assert not clean.found


def test_what_was_asked_for_stays() -> None:
    amex_like = "341111111111111"
    assert luhn.is_valid(amex_like)
    assert redact(amex_like).found
    assert not redact(amex_like, allow=frozenset({"merchant_no"})).found
    two = "40000018 40000018"
    two = next(t for t in (f"400000{n:02} 40000018" for n in range(100)) if luhn.is_valid(t.replace(" ", "")))
    assert redact(two).found
    assert not redact(two, allow=frozenset({"terminal_id"})).found


def test_several_numbers_go_and_the_words_between_them_stay() -> None:
    clean = redact(f"旧卡{VISA}，新卡 5555 5555 5555 4444，3号2300没到")
    assert clean.text == f"旧卡{MASK}，新卡 {MASK}，3号2300没到"


def test_what_belongs_to_a_card_goes_with_it() -> None:
    clean = redact(f"{VISA} 12/28 123")
    assert clean.text == MASK
    labelled = redact(f"卡号{VISA} CVV 123 有效期 12/28 密码:908070")
    assert not re.search(r"\d", labelled.text)


def test_a_number_in_two_messages_is_found() -> None:
    clean = redact("1111 1111 好的", before="我的卡号是 4111 1111")
    assert clean == type(clean)(f"{MASK} 好的", True, True)
    assert redact("1111", before="411111111111").joined
    assert not redact("20261103", before="40213377").found
    assert not redact("13812345678", before="40213377").found
    assert not redact("昨天2300", before="40213377").found


def test_the_number_itself_is_never_in_what_is_said_of_it() -> None:
    assert VISA not in repr(redact(f"x{VISA}"))


digit_forms = st.sampled_from(["plain", "wide", "chinese"])
GAPS = ["", "", "", " ", "-", ".", "\n", " - ", "·", "_", "　", "\u200b", "–"]


def dressed(number: str, gaps: list[str], form: str) -> str:
    signs = {"plain": "0123456789", "wide": "０１２３４５６７８９", "chinese": "零一二三四五六七八九"}[form]
    return "".join(signs[int(sign)] + gap for sign, gap in zip(number, gaps, strict=True)).rstrip("".join(GAPS))


def numbers(text: str) -> str:
    plain = unicodedata.normalize("NFKC", text).translate(str.maketrans("零一二三四五六七八九", "0123456789"))
    return re.sub(r"\D", "", plain)


words = st.text(
    alphabet=st.characters(exclude_categories=["Nd", "No", "Nl", "Cs"], exclude_characters="零〇○一二三四五六七八九幺*")
)


@settings(max_examples=400, deadline=None)
@given(
    prefix=st.sampled_from(["62", "4", "51", "55", "35"]),
    body=st.text(alphabet="0123456789", min_size=18, max_size=18),
    length=st.sampled_from([16, 19]),
    gaps=st.lists(st.sampled_from(GAPS), min_size=19, max_size=19),
    form=digit_forms,
    before=words,
    after=words,
)
def test_no_dress_hides_a_card_number(
    prefix: str, body: str, length: int, gaps: list[str], form: str, before: str, after: str
) -> None:
    length = 16 if prefix[0] == "5" else length
    number = (prefix + body)[: length - 1]
    number += luhn.calc_check_digit(number)
    written = dressed(number, gaps[:length], form)
    pieces = re.findall(r"\d+", unicodedata.normalize("NFKC", written))
    assume(not any(re.fullmatch(r"20[0-4]\d{5}|1[3-9]\d{9}", piece) for piece in pieces))  # a date or a phone inside
    clean = redact(before + written + after)
    assert clean.found
    assert number not in numbers(clean.text)
    assert len(numbers(clean.text)) < 6


@settings(max_examples=200, deadline=None)
@given(st.text(), st.frozensets(st.sampled_from(["merchant_no", "terminal_id"])))
def test_text_of_few_digits_is_the_same_object(text: str, allow: frozenset[str]) -> None:
    assume(sum(sign.isdigit() or sign in "零〇○一二三四五六七八九幺" for sign in text) < 13)
    assert redact(text, allow=allow).text is text


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="0123456789 -\n,.*４一卡号商户x", max_size=60), st.text(alphabet="0123456789 -", max_size=20))
def test_redacting_twice_changes_nothing_more(text: str, before: str) -> None:
    once = redact(text, before=before)
    assert not card_spans(once.text)
    assert redact(once.text).text == once.text
