"""Tariff versions on a real PostgreSQL."""

import asyncio
from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

import msgspec
import psycopg
import pytest

from app.infra.database import Database
from app.pricing.tariffs.engine import plan_of
from app.pricing.tariffs.errors import TariffInvalid, TariffNotFound
from app.pricing.tariffs.get import get_tariff
from app.pricing.tariffs.model import Tariff, TariffVersion
from app.pricing.tariffs.publish import publish_tariff
from tests.pricing.builders import element, price, tariff

OPERATOR = UUID("01900000-0000-7000-8000-000000000001")
OTHER = UUID("01900000-0000-7000-8000-000000000002")


def _per_kwh(amount: str, **fields: object) -> Tariff:
    return tariff(element(price("ENERGY", amount)), **fields)


async def _publish(database: Database, found: Tariff, operator: UUID = OPERATOR) -> TariffVersion:
    async with database.work(operator) as work:
        return await publish_tariff(work, found)


async def test_the_same_tariff_is_the_same_version(database: Database):
    """To publish what is published changes nothing, even when last_updated differs."""
    first = await _publish(database, _per_kwh("0.49"))
    again = await _publish(database, _per_kwh("0.49", last_updated="2026-01-01T00:00:00Z"))

    assert 1 == first.version
    assert first == again


async def test_a_changed_tariff_is_a_new_version_and_the_old_one_stays(database: Database):
    """What was shown to a driver can be shown again."""
    await _publish(database, _per_kwh("0.49"))
    second = await _publish(database, _per_kwh("0.51"))
    back = await _publish(database, _per_kwh("0.49"))

    async with database.work(OPERATOR) as work:
        old = await get_tariff(work, "T", 1)
        new = await get_tariff(work, "T", 2)
    assert (2, 3) == (second.version, back.version)
    assert second == new
    assert Decimal("0.49") == old.tariff.elements[0].price_components[0].price


async def test_what_is_read_is_what_was_published(database: Database):
    """All digits, unknown fields and limits come back."""
    exact = _per_kwh("0.1234567891", x_group={"a": [1]}, max_price={"after_taxes": Decimal("9.90")})

    published = await _publish(database, exact)

    async with database.work(OPERATOR) as work:
        assert published == await get_tariff(work, "T", 1)
    assert Decimal("0.1234567891") == published.tariff.elements[0].price_components[0].price
    assert {"x_group": {"a": [1]}} == published.tariff.unknown


async def test_a_version_can_never_be_changed(database: Database, sql: psycopg.Connection):
    """The database itself refuses to change a published tariff."""
    await _publish(database, _per_kwh("0.49"))

    with pytest.raises(psycopg.Error):
        sql.execute("UPDATE tariff_version SET body = '{}'")


async def test_two_who_publish_the_same_at_once_make_one_version(database: Database):
    """Publishing the same tariff from two places is safe."""
    versions = await asyncio.gather(*(_publish(database, _per_kwh("0.49")) for _ in range(4)))

    assert [1, 1, 1, 1] == [version.version for version in versions]


async def test_a_tariff_with_an_error_is_not_published(database: Database):
    """The lint errors are refused at the door, with their field."""
    broken = msgspec.structs.replace(_per_kwh("0.49"), elements=())

    with pytest.raises(TariffInvalid) as wrong:
        await _publish(database, broken)

    assert "elements" == wrong.value.facts["field"]


async def test_an_unknown_version_is_not_found(database: Database):
    """A slip in a tariff id or version is told."""
    await _publish(database, _per_kwh("0.49"))

    for name, version in (("NOPE", 1), ("T", 2)):
        async with database.work(OPERATOR) as work:
            with pytest.raises(TariffNotFound):
                await get_tariff(work, name, version)


async def test_the_versions_of_one_operator_are_not_those_of_another(database: Database):
    """Two operators may use the same ids."""
    await _publish(database, _per_kwh("0.49"))
    theirs = await _publish(database, _per_kwh("0.39"), OTHER)

    async with database.work(OTHER) as work:
        found = await get_tariff(work, "T", 1)
    assert theirs == found
    assert 1 == found.version


def test_the_plan_of_a_version_is_made_once():
    """Compiling is cached by operator, tariff and version."""
    version = TariffVersion(OPERATOR, "T", 1, _per_kwh("0.49"), datetime(2026, 1, 1, tzinfo=UTC))
    same = TariffVersion(OPERATOR, "T", 1, _per_kwh("0.49"), datetime(2026, 1, 1, tzinfo=UTC))
    newer = TariffVersion(OPERATOR, "T", 2, _per_kwh("0.51"), datetime(2026, 1, 1, tzinfo=UTC))

    assert plan_of(version) is plan_of(same)
    assert plan_of(version) is not plan_of(newer)
