"""Alipay's fund bill of a merchant (账务明细): every movement of the account, withdrawals to the bank among them.

Source: bills as Alipay makes them and as their readers know them: a zip of CSV in GBK, the details beside a summary;
rows that begin with # before the heading (account, period) and after the data (number and sum of what went out and
came in), numbers that end with a tab. A consumer's own export and the bill of orders are recognised only to say what
they are.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from storage.settlement.formats import cells
from storage.settlement.formats.bills import Account, Movement, bare, needless
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, Unreadable
from storage.settlement.formats.sheets import Around, Sheet
from storage.settlement.opening import CHINESE, Part

__all__ = ["FORMAT"]

ZONE = "Asia/Shanghai"
DETAILS, SUMMARY = "#支付宝账务明细", "#支付宝账务汇总"
ORDERS, CONSUMER = "#支付宝业务明细", "电子客户回单"
_ORDERS = "this is Alipay's bill of orders (业务明细): it tells of no withdrawals; ask for the fund bill (账务明细)"
_CONSUMER = "this is a consumer's own list of purchases: it tells of no settlement; ask for a merchant's 账务明细"
_ACCOUNT = re.compile(r"#账号：\[([0-9A-Za-z@._-]{4,64})\]")
_PARTNER = re.compile(r"(2088[0-9]{12})0156")
"""An account number is the merchant's 16 digits and 0156 (the currency, 156 is CNY)."""
_EXPORTED = re.compile(r"#导出时间：\[([^\]]{1,30})\]")
_TOTAL = re.compile(r"#(支出|收入)合计：([0-9]{1,9})笔，共([+-]?[0-9]{1,13}(?:\.[0-9]{1,2})?)元")
_when = cells.moment_as(ZONE, "%Y-%m-%d %H:%M:%S", "%Y年%m月%d日 %H:%M:%S", "%Y/%m/%d %H:%M:%S", "%Y/%m/%d %H:%M")


def _fen(cell: str) -> int:
    return cells.signed_amount(cell.removeprefix("+"), 2)


def _out(cell: str) -> int:
    """What went out, which stands with a minus sign in newer bills and without one in older ones."""
    return -abs(_fen(cell))


SHEET = Sheet(
    {
        "flow_no": Column("账务流水号", cells.identifier, required=True),
        "business_no": Column("业务流水号", cells.identifier),
        "order_no": Column("商户订单号", str),
        "moment": Column("发生时间", _when, required=True),
        "received": Column("收入金额（+元）", _fen),
        "spent": Column("支出金额（-元）", _out),
        "balance": Column("账户余额（元）", _fen, required=True),
        "kind": Column("业务类型", cells.remembering(cells.text), required=True),
        "note": Column("备注", str),
    },
    encodings=CHINESE,
    clean=bare,
    begins=lambda row: "账务流水号" in row,
    ends=lambda row: row[0].startswith("#"),
)
SUMMARY_SHEET = Sheet(
    {
        "kind": Column("类型", cells.text, required=True),
        "receipts": Column("收入笔数", cells.count),
        "received": Column("收入金额（+元）", _fen),
        "payments": Column("支出笔数", cells.count),
        "spent": Column("支出金额（-元）", _out),
    },
    encodings=CHINESE,
    clean=bare,
    begins=lambda row: "收入笔数" in row,
    ends=lambda row: row[0].startswith("#"),
)
_NEEDLESS = frozenset(
    {
        "商品名称", "对方账号", "交易渠道", "业务描述", "业务账单来源", "业务基础订单号", "业务订单号", "总金额（元）",
    }
)  # fmt: skip


@dataclass
class _Bill:
    account: Account
    merchant: str
    exported_at: int | None


_Sums = tuple[int, int, int, int]
"""Number and sum of what came in, number and sum of what went out."""


class AlipayFundBill(Format):
    """Withdrawals of a merchant's account, and those that came back."""

    name = "alipay_fund_bill"
    title = "Alipay fund bill of a merchant (账务明细, zip of CSV in GBK, with its summary): withdrawals to the bank"

    def recognises(self, part: Part) -> bool:
        """The first line of the fund bill or of its summary; of other lists of Alipay, which are then refused."""
        return _is(part, DETAILS) or _is(part, SUMMARY) or _other(part) is not None

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """The merchant where it is new, then its withdrawals, bill after bill."""
        bills: list[_Bill] = []
        summaries = {part.name: _summary(part, intake) for part in parts if _is(part, SUMMARY)}
        for part in parts:
            other = _other(part)
            if other is not None:
                intake.rows.setdefault(part.name, 0)
                intake.refuse(part.name, 0, "", other)
            elif _is(part, DETAILS):
                bill = _details(part, intake)
                bills += [bill] if bill else []
        if len(bills) == len(summaries) == 1:
            _compare(bills[0].account, *next(iter(summaries.items())), intake)
        moments = (bill.exported_at or bill.account.latest for bill in bills)
        intake.as_of = max((moment for moment in moments if moment), default=None)
        for bill in bills:
            yield from bill.account.entries(bill.merchant, intake)


