"""WeChat Pay's trade bill (交易账单): a merchant's, or a partner's with those of its sub merchants.

Source: WeChat Pay's description of the bill (pay.weixin.qq.com, bill-download/format-trade) with its three kinds ALL,
SUCCESS and REFUND and the early form without voucher columns. The bill says what was traded on a day, not that money
went anywhere: one record per merchant and day with the day's sums, its status unknown. Its sums are kept as
hundred-thousandths until the day is added up, since fees have five decimals.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from zoneinfo import ZoneInfo

from storage.moments import restored
from storage.settlement.formats import cells
from storage.settlement.formats.bills import FINE, bare, fine, minor_of, needless, totals_of
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, naming, saying
from storage.settlement.formats.sheets import Around, Sheet, header_of
from storage.settlement.opening import CHINESE, Part
from storage.settlement.tables import PAYOUTS

__all__ = ["FORMAT"]

ZONE = "Asia/Shanghai"
"""The clock of all bills."""
REFUND_COUNTS = frozenset({"SUCCESS", "PROCESSING"})
"""Refunds whose money has left the merchant; WeChat says to take one in progress as done."""
SALE, TAKEN_BACK = "SUCCESS", frozenset({"REFUND", "REVOKED"})
_TOTALS = "总交易单数"


def _sheet(sub_merchant: str, total: str) -> Sheet:
    return Sheet(
        {
            "traded_at": Column("交易时间", cells.moment_as(ZONE, "%Y-%m-%d %H:%M:%S"), required=True),
            "merchant": Column("商户号", cells.remembering(cells.identifier), required=True),
            "sub_merchant": Column(sub_merchant, cells.remembering(cells.identifier)),
            "state": Column("交易状态", cells.remembering(cells.identifier), required=True),
            "currency": Column("货币种类", cells.remembering(cells.currency), required=True),
            "gross": Column(total, fine, required=True),
            "refund": Column("退款金额", fine),
            "refund_state": Column("退款状态", cells.remembering(cells.identifier)),
            "fee": Column("手续费", fine, required=True),
            "vouchers": Column("充值券退款金额", fine),
            "orders": Column("订单金额", fine),
            "asked": Column("申请退款金额", fine),
        },
        encodings=CHINESE,
        clean=bare,
        ends=lambda row: bool(row) and row[0] == _TOTALS,
    )


SHEET = _sheet("特约商户号", "应结订单金额")
EARLY = _sheet("子商户号", "总金额")
"""The early form, which WeChat says a few merchants still get: a total in place of the sum to settle."""
_NEEDED = frozenset({"交易时间", "商户号", "交易状态", "货币种类", "手续费"})
_NEEDLESS = frozenset(
    {
        "公众账号ID", "设备号", "微信订单号", "微信支付订单号", "商户订单号", "用户标识", "交易类型", "付款银行",
        "代金券金额", "企业红包金额", "代金券或立减优惠金额", "微信退款单号", "商户退款单号", "退款类型", "商品名称",
        "商户数据包", "费率", "费率备注", "退款申请时间", "退款成功时间", "企业红包退款金额", "特约商户号", "子商户号",
        "代金券或立减优惠退款金额",
    }
)  # fmt: skip
"""Columns that the bill has and a day's record does not need."""
_CHECKED = {
    "应结订单总金额": "gross", "总交易额": "gross", "退款总金额": "refund", "总退款金额": "refund",
    "充值券退款总金额": "vouchers", "手续费总金额": "fee", "订单总金额": "orders", "申请退款总金额": "asked",
}  # fmt: skip
"""Titles of totals -> what of the rows they add up. Others, of the early form, are of columns that are not read."""


@dataclass
class _Day:
    """What one merchant traded on one day, in hundred-thousandths of a unit of its currency."""

    part: str
    line: int
    gross: int = 0
    refund: int = 0
    fee: int = 0
    doubtful: bool = False
    """Whether something was traded of which it is not known what it does to the sum to settle."""


@dataclass
class _Bill:
    """One file: its sums over everything, to be held against its own totals."""

    kind: str
    """ALL, SUCCESS or REFUND."""
    rows: int = 0
    sums: dict[str, int] = field(default_factory=dict)
    currencies: set[str] = field(default_factory=set)


_Key = tuple[str, str, str]
"""Merchant as WeChat calls it, day, currency."""
_Days = dict[_Key, dict[str, _Day]]
"""Per kind of bill that tells of the day."""


class WechatTradeBill(Format):
    """Days of trade, one record for each merchant and day."""

    name = "wechat_trade_bill"
    title = "WeChat Pay trade bill of a merchant or partner (CSV; ALL, SUCCESS or REFUND; gzip or not)"

    def recognises(self, part: Part) -> bool:
        """The headings of the trade bill, with the sum to settle or the total of the early form."""
        header = frozenset(header_of(part))
        return header >= _NEEDED and bool(header & {"应结订单金额", "总金额"})

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Merchants where they are new, then their days, once all rows are read and every bill closes."""
        days: _Days = {}
        latest = 0
        for part in parts:
            of_part: _Days = {}
            newest, closes = _read(part, of_part, intake)
            if not closes:
                continue
            latest = max(latest, newest)
            for key, kinds in of_part.items():
                for kind, day in kinds.items():
                    before = days.setdefault(key, {}).setdefault(kind, day)
                    if before is not day:
                        words = f"the {kind} bill of {key[1]} of merchant {key[0]} is in {before.part} too"
                        intake.refuse(part.name, day.line, "", words)
        intake.as_of = latest or None
        yield from _entries(days, intake)


def _read(part: Part, days: _Days, intake: Intake) -> tuple[int, bool]:
    """Add up one bill; its last transaction's moment, and whether it closes."""
    header = frozenset(header_of(part))
    sheet = SHEET if "应结订单金额" in header else EARLY
    kind = "SUCCESS" if "退款金额" not in header else "REFUND" if "退款申请时间" in header else "ALL"
    bill, around, latest = _Bill(kind), Around(), 0
    bad = intake.bad_count
    for line, row in sheet.rows(part, intake, around):
        values = dict(zip(sheet.columns, row, strict=True))
        moment = int(values["traded_at"] or 0)
        latest = max(latest, moment)
        _add(part.name, line, values, bill, days, intake)
    needless(part.name, intake, _NEEDLESS)
    closes = intake.bad_count == bad and _closes(part.name, bill, around, intake)
    return latest, closes


