"""UnionPay's merchant file of the day (ZM, fixed width) with its summary (RD), alone or together in a zip.

Source: the layout as files show it and as the acquirer's file interface names its fields: 42 fields with a space after
each, 607 bytes a line; sums in fen; fee and settled sum carry D (the merchant owes) or C (the merchant gets). The
customer's card number stands masked in field 6 and is never read. The file says what was cleared, not that money
arrived: a payout's status stays unknown. One payout per merchant, terminal, settlement day and calendar day of trade.

Errors and adjustments (ZME) are counted, not read: the widths of their 22 fields stand in UnionPay's sample programs,
what the fields hold stands in its file interface, which is not at hand. What is settled for a merchant that has such
lines is unknown, therefore.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import accumulate
from zoneinfo import ZoneInfo

from storage.moments import stored
from storage.settlement.formats import cells
from storage.settlement.formats.declaration import Entry, Format, Intake, Scalar, Unreadable
from storage.settlement.opening import Part, Unopenable
from storage.settlement.tables import MERCHANTS, PAYOUTS, TERMINALS

__all__ = ["FORMAT"]

_WIDTHS = (
    3, 11, 11, 6, 10, 19, 12, 4, 2, 21, 2, 32, 2, 6, 10, 13, 13, 4, 15, 2, 2, 6, 2, 4, 32, 1, 21, 15, 1, 15, 32, 13,
    13, 8, 32, 13, 13, 12, 2, 1, 32, 97,
)  # fmt: skip
LINE = sum(_WIDTHS) + len(_WIDTHS)
_STARTS = (0, *accumulate(width + 1 for width in _WIDTHS))
_TOTAL = re.compile(r"总计\s+(\d+)" + r"\s+(-?\d+\.\d\d)" * 6)
_HEADER = re.compile(r"(商户代码|清算币种|清算日期|商户名称|生成日期)[::]\s*(\S+)")
_NAMED = re.compile(r"INN(\d{6})88ZM_")
_ADJUSTING = (3, 11, 11, 6, 10, 19, 12, 4, 2, 2, 6, 10, 4, 12, 13, 13, 15, 15, 1, 12, 2, 135)
_ADJUSTING_LINE = sum(_ADJUSTING) + len(_ADJUSTING) - 1
_ADJUSTING_NAMED = re.compile(r"INN(\d{6})\d\dZME_")
_CURRENCIES = {"人民币": "CNY", "港币": "HKD", "美元": "USD"}


def _signed(text: str) -> int:
    """C000000473939: fen that the merchant gets; D: that the merchant owes, negative."""
    if len(text) == 13 and text[0] in "CD" and text[1:].isdigit() and text.isascii():
        return int(text[1:]) * (1 if text[0] == "C" else -1)
    raise Unreadable("not a sum like C000000473939")


def _plain(text: str) -> int:
    if text.isdigit() and text.isascii():
        return int(text)
    raise Unreadable("not a sum in fen")


def _moment(text: str) -> datetime:
    try:
        return datetime.strptime(text[:14], "%Y%m%d%H%M%S")  # noqa: DTZ007 - UnionPay's own clock, see _Group
    except ValueError:
        raise Unreadable("does not begin with a time YYYYMMDDhhmmss") from None


FIELDS = {
    "code": (1, cells.identifier),
    "amount": (7, _plain),
    "traded_at": (10, _moment),
    "fee": (16, _signed),
    "merchant_no": (28, cells.identifier),
    "net": (33, _signed),
    "terminal_id": (34, cells.terminal),
}
"""What is read: the field's number in the layout, from 1, and how. Nothing else of a line is looked at."""


@dataclass(frozen=True)
class _Row:
    code: str
    amount: int
    traded_at: datetime
    fee: int
    merchant_no: str
    net: int
    terminal_id: str | None


@dataclass
class _Group:
    """The transactions of one terminal that are settled together and were made on one day."""

    part: str
    line: int
    codes: set[str]
    gross: int = 0
    fee: int = 0
    refunds: int = 0
    net: int = 0


@dataclass(frozen=True)
class _Summary:
    part: str
    merchant_no: str
    settled_on: str
    name: str | None
    currency: str
    made_on: str | None
    rows: int
    gross: int
    fee: int
    net: int


