"""Logging: to standard error, for people or as JSON, never with a card number, a phone number or a token."""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Iterable

from pythonjsonlogger.json import JsonFormatter

from knowledge.redaction import redact

TOKEN = re.compile(r"\b\d{5,}:[A-Za-z0-9_-]{20,}|(?<=/bot)\d+:[A-Za-z0-9_-]+")
PHONE = re.compile(r"(?<!\d)(?:\+?86[- ]?)?1[3-9]\d{9}(?!\d)|(?<![\w+])\+\d{8,15}(?!\d)")
HIDDEN = "***"


def clean(text: str, secrets: Iterable[str] = ()) -> str:
    """The text without tokens, the given secrets, phone numbers and card numbers."""
    for secret in secrets:
        if secret:
            text = text.replace(secret, HIDDEN)
    text = TOKEN.sub(HIDDEN, text)
    if any(character.isdigit() for character in text):
        text = PHONE.sub(HIDDEN, redact(text).text)
    return text


class _Cleaning(logging.Filter):
    """Cleans every record before any formatter sees it, tracebacks included."""

    def __init__(self, secrets: tuple[str, ...]) -> None:
        super().__init__()
        self._secrets = secrets

    def filter(self, record: logging.LogRecord) -> bool:
        record.msg = clean(record.getMessage(), self._secrets)
        record.args = None
        if record.exc_info and record.exc_text is None:
            record.exc_text = clean(logging.Formatter().formatException(record.exc_info), self._secrets)
            record.exc_info = None
        return True


def configure(level: str, form: str, secrets: tuple[str, ...] = ()) -> None:
    """Set up logging for the whole program. Raises ValueError for an unknown level."""
    handler = logging.StreamHandler(sys.stderr)
    if form == "json":
        names = {"asctime": "time", "levelname": "level", "name": "logger"}
        handler.setFormatter(JsonFormatter("%(asctime)s %(levelname)s %(name)s %(message)s", rename_fields=names))
    else:
        handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)-7s %(name)s: %(message)s"))
    handler.addFilter(_Cleaning(secrets))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level)
    for noisy in ("aiogram.event", "aiohttp.access", "alembic"):
        logging.getLogger(noisy).setLevel(max(logging.WARNING, logging.getLevelName(level)))
