"""The command line: ``settledesk …``. Exit codes: 0 good, 1 the thing asked about is not good, 2 wrong use."""

from __future__ import annotations

from importlib import import_module

import typer

SINGLE = ("run", "demo", "doctor", "report")
GROUPS = ("kb", "settlements", "tickets", "db")


def app_for(wanted: str | None = None) -> typer.Typer:
    """The command line. With ``wanted`` only that command's module is imported, so that the bot starts fast."""
    app = typer.Typer(
        name="settledesk",
        help="A Telegram help desk for merchants whose card-terminal settlement did not arrive.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.callback()(_nothing)
    chosen = (wanted,) if wanted in (*SINGLE, *GROUPS) else (*SINGLE, *GROUPS)
    for name in chosen:
        module = import_module(f"bot.commands.{name}")
        if name in SINGLE:
            app.command(name)(getattr(module, name))
        else:
            app.add_typer(module.app, name=name)
    return app


def _nothing() -> None:
    """A Telegram help desk for merchants whose card-terminal settlement did not arrive."""
