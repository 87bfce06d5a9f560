"""The statement formats that can be imported. A new one is a module beside these, and a line here."""

from __future__ import annotations

from collections.abc import Sequence

from storage.settlement.formats.adyen_details import AdyenSettlementDetails
from storage.settlement.formats.declaration import Format
from storage.settlement.formats.native import NativeBundle
from storage.settlement.formats.unionpay_zm import UnionpayZm
from storage.settlement.opening import Part

__all__ = ["FORMATS", "sort_by_format"]

FORMATS: tuple[Format, ...] = (AdyenSettlementDetails(), UnionpayZm(), NativeBundle())
"""In the order in which they are asked; each knows its own by content."""


def sort_by_format(
    parts: Sequence[Part], formats: Sequence[Format] = FORMATS
) -> tuple[list[tuple[Format, tuple[Part, ...]]], tuple[Part, ...]]:
    """The parts of each format that has any, and those that no format knows."""
    found: dict[str, list[Part]] = {}
    unknown = []
    for part in parts:
        name = next((form.name for form in formats if form.recognises(part)), None)
        if name is None:
            unknown.append(part)
        else:
            found.setdefault(name, []).append(part)
    return [(form, tuple(found[form.name])) for form in formats if form.name in found], tuple(unknown)
