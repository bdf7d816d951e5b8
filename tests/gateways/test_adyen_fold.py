"""What Adyen's notices come to: the same in any order, however often, and read as a snapshot."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.funds.payments.model import PaymentStatus
from app.funds.payments.ports import (
    Notice,
    PartStatus,
    ProviderStatus,
    Snapshot,
    Strategy,
)
from app.funds.payments.rules.fold import apply, fits
from app.gateways.adyen.told.fold import recall
from app.kernel.money import Money
from tests.funds.orders import started
from tests.gateways.adyen_notices import HELD, ORDERED, PAYMENT, item, notice

CAPTURE, REFUND, CANCEL = "CAPT000000000001", "REFD000000000001", "CANC000000000001"
AUTHORISED = item("AUTHORISATION", PAYMENT)
REFUSED = item("AUTHORISATION", "REFU000000000001", success="false")
CAPTURED = item("CAPTURE", CAPTURE, 1234)
RELEASED = item("CANCELLATION", CANCEL)
PRICE = Money(1234, "EUR")
NOTHING = Money(0, "EUR")
ALL = [
    AUTHORISED,
    REFUSED,
    CAPTURED,
    item("CAPTURE", "CAPT000000000002", 500),
    item("CAPTURE_FAILED", "CAPT000000000002", 500),
    item("REFUND", REFUND, 234),
    item("REFUND_FAILED", REFUND, 234),
    item("REFUND", "REFD000000000002", 100),
    item("REFUNDED_REVERSED", "REFD000000000002", 100),
    RELEASED,
    item("CANCELLATION", "CANC000000000002", success="false"),
    item("CHARGEBACK", "CHBK000000000001", 1234),
    item("CHARGEBACK_REVERSED", "CHRV000000000001", 1234),
    item("AUTHORISATION_ADJUSTMENT", "ADJU000000000001", 8000),
    item("AUTHORISATION_ADJUSTMENT", "ADJU000000000002", 9000, success="false"),
    item("EXPIRE", PAYMENT),
    item("REPORT_AVAILABLE", "REPO000000000001", 0, merchantReference=""),
    item("SOMETHING_NEW", "NEWW000000000001"),
]


def told(*items: dict[str, Any]) -> list[Notice]:
    """Return the notices of *items*."""
    return [notice(each) for each in items]


@given(st.data())
def test_any_order_and_any_repetition_ends_the_same(data: st.DataObject):
    """Of any events, delivered in any order and any number of times, the end is one."""
    events = data.draw(st.lists(st.sampled_from(told(*ALL)), unique=True))
    repeated = events + data.draw(st.lists(st.sampled_from(events))) if events else []
    shuffled = data.draw(st.permutations(repeated))

    assert recall(ORDERED, events) == recall(ORDERED, shuffled)


@given(st.data())
def test_a_payment_looked_at_anywhere_between_ends_the_same(data: st.DataObject):
    """Looking at the payment after any of the events, in any order, or only at the end, is one."""
    events = data.draw(st.lists(st.sampled_from(told(*ALL)), unique=True))
    looks = data.draw(st.sets(st.integers(0, len(events)), max_size=6))
    ordered = replace(ORDERED, provider_ref="tr_1")
    once = apply(started(), recall(ordered, events))
    payment = started()
    for count in [*sorted(looks), len(events)]:
        payment = apply(payment, recall(ordered, events[:count]))

    assert once == payment


def test_nothing_told_is_an_open_payment():
    """Before Adyen tells anything, the driver has not paid."""
    seen = recall(ORDERED, [])

    assert (ProviderStatus.OPEN, None) == (seen.status, seen.orders_ref)


def test_a_refused_card_leaves_the_page_open():
    """On Adyen's page the driver may try the next card: one refusal ends nothing."""
    assert ProviderStatus.OPEN is recall(ORDERED, told(REFUSED)).status
    assert PAYMENT == recall(ORDERED, told(REFUSED, AUTHORISED)).orders_ref


def test_an_authorised_card_is_held_and_recognised():
    """The hold is there, later orders name the authorisation, and the receipt the card."""
    seen = recall(ORDERED, told(AUTHORISED))

    assert (ProviderStatus.AUTHORISED, HELD, NOTHING) == (seen.status, seen.amount, seen.captured)
    assert (PAYMENT, "creditcard", "Visa •••• 1234") == (
        seen.orders_ref,
        seen.method,
        seen.instrument,
    )


@pytest.mark.parametrize(
    ("kind", "summary", "method", "instrument"),
    [
        ("mc", "0007", "creditcard", "Mastercard •••• 0007"),
        ("visa_applepay", "0492", "applepay", "Apple Pay, Visa •••• 0492"),
        ("mc_googlepay", "1111", "googlepay", "Google Pay, Mastercard •••• 1111"),
        ("twint", None, "twint", "TWINT"),
        ("ideal", None, "ideal", "iDEAL | Wero"),
        ("rainpay", None, None, "rainpay"),
    ],
)
def test_the_driver_recognises_the_instrument(
    kind: str, summary: str | None, method: str | None, instrument: str
):
    """The brand and the last four digits, carried by a wallet or not."""
    more = {"cardSummary": summary} if summary else {}
    paid = AUTHORISED | {"paymentMethod": kind, "reason": "", "additionalData": more}
    seen = recall(ORDERED, told(paid))

    assert (method, instrument) == (seen.method, seen.instrument)


