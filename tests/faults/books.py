"""Whether our own book and the provider's agree, once nothing moves any more."""

import asyncio
import time
from typing import Any

import httpx
import psycopg

from tests.faults.town import Driver, Town

Book = dict[str, dict[str, Any]]
DEADLINE_SECONDS = 120

# Journeys that go on, orders without an outcome, and holds that a job has yet to give back.
_MOVING = """
SELECT (SELECT count(*) FROM journey WHERE stage <> 'ended')
     + (SELECT count(*) FROM payment_operation WHERE state NOT IN ('succeeded', 'declined'))
     + (SELECT count(*) FROM payment WHERE status = 'authorised')
"""


async def drive(town: Town, code: str, *, sessions: int) -> None:
    """Let one driver after the other charge at a socket."""
    for _ in range(sessions):
        await Driver(town, code).charges()


async def settled(sql: psycopg.Connection) -> None:
    """Wait until no journey and no money moves any more."""
    until = time.monotonic() + DEADLINE_SECONDS
    while time.monotonic() < until:
        if sql.execute(_MOVING).fetchone() == (0,):
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
