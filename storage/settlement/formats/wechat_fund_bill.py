"""WeChat Pay's fund bill (资金账单): every movement of one account of a merchant, withdrawals to the bank among them.

Source: WeChat Pay's description of the bill (pay.weixin.qq.com, bill-download/format-fundflow). A withdrawal that could
not be made moves nothing and is not in it; one that the bank sent back comes in again. The bill does not say whose it
is: the merchant is read from the file's name, else from who asked for a withdrawal.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from storage.settlement.formats import cells
from storage.settlement.formats.bills import FINE, Account, Movement, bare, needless, totals_of
from storage.settlement.formats.declaration import Column, Entry, Format, Intake, Scalar, Unreadable
from storage.settlement.formats.sheets import Around, Sheet, header_of
from storage.settlement.opening import CHINESE, Part

__all__ = ["FORMAT"]

ZONE = "Asia/Shanghai"
_TOTALS = "资金流水总笔数"
_NAMED = re.compile(r"(?<![0-9])([0-9]{10})(?![0-9])")
"""A merchant number in a file's name; those of 8 and 9 digits might be days."""
_ASKED = re.compile(r"[^@]*@([0-9]{8,10})")
"""员工账号@商户号: who of which merchant asked for it."""
_DEPOSITS = "充值/提现"
"""What the bill calls the business of withdrawals."""


def _direction(cell: str) -> int:
    try:
        return {"收入": 1, "支出": -1}[cell]
    except KeyError:
        raise Unreadable("neither 收入 nor 支出") from None


def _fen(cell: str) -> int:
    return cells.signed_amount(cell, 2)


SHEET = Sheet(
    {
        "moment": Column("记账时间", cells.moment_as(ZONE, "%Y-%m-%d %H:%M:%S"), required=True),
        "business_no": Column("微信支付业务单号", cells.identifier),
        "flow_no": Column("资金流水单号", cells.identifier, required=True),
        "business": Column("业务名称", cells.remembering(cells.text)),
        "kind": Column("业务类型", cells.remembering(cells.text), required=True),
        "direction": Column("收支类型", cells.remembering(_direction), required=True),
        "amount": Column("收支金额(元)", _fen, required=True),
        "balance": Column("账户结余(元)", _fen, required=True),
        "asked_by": Column("资金变更提交申请人", str),
        "note": Column("备注", str),
        "voucher": Column("业务凭证号", str),
    },
    encodings=CHINESE,
    clean=bare,
    ends=lambda row: bool(row) and row[0] == _TOTALS,
)
_NEEDED = frozenset({"记账时间", "资金流水单号", "业务类型", "收支类型", "收支金额(元)", "账户结余(元)"})


class WechatFundBill(Format):
    """Withdrawals of one account, and those that came back."""

    name = "wechat_fund_bill"
    title = "WeChat Pay fund bill of an account (CSV; basic, operation or fees; gzip or not): withdrawals to the bank"

    def recognises(self, part: Part) -> bool:
        """The headings of the fund bill."""
        return frozenset(header_of(part)) >= _NEEDED

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """The merchant where it is new, then its withdrawals, bill after bill."""
        found: list[tuple[Account, str]] = []
        for part in parts:
            account, merchants = Account(part.name, "wechat", "wechat_fund"), set[str]()
            around, bad = Around(), intake.bad_count
            for line, row in SHEET.rows(part, intake, around):
                _take(line, dict(zip(SHEET.columns, row, strict=True)), account, merchants, intake)
            needless(part.name, intake, ())
            if intake.bad_count == bad and _closes(account, around, intake):
                merchant = _merchant(part.name, account, merchants, intake)
                found += [(account, merchant)] if merchant else []
        intake.as_of = max((account.latest for account, _ in found if account.latest), default=None)
        for account, merchant in found:
            yield from account.entries(merchant, intake)


def _take(line: int, values: Mapping[str, Scalar], account: Account, merchants: set[str], intake: Intake) -> None:
    if int(values["amount"] or 0) < 0:
        intake.refuse(account.part, line, "收支金额(元)", "the sum is negative; 收支类型 says which way it went")
        return
    numbers = (values["business_no"], values["flow_no"], values["voucher"])
    names = tuple(dict.fromkeys(str(number) for number in numbers if number and number != "0"))
    before = account.withdrawals
    account.take(
        Movement(
            line,
            int(values["moment"] or 0),
            int(values["amount"] or 0) * int(values["direction"] or 0),
            int(values["balance"] or 0),
            str(values["kind"]),
            names,
            str(values["note"] or ""),
            values["business"] == _DEPOSITS,
        ),
        intake,
    )
    asked = _ASKED.fullmatch(str(values["asked_by"] or ""))
    if asked and account.withdrawals > before:
        merchants.add(asked[1])


def _closes(account: Account, around: Around, intake: Intake) -> bool:
    """Whether balances follow each other and the rows come to the totals; keeps the arithmetic for the report."""
    totals = totals_of(around.after)
    fine_cent = 10 ** (FINE - 2)
    ours = {
        _TOTALS: account.rows * 10**FINE,
        "收入笔数": account.receipts * 10**FINE,
        "收入金额": account.received * fine_cent,
        "支出笔数": account.payments * 10**FINE,
        "支出金额": -account.spent * fine_cent,
    }
    closes = account.gap is None and totals == ours
    intake.batches.append({**account.shown(), "closes": closes})
    if account.gap is not None:
        intake.refuse(account.part, account.gap, "账户结余(元)", "the balance does not follow from the line before")
    if totals is None or not totals.keys() >= ours.keys():
        intake.refuse(account.part, 0, _TOTALS, "the totals at the end are missing or no sums: the bill breaks off")
    elif totals != ours:
        intake.refuse(account.part, around.after[1][0], "", "the rows do not come to the totals at the end")
    return closes


def _merchant(part: str, account: Account, merchants: set[str], intake: Intake) -> str | None:
    """Whose bill it is: the number in the file's name, else in who asked for its withdrawals. None is refused."""
    named = set(_NAMED.findall(part)) or merchants
    if len(named) == 1 or not account.withdrawals:
        return next(iter(named), None)
    many = "several merchant numbers" if named else "no merchant number"
    words = f"there is {many} in the file's name; the bill itself has none, call it 1900000109-fund-2026-11-05.csv"
    intake.refuse(part, 0, "", words)
    return None


FORMAT = WechatFundBill()
