"""A conversation under way meets a base that was changed meanwhile: it goes on from a place that the new base has.

Answers, findings and the transcript stay as they are: they are what was said and told. Only what is *pending* has to
fit: the language, the form, the slot that is asked and the readings that are offered.
"""

from __future__ import annotations

from dataclasses import replace

from knowledge.case import Case
from knowledge.library import KnowledgeBase

PENDING = ("asking", "choosing")


def migrated(case: Case, base: KnowledgeBase) -> Case:
    """The case as ``base`` can go on with it; the very same one where nothing pending is gone."""
    form = case.form if case.form in base.forms.forms else next(iter(base.forms.forms))
    names = {slot.name for slot in base.forms[form].slots}
    order = tuple(name for name in case.order if name in names)
    if case.locale not in base.shelves or form != case.form or order != case.order:
        case = replace(case, locale=base.locale(case.locale), form=form, order=order)
    return _asked_anew(case) if _is_gone(case, names) else case


def _is_gone(case: Case, names: set[str]) -> bool:
    """Whether what is asked, or one of the slots that an answer may belong to, is in the form no more."""
    if (case.before_parking if case.state == "parked" else case.state) not in PENDING:
        return False
    owners = (option.partition("=")[0] for option in case.options if "=" in option)
    return any(name is not None and name not in names for name in (case.asked, *owners))


def _asked_anew(case: Case) -> Case:
    """Nothing in particular is asked: the next word has the form ask for what it still wants."""
    if case.state == "parked":
        return replace(case, asked=None, options=(), before_parking="asking")
    return replace(case, asked=None, options=(), state="asking")
