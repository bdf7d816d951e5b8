"""The operator's part, whole: our ledger on PostgreSQL, judged HTTP, the provider's own book."""

from dataclasses import replace
from uuid import UUID

import pytest

from app.funds.ledger.chart import AccountKind, Book
from app.funds.ledger.model import AccountKey
from app.funds.ledger.post import balance_of
from app.funds.payments.accounts import save_account
from app.funds.payments.ports import Strategy
from app.funds.payments.sharing.order import Kept, order_shares
from app.funds.payments.sharing.rules import arrived
from app.funds.payments.steps import request_capture
from app.funds.payments.sweep import sweep_payments
from app.kernel.money import Money
from tests.contracts.test_payments_over_the_wire import (
    NOTHING,
    OPERATOR,
    ORDERS,
    PRICE,
    Wire,
    adyen_wire,
    mollie_wire,
    wire,
)

__all__ = ["adyen_wire", "mollie_wire", "wire"]

RECIPIENTS = {"adyen": "BA00000000000000000000001", "mollie": "org_12345"}
EARNED = Money(1000, "EUR")


async def sold(wire: Wire, strategy: Strategy = Strategy.HOLD) -> UUID:
    """Return a payment of which 12.34 are kept, and 10.00 of that ordered for the operator."""
    order = replace(ORDERS[wire.name], share_account=RECIPIENTS[wire.name])
    async with wire.database.work(OPERATOR) as work:
        await save_account(work, order, vault=wire.desk.vault)
    payment_id = await wire.secured(strategy)
    payment = await wire.payment(payment_id)
    async with wire.database.work(OPERATOR) as work:
        ordered = await order_shares(work, "voltstraat", EARNED, [Kept(payment, PRICE)])
    assert EARNED == ordered
    return payment_id


async def keeps(wire: Wire, payment_id: UUID, price: Money, share: Money | None = None) -> None:
    """Decide what stays and what of it is the operator's, and wait until nothing moves."""
    async with wire.database.work(OPERATOR) as work:
        await request_capture(work, payment_id, price, share=share)
    await wire.calm(payment_id)
    for _ in range(40):
        if not any(one.is_awaited for one in (await wire.payment(payment_id)).operations):
            break
        wire.clock.advance(minutes=1)
        await sweep_payments(database=wire.database)
        await wire.worker.run_due()
        await wire.is_calm(payment_id)


async def books(wire: Wire, payment_id: UUID) -> tuple[int, int, int]:
    """Return what the operator has: by our payment, by our ledger, and by the provider's book."""
    line = (await wire.control.get("/control/book")).json()[0]
    transit = AccountKey(Book.TEST, AccountKind.SHARE_IN_TRANSIT.of(payment_id), "EUR")
    owed = AccountKey(Book.TEST, AccountKind.CPO_PAYABLE.of("voltstraat"), "EUR")
    async with wire.database.work(OPERATOR) as work:
        # No sale was booked: what was ordered left the account below zero.
        on_its_way, left = await balance_of(work, transit), await balance_of(work, owed)
    ours = arrived(await wire.payment(payment_id))
    return ours, -left.minor - on_its_way.minor, line["shares"].get(RECIPIENTS[wire.name], 0)


async def test_all_books_have_the_part(wire: Wire) -> None:
    """10.00 of 12.34: in our payment, in our ledger, and at the provider."""
    payment_id = await sold(wire)
    await keeps(wire, payment_id, PRICE)

    assert (1000, 1000, 1000) == await books(wire, payment_id)


async def test_a_refund_takes_it_back_in_all_books(wire: Wire) -> None:
    """Half goes back, and then the rest."""
    payment_id = await sold(wire)
    await keeps(wire, payment_id, PRICE)
    await keeps(wire, payment_id, Money(617, "EUR"), Money(500, "EUR"))
    await wire.control.post("/control/clock", json={"seconds": 3 * 86400})
    await wire.is_calm(payment_id)
    half = await books(wire, payment_id)
    await keeps(wire, payment_id, NOTHING)

    assert (500, 500, 500) == half
    assert (0, 0, 0) == await books(wire, payment_id)


async def test_what_is_paid_first_is_routed(mollie_wire: Wire) -> None:
    """The rest of the 60.00 goes back to the driver, and 10.00 of the price to the operator."""
    payment_id = await sold(mollie_wire, Strategy.PAY_FIRST)
    await keeps(mollie_wire, payment_id, PRICE)

    assert (1000, 1000, 1000) == await books(mollie_wire, payment_id)


@pytest.mark.parametrize("fault", ["timeout_before", "timeout_after", "error_after"])
async def test_an_order_without_an_answer_is_made_once(wire: Wire, fault: str) -> None:
    """The capture with its splits, or the route: the operator gets its part once."""
    payment_id = await sold(wire)
    await wire.fault("capture" if wire.name == "adyen" else "route", fault)
    await keeps(wire, payment_id, PRICE)

    assert (1000, 1000, 1000) == await books(wire, payment_id)
    assert 1 == len(await operations(wire, payment_id))


async def operations(wire: Wire, payment_id: UUID) -> list[str]:
    """Return the orders that gave the operator its part."""
    payment = await wire.payment(payment_id)
    return [one.key for one in payment.operations if one.share is not None]
