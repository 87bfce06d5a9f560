"""What the dialogue wants said, in the words of the knowledge base: moves in, postings out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

from markupsafe import Markup

from knowledge.case import Case
from knowledge.diagnosis import Finding
from knowledge.library import KnowledgeBase, fit
from knowledge.markup import length
from knowledge.moves import Advise, Button, Erase, Move, Rows, Say, Settle, Show, Strip
from knowledge.postings import Answer, Delete, Edit, Key, Keys, Posting, Text

LIMIT = 4096
TOLD_MOST = 4
"""Payouts of one cause that are told one by one; the days and sums of all are listed above them."""


class Wording:
    """Words for one case: its language, its currency and its clock."""

    def __init__(self, base: KnowledgeBase, case: Case, always: Mapping[str, Any]) -> None:
        self.base = base
        self.case = case
        self.always = always

    def postings(self, moves: Iterable[Move]) -> list[Posting]:
        """Everything in the moves that is to be said or done in the merchant's chat, in order."""
        said: list[Posting] = []
        for move in moves:
            match move:
                case Say():
                    _add(said, self._say(move))
                case Advise():
                    _add(said, *self._advise(move))
                case Show():
                    _add(said, self._show(move))
                case Settle():
                    words = self.plain(move.phrase) if move.phrase else ""
                    said.append(Answer(self.case.chat, move.callback, words))
                case Strip():
                    said.append(Edit(self.case.chat, move.message))
                case Erase():
                    said.append(Delete(self.case.chat, move.messages))
        return said

    def phrase(self, key: str, values: Mapping[str, Any] | None = None) -> Markup:
        """A phrase as Telegram HTML."""
        return self.base.phrase(self.case.locale, key, **{**self.always, **(values or {})})

    def plain(self, key: str, values: Mapping[str, Any] | None = None) -> str:
        """A phrase without mark-up, for buttons."""
        return self.base.plain(self.case.locale, key, **{**self.always, **(values or {})})

    def keys(self, rows: Rows) -> Keys:
        """Inline buttons; callback data is action:serial:argument."""
        return tuple(tuple(self._key(button) for button in row) for row in rows)

    def _key(self, button: Button) -> Key:
        return Key(self.plain(button.label, button.values), f"{button.action}:{self.case.serial}:{button.argument}")

    def _say(self, move: Say) -> Text:
        contact = move.keyboard == "contact"
        return Text(
            self.case.chat,
            str(self.phrase(move.phrase, move.values)),
            self.keys(move.buttons),
            ask_contact=self.plain("button_share_contact") if contact else None,
            decline=self.plain("button_unverified") if contact else None,
            drop_keyboard=move.keyboard == "drop",
        )

    def _show(self, move: Show) -> Text:
        article = self.base.article(self.case.locale, move.article)
        title = Markup("<b>{}</b>").format(article.title)
        cause = self.base.causes.by_id.get(move.article)
        body = self.base.render(article, self._general(None, cause.reference if cause else None))
        lead = [self.phrase("general_words")] if cause else []  # its title reads like the outcome of a look
        return Text(self.case.chat, str(Markup("\n\n").join([*lead, title, body])), self.keys(move.buttons))

    def _advise(self, move: Advise) -> list[Text]:
        """One block for each primary cause, with the days and sums that it explains; several messages when too long."""
        blocks = [self._block(group, move.step, len(move.findings) > 1) for group in grouped(move.findings)]
        blocks = [block for block in blocks if block]
        if not blocks:
            blocks = [self.phrase("no_further_step")]
        messages: list[Markup] = []
        for block in blocks:
            joined = Markup("\n\n").join([messages[-1], block]) if messages else block
            if messages and length(str(joined)) <= LIMIT:
                messages[-1] = joined
            else:
                messages.append(block)
        texts = [Text(self.case.chat, str(message)) for message in messages]
        texts[-1] = replace(texts[-1], keys=self.keys(move.buttons))
        return texts

    def _block(self, group: tuple[Finding, ...], step: int, several: bool) -> Markup:
        """One cause: what happened with each payout's own evidence, then the first step and what we do, once."""
        first = group[0]
        cause = self.base.causes.by_id[first.primary]
        article = self.base.article(self.case.locale, cause.id)
        told = [self.base.parts(article, self._facts(finding)) for finding in group]
        if step:
            body = Markup().join(told[0].steps[step : step + 1])
            values = {"number": step + 1, "body": body, "reference": cause.reference}
            return self.phrase("next_step", values) if body else Markup()
        happened = list(dict.fromkeys(parts.happened for parts in told))[:TOLD_MOST]
        steps = list(dict.fromkeys(step for parts in told for step in parts.steps[:1]))[:TOLD_MOST]
        body = fit([*happened, *steps, told[0].ending])
        values = {
            "title": article.title,
            "reference": cause.reference,
            "body": body,
            "several": several,
            "findings": [{"days": finding.trade_dates, "amounts": finding.amounts} for finding in group],
            "currency": first.facts.get("payout.currency") or first.facts.get("merchant.currency") or "CNY",
            "provisional": any(finding.provisional for finding in group),
            "low_confidence": any(finding.low_confidence for finding in group),
            "gate": cause.gate,
        }
        return self.phrase("answer", values)

    def _facts(self, finding: Finding) -> dict[str, Any]:
        cause = self.base.causes.by_id[finding.primary]
        acquirer = finding.facts.get("merchant.acquirer")
        return {**finding.facts, **self._general(acquirer if isinstance(acquirer, str) else None, cause.reference)}

    def _general(self, acquirer: str | None, reference: str | None) -> dict[str, Any]:
        """What every article may name besides evidence, in the language of the case."""
        profile = self.base.acquirers.of(acquirer).values(self.case.locale)
        return {**self.always, **profile, "reference": reference}


def grouped(findings: Iterable[Finding]) -> tuple[tuple[Finding, ...], ...]:
    """Findings by primary cause, in the order in which the causes come up."""
    groups: dict[str, list[Finding]] = {}
    for finding in findings:
        groups.setdefault(finding.primary, []).append(finding)
    return tuple(tuple(group) for group in groups.values())


def _add(said: list[Posting], *new: Text) -> None:
    """Neighbours without buttons become one message."""
    for text in new:
        last = said[-1] if said else None
        if isinstance(last, Text) and not last.keys and last.ask_contact is None and _fits(last, text):
            said[-1] = replace(
                text, html=f"{last.html}\n\n{text.html}", drop_keyboard=last.drop_keyboard or text.drop_keyboard
            )
        else:
            said.append(text)


def _fits(last: Text, text: Text) -> bool:
    both = f"{last.html}\n\n{text.html}"
    keyboards = last.drop_keyboard and (text.keys or text.ask_contact)
    return not keyboards and length(both) <= LIMIT
