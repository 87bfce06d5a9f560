"""Reading the embedded table: the newest word on each record, within one read transaction, by one index per table.

What one lookup costs does not depend on how many payouts there are, only on how many the merchant has around the days
asked for.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, tzinfo
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from knowledge.records import CardChange, Incident, Merchant, Payout, Records, Terminal
from storage.moments import restored, stored
from storage.settlement.around import LONGEST_CHAIN, MOST_PAYOUTS, RECENT_PAYOUTS, moments, touching, window
from storage.settlement.tables import CARD_CHANGES, INCIDENTS, MERCHANTS, PAYOUTS, SEAT_BITS, TERMINALS, Kind
from storage.statements import Wire

__all__ = ["Table", "TooManyPayouts"]

WHOLE = "native"
"""The one format that tells of merchants in full (``Format.whole``); formats are not imported to look things up."""
A_DAY = 86_400_000_000
_DATES = ("trade_date", "due_date")
_AROUND = (
    "SELECT DISTINCT payout_id FROM settlement_payouts WHERE merchant_no = ? AND trade_date BETWEEN ? AND ? LIMIT ?"
)
_RECENT = (
    "SELECT payout_id FROM settlement_payouts WHERE merchant_no = ? AND trade_date IS NOT NULL "
    "ORDER BY trade_date DESC LIMIT ?"
)
_UNDATED = (
    "SELECT DISTINCT payout_id FROM settlement_payouts WHERE merchant_no = ? AND trade_date IS NULL AND "
    "(due_date BETWEEN ? AND ? OR cut_at BETWEEN ? AND ? OR sent_at BETWEEN ? AND ?) LIMIT ?"
)
"""Statements that do not say of which trade day a payout is: the other days that they tell of it stand in."""
_RECENT_UNDATED = (
    "SELECT payout_id FROM settlement_payouts WHERE merchant_no = ? AND trade_date IS NULL ORDER BY id DESC LIMIT ?"
)
_REPLACING = "SELECT payout_id FROM settlement_payouts WHERE replaces"


class _Version(NamedTuple):
    """One finished import's word on a record; the largest of a record is what counts."""

    said_at: int
    row_id: int
    values: tuple[Any, ...]


class TooManyPayouts(Exception):  # noqa: N818 - an ordinary outcome, told as no answer
    """Part of the payouts would be half an answer."""


