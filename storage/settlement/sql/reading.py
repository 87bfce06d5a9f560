"""Selects over their tables, within one read transaction, as SQLAlchemy Core makes them: names quoted, values bound."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

import phonenumbers
from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    TableClause,
    bindparam,
    column,
    func,
    inspect,
    or_,
    select,
    table,
)
from sqlalchemy.exc import NoSuchTableError
from sqlalchemy.types import NullType

from knowledge.fields import suggestion
from knowledge.records import CardChange, Incident, Merchant, Payout, Records, Terminal
from storage.settlement.around import (
    LONGEST_CHAIN,
    MOST_PAYOUTS,
    RECENT_PAYOUTS,
    moments,
    touching,
    window,
    within,
)
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Unreadable
from storage.settlement.mapped.answers import NoAnswer
from storage.settlement.mapped.chain import Chain
from storage.settlement.mapped.columns import FieldMapping
from storage.settlement.mapped.records import Reader
from storage.settlement.mapped.values import ISO, as_moment
from storage.settlement.sql.mapping import SqlMapping, Theirs
from storage.settlement.tables import CARD_CHANGES, INCIDENTS, MERCHANTS, PAYOUTS, TERMINALS, Kind

__all__ = ["Shapes", "SqlReading"]

MARGIN = timedelta(days=1)
"""What is asked for more on either side of a span: a text column compares as text, a time may be of another zone."""
MOST = 1000
"""Card changes of a merchant, incidents of a window, values of a status: more are no answer for a conversation."""
_Row = dict[str, Any]


@dataclass
class Shapes:
    """Which columns their tables have, and of which Python type; looked at once, and again after something failed."""

    known: dict[Theirs, Mapping[str, type]] = field(default_factory=dict)

    def of(self, connection: Connection, theirs: Theirs) -> Mapping[str, type]:
        """The columns of one table. Raises ``NoAnswer`` when there is no such table."""
        if theirs not in self.known:
            try:
                columns = inspect(connection).get_columns(theirs.table, theirs.schema)
            except NoSuchTableError:
                columns = []
            if not columns:
                raise NoAnswer(f"there is no table {theirs}, or it may not be read")
            self.known[theirs] = {one["name"]: _python_type(one["type"]) for one in columns}
        return self.known[theirs]


def _python_type(sql_type: Any) -> type:
    try:
        return cast(type, sql_type.python_type)
    except NotImplementedError:
        return str


class SqlReading:
    """Their tables as of one read transaction. Everything raises ``NoAnswer`` where an answer would not be whole."""

    def __init__(self, connection: Connection, mapping: SqlMapping, shapes: Shapes, reader: Reader) -> None:
        self._connection, self._mapping, self._shapes, self._reader = connection, mapping, shapes, reader

    def as_of(self) -> datetime | None:
        """As of when they say that their records are; None when they are live."""
        at = self._mapping.as_of
        if at is None:
            return None
        self._check(at.theirs, [at.column])
        latest = self._connection.execute(select(func.max(column(at.column))).select_from(_table(at.theirs))).scalar()
        try:
            said = as_moment(latest, at.clock)
            if said is None:
                raise NoAnswer(f"{at.theirs}: {at.column} does not say as of when the records are: there is none")
            cells.moment(said)
        except Unreadable as error:
            raise NoAnswer(f"{at.theirs}: {at.column} does not say as of when the records are: {error}") from None
        return datetime.fromisoformat(said).astimezone(UTC)

    def terminal(self, terminal_id: str) -> Terminal | None:
        """The terminal of that ID, its moments in UTC."""
        rows = self._where(TERMINALS, "terminal_id", terminal_id)
        found = {terminal.merchant_no: terminal for terminal in map(self._reader.terminal, rows)}
        if len(found) > 1:
            raise NoAnswer(f"{self._mapping.tables[TERMINALS]}: the terminal belongs to {len(found)} merchants at once")
        return next(iter(found.values()), None)

    def merchant(self, merchant_no: str) -> Merchant | None:
        """The merchant of that number."""
        if MERCHANTS not in self._mapping.plans:
            return None
        found = {self._reader.merchant(row) for row in self._where(MERCHANTS, "merchant_no", merchant_no)}
        if len(found) > 1:
            raise NoAnswer(f"{self._mapping.tables[MERCHANTS]}: the merchant is told twice, in different words")
        return next(iter(found), None)

    def merchants_with_phone(self, e164: str) -> tuple[Merchant, ...]:
        """Merchants that have this number, in whichever of the usual ways it is written."""
        if MERCHANTS not in self._mapping.plans or "phone" not in self._mapping.plans[MERCHANTS]:
            return ()
        rows = self._where(MERCHANTS, "phone", *_written(e164))
        found = {merchant.merchant_no: merchant for merchant in map(self._reader.merchant, rows)}
        return tuple(found[number] for number in sorted(found) if found[number].phone == e164)

    def records(self, terminal: Terminal, dates: Sequence[date], now: datetime) -> Records:
        """Everything that may bear on the terminal's payouts of these days, moments in the merchant's own zone."""
        merchant = self.merchant(terminal.merchant_no) or Merchant(
            terminal.merchant_no, currency=self._mapping.currency or None
        )
        zone = self._reader.zone(merchant)
        today = now.astimezone(zone).date()
        first, last = window(dates, today)
        signed_on = terminal.last_signon_at and terminal.last_signon_at.astimezone(zone)
        changes: tuple[CardChange, ...] = ()
        if CARD_CHANGES in self._mapping.plans:
            rows = self._where(CARD_CHANGES, "merchant_no", merchant.merchant_no, limit=MOST)
            changes = tuple(
                sorted((self._reader.change(row, merchant) for row in rows), key=lambda change: change.change_id)
            )
        return Records(
            terminal=replace(terminal, last_signon_at=signed_on),
            merchant=merchant,
            changes=changes,
            payouts=self._payouts(merchant, (first, last) if dates else None),
            incidents=self._incidents(moments(first, last, today, zone)),
            knows_changes=CARD_CHANGES in self._mapping.plans,
            knows_payouts=self._mapping.complete,
        )

    def counts(self, kind: Kind) -> int:
        """How many rows their table has."""
        count = select(func.count()).select_from(_table(self._mapping.tables[kind]))
        return int(self._connection.execute(count).scalar_one())

    def check(self) -> None:
        """Whether every table and column of the mapping is there."""
        for kind, plan in self._mapping.plans.items():
            self._check(self._mapping.tables[kind], [mapping.theirs for mapping in plan.fields.values()])

    def words(self, kind: Kind, name: str, since: date) -> list[object]:
        """The words that stand in a field, since a trade date where there is one."""
        mapping = self._mapping.plans[kind].fields[name]
        statement: Select[Any] = (
            select(column(mapping.theirs)).distinct().select_from(_table(self._mapping.tables[kind]))
        )
        if kind is PAYOUTS:
            day = self._mapping.plans[kind].fields["trade_date"]
            statement = statement.where(column(day.theirs) >= self._day(kind, day, since))
        return list(self._connection.execute(statement.limit(MOST)).scalars())

    def _payouts(self, merchant: Merchant, span: tuple[date, date] | None) -> tuple[Payout, ...]:
        mine = self._same(PAYOUTS, "merchant_no", [merchant.merchant_no])
        day = self._mapping.plans[PAYOUTS].fields["trade_date"]
        traded: ColumnElement[Any] = column(day.theirs)
        if span is None:
            rows = self._rows(PAYOUTS, mine, traded.is_not(None), order=traded.desc(), limit=RECENT_PAYOUTS)
        else:
            since = self._day(PAYOUTS, day, span[0] - MARGIN)
            until = self._day(PAYOUTS, day, span[1] + MARGIN + MARGIN)
            rows = self._rows(PAYOUTS, mine, traded >= since, traded < until, limit=MOST_PAYOUTS)
        found = [self._reader.payout(row, merchant) for row in rows]
        chain = Chain(merchant.merchant_no)
        chain.take(payout for payout in found if span is None or within(payout, span))
        followed: set[str] = set()
        for _ in range(LONGEST_CHAIN):  # what they replace, and what replaces them, whatever day it stands under
            more = self._some(PAYOUTS, "payout_id", chain.replaced())
            more += self._some(PAYOUTS, "replaces", chain.unfollowed(followed))
            if not more:
                break
            chain.take(self._reader.payout(row, merchant) for row in more)
        return chain.payouts()

    def _incidents(self, span: tuple[datetime, datetime]) -> tuple[Incident, ...]:
        plan = self._mapping.plans.get(INCIDENTS)
        if plan is None:
            return ()
        starts, ends = plan.fields["starts_at"], plan.fields.get("ends_at")
        where = [column(starts.theirs) <= self._moment(INCIDENTS, starts, span[1] + MARGIN)]
        if ends is not None:
            over = column(ends.theirs) >= self._moment(INCIDENTS, ends, span[0] - MARGIN)
            where.append(or_(column(ends.theirs).is_(None), over))
        rows = self._rows(INCIDENTS, *where, limit=MOST)
        return touching((self._reader.incident(row, span[0].tzinfo or UTC) for row in rows), span)

    def _some(self, kind: Kind, name: str, values: Sequence[str]) -> list[_Row]:
        if not values or name not in self._mapping.plans[kind]:
            return []
        return self._where(kind, name, *values, limit=MOST_PAYOUTS)

    def _where(self, kind: Kind, name: str, *values: str, limit: int = MOST) -> list[_Row]:
        return self._rows(kind, self._same(kind, name, values), limit=limit)

    def _same(self, kind: Kind, name: str, values: Iterable[str]) -> ColumnElement[bool]:
        """Their column has one of the values; what cannot stand in a column of numbers stands in none."""
        mapping = self._mapping.plans[kind].fields[name]
        of_type = self._type(kind, mapping)
        fitting: list[Any] = [value for value in values if value.isprintable()]
        if issubclass(of_type, int | float | Decimal):
            plain = [value.removeprefix("+") for value in fitting]
            fitting = [int(value) for value in plain if value.isascii() and value.isdigit() and len(value) <= 18]
        return column(mapping.theirs).in_(bindparam(None, fitting, NullType(), expanding=True, unique=True))

    def _rows(self, kind: Kind, *where: ColumnElement[bool], limit: int, order: Any = None) -> list[_Row]:
        theirs, plan = self._mapping.tables[kind], self._mapping.plans[kind]
        self._check(theirs, [mapping.theirs for mapping in plan.fields.values()])
        wanted: list[ColumnElement[Any]] = [column(mapping.theirs).label(name) for name, mapping in plan.fields.items()]
        statement = select(*wanted).select_from(_table(theirs)).where(*where).limit(limit + 1)
        if order is not None:
            statement = statement.order_by(order).limit(limit)
        rows = [dict(row) for row in self._connection.execute(statement).mappings()]
        if len(rows) > limit:
            raise NoAnswer(f"{theirs}: more than {limit} rows for one lookup")
        return rows

    def _check(self, theirs: Theirs, columns: Iterable[str]) -> None:
        there = self._shapes.of(self._connection, theirs)
        folded = {name.casefold() for name in there}
        for name in columns:
            if name not in there and name.casefold() not in folded:
                del self._shapes.known[theirs]  # it may have one the next time
                raise NoAnswer(f"{theirs} has no column {name}. {suggestion(name, there)}")

    def _type(self, kind: Kind, mapping: FieldMapping) -> type:
        shape = self._shapes.of(self._connection, self._mapping.tables[kind])
        folded = {name.casefold(): of_type for name, of_type in shape.items()}
        return shape.get(mapping.theirs) or folded.get(mapping.theirs.casefold(), str)

    def _day(self, kind: Kind, mapping: FieldMapping, day: date) -> ColumnElement[Any]:
        """A day for comparing with their column, as that writes it."""
        of_type = self._type(kind, mapping)
        if mapping.clock.form != ISO:
            noon = datetime(day.year, day.month, day.day, tzinfo=mapping.clock.zone or UTC)
            return _fitting(mapping.clock.write(noon), of_type)
        if issubclass(of_type, date) and self._connection.dialect.name != "sqlite":
            return _fitting(day, of_type)
        return _fitting(day.isoformat(), of_type)

    def _moment(self, kind: Kind, mapping: FieldMapping, moment: datetime) -> ColumnElement[Any]:
        """A moment for comparing, good to a day: a text column may have its times with T, a space, or an offset."""
        return self._day(kind, mapping, moment.astimezone(mapping.clock.zone or UTC).date())


def _fitting(value: Any, of_type: type) -> ColumnElement[Any]:
    if issubclass(of_type, int) and isinstance(value, str) and value.isdigit():
        value = int(value)
    if issubclass(of_type, str) and isinstance(value, int):
        value = str(value)
    return bindparam(None, value, NullType(), unique=True)


def _table(theirs: Theirs) -> TableClause:
    return table(theirs.table, schema=theirs.schema)


def _written(e164: str) -> tuple[str, ...]:
    """The usual ways to write a telephone number: +86…, 86…, 0086…, and without its country."""
    digits = e164.removeprefix("+")
    try:
        national = phonenumbers.national_significant_number(phonenumbers.parse(e164))
    except phonenumbers.NumberParseException:
        return (e164,)
    return (e164, digits, f"00{digits}", national, f"0{national}")
