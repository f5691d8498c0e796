"""The short form of `benchmarks/chaos.py`: bots ended with kill -9 while Slack, the disk and PostgreSQL fail, too."""

from __future__ import annotations

from typing import Any

import pytest

from benchmarks.chaos import SHORT, run


def assert_nothing_lost_or_doubled(found: dict[str, Any]) -> None:
    assert found["caught_up_s"] is not None, found
    assert found["unacknowledged"] == 0, found
    assert found["acknowledged"] >= SHORT.events
    assert found["kills"] == SHORT.kills + SHORT.in_migrations, found
    for wrong in ("entries", "dms"):
        assert found[f"lost_{wrong}"] == found[f"doubled_{wrong}"] == 0, found
    assert found["wrong_entries"] == found["unexpected_dms"] == found["dead_letters"] == 0, found
    assert set(found["clean_stops"]) == {"0"}, found
    assert found["entries"] > 0
    assert found["dms"] > 0


@pytest.mark.filterwarnings("ignore::ResourceWarning")
@pytest.mark.postgres
async def test_nothing_is_lost_or_doubled_on_either_database(postgres_server: str) -> None:
    found = await run(SHORT, 3, ["sqlite", "postgres"])
    for database in found.values():
        assert_nothing_lost_or_doubled(database)
    assert found["postgres"]["postgres_restarts"] == {"immediate": 1}
    if "small file system" in found["sqlite"]["full_disk"]:
        assert found["sqlite"]["refused_while_full"] > 0
