"""Words of the bot by the names of their phrases: a test that reads alike in every language."""

from __future__ import annotations

import functools
import html
import re

import yaml

from bot.settings import BASE

_CONDITIONAL = re.compile(r"\{%-?\s*(?:if|for).*\{%-?\s*end(?:if|for)\s*-?%\}", re.DOTALL)
_BETWEEN = re.compile(r"\{\{.*?\}\}|\{%.*?%\}|<[^>]*>|\n")


@functools.cache
def _phrases(locale: str) -> dict[str, str]:
    found: dict[str, str] = yaml.safe_load((BASE / locale / "phrases.yaml").read_text(encoding="utf-8"))
    return found


def says(locale: str, phrase: str) -> str:
    """The longest part of a phrase that stands in it whatever is filled in; words that are no phrase are themselves."""
    template = _phrases(locale).get(phrase)
    if template is None:
        return phrase
    parts = _BETWEEN.split(_CONDITIONAL.sub("\n", template))
    return html.unescape(max((part.strip() for part in parts), key=len))
