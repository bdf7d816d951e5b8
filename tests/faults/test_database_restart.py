"""PostgreSQL crashes while drivers pay, charge and stop: the product comes back by itself."""

import asyncio
import random
import time
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import httpx
import psycopg
import pytest

from app.sandbox.chargers.station import SandboxCharger
from tests.faults.books import (
    assert_books_agree,
    assert_ledger_is_right,
    drive,
    provider_book,
    settled,
)
from tests.faults.own_postgres import OwnPostgres, own_postgres
from tests.faults.town import CODES, Town, open_town

# Seconds without a database. A charge point would give a stop up after three refusals a second
# apart: the longest must be survived without one.
OUTAGES = (0, 1, 5, 0, 2)
# The issue: back within seconds, by itself.
BACK_WITHIN_SECONDS = 10
PATIENCE_SECONDS = 60
RESULT, ERROR = 3, 4
Told = tuple[str, str, Decimal]


@pytest.fixture
def own() -> Iterator[OwnPostgres]:
    """A PostgreSQL that only this test uses."""
    with own_postgres() as server:
        yield server


@dataclass
class Ear:
    """Hears what the server confirmed to the charge point: it must be in the database for ever."""

    frames: deque[tuple[str, list[Any]]] = field(default_factory=deque)

    def listen(self, charger: SandboxCharger) -> None:
        """Keep all that the charge point says and hears from now on."""
        charger.client.frames = self.frames

    @property
    def confirmed(self) -> list[Mapping[str, Any]]:
        """Return the transaction events that the server has answered, and not with an error."""
        answered = {frame[1] for way, frame in self.frames if way == "in" and frame[0] == RESULT}
        return [
            frame[3]
            for way, frame in self.frames
            if way == "out" and frame[1] in answered and frame[2] == "TransactionEvent"
        ]

    def refused(self) -> list[list[Any]]:
        """Return the errors that the charge point was answered."""
        return [frame for way, frame in self.frames if way == "in" and frame[0] == ERROR]

    def registers(self) -> set[Told]:
        """Return each confirmed reading: transaction, its time, and the register in Wh."""
        return {
            (event["transactionInfo"]["transactionId"], value["timestamp"], _register(value))
            for event in self.confirmed
            for value in event["meterValue"]
        }

    def ends(self) -> set[str]:
        """Return the transactions whose end was confirmed."""
        ended = (event for event in self.confirmed if event["eventType"] == "Ended")
        return {event["transactionInfo"]["transactionId"] for event in ended}


@dataclass
class Watch:
    """Looks at the scan page all the time: what a driver gets, and how long nothing."""

    town: Town
    statuses: set[int] = field(default_factory=set)

    async def look(self) -> None:
        """Look for ever."""
        async with httpx.AsyncClient(base_url=self.town.base, timeout=30) as web:
            while True:
                self.statuses.add((await web.get(f"/c/{CODES[0]}")).status_code)
                await asyncio.sleep(0.1)

    async def seconds_until_back(self) -> float:
        """Wait until the server calls itself ready, and return how long it took."""
        begun = time.monotonic()
        async with httpx.AsyncClient(base_url=self.town.base, timeout=30) as web:
            while (await web.get("/health/ready")).status_code != 200:
                assert time.monotonic() < begun + BACK_WITHIN_SECONDS, "it does not come back"
                await asyncio.sleep(0.1)
        return time.monotonic() - begun


@pytest.mark.timeout(200)
async def test_database_restarted_under_load(own: OwnPostgres):
    """Every journey ends right, the books agree, and nothing that was confirmed is lost."""
    chance = random.Random(20261122)
    ear = Ear()
    async with open_town(own.url) as town:
        assert town.charger is not None
        ear.listen(town.charger)
        watch = Watch(town)
        looking = asyncio.create_task(watch.look())
        driving = asyncio.gather(*(drive(town, code, sessions=3) for code in CODES))
        for outage in OUTAGES:
            await asyncio.sleep(chance.uniform(0.5, 4))
            await own.crash()
            await asyncio.sleep(outage)
            await own.start()
            await watch.seconds_until_back()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await driving
        async with asyncio.timeout(PATIENCE_SECONDS):
            await town.charger.said_everything()
        assert ear.refused() == []
        looking.cancel()
        with psycopg.connect(own.admin_url, autocommit=True) as sql:
            await settled(sql)
            book = await provider_book(town)

            assert_journeys_ended(sql)
            assert_books_agree(sql, book)
            await assert_ledger_is_right(own.url, sql, book)
            assert_no_number_is_missing(sql)
            assert_nothing_confirmed_is_lost(sql, ear)
        # While the database is away pages say so; they do not break.
        assert watch.statuses <= {200, 503}
        # One process all the time: nobody restarted it.
        assert town.process is not None
        assert town.process.returncode is None


def assert_journeys_ended(sql: psycopg.Connection) -> None:
    """All of them, and some by charging."""
    endings = sql.execute("SELECT stage, state->>'ending' FROM journey").fetchall()
    assert {"ended"} == {stage for stage, _ in endings}
    assert "charged" in {ending for _, ending in endings}


def assert_no_number_is_missing(sql: psycopg.Connection) -> None:
    """Receipts are numbered from one without a gap, one for each session that was charged."""
    rows = sql.execute(
        "SELECT sequence, r.session_id FROM receipt r"
        " JOIN journey j USING (operator_id, session_id)"
        " WHERE j.state->>'ending' = 'charged' ORDER BY sequence"
    ).fetchall()
    (charged,) = sql.execute(
        "SELECT count(*) FROM journey WHERE state->>'ending' = 'charged'"
    ).fetchone() or (0,)
    assert list(range(1, charged + 1)) == [sequence for sequence, _ in rows]
    assert charged == len({session for _, session in rows})
    assert [(charged,)] == sql.execute("SELECT last_number FROM receipt_series").fetchall()


# A transaction that began after its driver had given up is nobody's: its reports are kept apart.
_KEPT = """
SELECT s.transaction_id, m.taken_at, m.energy_wh
FROM meter_sample m JOIN session s USING (operator_id, session_id)
UNION ALL
SELECT transaction_id, (sample->>'taken_at')::timestamptz, (sample->>'energy_wh')::numeric
FROM orphan_report, jsonb_array_elements(body->'samples') AS sample
"""
_ENDED = """
SELECT transaction_id FROM session WHERE ended_at IS NOT NULL
UNION SELECT transaction_id FROM ocpp_transaction WHERE stop_received_at IS NOT NULL
"""


def assert_nothing_confirmed_is_lost(sql: psycopg.Connection, ear: Ear) -> None:
    """Each reading and each end that was answered with yes is in the database."""
    kept = {
        (transaction, _as_sent(at), energy.normalize())
        for transaction, at, energy in sql.execute(_KEPT)
        if energy is not None
    }
    ends = {transaction for (transaction,) in sql.execute(_ENDED)}
    assert ear.registers() - kept == set()
    assert ear.ends() - ends == set()
    assert ear.ends()


def _as_sent(at: datetime) -> str:
    return at.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _register(value: Mapping[str, Any]) -> Decimal:
    (reading,) = (
        sampled["value"]
        for sampled in value["sampledValue"]
        if sampled["measurand"] == "Energy.Active.Import.Register"
    )
    return (Decimal(str(reading)) * 1000).normalize()
