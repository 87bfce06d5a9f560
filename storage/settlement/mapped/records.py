"""Their rows or objects -> our records. One wrong value, and there is no answer: half of one would be a wrong one."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, tzinfo
from typing import Any
from zoneinfo import ZoneInfo

from knowledge.formats import decimals
from knowledge.records import CardChange, Incident, Merchant, Payout, Terminal
from storage.moments import restored
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Unreadable
from storage.settlement.mapped.answers import NoAnswer
from storage.settlement.mapped.columns import FieldMapping, House
from storage.settlement.tables import CARD_CHANGES, INCIDENTS, MERCHANTS, PAYOUTS, TERMINALS, Kind

__all__ = ["Plan", "Reader"]

Row = Mapping[str, Any]
"""Field -> their value, as their database or JSON gives it."""


@dataclass(frozen=True)
class Plan:
    """How one kind of record is read. ``place``: their table or request, for complaints."""

    kind: Kind
    place: str
    fields: Mapping[str, FieldMapping] = field(default_factory=dict)

    def __contains__(self, name: str) -> bool:
        return name in self.fields


class Reader:
    """Reads records of every kind that a mapping has."""

    def __init__(self, plans: Mapping[Kind, Plan], house: House) -> None:
        self.plans, self.house = plans, house

    def zone(self, merchant: Merchant) -> tzinfo:
        """The merchant's own zone, else the house's."""
        return ZoneInfo(merchant.timezone or self.house.timezone)

    def merchant(self, row: Row, merchant_no: str | None = None) -> Merchant:
        """A merchant; ``merchant_no`` where their answer need not repeat it. Raises ``NoAnswer``."""
        plan = self.plans[MERCHANTS]
        currency = self._one(plan, "currency", row) or self.house.currency or None
        values = self._values(plan, row, currency, UTC)
        values["currency"] = currency
        phone = values.get("phone")
        if phone is not None:
            try:
                values["phone"] = cells.phone(phone, str(values.get("timezone") or self.house.timezone))
            except Unreadable as error:
                raise _wrong(plan, "phone", error) from None
        return Merchant(**_numbered(values, merchant_no))

    def terminal(self, row: Row, zone: tzinfo = UTC, merchant_no: str | None = None) -> Terminal:
        """A terminal, its moments in ``zone``."""
        return Terminal(**_numbered(self._values(self.plans[TERMINALS], row, None, zone), merchant_no))

    def change(self, row: Row, merchant: Merchant) -> CardChange:
        """A card change, its moments in the merchant's zone."""
        values = self._values(self.plans[CARD_CHANGES], row, None, self.zone(merchant))
        return CardChange(**_numbered(values, merchant.merchant_no))

    def payout(self, row: Row, merchant: Merchant) -> Payout:
        """A payout, in its own currency, else its merchant's; words of theirs that nobody mapped are kept raw."""
        plan = self.plans[PAYOUTS]
        currency = self._one(plan, "currency", row) or merchant.currency or self.house.currency or None
        values = self._values(plan, row, currency, self.zone(merchant))
        values["currency"] = currency
        for name in ("status", "reason"):
            mapping = plan.fields.get(name)
            raw = f"raw_{name}"
            if mapping is not None and raw not in plan and (mapping.values is not None or mapping.provider):
                values[raw] = _kept(row.get(name))
        if values.get("reason") is None and values.get("raw_reason") and not _mapped(plan.fields.get("reason")):
            values["reason"] = self._reason(plan, values["raw_reason"], merchant)
        for name in ("trade_date", "due_date"):
            if values.get(name) is not None:
                values[name] = date.fromisoformat(values[name])
        return Payout(**_numbered(values, merchant.merchant_no))

    def incident(self, row: Row, zone: tzinfo) -> Incident:
        """An incident, its moments in ``zone``."""
        return Incident(**self._values(self.plans[INCIDENTS], row, None, zone))

    def _reason(self, plan: Plan, raw: str, merchant: Merchant) -> str | None:
        status = plan.fields.get("status")
        provider = merchant.acquirer or (status.provider if status else None) or None
        reason = self.house.providers().reason(raw, provider)
        if reason is None:
            self.house.leave_raw("reason", raw)
        return reason

    def _values(self, plan: Plan, row: Row, currency: str | None, zone: tzinfo) -> dict[str, Any]:
        places = None if currency is None else decimals(currency)
        found: dict[str, Any] = {}
        for name, mapping in plan.fields.items():
            try:
                value = mapping.read(row.get(name), self.house, places)
            except Unreadable as error:
                raise _wrong(plan, name, error) from None
            if value is not None and mapping.sort == "moment":
                value = restored(value).astimezone(zone)
            elif value is not None and mapping.sort == "flag":
                value = bool(int(value))
            found[name] = value
        return found

    def _one(self, plan: Plan, name: str, row: Row) -> str | None:
        mapping = plan.fields.get(name)
        if mapping is None:
            return None
        try:
            value: str | None = mapping.read(row.get(name), self.house)
        except Unreadable as error:
            raise _wrong(plan, name, error) from None
        return value


def _mapped(mapping: FieldMapping | None) -> bool:
    return mapping is not None and (mapping.values is not None or bool(mapping.provider))


def _numbered(values: dict[str, Any], merchant_no: str | None) -> dict[str, Any]:
    if values.get("merchant_no") is None and merchant_no is not None:
        values["merchant_no"] = merchant_no
    return values


def _kept(raw: object) -> str | None:
    """Their word for it, as it came, if it can be shown safely."""
    try:
        return None if raw is None else cells.text(str(raw))
    except Unreadable:
        return None


def _wrong(plan: Plan, name: str, error: Unreadable) -> NoAnswer:
    return NoAnswer(f"{plan.place}: {plan.fields[name].theirs} ({name}): {error}")
