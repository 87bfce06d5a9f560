"""An invented acquirer, Harbour Acquiring: the same records as rows of its own tables and as JSON of its own interface.

Records are written in the words of the native bundle, so that one test can put them into every source.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from aiohttp import web
from sqlalchemy import create_engine, make_url, text

Rows = Sequence[Mapping[str, str]]
Sheets = Mapping[str, Rows]
EXAMPLES = Path(__file__).resolve().parents[3] / "docs" / "settlement-sources" / "examples"
SHANGHAI = ZoneInfo("Asia/Shanghai")
CHANNELS = {"lakala": "LKL", "leshua": "LS"}
CYCLES = {"T1": "T+1", "D1": "D+1", "D0": "D+0"}
CHANGES = {"submitted": "NEW", "need_merchant": "SIGN", "auditing": "CHECK", "rejected": "NO", "effective": "OK"}
STATES = {"created": 0, "processing": 0, "paid": 1, "returned": 2, "frozen": 3, "failed": -1}

SCHEMA = """
CREATE TABLE shops (shop_no VARCHAR(32), shop_name VARCHAR(80), mobile VARCHAR(32), tz VARCHAR(32), channel VARCHAR(8),
  account_kind CHAR(1), settle_cycle VARCHAR(4), min_settle_fen BIGINT, balance_yuan NUMERIC(18, 4), ccy CHAR(3),
  risk_flag CHAR(1));
CREATE TABLE pos_devices (device_sn CHAR(12), shop_no VARCHAR(32), place VARCHAR(80), settle_account VARCHAR(40),
  queued INTEGER, last_login TIMESTAMP);
CREATE TABLE account_changes (apply_no VARCHAR(32), shop_no VARCHAR(32), device_sn CHAR(12), old_account VARCHAR(40),
  new_account VARCHAR(40), new_bank VARCHAR(40), apply_state VARCHAR(8), applied_at TIMESTAMP, done_at TIMESTAMP,
  refuse_reason VARCHAR(80));
CREATE TABLE settle_orders (order_no VARCHAR(32), shop_no VARCHAR(32), device_sn CHAR(12), batch VARCHAR(20),
  biz_date DATE, close_time TIMESTAMP, state INTEGER, fail_words VARCHAR(80), remit_epoch BIGINT, back_time TIMESTAMP,
  account_no VARCHAR(40), bank VARCHAR(40), trade_amt NUMERIC(18, 4), fee_amt NUMERIC(18, 4), net_amt NUMERIC(18, 4),
  ccy CHAR(3), origin_order_no VARCHAR(32));
CREATE TABLE channel_notices (notice_no VARCHAR(32), bank_name VARCHAR(40), from_time TIMESTAMP, to_time TIMESTAMP,
  title VARCHAR(80));
CREATE TABLE loads (finished_at TIMESTAMP)
"""


def fill_database(url: str, sheets: Sheets, as_of: datetime) -> None:
    """Make Harbour's tables and put the records into them, in Harbour's words."""
    parsed = make_url(url)
    engine = create_engine(parsed.set(drivername="postgresql+psycopg") if "postgres" in url else parsed)
    with engine.begin() as connection:
        for statement in SCHEMA.split(";"):
            connection.execute(text(statement))
        for table, rows in tables(sheets).items():
            for row in rows:
                names = ", ".join(row)
                connection.execute(
                    text(f"INSERT INTO {table} ({names}) VALUES ({', '.join(f':{name}' for name in row)})"), row
                )
        connection.execute(text("INSERT INTO loads VALUES (:at)"), {"at": _local(as_of.isoformat())})
    engine.dispose()


def tables(sheets: Sheets) -> dict[str, list[dict[str, Any]]]:
    """The records as rows of Harbour's tables: local times, major units, whole masked accounts, words of its own."""
    return {
        "shops": [
            {"shop_no": row["merchant_no"], "shop_name": row.get("name"), "mobile": row.get("phone"),
             "tz": row.get("timezone"), "channel": CHANNELS.get(row.get("acquirer", "")),
             "settle_cycle": CYCLES.get(row.get("cycle", "")), "ccy": row.get("currency"),
             "min_settle_fen": _fen(row.get("min_payout")), "balance_yuan": row.get("balance"),
             "risk_flag": {"0": "N", "1": "Y"}.get(row.get("risk_hold", "")),
             "account_kind": {"personal": "P", "corporate": "C"}.get(row.get("account_type", ""))}
            for row in sheets["merchants"]
        ],
        "pos_devices": [
            {"device_sn": row["terminal_id"], "shop_no": row["merchant_no"], "place": row.get("location"),
             "settle_account": _account(row.get("account_tail")), "last_login": _local(row.get("last_signon_at"))}
            for row in sheets["terminals"]
        ],
        "account_changes": [
            {"apply_no": row["change_id"], "shop_no": row["merchant_no"], "device_sn": row.get("terminal_id"),
             "old_account": _account(row.get("old_tail")), "new_account": _account(row.get("new_tail")),
             "apply_state": CHANGES[row["status"]], "applied_at": _local(row.get("submitted_at")),
             "done_at": _local(row.get("effective_at"))}
            for row in sheets["card_changes"]
        ],
        "settle_orders": [
            {"order_no": row["payout_id"], "shop_no": row["merchant_no"], "device_sn": row.get("terminal_id"),
             "batch": row.get("batch_id"), "biz_date": row["trade_date"], "close_time": _local(row.get("cut_at")),
             "state": STATES.get(row["status"], 77), "fail_words": row.get("raw_reason"),
             "remit_epoch": _epoch(row.get("sent_at")), "back_time": _local(row.get("returned_at")),
             "account_no": _account(row.get("dest_tail")), "trade_amt": row.get("gross"), "fee_amt": row.get("fee"),
             "net_amt": row.get("net"), "ccy": row.get("currency"), "origin_order_no": row.get("replaces")}
            for row in sheets["payouts"]
        ],
        "channel_notices": [
            {"notice_no": row["incident_id"], "bank_name": row.get("bank"), "from_time": _local(row["starts_at"]),
             "to_time": _local(row.get("ends_at")), "title": row.get("title")}
            for row in sheets["incidents"]
        ],
    }  # fmt: skip


