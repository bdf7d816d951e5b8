"""The server is killed with -9 again and again; no cent is lost, doubled or left on hold."""

import asyncio
import random

import psycopg
import pytest

from tests.faults.books import (
    assert_books_agree,
    assert_ledger_is_right,
    drive,
    provider_book,
    settled,
)
from tests.faults.town import CODES, open_town

KILLS = 8


@pytest.mark.timeout(300)
async def test_killed_at_any_point(bare_url: str, bare_sql: psycopg.Connection):
    """Drivers charge while the server dies at random: every journey ends right."""
    chance = random.Random(20261122)
    async with open_town(bare_url) as town:
        driving = asyncio.gather(*(drive(town, code, sessions=3) for code in CODES))
        for _ in range(KILLS):
            await asyncio.sleep(chance.uniform(0.5, 6))
            await town.kill()
            await town.start()
        await driving
        await settled(bare_sql)
        book = await provider_book(town)

        stages = bare_sql.execute("SELECT stage, state->>'ending' FROM journey").fetchall()
        receipts = bare_sql.execute(
            "SELECT count(*), count(DISTINCT session_id) FROM receipt"
        ).fetchone()

    assert {"ended"} == {stage for stage, _ in stages}
    charged = sum(ending == "charged" for _, ending in stages)
    assert charged >= 1
    assert (charged, charged) == receipts
    assert_books_agree(bare_sql, book)
    await assert_ledger_is_right(bare_url, bare_sql, book)
