"""Questions find their articles, and what is none of our business finds nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.features import features
from knowledge.learning import Odds
from knowledge.matching import ANSWER, Match, Ranker, offered, zone
from knowledge.sounds import sound

ENTRIES = {
    "fees": [
        "为什么少了手续费",
        "扣了多少手续费",
        "手续费怎么算的",
        "到账金额不对 少了一点",
        "费率是多少",
        "why less money",
        "what fee was taken",
    ],
    "old_card": [
        "钱打到旧卡了",
        "怎么还打到原来的卡",
        "旧卡收到了钱",
        "换卡以后还是进旧卡",
        "money went to my old card",
        "paid to the old one",
    ],
    "hotline": [
        "客服电话多少",
        "怎么联系收单机构",
        "有没有人工电话",
        "打哪个号码",
        "phone number please",
        "how do I call you",
    ],
}
OFF = [
    "今天天气怎么样",
    "讲个笑话",
    "帮我订机票",
    "比特币多少钱",
    "what is the weather",
    "tell me a joke",
    "book a flight",
]


@pytest.fixture(scope="module")
def ranker():
    return Ranker(ENTRIES, OFF)


@pytest.mark.parametrize(
    ("question", "entry"),
    [
        ("手续费扣了几块", "fees"),
        ("怎么打到我旧的那张卡里", "old_card"),
        ("電話號碼是多少", "hotline"),
        ("ＯＬＤ　ＣＡＲＤ got the money", "old_card"),
    ],
)
def test_other_words_find_the_entry(ranker, question, entry):
    assert ranker.rank(question)[0].id == entry


def test_the_same_words_are_certain(ranker):
    (best, *_) = ranker.rank("费率是多少？")
    assert best.id == "fees"
    assert best.confidence >= 0.99


def test_script_width_and_case_make_no_difference(ranker):
    for one, other in (
        ("钱打到旧卡了吗", "錢打到舊卡了嗎"),
        ("Money to OLD card", "money to old card"),
        ("fee 12", "ｆｅｅ　１２"),
    ):
        assert ranker.rank(one) == ranker.rank(other)


def test_homophones_are_understood(ranker):
    assert ranker.rank("手续非怎么算的")[0].id == "fees"
    assert sound("账") == sound("帐") == sound("丈") == "zhang"
    assert sound("a") == ""


def test_the_same_question_of_two_entries_is_only_offered():
    ranker = Ranker({**ENTRIES, "other": ["费率是多少", "别的问题", "还有一个"]}, OFF)
    matches = ranker.rank("费率是多少")
    assert {matches[0].id, matches[1].id} == {"fees", "other"}
    assert zone(matches) == "offer"


def test_zones():
    assert zone(()) == "none"
    assert zone((Match("a", ANSWER),)) == "answer"
    assert zone((Match("a", 0.3), Match("b", 0.1))) == "offer"
    assert zone((Match("a", 0.1),)) == "none"
    assert offered((Match("a", 0.1),)) == ()
    assert [match.id for match in offered((Match("a", 0.4), Match("b", 0.2), Match("c", 0.01), Match("d", 0.01)))] == [
        "a",
        "b",
    ]


def test_why_an_entry_was_found(ranker):
    reason = ranker.why("打到旧卡", "old_card")
    assert "旧卡" in reason.nearest
    assert reason.pieces


@given(st.text(max_size=60))
@settings(max_examples=80, deadline=None)
def test_any_words_are_ranked(ranker, text):
    matches = ranker.rank(text)
    assert all(0 <= match.confidence <= 1 for match in matches)
    assert list(matches) == sorted(matches, key=lambda match: -match.confidence)


def test_learning_twice_gives_the_same(ranker):
    assert Ranker(ENTRIES, OFF).rank("旧卡 手续费") == ranker.rank("旧卡 手续费")


def test_the_words_of_a_name_are_learnt_from():
    named, nameless = (
        Ranker({**ENTRIES, "lost_parcel": ["where is it", "it went missing"]}),
        Ranker({**ENTRIES, "x": ["where is it", "it went missing"]}),
    )
    assert named.rank("my parcel")[0].id == "lost_parcel"
    assert nameless.rank("my parcel")[0].id != "x"


def test_an_empty_base_finds_nothing():
    assert Ranker({}).rank("钱没到") == ()


def test_long_numbers_are_all_alike():
    assert features("终端 40213377") == features("终端 40213378")
    assert features("3号") != features("4号")


def test_odds_are_learnt():
    odds = Odds.of([((value / 10,), value > 5, 1.0) for value in range(11)] * 5)
    assert odds.chance((0.0,)) < 0.2 < 0.8 < odds.chance((1.0,))


OUT_OF_SCOPE = [
    ("zh", "火锅底料哪个牌子好"),
    ("zh", "周末去哪儿玩"),
    ("zh", "孩子发烧了怎么办"),
    ("zh", "电动车怎么上牌"),
    ("en", "recipe for pancakes"),
    ("en", "who is the president"),
    ("en", "fix my bicycle"),
    ("en", "best beach in Spain"),
]
IN_SCOPE = [
    ("zh", "卡换好了可是钱跑到老卡里去了", "paid_to_old_card"),
    ("zh", "扣的手续费是怎么算的", "net_of_fees"),
    ("zh", "拉卡拉客服热线", "policy_contact_acquirer"),
    ("zh", "换卡要准备哪些资料", "guide_documents"),
    ("zh", "周末算不算工作日", "guide_working_days_calendar"),
    ("en", "how do I change my settlement card", "guide_change_card_howto"),
    ("en", "the bank says my account is closed", "returned_account_closed"),
    ("en", "they offered me a free terminal, is it a scam", "policy_free_terminal_offers_scam"),
]


def test_the_shipped_base_answers_what_it_knows(shipped):
    for locale, question, id in IN_SCOPE:
        matches = shipped.match(locale, question)
        assert id in [match.id for match in matches[:3]], (question, matches[:3])


def test_the_shipped_base_does_not_answer_what_it_does_not_know(shipped):
    for locale, question in OUT_OF_SCOPE:
        assert zone(shipped.match(locale, question)) != "answer", question


def test_a_question_in_another_language_is_understood(shipped):
    matches = shipped.match("zh", "they offered me a free terminal, is it a scam")
    assert matches[0].id == "policy_free_terminal_offers_scam"