def test_what_cannot_hold_is_paid():
    """A method that is charged at once is paid whole, whatever was asked for."""
    ideal = replace(ORDERED, method="ideal", strategy=Strategy.PAY_FIRST)
    seen = recall(ideal, told(AUTHORISED | {"paymentMethod": "ideal"}))
    refunded = recall(ideal, told(AUTHORISED, item("REFUND", REFUND, 500)))

    assert (ProviderStatus.PAID, HELD) == (seen.status, seen.captured)
    assert (HELD, Money(500, "EUR")) == (refunded.captured, refunded.refunded)


@pytest.mark.parametrize(
    ("items", "status", "captured"),
    [
        ([CAPTURED], ProviderStatus.AUTHORISED, PRICE),
        ([CAPTURED, RELEASED], ProviderStatus.PAID, PRICE),
        ([CAPTURED, RELEASED | {"success": "false"}], ProviderStatus.PAID, PRICE),
        ([RELEASED], ProviderStatus.CANCELLED, NOTHING),
        ([RELEASED | {"success": "false"}], ProviderStatus.AUTHORISED, NOTHING),
        ([item("TECHNICAL_CANCEL", CANCEL)], ProviderStatus.CANCELLED, NOTHING),
        ([item("CANCEL_OR_REFUND", CANCEL)], ProviderStatus.CANCELLED, NOTHING),
        ([item("EXPIRE", PAYMENT)], ProviderStatus.EXPIRED, NOTHING),
        ([item("EXPIRE", PAYMENT), CAPTURED], ProviderStatus.PAID, PRICE),
        ([item("CAPTURE", CAPTURE)], ProviderStatus.PAID, HELD),
        ([CAPTURED | {"success": "false"}], ProviderStatus.AUTHORISED, NOTHING),
        ([CAPTURED, item("CAPTURE_FAILED", CAPTURE, 1234)], ProviderStatus.AUTHORISED, NOTHING),
        ([item("CAPTURE", CAPTURE), item("CAPTURE_FAILED", CAPTURE)], ProviderStatus.PAID, NOTHING),
    ],
)
def test_a_hold_goes_its_way(items: list[dict[str, Any]], status: ProviderStatus, captured: Money):
    """Captured, released, lapsed or failed after all: the last word of each part counts."""
    seen = recall(ORDERED, told(AUTHORISED, *items))

    assert (status, captured) == (seen.status, seen.captured)


def test_a_reversal_after_the_capture_is_a_refund():
    """Adyen cancels or refunds, whichever is possible: the capture decides what it was."""
    undone = item("CANCEL_OR_REFUND", "REFD000000000003")
    seen = recall(ORDERED, told(AUTHORISED, item("CAPTURE", CAPTURE), undone))

    assert (ProviderStatus.PAID, HELD, HELD) == (seen.status, seen.captured, seen.refunded)


def test_a_refund_that_comes_back_does_not_count():
    """Failed at the scheme or sent back by the bank: the money is not gone."""
    paid = told(AUTHORISED, item("CAPTURE", CAPTURE), item("REFUND", REFUND, 500))
    failed = recall(ORDERED, [*paid, *told(item("REFUND_FAILED", REFUND, 500))])
    reversed_ = recall(ORDERED, [*paid, *told(item("REFUNDED_REVERSED", REFUND, 500))])

    assert Money(500, "EUR") == recall(ORDERED, paid).refunded
    for seen in (failed, reversed_):
        assert NOTHING == seen.refunded
        assert [PartStatus.FAILED] == [part.status for part in seen.refunds]


def test_a_raised_hold_is_as_large_as_its_largest_adjustment():
    """Holds only grow, so no order of the adjustments matters; a refused one does not count."""
    seen = recall(ORDERED, told(*ALL))
    raised = told(AUTHORISED, ALL[13], item("CAPTURE", CAPTURE, 8000))

    assert Money(8000, "EUR") == seen.authorised
    assert HELD == seen.amount
    assert ProviderStatus.PAID is recall(ORDERED, raised).status


def test_a_chargeback_is_told_with_what_became_of_it():
    """What the bank took back, and what it gave again, stand side by side."""
    seen = recall(ORDERED, told(*ALL))

    assert [PRICE] == [part.amount for part in seen.chargebacks]
    assert [PRICE] == [part.amount for part in seen.reversals]


def test_a_capture_proves_the_payment_whose_own_webhook_is_lost():
    """A later event names the payment: it was authorised, or nothing could have been captured."""
    seen = recall(ORDERED, told(CAPTURED))

    assert (PAYMENT, HELD, PRICE) == (seen.orders_ref, seen.amount, seen.captured)


def test_a_start_without_an_answer_is_known_by_its_payment():
    """When the session was never told to us, the payment itself is what the provider calls it."""
    seen = recall(replace(ORDERED, provider_ref=None), told(AUTHORISED))

    assert PAYMENT == seen.provider_ref


def test_a_wrong_amount_does_not_fit():
    """An authorisation of another amount is not this payment: a person looks at it."""
    ordered = replace(ORDERED, provider_ref="tr_1", amount=started().amount)
    seen = recall(ordered, told(item("AUTHORISATION", PAYMENT, 1)))

    assert isinstance(seen, Snapshot)
    assert not fits(started(), seen)


def test_who_came_back_refused_may_still_pay():
    """A hold that is told after the end was told is news: it has to be dealt with."""
    ordered = replace(ORDERED, provider_ref="tr_1", amount=started().amount)
    over = replace(started(), status=PaymentStatus.CANCELLED)
    held = item("AUTHORISATION", PAYMENT, started().amount.minor)

    assert PaymentStatus.AUTHORISED is apply(over, recall(ordered, told(held))).status