def _local(moment: str | None) -> str | None:
    if not moment:
        return None
    return datetime.fromisoformat(moment).astimezone(SHANGHAI).strftime("%Y-%m-%d %H:%M:%S.%f")


def _epoch(moment: str | None) -> int | None:
    return int(datetime.fromisoformat(moment).timestamp()) if moment else None


def _account(tail: str | None) -> str | None:
    return f"622202******{tail}" if tail else None


def _fen(yuan: str | None) -> int | None:
    return int(Decimal(yuan) * 100) if yuan else None


@dataclass
class Harbour:
    """Harbour's interface. ``mishap``, when set, answers instead of the path that it names."""

    sheets: Sheets
    tokens: int = 0
    lasts: int = 3600
    """Seconds that its tokens last."""
    refuse: set[str] = field(default_factory=set)
    """Tokens that it does not take any more."""
    asked: list[str] = field(default_factory=list)
    """Paths with their queries, in order; tokens apart."""
    mishaps: dict[str, Any] = field(default_factory=dict)
    """Beginning of a path -> an async handler that answers instead."""

    def app(self) -> web.Application:
        """The application."""
        app = web.Application()
        app.router.add_post("/oauth/token", self.token)
        for path, answer in (
            ("/devices/{id}", self.device), ("/shops", self.shops), ("/shops/{no}", self.shop),
            ("/shops/{no}/account-changes", self.changes), ("/settle-orders", self.orders),
            ("/settle-orders/{no}", self.order), ("/notices", self.notices),
        ):  # fmt: skip
            app.router.add_get(path, self._guarded(answer))
        return app

    def _guarded(self, answer: Any) -> Any:
        async def handle(request: web.Request) -> web.StreamResponse:
            self.asked.append(request.raw_path)
            token = request.headers.get("Authorization", "").removeprefix("Bearer ")
            if token in self.refuse or not token.startswith("token-"):
                return web.json_response({"error": "token expired"}, status=401)
            for path, mishap in self.mishaps.items():
                if request.path.startswith(path):
                    return await mishap(request)
            return answer(request)

        return handle

    async def token(self, request: web.Request) -> web.Response:
        form = await request.post()
        if (form["grant_type"], form["scope"]) != ("client_credentials", "settlement.read"):
            return web.json_response({"error": "invalid_request"}, status=400)
        if request.headers.get("Authorization") != "Basic c2V0dGxlZGVzazpodXNoJTJGMQ==":  # settledesk, hush/1
            return web.json_response({"error": "invalid_client"}, status=401)
        self.tokens += 1
        return web.json_response(
            {"access_token": f"token-{self.tokens}", "token_type": "Bearer", "expires_in": self.lasts}
        )

    def device(self, request: web.Request) -> web.Response:
        rows = [row for row in self.sheets["terminals"] if row["terminal_id"] == request.match_info["id"]]
        if not rows:
            return web.json_response({"error": "no such device"}, status=404)
        row = rows[0]
        login = row.get("last_signon_at")
        return _json(
            {"deviceSn": row["terminal_id"], "shop": {"no": row["merchant_no"]}, "place": row.get("location"),
             "account": {"masked": _account(row.get("account_tail"))},
             "lastLogin": int(datetime.fromisoformat(login).timestamp() * 1000) if login else None}
        )  # fmt: skip

    def shop(self, request: web.Request) -> web.Response:
        rows = [row for row in self.sheets["merchants"] if row["merchant_no"] == request.match_info["no"]]
        return _json({"data": _shop(rows[0])}) if rows else web.json_response({}, status=404)

    def shops(self, request: web.Request) -> web.Response:
        return _json(
            {"data": [_shop(row) for row in self.sheets["merchants"] if row.get("phone") == request.query["mobile"]]}
        )

    def changes(self, request: web.Request) -> web.Response:
        return _json(
            {"data": [
                {"applyNo": row["change_id"], "deviceSn": row.get("terminal_id"),
                 "oldAccount": _account(row.get("old_tail")), "newAccount": _account(row.get("new_tail")),
                 "state": CHANGES[row["status"]], "appliedAt": row.get("submitted_at"),
                 "doneAt": row.get("effective_at")}
                for row in self.sheets["card_changes"] if row["merchant_no"] == request.match_info["no"]
            ]}
        )  # fmt: skip

    def orders(self, request: web.Request) -> web.Response:
        query = request.query
        rows = [
            row for row in self.sheets["payouts"]
            if ("origin" in query and row.get("replaces") == query["origin"])
            or (row["merchant_no"] == query.get("shop") and query["from"] <= row["trade_date"] <= query["to"])
        ]  # fmt: skip
        start, size = int(query.get("cursor", 0)), min(2, int(query.get("limit", 2)))  # whatever is asked for
        end = len(rows) if "origin" in query else start + size
        return _json(
            {"data": {"orders": [order(row) for row in rows[start:end]], "next": str(end) if end < len(rows) else None}}
        )

    def order(self, request: web.Request) -> web.Response:
        rows = [row for row in self.sheets["payouts"] if row["payout_id"] == request.match_info["no"]]
        return _json({"data": order(rows[0])}) if rows else web.json_response({}, status=404)

    def notices(self, request: web.Request) -> web.Response:
        return _json(
            [
                {"noticeNo": row["incident_id"], "bank": row.get("bank"), "fromTime": row["starts_at"],
                 "toTime": row.get("ends_at") or None, "title": row.get("title")}
                for row in self.sheets["incidents"]
            ]
        )  # fmt: skip


