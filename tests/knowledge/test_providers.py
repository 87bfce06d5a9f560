"""Codes before words, words in order, and what is not mapped stays unknown."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from knowledge.providers import Providers
from knowledge.rules import RuleError

FILE = Path(__file__).resolve().parents[2] / "knowledge" / "base" / "providers.yaml"
SHIPPED = Providers.from_data(yaml.safe_load(FILE.read_text("utf-8")))


def _code(reason: str, code: str) -> dict[str, Any]:
    return {"reason": reason, "codes": {"a": [code]}}


@pytest.mark.parametrize(
    ("raw", "provider", "reason"),
    [
        ("AC04", None, "account_closed"),
        ("ac04: the account was closed", "iso20022", "account_closed"),
        ("invalid_currency", "stripe", "account_type"),
        ("卡号无效，且户名不符", None, "name_mismatch"),
        ("该卡为ＩＩ类户", None, "receive_limit"),
        ("收款账户已冻结", "lakala", "account_frozen"),
        ("error", "adyen", "unspecified"),
        ("error in the account", "adyen", None),
        ("神秘原因", None, None),
        ("", None, None),
    ],
)
def test_reasons(raw: str, provider: str | None, reason: str | None) -> None:
    assert SHIPPED.reason(raw, provider) == reason


def test_a_code_that_two_providers_mean_differently_is_not_guessed() -> None:
    both = [{"reason": "duplicate", "codes": {"a": ["X1"]}}, {"reason": "bank_branch", "codes": {"b": ["X1"]}}]
    providers = Providers.from_data({"reasons": both})
    assert (providers.reason("X1"), providers.reason("X1", "b")) == (None, "bank_branch")


def test_statuses_and_numbers() -> None:
    assert SHIPPED.payout_status("leshua", "-1") == "failed"
    assert SHIPPED.payout_status("leshua", "7") is None
    assert SHIPPED.change_status("chinaums", "00") == "need_merchant"
    assert SHIPPED.merchant_no("adyen", "Shop") == "Shop"
    assert Providers.from_data({"merchant_numbers": {"adyen": {"Shop": "8"}}}).merchant_no("adyen", "Shop") == "8"


@pytest.mark.parametrize(
    ("data", "path"),
    [
        ([], ()),
        ({"stauses": {}}, ("stauses",)),
        ({"reasons": {"a": 1}}, ("reasons",)),
        ({"reasons": [{"reason": "bad_luck"}]}, ("reasons", 0, "reason")),
        ({"reasons": [{"reason": "duplicate", "words": [1]}]}, ("reasons", 0, "words")),
        ({"payout_statuses": {"x": {1: "paid"}}}, ("payout_statuses", "x")),
        ({"payout_statuses": {"x": {"1": "payed"}}}, ("payout_statuses", "x", "1")),
        ({"reasons": [_code("duplicate", "X"), _code("bank_branch", "x")]}, ("reasons", 1, "codes", "a")),
    ],
)
def test_mistakes_have_a_place(data: Any, path: tuple[Any, ...]) -> None:
    with pytest.raises(RuleError) as caught:
        Providers.from_data(data)
    assert caught.value.path == path


@given(st.text(max_size=80), st.one_of(st.none(), st.sampled_from(["stripe", "nobody"])))
def test_any_text_has_a_reason_or_none(raw: str, provider: str | None) -> None:
    SHIPPED.reason(raw, provider)
