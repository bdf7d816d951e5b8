"""What follows from news about a payment, case by case."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.funds.payments.errors import AmountNotPossible
from app.funds.payments.events import (
    PaymentCollected,
    PaymentFailed,
    PaymentOpened,
    PaymentReturned,
    PaymentSecured,
    Trouble,
    Why,
)
from app.funds.payments.model import OperationKind, OperationState, Payment, PaymentStatus
from app.funds.payments.ports import (
    Accepted,
    Declined,
    NotSent,
    Part,
    PartStatus,
    Strategy,
    Unknown,
)
from app.funds.payments.rules.decide import Perform, Report
from app.funds.payments.rules.news import (
    Answered,
    KeepDecided,
    Observed,
    Sending,
    TimePassed,
)
from tests.funds.orders import (
    NOW,
    PAYMENT_ID,
    REF,
    after,
    begun,
    eur,
    events,
    kinds,
    latest,
    snapshot,
    started,
)

HELD = Observed(snapshot("authorised"))
PAID = Observed(snapshot("paid", captured=eur("60.00")))
ZERO = eur("0")
LATER = NOW + timedelta(minutes=15)


def sent(payment: Payment, kind: OperationKind) -> Payment:
    """The payment whose last operation of *kind* is on its way."""
    return after(payment, Sending(latest(payment, kind).operation_id))[0]


def answered(payment: Payment, kind: OperationKind, outcome: object) -> tuple:
    """What follows when the last operation of *kind* is sent and answered."""
    payment = sent(payment, kind)
    return after(payment, Answered(latest(payment, kind).operation_id, outcome))


def part(amount: str, status: PartStatus = PartStatus.SUCCEEDED, ref: str = "cpt_1") -> Part:
    """A capture or refund at the provider."""
    return Part(ref, status, eur(amount))


def test_start_accepted_opens_the_page():
    """The provider's page is where the driver goes."""
    payment, effects = answered(
        begun(), OperationKind.START, Accepted(REF, "https://provider.test/pay/1")
    )

    assert [PaymentOpened(PAYMENT_ID)] == events(effects)
    assert PaymentStatus.OPEN is payment.status
    assert "https://provider.test/pay/1" == payment.checkout_url


def test_start_declined_is_told_once():
    """A refused start fails the payment; the same answer again changes nothing."""
    payment, effects = answered(begun(), OperationKind.START, Declined("422", "no"))
    again, more = after(payment, Answered(payment.operations[0].operation_id, Declined("422", "")))

    assert [PaymentFailed(PAYMENT_ID, Why.DECLINED)] == events(effects)
    assert (payment, []) == (again, more)


@pytest.mark.parametrize("seen", [HELD, PAID], ids=["held", "paid"])
def test_secured_is_told_once_however_often_it_is_seen(seen: Observed):
    """Five webhooks, one event (fault 2)."""
    _, effects = after(started(), seen, seen, seen, seen, seen)

    assert [PaymentSecured(PAYMENT_ID)] == events(effects)


@pytest.mark.parametrize(
    ("status", "why"),
    [("failed", Why.DECLINED), ("cancelled", Why.CANCELLED), ("expired", Why.EXPIRED)],
)
def test_unpaid_endings_are_told_with_their_reason(status: str, why: Why):
    """The driver's bank, the driver, or nobody said no."""
    _, effects = after(started(), Observed(snapshot(status)), Observed(snapshot(status)))

    assert [PaymentFailed(PAYMENT_ID, why)] == events(effects)


