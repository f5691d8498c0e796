"""How commands speak: results on standard output, everything else on standard error."""

from __future__ import annotations

from typing import NoReturn

import typer


def tell(text: str) -> None:
    """A line for the person, kept out of what a command prints as its result."""
    typer.echo(text, err=True)


def fail(reason: str) -> NoReturn:
    """End the command with exit code 1 and the reason."""
    typer.echo(f"multiplier: {reason}", err=True)
    raise typer.Exit(1)
