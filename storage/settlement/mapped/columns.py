"""How one field of a record is read from somebody else's: where it stands there, and what to make of it.

The fields, and the readers that check their values, are those of the native bundle: a value means the same whichever
way it comes in. What a mapping adds is said per field: units, zone, format, values, provider, tail, required.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from knowledge.fields import Fields, suggestion
from knowledge.positions import Positioned
from knowledge.providers import Providers
from knowledge.readings import tail_of
from storage.settlement.formats.declaration import Column, Sum, Unreadable
from storage.settlement.formats.native import SHEETS
from storage.settlement.mapped.files import plain, zone_of
from storage.settlement.mapped.values import CLOCKS, ISO, Clock, as_day, as_moment, as_sum, as_text
from storage.settlement.tables import CARD_CHANGES, MERCHANTS, PAYOUTS, Kind

__all__ = ["FieldMapping", "House", "Usual", "clock_of", "read_fields"]

Sort = Literal["sum", "moment", "day", "tail", "flag", "word", "text"]
Find = Callable[[Any], Any]
Compile = Callable[[Fields, tuple[str, ...], str], "Find | None"]
_DAYS = frozenset({"trade_date", "due_date"})
_TAILS = frozenset({"account_tail", "old_tail", "new_tail", "dest_tail"})
_WORDS = frozenset({"status", "reason", "cycle", "mode", "account_type", "need", "acquirer", "currency", "locale"})
_COLUMNS: Mapping[Kind, Mapping[str, Column | Sum]] = {bound.kind: bound.sheet.columns for bound in SHEETS}
_PROVIDED = {(PAYOUTS, "status"), (PAYOUTS, "reason"), (CARD_CHANGES, "status")}
"""Fields whose words ``providers.yaml`` knows."""
_FLAGS = {"true": "1", "false": "0"}
_NOTHING = Positioned({})
"""The options of a field that is given by their name alone."""


@dataclass(frozen=True, slots=True)
class Usual:
    """What holds for a whole mapping file unless a field says otherwise."""

    units: str = ""
    zone: Any = None
    provider: str = ""
    currency: str = ""

    @classmethod
    def of(cls, top: Fields, providers: Providers) -> Usual:
        """``units``, ``zone``, ``provider`` and ``currency`` at the top of the file."""
        units = top.choice("units", ("minor", "major"), default="") if plain(top, "units") is not None else ""
        currency = top.text("currency", required=False)
        if currency:
            try:
                _read(MERCHANTS, "currency")(currency)
            except Unreadable as error:
                top.fault(("currency",), f"{currency} is {error}", "Write a code such as CNY.")
        provider = top.text("provider", required=False)
        known = {*providers.payout_statuses, *providers.change_statuses, *providers.codes}
        if provider and provider not in known:
            top.fault(("provider",), f"providers.yaml knows no {provider}", suggestion(provider, known))
        return cls(units, zone_of(top, "zone"), provider, currency)


@dataclass
class House:
    """What reading values needs to know beside the mapping, and what it found nobody has mapped yet."""

    providers: Callable[[], Providers]
    timezone: str
    """Of merchants that have none."""
    currency: str = ""
    """Of merchants that have none; empty: unknown."""
    unmapped: dict[str, dict[str, int]] = field(default_factory=dict)

    def leave_raw(self, what: str, raw: str) -> None:
        """Count a value that no mapping explains."""
        seen = self.unmapped.setdefault(what, {})
        name = raw if raw in seen or len(seen) < 200 else "…"
        seen[name] = seen.get(name, 0) + 1


@dataclass(frozen=True)
class FieldMapping:
    """One field: ``theirs`` is their column or expression, as the mapping file says it."""

    kind: Kind
    name: str
    theirs: str
    sort: Sort
    find: Find | None = None
    """Takes the value out of their answer; None where a column's name is all there is to it."""
    units: str = ""
    clock: Clock = field(default_factory=Clock)
    values: Mapping[str, str] | None = None
    provider: str = ""
    shorten: bool = False
    required: bool = False

    def read(self, raw: Any, house: House, places: int | None = None) -> Any:
        """The value that is stored for theirs; None is unknown. Raises ``Unreadable``.

        ``places``: how many decimals the record's currency has; None when its currency is not known.
        """
        value = self._value(raw, house, places)
        if value is None and self.required:
            raise Unreadable("nothing is there, and it is required")
        return value

    def _value(self, raw: Any, house: House, places: int | None) -> Any:
        if self.sort == "sum":
            return self._sum(raw, places)
        if self.sort == "moment":
            return self._plainly(as_moment(raw, self.clock))
        if self.sort == "day":
            return self._plainly(as_day(raw, self.clock))
        if self.sort == "tail":
            return self._tail(raw)
        text = as_text(raw)
        if text is None:
            return None
        if self.values is not None or self.provider:
            return self._word(text, house)
        if self.sort == "flag":
            text = _FLAGS.get(text.lower(), text)
        elif isinstance(raw, bool):
            raise Unreadable("not a text but true or false")
        elif self.name == "phone":
            return text  # it becomes E.164 once the merchant's time zone is known
        return self._plainly(text)

    def _plainly(self, text: str | None) -> Any:
        read = _read(self.kind, self.name)
        return None if text is None else read(text)

    def _sum(self, raw: Any, places: int | None) -> int | None:
        digits = 0 if self.units == "minor" else places
        if digits is None:
            if as_text(raw) is None:
                return None
            raise Unreadable("a sum in major units, and its currency is not known: write `currency:` into the mapping")
        text = as_sum(raw, digits)
        column = _COLUMNS[self.kind][self.name]
        assert isinstance(column, Sum)
        try:
            return None if text is None else column.read(text, digits)
        except Unreadable as error:
            if self.units == "minor" and text and "." in text:
                raise Unreadable("a fraction where minor units are promised") from None
            raise error from None

    def _tail(self, raw: Any) -> Any:
        text = as_text(raw)
        if text is None:
            return None
        if isinstance(raw, int | float) and len(text) < 4:
            raise Unreadable("a number of fewer than 4 digits: zeros at its beginning may be lost; give it as text")
        if self.shorten:
            digits = tail_of(text)
            if digits is None or len(digits) < 2:
                raise Unreadable("the account does not end in 2 digits or more")
            return digits
        return self._plainly(text)

    def _word(self, text: str, house: House) -> str | None:
        if self.values is not None:
            ours = self.values.get(text)
        elif self.name == "reason":
            ours = house.providers().reason(text, self.provider)
        elif self.kind is PAYOUTS:
            ours = house.providers().payout_status(self.provider, text)
        else:
            ours = house.providers().change_status(self.provider, text)
        if ours is None:
            what = "change status" if self.kind is CARD_CHANGES and self.name == "status" else self.name
            house.leave_raw(what, _read(PAYOUTS, "raw_status")(text))
            return None
        return ours


