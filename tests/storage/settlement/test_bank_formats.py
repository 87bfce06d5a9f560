"""What the banks' formats must never do: read dangerous XML, tear a reference, take a return for something else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import mt940
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text

from knowledge.providers import Providers
from storage.moments import restored
from storage.settlement.formats import camt, pain002
from storage.settlement.formats.bookings import when, words
from storage.settlement.formats.declaration import Entry, Intake, KnownMerchant
from storage.settlement.formats.mt940 import FORMAT as MT940
from storage.settlement.formats.mt940_details import details_of
from storage.settlement.formats.nacha_returns import FORMAT as NACHA
from storage.settlement.formats.nacha_returns import entry_hash
from storage.settlement.importing import Importer
from storage.settlement.opening import HEAD, Part

SAMPLES = Path(__file__).resolve().parents[2] / "settlements"
CAMT = (SAMPLES / "camt" / "statement.xml").read_text("utf-8")
NS = "urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"


def part_of(content: bytes, name: str = "part") -> Part:
    return Part(name, len(content), content[:HEAD], lambda: io.BytesIO(content))


def read(form: Any, content: bytes, intake: Intake) -> list[dict[str, Any]]:
    part = part_of(content)
    assert form.recognises(part)
    return [_shown(entry) for entry in form.read([part], intake)]


def _shown(entry: Entry) -> dict[str, Any]:
    assert entry.told is not None
    return {entry.kind.fields[place]: entry.values[place] for place in entry.told}


# XML


@pytest.mark.parametrize("version", ["02", "04", "08", "13"])
def test_any_version_of_a_message_is_read(version: str, providers: Providers) -> None:
    intake = Intake(providers)
    content = CAMT.replace("camt.053.001.08", f"camt.053.001.{version}")
    assert len(read(camt.FORMAT, content.encode(), intake)) == 7
    assert not intake.bad


@pytest.mark.parametrize(
    ("name", "encoding", "mark"),
    [
        ("UTF-8", "utf-8", b"\xef\xbb\xbf"),
        ("ISO-8859-1", "latin-1", b""),
        ("gbk", "gbk", b""),
        ("utf-16", "utf-16", b""),
    ],
)
def test_the_encoding_is_the_one_that_is_declared(name: str, encoding: str, mark: bytes, providers: Providers) -> None:
    told = "Konto gelöscht" if encoding != "gbk" else "账户已销户"
    content = CAMT.replace("UTF-8", name, 1).replace("Account closed", told)
    found = read(camt.FORMAT, mark + content.encode(encoding), Intake(providers))
    assert f"AC04 {told}" in {entry.get("raw_reason") for entry in found}


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (CAMT.replace("<Document", "<!DOCTYPE Document SYSTEM 'http://127.0.0.1/x.dtd'>\n<Document", 1), "a DOCTYPE"),
        (CAMT.replace("<Document", "<!-- -->\n<!ENTITY a 'b'>\n<Document", 1), "a DOCTYPE or an entity"),
        (CAMT.replace("M20261107", "&file;", 1), "not XML that can be read"),
        (CAMT.replace("<MsgId>M", "<a>" * 3000 + "</a>" * 3000 + "<MsgId>M", 1), "not XML that can be read"),
        (CAMT.replace("UTF-8", "UTF-7", 1), "the encoding utf-7 is not read here"),
        (CAMT.replace("UTF-8", "IBM037", 1), "the encoding ibm037 is not read here"),
        (CAMT.replace("UTF-8", "US-ASCII", 1).replace("Account closed", "geschlossen: ö"), "this is not ASCII"),
        (CAMT.replace("Account closed", "a\x01b"), "a control character"),
        (CAMT.replace("M20261107", "M" * 11_000_000, 1), "not XML that can be read"),
        (CAMT[:-40], "not XML that can be read"),
        (CAMT.replace('Ccy="EUR">812.40', 'Ccy="EUR">812.405'), "more than 2 decimals"),
        (CAMT.replace('Ccy="EUR">812.40', 'Ccy="CNY">812.40'), "not the currency of the other entries"),
        (CAMT.replace('Ccy="EUR">812.40', 'Ccy="XYZ">812.40'), "not a currency code"),
        (CAMT.replace(">1200.00<", ">1201.00<"), "do not come to the entry's amount"),
        (CAMT.replace("P20261104-001", "4.02E+07"), "powers of ten"),
        (CAMT.replace("<Dt>2026-11-07</Dt>", "<Dt>2026-02-30</Dt>"), "not a day or a time"),
    ],
)  # fmt: skip
def test_what_is_wrong_with_an_xml_statement_is_said(content: str, reason: str, providers: Providers) -> None:
    intake = Intake(providers)
    read(camt.FORMAT, content.encode("utf-8"), intake)
    assert any(reason in str(bad) for bad in intake.bad), [str(bad)[:200] for bad in intake.bad]
    assert all(len(str(bad)) < 400 for bad in intake.bad)


def test_nothing_of_an_external_entity_is_read(tmp_path: Path, providers: Providers) -> None:
    secret = tmp_path / "secret"
    secret.write_text("TOPSECRET")
    content = f'<!DOCTYPE x [<!ENTITY e SYSTEM "file://{secret}">]>' + CAMT.partition("?>")[2].replace("Account", "&e;")
    intake = Intake(providers)
    found = read(camt.FORMAT, content.encode(), intake)
    assert not found
    assert "TOPSECRET" not in str(intake)


# Bookings


def test_the_order_of_booking_decides_and_not_that_of_the_file(providers: Providers) -> None:
    entries = re.findall(r" {6}<Ntry>.*?</Ntry>\n", CAMT, re.S)
    content = CAMT.replace("".join(entries), "".join(reversed(entries)))
    by_id = {entry["payout_id"]: entry for entry in read(camt.FORMAT, content.encode(), Intake(providers))}
    assert by_id["P20261104-003"]["status"] == "returned"
    assert len(by_id) == 7


def test_statements_without_balances_say_so(providers: Providers) -> None:
    intake = Intake(providers)
    read(camt.FORMAT, re.sub(r" {6}<Bal>.*?</Bal>\n", "", CAMT, flags=re.S).encode(), intake)
    assert any("without both balances" in note for note in intake.notes)
    assert not intake.bad


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("To NL00TEST0000001234, closed", "To ****1234, closed"),
        ("AC04 ACCOUNT CLOSED", "AC04 ACCOUNT CLOSED"),
        ("DE42100100100043921105", "****1105"),
        ("account 1234 5678 90 is shut", "account ****7890 is shut"),
        ("two\nlines\x00", "two lines"),
        ("=HYPERLINK(1)", None),
        ("", None),
    ],
)
def test_words_keep_no_account_number(told: str, kept: str | None) -> None:
    assert words(told) == kept


@given(st.lists(st.text(max_size=60), max_size=4))
def test_any_words_are_safe(texts: list[str]) -> None:
    kept = words(*texts)
    assert kept is None or not re.search(r"[0-9]{8}", kept)


def test_days_and_times() -> None:
    assert when("2026-11-05").start("Asia/Shanghai") == when("2026-11-05T00:00:00+08:00").start("UTC")
    assert when("2026-11-05+01:00").day == date(2026, 11, 5)
    assert when("2026-11-05T10:00:00").start("Europe/Berlin") == when("2026-11-05T09:00:00Z").start("UTC")
    assert restored(when("2026-10-25").end("Europe/Berlin")).isoformat() == "2026-10-25T22:59:59.999999+00:00"


def test_a_return_reaches_the_payout_that_is_known(
    engine: Engine,
    importer: Importer,
    bundle: Callable[..., Path],
    payout: Callable[..., dict[str, str]],
    tmp_path: Path,
) -> None:
    known = [
        payout(payout_id="P20261104-001"),
        payout(payout_id="P20261104-003", net="450.60", gross="453.00", fee="2.40"),
    ]
    assert importer.run([bundle(payouts=known)], as_of=restored(when("2026-11-05T20:00:00+08:00").start("UTC"))).good
    report = importer.run([SAMPLES / "camt" / "statement.xml"]).reports[0]
    assert report.records["payouts"] == {"read": 2, "new": 0, "changed": 1, "same": 0, "late": 1, "unmatched": 5}
    with engine.connect() as connection:
        newest = text("SELECT payout_id, status, reason, net FROM settlement_payouts ORDER BY id DESC LIMIT 1")
        assert tuple(connection.execute(newest).one()) == ("P20261104-003", "returned", "account_closed", 45060)
        paid = text(
            "SELECT status FROM settlement_payouts WHERE payout_id = 'P20261104-001' ORDER BY said_at DESC, id DESC"
        )
        assert connection.execute(paid).scalars().first() == "paid", "a debit never covers what is known of its day"


def test_a_status_is_inherited_from_the_payment_but_not_from_a_mixed_group(providers: Providers) -> None:
    content = (SAMPLES / "pain002" / "partly.xml").read_text("utf-8")
    bare = content.replace("<PmtInfSts>RJCT</PmtInfSts>", "")
    intake = Intake(providers)
    assert len(read(pain002.FORMAT, bare.encode(), intake)) == 7
    assert [bad.reason for bad in intake.bad] == ["no status, and none of its payment or group to inherit"]


# MT940

WORD = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefgh0123456789.,-/", min_size=1, max_size=20)


def _wrapped(content: str) -> list[str]:
    lines = [content[at : at + 65] for at in range(0, len(content), 65)]
    return [line.rstrip(" ") for line in lines]


@settings(max_examples=200)
@given(st.text("ABCDEFGHIJKLMNOP0123456789-", min_size=1, max_size=60), st.lists(WORD, min_size=1, max_size=20))
def test_a_reference_survives_every_way_in_which_lines_are_cut(reference: str, said: list[str]) -> None:
    told = " ".join(said)[:120].strip()
    content, number = "159?00RETOURE?100399", 20
    for value in (f"EREF+{reference}", f"SVWZ+{told}"):
        for at in range(0, len(value), 27):
            content += f"?{number}{value[at : at + 27].rstrip(' ')}"
            number += 1
    found = details_of(_wrapped(f"{content}?31100200307755?34902"))
    assert (found.end_to_end, found.returned, found.business) == (reference, "902", "159")
    assert found.words == (" ".join(told.split()),)


def test_a_question_mark_in_words_begins_no_field() -> None:
    found = details_of(["159?00WO IST ES?? NEIN?20EREF+P-1?21SVWZ+WAS?", " JA?34914"])
    assert (found.end_to_end, found.returned, found.words) == ("P-1", "914", ("WAS? JA",))


def _statement(*lines: str, closing: str = "C261106EUR1,00") -> bytes:
    return "\r\n".join([":20:S", ":25:1/2", ":28C:1", ":60F:C261105EUR1,00", *lines, f":62F:{closing}", "-"]).encode()


@pytest.mark.parametrize(
    ("line", "details", "status"),
    [
        ("2611051105D1,NTRFP-1", None, "sent"),
        ("2611051105RC1,NTRFP-1", None, None),
        ("2611051105RD1,NTRFP-1", None, "returned"),
        ("2611051105C1,NRTIP-1", None, "returned"),
        ("2611051105C1,NTRFP-1", "166?00GUTSCHRIFT?34903", "returned"),
        ("2611051105C1,NTRFP-1", "166?00GUTSCHRIFT?34997", "nothing"),
        ("2611051105C1,NTRFNONREF", "/EREF/P-1/RTRN/AC04/", "returned"),
        ("2611051105C1,NTRFP-1", "RETOURE", "returned"),
        ("2611051105C1,NTRFP-1", "166?00GUTSCHRIFT", "nothing"),
    ],
)
def test_what_a_line_means(line: str, details: str | None, status: str | None, providers: Providers) -> None:
    lines = [f":61:{line}", *([f":86:{details}"] if details else [])]
    money_in = re.search(r"\d(C|RD)1,", line)
    found = read(MT940, _statement(*lines, closing=f"C261106EUR{2 if money_in else 0},00"), Intake(providers))
    assert [entry["status"] for entry in found] == ([] if status == "nothing" else [status])


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2612310101", "2027-01-01"),
        ("2701011231", "2026-12-31"),
        ("261105", "2026-11-05"),
        ("2402290301", "2024-03-01"),
    ],
)
def test_the_year_of_a_day_of_booking_is_the_nearest(written: str, day: str, providers: Providers) -> None:
    found = read(MT940, _statement(f":61:{written}D1,NTRFP-1", closing="C261106EUR0,00"), Intake(providers))
    assert found[0]["sent_at"] == when(day).start("Asia/Shanghai")


@pytest.mark.parametrize(
    ("lines", "closing", "reason"),
    [
        ([":61:2611051105X1,00NTRFP-1"], "C261106EUR0,00", "not a statement line"),
        ([":61:2611051105D1NTRFP-1"], "C261106EUR0,00", "not a sum like"),
        ([":61:2611051105D1,005NTRFP-1"], "C261106EUR0,00", "more than 2 decimals"),
        ([":61:2611050230D1,NTRFP-1"], "C261106EUR0,00", "the day of booking is no day"),
        ([":61:2611051105D1,NTRFP-1"], "C261106CNY0,00", "not the currency of the opening balance"),
        ([":61:2611051105D1,NTRFP-1"], "C261106EUR1,00", "do not come to the closing balance"),
        ([":60F:C261105EUR1,00"], "C261106EUR1,00", "a second opening balance"),
    ],
)
def test_what_is_wrong_with_an_mt940_is_said(lines: list[str], closing: str, reason: str, providers: Providers) -> None:
    intake = Intake(providers)
    assert not read(MT940, _statement(*lines, closing=closing), intake)
    assert any(reason in bad.reason for bad in intake.bad), [str(bad) for bad in intake.bad]


def test_a_page_must_go_on_where_the_one_before_ended(providers: Providers) -> None:
    content = (SAMPLES / "mt940" / "pages_gb18030.txt").read_bytes()
    intake = Intake(providers)
    read(MT940, content.replace(b":60M:D261107CNY188,00", b":60M:D261107CNY189,00"), intake)
    assert "not the closing balance of the page before" in intake.bad[0].reason


def test_an_independent_reader_sees_the_same_sums() -> None:
    intake = Intake(Providers())
    content = (SAMPLES / "mt940" / "structured.sta").read_bytes()
    read(MT940, content, intake)
    (other,) = mt940.parse_statements(content.decode(), options=mt940.Options(reversal_sign=True))
    amounts = [transaction.data["amount"].amount for transaction in other]
    batch = intake.batches[0]
    assert float(sum(amount for amount in amounts if amount > 0)) == pytest.approx(batch["credits"])
    assert float(-sum(amount for amount in amounts if amount < 0)) == pytest.approx(batch["debits"])


# NACHA

ACH = (SAMPLES / "nacha_returns" / "returns.ach").read_bytes()


@given(st.lists(st.integers(0, 99_999_999).map(lambda number: f"{number:08d}"), max_size=200))
def test_the_hash_is_the_last_ten_digits_of_the_sum(banks: list[str]) -> None:
    total = str(sum(int(bank) for bank in banks))
    assert f"{entry_hash(banks):010d}" == total[-10:].zfill(10)


def test_blocks_lines_and_cut_spaces_make_no_difference(providers: Providers) -> None:
    rows = ACH.decode().rstrip().split("\r\n")
    blocks = ["".join(rows[at : at + 10]) for at in range(0, len(rows), 10)]
    shapes = ["".join(rows), "\n".join(blocks), "\n".join(row.rstrip() for row in rows), "\r".join(rows)]
    expected = read(NACHA, ACH, Intake(providers))
    for shape in shapes:
        assert read(NACHA, shape.encode(), Intake(providers)) == expected


def test_the_acquirers_own_number_is_the_key_unless_it_is_a_merchants(providers: Providers) -> None:
    def merchant(number: str) -> KnownMerchant | None:
        return KnownMerchant("USD", None) if number == "P20261104-001" else None

    keys = [entry["payout_id"] for entry in read(NACHA, ACH, Intake(providers, merchant=merchant))]
    assert keys[:3] == ["091400600000001", "P20261104-002", "091400600000003"]


@pytest.mark.parametrize(
    ("before", "after", "reason"),
    [
        (b"82000000140", b"82000000150", "entries and addenda: 14 counted, and the control record says 15"),
        (b"9000002", b"9000003", "batches"),
        (b"9000002000003", b"9000002000004", "blocks of ten records"),
        (b"799R02", b"799X02", "no return reason"),
        (b"621", b"421", "cannot stand here"),
        (b"0000081240", b"00000812.4", "no number in positions 30 to 39"),
    ],
)
def test_what_does_not_fit_in_a_return_file_is_said(
    before: bytes, after: bytes, reason: str, providers: Providers
) -> None:
    assert before in ACH
    intake = Intake(providers)
    assert not read(NACHA, ACH.replace(before, after, 1), intake)
    assert any(reason in bad.reason for bad in intake.bad), [str(bad) for bad in intake.bad]


def test_a_file_of_entries_to_be_sent_is_no_file_of_returns(providers: Providers) -> None:
    rows = ACH.decode().rstrip().split("\r\n")
    entry = f"622{rows[2][3:78]}0{rows[2][79:]}"
    control = f"8200000001{rows[2][3:11].zfill(10)}{0:012d}{81240:012d}{rows[16][44:]}"
    end = f"9000001000001{1:08d}{rows[2][3:11].zfill(10)}{0:012d}{81240:012d}{' ' * 39}"
    intake = Intake(providers)
    assert not read(NACHA, "\n".join([rows[0], rows[1], entry, control, end]).encode(), intake)
    assert [bad.reason for bad in intake.bad] == ["there is no return in it: a file of entries to be sent?"]
