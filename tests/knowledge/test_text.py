import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.text import normalise


@pytest.mark.parametrize(
    ("written", "compared"),
    [
        ("４０２１３３７７", "40213377"),
        ("ＰＯＳ机", "pos机"),
        ("結算帳戶", "结算账户"),
        ("週五嗰日", "周五那日"),
        ("到帐", "到账"),
        ("3号，4号", "3号,4号"),
        ("8821，2300", "8821, 2300"),
        ("没到。换卡了。", "没到;换卡了;"),
        ("11—15", "11-15"),
        ("a\u200bb\ufeff c", "ab c"),
        ("  two\t blanks ", "two blanks"),
        ("one\nline", "one\nline"),
    ],
)
def test_width_case_and_script_do_not_matter(written: str, compared: str) -> None:
    assert normalise(written) == compared


@given(st.text())
def test_any_text_has_one_form(text: str) -> None:
    once = normalise(text)
    assert isinstance(once, str)
    assert once.encode("utf-8", "ignore").decode() == once or not once.isascii()


def test_lone_surrogates_break_nothing() -> None:
    assert normalise("钱\ud83d没到") == "钱没到"