def read_fields(
    fields: Fields, kind: Kind, usual: Usual, key: str, compiled: Compile, providers: Providers, needed: tuple[str, ...]
) -> dict[str, FieldMapping]:  # fmt: skip
    """Read ``field: theirs`` or ``field: {KEY: theirs, …}`` for every field of a kind; faults go to ``fields``.

    ``key``: what their side is called (``column``, ``from``); ``compiled`` makes of it what finds the value.
    """
    known = _COLUMNS[kind]
    found: dict[str, FieldMapping] = {}
    for name in list(fields.names()):
        if name not in known:
            fields.fault((name,), f"{kind.name} have no field {name}", suggestion(str(name), known), key=True)
            continue
        mapping = _one(fields, name, kind, usual, key, compiled, providers, needed)
        if mapping is not None:
            found[name] = mapping
    for name in needed:
        if name not in found and plain(fields, name) is None:
            fields.fault((), f"{name} is missing", f"Add a line `{name}: …`.")
    return found


def _one(
    fields: Fields, name: str, kind: Kind, usual: Usual, key: str, compiled: Compile, providers: Providers,
    needed: tuple[str, ...],
) -> FieldMapping | None:  # fmt: skip
    sort = _sort(kind, name)
    if not isinstance(plain(fields, name), dict):
        theirs = fields.text(name)
        if not theirs:
            return None
        find = compiled(fields, (name,), theirs)
        options = Fields(_NOTHING, (), fields.faults)
    else:
        options = fields.inner(name)
        theirs = options.text(key)
        find = compiled(options, (key,), theirs) if theirs else None
    made = FieldMapping(
        kind, name, theirs, sort, find,
        units=_units(options, fields, name, usual) if sort == "sum" else "",
        clock=clock_of(options, usual) if sort in ("moment", "day") else Clock(),
        values=_values(options, kind, name) if sort in ("word", "flag") else None,
        provider=_provider(options, kind, name, usual, providers),
        shorten=options.flag("tail", default=False) if sort == "tail" else False,
        required=options.flag("required", default=name in needed or name == "merchant_no"),
    )  # fmt: skip
    options.done()
    return made


