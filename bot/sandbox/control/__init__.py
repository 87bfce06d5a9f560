"""The control API under ``/sandbox/``: what tests, scripts and the chat page use. Described in docs/sandbox.md."""

from bot.sandbox.control import acting, bot_side, changing, reading, waiting
from bot.sandbox.control.routes import Asked, answer

__all__ = ["Asked", "acting", "answer", "bot_side", "changing", "reading", "waiting"]
