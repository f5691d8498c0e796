"""The short form of the benchmark to the confirmation: it runs, and everything done is confirmed."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.end_to_end import Load, measure


async def test_what_is_done_in_several_workspaces_is_all_confirmed(tmp_path: Path) -> None:
    figures = await measure(Load(events_per_s=8, seconds=3, workspaces=2), f"sqlite:///{tmp_path}/bot.db")
    assert (figures["events"], figures["unconfirmed"]) == (24, 0)
    assert 0 < figures["p50_ms"] <= figures["p95_ms"] <= figures["p99_ms"]


@pytest.mark.postgres
async def test_two_bots_at_one_database_confirm_everything_too(postgres_url: str) -> None:
    figures = await measure(Load(events_per_s=8, seconds=3, workspaces=2), postgres_url, bots=2)
    assert (figures["events"], figures["unconfirmed"]) == (24, 0)
