"""What the ranker is made of: directions of words, slips of the keyboard, and the bytes that learning is kept in."""

from __future__ import annotations

import math
from array import array
from operator import mul

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.learning import Columns
from knowledge.matching import Ranker
from knowledge.packing import Packer, Unpacker
from knowledge.side_by_side import SHARE, SideBySide
from knowledge.soundalikes import SoundAlikes
from knowledge.spelling import MENDED, Spelling
from knowledge.wordvectors import Language, WordVectors, word_vectors

ENTRIES = {
    "fees": ["why less money", "what fee was taken", "扣了多少手续费"],
    "old": ["paid to my old card", "进旧卡了"],
}


def near(one: str, other: str) -> float:
    a, b = word_vectors().vector(one), word_vectors().vector(other)
    assert a is not None
    assert b is not None
    return sum(map(mul, a, b)) / math.hypot(*a) / math.hypot(*b)


@pytest.mark.parametrize(
    ("word", "kin", "stranger"),
    [
        ("stolen", "theft", "cooking"),
        ("payout", "payment", "weather"),
        ("fee", "charge", "cooking"),
        ("topped up my account", "top up the account", "sing a song"),
        ("包裹", "快递", "唱歌"),
        ("钱退回来了吗", "退款", "天气"),
        ("密码记不得了", "忘记密码", "唱首歌"),
    ],
)
def test_words_that_stand_in_for_each_other_are_near(word, kin, stranger):
    assert near(word, kin) > near(word, stranger) + 0.2


def test_words_without_meaning_have_no_direction():
    assert word_vectors().vector("9031 qzxv …") is None
    assert word_vectors().vector("") is None


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_what_the_words_of_a_text_count_has_length_one(text):
    shares = [share for _, share in word_vectors().weighed(text)]
    assert not shares or math.hypot(*shares) == pytest.approx(1.0)


@given(
    st.lists(st.tuples(st.integers(-2048, 2048), st.lists(st.floats(-2, 2), min_size=5, max_size=5)), max_size=20),
    st.integers(0, 5),
)
@settings(max_examples=60, deadline=None)
def test_weights_side_by_side_are_added_as_if_each_were_alone(rows, size):
    beside = SideBySide(size)
    total = sum(share * beside.sparse(enumerate(weights[:size])) for share, weights in rows)
    plain = [sum(share * weights[label] for share, weights in rows) / SHARE for label in range(size)]
    assert beside.sums(total) == pytest.approx(plain, abs=0.002)


@pytest.mark.parametrize("size", [2, 40])  # of few labels all are common, of many none
def test_a_sparse_matrix_gives_the_plain_product(size):
    rows = [[(0, 1.5)], [(0, -0.25), (1, 2.0)], []]
    columns = Columns(size, array("I", [0, 0, 1]), array("f", [1.5, -0.25, 2.0]), array("I", [0, 1, 3, 3]))
    assert [list(columns[number]) for number in range(3)] == rows
    assert columns.times([(0, 0.5), (1, 0.25), (2, 0.5)])[:2] == pytest.approx([0.6875, 0.5], abs=0.002)


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("settlemnt crad", "settlement card"),
        ("Where is my PAYOTU?", "where is my payout?"),
        ("whether it rains", "whether it rains"),  # a word, though the base does not use it
        ("qzxv 手续fee", "qzxv 手续fee"),
        ("id8821 cadr", "id8821 card"),
        ("teh payyotu", "the payout"),  # three letters too; two slips from six on
        ("caed", "card"),  # of two words as near the commoner
    ],
)
def test_slips_are_mended(said, meant):
    assert (
        Spelling(["the", "settlement", "card", "cash", "payout", "weather", "fee", "caned", "手续费"]).mended(said)
        == meant
    )


def test_text_without_any_words_is_not_mended_for_long():
    mended = Spelling(["card"]).mended(" ".join(["cadr"] * (MENDED + 2)))
    assert mended.split() == ["card"] * MENDED + ["cadr"] * 2


