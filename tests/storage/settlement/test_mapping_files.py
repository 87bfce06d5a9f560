"""What authors of mapping files read: every mistake with its place and a remedy, and no secret in any of them."""

from __future__ import annotations

import re
from pathlib import Path
from typing import ClassVar

import pytest
import yaml

from knowledge.fields import Fields
from knowledge.providers import Providers
from storage.settlement.formats.native import SHEETS
from storage.settlement.http.mapping import http_mapping
from storage.settlement.mapped.files import MappingErrors, read_mapping
from storage.settlement.sql.mapping import sql_mapping
from tests.storage.settlement.harbour import EXAMPLES

SECRETS = {
    "HARBOUR_DB_URL": "postgresql://reader:hush@db.example/harbour", "HARBOUR_API": "https://api.example",
    "HARBOUR_SECRET": "hush", "WITH_AT": "p@ss/w:rd", "BAD_LINE": "hush\nX-Other: 1",
}  # fmt: skip


def problems(path: Path, providers: Providers) -> list[str]:
    """Everything that is wrong with a file, in the order of its lines."""

    def load() -> object:
        file = read_mapping(path, SECRETS.get)
        return (sql_mapping if file.kind == "sql" else http_mapping)(file, providers)

    with pytest.raises(MappingErrors) as raised:
        load()
    said = [str(problem) for problem in raised.value.problems]
    assert all("hush" not in one for one in said)
    assert all(re.match(r".+\.yaml:\d+:\d+: .+[.?] .+", one) for one in said)
    return [one.partition(".yaml:")[2] for one in said]


def changed(tmp_path: Path, example: str, old: str, new: str) -> Path:
    """The example with one thing replaced."""
    text = (EXAMPLES / example).read_text("utf-8")
    assert text.count(old) >= 1, old
    path = tmp_path / "mapping.yaml"
    path.write_text(text.replace(old, new, 1), "utf-8")
    return path


