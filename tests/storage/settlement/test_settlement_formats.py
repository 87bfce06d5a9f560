"""Golden samples: a file of every format beside what must be read from it, and readers that no bytes can break.

A new format needs a sample and ``SETTLEMENTS_WRITE_EXPECTED=1 pytest`` once, and somebody who reads what was written.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from knowledge.providers import Providers
from storage.moments import restored
from storage.settlement.formats import known_formats, sort_by_format
from storage.settlement.formats.declaration import Format, Intake, KnownMerchant
from storage.settlement.formats.sheets import header_of
from storage.settlement.opening import Part, Unopenable, open_parts
from storage.settlement.tables import KINDS, LINE_BITS

SAMPLES = Path(__file__).resolve().parents[2] / "settlements"
FOUND = sorted(path for path in SAMPLES.glob("*/*") if path.suffix != ".expected")
WRITE = bool(os.environ.get("SETTLEMENTS_WRITE_EXPECTED"))


def _merchant(number: str) -> KnownMerchant | None:
    """A merchant behind every number but those that samples give their payouts."""
    if number.startswith("P2026"):
        return None
    return KnownMerchant("HKD" if number.startswith("HK") else "CNY", None)


def reading(parts: Sequence[Part], providers: Providers) -> dict[str, Any]:
    """Everything that a format makes of the parts, as JSON."""
    intake = Intake(providers, merchant=_merchant)
    found, unknown = sort_by_format(parts)
    entries: list[Any] = []
    for form, mine in found:
        for entry in form.read(mine, intake):
            told = entry.told if entry.told is not None else frozenset()
            shown = {
                name: restored(value).isoformat() if name in entry.kind.moments and isinstance(value, int) else value
                for place, (name, value) in enumerate(zip(entry.kind.fields, entry.values, strict=True))
                if value is not None or place in told
            }
            if entry.said_at is not None:
                shown["said_at"] = restored(entry.said_at).isoformat()
            place = f"{entry.part}:{entry.line}{' (if new)' if entry.implied else ''}"
            entries.append({"kind": entry.kind.name, "from": place, **shown})
    return {
        "formats": [form.name for form, _ in found],
        "unknown": [part.name for part in unknown],
        "rows": intake.rows,
        "as_of": restored(intake.as_of).isoformat() if intake.as_of is not None else None,
        "batches": intake.batches,
        "unknown_columns": intake.unknown_columns,
        "unmapped": intake.unmapped,
        "bad": [str(bad) for bad in intake.bad],
        "entries": entries,
    }


@pytest.mark.parametrize("sample", FOUND, ids=[str(path.relative_to(SAMPLES)) for path in FOUND])
def test_a_sample_reads_as_expected(sample: Path, providers: Providers) -> None:
    expected = sample.with_name(f"{sample.name}.expected")
    read = reading(open_parts(sample), providers)
    assert read["formats"] == [sample.parent.name]
    if WRITE:
        expected.write_text(json.dumps(read, ensure_ascii=False, indent=1) + "\n", "utf-8")
    assert json.loads(expected.read_text("utf-8")) == read


def test_every_format_has_a_sample() -> None:
    assert {form.name for form in known_formats()} == {path.parent.name for path in FOUND}


@pytest.mark.parametrize("sample", FOUND, ids=[str(path.relative_to(SAMPLES)) for path in FOUND])
def test_no_file_is_of_two_formats(sample: Path) -> None:
    for part in open_parts(sample):
        knowing = [form.name for form in known_formats() if form.recognises(part)]
        assert len(knowing) <= 1, (part.name, knowing)


def test_no_card_number_is_read_from_any_sample(providers: Providers) -> None:
    for sample in FOUND:
        assert "622202" not in json.dumps(reading(open_parts(sample), providers))


def _mangled(content: bytes) -> st.SearchStrategy[bytes]:
    place = st.integers(0, len(content))
    cut = place.map(lambda at: content[:at])
    stuffed = st.tuples(place, st.binary(max_size=12)).map(lambda t: content[: t[0]] + t[1] + content[t[0] :])
    changed = st.tuples(place, st.binary(min_size=1, max_size=6)).map(
        lambda t: content[: t[0]] + t[1] + content[t[0] + len(t[1]) :]
    )
    return st.one_of(cut, stuffed, changed)


_FILES = [path for sample in FOUND for path in ([sample] if sample.is_file() else sorted(sample.iterdir()))]


def _survives(form: Format, parts: Sequence[Part], providers: Providers) -> None:
    """The reader may say whatever it finds; every value that it reads can be stored."""
    for entry in form.read(parts, Intake(providers)):
        assert entry.kind in KINDS
        assert len(entry.values) == len(entry.kind.fields)
        assert entry.told is None or max(entry.told) < len(entry.values)
        assert 0 <= entry.line < 1 << LINE_BITS
        assert all(value is None or isinstance(value, str | int) for value in entry.values)
        assert "\0" not in str(entry.values)
        assert entry.values[0]


@pytest.mark.parametrize("path", _FILES, ids=[str(path.relative_to(SAMPLES)) for path in _FILES])
@settings(max_examples=30, deadline=None)
@given(data=st.data())
def test_no_bytes_crash_a_reader(
    path: Path, data: st.DataObject, providers: Providers, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The damaged file goes to the format that it was of, and to any that takes it for its own now."""
    target = tmp_path_factory.getbasetemp() / f"damaged-{os.getpid()}{path.suffix}"
    target.write_bytes(data.draw(_mangled(path.read_bytes())))
    own = path.relative_to(SAMPLES).parts[0]
    try:
        parts = open_parts(target)
    except Unopenable:
        return  # said, with its reason, before any format saw it
    for form in known_formats():
        if form.name == own or any(form.recognises(part) for part in parts):
            _survives(form, parts, providers)


@settings(max_examples=150, deadline=None)
@given(data=st.data(), path=st.sampled_from(_FILES))
def test_no_file_of_another_crashes_a_reader(
    data: st.DataObject, path: Path, providers: Providers, tmp_path_factory: pytest.TempPathFactory
) -> None:
    target = tmp_path_factory.getbasetemp() / f"foreign-{os.getpid()}{path.suffix}"
    target.write_bytes(data.draw(_mangled(path.read_bytes())))
    with suppress(Unopenable):
        _survives(data.draw(st.sampled_from(known_formats())), open_parts(target), providers)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=400))
def test_any_bytes_are_recognised_or_not(content: bytes) -> None:
    part = Part("any", len(content), content, lambda: (_ for _ in ()).throw(AssertionError))  # type: ignore[arg-type]
    for form in known_formats():
        form.recognises(part)
    header_of(part)


def test_dates_of_samples_are_plausible(providers: Providers) -> None:
    for sample in FOUND:
        for entry in reading(open_parts(sample), providers)["entries"]:
            for name in ("cut_at", "sent_at"):
                if name in entry:
                    assert datetime.fromisoformat(entry[name]).year == 2026
            if "trade_date" in entry:
                assert date.fromisoformat(entry["trade_date"]).year == 2026