class Table:
    """The table as of one read transaction. Nothing of an unfinished import is seen."""

    def __init__(self, wire: Wire, zone: str) -> None:
        self._driver, self._sqlite, self._zone = wire.driver, wire.database == "sqlite", zone
        self._brought: dict[Kind, set[int]] = {}
        """Kind -> the imports that brought what was read of it."""
        running = self._rows("SELECT import_no FROM settlement_imports WHERE state = 'running'")
        self._hidden = frozenset(number for (number,) in running)
        ((last,),) = self._rows("SELECT MAX(import_no) FROM settlement_imports")
        self._last: int = last or 0  # what begins while this is being read is not seen

    def imported(self) -> bool:
        """Whether any import was ever finished."""
        return bool(self._rows("SELECT 1 FROM settlement_imports WHERE state = 'done' LIMIT 1"))

    def as_of(self) -> datetime | None:
        """As of when the newest payouts are; None when no import brought any."""
        ((moment,),) = self._rows("SELECT MAX(as_of) FROM settlement_feeds")
        return None if moment is None else restored(int(moment))

    def terminal(self, terminal_id: str) -> Terminal | None:
        """The terminal of that ID, its moments in UTC."""
        if not terminal_id.isprintable():  # no terminal has one, and PostgreSQL takes no NUL
            return None
        found = self._newest(TERMINALS, [terminal_id])
        return self._record(TERMINALS, found[terminal_id], UTC) if found else None

    def merchant(self, merchant_no: str) -> Merchant | None:
        """The merchant of that number."""
        found = self._newest(MERCHANTS, [merchant_no])
        return self._record(MERCHANTS, found[merchant_no], UTC) if found else None

    def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...]:
        """Merchants whose newest word names that phone."""
        rows = self._rows("SELECT DISTINCT merchant_no FROM settlement_merchants WHERE phone = ?", e164)
        newest = self._newest(MERCHANTS, [number for (number,) in rows])
        merchants = (self._record(MERCHANTS, version, UTC) for _, version in sorted(newest.items()))
        return tuple(merchant for merchant in merchants if merchant.phone == e164)

    def records(self, terminal: Terminal, dates: Sequence[date], now: datetime) -> tuple[Records, datetime | None]:
        """Everything that may bear on the terminal's payouts of these days, moments in the merchant's own zone.

        And as of when it is: None when no feed that brought any of it ever told of payouts. ``TooManyPayouts``.
        """
        number = terminal.merchant_no
        merchant = self.merchant(number) or Merchant(number)
        zone: tzinfo = ZoneInfo(merchant.timezone or self._zone)
        today = now.astimezone(zone).date()
        span = window(dates, today)
        signed_on = terminal.last_signon_at and terminal.last_signon_at.astimezone(zone)
        changes, payouts = self._changes(number, zone), self._payouts(number, dates, span, zone)
        as_of, whole = self._standing(merchant)
        any_of = "SELECT 1 FROM settlement_{} LIMIT 1"
        records = Records(
            terminal=replace(terminal, last_signon_at=signed_on),
            merchant=merchant,
            changes=changes,
            payouts=payouts,
            incidents=self._incidents(moments(*span, today, zone), zone),
            knows_changes=whole and bool(changes or self._rows(any_of.format("card_changes"))),
            knows_payouts=whole and bool(payouts or self._rows(any_of.format("payouts"))),
        )
        return records, as_of

    def _changes(self, merchant_no: str, zone: tzinfo) -> tuple[CardChange, ...]:
        rows = self._rows("SELECT change_id FROM settlement_card_changes WHERE merchant_no = ?", merchant_no)
        newest = self._newest(CARD_CHANGES, {key for (key,) in rows})
        found = (self._record(CARD_CHANGES, version, zone) for _, version in sorted(newest.items()))
        return tuple(change for change in found if change.merchant_no == merchant_no)

    def _payouts(
        self, merchant_no: str, dates: Sequence[date], span: tuple[date, date], zone: tzinfo
    ) -> tuple[Payout, ...]:
        if dates:
            days = [day.isoformat() for day in span]
            times = [stored(moment) for moment in moments(*span, span[1], zone)]
            rows = self._rows(_AROUND, merchant_no, *days, MOST_PAYOUTS + 1)
            rows += self._rows(_UNDATED, merchant_no, *days, *times, *times, MOST_PAYOUTS + 1)
            if len(rows) > MOST_PAYOUTS:
                raise TooManyPayouts(f"the merchant has more than {MOST_PAYOUTS} payouts around these days")
        else:
            rows = self._rows(_RECENT, merchant_no, RECENT_PAYOUTS)
            rows += self._rows(_RECENT_UNDATED, merchant_no, RECENT_PAYOUTS)
        found: dict[str, Payout] = {}
        new = {key for (key,) in rows}
        for _ in range(LONGEST_CHAIN):  # what they replace, and what replaces them, whatever day it stands under
            if not new:
                break
            some = [self._record(PAYOUTS, version, zone) for version in self._newest(PAYOUTS, new).values()]
            mine = {payout.payout_id: payout for payout in some if payout.merchant_no == merchant_no}
            found.update(mine)
            later = self._rows(f"{_REPLACING} {self._within()}", self._list(mine))
            new = {payout.replaces for payout in mine.values() if payout.replaces} | {key for (key,) in later}
            new -= found.keys()
        return tuple(sorted(found.values(), key=lambda payout: (payout.trade_date or date.min, payout.payout_id)))

    def _incidents(self, span: tuple[datetime, datetime], zone: tzinfo) -> tuple[Incident, ...]:
        rows = self._rows(
            "SELECT incident_id FROM settlement_incidents WHERE starts_at <= ? AND (ends_at IS NULL OR ends_at >= ?)",
            stored(span[1]), stored(span[0]),
        )  # fmt: skip
        newest = self._newest(INCIDENTS, {key for (key,) in rows})
        return touching((self._record(INCIDENTS, version, zone) for version in newest.values()), span)

    def _standing(self, merchant: Merchant) -> tuple[datetime | None, bool]:
        """As of when the merchant's records are, and whether what is not here is known not to be.

        The first by the feeds that brought what was read: another feed's newest statement says nothing of them. Only
        the native bundle tells of every change and payout; a statement of another format that names the merchant says
        nothing of the days that it does not cover, nor does a bundle that is a day older than what another feed told.
        """
        brought = {number for numbers in self._brought.values() for number in numbers}
        imports = "SELECT import_no, format FROM settlement_imports WHERE import_no"
        formats = dict(self._rows(f"{imports} {self._within()}", self._list(brought)))
        sql = "SELECT format, as_of FROM settlement_feeds WHERE acquirer = ?"
        feeds = {name: int(at) for name, at in self._rows(sql, merchant.acquirer or "") if name in formats.values()}
        if not feeds:
            return None, False
        newest = max(feeds.values())
        whole = any(formats[number] == WHOLE for number in self._brought.get(MERCHANTS, ()))
        return restored(newest), whole and newest - feeds.get(WHOLE, newest) < A_DAY

    def _newest(self, kind: Kind, keys: Iterable[str]) -> dict[str, _Version]:
        """The newest version of each record that a finished import brought."""
        wanted = list(keys)
        if not wanted:
            return {}
        sql = f"SELECT said_at, id, {', '.join(kind.fields)} FROM {kind.table} WHERE {kind.key} "  # noqa: S608
        if len(wanted) == 1:
            rows = self._rows(f"{sql} = ?", wanted[0])
        else:
            rows = self._rows(f"{sql} {self._within()}", self._list(wanted))
        newest: dict[str, _Version] = {}
        brought = self._brought.setdefault(kind, set())
        for said_at, row_id, *values in rows:
            import_no = row_id >> SEAT_BITS
            if import_no in self._hidden or import_no > self._last:
                continue
            brought.add(import_no)
            key = values[0]
            if key not in newest or newest[key][:2] < (said_at, row_id):
                newest[key] = _Version(said_at, row_id, tuple(values))
        return newest

    def _record(self, kind: Kind, version: _Version, zone: tzinfo) -> Any:
        values: dict[str, Any] = dict(zip(kind.fields, version.values, strict=True))
        for name in kind.moments:
            if values[name] is not None:
                values[name] = restored(values[name]).astimezone(zone)
        for name in kind.flags:
            if values[name] is not None:
                values[name] = bool(values[name])
        if kind is PAYOUTS:
            for name in _DATES:
                if values[name] is not None:
                    values[name] = date.fromisoformat(values[name])
        return kind.record(**values)

    def _within(self) -> str:
        return "IN (SELECT value FROM json_each(?))" if self._sqlite else "= ANY(?)"

    def _list(self, keys: Iterable[str | int]) -> Any:
        return json.dumps(list(keys)) if self._sqlite else list(keys)

    def _rows(self, sql: str, *values: Any) -> Any:
        return self._driver.execute(sql if self._sqlite else sql.replace("?", "%s"), values).fetchall()
