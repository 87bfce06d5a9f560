"""The command line: ``settledesk …``. Exit codes: 0 good, 1 the thing asked about is not good, 2 wrong use."""

from __future__ import annotations

import typer

from bot.commands import db, demo, doctor, kb, run, settlements, tickets

app = typer.Typer(
    name="settledesk",
    help="A Telegram help desk for merchants whose card-terminal settlement did not arrive.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)
app.command("run")(run.run)
app.command("demo")(demo.demo)
app.command("doctor")(doctor.doctor)
app.add_typer(kb.app, name="kb")
app.add_typer(settlements.app, name="settlements")
app.add_typer(tickets.app, name="tickets")
app.add_typer(db.app, name="db")
