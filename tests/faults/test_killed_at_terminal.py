"""The server is killed with -9 right after a card was tapped: the car charges all the same."""

import asyncio
import random
from dataclasses import dataclass

import httpx
import psycopg
import pytest

from tests.faults.books import (
    assert_books_agree,
    assert_ledger_is_right,
    provider_book,
    settled,
)
from tests.faults.town import Town, open_town

# The demo operator's terminal in Köln, and its key at Mollie.
DEVICE = "term_7MgL4wea46qkRcoTZjWEH"
OWNER = "test_voltstraat0123456789abcdefghi"
KILLS = 4
PATIENCE_SECONDS = 60


@dataclass
class Tapper:
    """A driver who plugs in, taps and unplugs, at socket 1."""

    town: Town
    world: httpx.AsyncClient
    sql: psycopg.Connection

    async def plugs_and_taps(self) -> None:
        """Put the cable in, and tap as soon as the terminal asks."""
        assert self.town.charger is not None
        self.town.charger.plug(1)
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await self.world.get(f"/control/terminals/{DEVICE}")).json()["asks"] is None:  # noqa: ASYNC110 - another program
                await asyncio.sleep(0.1)
        tap = {"deed": "tap", "card": "1234"}
        (await self.world.post(f"/terminal/{DEVICE}", json=tap)).raise_for_status()

    async def until(self, number: int, *stages: str) -> None:
        """Wait until the journey with this number is in one of these stages."""
        asked = "SELECT stage FROM journey ORDER BY began_at"
        async with asyncio.timeout(PATIENCE_SECONDS):
            while True:
                found = [stage for (stage,) in self.sql.execute(asked)]
                if len(found) == number and found[-1] in stages:
                    return
                await asyncio.sleep(0.2)

    async def leaves(self) -> None:
        """Take the cable out."""
        assert self.town.charger is not None
        await asyncio.sleep(2)
        self.town.charger.unplug(1)


@pytest.mark.timeout(300)
async def test_killed_right_after_the_tap(bare_url: str, bare_sql: psycopg.Connection):
    """Whenever it dies within the second of the tap, the car charges and the price is right."""
    chance = random.Random(20261123)
    async with open_town(bare_url) as town, httpx.AsyncClient(base_url=town.provider) as world:
        new = {"face": "mollie", "owner": OWNER, "id": DEVICE}
        (await world.post("/control/terminals", json=new)).raise_for_status()
        driver = Tapper(town, world, bare_sql)
        for number in range(1, KILLS + 1):
            await driver.plugs_and_taps()
            await asyncio.sleep(chance.uniform(0, 0.8))
            await town.kill()
            await town.start()
            await driver.until(number, "charging", "ended")
            await driver.leaves()
            await driver.until(number, "ended")
        await settled(bare_sql)
        book = await provider_book(town)
        origins = bare_sql.execute("SELECT DISTINCT origin FROM payment").fetchall()
        endings = [ending for (ending,) in bare_sql.execute("SELECT state->>'ending' FROM journey")]

    assert [("cloud_terminal",)] == origins
    assert KILLS == len(endings)
    assert endings.count("charged") >= KILLS - 1
    assert_books_agree(bare_sql, book)
    await assert_ledger_is_right(bare_url, bare_sql, book)
