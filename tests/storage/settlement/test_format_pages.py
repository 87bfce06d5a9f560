"""Every format has a page, and the page names every field that the format's samples fill."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from storage.settlement.formats import known_formats

ROOT = Path(__file__).resolve().parents[3]
PAGES = ROOT / "docs" / "settlement-sources" / "formats"
NAMES = sorted(form.name for form in known_formats())


@pytest.mark.parametrize("name", NAMES)
def test_a_format_has_a_page_with_its_fields(name: str) -> None:
    page = (PAGES / f"{name}.md").read_text("utf-8")
    assert page.startswith("# ")
    filled = {
        field
        for sample in (ROOT / "tests" / "settlements" / name).glob("*.expected")
        for entry in json.loads(sample.read_text("utf-8"))["entries"]
        for field in entry
    } - {"kind", "from"}
    missing = sorted(field for field in filled if field not in page)
    assert not missing, f"{name}.md does not say where these come from: {', '.join(missing)}"


def test_every_page_is_of_a_format() -> None:
    assert sorted(page.stem for page in PAGES.glob("*.md")) == NAMES