def _add(part: str, line: int, values: Mapping[str, Scalar], bill: _Bill, days: _Days, intake: Intake) -> None:
    sums = {name: int(values[name] or 0) for name in ("gross", "refund", "fee", "vouchers", "orders", "asked")}
    bill.rows += 1
    for name, value in sums.items():
        bill.sums[name] = bill.sums.get(name, 0) + value
    currency, sub = str(values["currency"]), str(values["sub_merchant"] or "0")
    bill.currencies.add(currency)
    merchant = str(values["merchant"]) if sub == "0" else sub
    day = restored(int(values["traded_at"] or 0)).astimezone(ZoneInfo(ZONE)).date().isoformat()
    found = days.setdefault((merchant, day, currency), {}).setdefault(bill.kind, _Day(part, line))
    found.gross += sums["gross"]
    found.refund += sums["refund"]
    found.fee += sums["fee"]
    state, refunded = str(values["state"]), values["refund_state"]
    if state != SALE and state not in TAKEN_BACK:
        intake.leave_raw("transaction type", state)
        found.doubtful = True
    if refunded is not None and refunded not in REFUND_COUNTS:
        intake.leave_raw("refund status", str(refunded))
        found.doubtful = True


def _closes(part: str, bill: _Bill, around: Around, intake: Intake) -> bool:
    """Whether the rows come to the totals at the bill's end; keeps the arithmetic for the report."""
    totals = totals_of(around.after)
    told = {name: totals[title] for title, name in _CHECKED.items() if title in totals} if totals else {}
    rows = totals.get(_TOTALS) if totals else None
    closes = (
        rows == bill.rows * 10**FINE
        and {"gross", "fee"} <= told.keys()
        and all(bill.sums.get(name, 0) == value for name, value in told.items())
    )
    unit = 10**FINE
    shown = {name: bill.sums.get(name, 0) / unit for name in ("gross", "refund", "fee")}
    summary = {"rows": rows // unit, **{name: value / unit for name, value in told.items()}} if rows else None
    intake.batches.append(
        {"account": part, "batch": bill.kind, "currency": " ".join(sorted(bill.currencies)), "rows": bill.rows,
         **shown, "summary": summary, "closes": closes}
    )  # fmt: skip
    if totals is None or rows is None:
        intake.refuse(part, 0, _TOTALS, "the totals at the end are missing or no sums: the bill breaks off")
    elif not closes:
        intake.refuse(part, around.after[1][0], "", "the rows do not come to the totals at the end")
    return closes


def _entries(days: _Days, intake: Intake) -> Iterator[Entry]:
    merchants: set[str] = set()
    for (merchant, _, currency), kinds in days.items():
        if merchant not in merchants:
            merchants.add(merchant)
            first = next(iter(kinds.values()))
            number = intake.providers.merchant_no("wechat", merchant)
            yield naming(first.part, first.line, number, "wechat", currency)
    for (merchant, day, currency), kinds in days.items():
        first = kinds.get("ALL") or next(iter(kinds.values()))
        sums = _sums(merchant, day, currency, kinds, intake)
        if sums is None:
            continue
        told: dict[str, Any] = {
            "payout_id": f"{merchant}.{day.replace('-', '')}.{currency}",
            "merchant_no": intake.providers.merchant_no("wechat", merchant),
            "trade_date": day, "currency": currency, **sums,
        }  # fmt: skip
        yield saying(PAYOUTS, first.part, first.line, **told)


def _sums(
    merchant: str, day: str, currency: str, kinds: Mapping[str, _Day], intake: Intake
) -> dict[str, Scalar] | None:
    """What is said of the day's sums: all by the ALL bill; sales alone, or refunds alone, by the others."""
    whole = kinds.get("ALL")
    sales, refunds = whole or kinds.get("SUCCESS"), whole or kinds.get("REFUND")
    told: dict[str, Scalar] = {}
    for name, source in (("gross", sales), ("refund_offset", refunds)):
        if source is None:
            continue
        value = minor_of(source.gross if name == "gross" else source.refund, currency)
        if value is None:
            intake.refuse(source.part, source.line, name, f"more decimals than {currency} has")
            return None
        told[name] = value
    if whole is None:
        return told
    fee = minor_of(whole.fee, currency)
    if fee is None:
        words = f"the fees come to {whole.fee / 10**FINE:.5f}, no whole number of minor units; they are left unknown"
        intake.notes.append(f"{merchant} on {day}: {words}")
    net = minor_of(whole.gross - whole.refund, currency)
    known = fee is not None and net is not None and not whole.doubtful
    told |= {"fee": fee, "net": net - fee if known and net is not None and fee is not None else None}
    if whole.doubtful:
        told["refund_offset"] = None
    return told


FORMAT = WechatTradeBill()