@dataclass
class _Adjustment:
    """A line of a ZME file, of which only this much is known: that it is there, and whose it is."""

    part: str
    line: int
    text: str
    settled_on: str | None
    taken: bool = False


class UnionpayZm(Format):
    """The ZM file's lines, checked against the RD summary where it is there."""

    name = "unionpay_zm"
    title = (
        "UnionPay merchant file of the day: ZM (fixed width, 42 fields) with RD summary (GBK) and ZME, or a zip of all"
    )

    def recognises(self, part: Part) -> bool:
        """Lines of 607 bytes (ZM) or 339 (ZME) with their sums in place, or a summary's heading in GBK.

        A day without adjustments has an empty ZME file, for which nothing but its name can speak.
        """
        return _is_zm(part.head) or _is_summary(part.head) or _is_adjusting(part)

    def read(self, parts: Sequence[Part], intake: Intake) -> Iterator[Entry]:
        """Merchants and terminals where they are new, then payouts."""
        adjustments = [found for part in parts if _is_adjusting(part) for found in _adjustments(part, intake)]
        summaries = [found for part in parts if _is_summary(part.head) if (found := _summary(part, intake))]
        used: set[str] = set()
        latest: datetime | None = None
        for part in (part for part in parts if _is_zm(part.head)):
            rows = list(_groups(part, summaries, intake))
            for merchant_no in sorted({key[0] for key, _, _ in rows}):
                mine = [(key, group) for key, group, _ in rows if key[0] == merchant_no]
                summary = next(
                    (s for s in summaries if s.merchant_no == merchant_no and s.settled_on == mine[0][0][2]), None
                )
                used.update([summary.part] if summary else [])
                adjusted = _of_merchant(adjustments, merchant_no, mine[0][0][2], intake)
                if _closes(part.name, merchant_no, mine, summary, intake):
                    yield from _entries(merchant_no, mine, summary, adjusted, intake)
            latest = max((moment for _, _, moment in rows), default=latest)
        for summary in summaries:
            if summary.part not in used:
                intake.refuse(summary.part, 0, "", "the ZM file that this summary belongs to is not here")
        for adjustment in adjustments:
            if not adjustment.taken:
                words = "an adjustment of a merchant whose ZM file of the day is not here; import both together"
                intake.refuse(adjustment.part, adjustment.line, "", words)
        intake.as_of = _as_of(summaries, latest, intake)


_Key = tuple[str, str | None, str | None, str]
"""Merchant, terminal, settlement day, trading day."""


def _is_zm(head: bytes) -> bool:
    line = head.split(b"\n", 1)[0].rstrip(b"\r").decode("latin-1")
    if len(line) != LINE or "\n" not in head.decode("latin-1"):
        return False
    ends = (start - 1 for start in _STARTS[1:])
    return all(line[end] == " " for end in ends) and _field(line, 33)[:1] in ("C", "D") and _field(line, 7).isdigit()


def _is_summary(head: bytes) -> bool:
    words = head.decode("gb18030", "replace")
    return "交易汇总表" in words and "商户代码" in words and "清算日期" in words


def _is_adjusting(part: Part) -> bool:
    if not part.head:
        return _ADJUSTING_NAMED.search(part.name) is not None
    line = part.head.split(b"\n", 1)[0].rstrip(b"\r").decode("latin-1")
    ends = [end - 1 for end in accumulate(width + 1 for width in _ADJUSTING[:-1])]
    return len(line) == _ADJUSTING_LINE and all(line[end] == " " for end in ends) and _field(line, 7).isdigit()


def _adjustments(part: Part, intake: Intake) -> Iterator[_Adjustment]:
    """The lines of a ZME file; fields 1 to 8 stand where those of a ZM file do."""
    named = _ADJUSTING_NAMED.search(part.name)
    settled_on = _day(f"20{named[1]}") if named else None
    intake.rows[part.name] = 0
    try:
        for line, raw in enumerate(part.lines(("latin-1",), intake.advance), 1):
            text = raw.rstrip("\r\n")
            if not text:
                continue
            intake.rows[part.name] += 1
            if len(text) != _ADJUSTING_LINE:
                words = f"{len(text)} bytes where a line has {_ADJUSTING_LINE}: the file breaks off here?"
                intake.refuse(part.name, line, "", words)
            else:
                yield _Adjustment(part.name, line, text, settled_on)
    except Unopenable as error:
        intake.refuse(part.name, error.line, "", error.reason)


