"""What a mapping file of ``kind: sql`` says: where the database is, and which table and columns hold what."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import quote

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from knowledge.fields import Fields
from knowledge.providers import Providers
from storage.settlement.mapped.columns import FieldMapping, Usual, clock_of, read_fields
from storage.settlement.mapped.files import MappingFile, Terms, plain
from storage.settlement.mapped.records import Plan
from storage.settlement.mapped.values import Clock
from storage.settlement.tables import CARD_CHANGES, INCIDENTS, KINDS, MERCHANTS, PAYOUTS, TERMINALS, Kind

__all__ = ["AsOf", "SqlMapping", "Theirs", "sql_mapping"]

NEEDED: Mapping[Kind, tuple[str, ...]] = {
    MERCHANTS: ("merchant_no",),
    TERMINALS: ("terminal_id", "merchant_no"),
    CARD_CHANGES: ("change_id", "merchant_no"),
    PAYOUTS: ("payout_id", "merchant_no", "trade_date"),
    INCIDENTS: ("incident_id", "starts_at"),
}
_NAME = re.compile(r"[^\x00-\x1f\x7f]{1,128}")


@dataclass(frozen=True, slots=True)
class Theirs:
    """A table or view of theirs."""

    table: str
    schema: str | None = None

    def __str__(self) -> str:
        return f"{self.schema}.{self.table}" if self.schema else self.table


@dataclass(frozen=True, slots=True)
class AsOf:
    """Where they note as of when their records are: the latest value of a column."""

    theirs: Theirs
    column: str
    clock: Clock


@dataclass(frozen=True)
class SqlMapping:
    """A mapping file, read and checked. ``as_of`` None: the tables are live, their records are of now."""

    terms: Terms
    url: URL
    seconds: int
    """Time limit of one statement."""
    connections: int
    currency: str
    tables: Mapping[Kind, Theirs]
    plans: Mapping[Kind, Plan]
    complete: bool
    """Whether a payout that is not there does not exist."""
    as_of: AsOf | None
    fresh_for: int
    """Seconds for which records count as fresh."""


def sql_mapping(file: MappingFile, providers: Providers) -> SqlMapping:
    """Read the file; raises ``MappingErrors`` that lists everything wrong with it."""
    top = file.top
    terms, usual = file.terms(), Usual.of(top, providers)
    tables: dict[Kind, Theirs] = {}
    plans: dict[Kind, Plan] = {}
    complete = False
    for kind in KINDS:
        if kind in (TERMINALS, PAYOUTS) or plain(top, kind.name) is not None:
            fields = top.inner(kind.name)
            tables[kind] = _theirs(fields)
            plans[kind] = Plan(kind, str(tables[kind]), _columns(fields, kind, usual, providers))
            if kind is PAYOUTS:
                complete = fields.flag("complete", default=False)
            fields.done()
        else:
            top.text(kind.name, required=False)
    mapping = SqlMapping(
        terms, _url(file), top.whole("seconds", least=1, default=5), top.whole("connections", least=1, default=2),
        usual.currency, tables, plans, complete, _as_of(top, usual),
        top.whole("fresh_for", least=1, default=24 * 3600),
    )  # fmt: skip
    file.finish()
    return mapping


def _columns(fields: Fields, kind: Kind, usual: Usual, providers: Providers) -> Mapping[str, FieldMapping]:
    if plain(fields, "columns") is None:
        fields.inner("columns")  # says that it is missing
        return {}
    return read_fields(fields.inner("columns"), kind, usual, "column", _column, providers, NEEDED[kind])


def _column(fields: Fields, path: tuple[str, ...], theirs: str) -> None:
    if not _NAME.fullmatch(theirs):
        fields.fault(path, "This is no name of a column", "Write it as their database shows it.")


def _theirs(fields: Fields) -> Theirs:
    found = fields.text("table")
    if found and not _NAME.fullmatch(found):
        fields.fault(("table",), "This is no name of a table", "Write `table` or `schema.table`.")
    schema, _, name = found.rpartition(".")
    return Theirs(name, schema or None)


def _as_of(top: Fields, usual: Usual) -> AsOf | None:
    if not isinstance(plain(top, "as_of"), dict):
        top.choice("as_of", ("live",), default="live")
        return None
    fields = top.inner("as_of")
    theirs, column = _theirs(fields), fields.text("column")
    clock = clock_of(fields, usual)
    fields.done()
    return AsOf(theirs, column, clock)


def _url(file: MappingFile) -> URL:
    """Their database's URL. A secret within it is percent-encoded, so that any password fits; alone it is the URL."""
    top = file.top
    whole = re.fullmatch(r"\$\{[^}]*\}", str(plain(top, "url") or "").strip())
    text = file.secret_text(top, "url") if whole else file.secret_text(top, "url", encode=_encoded)
    empty = make_url("sqlite://")
    if not text:
        return empty
    try:
        url = make_url(text)
        if url.drivername in ("postgres", "postgresql"):
            url = url.set(drivername="postgresql+psycopg")
        url.get_dialect().import_dbapi()
    except NoSuchModuleError:
        top.fault(("url",), "This kind of database is not known", "Use one that SQLAlchemy has, such as postgresql.")
        return empty
    except ArgumentError:
        top.fault(
            ("url",), "This is no URL of a database", "Write it like postgresql://USER:${PASSWORD}@HOST/DATABASE."
        )
        return empty
    except ImportError as error:
        top.fault(("url",), f"The driver {error.name} is not installed", "Install it beside the program.")
        return empty
    if url.get_backend_name() == "sqlite" and url.database in (None, "", ":memory:"):
        top.fault(("url",), "A SQLite database needs its file", "Write sqlite:///PATH.")
    return url


def _encoded(secret: str) -> str:
    return quote(secret, safe="")
