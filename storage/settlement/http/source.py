"""An acquirer's JSON interface as a settlement source."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import Any, TypeVar

import phonenumbers

from knowledge.providers import Providers
from knowledge.records import (
    Absent,
    CardChange,
    Foreign,
    Found,
    Incident,
    LookupResult,
    Merchant,
    Payout,
    Query,
    Records,
    Terminal,
    Unavailable,
)
from storage.settlement.around import LONGEST_CHAIN, MOST_PAYOUTS, moments, touching, window, within
from storage.settlement.http.asking import Asker
from storage.settlement.http.mapping import HttpMapping, Need
from storage.settlement.http.paging import Pager
from storage.settlement.mapped.answers import NoAnswer
from storage.settlement.mapped.chain import Chain
from storage.settlement.mapped.columns import House
from storage.settlement.mapped.records import Reader
from storage.settlement.source import Freshness

__all__ = ["HttpSource"]

RECENT = timedelta(days=28)
"""Without a trade date: how far back the payouts are asked for."""
_Result = TypeVar("_Result")
_Row = dict[str, Any]


class HttpSource:
    """Looks up an acquirer's interface by a mapping. Its records are live: as of when they were asked for.

    ``clock`` gives the present moment, ``providers`` the current words of providers, ``timezone`` stands in for
    merchants that have none; ``asker`` sends the requests.
    """

    def __init__(
        self,
        mapping: HttpMapping,
        clock: Callable[[], datetime],
        providers: Callable[[], Providers],
        timezone: str = "Asia/Shanghai",
        asker: Asker | None = None,
    ) -> None:
        self._mapping, self._clock = mapping, clock
        self._house = House(providers, timezone, mapping.currency)
        plans = {need.kind: need.plan for need in reversed(tuple(mapping.needs.values()))}
        self._reader = Reader(plans, self._house)
        self._readers = {name: Reader({need.kind: need.plan}, self._house) for name, need in mapping.needs.items()}
        self._asker = asker or Asker(mapping)

    @property
    def name(self) -> str:
        """The layer's name in answers and logs."""
        return self._mapping.terms.name

    async def look_up(self, query: Query) -> LookupResult:
        """The terminal's records. Its owner is asked for first; of another merchant nothing more is."""
        now = self._clock()
        return await self._whole(self._look_up(query, now))

    async def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...] | Unavailable:
        """Merchants with this number on file; none where the mapping has no request for it."""
        return await self._whole(self._with_phone(e164))

    async def merchant(self, merchant_no: str) -> Merchant | Unavailable | None:
        """The merchant of that number."""
        return await self._whole(self._merchant(merchant_no))

    async def owner(self, terminal_id: str) -> str | Unavailable | None:
        """The number of the terminal's merchant."""
        found = await self._whole(self._terminal(terminal_id.strip().upper()))
        return found.merchant_no if isinstance(found, Terminal) else found

    async def freshness(self) -> tuple[Freshness | Unavailable, ...]:
        """Whether the interface answers: a terminal is asked for that there should not be."""
        found = await self._whole(self._terminal(self._mapping.probe))
        if isinstance(found, Unavailable):
            return (found,)
        return (Freshness(self.name, self._clock(), False, {}, self._house.unmapped),)

    async def close(self) -> None:
        """Close its connections."""
        await self._asker.close()

    async def _whole(self, work: Awaitable[_Result]) -> _Result | Unavailable:
        try:
            async with asyncio.timeout(self._mapping.limits.lookup):
                return await work
        except NoAnswer as error:
            return Unavailable(str(error), self.name)
        except TimeoutError:
            self._asker.circuit.failed()
            return Unavailable(f"no whole answer within {self._mapping.limits.lookup} s", self.name)

    async def _look_up(self, query: Query, now: datetime) -> LookupResult:
        if query.whole is not None:
            raise NoAnswer("it is asked by terminal, not by merchant")
        terminal = await self._terminal(query.terminal_id.strip().upper())
        if terminal is None:
            return Absent(self.name)
        if terminal.merchant_no not in query.merchants:
            return Foreign(self.name)
        merchant = await self._merchant(terminal.merchant_no) or Merchant(
            terminal.merchant_no, currency=self._mapping.currency or None
        )
        zone = self._reader.zone(merchant)
        today = now.astimezone(zone).date()
        first, last = window(query.trade_dates, today)
        span = (first, last) if query.trade_dates else (today - RECENT, last)
        named = {"merchant_no": merchant.merchant_no, "terminal_id": terminal.terminal_id}
        changes, payouts, incidents = await _together(
            self._changes(merchant, named),
            self._payouts(merchant, named, span, zone),
            self._incidents(moments(first, last, today, zone), zone),
        )
        signed_on = terminal.last_signon_at and terminal.last_signon_at.astimezone(zone)
        records = Records(
            terminal=replace(terminal, last_signon_at=signed_on),
            merchant=merchant,
            changes=changes,
            payouts=payouts,
            incidents=incidents,
            knows_changes="card_changes" in self._mapping.needs,
            knows_payouts=self._mapping.complete,
        )
        return Found(records, self.name, now)

    async def _terminal(self, terminal_id: str) -> Terminal | None:
        row = await self._one("terminal", {"terminal_id": terminal_id})
        if row is None:
            return None
        terminal = self._reader.terminal({"terminal_id": terminal_id, **row})
        if "terminal_id" not in self._mapping.needs["terminal"].plan:
            return replace(terminal, terminal_id=terminal_id)
        if terminal.terminal_id != terminal_id:
            raise NoAnswer("terminal: the answer is about another terminal")
        return terminal

    async def _merchant(self, merchant_no: str) -> Merchant | None:
        row = await self._one("merchant", {"merchant_no": merchant_no})
        if row is None:
            return None
        merchant = self._readers["merchant"].merchant(row, merchant_no)
        if merchant.merchant_no != merchant_no:
            raise NoAnswer("merchant: the answer is about another merchant")
        return merchant

    async def _with_phone(self, e164: str) -> tuple[Merchant, ...]:
        digits = e164.removeprefix("+")
        try:
            national = phonenumbers.national_significant_number(phonenumbers.parse(e164))
        except phonenumbers.NumberParseException:
            national = digits
        rows = await self._all(
            "merchants_by_phone", {"phone": e164, "phone_digits": digits, "phone_national": national}
        )
        reader = self._readers.get("merchants_by_phone", self._reader)
        found = {merchant.merchant_no: merchant for merchant in map(reader.merchant, rows)}
        return tuple(found[number] for number in sorted(found) if found[number].phone == e164)

    async def _changes(self, merchant: Merchant, named: Mapping[str, str]) -> tuple[CardChange, ...]:
        rows = await self._all("card_changes", named)
        found = {change.change_id: change for change in (self._reader.change(row, merchant) for row in rows)}
        return tuple(found[key] for key in sorted(found) if found[key].merchant_no == merchant.merchant_no)

    async def _payouts(
        self, merchant: Merchant, named: Mapping[str, str], span: tuple[date, date], zone: tzinfo
    ) -> tuple[Payout, ...]:
        def read(name: str, rows: Sequence[_Row]) -> list[Payout]:
            return [self._readers[name].payout(row, merchant) for row in rows]

        chain = Chain(merchant.merchant_no)
        need = self._mapping.needs["payouts"]
        for first, last in _slices(span, need.most_days):
            rows = await self._all("payouts", {**named, **_days(need, first, last, zone)})
            chain.take(payout for payout in read("payouts", rows) if within(payout, span))
        followed: set[str] = set()
        for _ in range(LONGEST_CHAIN):  # what they replace, and what replaces them, whatever day it stands under
            more: list[Payout] = []
            for key in chain.replaced():
                row = await self._one("payout", {**named, "payout_id": key})
                more += read("payout", [] if row is None else [row])
            for key in chain.unfollowed(followed) if "replacing" in self._mapping.needs else ():
                more += read("replacing", await self._all("replacing", {**named, "payout_id": key}))
            if not more:
                break
            chain.take(more)
        return chain.payouts()

    async def _incidents(self, span: tuple[datetime, datetime], zone: tzinfo) -> tuple[Incident, ...]:
        need = self._mapping.needs.get("incidents")
        if need is None:
            return ()
        rows = await self._all("incidents", _days(need, span[0].date(), span[1].date(), zone))
        return touching((self._reader.incident(row, zone) for row in rows), span)

    async def _one(self, name: str, values: Mapping[str, str]) -> _Row | None:
        """The one object that a request answers with; None when there is none, or no such request."""
        need = self._mapping.needs.get(name)
        if need is None:
            return None
        answer = await self._asker.ask(need, values)
        if answer.absent:
            return None
        found = need.items(answer.data)
        if not isinstance(found, dict):
            raise NoAnswer(f"{name}: there is no object where the mapping expects it")
        return _row(need, found)

    async def _all(self, name: str, values: Mapping[str, str]) -> list[_Row]:
        """The objects of all pages that a request answers with; none where there is no such request."""
        need = self._mapping.needs.get(name)
        if need is None:
            return []
        pager = Pager(need.paging, name)
        rows: list[_Row] = []
        while True:
            answer = await self._asker.ask(need, {**values, **pager.values()}, pager.link)
            if answer.absent:
                pager.ends()
                return [_row(need, item) for item in rows]
            found = need.items(answer.data)
            if not isinstance(found, list) or not all(isinstance(item, dict) for item in found):
                raise NoAnswer(f"{name}: there is no list of objects where the mapping expects it")
            rows += found
            if len(rows) > MOST_PAYOUTS:
                raise NoAnswer(f"{name}: more than {MOST_PAYOUTS} for one lookup")
            if not pager.more(answer.data, found, answer.link):
                return [_row(need, item) for item in rows]