def test_hold_is_captured_and_then_its_rest_released():
    """€ 60 held, € 8 used: capture 8, release 52, in this order and one at a time."""
    payment, effects = after(started(), HELD, KeepDecided(eur("8.00")))
    assert ["start succeeded", "capture created"] == kinds(payment)
    assert Perform(latest(payment, OperationKind.CAPTURE).operation_id) == effects[-1]

    payment, effects = answered(payment, OperationKind.CAPTURE, Accepted("cpt_1"))
    assert [] == effects

    captured = snapshot("authorised", captured=eur("8.00"), captures=(part("8.00"),))
    payment, effects = after(payment, Observed(captured))
    release = latest(payment, OperationKind.RELEASE)
    assert [PaymentCollected(PAYMENT_ID)] == events(effects)
    assert eur("52.00") == release.amount

    payment, effects = answered(payment, OperationKind.RELEASE, Accepted(REF))
    assert [PaymentReturned(PAYMENT_ID)] == events(effects)
    assert payment.is_settled

    ended = snapshot("paid", captured=eur("8.00"), captures=(part("8.00"),))
    payment, effects = after(payment, Observed(ended))
    assert [] == effects
    assert ["start succeeded", "capture succeeded", "release succeeded"] == kinds(payment)


def test_hold_that_turns_paid_by_a_partial_capture_is_still_released():
    """An account that calls it paid at once may hold the rest: the release is asked for."""
    payment, _ = after(started(), HELD, KeepDecided(eur("8.00")))
    payment, _ = answered(payment, OperationKind.CAPTURE, Accepted("cpt_1"))
    paid = Observed(snapshot("paid", captured=eur("8.00"), captures=(part("8.00"),)))
    payment, _ = after(payment, paid)
    assert "release created" == kinds(payment)[-1]

    payment, effects = answered(payment, OperationKind.RELEASE, Declined("422", "not authorised"))
    assert [PaymentReturned(PAYMENT_ID)] == events(effects)
    assert "release succeeded" == kinds(payment)[-1]


def test_paid_after_a_capture_does_not_prove_a_release():
    """The release was being sent when we died: "paid" says nothing of it, so it is asked again."""
    payment, _ = after(started(), HELD, KeepDecided(eur("8.00")))
    payment, _ = answered(payment, OperationKind.CAPTURE, Accepted("cpt_1"))
    paid = Observed(snapshot("paid", captured=eur("8.00"), captures=(part("8.00"),)))
    payment = sent(after(payment, paid)[0], OperationKind.RELEASE)

    payment, effects = after(payment, paid)

    assert [] == effects
    assert "release sent" == kinds(payment)[-1]


def test_refund_of_unknown_outcome_is_not_asked_for_again():
    """The rest is € 10 of € 60: a second refund beside the unknown one would be possible there."""
    payment, _ = after(started(Strategy.PAY_FIRST), PAID, KeepDecided(eur("50.00")))
    payment, _ = answered(payment, OperationKind.REFUND, Unknown("read timeout"))

    payment, effects = after(payment, PAID, TimePassed())

    assert [] == effects
    assert 1 == len(payment.of_kind(OperationKind.REFUND))


def test_hold_used_up_needs_no_release():
    """€ 60 of € 60: nothing is left to release."""
    payment, _ = after(started(), HELD, KeepDecided(eur("60.00")))
    payment, _ = answered(payment, OperationKind.CAPTURE, Accepted("cpt_1"))
    whole = snapshot("paid", captured=eur("60.00"), captures=(part("60.00"),))
    payment, effects = after(payment, Observed(whole))

    assert [PaymentCollected(PAYMENT_ID)] == events(effects)
    assert ["start succeeded", "capture succeeded"] == kinds(payment)


def test_nothing_charged_releases_the_whole_hold():
    """Zero energy: no capture at all."""
    payment, _ = after(started(), HELD, KeepDecided(ZERO))

    assert ["start succeeded", "release created"] == kinds(payment)
    assert eur("60.00") == latest(payment, OperationKind.RELEASE).amount


def test_paid_first_gets_the_rest_back():
    """€ 60 paid, € 8 used: one refund of 52."""
    payment, _ = after(started(Strategy.PAY_FIRST), PAID, KeepDecided(eur("8.00")))
    payment, effects = answered(payment, OperationKind.REFUND, Accepted("re_1"))

    assert eur("52.00") == payment.refunded
    assert [PaymentReturned(PAYMENT_ID)] == events(effects)
    assert payment.is_settled


