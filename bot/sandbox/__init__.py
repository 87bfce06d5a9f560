"""Telegram on one's own machine: a Bot API server on loopback with a control API and a chat page.

It imports nothing of SettleDesk and speaks HTTP only, so that any bot can be tried on it; see docs/sandbox.md.
"""

from bot.sandbox.server import Sandbox

__all__ = ["Sandbox"]
