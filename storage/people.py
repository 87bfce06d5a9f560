"""Who may see what: users bound to merchants, one-time links, limited attempts, and the language that a user chose."""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import delete, func, select, update

from storage.moments import restored, stored
from storage.statements import Statement, Wire, p
from storage.tables import attempts, bindings, links, preferences


@dataclass(frozen=True, slots=True)
class Binding:
    """A user may see a merchant's records. ``how``: contact, link or override; ``by``: the staff member, if one."""

    user: int
    merchant_no: str
    how: str
    by: int | None
    at: datetime


@dataclass(frozen=True, slots=True)
class LinkRefused:
    """The one-time link does not open anything (any more)."""

    reason: Literal["unknown", "used", "expired"]


_b, _l, _t, _f = bindings.c, links.c, attempts.c, preferences.c
_BIND = Statement(
    lambda insert: (
        insert(bindings)
        .values(user_id=p("user"), merchant_no=p("merchant"), how=p("how"), bound_by=p("by"), bound_at=p("at"))
        .on_conflict_do_nothing()
    )
)
_UNBIND = Statement(lambda _: delete(bindings).where(_b.user_id == p("user"), _b.merchant_no == p("merchant")))
_MERCHANTS = Statement(lambda _: select(_b.merchant_no).where(_b.user_id == p("user")))
_USERS = Statement(
    lambda _: (
        select(_b.user_id, _b.merchant_no, _b.how, _b.bound_by, _b.bound_at)
        .where(_b.merchant_no == p("merchant"))
        .order_by(_b.bound_at, _b.user_id)
    )
)
_ISSUE = Statement(
    lambda insert: insert(links).values(
        token_hash=p("token"), merchant_no=p("merchant"), issued_by=p("by"), issued_at=p("at"), expires_at=p("until")
    )
)
_REDEEM = Statement(
    lambda _: (
        update(links)
        .where(_l.token_hash == p("token"), _l.redeemed_by.is_(None), _l.expires_at > p("at"))
        .values(redeemed_by=p("user"), redeemed_at=p("at"))
    )
)
_LINK = Statement(
    lambda _: select(_l.merchant_no, _l.redeemed_by, _l.issued_by, _l.expires_at).where(_l.token_hash == p("token"))
)
_TRIED = Statement(lambda insert: insert(attempts).values(user_id=p("user"), kind=p("kind"), at=p("at")))
_TRIES = Statement(
    lambda _: select(func.count()).where(_t.user_id == p("user"), _t.kind == p("kind"), _t.at >= p("since"))
)
_FORGET = Statement(lambda _: delete(attempts).where(_t.at < p("before")))
_LOCALE = Statement(lambda _: select(_f.locale).where(_f.user_id == p("user")))
_PREFER = Statement(
    lambda insert: (
        insert(preferences)
        .values(user_id=p("user"), locale=p("locale"))
        .on_conflict_do_update(index_elements=["user_id"], set_={"locale": p("locale")})
    )
)


def new_token() -> str:
    """A token for a one-time link: 128 random bits, 22 characters that a Telegram deep link may carry."""
    return secrets.token_urlsafe(16)


def token_hash(token: str) -> str:
    """What is kept of a token. It is random and long, so a plain hash of it cannot be turned round."""
    return hashlib.sha256(token.encode()).hexdigest()


class People:
    """Bindings, links, attempts and preferences, within one unit of work."""

    def __init__(self, wire: Wire) -> None:
        self._wire = wire

    def bind(self, user: int, merchant_no: str, how: str, by: int | None, at: datetime) -> bool:
        """Let the user see the merchant's records; False when that was so before."""
        done = self._wire.run(_BIND, user=user, merchant=merchant_no, how=how, by=by, at=stored(at))
        return bool(done.rowcount == 1)

    def unbind(self, user: int, merchant_no: str) -> bool:
        """Take the right away; False when there was none."""
        return bool(self._wire.run(_UNBIND, user=user, merchant=merchant_no).rowcount == 1)

    def merchants_of(self, user: int) -> frozenset[str]:
        """The merchant numbers that the user is bound to."""
        return frozenset(row[0] for row in self._wire.run(_MERCHANTS, user=user).fetchall())

    def users_of(self, merchant_no: str) -> tuple[Binding, ...]:
        """Who is bound to the merchant, first bound first."""
        rows = self._wire.run(_USERS, merchant=merchant_no).fetchall()
        return tuple(Binding(row[0], row[1], row[2], row[3], restored(row[4])) for row in rows)

    def issue(self, merchant_no: str, by: int, hashed: str, at: datetime, expires_at: datetime) -> None:
        """Keep a one-time link's hash (``token_hash``)."""
        self._wire.run(_ISSUE, token=hashed, merchant=merchant_no, by=by, at=stored(at), until=stored(expires_at))

    def redeem(self, hashed: str, user: int, now: datetime) -> str | LinkRefused:
        """Use a one-time link up: its merchant number, or why it opens nothing. Of two at once, one gets it."""
        used = self._wire.run(_REDEEM, token=hashed, user=user, at=stored(now)).rowcount == 1
        row = self._wire.run(_LINK, token=hashed).fetchone()
        if row is None:
            return LinkRefused("unknown")
        if used:
            return str(row[0])
        return LinkRefused("expired" if row[1] is None else "used")

    def peek(self, hashed: str, now: datetime) -> tuple[str, int] | LinkRefused:
        """What a one-time link would open, without using it up: (merchant number, who issued it), or why not."""
        row = self._wire.run(_LINK, token=hashed).fetchone()
        if row is None:
            return LinkRefused("unknown")
        if row[1] is not None:
            return LinkRefused("used")
        return (str(row[0]), int(row[2])) if restored(row[3]) > now else LinkRefused("expired")

    def attempts(self, user: int, kind: str, since: datetime) -> int:
        """How often the user tried this since then."""
        return int(self._wire.run(_TRIES, user=user, kind=kind, since=stored(since)).fetchone()[0])

    def attempted(self, user: int, kind: str, at: datetime) -> None:
        """Note one try."""
        self._wire.run(_TRIED, user=user, kind=kind, at=stored(at))

    def forget_attempts(self, before: datetime) -> int:
        """Drop tries that are too old to count; returns how many."""
        return int(self._wire.run(_FORGET, before=stored(before)).rowcount)

    def locale_of(self, user: int) -> str | None:
        """The language that the user chose, if any."""
        row = self._wire.run(_LOCALE, user=user).fetchone()
        return None if row is None else str(row[0])

    def prefer(self, user: int, locale: str) -> None:
        """Remember the language that the user chose."""
        self._wire.run(_PREFER, user=user, locale=locale)