def order(row: Mapping[str, str]) -> dict[str, Any]:
    """A payout as Harbour's interface writes it."""
    return {
        "orderNo": row["payout_id"], "shopNo": row["merchant_no"], "deviceSn": row.get("terminal_id"),
        "batch": row.get("batch_id"), "bizDate": row["trade_date"].replace("-", ""), "closeTime": row.get("cut_at"),
        "state": STATES.get(row["status"], 77), "failWords": row.get("raw_reason"),
        "remitEpoch": _epoch(row.get("sent_at")), "backTime": row.get("returned_at"),
        "accountNo": _account(row.get("dest_tail")), "ccy": row.get("currency"),
        "amounts": {name: _fen(row.get(ours)) for name, ours in (("trade", "gross"), ("fee", "fee"), ("net", "net"))},
        "originOrderNo": row.get("replaces"),
    }  # fmt: skip


def _shop(row: Mapping[str, str]) -> dict[str, Any]:
    return {
        "no": row["merchant_no"], "name": row.get("name"), "contact": {"mobile": row.get("phone")},
        "tz": row.get("timezone"), "channel": CHANNELS.get(row.get("acquirer", "")),
        "cycle": CYCLES.get(row.get("cycle", "")), "ccy": row.get("currency"),
        "minSettle": _fen(row.get("min_payout")), "balanceYuan": float(row["balance"]) if row.get("balance") else None,
        "risk": {"0": False, "1": True}.get(row.get("risk_hold", "")),
        "accountKind": {"personal": "P", "corporate": "C"}.get(row.get("account_type", "")),
    }  # fmt: skip


def _json(data: Any) -> web.Response:
    return web.Response(text=json.dumps(data, ensure_ascii=False), content_type="application/json")
