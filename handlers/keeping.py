"""Cases and watches to and from the JSON that storage keeps."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from pydantic import TypeAdapter

from knowledge.case import Case
from knowledge.watches import Watch
from storage.cases import StoredCase
from storage.unit import Unit
from storage.watches import StoredWatch

_CASE: TypeAdapter[Case] = TypeAdapter(Case)
_WATCH: TypeAdapter[Watch] = TypeAdapter(Watch)


def read_case(stored: StoredCase) -> Case:
    """The case that was kept, with the version that it was kept as."""
    return _CASE.validate_json(stored.data).but(version=stored.version)


def keep_case(unit: Unit, case: Case, now: datetime) -> None:
    """Save the case over the version it was read as; raises ``StaleCase`` when another turn was faster."""
    data = _CASE.dump_json(case, exclude_defaults=True).decode()
    unit.cases.keep(case.chat, data, case.version, at=now, asked=case.asked, wake_at=case.wake_at)


def case_json(case: Case) -> str:
    """The case as JSON, for the ticket that is opened from it."""
    return _CASE.dump_json(case, exclude_defaults=True).decode()


def case_of_json(data: str) -> Case:
    """The inverse of ``case_json``."""
    return _CASE.validate_json(data)


def read_watch(stored: StoredWatch) -> Watch:
    """The watch that was kept, with its number and the version that it was kept as."""
    return replace(_WATCH.validate_json(stored.data), number=stored.number, version=stored.version)


def watch_json(watch: Watch) -> str:
    """The watch as JSON."""
    return _WATCH.dump_json(watch, exclude_defaults=True).decode()
