"""What never stands in a log."""

from __future__ import annotations

import json
import logging

import pytest

from bot.logs import clean, configure

TOKEN = "123456789:AAEhBOweik6ad9r_QXMENQjcrGbqCr4K-bc"


@pytest.mark.parametrize(
    "secret",
    [
        *("4111111111111111", "4111 1111 1111 1111", "6222-0200-0000-0000-026", TOKEN, "+8613800138000", "13800138000"),
        f"https://api.telegram.org/bot{TOKEN}/getMe",
    ],
)
def test_secrets_are_cleaned(secret: str) -> None:
    cleaned = clean(f"before {secret} after")
    assert secret not in cleaned
    assert cleaned.startswith("before ")
    assert cleaned.endswith(" after")
    assert TOKEN not in cleaned


def test_ordinary_numbers_stay() -> None:
    said = "ticket 1042, terminal 40213377, letter 123456, 2026-11-20 15:00:00,123"
    assert clean(said) == said


def test_lines_are_json_and_clean_with_their_traces(capsys: pytest.CaptureFixture[str]) -> None:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    try:
        configure("INFO", "json", ("very secret",))
        try:
            raise ValueError("card 4111111111111111 and very secret")
        except ValueError:
            logging.getLogger("desk").exception("went wrong for %s", "+8613800138000")
        line = json.loads(capsys.readouterr().err.strip().splitlines()[-1])
    finally:
        root.handlers[:] = before
        root.setLevel(level)
    assert line["level"] == "ERROR"
    said = json.dumps(line)
    assert "ValueError" in said
    for secret in ("4111111111111111", "very secret", "13800138000"):
        assert secret not in said
