"""Signatures of webhooks. The known ones were computed with openssl's command line, not with the code under test."""

from __future__ import annotations

import base64
import hashlib
import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from storage.settlement.signatures import from_adyen, from_square, from_stripe

BODY = b'{"a": 1}'
ADYEN_KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
ADYEN = "BmBX6Si6q4F+qWz9S7UClksdKptFCzyTfmXhnRi4xBM="
STRIPE_SECRET, SENT = "whsec_test_secret", 1795658400
STRIPE = "fd88d033ef8cefd2d6932090d41a182c629686aba24613a4afb695806af1cd38"
SQUARE_URL, SQUARE_KEY = "https://desk.example/settlements/square", "square-key"
SQUARE = "HmC3nyk5273sV6WntSBh3keQZwu1gUoQgLgngEs24a4="


def test_known_signatures() -> None:
    assert from_adyen(BODY, ADYEN, [ADYEN_KEY])
    assert from_adyen(BODY, ADYEN, [ADYEN_KEY.lower()])
    assert from_stripe(BODY, f"t={SENT},v1={STRIPE}", [STRIPE_SECRET], SENT)
    assert from_square(BODY, SQUARE_URL, SQUARE, [SQUARE_KEY])


def test_a_key_may_be_replaced_while_the_other_still_counts() -> None:
    other = "00" * 32
    assert from_adyen(BODY, ADYEN, [other, ADYEN_KEY])
    assert from_adyen(BODY, ADYEN, [ADYEN_KEY, other])
    assert from_stripe(BODY, f"t={SENT},v1={'0' * 64},v1={STRIPE},v0=x", ["whsec_other", STRIPE_SECRET], SENT)
    assert from_square(BODY, SQUARE_URL, SQUARE, ["other", SQUARE_KEY])


@pytest.mark.parametrize("body", [b"", b'{"a": 2}', b'{"a":1}', b'{"a": 1}\n'])
def test_another_body_is_not_what_was_signed(body: bytes) -> None:
    assert not from_adyen(body, ADYEN, [ADYEN_KEY])
    assert not from_stripe(body, f"t={SENT},v1={STRIPE}", [STRIPE_SECRET], SENT)
    assert not from_square(body, SQUARE_URL, SQUARE, [SQUARE_KEY])


def test_another_key_another_url_and_none_at_all() -> None:
    assert not from_adyen(BODY, ADYEN, ["00" * 32])
    assert not from_adyen(BODY, ADYEN, ["no hex", ""])
    assert not from_adyen(BODY, ADYEN, [])
    assert not from_stripe(BODY, f"t={SENT},v1={STRIPE}", ["whsec_other", ""], SENT)
    assert not from_square(BODY, SQUARE_URL + "/", SQUARE, [SQUARE_KEY])
    assert not from_square(BODY, SQUARE_URL, SQUARE, [""])


def test_an_empty_key_signs_nothing() -> None:
    mine = base64.b64encode(hmac.new(b"", BODY, hashlib.sha256).digest()).decode()
    assert not from_adyen(BODY, mine, ["", "zz"])


@pytest.mark.parametrize(("later", "good"), [(0, True), (299, True), (300, True), (301, False), (-301, False)])
def test_stripes_time_counts(later: int, good: bool) -> None:
    assert from_stripe(BODY, f"t={SENT},v1={STRIPE}", [STRIPE_SECRET], SENT + later) is good


@pytest.mark.parametrize(
    "header",
    [
        "", "t=", f"v1={STRIPE}", f"t={SENT}", f"t={SENT},v0={STRIPE}", f"t={SENT},t={SENT},v1={STRIPE}",
        f"t=-{SENT},v1={STRIPE}", f"t=１７９５,v1={STRIPE}", f"t={'9' * 5000},v1={STRIPE}", f"t={SENT};v1={STRIPE}",
        f"t={SENT},v1={STRIPE[:-1]}", f"t={SENT},v1={STRIPE.upper()}", f"t={SENT}" + ",v1=0" * 10 + f",v1={STRIPE}",
    ],
)  # fmt: skip
def test_headers_that_prove_nothing(header: str) -> None:
    assert not from_stripe(BODY, header, [STRIPE_SECRET], SENT)


@given(body=st.binary(), header=st.text(), now=st.floats(0, 2e9))
def test_no_header_is_believed_by_chance_or_breaks_anything(body: bytes, header: str, now: float) -> None:
    assert not from_adyen(body, header, [ADYEN_KEY])
    assert not from_stripe(body, header, [STRIPE_SECRET], now)
    assert not from_square(body, SQUARE_URL, header, [SQUARE_KEY])


@given(body=st.binary(), key=st.binary(min_size=16, max_size=64), place=st.integers(0), bit=st.integers(0, 7))
def test_what_is_signed_is_believed_and_no_bit_of_it_may_change(body: bytes, key: bytes, place: int, bit: int) -> None:
    signature = base64.b64encode(hmac.new(key, body, hashlib.sha256).digest()).decode()
    assert from_adyen(body, signature, [key.hex()])
    changed = bytearray(body or b"x")
    if body:
        changed[place % len(changed)] ^= 1 << bit
    assert not from_adyen(bytes(changed), signature, [key.hex()])
