"""`multiplier`: all commands in one place."""

from __future__ import annotations

import sys

import typer
from pydantic import ValidationError

from bot.cli.db import db_app
from bot.cli.doctor import doctor
from bot.cli.export import export, import_record
from bot.cli.ladder import ladder_app
from bot.cli.queues import inbox_app, outbox_app
from bot.cli.run import run
from bot.cli.sandbox import sandbox
from bot.cli.tagger import tag_command, tagger_app
from bot.cli.tagger_workspaces import workspace_app
from bot.telemetry.logging import where_it_failed

app = typer.Typer(
    name="multiplier",
    help="A Slack bot that captures evidence of staff-level work while it happens.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.command("run")(run)
app.command("sandbox")(sandbox)
app.command("export")(export)
app.command("import-record")(import_record)
app.command("doctor")(doctor)
app.command("tag")(tag_command)
tagger_app.add_typer(workspace_app, name="workspace")
app.add_typer(tagger_app, name="tagger")
app.add_typer(ladder_app, name="ladder")
app.add_typer(db_app, name="db")
app.add_typer(inbox_app, name="inbox")
app.add_typer(outbox_app, name="outbox")


def run_command_line() -> None:
    """Run the command given on the command line, and leave with its exit code."""
    try:
        app()
    except ValidationError as error:
        # Settings that can't be read: each with its name and what is wrong, without the value, which may be secret.
        for problem in error.errors(include_input=False, include_url=False):
            name = "_".join(str(part) for part in problem["loc"]).upper()
            typer.echo(f"multiplier: {name}: {problem['msg']}", err=True)
        sys.exit(2)
    except Exception as error:
        # Without its message, which quotes what it choked on: that may be somebody's words, or a token.
        typer.echo(f"multiplier: this went wrong, and it shouldn't: {where_it_failed(error)}", err=True)
        sys.exit(1)
