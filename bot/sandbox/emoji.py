"""The emoji that mean something to Telegram: reactions for everybody, and icons of forum topics."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final


def _read() -> dict[str, list[str]]:
    text = (Path(__file__).parent / "emoji.txt").read_text("utf-8")
    words = (line.split() for line in text.splitlines() if line and not line.startswith("#"))
    return {first: rest for first, *rest in words}


_lists = _read()

REACTIONS: Final[frozenset[str]] = frozenset(_lists["reactions"])
ICONS: Final[dict[str, str]] = {pair.partition("=")[2]: pair.partition("=")[0] for pair in _lists["icons"]}
"""Custom emoji id -> the emoji it shows."""


def icon_stickers() -> list[dict[str, Any]]:
    """The answer to getForumTopicIconStickers."""
    return [
        {
            "file_id": f"icon{number}",
            "file_unique_id": f"u{number}",
            "type": "custom_emoji",
            "width": 100,
            "height": 100,
            "is_animated": True,
            "is_video": False,
            "emoji": emoji,
            "set_name": "Topics",
            "custom_emoji_id": number,
            "needs_repainting": False,
            "file_size": 10_000,
        }
        for number, emoji in ICONS.items()
    ]
