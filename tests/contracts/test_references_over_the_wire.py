"""An authorisation that a terminal got without us, collected by its bare reference at Adyen."""

from uuid import UUID

from app.funds.payments.accounts import account_with
from app.funds.payments.model import PaymentStatus
from app.funds.payments.outside.secure import Secured, secure_outside
from app.funds.payments.ports import Origin, SettledBy
from app.funds.payments.providers.capabilities import TAKES_REFERENCES
from app.funds.payments.steps import request_return
from app.kernel.money import Money
from tests.contracts.adyen import BACK, BASE, MERCHANT
from tests.contracts.test_payments_over_the_wire import (
    AMOUNT,
    NOTHING,
    OPERATOR,
    PRICE,
    Wire,
    adyen_wire,
)

__all__ = ["adyen_wire"]

HELD = {"value": AMOUNT.minor, "currency": AMOUNT.currency}


async def _authorised(wire: Wire) -> str:
    """Let somebody else hold the amount at the same merchant account; return its reference."""
    order = {
        "merchantAccount": MERCHANT,
        "amount": HELD,
        "reference": "TERMINAL-1",
        "returnUrl": BACK,
        "mode": "hosted",
        "allowedPaymentMethods": ["scheme"],
        "additionalData": {"manualCapture": "true", "authorisationType": "PreAuth"},
    }
    headers = {"X-API-Key": "AQEwire"}
    answer = await wire.control.post(f"{BASE}/sessions", json=order, headers=headers)
    session = answer.raise_for_status().json()["id"]
    done = await wire.control.post(f"/control/payments/{session}/approve")
    reference: str = done.raise_for_status().json()["id"]
    return reference


async def _told(wire: Wire, reference: str, amount: Money = AMOUNT) -> UUID:
    """The charge point tells us of the authorisation."""
    async with wire.database.work(OPERATOR) as work:
        account_id = await account_with(work, TAKES_REFERENCES)
        assert account_id is not None
        secured = Secured(
            payment_id=work.ids.uuid7(work.now),
            subject_id=work.ids.uuid7(work.now),
            account_id=account_id,
            provider_ref=reference,
            amount=amount,
            method="creditcard",
            origin=Origin.OCPP_TERMINAL,
            settled_by=SettledBy.US,
        )
        return (await secure_outside(work, secured)).payment_id


async def test_the_price_is_captured(adyen_wire: Wire):
    """12.34 of 60.00 are captured, the rest is let go; both books have the same."""
    payment_id = await _told(adyen_wire, await _authorised(adyen_wire))
    await adyen_wire.settle(payment_id, PRICE)
    ours, theirs = await adyen_wire.books(payment_id)

    assert (PRICE, NOTHING) == ours == theirs
    assert PaymentStatus.PAID is (await adyen_wire.payment(payment_id)).status


async def test_nothing_was_used(adyen_wire: Wire):
    """The whole hold is given back."""
    payment_id = await _told(adyen_wire, await _authorised(adyen_wire))
    async with adyen_wire.database.work(OPERATOR) as work:
        await request_return(work, payment_id)
    await adyen_wire.calm(payment_id)
    ours, theirs = await adyen_wire.books(payment_id)

    assert (NOTHING, NOTHING) == ours == theirs
    assert PaymentStatus.CANCELLED is (await adyen_wire.payment(payment_id)).status


async def test_a_part_is_given_back_later(adyen_wire: Wire):
    """What was collected by reference is refunded by it."""
    payment_id = await _told(adyen_wire, await _authorised(adyen_wire))
    await adyen_wire.settle(payment_id, PRICE)
    async with adyen_wire.database.work(OPERATOR) as work:
        await request_return(work, payment_id, AMOUNT - Money(1000, "EUR"))
    await adyen_wire.calm(payment_id)
    ours, theirs = await adyen_wire.books(payment_id)

    assert (PRICE, Money(234, "EUR")) == ours == theirs


async def test_a_reference_of_nobody(adyen_wire: Wire):
    """What Adyen does not know is not collected, and a person has it."""
    await _authorised(adyen_wire)
    payment_id = await _told(adyen_wire, "XXXXXXXXXXXXXXXX")
    await adyen_wire.settle(payment_id, PRICE)
    listed = adyen_wire.worker.sql.execute("SELECT reason FROM work_list").fetchall()

    assert [("capture_failed",)] == listed
    assert NOTHING == (await adyen_wire.payment(payment_id)).captured