def _row(need: Need, item: Any) -> _Row:
    return {name: mapping.find(item) if mapping.find else None for name, mapping in need.plan.fields.items()}


def _days(need: Need, first: date, last: date, zone: tzinfo) -> dict[str, str]:
    """The names that stand for a span of days, the last of them included."""
    begins = datetime.combine(first, time.min, zone)
    ends = datetime.combine(last, time.max, zone)
    return {
        "date_from": first.strftime(need.date_format),
        "date_to": last.strftime(need.date_format),
        "epoch_from": str(int(begins.astimezone(UTC).timestamp())),
        "epoch_to": str(int(ends.astimezone(UTC).timestamp())),
    }


def _slices(span: tuple[date, date], most_days: int) -> list[tuple[date, date]]:
    """The span in pieces of at most so many days; in one where any length may be asked for."""
    first, last = span
    if not most_days:
        return [span]
    pieces = []
    while first <= last:
        end = min(last, first + timedelta(days=most_days - 1))
        pieces.append((first, end))
        first = end + timedelta(days=1)
    return pieces


async def _together(*works: Awaitable[Any]) -> list[Any]:
    """All at once; the first that fails ends the others."""
    tasks = [asyncio.ensure_future(work) for work in works]
    try:
        return list(await asyncio.gather(*tasks))
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
