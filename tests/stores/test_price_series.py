"""Price series on a real PostgreSQL: versions, tariffs that follow, formulas, locks."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import msgspec
import psycopg
import pytest

from app.infra.database import Database
from app.pricing.tariffs.dynamic.define import define_locks, define_series
from app.pricing.tariffs.dynamic.errors import SeriesInvalid, SeriesNotFound
from app.pricing.tariffs.dynamic.model import Definition, Formula, Lock, Rails, Row, Unit, Written
from app.pricing.tariffs.dynamic.read import Agreed, get_series, lock_in, session_tariff
from app.pricing.tariffs.dynamic.write import write_prices
from app.pricing.tariffs.errors import TariffNotFound
from app.pricing.tariffs.events import PricesChanged
from app.pricing.tariffs.get import get_tariff
from app.pricing.tariffs.model import SeriesPart, TariffVersion
from app.pricing.tariffs.publish import publish_tariff
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.points import OPERATOR as OPERATOR_DETAILS
from tests.fakes.points import OTHER_OPERATOR
from tests.pricing.builders import AMSTERDAM, element, price, tariff

OPERATOR = OPERATOR_DETAILS.operator_id
QUARTER = timedelta(minutes=15)
SPOT = Definition("spot", AMSTERDAM, "EUR", default="base", minutes=15)
CURVE = Definition("day-ahead", AMSTERDAM, "EUR", minutes=15)
FORMULA = Formula(curve="day-ahead", factor=Decimal(2), plus=Decimal("0.10"), decimals=2)
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


def rows(*values: str, start: datetime = NOON) -> list[Row]:
    """Rows of a quarter of an hour, one after the other."""
    return [
        Row(number, start + (number - 1) * QUARTER, start + number * QUARTER, Decimal(value))
        for number, value in enumerate(values, start=1)
    ]


async def publish(database: Database, amount: str = "0.55", name: str = "base") -> None:
    """Publish the default tariff."""
    async with database.work(OPERATOR) as work:
        await publish_tariff(work, tariff(element(price("ENERGY", amount)), id=name))


async def define(database: Database, *series: Definition) -> list[str]:
    """Define series."""
    async with database.work(OPERATOR) as work:
        return await define_series(work, series)


async def write(database: Database, series: str, *values: str, start: datetime = NOON) -> Written:
    """Write prices to a series."""
    async with database.work(OPERATOR) as work:
        return await write_prices(work, series, rows(*values, start=start), "a test")


async def tariff_of(database: Database, version: int, name: str = "spot") -> TariffVersion:
    """The tariff that a series became."""
    async with database.work(OPERATOR) as work:
        return await get_tariff(work, name, version)


def dated(version: TariffVersion) -> list[str]:
    """The prices of its dated elements."""
    assert version.series is not None
    elements = version.tariff.elements[: version.series.dated]
    return [str(one.price_components[0].price) for one in elements]


async def test_a_series_is_its_default_until_prices_come(database: Database):
    """It can be sold at once, at the stated price."""
    await publish(database)
    changes = await define(database, SPOT)

    assert ["price series spot", "tariff spot version 1"] == changes
    first = await tariff_of(database, 1)
    assert SeriesPart("base", 1, 0, 0) == first.series
    assert "0.55" == str(first.tariff.elements[0].price_components[0].price)


async def test_prices_make_a_version_of_the_series_and_of_its_tariff(database: Database):
    """Both are numbered, and say what they were made of."""
    await publish(database)
    await define(database, SPOT)

    done = await write(database, "spot", "0.30", "0.40")

    assert Written("spot", 1, 2, 0, (), (), ("spot version 2",)) == done
    second = await tariff_of(database, 2)
    assert SeriesPart("base", 1, 1, 2) == second.series
    assert ["0.30", "0.40"] == dated(second)


async def test_the_same_prices_again_change_nothing(database: Database):
    """A file can be sent as often as wanted."""
    await publish(database)
    await define(database, SPOT)
    await write(database, "spot", "0.30", "0.40")

    again = await write(database, "spot", "0.30", "0.40")
    defined = await define(database, SPOT)

    assert Written("spot", 1, 0, 2) == again
    assert [] == defined


async def test_a_version_of_a_series_never_changes(database: Database, sql: psycopg.Connection):
    """What was known once can be told again, and the database itself refuses to change it."""
    await publish(database)
    await define(database, SPOT)
    await write(database, "spot", "0.30")
    await write(database, "spot", "0.35")

    async with database.work(OPERATOR) as work:
        _, first = await get_series(work, "spot", 1)
        _, newest = await get_series(work, "spot")
    assert first is not None
    assert newest is not None
    assert (["0.30"], ["0.35"]) == tuple(
        [str(slot.value) for slot in version.slots] for version in (first, newest)
    )
    with pytest.raises(psycopg.Error):
        sql.execute("UPDATE price_series_version SET slots = '[]'")


async def test_another_default_makes_another_version(database: Database):
    """A new parking fee is there at once, and the dated prices stay."""
    await publish(database)
    await define(database, SPOT)
    await write(database, "spot", "0.30")
    await publish(database, "0.60")

    changes = await define(database, SPOT)

    assert ["tariff spot version 3"] == changes
    third = await tariff_of(database, 3)
    assert SeriesPart("base", 2, 1, 1) == third.series
    assert ["0.30"] == dated(third)


async def test_a_formula_follows_its_curve_in_the_same_transaction(database: Database):
    """2 x 0.10 + 0.10 and 2 x 0.20 + 0.10, within the rails of the series."""
    await publish(database)
    formula = msgspec.structs.replace(SPOT, formula=FORMULA, rails=Rails(ceiling=Decimal("0.45")))
    await define(database, CURVE, formula)

    done = await write(database, "day-ahead", "0.10", "0.20")

    (follows,) = done.worked_out
    assert ("spot", 1, 2, ("spot version 2",)) == (
        follows.series_id,
        follows.version,
        follows.taken,
        follows.tariffs,
    )
    assert [(2, "0.50 became 0.45")] == [(note.row, note.reason) for note in follows.clamped]
    assert ["0.30", "0.45"] == dated(await tariff_of(database, 2))


async def test_a_formula_that_is_defined_later_takes_what_is_known(database: Database):
    """From now on, as far as the curve goes."""
    await publish(database)
    await define(database, CURVE)
    await write(database, "day-ahead", "0.10")

    changes = await define(database, CURVE, msgspec.structs.replace(SPOT, formula=FORMULA))

    assert "tariff spot version 2" in changes
    assert ["0.30"] == dated(await tariff_of(database, 2))


async def test_what_a_formula_fills_is_not_written_to(database: Database):
    """And what there is not, neither."""
    await publish(database)
    await define(database, CURVE, msgspec.structs.replace(SPOT, formula=FORMULA))

    with pytest.raises(SeriesInvalid):
        await write(database, "spot", "0.30")
    with pytest.raises(SeriesNotFound):
        await write(database, "nope", "0.30")
    async with database.work(OTHER_OPERATOR.operator_id) as work:
        with pytest.raises(SeriesNotFound):
            await get_series(work, "spot")
        with pytest.raises(SeriesNotFound):
            await write_prices(work, "spot", rows("0.30"), "a stranger")


async def test_a_series_needs_its_default(database: Database):
    """A slip in the tariff's id is told."""
    with pytest.raises(TariffNotFound):
        await define(database, SPOT)


