"""Albums as Telegram lets them be."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from knowledge.albums import MOST, albums
from knowledge.postings import Part

KINDS = ("photo", "video", "document", "audio", "animation", "voice")


@given(st.lists(st.sampled_from(KINDS), max_size=25))
def test_nothing_is_lost_or_moved_and_every_album_is_allowed(kinds: list[str]) -> None:
    parts = [Part(number, kind, f"f{number}") for number, kind in enumerate(kinds)]  # type: ignore[arg-type]
    made = list(albums(parts))
    assert [part for album in made for part in album] == parts
    for album in made:
        together = {part.kind for part in album}
        assert 1 <= len(album) <= MOST
        assert len(album) == 1 or together <= {"photo", "video"} or together in ({"document"}, {"audio"})


def test_as_few_as_may_be() -> None:
    kinds = ("photo", "video", "photo", "document", "document", "audio")
    parts = [Part(number, kind, "f") for number, kind in enumerate(kinds)]  # type: ignore[arg-type]
    assert [len(album) for album in albums(parts)] == [3, 2, 1]