SQL: list[tuple[str, str, str]] = [
    ("kind: sql", "kind: sqll", "2:7: kind cannot be sqll. Did you mean sql?"),
    ("url: ${HARBOUR_DB_URL}", "url: ${HARBOUR_DB_ULR}", "4:6: HARBOUR_DB_ULR is not set. Put HARBOUR_DB_ULR=… into"),
    ("url: ${HARBOUR_DB_URL}", "url: ${harbour db}", "4:6: ${harbour db} names no secret. Write it like"),
    ("url: ${HARBOUR_DB_URL}", "url: hello", "4:6: This is no URL of a database."),
    ("url: ${HARBOUR_DB_URL}", "url: nosuch://x/y", "4:6: This kind of database is not known."),
    ("url: ${HARBOUR_DB_URL}", "url: mysql+pymysql://x/y", "4:6: The driver pymysql is not installed."),
    ("url: ${HARBOUR_DB_URL}", "url: 'sqlite://'", "4:6: A SQLite database needs its file."),
    ("seconds: 5 ", "seconds: five ", "5:10: seconds must be a whole number, not five."),
    ("seconds: 5 ", "secnds: 5 ", "5:1: secnds is unknown here. Did you mean seconds?"),
    ("currency: CNY", "currency: RMB", "6:11: RMB is not a currency code of ISO 4217 such as CNY."),
    ("units: major ", "units: yuan ", "7:8: units cannot be yuan. Known are: major, minor."),
    ("zone: Asia/Shanghai", "zone: Shanghai", "8:7: Shanghai is no time zone."),
    ("column: finished_at", "colum: finished_at", "9:23: colum is unknown here. Did you mean column?"),
    ("    terminal_id: device_sn", "    terminal: device_sn", "15:5: terminals have no field terminal. Did you mean"),
    ("    terminal_id: device_sn", "    location: x", "17:5: location stands here twice"),
    ("{column: settle_account, tail: true}", "{column: settle_account, tial: true}",
     "18:44: tial is unknown here. Did you mean tail?"),
    ("{column: settle_account, tail: true}", "{tail: true}", "18:19: column is missing. Add a line `column: …`."),
    ("    location: place", "    location: 5", "17:15: location must be text, not 5. Put it between double quotes."),
    ("values: {LKL: lakala, LS: leshua}", "units: minor", "29:33: units is unknown here. Known are: column, required"),
    ("T+1: T1", "T+1: T2", "31:49: T2 cannot stand here. Known are: D0, D1, T1."),
    ("P: personal", "P: persona", "30:54: persona cannot stand here. Did you mean personal?"),
    ("Y: true", "Y: maybe", "35:48: maybe cannot stand here. Write true or false."),
    ("CHECK: auditing", "CHECK: auditting", "auditting cannot stand here. Did you mean auditing?"),
    ("provider: leshua", "provider: lesua", "61:39: providers.yaml knows no lesua here. Did you mean leshua?"),
    ("format: epoch_s", "format: epoch", "63:44: epoch is no format of times. Did you mean epoch_s?"),
    ("complete: true ", "complete: yes, all ", "complete must be true or false"),
    ("    trade_date: biz_date\n", "", "55:5: trade_date is missing."),
    ("  table: settle_orders\n", "", "52:3: table is missing."),
    ("  table: settle_orders", '  table: "a\\0b"', "This is no name of a table."),
    ("\npayouts:", "\npayout:", "payout is unknown here. Did you mean payouts?"),
    ("\nterminals:", "\nterminals: pos\nx:", "Names with values are expected here."),
    ("fresh_for: 7200", "fresh_for: 0", "10:12: fresh_for must be 1 or more."),
    ("name: harbour-db", "name: 'Harbour DB, new'", "3:7: A name has up to 40 letters"),
    ("as_of: {table: loads, column: finished_at}", "as_of: now", "9:8: as_of cannot be now."),
    ("kind: sql", "kind: [sql", "This is not YAML"),
    ("kind: sql", "kind: sql\nprovider: leshau", "3:11: providers.yaml knows no leshau. Did you mean leshua?"),
    ("provider: leshua}", "provider: leshua, values: {1: paid}}", "values and provider both say what the words mean."),
    ("column: finished_at}", "column: finished_at, format: epochs}", "epochs is no format of times."),
    ("kind: sql", "kind: sql\ncache_for: 60\ncache_max_age: 30", "4:16: cache_max_age is less than cache_for."),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), SQL)
def test_mistakes_in_an_sql_mapping(tmp_path: Path, providers: Providers, old: str, new: str, says: str) -> None:
    said = problems(changed(tmp_path, "sql.yaml", old, new), providers)
    assert any(says in one for one in said), said


