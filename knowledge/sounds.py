"""How Chinese characters sound, without tones: merchants type by sound, and 到帐, 到账 and 倒账 sound the same.

The readings are those of pypinyin (MIT); only its table of single characters is loaded (20 ms, a few MB), not its
dictionary of phrases. A character with several readings always has its first one here: both sides of a comparison are
read the same way, so nothing is lost.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from functools import cache
from importlib.util import find_spec, module_from_spec, spec_from_file_location
from pathlib import Path
from sys import intern


def sound(character: str) -> str:
    """The first reading of a character without its tone; empty when it has none."""
    return _readings().get(character, "")


@cache
def _readings() -> Mapping[str, str]:
    package = find_spec("pypinyin")
    assert package is not None
    assert package.submodule_search_locations
    file = Path(package.submodule_search_locations[0], "pinyin_dict.py")
    spec = spec_from_file_location("pypinyin_single_characters", file)
    assert spec is not None
    assert spec.loader is not None
    table = module_from_spec(spec)
    spec.loader.exec_module(table)
    bare: dict[str, str] = {}
    readings: dict[str, str] = {}
    for code, said in table.pinyin_dict.items():
        if 0x4E00 <= code <= 0x9FFF:
            first = said.partition(",")[0]
            if first not in bare:
                bare[first] = intern(_without_tone(first))
            readings[chr(code)] = bare[first]
    return readings


def _without_tone(said: str) -> str:
    return "".join(sign for sign in unicodedata.normalize("NFD", said) if not unicodedata.combining(sign))
