"""A tariff version is compiled once, and known by its name."""

from datetime import timedelta
from uuid import UUID

from app.pricing.tariffs.engine import plan_of, price_block
from app.pricing.tariffs.model import TariffVersion
from tests.pricing.builders import AMSTERDAM, VAT, at, element, price, tariff

OPERATOR, OTHER = UUID(int=1), UUID(int=2)
TARIFF = tariff(element(price("ENERGY", "0.50"), start_time="08:00"))


def test_a_version_is_compiled_once():
    """The same name has the same plan; another version, tariff or operator has its own."""
    first = plan_of(TariffVersion(OPERATOR, "A", 7, TARIFF))

    assert first is plan_of(TariffVersion(OPERATOR, "A", 7, TARIFF))
    assert (7, TARIFF) == (first.version, first.tariff)
    for other in ((OPERATOR, "A", 8), (OPERATOR, "B", 7), (OTHER, "A", 7)):
        assert first is not plan_of(TariffVersion(*other, TARIFF))


def test_the_prices_of_a_moment_are_kept_while_they_hold():
    """Asked again before the next change, and at the same moment, the block is the same object."""
    plan = plan_of(TariffVersion(OPERATOR, "BLOCK", 3, TARIFF))
    noon = at("2026-11-20T11:00")

    block = price_block(plan, noon, AMSTERDAM, VAT)

    assert block is price_block(plan, noon, AMSTERDAM, VAT)
    assert block is price_block(plan, noon + timedelta(hours=1), AMSTERDAM, VAT)
    assert block is not price_block(plan, noon + timedelta(hours=20), AMSTERDAM, VAT)
    assert ("T", 3, "EUR") == (block.tariff_id, block.tariff_version, block.currency)
