"""An article as the chat would show it: decided by the dialogue and worded as ever, without a merchant or records."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handlers.wording import Wording
from knowledge import answering
from knowledge.case import Case, CauseTold, Subject
from knowledge.diagnosis import Finding
from knowledge.library import Article, KnowledgeBase
from knowledge.postings import Text
from knowledge.turn import Context, Turn


def preview(
    base: KnowledgeBase, article: Article, facts: Mapping[str, Any], *, now: datetime, zone: str, step: int = 0
) -> tuple[Text, ...]:
    """The messages with their buttons, in the article's language.

    ``facts``: evidence by dotted name, as ``knowledge.evidence.read`` gives it; what is not given is unknown.
    ``step``: 0 for the first answer of a cause, 1 and more for what "next step" says then; other kinds are whole.
    """
    cause = base.causes.by_id.get(article.id)
    case = Case(0, 0, article.locale, state="answered", step=step)
    turn = Turn(case, Context(base, now))
    if cause is None:
        answering.show(turn, article.id)
    else:
        watch = Subject(cause.watch, "", "") if cause.watch else None
        turn.change(told=(CauseTold(cause.reference, cause.id, watch=watch),))
        finding = Finding(facts.get("answers.trade_date"), (), (), cause.id, facts=facts)
        answering.tell_alone(turn, finding)
    said = Wording(base, turn.case, {"zone": zone, "today": now.date()}).postings(turn.moves)
    return tuple(one for one in said if isinstance(one, Text))
