"""``SETTLEMENT_SOURCE`` as an operator writes it: layers, secrets, mistakes, and what commands say of each layer."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli import app_for
from bot.settings import SettingsError, secret
from tests.storage.settlement.conftest import BASE, NOW
from tests.storage.settlement.harbour import EXAMPLES, fill_database

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(autouse=True)
def _desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A desk with Harbour's database beside it, and mapping files that name secrets."""
    for name in ("HARBOUR_DB_URL", "HARBOUR_API", "HARBOUR_SECRET", "SETTLEMENT_SOURCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'desk.db'}")
    monkeypatch.setenv("SETTLEDESK_NOW", "2026-11-22T10:00:00+08:00")
    shutil.copytree(EXAMPLES, tmp_path / "sources")
    fill_database(f"sqlite:///{tmp_path / 'harbour.db'}", BASE, NOW)
    (tmp_path / ".env").write_text("HARBOUR_DB_URL=sqlite:///harbour.db\nSETTLEMENT_SOURCE=sources/sql.yaml\n")


def settledesk(*arguments: str) -> Result:
    return CliRunner().invoke(app_for(arguments[0]), list(arguments), catch_exceptions=False)


def test_an_acquirers_own_tables_are_looked_up() -> None:
    shown = settledesk("settlements", "show", "40213377", "--date", "2026-11-19", "--json")
    assert shown.exit_code == 0, shown.output
    found = json.loads(shown.stdout)
    assert found["source"] == "harbour-db"
    assert [payout["net"] for payout in found["records"]["payouts"]] == [119280]
    assert settledesk("settlements", "show", "99999999").exit_code == 1
    explained = settledesk("settlements", "explain", "40213377", "--date", "2026-11-19")
    assert explained.exit_code == 0
    assert "paid_to_new_card" in explained.stdout


def test_a_whole_request_is_explained() -> None:
    """Several days and amounts, and the cycle that the merchant believes in, as in a chat."""
    asked = ("--date", "2026-11-19", "--date", "2026-11-22", "--amount", "1200", "--amount", "55.50", "--cycle", "D0")
    explained = settledesk("settlements", "explain", "40213377", *asked, "--json")
    found = {finding["trade_date"]: finding for finding in json.loads(explained.stdout)["findings"]}
    assert (found["2026-11-19"]["primary"], found["2026-11-19"]["amounts"]) == ("net_of_fees", [120000])
    assert (found["2026-11-22"]["primary"], found["2026-11-22"]["amounts"]) == ("cycle_misread", [5550])
    assert "? explained: said=120000" in settledesk("settlements", "explain", "40213377", *asked).stdout
    assert settledesk("settlements", "explain", "40213377").exit_code == 0


def test_each_layer_is_spoken_of_by_name(monkeypatch: pytest.MonkeyPatch, unused_tcp_port: int) -> None:
    monkeypatch.setenv("SETTLEMENT_SOURCE", " sources/http.yaml , sources/sql.yaml,table")
    monkeypatch.setenv("HARBOUR_API", f"http://127.0.0.1:{unused_tcp_port}")
    monkeypatch.setenv("HARBOUR_SECRET", "hush")
    shown = settledesk("settlements", "show", "40213377")
    assert "source harbour-db" in shown.stdout  # the first layer does not answer
    missing = settledesk("settlements", "show", "99999999")
    assert missing.exit_code == 1
    assert "harbour-api: no connection" in missing.stderr
    assert "table: no settlement file has been imported yet" in missing.stderr
    stats = settledesk("settlements", "stats", "--json")
    assert stats.exit_code == 1
    layers = json.loads(stats.stdout)["layers"]
    assert [(layer["source"], layer["answers"]) for layer in layers] == [
        ("harbour-api", False), ("harbour-db", True), ("table", True),
    ]  # fmt: skip
    said = settledesk("settlements", "stats").stdout
    assert "harbour-api: no answer: no connection" in said
    assert "harbour-db: as of 2026-11-22" in said
    doctor = settledesk("doctor", "--offline", "--json")
    found = [check for check in json.loads(doctor.stdout)["checks"] if check["name"] == "settlement source"]
    assert [check["state"] for check in found] == ["failed", "ok", "failed"]
    assert [check["says"].split(" ")[0] for check in found] == ["harbour-api:", "harbour-db:", "table"]


@pytest.mark.parametrize(
    ("setting", "says"),
    [
        ("tabel", "tabel is neither `table` nor a mapping file (….yaml)"),
        ("sources/none.yaml", "sources/none.yaml:1:1: There is no such file."),
        (",", "is empty"),
        ("table,table", "two layers are called table; name it once"),
        ("sources/sql.yaml,sources/sql.yaml", "two layers are called harbour-db; give one of them another `name:`"),
        ("sources/http.yaml", "sources/http.yaml:4:11: HARBOUR_API is not set. Put HARBOUR_API=… into the environment"),
    ],
)
def test_mistakes_are_said_with_their_place(monkeypatch: pytest.MonkeyPatch, setting: str, says: str) -> None:
    monkeypatch.setenv("SETTLEMENT_SOURCE", setting)
    with pytest.raises(SettingsError) as raised:
        settledesk("settlements", "stats")
    assert all(line.startswith("SETTLEMENT_SOURCE: ") for line in str(raised.value).splitlines())
    assert says in str(raised.value)
    doctor = json.loads(_after_upgrade("doctor", "--offline", "--json").stdout)
    (check, *_) = [check for check in doctor["checks"] if check["name"] == "settlement source"]
    assert says in check["says"]
    assert (check["state"], bool(check["remedy"])) == ("failed", True)


def _after_upgrade(*arguments: str) -> Result:
    settledesk("db", "upgrade")
    return settledesk(*arguments)


def test_secrets_are_of_the_environment_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / ".env").write_text("ONE=from file\nTWO=\n")
    assert (secret("ONE"), secret("TWO"), secret("THREE")) == ("from file", None, None)
    monkeypatch.setenv("ONE", "from environment")
    assert secret("ONE") == "from environment"


def test_what_is_not_configured_is_not_imported() -> None:
    """The desk's memory at rest is measured: SQL and HTTP sources cost it only where they are used."""
    script = (
        "import sys, bot.assembly; "
        "print([name for name in sys.modules if name.startswith(('jmespath', 'tenacity', 'purgatory', "
        "'storage.settlement.sql', 'storage.settlement.http', 'storage.settlement.mapped'))])"
    )
    done = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
