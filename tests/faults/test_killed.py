"""The server is killed with -9 again and again; no cent is lost, doubled or left on hold."""

import asyncio
import random
import time
from typing import Any

import httpx
import psycopg
import pytest

from tests.faults.town import CODES, Driver, Town, open_town

Book = dict[str, dict[str, Any]]
KILLS = 8
DEADLINE_SECONDS = 120


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
        await settled(town, bare_sql)
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


async def drive(town: Town, code: str, *, sessions: int) -> None:
    """Let one driver after the other charge at a socket."""
    for _ in range(sessions):
        await Driver(town, code).charges()


async def settled(town: Town, sql: psycopg.Connection) -> None:
    """Wait until no journey moves and no movement of money is under way."""
    open_things = (
        "SELECT (SELECT count(*) FROM journey WHERE stage <> 'ended')"
        " + (SELECT count(*) FROM payment_operation WHERE state NOT IN ('succeeded', 'declined'))"
    )
    until = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < until:
        (count,) = sql.execute(open_things).fetchone() or (1,)
        if not count:
            return
        await asyncio.sleep(0.5)
    raise AssertionError("something never came to its end")


async def provider_book(town: Town) -> Book:
    """Return the provider's own book by payment."""
    async with httpx.AsyncClient() as client:
        rows = (await client.get(f"{town.provider}/control/book")).json()
    return {row["id"]: row for row in rows}


def assert_books_agree(sql: psycopg.Connection, book: Book) -> None:
    """Every payment: captured as the receipt says, and nothing held any more."""
    rows = sql.execute(
        "SELECT provider_ref, coalesce((j.state->>'charged_minor')::bigint, 0)"
        " FROM payment p JOIN journey j USING (operator_id, payment_id)"
        " WHERE provider_ref IS NOT NULL"
    ).fetchall()
    assert len(rows) == len(book)
    for reference, charged in rows:
        theirs = book[reference]
        kept = theirs["captured"]["minor"] - theirs["refunded"]["minor"]
        assert kept == charged, theirs
        assert theirs["status"] in {"paid", "canceled", "expired"}, theirs