def _of_merchant(adjustments: Sequence[_Adjustment], merchant_no: str, settled_on: str | None, intake: Intake) -> int:
    """How many adjustments a merchant has on a settlement day; said in the report."""
    mine = [
        found
        for found in adjustments
        if merchant_no in found.text.split()
        and (None in (found.settled_on, settled_on) or found.settled_on == settled_on)
    ]
    for found in mine:
        found.taken = True
    if mine:
        words = "adjustments (ZME) that are not read: what is settled is left unknown"
        intake.notes.append(f"merchant {merchant_no} has {len(mine)} {words}")
    return len(mine)


def _field(line: str, number: int) -> str:
    start = _STARTS[number - 1]
    return line[start : start + _WIDTHS[number - 1]].strip()


def _groups(part: Part, summaries: Sequence[_Summary], intake: Intake) -> Iterator[tuple[_Key, _Group, datetime]]:
    """The file's groups in the order in which they begin, each with its last transaction's time."""
    named = _NAMED.search(part.name)
    groups: dict[_Key, _Group] = {}
    last: dict[_Key, datetime] = {}
    for line, row in _rows(part, intake):
        settled_on = _day(f"20{named[1]}") if named else None
        if settled_on is None:
            own = [summary.settled_on for summary in summaries if summary.merchant_no == row.merchant_no]
            settled_on = own[0] if len(own) == 1 else None
        key = (row.merchant_no, row.terminal_id, settled_on, row.traded_at.date().isoformat())
        group = groups.setdefault(key, _Group(part.name, line, set()))
        group.codes.add(row.code)
        group.fee -= row.fee
        group.net += row.net
        sale = row.net - row.fee
        if sale >= 0:
            group.gross += sale
        else:
            group.refunds -= sale
        last[key] = max(last.get(key, row.traded_at), row.traded_at)
    for key, group in groups.items():
        yield key, group, last[key]


def _rows(part: Part, intake: Intake) -> Iterator[tuple[int, _Row]]:
    intake.rows[part.name] = 0
    line = 0
    try:
        for line, raw in enumerate(part.lines(("latin-1",), intake.advance), 1):
            text = raw.rstrip("\r\n")
            if not text:
                continue
            intake.rows[part.name] += 1
            if len(text) != LINE:
                intake.refuse(
                    part.name, line, "", f"{len(text)} bytes where a line has {LINE}: the file breaks off here?"
                )
                continue
            row = _row(part.name, line, text, intake)
            if row is not None:
                yield line, row
    except Unopenable as error:
        intake.refuse(part.name, error.line or line, "", error.reason)


def _row(part: str, line: int, text: str, intake: Intake) -> _Row | None:
    values: dict[str, object] = {"terminal_id": None}
    good = True
    for name, (number, read) in FIELDS.items():
        cell = _field(text, number)
        try:
            if cell:
                values[name] = read(cell)
            elif name != "terminal_id":
                raise Unreadable("empty, and required")
        except Unreadable as error:
            intake.refuse(part, line, f"field {number}", str(error))
            good = False
    if not good:
        return None
    row = _Row(**values)  # type: ignore[arg-type]
    discount = _field(text, 36).strip("CD0")
    if not discount and abs(row.net - row.fee) != row.amount:
        intake.refuse(part, line, "field 33", "the sum less its fee is not what is settled")
        return None
    return row


def _summary(part: Part, intake: Intake) -> _Summary | None:
    """The first total of a summary and its heading; None (reported) when one is missing."""
    try:
        words = "".join(part.lines(("gb18030",), intake.advance))
    except Unopenable as error:
        intake.refuse(part.name, error.line, "", error.reason)
        return None
    heading = dict(_HEADER.findall(words))
    total = _TOTAL.search(words)
    currency = _CURRENCIES.get(heading.get("清算币种", ""))
    day = _day(heading.get("清算日期", ""))
    if not total or "商户代码" not in heading or currency is None or day is None:
        intake.refuse(part.name, 0, "", "the summary has no total, merchant, settlement day or known currency")
        return None
    sums = [round(float(text) * 100) for text in total.groups()[1:]]
    made = _day(heading.get("生成日期", ""))
    return _Summary(
        part.name, heading["商户代码"], day, heading.get("商户名称"),
        currency, made, int(total[1]), sums[1] - sums[0], sums[2] - sums[3], sums[5] - sums[4],
    )  # fmt: skip