HTTP: list[tuple[str, str, str]] = [
    ("base_url: ${HARBOUR_API} ", "base_url: http://api.example ", "4:11: base_url is not encrypted. Write https://"),
    ("base_url: ${HARBOUR_API} ", "base_url: api.example ", "4:11: base_url is no address."),
    ("base_url: ${HARBOUR_API} ", "base_url: https://u:p@api.example ", "4:11: base_url is no address."),
    ("base_url: ${HARBOUR_API} ", "base_url: 'https://[x' ", "4:11: base_url is no address."),
    ("client_secret: ${HARBOUR_SECRET}", "client_secret: ${NOWHERE}", "14:18: NOWHERE is not set."),
    ("  kind: oauth2", "  kind: oauth", "11:9: kind cannot be oauth. Did you mean oauth2?"),
    ("  scope: settlement.read", "  scop: settlement.read", "15:3: scop is unknown here. Did you mean scope?"),
    ("retries: 2", "retries: -1", "retries must be 0 or more."),
    ("    path: /devices/{terminal_id}", "    path: /devices/{terminl_id}",
     "21:11: {terminl_id} means nothing here. Did you mean terminal_id?"),
    ("    path: /devices/{terminal_id}", "    path: devices/{terminal_id}", "21:11: A path begins with /."),
    ("    path: /devices/{terminal_id}", "    path: /devices", "This request does not say which terminal it is about."),
    ("absent: [404]", "absent: [4040]", "22:14: 4040 cannot stand in absent. Use 200 to 499."),
    ("merchant_no: shop.no", "merchant_no: shop..no", "25:25: This is no jmespath expression"),
    ("    items: data\n", "    items: data[?\n", "This is no jmespath expression"),
    ("paging: {kind: cursor, next: data.next,", "paging: {kind: cursor,", "next is missing."),
    ("paging: {kind: cursor, next: data.next,", "paging: {kind: cursr, next: data.next,", "Did you mean cursor?"),
    (', cursor: "{cursor}"', "", "No request would ask for the next cursor."),
    ('query: {mobile: "{phone_national}"}', 'query: {mobile: "{merchant_no}"}', "{merchant_no} means nothing here."),
    ("      payout_id: orderNo\n", "", "payout_id is missing."),
    ("      net: {from: amounts.net, required: true}", "      net: {form: amounts.net}",
     "form is unknown here. Did you mean from?"),
    ("units: minor ", "fields: minor ", "It is not said in which units"),
    ("    path: /settle-orders\n    query: {shop:", "    method: PUT\n    path: /settle-orders\n    query: {shop:",
     "method cannot be PUT."),
    ("    path: /settle-orders\n    query: {shop:", "    json: {a: 1}\n    path: /settle-orders\n    query: {shop:",
     "A GET has no body."),
    ("\n  payouts:", "\n  payout_list:", "payout_list is unknown here."),
    ("cache_for: 0", "ca_file: /nowhere.pem", "There is no file /nowhere.pem."),
    ("cache_for: 0", "probe: 123", "probe must be text"),
]  # fmt: skip


@pytest.mark.parametrize(("old", "new", "says"), HTTP)
def test_mistakes_in_an_http_mapping(tmp_path: Path, providers: Providers, old: str, new: str, says: str) -> None:
    said = problems(changed(tmp_path, "http.yaml", old, new), providers)
    assert any(says in one for one in said), said


HMAC = """  kind: hmac
  secret: ${HARBOUR_SECRET}
  string: "{method}{path}"
  headers: {X-Sign: "{signature}"}
"""


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [
        ('"{method}{path}"', '"{methd}{path}"', "{methd} means nothing here. Did you mean method?"),
        ('"{method}{path}"', '"{signature}"', "{signature} means nothing here."),
        ('X-Sign: "{signature}"', 'X-Key: "${HARBOUR_SECRET}"', "No header carries the signature."),
        ('X-Sign: "{signature}"', 'X-Sign: "{signatur}"', "{signatur} means nothing here."),
        ('X-Sign: "{signature}"', '"X Sign": "{signature}"', "This is no name of a header."),
        ('X-Sign: "{signature}"', 'X-Sign: "{signature}", X-Key: "${BAD_LINE}"', "A header has plain ASCII only."),
        ("secret: ${HARBOUR_SECRET}", "secret: ${HARBOUR_SECRET}\n  secret_is: hex", "The secret is not hex."),
        ("kind: hmac", "kind: hmac\n  algorithm: sha3", "algorithm cannot be sha3."),
    ],
)
def test_mistakes_in_a_signature(tmp_path: Path, providers: Providers, old: str, new: str, says: str) -> None:
    text = (EXAMPLES / "http.yaml").read_text("utf-8")
    start, end = text.index("  kind: oauth2"), text.index("\nlimits:")
    path = tmp_path / "mapping.yaml"
    path.write_text(text[:start] + HMAC.replace(old, new) + text[end:], "utf-8")
    said = problems(path, providers)
    assert any(says in one for one in said), said