def test_paid_first_and_used_up_is_settled_at_once():
    """€ 60 of € 60: nothing moves any more, and it is told once."""
    payment, _ = after(started(Strategy.PAY_FIRST), PAID)
    keep = KeepDecided(eur("60.00"))
    payment, effects = after(payment, keep, keep)

    assert [PaymentCollected(PAYMENT_ID)] == events(effects)
    assert payment.is_settled


def test_repeated_settlement_asks_nothing_more():
    """The settling job runs twice: one capture."""
    payment, _ = after(started(), HELD, KeepDecided(eur("8.00")), KeepDecided(eur("8.00")))

    assert 1 == len(payment.of_kind(OperationKind.CAPTURE))


@pytest.mark.parametrize("keep", ["60.01", "100.00"])
def test_more_than_the_payment_is_refused(keep: str):
    """Captured never passes what was authorised."""
    with pytest.raises(AmountNotPossible):
        after(started(), HELD, KeepDecided(eur(keep)))


def test_what_was_decided_to_go_back_can_not_be_kept_again():
    """The goal only falls."""
    payment, _ = after(started(), HELD, KeepDecided(eur("8.00")))

    with pytest.raises(AmountNotPossible):
        after(payment, KeepDecided(eur("9.00")))


def test_unknown_capture_that_was_done_is_recognised():
    """The answer was lost, the provider has it (fault 9): it is adopted, not repeated."""
    payment, _ = after(started(), HELD, KeepDecided(eur("8.00")))
    payment, _ = answered(payment, OperationKind.CAPTURE, Unknown("read timeout"))
    assert "capture unknown" == kinds(payment)[-1]

    captured = snapshot("authorised", captured=eur("8.00"), captures=(part("8.00"),))
    payment, effects = after(payment, Observed(captured))

    assert PaymentCollected(PAYMENT_ID) in events(effects)
    assert "cpt_1" == latest(payment, OperationKind.CAPTURE).provider_ref


def test_nothing_else_is_asked_while_an_outcome_is_unknown():
    """No release while the capture may still happen."""
    payment, _ = after(started(), HELD, KeepDecided(eur("8.00")))
    payment, _ = answered(payment, OperationKind.CAPTURE, Unknown("read timeout"))

    payment, effects = after(payment, HELD, TimePassed(), KeepDecided(eur("8.00")))

    assert [] == effects
    assert "capture unknown" == kinds(payment)[-1]


def test_declined_capture_goes_to_the_work_list_once():
    """The hold lapsed before the capture (fault 10): never in silence, never twice."""
    payment, _ = after(started(), HELD, KeepDecided(eur("8.00")))
    payment, effects = answered(payment, OperationKind.CAPTURE, Declined("422", "expired"))
    capture = latest(payment, OperationKind.CAPTURE)
    payment, more = after(payment, HELD, KeepDecided(eur("8.00")))

    report = Report(Trouble.CAPTURE_FAILED, eur("8.00"), "422: expired", capture.operation_id)
    assert [report] == effects
    assert [] == more


def test_capture_that_fails_after_it_succeeded_is_reported():
    """CAPTURE, then CAPTURE_FAILED: the later failure wins."""
    payment, _ = after(started(), HELD, KeepDecided(eur("8.00")))
    payment, _ = answered(payment, OperationKind.CAPTURE, Accepted("cpt_1"))
    payment, _ = after(payment, Observed(snapshot("paid", captures=(part("8.00"),))))

    failed = snapshot("paid", captures=(part("8.00", PartStatus.FAILED),))
    payment, effects = after(payment, Observed(failed))

    assert [Trouble.CAPTURE_FAILED] == [e.trouble for e in effects if isinstance(e, Report)]
    assert ZERO == payment.captured