def _sort(kind: Kind, name: str) -> Sort:
    if isinstance(_COLUMNS[kind][name], Sum):
        return "sum"
    if name in kind.moments:
        return "moment"
    if name in kind.flags:
        return "flag"
    sorts: tuple[tuple[frozenset[str], Sort], ...] = ((_DAYS, "day"), (_TAILS, "tail"), (_WORDS, "word"))
    return next((sort for names, sort in sorts if name in names), "text")


def _units(options: Fields, fields: Fields, name: str, usual: Usual) -> str:
    if plain(options, "units") is not None:
        return options.choice("units", ("minor", "major"))
    if not usual.units:
        remedy = "Write `units: minor` (fen, cents) or `units: major` (yuan, euros) at the top of the file."
        fields.fault((name,), f"It is not said in which units {name} is", remedy, key=True)
    return usual.units


def clock_of(options: Fields, usual: Usual) -> Clock:
    """``format`` and ``zone`` of a time."""
    form = options.text("format", default=ISO, required=False) or ISO
    if form not in CLOCKS and "%" not in form:
        options.fault(("format",), f"{form} is no format of times", suggestion(form, [*CLOCKS, "%Y%m%d%H%M%S"]))
    return Clock(form, zone_of(options, "zone") or usual.zone)


def _values(options: Fields, kind: Kind, name: str) -> Mapping[str, str] | None:
    """{theirs: ours}; theirs is compared as text."""
    if plain(options, "values") is None:
        options.text("values", required=False)
        return None
    inner = options.inner("values")
    read = _read(kind, name)
    found: dict[str, str] = {}
    for theirs in inner.names():
        ours = as_text(plain(inner, theirs))
        try:
            found[str(theirs)] = read(_FLAGS.get(ours or "", ours) if name in kind.flags else ours)
        except Unreadable as error:
            _, of_some, allowed = str(error).partition("not one of ")
            remedy = suggestion(str(ours), allowed.split(", ")) if of_some else f"It is {error}."
            remedy = "Write true or false." if name in kind.flags else remedy
            inner.fault((theirs,), f"{ours} cannot stand here", remedy)
    return found


def _provider(options: Fields, kind: Kind, name: str, usual: Usual, providers: Providers) -> str:
    if (kind, name) not in _PROVIDED:
        return ""
    own = options.text("provider", required=False)
    if plain(options, "values") is not None:
        if own:
            options.fault(("provider",), "values and provider both say what the words mean", "Keep one of the two.")
        return ""
    provider = own or usual.provider
    known = {"reason": providers.codes}.get(
        name, providers.payout_statuses if kind is PAYOUTS else providers.change_statuses
    )
    if own and own not in known:
        options.fault(("provider",), f"providers.yaml knows no {own} here", suggestion(own, known))
    return provider if own or provider in known else ""


def _read(kind: Kind, name: str) -> Callable[[Any], Any]:
    column = _COLUMNS[kind][name]
    assert isinstance(column, Column)
    return column.read