async def test_a_mere_curve_becomes_no_tariff(database: Database):
    """It is for formulas."""
    share = Definition("green", AMSTERDAM, unit=Unit.PERCENT)

    assert ["price series green"] == await define(database, share)
    assert () == (await write(database, "green", "80")).tariffs


async def test_a_live_session_follows_what_is_published_over_its_default(
    database: Database, clock: FakeClock
):
    """New prices count from their publication on; another default is for others."""
    await publish(database)
    await define(database, SPOT)
    await write(database, "spot", "0.30", "0.40")
    agreed = Agreed("spot", 2)
    early = clock.now()
    clock.advance(minutes=10)
    await write(database, "spot", "0.30", "0.50")
    middle = clock.advance(minutes=10)
    await publish(database, "0.99")
    await define(database, SPOT)

    async def prices(at: datetime, **changed: str) -> list[str]:
        async with database.work(OPERATOR) as work:
            found = await session_tariff(work, Agreed(agreed.tariff_id, 2, **changed), at)
        amounts = [one.price_components[0].price for one in found.tariff.elements]
        return [str(amount) for amount in amounts]

    assert ["0.30", "0.40", "0.55"] == await prices(early)
    assert ["0.30", "0.50", "0.55"] == await prices(middle)
    assert ["0.30", "0.50", "0.55"] == await prices(clock.now() + timedelta(hours=1))
    # What is locked is locked: 12:15 UTC is 13:15 in Amsterdam.
    assert ["0.40", "0.55"] == await prices(clock.now(), variant="202603021315")
    assert ["0.55"] == await prices(clock.now(), variant="default")


async def test_prices_lock_at_the_start_where_nothing_else_is_said(database: Database):
    """By country, else by the operator's default, else at the start."""
    async with database.work(OPERATOR) as work:
        silent = await lock_in(work, "NL")
        changed = await define_locks(work, {"": Lock.LIVE, "DE": Lock.SESSION_START})
        again = await define_locks(work, {"": Lock.LIVE, "DE": Lock.SESSION_START})
        found = [await lock_in(work, country) for country in ("NL", "DE")]

    assert Lock.SESSION_START == silent
    assert (["price lock"], []) == (changed, again)
    assert [Lock.LIVE, Lock.SESSION_START] == found


async def test_who_follows_a_tariff_is_told_when_it_changes(make_database: MakeDatabase):
    """In the same transaction, by the tariff's id."""
    told: list[str] = []

    async def listen(_: object, event: PricesChanged) -> None:
        told.append(event.tariff_id)

    database = make_database({PricesChanged: (listen,)})
    await publish(database)
    await define(database, SPOT)
    await write(database, "spot", "0.30")
    await write(database, "spot", "0.30")

    assert ["spot", "spot"] == told
