"""A driver who pays with a card: held, charged, the rest released."""

from app.directpay.model import Ending, Stage
from app.directpay.prices.views import MoneyView
from app.funds.payments.ports import ProviderStatus
from app.kernel.money import Money
from tests.scenarios.world import World


async def test_scan_pay_charge_stop_and_receipt(world: World):
    """€ 60 are held, 12.340 kWh cost € 6.17, the rest is released, the receipt has a number."""
    await world.pays("creditcard")
    await world.approves()
    waiting = await world.sees()
    await world.starts()
    await world.charges(minutes=30, kwh="12.340")
    charging = await world.sees()
    await world.presses_stop()
    await world.stops()
    ended = await world.sees()
    receipt = await world.receipt()

    assert waiting.stage is Stage.WAITING
    assert charging.stage is Stage.CHARGING
    assert charging.live is not None
    # 12.340 kWh x 0.50 EUR/kWh = 6.17 EUR
    assert charging.live.cost == MoneyView(617, "EUR")
    assert ended.ending is Ending.CHARGED
    assert ended.settled is not None
    assert ended.settled.charged == MoneyView(617, "EUR")
    assert ended.settled.returned == MoneyView(5383, "EUR")
    assert ended.settled.money_moved
    assert receipt is not None
    assert receipt.document.settlement.charged == Money(617, "EUR")
    book = world.provider.snapshots[world.payment_ref]
    assert book.captured == Money(617, "EUR")
    assert book.status is ProviderStatus.PAID
