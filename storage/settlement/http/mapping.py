"""What a mapping file of ``kind: http`` says: where the interface is, who asks, and which request answers what."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jmespath
from jmespath.exceptions import JMESPathError, ParseError

from knowledge.fields import Fields
from knowledge.positions import Fault, Positioned
from knowledge.providers import Providers
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Unreadable
from storage.settlement.http.addresses import address
from storage.settlement.http.authorising import AuthMapping, read_auth
from storage.settlement.http.paging import NAMES, Paging
from storage.settlement.http.templates import checked, checked_body, names_in
from storage.settlement.mapped.answers import NoAnswer
from storage.settlement.mapped.columns import FieldMapping, Usual, read_fields
from storage.settlement.mapped.files import MappingFile, Terms, plain
from storage.settlement.mapped.records import Plan
from storage.settlement.tables import CARD_CHANGES, INCIDENTS, MERCHANTS, PAYOUTS, TERMINALS, Kind

__all__ = ["HttpMapping", "Limits", "Need", "http_mapping"]

_DAYS = ("date_from", "date_to", "epoch_from", "epoch_to")


@dataclass(frozen=True, slots=True)
class _Sort:
    """What one of the requests is for: its record, the names it may use, the fields that its answer must have."""

    kind: Kind
    names: tuple[str, ...]
    needed: tuple[str, ...]
    many: bool = True
    like: str = ""
    """Its fields are those of that request, unless it has its own."""


NEEDS: Mapping[str, _Sort] = {
    "terminal": _Sort(TERMINALS, ("terminal_id",), ("merchant_no",), many=False),
    "merchant": _Sort(MERCHANTS, ("merchant_no",), (), many=False),
    "merchants_by_phone": _Sort(
        MERCHANTS, ("phone", "phone_digits", "phone_national"), ("merchant_no", "phone"), like="merchant"
    ),
    "card_changes": _Sort(CARD_CHANGES, ("merchant_no", "terminal_id"), ("change_id",)),
    "payouts": _Sort(PAYOUTS, ("merchant_no", "terminal_id", *_DAYS), ("payout_id", "trade_date")),
    "payout": _Sort(PAYOUTS, ("payout_id", "merchant_no", "terminal_id"), (), many=False, like="payouts"),
    "replacing": _Sort(PAYOUTS, ("payout_id", "merchant_no", "terminal_id"), (), like="payouts"),
    "incidents": _Sort(INCIDENTS, _DAYS, ("incident_id", "starts_at")),
}


@dataclass(frozen=True)
class Need:
    """One of the requests. ``repeatable``: it may be sent again when nothing came back."""

    name: str
    kind: Kind
    method: str
    path: str
    query: Mapping[str, str]
    body: Any
    repeatable: bool
    absent: frozenset[int]
    """Statuses that mean that there is none."""
    absent_when: Find | None
    good_when: Find | None
    items: Find
    many: bool
    paging: Paging
    plan: Plan
    date_format: str
    most_days: int
    """Longest span of days that one request may ask for; 0: any."""


Find = Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Limits:
    """Seconds for connecting, for one request with its answer, for a whole lookup; and how much is taken."""

    connect: float
    request: float
    lookup: float
    retries: int
    bytes: int
    connections: int
    failures: int
    """So many in a row, and the interface is left alone …"""
    pause: int
    """… for so many seconds."""


@dataclass(frozen=True)
class HttpMapping:
    """A mapping file, read and checked."""

    terms: Terms
    base_url: str
    ca_file: str
    limits: Limits
    auth: AuthMapping
    needs: Mapping[str, Need]
    currency: str
    complete: bool
    """Whether a payout that is not told of does not exist."""
    probe: str
    """A terminal ID that is asked for to see whether the interface answers."""


def http_mapping(file: MappingFile, providers: Providers) -> HttpMapping:
    """Read the file; raises ``MappingErrors`` that lists everything wrong with it."""
    top = file.top
    terms, usual = file.terms(), Usual.of(top, providers)
    base_url = address(file, top, "base_url")
    requests = top.inner("requests")
    complete = False
    needs: dict[str, Need] = {}
    for name, sort in NEEDS.items():
        if plain(requests, name) is None:
            requests.text(name, required=name in ("terminal", "payouts"))
            continue
        fields = requests.inner(name)
        needs[name] = _need(fields, name, sort, usual, providers, needs.get(sort.like))
        if name == "payouts":
            complete = fields.flag("complete", default=False)
        fields.done()
    requests.done()
    mapping = HttpMapping(
        terms, base_url, _ca_file(top), _limits(top), read_auth(file), needs, usual.currency,
        complete, _probe(top),
    )  # fmt: skip
    file.finish()
    return mapping


def expression(fields: Fields, path: tuple[str, ...], text: str) -> Find:
    """A jmespath expression, compiled. What it finds; raises ``NoAnswer`` where it does not fit the answer."""
    try:
        compiled = jmespath.compile(text)
    except ParseError as error:
        place = fields.source.place((*fields.path, *path))
        at = fields.source.within(place, (error.lex_position or 0) + 1)
        words = f"This is no jmespath expression: {error.msg.rstrip('.')}"
        fields.faults.append(Fault(at, words, "See https://jmespath.org for how they are written."))
        return lambda _data: None
    except JMESPathError as error:
        fields.fault(path, f"This is no jmespath expression: {error}", "See https://jmespath.org.")
        return lambda _data: None

    def find(data: Any) -> Any:
        try:
            return compiled.search(data)
        except (JMESPathError, TypeError, ValueError, ArithmeticError, RecursionError):
            raise NoAnswer(f"the expression {text} does not fit the answer") from None

    return find


def _need(fields: Fields, name: str, sort: _Sort, usual: Usual, providers: Providers, like: Need | None) -> Need:
    paging = _paging(fields) if sort.many else Paging()
    known = (*sort.names, *sorted(NAMES[paging.kind]))
    path = checked(fields, "path", fields.text("path"), known)
    if path and not path.startswith("/"):
        fields.fault(("path",), "A path begins with /", f"Write /{path}.")
    query: dict[str, str] = {}
    if plain(fields, "query") is not None:
        inner = fields.inner("query")
        for parameter in inner.names():
            query[str(parameter)] = checked(inner, parameter, _plain_text(inner, parameter), known)
    method = fields.choice("method", ("GET", "POST"), default="GET")
    body = checked_body(fields, "json", known)
    if body is not None and method == "GET":
        fields.fault(("json",), "A GET has no body", "Write `method: POST`, or put it into `query:`.", key=True)
    plan, whole = _plan(fields, name, sort, usual, providers, like), fields.words
    used = names_in(f"{path} {query} {body}")
    _check_names(fields, name, sort, plan, used, paging)
    return Need(
        name, sort.kind, method, path, query, body,
        repeatable=fields.flag("idempotent", default=method == "GET"),
        absent=frozenset(fields.wholes("absent", range(200, 500)) if plain(fields, "absent") is not None else ()),
        absent_when=_optional(fields, "absent_when"),
        good_when=_optional(fields, "good_when"),
        items=expression(fields, ("items",), whole("items", default="@", required=False) or "@"),
        many=sort.many, paging=paging, plan=plan,
        date_format=fields.text("date_format", default="%Y-%m-%d", required=False) or "%Y-%m-%d",
        most_days=fields.whole("most_days", default=0) if "date_from" in sort.names else 0,
    )  # fmt: skip


def _plan(fields: Fields, name: str, sort: _Sort, usual: Usual, providers: Providers, like: Need | None) -> Plan:
    if plain(fields, "fields") is None and like is not None:
        return Plan(sort.kind, name, like.plan.fields)
    found: dict[str, FieldMapping] = {}
    if plain(fields, "fields") is None:
        fields.inner("fields")  # says that it is missing
    else:
        found = read_fields(fields.inner("fields"), sort.kind, usual, "from", expression, providers, sort.needed)
    return Plan(sort.kind, name, found)


def _check_names(fields: Fields, name: str, sort: _Sort, plan: Plan, used: frozenset[str], paging: Paging) -> None:
    """Whose answer it is must be clear, and what pages it: else it would be somebody else's, or the first page."""
    if sort.names and not used & set(sort.names) and name != "incidents":
        wanted = " or ".join(f"{{{one}}}" for one in sort.names)
        fields.fault((), f"This request does not say which {name.replace('_', ' ')} it is about", f"Use {wanted}.")
    if sort.kind in (PAYOUTS, CARD_CHANGES) and "merchant_no" not in plan and not used & {"merchant_no", "terminal_id"}:
        remedy = "Map merchant_no, or use {merchant_no} in the request."
        fields.fault((), "It cannot be told whose records these are", remedy)
    if sort.like and "merchant_no" not in plan and name == "merchants_by_phone":
        fields.fault((), "merchant_no is not mapped", "Map it here or in `merchant:`.")
    step = {"page": "page", "offset": "offset", "cursor": "cursor"}.get(paging.kind)
    if step and step not in used:
        remedy = f'Put "{{{step}}}" into `query:` or `json:`.'
        fields.fault(("paging",), f"No request would ask for the next {step}", remedy, key=True)


