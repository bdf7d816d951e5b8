"""What costs nothing, or less, gives everything back."""

from decimal import Decimal

from app.directpay.model import Ending
from app.funds.payments.ports import ProviderStatus
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from tests.scenarios.world import OPERATOR, TARIFF, World


async def test_a_price_below_zero_charges_nothing(world: World):
    """Energy at a negative price: the hold goes back, there is no receipt, nothing gets stuck."""
    component = {"type": "ENERGY", "price": Decimal("-0.10"), "step_size": 1}
    async with world.database.work(OPERATOR) as work:
        await publish_tariff(
            work, parse_tariff({**TARIFF, "elements": [{"price_components": [component]}]})
        )
    await world.pays_and_plugs_in()
    await world.charges(minutes=10, kwh="4.000")
    await world.stops()

    assert (await world.sees()).ending is Ending.NOTHING_CHARGED
    assert await world.receipt() is None
    assert world.book.status is ProviderStatus.CANCELLED
