"""Whether our own book and the provider's agree, once nothing moves any more."""

import asyncio
import time
from typing import Any

import httpx
import psycopg

from app.infra.database import Database, engine
from app.infra.live import MemoryLiveBus
from app.kernel.clock import SystemClock
from app.kernel.ids import RandomIds
from tests.audit.books import breaches
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


async def assert_ledger_is_right(url: str, sql: psycopg.Connection, book: Book) -> None:
    """No invariant is broken, and the ledger has of every payment what the provider has."""
    database = Database(
        engine(url, pool_size=2),
        clock=SystemClock(),
        ids=RandomIds(),
        live=MemoryLiveBus(),
        reactors={},
    )
    found = await breaches(database)
    await database.close()
    assert not found, found
    rows = sql.execute(
        "SELECT p.provider_ref, coalesce(sum(e.amount_minor) FILTER"
        " (WHERE a.kind = 'psp_receivable'), 0)::bigint"
        " FROM payment p LEFT JOIN ledger_transaction t ON t.source_id = p.payment_id"
        " LEFT JOIN ledger_entry e ON e.transaction_id = t.transaction_id"
        " LEFT JOIN ledger_account a ON a.account_id = e.account_id"
        " WHERE p.provider_ref IS NOT NULL GROUP BY p.provider_ref"
    ).fetchall()
    theirs = {
        ref: row["captured"]["minor"] - row["refunded"]["minor"] - sum(row["shares"].values())
        for ref, row in book.items()
    }
    assert theirs == dict(rows), (theirs, rows)
    assert_shares_agree(sql, book)


def assert_shares_agree(sql: psycopg.Connection, book: Book) -> None:
    """Whoever was to get a part of a payment has it, and nobody else; none is on its way."""
    rows = sql.execute(
        "SELECT provider_ref, sharing->>'recipient', (sharing->'goal'->>'minor')::bigint"
        " FROM payment WHERE sharing IS NOT NULL"
    ).fetchall()
    ours = {ref: {recipient: minor} for ref, recipient, minor in rows}
    assert ours == {ref: row["shares"] for ref, row in book.items() if row["shares"]}
    moving = "SELECT count(*) FROM ledger_account WHERE kind = 'share_in_transit'"
    assert (0,) == sql.execute(f"{moving} AND balance_minor <> 0").fetchone()


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