def _paging(fields: Fields) -> Paging:
    if plain(fields, "paging") is None:
        fields.text("paging", required=False)
        return Paging()
    inner = fields.inner("paging")
    kind = inner.choice("kind", tuple(NAMES))
    made = Paging(
        kind,  # type: ignore[arg-type]  # one of the names
        inner.whole("size", least=1, default=100),
        inner.whole("first", default=1) if kind == "page" else 1,
        inner.whole("most_pages", least=1, default=50),
        expression(inner, ("next",), inner.words("next")) if kind == "cursor" else None,
        _optional(inner, "total") if kind in ("page", "offset") else None,
    )
    inner.done()
    return made


def _optional(fields: Fields, name: str) -> Find | None:
    text = fields.words(name, required=False)
    return expression(fields, (name,), text) if text else None


def _plain_text(fields: Fields, name: str) -> str:
    found = plain(fields, name)
    if isinstance(found, bool):
        return str(found).lower()
    return str(found) if isinstance(found, int) else fields.words(name)


def _limits(top: Fields) -> Limits:
    fields = top.inner("limits") if plain(top, "limits") is not None else Fields(Positioned({}), (), top.faults)
    limits = Limits(
        connect=fields.whole("connect", least=1, default=3),
        request=fields.whole("request", least=1, default=8),
        lookup=fields.whole("lookup", least=1, default=20),
        retries=fields.whole("retries", default=2),
        bytes=fields.whole("bytes", least=1000, default=5_000_000),
        connections=fields.whole("connections", least=1, default=8),
        failures=fields.whole("failures", least=1, default=5),
        pause=fields.whole("pause", least=1, default=30),
    )
    fields.done()
    return limits


def _ca_file(top: Fields) -> str:
    found = top.text("ca_file", required=False)
    if found and not Path(found).is_file():
        top.fault(("ca_file",), f"There is no file {found}", "Write the path of a file of certificates in PEM.")
    return found


def _probe(top: Fields) -> str:
    found = top.text("probe", default="00000000", required=False)
    try:
        return cells.terminal(found)
    except Unreadable as error:
        top.fault(("probe",), f"probe: {error}", 'Write it like "00000000".')
        return found
