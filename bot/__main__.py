"""`python -m bot` does what `multiplier` does."""

from __future__ import annotations

from bot.cli.main import run_command_line

run_command_line()
