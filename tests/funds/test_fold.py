"""What a provider tells, in any order, more than once, or not at all."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.funds.payments.model import PaymentStatus
from app.funds.payments.ports import Part, PartStatus, Snapshot, Strategy
from app.funds.payments.rules.fold import apply, fits
from tests.funds.orders import NOW, eur, snapshot, started

S, P, F = PartStatus.SUCCEEDED, PartStatus.PENDING, PartStatus.FAILED


def capture(amount: str, status: PartStatus = S) -> Part:
    """A capture as the provider has it."""
    return Part("cpt_1", status, eur(amount))


def refund(amount: str, status: PartStatus = S, number: int = 1) -> Part:
    """A refund as the provider has it."""
    return Part(f"re_{number}", status, eur(amount))


OPEN = snapshot("open", checkout_url="https://provider.test/pay/1")
HELD = snapshot("authorised", capture_before=NOW, instrument="Visa 1234")
TAKEN = replace(HELD, captures=(capture("8.00"),), captured=eur("8.00"))
SETTLED = snapshot(
    "paid", captures=(capture("8.00"),), captured=eur("8.00"), instrument="Visa 1234"
)
PAID = snapshot("paid", captured=eur("60.00"), instrument="NL00 BANK")
HISTORIES = {
    "held, captured in part, rest released": [
        OPEN,
        snapshot("pending"),
        HELD,
        replace(HELD, captures=(capture("8.00", P),)),
        TAKEN,
        SETTLED,
    ],
    "held and released": [OPEN, HELD, snapshot("cancelled", instrument="Visa 1234")],
    "held, then the hold lapsed": [OPEN, HELD, snapshot("expired")],
    "declined": [OPEN, snapshot("failed")],
    "paid, refunded in two parts, one of which failed": [
        OPEN,
        PAID,
        replace(PAID, refunds=(refund("52.00", P),)),
        replace(PAID, refunds=(refund("52.00"),)),
        replace(PAID, refunds=(refund("52.00", F), refund("10.00", P, 2))),
        replace(PAID, refunds=(refund("52.00", F), refund("10.00", S, 2))),
    ],
    "captured, but the capture failed afterwards": [
        HELD,
        TAKEN,
        replace(SETTLED, captures=(capture("8.00", F),), captured=eur("0")),
    ],
}


@pytest.mark.parametrize("history", HISTORIES.values(), ids=HISTORIES.keys())
@given(data=st.data())
def test_any_order_repetition_or_loss_ends_the_same(history: list[Snapshot], data: st.DataObject):
    """As long as the last snapshot arrives once, what came before it, and when, does not matter."""
    told = data.draw(st.lists(st.sampled_from(history), max_size=12))
    at = data.draw(st.integers(0, len(told)))
    told.insert(at, history[-1])

    payment = started()
    for one in told:
        payment = apply(payment, one)

    assert apply(started(), history[-1]) == payment


@given(data=st.data())
def test_captured_never_falls_without_a_failure(data: st.DataObject):
    """What was taken only grows: an old reading does not take it back."""
    history = HISTORIES["held, captured in part, rest released"]
    payment = started()

    seen = []
    for one in data.draw(st.lists(st.sampled_from(history), max_size=12)):
        payment = apply(payment, one)
        seen.append(payment.captured.minor)

    assert sorted(seen) == seen


def test_paid_without_a_capture_is_pay_first():
    """A hold was ordered and the money was charged: the observed status decides."""
    payment = apply(started(Strategy.HOLD), PAID)

    assert Strategy.PAY_FIRST is payment.strategy
    assert eur("60.00") == payment.captured


def test_authorised_is_a_hold_though_pay_first_was_ordered():
    """The driver took another method at the provider: the observed status decides."""
    payment = apply(started(Strategy.PAY_FIRST), HELD)

    assert Strategy.HOLD is payment.strategy
    assert eur("60.00") == payment.held


def test_partly_captured_hold_that_is_paid_holds_nothing_more():
    """Mollie: amountCaptured 8.00 of 10.00 and paid; the driver paid 8.00, the rest went back."""
    payment = apply(started(), SETTLED)

    assert PaymentStatus.PAID is payment.status
    assert eur("8.00") == payment.captured
    assert eur("0") == payment.held
    # 60.00 were secured, 8.00 taken
    assert eur("52.00") == payment.returned


def test_failed_refund_does_not_count():
    """Of refunds over 52.00 (failed) and 10.00 (done), 10.00 went back."""
    payment = apply(
        started(Strategy.PAY_FIRST),
        replace(PAID, refunds=(refund("52.00", F), refund("10.00", S, 2))),
    )

    assert eur("10.00") == payment.refunded


def test_another_amount_does_not_fit():
    """A payment of another amount is not ours, whatever its reference says."""
    assert not fits(started(), snapshot("paid", amount=eur("0.60")))
    assert not fits(started(), snapshot("paid", provider_ref="tr_2"))
    assert fits(started(), snapshot("paid"))
