"""The command line as a person meets it: help, wrong settings, bad input, exit codes; and that the docs name it all."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

import pytest
import typer

from bot.cli import app_for
from bot.registering import STAFF
from bot.settings import BASE, Settings, SettingsError, read_settings
from knowledge.loader import load

ROOT = Path(__file__).parents[2]
DOCS = "\n".join(file.read_text(encoding="utf-8") for file in (ROOT / "docs").rglob("*.md"))


def settledesk(*arguments: str, cwd: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    import os

    kept = {name: value for name, value in os.environ.items() if name.lower() not in Settings.model_fields}
    return subprocess.run(
        [sys.executable, "-m", "bot", *arguments],
        cwd=cwd,
        env={**kept, "PYTHONPATH": str(ROOT), **environment},
        capture_output=True,
        text=True,
        timeout=90,
        check=False,
    )


def commands() -> list[tuple[str, ...]]:
    found: list[tuple[str, ...]] = []

    def walk(command: object, path: tuple[str, ...]) -> None:
        inner = getattr(command, "commands", None)
        if inner is None:
            found.append(path)
            return
        for name, each in inner.items():
            walk(each, (*path, name))

    walk(typer.main.get_command(app_for()), ())
    return found


def test_every_command_is_documented() -> None:
    for path in commands():
        assert f"`settledesk {' '.join(path)}" in DOCS, f"docs name no `settledesk {' '.join(path)}`"


def test_every_setting_is_documented() -> None:
    for name in Settings.model_fields:
        assert f"`{name.upper()}`" in DOCS, f"docs name no {name.upper()}"


@pytest.mark.parametrize("path", [(), *commands()], ids=" ".join)
def test_every_command_answers_help(path: tuple[str, ...]) -> None:
    from typer.testing import CliRunner

    result = CliRunner().invoke(app_for(), [*path, "--help"])
    assert result.exit_code == 0
    assert "Usage" in result.output


def test_a_missing_token_is_said_plainly(tmp_path: Path) -> None:
    ended = settledesk("run", cwd=tmp_path)
    assert ended.returncode == 2
    assert "BOT_TOKEN" in ended.stderr
    assert "Traceback" not in ended.stderr


def test_an_unknown_command_is_wrong_use(tmp_path: Path) -> None:
    assert settledesk("dance", cwd=tmp_path).returncode == 2


def test_the_doctor_names_each_failure_with_its_remedy(tmp_path: Path) -> None:
    ended = settledesk("doctor", "--json", "--offline", cwd=tmp_path)
    assert ended.returncode == 1
    found = json.loads(ended.stdout)
    failed = [check for check in found["checks"] if check["state"] == "failed"]
    assert failed
    assert all(check["remedy"] for check in failed)


def test_the_doctor_is_content_with_a_good_desk(tmp_path: Path) -> None:
    from bot.demo.bundle import NOW, write_bundle

    write_bundle(tmp_path / "bundle")
    settings = {"SETTLEDESK_NOW": NOW.isoformat(), "DATABASE_URL": f"sqlite:///{tmp_path / 'desk.db'}"}
    assert settledesk("db", "upgrade", cwd=tmp_path, **settings).returncode == 0
    imported = settledesk("settlements", "import", str(tmp_path / "bundle"), "--json", cwd=tmp_path, **settings)
    assert imported.returncode == 0, imported.stderr
    ended = settledesk("doctor", "--offline", cwd=tmp_path, **settings)
    assert ended.returncode == 0, ended.stdout
    explained = settledesk(
        "settlements", "explain", "40211010", "--date", "2026-11-10", "--json", cwd=tmp_path, **settings
    )
    assert explained.returncode == 0, explained.stderr
    assert "paid_to_old_card" in explained.stdout


@pytest.mark.parametrize(
    ("name", "value", "says"),
    [
        ("listen", "8080", "HOST:PORT"),
        ("timezone", "Mars/Olympus", "time zone"),
        ("settledesk_now", "2026-11-20T15:00:00", "offset"),
        ("bot_api_url", "localhost:1", "address"),
        ("database_url", "mysql://x", "sqlite"),
        ("admin_ids", "1,x", "ADMIN_IDS"),
        ("log_level", "LOUD", "LOG_LEVEL"),
    ],
)
def test_a_wrong_setting_says_which_and_how(name: str, value: str, says: str) -> None:
    with pytest.raises(SettingsError) as wrong:
        read_settings(**{name: value}, _env_file=None)
    assert name.upper() in str(wrong.value)
    assert says in str(wrong.value)


def test_a_secret_is_never_shown() -> None:
    token = "987654:ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghi"
    settings = read_settings(bot_token=token, timezone="UTC", _env_file=None)
    assert token not in repr(settings)
    assert not re.search(token, str(settings.model_dump()))


def test_the_demo_has_a_dozen_conversations_with_titles() -> None:
    from bot.demo.player import script_names, title_of

    assert len(script_names()) >= 12
    assert all(title_of(name) for name in script_names())


def test_every_command_of_staff_has_its_row_in_the_guide_and_its_word_in_the_help() -> None:
    guide = (ROOT / "docs" / "agent-guide.md").read_text(encoding="utf-8")
    first_cells = "\n".join(line.split(" | ")[0] for line in guide.splitlines() if line.startswith("| `/"))
    assert set(re.findall(r"`/(\w+)", first_cells)) == set(STAFF)
    base = load(BASE)
    for locale in base.locales:
        assert set(STAFF) - set(re.findall(r"/(\w+)", base.plain(locale, "staff_help"))) == {"help"}
