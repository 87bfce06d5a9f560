"""Whether words ask something."""

from __future__ import annotations

from knowledge.patterns import compiled

_QUESTION = compiled(
    r"[?]|吗|么(?!么)|呢|怎么|怎样|如何|为什么|为啥|为何|啥|什么|哪(?!怕)|几时|几点|多久|多少|几天|是不是|有没有"
    r"|能不能|可不可以|可以不|要不要|会不会|行不行|咋|点解|点样|边度|边个|乜|咩|未呀|咁点"
)
_QUESTION_IN_ENGLISH = compiled(
    r"(?<![a-z])(?:what|why|how|when|where|which|who|can (?:i|you|we)|could (?:i|you)|do (?:i|you)|does"
    r"|is (?:it|there|my|the)|are (?:you|there)|should i|will (?:it|you|my)|may i)(?![a-z])"
)


def is_question(text: str) -> bool:
    """True when normalised ``text`` asks something."""
    return bool(_QUESTION.search(text) or _QUESTION_IN_ENGLISH.search(text))
