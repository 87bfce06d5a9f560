"""One turn of a conversation while it is being decided: the case so far and the moves so far."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Literal

from knowledge.case import Answers, Case, Line, State
from knowledge.library import Form, KnowledgeBase
from knowledge.moves import Button, Move, Rows, Say
from knowledge.ticket import Known

TRANSCRIPT_LINES = 60
LINE_CHARACTERS = 600
HEARD_KEPT = 12


@dataclass(frozen=True, slots=True)
class Context:
    """What a decision may look at besides the case: the base that serves, the moment, who the asker is bound to, and
    the chat's newest tickets, the newest first.
    """

    base: KnowledgeBase
    now: datetime
    merchants: frozenset[str] = frozenset()
    tickets: tuple[Known, ...] = ()


class Turn:
    """Collects what one event leads to. Lives for one call of ``advance`` and is never kept."""

    def __init__(self, case: Case, context: Context) -> None:
        self.case = case
        self.context = context
        self.moves: list[Move] = []

    @property
    def form(self) -> Form:
        """The form under way; one that the base no longer has falls back to the first."""
        forms = self.context.base.forms.forms
        return forms.get(self.case.form) or next(iter(forms.values()))

    def change(self, **changes: Any) -> None:
        """Put new values into the case."""
        self.case = self.case.but(**changes)

    def answer(self, **changes: Any) -> None:
        """Put new values into what the merchant told us."""
        self.case = self.case.but(answers=replace(self.case.answers, **changes))

    def do(self, move: Move) -> None:
        """Add a move."""
        self.moves.append(move)

    def say(
        self,
        phrase: str,
        values: Mapping[str, Any] | None = None,
        buttons: Rows = (),
        keyboard: Literal["contact", "drop"] | None = None,
    ) -> None:
        """Add a phrase to what is said."""
        self.moves.append(Say(phrase, values or {}, buttons, keyboard))

    def unsay(self, phrase: str) -> None:
        """Take back a phrase of this turn that a later one makes needless."""
        self.moves = [move for move in self.moves if not (isinstance(move, Say) and move.phrase == phrase)]

    def note(self, text: str, message: int | None) -> None:
        """Add the merchant's words to the transcript, shortened to a line's length."""
        if text:
            line = Line("merchant", self.context.now, text[:LINE_CHARACTERS], message)
            self.change(transcript=(*self.case.transcript, line)[-TRANSCRIPT_LINES:])

    def known(self, ticket: int) -> Known | None:
        """The chat's ticket of this number, if it is one of the newest."""
        return next((known for known in self.context.tickets if known.number == ticket), None)

    def remember(self, message: int, asked: str | None) -> None:
        """Remember what a message was an answer to, for the time when it is edited."""
        self.change(heard=(*self.case.heard, (message, asked))[-HEARD_KEPT:])

    def wake_in(self, minutes: int) -> None:
        """Ask to be woken when nothing has happened for so long."""
        self.change(wake_at=self.context.now + timedelta(minutes=minutes))

    def begin(self, form: str) -> None:
        """Start a new request: buttons of the one before are stale from now on.

        Without a ticket nobody needs the words of earlier requests: only those of this turn are kept.
        """
        if self.case.ticket is None:
            own = tuple(line for line in self.case.transcript if line.at == self.context.now)
            self.change(transcript=own)
        self.change(
            serial=self.case.serial + 1,
            form=form,
            state="asking",
            asked=None,
            answers=Answers(),
            unknown=(),
            order=(),
            options=(),
            heard=(),
            misunderstood=0,
            settled=(),
            told=(),
            earlier=None,
            step=0,
            reminded=False,
            before_parking=None,
        )

    def rest(self, state: State = "idle") -> None:
        """Nothing is under way; nobody needs to be reminded of it."""
        self.change(state=state, asked=None, options=(), wake_at=None, reminded=False, before_parking=None)

    def result(self) -> tuple[Case, tuple[Move, ...]]:
        """The case after the turn, and what to do."""
        return self.case, tuple(self.moves)


def menu() -> Rows:
    """The buttons of the greeting; valid at any time."""
    return (
        (Button("button_missing_payout", "menu", "payout_missing"),),
        (
            Button("button_change_progress", "menu", "change_progress"),
            Button("button_change_how", "menu", "change_how"),
        ),
        (Button("button_my_tickets", "menu", "tickets"), Button("button_person", "menu", "person")),
        (Button("button_other_language", "menu", "language"),),
    )
