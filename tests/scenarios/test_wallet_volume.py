"""What is paid with credit is counted by country, and an operator is warned in time."""

import logging

import psycopg
import pytest

from app.funds.ledger.chart import Book
from app.funds.wallet.volume.count import volumes, warn_of_volumes
from app.funds.wallet.volume.model import Volume
from tests.scenarios.test_wallet_race import reserves, settles
from tests.scenarios.wallets import Driver, eur, known_driver
from tests.scenarios.world import OPERATOR, World


async def spends(driver: Driver, minor: int) -> None:
    """A session in the Netherlands costs so much."""
    await driver.is_given(minor, key=f"gift-{driver.world.clock.now()}-{minor}")
    await settles(driver, await reserves(driver, eur(minor)), eur(minor))


async def counted(world: World, book: Book) -> list[Volume]:
    """What the operator's sessions were paid with credit."""
    async with world.database.work(OPERATOR) as work:
        return await volumes(work, book)


@pytest.mark.parametrize(
    ("minor", "percent", "levels"),
    [
        (49_999_999, 49, ()),
        (50_000_000, 50, (50,)),
        (80_000_000, 80, (50, 80)),
        (99_999_999, 99, (50, 80)),
        (100_000_000, 100, (50, 80, 100)),
        (250_000_000, 250, (50, 80, 100)),
    ],
)
def test_levels(minor: int, percent: int, levels: tuple[int, ...]):
    """500,000.00, 800,000.00 and 1,000,000.00 EUR are the levels, reached to the cent."""
    volume = Volume("NL", eur(minor), 1)

    assert (percent, levels) == (volume.percent, volume.levels)


async def test_a_year_of_sessions_is_counted(world: World, sql: psycopg.Connection):
    """What was spent a year ago counts no more; what was refunded later still does."""
    anna = await known_driver(world)
    await spends(anna, 1000)
    sql.execute("UPDATE wallet_reservation SET spent_at = spent_at - interval '364 days'")
    await spends(anna, 500)
    assert [Volume("NL", eur(1500), 2)] == await counted(world, Book.TEST)
    assert [] == await counted(world, Book.LIVE)
    sql.execute("UPDATE wallet_reservation SET spent_at = spent_at - interval '1 day'")

    assert [Volume("NL", eur(500), 1)] == await counted(world, Book.TEST)


async def test_each_level_is_told_once(
    world: World, sql: psycopg.Connection, caplog: pytest.LogCaptureFixture
):
    """The log says it when a level is reached, once, and again after it had been left."""
    anna = await known_driver(world)
    await spends(anna, 1000)
    sql.execute("UPDATE wallet SET book = 'live'")
    sql.execute("UPDATE wallet_reservation SET spent_minor = 80000000")
    with caplog.at_level(logging.WARNING):
        told = [await warn_of_volumes(database=world.database) for _ in range(2)]
        sql.execute("UPDATE wallet_reservation SET spent_minor = 60000000")
        told.append(await warn_of_volumes(database=world.database))
        sql.execute("UPDATE wallet_reservation SET spent_minor = 100000000")
        told.append(await warn_of_volumes(database=world.database))
    sql.execute("UPDATE wallet SET book = 'test'")

    assert [2, 0, 0, 2] == told
    assert "800000.00 EUR of prepaid credit were spent in NL" in caplog.text
    assert "100 % of 1000000.00 EUR" in caplog.text
