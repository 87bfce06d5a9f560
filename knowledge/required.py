"""What the program itself relies on: a base without it would load, and break a turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from knowledge.fields import suggestion
from knowledge.positions import Fault, Positioned
from knowledge.references import Said

if TYPE_CHECKING:
    from knowledge.library import Department, Forms

FORMS = {"payout_missing": ("terminal_id",), "change_progress": ("terminal_id",)}
"""The forms that the dialogue begins by itself, with the slots without which nothing can be looked up."""
DEPARTMENTS = ("support", "settlement")
"""Departments that tickets go to when no cause names another."""


def problems(
    folder: Path,
    forms: Forms | None,
    departments: Mapping[str, Department] | None,
    sources: Mapping[str, Positioned],
) -> Iterator[Said]:
    """Forms, slots and departments that are missing."""
    if forms is not None:
        source = sources["forms.yaml"]
        for fault in _forms(forms, source):
            yield Said(folder / "forms.yaml", fault)
    if departments is not None:
        spot = sources["departments.yaml"].place(("departments",), key=True)
        for id in DEPARTMENTS:
            if id not in departments:
                remedy = suggestion(id, departments)
                yield Said(folder / "departments.yaml", Fault(spot, f"The department {id} is missing", remedy))


def _forms(forms: Forms, source: Positioned) -> Iterator[Fault]:
    for id, needed in FORMS.items():
        form = forms.forms.get(id)
        if form is None:
            yield Fault(source.place(("forms",), key=True), f"The form {id} is missing", suggestion(id, forms.forms))
            continue
        for name in needed:
            place = next((number for number, slot in enumerate(form.slots) if slot.name == name), None)
            if place is None:
                spot = source.place(("forms", id), key=True)
                yield Fault(spot, f"{id} does not ask for {name}", "Without it nothing can be looked up: add it.")
            elif not form.slots[place].required or form.slots[place].unknown_ok:
                spot = source.place(("forms", id, "slots", place))
                remedy = "Write required: true and unknown_ok: false."
                yield Fault(spot, f"{name} of {id} cannot be left open: nothing can be looked up without it", remedy)
    for id, form in forms.forms.items():
        seen: set[str] = set()
        for number, slot in enumerate(form.slots):
            if slot.name in seen:
                yield Fault(
                    source.place(("forms", id, "slots", number)), f"{id} asks for {slot.name} twice", "Ask once."
                )
            seen.add(slot.name)
