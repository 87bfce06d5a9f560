"""What the Bot API says when it refuses: code, description, parameters; worded as tdlib/telegram-bot-api does."""

from __future__ import annotations

from typing import Any

TOO_OLD = "query is too old and response timeout expired or query ID is invalid"
NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same as a current "
    "content and reply markup of the message"
)


class Refused(Exception):  # noqa: N818 - it is an answer, not a failure of the server
    """A call that is refused: ``code`` is the HTTP status, ``description`` the text a bot reads."""

    def __init__(self, code: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.code = code
        self.description = description
        self.parameters = parameters


def bad(text: str, **parameters: Any) -> Refused:
    """400 with the usual prefix."""
    return Refused(400, "Bad Request: " + text, **parameters)


def forbidden(text: str) -> Refused:
    """403 with the usual prefix."""
    return Refused(403, "Forbidden: " + text)


def conflict(text: str) -> Refused:
    """409 with the usual prefix."""
    return Refused(409, "Conflict: " + text)


def too_many(seconds: int) -> Refused:
    """429: the caller waits ``seconds``."""
    return Refused(429, f"Too Many Requests: retry after {seconds}", retry_after=seconds)


class Impossible(Exception):  # noqa: N818 - an answer of the control API
    """What a person asked of the control API cannot be: ``code`` 400, 404 or 409."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code
        self.text = text
