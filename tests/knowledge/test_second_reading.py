"""The trained second reading: what it was learnt from, how well it reads, and that it stays on the side of asking."""

from datetime import date, timedelta

import pytest
import yaml

from knowledge import learnt
from knowledge.slots import read
from tests.teaching.composing import cards, clauses, messages
from tests.teaching.figures import measure
from tests.teaching.learning import learn
from tests.teaching.rows import FOLDER, NOVEMBER, digest, examples, marked, of_words

BESIDE = {
    "zh": [
        "，13号打过客服",
        "，房租18号要交3500",
        "。你们说16号到的",
        "，旧卡上个月28号注销的",
        "，余额才两百块",
        "，平时一天1200左右",
    ],
    "en": [
        ", I called you on Monday",
        ". My rent of 3,500 is due on the 18th",
        ". They said it would come on the 16th",
        ", the deposit was 199",
        ", my old card expired on October 28",
    ],
}


def test_what_was_learnt_is_of_the_rows_as_they_are() -> None:
    assert learnt.rows_of(learnt.FILE.read_bytes()) == digest(), "the rows have changed: make teach"


@pytest.mark.parametrize(
    ("name", "share", "wrong"),
    [
        ("one", 0.95, 2),
        ("two", 0.95, 2),
        ("three", 0.9, 4),
        ("four", 0.88, 10),
        ("five", 0.86, 12),
        ("six", 0.92, 9),
        ("seven", 0.84, 7),
        ("eight", 0.96, 1),
        ("nine", 0.96, 1),
        ("ten", 0.96, 1),
        ("eleven", 0.96, 1),
        ("twelve", 0.95, 2),
        ("thirteen", 0.94, 1),
        ("fourteen", 0.93, 1),
        ("fifteen", 0.89, 4),
        ("sixteen", 0.92, 2),
        ("seventeen", 0.93, 2),
        ("eighteen", 0.97, 1),
        ("nineteen", 0.97, 1),
        ("twenty", 0.97, 1),
        ("twentyone", 0.97, 1),
        ("twentytwo", 0.93, 4),
        ("twentythree", 0.93, 2),
        ("twentyfour", 0.96, 1),
        ("twentyfive", 0.96, 1),
        ("twentysix", 0.96, 1),
        ("twentyseven", 0.96, 1),
        ("twentyeight", 0.96, 2),
        ("twentynine", 0.96, 1),
        ("thirty", 0.96, 1),
        ("thirtyone", 0.96, 1),
        ("thirtytwo", 0.97, 1),
        ("thirtythree", 0.96, 1),
        ("thirtyfour", 0.97, 1),
        ("thirtyfive", 0.96, 1),
        ("thirtysix", 0.96, 2),
        ("thirtyseven", 0.97, 1),
        ("thirtyeight", 0.97, 1),
        ("thirtynine", 0.97, 1),
        ("forty", 0.97, 1),
    ],
)
def test_messages_of_many_people(name: str, share: float, wrong: int) -> None:
    told = measure(yaml.safe_load((FOLDER / f"people_{name}.yaml").read_text(encoding="utf-8")))
    assert told.found >= share * told.slots
    assert told.intents >= 0.985 * told.messages
    assert len(told.wrong) <= wrong, told.wrong


@pytest.mark.parametrize(
    ("text", "beside"),
    [("3号换的卡，5号刷的1800没到", beside) for beside in BESIDE["zh"]]
    + [("changed my card on the 3rd, the 1,800 from the 5th is missing", beside) for beside in BESIDE["en"]],
)
def test_a_clause_beside_the_matter_adds_no_day_and_no_sum(text: str, beside: str) -> None:
    reading = read(text + beside, now=NOVEMBER, locale="zh" if beside in BESIDE["zh"] else "en")
    assert reading.slots.get("trade_dates", (date(2026, 11, 5),)) == (date(2026, 11, 5),)
    assert reading.slots.get("change_date", date(2026, 11, 3)) == date(2026, 11, 3)
    assert reading.slots.get("amounts", (180_000,)) == (180_000,)
    found = {"trade_dates", "change_date", "amounts"} & {*reading.slots}
    assert len(found) >= 2, "what is doubtful is asked, but not everything is"