def _closes(
    part: str, merchant_no: str, groups: Sequence[tuple[_Key, _Group]], summary: _Summary | None, intake: Intake
) -> bool:
    """Whether the lines come to what the summary says; without one there is nothing to compare with."""
    gross = sum(group.gross - group.refunds for _, group in groups)
    fee, net = sum(group.fee for _, group in groups), sum(group.net for _, group in groups)
    rows = intake.rows[part]
    told = {"rows": summary.rows, "gross": summary.gross, "fee": summary.fee, "net": summary.net} if summary else None
    closes = gross - fee == net and told in (None, {"rows": rows, "gross": gross, "fee": fee, "net": net})
    intake.batches.append(
        {"account": merchant_no, "batch": groups[0][0][2], "currency": summary.currency if summary else "CNY",
         "rows": rows, "gross": gross / 100, "fee": fee / 100, "net": net / 100,
         "summary": {k: v if k == "rows" else v / 100 for k, v in told.items()} if told else None, "closes": closes}
    )  # fmt: skip
    if not closes:
        intake.refuse(part, 0, "", f"the lines of merchant {merchant_no} do not come to what its summary says")
    return closes


def _entries(
    merchant_no: str, groups: Sequence[tuple[_Key, _Group]], summary: _Summary | None, adjusted: int, intake: Intake
) -> Iterator[Entry]:
    ours = intake.providers.merchant_no("unionpay", merchant_no)
    currency = summary.currency if summary else "CNY"
    first = groups[0][1]
    try:
        name = cells.text(summary.name) if summary and summary.name else None
    except Unreadable:
        name = None  # a name that cannot be shown safely is no reason to refuse the money
    merchant: dict[str, Scalar] = {"merchant_no": ours, "name": name, "acquirer": "unionpay", "currency": currency}
    yield Entry(
        MERCHANTS, first.part, first.line, tuple(merchant.get(field) for field in MERCHANTS.fields), implied=True
    )
    terminals = {key[1]: group for key, group in reversed(groups) if key[1]}
    for terminal_id, group in sorted(terminals.items(), key=lambda item: item[1].line):
        terminal: dict[str, Scalar] = {"terminal_id": terminal_id, "merchant_no": ours}
        values = tuple(terminal.get(field) for field in TERMINALS.fields)
        yield Entry(TERMINALS, group.part, group.line, values, implied=True)
    for key, group in groups:
        settled_on, day = key[2:]
        batch = settled_on.replace("-", "") if settled_on else None
        payout: dict[str, Scalar] = {
            "payout_id": f"{merchant_no}.{key[1] or '-'}.{batch or '-'}.{day.replace('-', '')}",
            "merchant_no": ours, "terminal_id": key[1], "batch_id": batch, "trade_date": day,
            "raw_status": " ".join(sorted(group.codes)), "gross": group.gross, "fee": group.fee,
            "refund_offset": group.refunds, "net": None if adjusted else group.net, "currency": currency,
        }  # fmt: skip
        yield Entry(PAYOUTS, group.part, group.line, tuple(payout.get(field) for field in PAYOUTS.fields))


def _as_of(summaries: Sequence[_Summary], latest: datetime | None, intake: Intake) -> int | None:
    """When the summary was made, else the last transaction: the statement's own time."""
    made = [datetime.fromisoformat(summary.made_on) for summary in summaries if summary.made_on]
    moments = made or ([latest] if latest else [])
    return stored(max(moments).replace(tzinfo=ZoneInfo(intake.timezone))) if moments else None


def _day(text: str) -> str | None:
    """20150905 as 2015-09-05; None when it is no day."""
    try:
        return date.fromisoformat(text).isoformat() if len(text) == 8 else None
    except ValueError:
        return None


FORMAT = UnionpayZm()
