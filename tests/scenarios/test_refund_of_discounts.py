"""What a driver gets back of a session that was cheaper, or that others paid a part of."""

from decimal import Decimal

import pytest

from app.billing.receipts.errors import CreditTooLarge
from app.directpay.refunds.errors import RefundInvalid
from app.pricing.promotions.model import Percent, Sessions, Value
from tests.scenarios.test_books import balances
from tests.scenarios.test_promotions import charges, codes, runs
from tests.scenarios.test_refund import asks, credit_notes
from tests.scenarios.world import World


async def number_of(world: World) -> str:
    """The number of the session's receipt."""
    receipt = await world.receipt()
    assert receipt is not None
    return receipt.number


async def discounted(world: World) -> str:
    """12.340 kWh for 6.17, 20 % off by the operator: 4.94 (4.936) are paid."""
    await runs(world, "autumn", Percent(Decimal(20)))
    (code,) = await codes(world, "autumn")
    await charges(world, code)
    return await number_of(world)


async def sponsored(world: World) -> str:
    """12.340 kWh for 6.17, of which a partner pays 2.00: the driver pays 4.17."""
    await runs(world, "cafe", Value(200), partner="Cafe")
    (code,) = await codes(world, "cafe")
    await charges(world, code)
    return await number_of(world)


async def test_all_of_a_discounted_session(world: World):
    """What was paid comes back, not what it would have cost; the VAT is that of what was paid."""
    number = await discounted(world)
    refund = await asks(world, number, None)

    # 4.94 / 1.21 = 4.08 net, 0.86 VAT
    assert 494 == refund.amount.minor
    assert [(494, 86)] == [(gross, vat) for _, gross, vat in credit_notes(world)]
    assert (494, 494) == (world.book.captured.minor, world.book.refunded.minor)


async def test_not_more_than_was_paid_of_a_discounted_session(world: World):
    """The discount was never paid: there is nothing of it to give back."""
    number = await discounted(world)

    with pytest.raises(CreditTooLarge):
        await asks(world, number, 495)
    assert [] == credit_notes(world)


async def test_parts_of_a_discounted_session(world: World):
    """Two parts are the whole, to the cent of VAT; a third is too much."""
    number = await discounted(world)
    await asks(world, number, 200, key="a")
    await asks(world, number, 294, key="b")

    assert (494, 86) == tuple(map(sum, zip(*[row[1:] for row in credit_notes(world)], strict=True)))
    with pytest.raises(CreditTooLarge):
        await asks(world, number, 1, key="c")


async def test_all_of_a_session_that_a_partner_paid_a_part_of(world: World):
    """The driver gets back what the driver paid; what the partner paid is the partner's affair."""
    number = await sponsored(world)
    before = await balances(world)
    refund = await asks(world, number, None)
    after = await balances(world)

    def partner(held: dict[str, int]) -> int:
        return sum(minor for name, minor in held.items() if "Cafe" in name or "promo" in name)

    assert 417 == refund.amount.minor
    assert [417] == [gross for _, gross, _ in credit_notes(world)]
    assert (417, 417) == (world.book.captured.minor, world.book.refunded.minor)
    assert partner(before) == partner(after)


async def test_not_more_than_the_driver_paid_beside_a_partner(world: World):
    """The price was 6.17, but 4.17 of it came from the driver."""
    number = await sponsored(world)

    with pytest.raises(CreditTooLarge):
        await asks(world, number, 418)
    assert [] == credit_notes(world)


async def test_a_free_session_has_nothing_to_give_back(world: World):
    """Nothing was paid for it."""
    await runs(world, "first", Sessions(1), partner="Cafe")
    (code,) = await codes(world, "first")
    await charges(world, code)
    receipt = await world.receipt()

    with pytest.raises((RefundInvalid, CreditTooLarge)):
        await asks(world, receipt.number if receipt else "VS-2026-000001", None)


async def test_a_refund_gives_no_coupon_back(world: World):
    """What was used is used: the code can't be used again."""
    number = await discounted(world)
    uses = "SELECT coalesce(sum(uses), 0) FROM promotion_tally"
    before = world.worker.sql.execute(uses).fetchone()
    await asks(world, number, None)

    assert before == world.worker.sql.execute(uses).fetchone()