def test_examples_are_what_the_braces_say() -> None:
    row = marked("{c 3号}换的卡，{t 5号}的{m 1200}没到，昨天问过，手续费3块，新卡尾号{w 8821}", "payout_missing")
    taught = [(kind, answer) for kind, (_, answer) in examples(row)]
    assert taught == [
        ("tail", "neither"),
        ("tail", "new"),
        ("intent", "payout_missing"),
        ("day", "change"),
        ("day", "trade"),
        ("day", "neither"),
        ("sum", "missing"),
        ("sum", "neither"),
    ]


def test_made_messages_are_the_same_ones_each_time() -> None:
    first, second = ([row.text for _, row in zip(range(50), messages(), strict=False)] for _ in range(2))
    assert first == second
    assert {"change", "trade", "differs", "beside", "filler"} == {*clauses("zh")} == {*clauses("en")}


def test_clauses_of_cards_teach_what_digits_are_and_nothing_else() -> None:
    kinds = {kind for _, row in zip(range(40), cards(), strict=False) for kind, _ in examples(row)}
    assert kinds == {"tail"}


def test_topics_teach_what_messages_are_about_and_nothing_else() -> None:
    kinds = {kind for row in of_words("topics.txt") for kind, _ in examples(row)}
    assert kinds == {"intent"}


def test_what_a_message_is_about_is_seen_in_its_length_and_in_what_it_names() -> None:
    row = marked("old card 4417, new card {w 8821}, please tell me the steps", "change_card_how")
    features = next(features for kind, (features, _) in examples(row) if kind == "intent")
    assert {"words1", "Anew_tail", "steps"} <= {*features}


def test_learning_tells_apart_what_can_be_told() -> None:
    rows = [(["a", "x"], "one", 1.0), (["b", "x"], "two", 1.0), (["c", "x"], "three", 1.0)] * 20
    weights = learn(rows, ["one", "three", "two"], to_zero=0.1)
    hundredths = {name: [round(100 * weight) for weight in own] for name, own in weights.items()}
    packed = learnt.pack({"what": ["one", "three", "two"]}, {"what": hundredths}, "rows")
    judged = learnt.unpack(packed)["what"]
    assert [judged.judge([("", [name, "x"])]).answer for name in "abc"] == ["one", "two", "three"]
    assert all(judged.judge([("", [name, "x"])]).likelihood > 0.5 for name in "abc")
    assert judged.judge([("", ["never seen"])]).likelihood == pytest.approx(1 / 3)
    assert learnt.rows_of(packed) == "rows"


def test_no_weight_runs_over_into_the_next() -> None:
    weights = {str(number): [-300, 300, 299] for number in range(1000)}
    judged = learnt.Learnt(("first", "second", "third"), weights).judge([("", weights)])
    assert judged.answer == "second"
    assert judged.likelihood == pytest.approx(1 / (1 + 2.718281828**-10))


def test_doubted_days_are_offered_with_and_without() -> None:
    """Whatever the words are: a day that is offered is in no slot."""
    for row in yaml.safe_load((FOLDER / "people_one.yaml").read_text(encoding="utf-8")):
        reading = read(row["text"], now=NOVEMBER, locale=row.get("lang", "zh"))
        assert not {*reading.slots} & {*reading.choices}
        offered = reading.choices.get("trade_dates", ())
        assert all(isinstance(option, tuple) and option for option in offered)
        assert len({*offered}) == len(offered)


def test_no_day_of_the_future_is_taken() -> None:
    tomorrow = NOVEMBER.date() + timedelta(days=1)
    reading = read(f"{tomorrow.day}号的1200没到", now=NOVEMBER, locale="zh")
    assert tomorrow not in reading.slots.get("trade_dates", ())