def test_refund_that_fails_days_later_is_reported_and_not_repeated():
    """A failed refund ends on the work list; a person finds another way."""
    payment, _ = after(started(Strategy.PAY_FIRST), PAID, KeepDecided(eur("8.00")))
    payment, _ = answered(payment, OperationKind.REFUND, Accepted("re_1"))
    failed = part("52.00", PartStatus.FAILED, "re_1")
    seen = Observed(snapshot("paid", captured=eur("60.00"), refunds=(failed,)))

    payment, effects = after(payment, seen, seen, seen)

    assert [Trouble.REFUND_FAILED] == [e.trouble for e in effects if isinstance(e, Report)]
    assert 1 == len(payment.of_kind(OperationKind.REFUND))


def test_return_before_the_start_was_sent_sends_nothing():
    """Given up before the provider heard of it: cancelled on the spot."""
    payment, effects = after(begun(), KeepDecided(ZERO))

    assert PaymentStatus.CANCELLED is payment.status
    assert [] == effects


def test_return_while_the_start_is_unknown_is_done_when_it_is_known():
    """No hold may stay open: the start becomes known, and is cancelled."""
    payment, _ = answered(begun(), OperationKind.START, Unknown("read timeout"))
    payment, effects = after(payment, KeepDecided(ZERO))
    assert [] == effects

    payment, _ = answered(payment, OperationKind.START, Accepted(REF, "https://provider.test"))
    assert ["start succeeded", "cancel created"] == kinds(payment)


def test_return_while_the_start_is_unknown_releases_a_hold_that_came_of_it():
    """The webhook tells of a hold whose start was never answered."""
    payment, _ = answered(begun(), OperationKind.START, Unknown("read timeout"))
    payment, effects = after(payment, KeepDecided(ZERO), HELD)

    assert ["start succeeded", "release created"] == kinds(payment)
    assert PaymentSecured(PAYMENT_ID) in events(effects)


def test_not_sent_start_can_be_withdrawn_and_a_doubtful_one_cannot():
    """After an attempt that may have arrived, "not sent" says nothing about that one."""
    once, _ = answered(begun(), OperationKind.START, NotSent("refused"))
    doubtful, _ = answered(begun(), OperationKind.START, Unknown("read timeout"))
    doubtful, _ = answered(doubtful, OperationKind.START, NotSent("refused"))

    assert OperationState.NOT_SENT is once.operations[0].state
    assert OperationState.UNKNOWN is doubtful.operations[0].state
    assert PaymentStatus.CANCELLED is after(once, KeepDecided(ZERO))[0].status
    assert PaymentStatus.CREATED is after(doubtful, KeepDecided(ZERO))[0].status


def test_return_of_an_open_payment_cancels_it():
    """The driver walked away: the page is closed."""
    payment, effects = after(started(), KeepDecided(ZERO))
    assert ["start succeeded", "cancel created"] == kinds(payment)

    payment, effects = answered(payment, OperationKind.CANCEL, Accepted(REF))
    payment, effects = after(payment, Observed(snapshot("cancelled")))
    assert [PaymentFailed(PAYMENT_ID, Why.CANCELLED)] == events(effects)
    assert "cancel succeeded" == kinds(payment)[-1]


@pytest.mark.parametrize(
    ("seen", "operation"), [(HELD, "release created"), (PAID, "refund created")]
)
def test_driver_who_pays_while_we_cancel_gets_it_back(seen: Observed, operation: str):
    """The cancel came too late: what was secured goes back by itself."""
    payment, _ = after(started(), KeepDecided(ZERO))
    payment, _ = answered(payment, OperationKind.CANCEL, Declined("422", "not cancelable"))
    payment, effects = after(payment, seen)

    assert operation == kinds(payment)[-1]
    assert [PaymentSecured(PAYMENT_ID)] == events(effects)


def test_checkout_is_given_up_after_a_quarter_of_an_hour():
    """3-D Secure abandoned (fault 7): told once, cancelled, and a late payment goes back."""
    early, effects = after(started(), TimePassed(), now=LATER - timedelta(seconds=1))
    assert (started(), []) == (early, effects)

    payment, effects = after(started(), TimePassed(), TimePassed(), now=LATER)
    assert [PaymentFailed(PAYMENT_ID, Why.EXPIRED)] == events(effects)
    assert "cancel created" == kinds(payment)[-1]

    payment, _ = answered(payment, OperationKind.CANCEL, Declined("422", "not cancelable"))
    payment, effects = after(payment, PAID)
    assert [PaymentSecured(PAYMENT_ID)] == events(effects)
    assert eur("60.00") == latest(payment, OperationKind.REFUND).amount