def _is(part: Part, title: str) -> bool:
    head = part.head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return any(head.startswith(title.encode(encoding)) for encoding in CHINESE)


def _other(part: Part) -> str | None:
    """What another list of Alipay is, to be said; None for the fund bill and whatever is not Alipay's."""
    if _is(part, ORDERS):
        return _ORDERS
    consumer = any(CONSUMER.encode(encoding) in part.head for encoding in CHINESE)
    return _CONSUMER if consumer and not _is(part, DETAILS) else None


def _details(part: Part, intake: Intake) -> _Bill | None:
    """One bill's movements; None, and refused, when it does not close or does not say whose it is."""
    account, around, bad = Account(part.name, "alipay", "alipay_fund"), Around(), intake.bad_count
    for line, row in SHEET.rows(part, intake, around):
        _take(line, dict(zip(SHEET.columns, row, strict=True)), account, intake)
    needless(part.name, intake, _NEEDLESS)
    before = " ".join(" ".join(row) for _, row in around.before)
    named = _ACCOUNT.search(before)
    if named is None:
        intake.refuse(part.name, 0, "#账号", "the lines before the heading do not name the account")
    closes = intake.bad_count == bad and _closes(account, around, intake)
    if named is None or not closes:
        return None
    partner = _PARTNER.fullmatch(named[1])
    after = " ".join(" ".join(row) for _, row in around.after)
    return _Bill(account, partner[1] if partner else named[1], _exported(after))


def _exported(after: str) -> int | None:
    found = _EXPORTED.search(after)
    try:
        return _when(found[1]) if found else None
    except Unreadable:
        return None


def _take(line: int, values: Mapping[str, Scalar], account: Account, intake: Intake) -> None:
    received, spent = int(values["received"] or 0), int(values["spent"] or 0)
    if received < 0 or (received and spent):
        intake.refuse(account.part, line, "收入金额（+元）", "one line is either a receipt or a payment")
        return
    numbers = (values["business_no"], values["flow_no"], values["order_no"])
    names = tuple(dict.fromkeys(str(number) for number in numbers if number))
    account.take(
        Movement(
            line,
            int(values["moment"] or 0),
            received + spent,
            int(values["balance"] or 0),
            str(values["kind"]),
            names,
            str(values["note"] or ""),
        ),
        intake,
    )


def _closes(account: Account, around: Around, intake: Intake) -> bool:
    """Whether balances follow each other and the lines come to the totals at the end."""
    after = "\n".join(" ".join(row) for _, row in around.after)
    told = {
        direction: (int(number), abs(_fen(total.removeprefix("+"))))
        for direction, number, total in _TOTAL.findall(after)
    }
    ours = {"支出": (account.payments, -account.spent), "收入": (account.receipts, account.received)}
    closes = account.gap is None and told == ours
    intake.batches.append({**account.shown(), "closes": closes})
    if account.gap is not None:
        intake.refuse(account.part, account.gap, "账户余额（元）", "the balance does not follow from the line before")
    if told.keys() != ours.keys():
        intake.refuse(account.part, 0, "#合计", "the totals at the end are missing or no sums: the bill breaks off")
    elif told != ours:
        intake.refuse(account.part, around.after[0][0], "#合计", "the lines do not come to the totals at the end")
    return closes


def _summary(part: Part, intake: Intake) -> _Sums:
    """What the summary's types come to; its own total is left out."""
    sums = [0, 0, 0, 0]
    for _, row in SUMMARY_SHEET.rows(part, intake):
        if row[0] != "合计":
            sums = [total + int(value or 0) for total, value in zip(sums, row[1:], strict=True)]
    needless(part.name, intake, _NEEDLESS)
    return sums[0], sums[1], sums[2], sums[3]


def _compare(account: Account, part: str, summary: _Sums, intake: Intake) -> None:
    if summary != (account.receipts, account.received, account.payments, account.spent):
        intake.refuse(part, 0, "", f"the summary is not what the lines of {account.part} come to")


FORMAT = AlipayFundBill()
