"""The operator's part of a payment: how it is divided, ordered, taken back and owed again."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from app.funds.payments.model import Operation, OperationKind, OperationState, Payment
from app.funds.payments.ports import (
    Accepted,
    Declined,
    Part,
    PartStatus,
    ProviderStatus,
    Strategy,
)
from app.funds.payments.providers.capabilities import way_of
from app.funds.payments.rules.news import Answered, KeepDecided, Observed, Sending
from app.funds.payments.sharing.model import Sharing, Way, divided
from app.funds.payments.sharing.rules import arrived, recalled
from app.kernel.money import Money
from tests.funds.orders import NOW, after, eur, latest, snapshot, started

MINORS = st.integers(min_value=0, max_value=10**7)


@given(st.lists(MINORS, min_size=1, max_size=5), st.integers(min_value=0, max_value=1000))
def test_the_parts_are_the_whole(kept: list[int], permille: int):
    """The parts of all payments are what was earned, and none is more than its payment keeps."""
    earned = Money(sum(kept) * permille // 1000, "EUR")
    parts = list(divided(earned, [Money(minor, "EUR") for minor in kept]))

    assert earned.minor == sum(part.minor for part in parts)
    assert all(0 <= part.minor <= minor for part, minor in zip(parts, kept, strict=True))


def test_the_last_payment_takes_the_remainder():
    """Of 10.00 out of three times 5.00: 3.33, 3.33, and 3.34."""
    parts = divided(eur("10.00"), [eur("5.00")] * 3)

    assert [333, 333, 334] == [part.minor for part in parts]


def test_who_can_divide_what():
    """Adyen divides holds in any currency; Mollie routes everything in some."""
    assert Way.CAPTURE is way_of("adyen", Strategy.HOLD, "RON")
    assert way_of("adyen", Strategy.PAY_FIRST, "EUR") is None
    assert Way.ROUTE is way_of("mollie", Strategy.PAY_FIRST, "SEK")
    assert way_of("mollie", Strategy.HOLD, "RON") is None
    assert way_of("wallet", Strategy.HOLD, "EUR") is None


def sharing(way: Way, goal: str = "10.00") -> Sharing:
    """Of the payment so much is the operator's."""
    return Sharing("voltstraat", "BA1", way, ordered=eur("10.00"), goal=eur(goal))


def held() -> Payment:
    """A hold of 60.00."""
    return after(started(), Observed(snapshot(ProviderStatus.AUTHORISED)))[0]


def kept(way: Way) -> Payment:
    """A hold of 60.00 of which 12.34 stay, and 10.00 of that are the operator's."""
    return after(held(), KeepDecided(eur("12.34"), sharing(way)))[0]


def captured(payment: Payment, status: PartStatus = PartStatus.SUCCEEDED) -> Payment:
    """The provider takes the capture and lets the rest go, or fails to capture."""
    order = latest(payment, OperationKind.CAPTURE)
    assert order.amount is not None
    part = Part(f"cpt_{order.number}", status, order.amount)
    taken = order.amount if status is PartStatus.SUCCEEDED else eur("0")
    seen = snapshot(ProviderStatus.PAID, captures=(part,), captured=taken)
    if status is PartStatus.FAILED:
        seen = replace(seen, status=ProviderStatus.AUTHORISED)
    answer = Answered(order.operation_id, Accepted(part.provider_ref))
    payment = after(payment, Sending(order.operation_id), answer, Observed(seen))[0]
    for release in payment.of_kind(OperationKind.RELEASE):
        gone = Answered(release.operation_id, Accepted("tr_1"))
        payment = after(payment, Sending(release.operation_id), gone, Observed(seen))[0]
    return payment


def refused(payment: Payment, order: Operation) -> Payment:
    """The provider refuses an order."""
    answer = Answered(order.operation_id, Declined("refused", "no such account"))
    return after(payment, Sending(order.operation_id), answer)[0]


def test_the_capture_carries_the_part():
    """Ordered with the capture, and there when the capture is done."""
    ordered = kept(Way.CAPTURE)
    done = captured(ordered)

    assert eur("10.00") == latest(ordered, OperationKind.CAPTURE).share
    assert (0, 0) == (arrived(ordered), recalled(ordered))
    assert (1000, 0) == (arrived(done), recalled(done))


