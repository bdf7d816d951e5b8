"""A session as long as they can be, with the real SDKs and each provider's own clock."""

from decimal import Decimal

from app.directpay.model import Ending, Stage, StopReason
from tests.contracts.test_charge_after import Street, street

__all__ = ["street"]

# 1.000 kWh an hour for a day cost 12.00 EUR.
DAY = 1200


async def charges_for_a_day(street: Street) -> None:
    """The car takes 1 kWh every hour, and the clocks of all sides go on."""
    await street.world.starts()
    for _ in range(24):
        street.wire.clock.advance(hours=1)
        street.world.register_wh += Decimal(1000)
        await street.world.samples(street.world.register_wh)
        await street.world.passes(seconds=1)


async def test_a_day_of_charging_ends_before_its_hold(street: Street) -> None:
    """After 24 hours it stops by itself; the hold is still there, and is captured whole."""
    await street.anna.presses("long")
    await street.approves()
    await street.until(Stage.WAITING)
    await charges_for_a_day(street)
    view = await street.world.sees()
    assert (Stage.STOPPING, StopReason.TOO_LONG) == (view.stage, view.stop_reason)
    book = (await street.wire.control.get("/control/book")).json()
    assert "authorized" in {line["status"] for line in book}

    await street.world.stops()
    await street.until(Stage.ENDED, moved=True)
    view = await street.world.sees()
    assert (Ending.CHARGED, DAY) == (view.ending, view.settled.charged.minor)
    assert [DAY] == await street.taken()


async def test_a_day_of_charging_is_charged_after(street: Street) -> None:
    """Without a hold nothing can lapse: the same day, charged to the kept card."""
    (kept,) = await street.anna.means()
    await street.anna.presses("long", after=kept.means_id)
    await charges_for_a_day(street)
    await street.world.stops()
    await street.until(Stage.ENDED, moved=True)

    assert [DAY] == await street.taken()