def test_given_up_checkout_that_ends_is_not_told_twice():
    """It was told as expired already."""
    payment, _ = after(started(), TimePassed(), now=LATER)
    _, effects = after(payment, Observed(snapshot("expired")))

    assert [] == events(effects)


def test_hold_that_disappears_during_the_session_is_reported():
    """Energy is delivered without cover: somebody must know (threat 24)."""
    _, effects = after(started(), HELD, Observed(snapshot("expired")))

    assert [Trouble.HOLD_LOST] == [e.trouble for e in effects if isinstance(e, Report)]


def test_price_for_a_payment_that_ended_is_reported():
    """There is nothing to capture from: the amount is on the work list."""
    gone, _ = after(started(), HELD, Observed(snapshot("expired")))
    payment, effects = after(gone, KeepDecided(eur("8.00")))

    assert [(Trouble.CAPTURE_FAILED, eur("8.00"))] == [(e.trouble, e.amount) for e in effects]
    assert payment.is_settled


def test_hold_near_its_end_is_reported():
    """A day before the provider may drop it."""
    ending = snapshot("authorised", capture_before=NOW + timedelta(days=2))
    _, early = after(started(), Observed(ending))
    _, late = after(started(), Observed(ending), now=NOW + timedelta(days=1))

    assert [] == [e.trouble for e in early if isinstance(e, Report)]
    assert [Trouble.HOLD_ENDING] == [e.trouble for e in late if isinstance(e, Report)]


def test_payment_of_another_amount_changes_nothing_and_is_reported():
    """The amount is checked before anything is believed."""
    payment, effects = after(started(), Observed(snapshot("paid", amount=eur("0.60"))))

    assert started() == payment
    assert [Trouble.AMOUNT_DIFFERS] == [e.trouble for e in effects]


@pytest.mark.parametrize(("status", "troubles"), [("open", []), ("paid", [Trouble.PAID_TWICE])])
def test_second_payment_with_our_reference_matters_when_it_is_paid(
    status: str, troubles: list[Trouble]
):
    """A start that was repeated after its key was forgotten: only money is a trouble."""
    _, effects = after(started(), Observed(snapshot(status, provider_ref="tr_2")))

    assert troubles == [e.trouble for e in effects]


def test_refund_by_hand_is_taken_into_account():
    """Someone refunded 52 in the provider's dashboard: we do not refund them again."""
    by_hand = part("52.00", ref="re_hand")
    seen = Observed(snapshot("paid", captured=eur("60.00"), refunds=(by_hand,)))
    payment, _ = after(started(Strategy.PAY_FIRST), seen, KeepDecided(eur("8.00")))

    assert ["start succeeded"] == kinds(payment)


def test_full_return_after_settlement_refunds_the_price_too():
    """The operator gives the captured 8 back later: a refund, not a release."""
    payment, _ = after(started(), HELD, KeepDecided(eur("8.00")))
    payment, _ = answered(payment, OperationKind.CAPTURE, Accepted("cpt_1"))
    ended = snapshot("paid", captured=eur("8.00"), captures=(part("8.00"),))
    payment, _ = after(payment, Observed(ended))
    payment, _ = answered(payment, OperationKind.RELEASE, Accepted(REF))
    payment, _ = after(payment, Observed(ended), KeepDecided(ZERO))

    assert (OperationKind.REFUND, eur("8.00")) == (
        payment.operations[-1].kind,
        payment.operations[-1].amount,
    )


def test_sending_a_resolved_operation_changes_nothing():
    """A job that runs twice."""
    payment = started()
    start = payment.operations[0]

    assert (payment, []) == after(payment, Sending(start.operation_id))
    assert replace(start) == payment.operation(start.operation_id)