def test_a_route_follows_the_capture():
    """Nothing is routed before it was taken; the route is done when it is accepted."""
    ordered = kept(Way.ROUTE)
    taken = captured(ordered)
    route = latest(taken, OperationKind.ROUTE)
    answer = Answered(route.operation_id, Accepted("crt_1"))
    done = after(taken, Sending(route.operation_id), answer)[0]

    assert latest(ordered, OperationKind.CAPTURE).share is None
    assert () == ordered.of_kind(OperationKind.ROUTE)
    assert (eur("10.00"), eur("10.00")) == (route.amount, route.share)
    assert (0, 1000) == (arrived(taken), arrived(done))
    assert OperationState.SUCCEEDED is latest(done, OperationKind.ROUTE).state


def test_a_driver_does_not_wait_for_a_route():
    """The money of the driver is settled while the route is under way."""
    taken = captured(kept(Way.ROUTE))

    assert taken.is_waiting
    assert taken.is_settled


def test_a_refused_capture_is_made_without_the_part():
    """The driver's money is taken, the part is owed again; the second refusal is the last."""
    first = kept(Way.CAPTURE)
    again = refused(first, latest(first, OperationKind.CAPTURE))
    plain = latest(again, OperationKind.CAPTURE)
    over = refused(again, plain)

    assert (eur("12.34"), None) == (plain.amount, plain.share)
    assert 1000 == recalled(again)
    assert 2 == len(over.of_kind(OperationKind.CAPTURE))


def test_a_capture_that_fails_later_gives_nobody_a_part():
    """The bank says no after all: what was ordered of it is owed again."""
    failed = captured(kept(Way.CAPTURE), PartStatus.FAILED)

    assert (0, 1000) == (arrived(failed), recalled(failed))


def test_a_refused_route_is_not_made_again():
    """What the provider does not route is owed, and a person is told."""
    taken = captured(kept(Way.ROUTE))
    over = refused(taken, latest(taken, OperationKind.ROUTE))

    assert (0, 1000) == (arrived(over), recalled(over))
    assert 1 == len(over.of_kind(OperationKind.ROUTE))


def test_a_refund_takes_the_part_back():
    """Of 6.00 that go back the operator gives 4.00, once the refund is done."""
    done = captured(kept(Way.CAPTURE))
    asked = after(done, KeepDecided(eur("6.34"), sharing(Way.CAPTURE, "6.00")))[0]
    order = latest(asked, OperationKind.REFUND)

    assert (eur("6.00"), eur("4.00")) == (order.amount, order.share)
    # It is owed again at once, and there as long as the refund is not.
    assert (1000, 400) == (arrived(asked), recalled(asked))


def test_a_refund_is_made_without_the_part_when_that_is_refused():
    """The driver gets the money all the same; what the operator keeps, it owes."""
    done = captured(kept(Way.CAPTURE))
    asked = after(done, KeepDecided(eur("6.34"), sharing(Way.CAPTURE, "6.00")))[0]
    again = refused(asked, latest(asked, OperationKind.REFUND))
    plain = latest(again, OperationKind.REFUND)

    assert (eur("6.00"), None) == (plain.amount, plain.share)
    assert (1000, 0) == (arrived(again), recalled(again))


def test_a_refund_before_the_route_only_makes_it_smaller():
    """Nothing was sent yet, so nothing has to come back."""
    route_open = captured(kept(Way.ROUTE))
    unsent = replace(
        route_open,
        operations=tuple(
            one for one in route_open.operations if one.kind is not OperationKind.ROUTE
        ),
    )
    asked = after(unsent, KeepDecided(eur("6.34"), sharing(Way.ROUTE, "6.00")))[0]

    assert latest(asked, OperationKind.REFUND).share is None
    assert 400 == recalled(asked)


def test_nobody_has_more_of_a_payment_than_stays():
    """A goal above what is kept falls with it."""
    done = captured(kept(Way.CAPTURE))
    asked = after(done, KeepDecided(eur("2.00")))[0]

    assert asked.sharing is not None
    assert eur("2.00") == asked.sharing.goal
    assert eur("8.00") == latest(asked, OperationKind.REFUND).share


def test_a_lost_hold_owes_the_part_again():
    """The hold is gone before its capture: no provider will ever give the part."""
    ordered = kept(Way.ROUTE)
    gone = after(ordered, Observed(snapshot(ProviderStatus.EXPIRED)), now=NOW + timedelta(1))[0]

    assert 1000 == recalled(gone)
