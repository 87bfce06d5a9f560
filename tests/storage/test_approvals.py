"""Requests for a second person as kept: found while they wait, decided once."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from knowledge.four_eyes import WITHIN, Request, Subject
from storage.database import Storage

NOW = datetime(2026, 11, 20, 7, 0, tzinfo=UTC)
SUBJECT = Subject("show", 1001, 7, "M1")


async def test_a_request_waits_and_is_decided_once(storage: Storage) -> None:
    request = await storage.run(lambda unit: unit.approvals.add(Request(0, SUBJECT, 50, "小陈", "证件已核对", NOW)))
    assert await storage.read(lambda unit: unit.approvals.by_number(request.number)) == request
    assert await storage.read(lambda unit: unit.approvals.by_number(99)) is None
    assert await storage.read(lambda unit: unit.approvals.waiting(SUBJECT, NOW)) == request
    assert await storage.read(lambda unit: unit.approvals.waiting(SUBJECT, NOW + WITHIN)) is None
    other = replace(SUBJECT, merchant_no="M2")
    assert await storage.read(lambda unit: unit.approvals.waiting(other, NOW)) is None
    assert await storage.read(lambda unit: unit.approvals.granted(1001, "show")) == frozenset()
    later = NOW + timedelta(minutes=3)
    approved = replace(request, state="approved", decided_by=51, decided_name="小王", decided_at=later)
    refused = replace(request, state="refused", decided_by=52, decided_name="老李", decided_at=later)
    assert await storage.run(lambda unit: unit.approvals.decide(approved))
    assert not await storage.run(lambda unit: unit.approvals.decide(refused))
    assert await storage.read(lambda unit: unit.approvals.by_number(request.number)) == approved
    assert await storage.read(lambda unit: unit.approvals.waiting(SUBJECT, later)) is None
    assert await storage.read(lambda unit: unit.approvals.granted(1001, "show")) == {"M1"}
    assert await storage.read(lambda unit: unit.approvals.granted(1001, "bind")) == frozenset()