def test_files_that_cannot_be_read(tmp_path: Path, providers: Providers) -> None:
    path = tmp_path / "mapping.yaml"
    assert problems(path, providers)[0].startswith("1:1: There is no such file.")
    path.write_bytes(b"kind: sql\nname: \xff\n")
    assert problems(path, providers)[0].startswith("2:1: This is not UTF-8 text.")
    for nothing in ("", "- kind: sql\n", "sql\n"):
        path.write_text(nothing)
        assert "This is no mapping file" in problems(path, providers)[0]
    path.unlink()
    path.mkdir()
    assert "cannot be read" in problems(path, providers)[0]


def test_everything_is_said_in_one_go(tmp_path: Path, providers: Providers) -> None:
    path = tmp_path / "mapping.yaml"
    path.write_text("kind: http\nrequests: {terminal: {path: x}}\n")
    assert len(problems(path, providers)) >= 5
    path.write_text("kind: sql\npayouts: [1]\nterminals: {columns: []}\nmerchants: {columns: 5}\n")
    assert len(problems(path, providers)) >= 5


def test_a_password_may_have_any_letters(tmp_path: Path, providers: Providers) -> None:
    url = "url: postgresql://reader:${WITH_AT}@db.example/harbour"
    path = changed(tmp_path, "sql.yaml", "url: ${HARBOUR_DB_URL}", url)
    mapping = sql_mapping(read_mapping(path, SECRETS.get), providers)
    assert (mapping.url.password, mapping.url.host) == ("p@ss/w:rd", "db.example")


class Asked(Fields):
    """Fields that remember, for a whole file, which names anybody asked for."""

    names_asked: ClassVar[set[str]] = set()

    def _has(self, name: str, *, required: bool) -> bool:
        self.names_asked.add(name)
        return super()._has(name, required=required)


@pytest.mark.parametrize("kind", ["sql", "http"])
def test_every_key_is_documented(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, providers: Providers, kind: str
) -> None:
    """Whatever a loader asks a mapping file for is in its page, or in that on layers."""
    monkeypatch.setattr(Asked, "names_asked", set())
    for module in ("files", "columns"):
        monkeypatch.setattr(f"storage.settlement.mapped.{module}.Fields", Asked)
    monkeypatch.setattr("knowledge.fields.Fields", Asked)
    path = tmp_path / "mapping.yaml"
    path.write_text((EXAMPLES / f"{kind}.yaml").read_text("utf-8"), "utf-8")
    file = read_mapping(path, SECRETS.get)
    (sql_mapping if kind == "sql" else http_mapping)(file, providers)
    folder = EXAMPLES.parent
    said = "".join((folder / page).read_text("utf-8") for page in (f"{kind}.md", "sql.md", "layers.md"))
    fields = {name for bound in SHEETS for name in bound.sheet.columns}
    data = yaml.safe_load(path.read_text("utf-8"))
    chosen = {str(name) for name in _keys(data)} - {"kind", "as_of"}
    asked = {name for name in Asked.names_asked if name not in fields}
    missing = {name for name in asked if not re.search(rf"\b{re.escape(name)}\b", said)} - chosen
    assert not missing
    assert {"units", "cache_for", "provider", "required", "values"} <= Asked.names_asked


def _keys(data: object) -> set[object]:
    """Names that the author of the example chose: their parameters and words."""
    found: set[object] = set()
    if isinstance(data, dict):
        for name, value in data.items():
            if name in ("query", "values", "headers") and isinstance(value, dict):
                found |= value.keys()
            else:
                found |= _keys(value)
    return found


@pytest.mark.parametrize("example", ["sql.yaml", "http.yaml"])
def test_the_examples_are_good(providers: Providers, example: str) -> None:
    file = read_mapping(EXAMPLES / example, SECRETS.get)
    mapping = (sql_mapping if file.kind == "sql" else http_mapping)(file, providers)
    assert mapping.complete
