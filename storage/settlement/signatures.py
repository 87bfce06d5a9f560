"""Whether a webhook's body really comes from the provider: its signature over the body as it came, byte for byte.

Sources: Adyen, "Verify HMAC signatures" (header HmacSignature: base64 of HMAC-SHA256 over the body with the hex key);
Stripe, "Verify webhook signatures manually" (header Stripe-Signature: ``t``, and ``v1`` in hex over ``t.body``, one for
each secret in force); Square, "Verify and validate an event notification" (header x-square-hmacsha256-signature: base64
over the notification URL and the body). Comparing takes the same time wherever two signatures differ, and every key is
tried whether or not one fitted before.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterable, Sequence

__all__ = ["ADYEN_HEADER", "SQUARE_HEADER", "STRIPE_HEADER", "from_adyen", "from_square", "from_stripe"]

ADYEN_HEADER = "HmacSignature"
STRIPE_HEADER = "Stripe-Signature"
SQUARE_HEADER = "x-square-hmacsha256-signature"
TOLERANCE = 300
"""Seconds by which Stripe's time of sending may differ from ours: Stripe's own recommendation against replays."""
MOST_SIGNATURES = 10
LONGEST_TIME = 12


def from_adyen(body: bytes, signature: str, keys: Sequence[str]) -> bool:
    """Whether one of the keys (hex) signed the body. A key that is not hex fits nothing."""
    return _any_fits((_base64(_digest(key, body)) for raw in keys if (key := _unhexed(raw))), [signature])


def from_stripe(body: bytes, header: str, secrets: Sequence[str], now: float) -> bool:
    """Whether one of the secrets (``whsec_…``) signed the body, less than five minutes from ``now`` (epoch seconds)."""
    pairs = [pair.strip().partition("=") for pair in header.split(",")]
    times = [value for name, _, value in pairs if name == "t"]
    given = [value for name, _, value in pairs if name == "v1"][:MOST_SIGNATURES]
    if len(times) != 1 or not (times[0].isascii() and times[0].isdigit()) or len(times[0]) > LONGEST_TIME:
        return False
    signed = times[0].encode() + b"." + body
    fits = _any_fits((_digest(secret.encode(), signed).hex() for secret in secrets if secret), given)
    return fits and abs(now - int(times[0])) <= TOLERANCE


def from_square(body: bytes, url: str, signature: str, keys: Sequence[str]) -> bool:
    """Whether one of the keys signed the notification URL, as Square has it, followed by the body."""
    signed = url.encode() + body
    return _any_fits((_base64(_digest(key.encode(), signed)) for key in keys if key), [signature])


def _any_fits(expected: Iterable[str], given: Sequence[str]) -> bool:
    fits = False
    for ours in expected:
        for theirs in given:
            fits |= hmac.compare_digest(ours.encode(), theirs.encode("utf-8", "surrogatepass"))
    return fits


def _digest(key: bytes, message: bytes) -> bytes:
    return hmac.new(key, message, hashlib.sha256).digest()


def _base64(digest: bytes) -> str:
    return base64.b64encode(digest).decode("ascii")


def _unhexed(key: str) -> bytes:
    try:
        return bytes.fromhex(key)
    except ValueError:
        return b""
