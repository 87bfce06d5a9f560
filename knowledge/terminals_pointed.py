"""Of two terminals that a message names, the one that it points at: 后面那台没到, "the latter got nothing"."""

from __future__ import annotations

import re

from knowledge.patterns import compiled

_NOUN = r"(?:[台部个]|\s(?:one|terminal|machine|device|till))"
_FORMER = (
    rf"(?:前(?:面|边|头)?的?[那一]?{_NOUN}|第一{_NOUN}|头一{_NOUN}|上面那{_NOUN}|(?<![a-z])(?:the former"
    rf"|the first{_NOUN}))"
)
_LATTER = (
    rf"(?:后(?:面|边|头)?的?[那一]?{_NOUN}|第二{_NOUN}|下面那{_NOUN}|(?<![a-z])(?:the latter|the (?:second"
    rf"|last){_NOUN}))"
)
_POINTED = compiled(rf"(?P<former>{_FORMER})|(?P<latter>{_LATTER})")
_FINE = compiled(
    r"正常|没问题|没事|好的|都?到了|收到了|(?<!不)(?<!没)ok|(?<![a-z])(?:fine|okay|good|works|paid(?! yet)"
    r"|arrived|normal)(?![a-z])"
)
_LACKS = compiled(r"没|未|冇|不见|查|(?<![a-z])(?:not|nothing|never|missing|none|no|unpaid|check|stuck)(?![a-z])|n't")
_CLAUSE = re.compile(r"[,;.!?\n]")


def pointed_at(words: str) -> int | None:
    """0 for the former, 1 for the latter terminal that something is wrong with, by the ``words`` after both.

    None where they point at none, or at both.
    """
    wrong: set[int] = set()
    fine: set[int] = set()
    for found in _POINTED.finditer(words):
        place = 0 if found["former"] else 1
        clause = _CLAUSE.split(words[found.end() :], maxsplit=1)[0]
        if _FINE.search(clause):
            fine.add(place)
        elif _LACKS.search(clause):
            wrong.add(place)
    if len(wrong) == 1:
        return wrong.pop()
    return 1 - fine.pop() if len(fine) == 1 and not wrong else None