@pytest.mark.parametrize(
    ("said", "meant"),
    [
        ("瘦续费多少", "手续费多少"),
        ("扣了手绪费", "扣了手续费"),
        ("受到了吗", "受到了吗"),  # a word that sounds like the base's
        ("登陆不了", "登陆不了"),  # nothing of the base sounds like that
        ("我手费", "我手费"),  # no word, but all of its signs are the base's, and what it sounds like is no word
        ("收机坏了", "手机坏了"),  # what it sounds like is a word
    ],
)
def test_what_was_typed_by_its_sound_is_mended(said, meant):
    assert SoundAlikes(["手续", "续费", "收到", "到了", "扣了", "首费", "手机"]).mended(said) == meant


def test_of_pairs_that_sound_the_same_the_commoner_is_meant():
    assert SoundAlikes(["手续", "手序"]).mended("瘦叙") == "手续"


def test_a_chinese_word_is_the_longest_that_has_a_vector():
    whole, parts = (word_vectors().weighed(text) for text in ("信用卡", "信,用,卡"))
    assert len(whole) == 1
    assert len(parts) == 3


def test_every_language_keeps_its_own_places_and_sizes():
    one = Language(["a"] * 8 + ["cat"], bytes(8) + b"\x17", (0.5, 1.0), 0.02)
    other = Language(["的"] * 8 + ["猫"], bytes(8) + b"\x2f", (1.0, 2.0), 0.02)
    both = WordVectors([one, other])
    assert both.row(8) == [0.5, 7.0]
    assert both.row(17) == [2.0, -2.0]
    assert both.weighed("cat") == [(8, 1.0)]
    assert both.weighed("猫") == [(17, 1.0)]


def test_words_that_no_example_has_are_understood_by_their_meaning():
    ranker = Ranker(
        {"theft": ["my wallet was stolen", "a thief took it"], "meal": ["cook me dinner", "a recipe for soup"]},
        ["what is the weather"],
    )
    (best, *_) = ranker.rank("my purse was robbed by a burglar")
    assert best.id == "theft"
    assert ranker.rank("my kitchen was baking a meal")[0].id == "meal"


def test_an_entry_with_many_examples_is_not_asked_for_more_often():
    many = [f"my {thing} is lost" for thing in ["card", "phone", "wallet", "key", "purse", "watch", "coat", "bag"]]
    ranker = Ranker({"many": [*many, "the money went astray"], "few": ["the money is slow"]}, ["what is the weather"])
    best, other = ranker.rank("the money")
    assert best.id == "few"
    assert best.confidence > 3 * other.confidence


def test_chinese_words_that_no_example_has_are_understood_by_their_meaning():
    ranker = Ranker({"parcel": ["包裹丢了", "快件不见了"], "meal": ["怎么做饭", "汤的做法"]}, ["今天天气怎么样"])
    assert ranker.rank("邮件遗失")[0].id == "parcel"
    assert ranker.rank("做个菜")[0].id == "meal"


def test_what_was_learnt_serves_another_ranker():
    first = Ranker(ENTRIES, ["what is the weather"])
    other = Ranker(ENTRIES, learnt=first.learnt)
    for question in ("扣钱了", "the fee please", "旧卡", "paid where"):
        assert other.rank(question) == first.rank(question)
        assert other.why(question, "fees") == first.why(question, "fees")
    assert other.learnt == first.learnt
    assert Ranker({}, learnt=Ranker({}).learnt).rank("旧卡") == ()


def test_bytes_that_are_not_whole_are_refused():
    packer = Packer()
    packer.words(["一", "two"])
    packer.numbers(array("d", [1.5]))
    packed = packer.packed()
    unpacker = Unpacker(packed)
    assert unpacker.words() == ["一", "two"]
    with pytest.raises(ValueError, match="another part"):
        unpacker.words()
    for wrong in (packed[:-1], packed[:-1] + b"x", b"", b"settledesk"):
        with pytest.raises(ValueError, match="not whole"):
            Unpacker(wrong)
    with pytest.raises(ValueError, match="another part"):
        Ranker(ENTRIES, learnt=packed)
