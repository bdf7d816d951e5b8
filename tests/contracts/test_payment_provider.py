"""The contract of PaymentProvider: one suite for the fake, and for both SDKs over HTTP."""

from dataclasses import replace

import pytest

from app.funds.payments.ports import (
    Accepted,
    Declined,
    NotSent,
    Outcome,
    PartStatus,
    ProviderStatus,
    Snapshot,
    StartPayment,
    Strategy,
    Unknown,
)
from app.kernel.money import Money
from tests.contracts.worlds import BookEntry, ReadableWorld, World

HELD = Money(5000, "EUR")
PRICE = Money(1234, "EUR")
REST = Money(3766, "EUR")
NOTHING = Money(0, "EUR")
BY_CARD = StartPayment(
    key="start:1",
    reference="DP-7Q2M9K",
    amount=HELD,
    method="creditcard",
    strategy=Strategy.HOLD,
    description="Charging at NL*DEM*E1",
    return_url="https://pay.example.org/s/abc/back",
    webhook_url=None,
    locale="de",
)
BY_IDEAL = replace(BY_CARD, method="ideal", strategy=Strategy.PAY_FIRST)
LOST = ["timeout_before", "timeout_after", "error_before", "error_after", "garbage_after"]


async def started(world: World, order: StartPayment = BY_CARD) -> str:
    """Open a payment and return its reference at the provider."""
    outcome = await world.provider.start(world.account, order)
    assert isinstance(outcome, Accepted), outcome
    return outcome.provider_ref


async def approved(world: World, order: StartPayment = BY_CARD) -> str:
    """Open a payment, let the driver pay, and return its reference at the provider."""
    ref = await started(world, order)
    await world.approve(ref)
    return ref


async def read(world: World, ref: str) -> Snapshot:
    """Read a payment."""
    reading = await world.provider.fetch(world.account, ref)
    assert isinstance(reading, Snapshot), reading
    return reading


async def order(world: World, operation: str, ref: str, key: str) -> Outcome:
    """Send one order about a payment."""
    provider, account = world.provider, world.account
    if operation == "capture":
        return await provider.capture(account, ref, PRICE, key=key)
    if operation == "refund":
        return await provider.refund(account, ref, PRICE, key=key)
    if operation == "release":
        return await provider.release(account, ref, key=key)
    return await provider.cancel(account, ref, key=key)


async def prepared(world: World, operation: str) -> str:
    """Return a payment on which *operation* is possible."""
    if operation in ("capture", "release"):
        return await approved(world)
    return await (approved if operation == "refund" else started)(world, BY_IDEAL)


async def test_a_started_payment_is_open_and_has_a_page(world: World) -> None:
    """Start answers with the provider's page; nothing is taken yet."""
    outcome = await world.provider.start(world.account, BY_CARD)

    assert isinstance(outcome, Accepted)
    assert outcome.checkout_url is not None
    seen = await read(world, outcome.provider_ref)
    assert (ProviderStatus.OPEN, HELD, NOTHING) == (seen.status, seen.amount, seen.captured)
    assert outcome.checkout_url == seen.checkout_url
    assert seen.reference == BY_CARD.reference


async def test_a_card_is_held_then_captured_in_part_then_released(world: World) -> None:
    """Of a hold only the price is taken; the rest goes back, and the book agrees."""
    ref = await approved(world)
    held = await read(world, ref)
    captured = await world.provider.capture(world.account, ref, PRICE, key="capture:1")
    released = await world.provider.release(world.account, ref, key="release:1")
    done = await read(world, ref)

    assert (ProviderStatus.AUTHORISED, NOTHING) == (held.status, held.captured)
    assert "Visa •••• 1234" == held.instrument
    assert isinstance(captured, Accepted)
    assert isinstance(released, Accepted)
    assert (ProviderStatus.PAID, HELD, PRICE) == (done.status, done.amount, done.captured)
    assert [(captured.provider_ref, PartStatus.SUCCEEDED, PRICE)] == [
        (part.provider_ref, part.status, part.amount) for part in done.captures
    ]
    assert (await world.book())[ref] == BookEntry(PRICE, NOTHING)


async def test_a_hold_that_is_released_whole_costs_nothing(world: World) -> None:
    """A release without a capture ends cancelled."""
    ref = await approved(world)
    await world.provider.release(world.account, ref, key="release:1")
    seen = await read(world, ref)

    assert (ProviderStatus.CANCELLED, NOTHING) == (seen.status, seen.captured)


async def test_a_hold_that_is_captured_whole_is_paid(world: World) -> None:
    """A capture of everything leaves nothing to release."""
    ref = await approved(world)
    await world.provider.capture(world.account, ref, HELD, key="capture:1")
    seen = await read(world, ref)

    assert (ProviderStatus.PAID, HELD) == (seen.status, seen.captured)
    assert isinstance(
        await world.provider.release(world.account, ref, key="r"), Declined | Accepted
    )


async def test_a_hold_stays_authorised_until_it_is_released(world: World) -> None:
    """With multiple capture a partly captured hold is still held: the release ends it."""
    ref = await approved(world)
    await world.provider.capture(world.account, ref, PRICE, key="capture:1")
    before = await read(world, ref)
    await world.provider.release(world.account, ref, key="release:1")
    after = await read(world, ref)

    assert (ProviderStatus.AUTHORISED, PRICE) == (before.status, before.captured)
    assert (ProviderStatus.PAID, PRICE) == (after.status, after.captured)


async def test_a_payment_captured_in_part_counts_what_was_taken(readable: ReadableWorld) -> None:
    """`paid` with an amount of 50.00 of which 12.34 was captured: taken is 12.34, never 50.00."""
    await readable.single_capture()
    ref = await approved(readable)
    await readable.provider.capture(readable.account, ref, PRICE, key="capture:1")
    seen = await read(readable, ref)

    assert (ProviderStatus.PAID, HELD, PRICE) == (seen.status, seen.amount, seen.captured)


async def test_ideal_is_paid_first_and_the_rest_returned(world: World) -> None:
    """A method without holds is charged whole; the refund gives the rest back."""
    ref = await approved(world, BY_IDEAL)
    paid = await read(world, ref)
    refund = await world.provider.refund(world.account, ref, REST, key="refund:1")
    seen = await read(world, ref)

    assert (ProviderStatus.PAID, HELD) == (paid.status, paid.captured)
    assert isinstance(refund, Accepted)
    assert (HELD, REST) == (seen.captured, seen.refunded)
    assert [(refund.provider_ref, PartStatus.SUCCEEDED, REST)] == [
        (part.provider_ref, part.status, part.amount) for part in seen.refunds
    ]
    assert (await world.book())[ref] == BookEntry(HELD, REST)


async def test_refunds_come_in_the_order_they_were_made(readable: ReadableWorld) -> None:
    """Several refunds are all there, the oldest first."""
    ref = await approved(readable, BY_IDEAL)
    made = [
        await readable.provider.refund(readable.account, ref, PRICE, key=f"refund:{n}")
        for n in range(3)
    ]
    seen = await read(readable, ref)

    assert [o.provider_ref for o in made if isinstance(o, Accepted)] == [
        part.provider_ref for part in seen.refunds
    ]
    assert Money(3 * PRICE.minor, "EUR") == seen.refunded


@pytest.mark.parametrize(
    ("deed", "status"),
    [
        ("decline", ProviderStatus.FAILED),
        ("abandon", ProviderStatus.CANCELLED),
        ("expire", ProviderStatus.EXPIRED),
    ],
)
async def test_a_payment_that_was_not_made(
    readable: ReadableWorld, deed: str, status: ProviderStatus
) -> None:
    """Declined, cancelled by the driver and expired are told apart, and nothing is taken."""
    ref = await started(readable)
    await getattr(readable, deed)(ref)
    seen = await read(readable, ref)

    assert (status, NOTHING, None) == (seen.status, seen.captured, seen.checkout_url)


async def test_an_open_payment_can_be_cancelled(readable: ReadableWorld) -> None:
    """We can call off a payment before the driver pays."""
    ref = await started(readable)
    outcome = await readable.provider.cancel(readable.account, ref, key="cancel:1")

    assert isinstance(outcome, Accepted)
    assert ProviderStatus.CANCELLED == (await read(readable, ref)).status


async def test_a_hold_that_lapsed_is_expired_and_refuses_captures(readable: ReadableWorld) -> None:
    """Past its time a hold is gone: the capture is declined, nothing is taken."""
    ref = await approved(readable)
    await readable.expire(ref)
    outcome = await readable.provider.capture(readable.account, ref, PRICE, key="capture:1")

    assert isinstance(outcome, Declined)
    assert ProviderStatus.EXPIRED == (await read(readable, ref)).status


@pytest.mark.parametrize("operation", ["capture", "release", "refund", "cancel"])
async def test_an_order_out_of_turn_is_declined(readable: ReadableWorld, operation: str) -> None:
    """What the payment's state does not allow is refused, and changes nothing."""
    ref = await started(readable)
    if operation == "cancel":
        await readable.decline(ref)
    before = await read(readable, ref)
    outcome = await order(readable, operation, ref, "early")

    assert isinstance(outcome, Declined), outcome
    assert "refused" == outcome.code
    assert before == await read(readable, ref)


async def test_more_than_the_hold_is_declined(readable: ReadableWorld) -> None:
    """Captures never exceed the hold, refunds never what was taken."""
    card, ideal = (
        await approved(readable),
        await approved(readable, replace(BY_IDEAL, key="start:2")),
    )
    more = HELD + Money(1, "EUR")

    assert isinstance(
        await readable.provider.capture(readable.account, card, more, key="a"), Declined
    )
    assert isinstance(
        await readable.provider.refund(readable.account, ideal, more, key="b"), Declined
    )


async def test_the_same_start_twice_is_one_payment(world: World) -> None:
    """A repeated start answers the same and opens nothing new."""
    first = await world.provider.start(world.account, BY_CARD)
    second = await world.provider.start(world.account, BY_CARD)

    assert first == second
    assert 1 == len(await world.book())


@pytest.mark.parametrize("operation", ["capture", "refund"])
async def test_the_same_key_twice_moves_money_once(world: World, operation: str) -> None:
    """Repeating an order with its key changes nothing and answers the same."""
    ref = await prepared(world, operation)
    first = await order(world, operation, ref, "same")
    second = await order(world, operation, ref, "same")
    entry = (await world.book())[ref]

    assert isinstance(first, Accepted)
    assert first == second
    assert PRICE == (entry.captured if operation == "capture" else entry.refunded)


@pytest.mark.parametrize("fault", LOST)
@pytest.mark.parametrize("operation", ["capture", "refund", "release"])
async def test_a_lost_answer_is_unknown_and_the_same_key_settles_it(
    world: World, operation: str, fault: str
) -> None:
    """Lost before or after the effect, the order is Unknown; with its key it happens once."""
    await lost_and_sent_again(world, operation, fault)


@pytest.mark.parametrize("fault", LOST)
async def test_a_lost_cancellation_is_settled_by_the_same_key(
    readable: ReadableWorld, fault: str
) -> None:
    """The same holds for an order that Adyen does not know: a session can't be called off."""
    await lost_and_sent_again(readable, "cancel", fault)


async def lost_and_sent_again(world: World, operation: str, fault: str) -> None:
    """Lose the answer to an order, send it again, and see that it happened once."""
    ref = await prepared(world, operation)
    await world.fault(operation, fault)
    lost = await order(world, operation, ref, "same")
    again = await order(world, operation, ref, "same")
    entry = (await world.book())[ref]

    assert isinstance(lost, Unknown), lost
    assert isinstance(again, Accepted), again
    if operation == "capture":
        assert PRICE == entry.captured
    elif operation == "refund":
        assert PRICE == entry.refunded
    else:
        assert ProviderStatus.CANCELLED == (await read(world, ref)).status


@pytest.mark.parametrize("fault", LOST)
async def test_a_lost_start_is_unknown_and_the_same_key_opens_one(world: World, fault: str) -> None:
    """A start whose answer was lost is repeated with its key and leaves one payment."""
    await world.fault("start", fault)
    lost = await world.provider.start(world.account, BY_CARD)
    again = await world.provider.start(world.account, BY_CARD)

    assert isinstance(lost, Unknown), lost
    assert isinstance(again, Accepted), again
    assert 1 == len(await world.book())


@pytest.mark.parametrize("operation", ["capture", "refund", "release"])
async def test_being_asked_to_slow_down_is_not_sent(world: World, operation: str) -> None:
    """429 says when to come back, and that nothing happened."""
    ref = await prepared(world, operation)
    before = await read(world, ref)
    await world.fault(operation, "rate_limit")
    outcome = await order(world, operation, ref, "k")

    assert isinstance(outcome, NotSent), outcome
    assert 1 == outcome.retry_after_seconds
    assert not outcome.credentials_refused
    await world.waits(outcome.retry_after_seconds)
    assert before == await read(world, ref)


async def test_a_refused_key_marks_the_account(world: World) -> None:
    """401 is not the driver's fault and not final: the order was not taken, the key is named."""
    await world.fault("start", "unauthorised")
    outcome = await world.provider.start(world.account, BY_CARD)

    assert isinstance(outcome, NotSent), outcome
    assert outcome.credentials_refused


@pytest.mark.parametrize("operation", ["capture", "refund"])
async def test_a_part_that_fails_later_is_seen(world: World, operation: str) -> None:
    """An accepted capture or refund may still fail: the reading says so, and no money counts."""
    ref = await prepared(world, operation)
    await world.fault(operation, "part_fails")
    outcome = await order(world, operation, ref, "k")
    seen = await read(world, ref)
    part = (seen.captures if operation == "capture" else seen.refunds)[0]

    assert isinstance(outcome, Accepted)
    assert PartStatus.FAILED == part.status
    assert NOTHING == (seen.captured if operation == "capture" else seen.refunded)


@pytest.mark.parametrize("fault", ["timeout_before", "error_before", "garbage_after"])
async def test_a_reading_that_fails_is_unknown(readable: ReadableWorld, fault: str) -> None:
    """A reading whose answer was lost says nothing about the payment."""
    ref = await started(readable)
    await readable.fault("fetch", fault)

    assert isinstance(await readable.provider.fetch(readable.account, ref), Unknown)
    assert ProviderStatus.OPEN == (await read(readable, ref)).status


async def test_a_hold_that_cannot_grow_says_so(readable: ReadableWorld) -> None:
    """Raising it is declined with its own code, and what is held stays what it was."""
    ref = await approved(readable)
    more = Money(7500, "EUR")
    outcome = await readable.provider.raise_hold(readable.account, ref, more, key="more")

    assert isinstance(outcome, Declined)
    assert "not_supported" == outcome.code
    assert (HELD, None) == ((seen := await read(readable, ref)).amount, seen.authorised)


async def test_an_unknown_payment_is_not_found(readable: ReadableWorld) -> None:
    """A reference that the provider does not know is declined with its own code."""
    reading = await readable.provider.fetch(readable.account, "tr_neverheardof")

    assert isinstance(reading, Declined)
    assert "not_found" == reading.code


async def test_methods_are_offered_with_their_strategy(world: World) -> None:
    """The list says how each method funds a session, as the capability table does."""
    offers = await world.provider.list_methods(
        world.account, amount=HELD, locale="nl", country="NL"
    )
    strategies = {offer.method: offer.strategy for offer in offers}

    assert Strategy.HOLD == strategies["creditcard"]
    assert Strategy.PAY_FIRST == strategies["ideal"]
    assert all(
        world.provider.strategy(offer.method, HELD.currency) is offer.strategy for offer in offers
    )


def test_a_webhook_is_a_hint(readable: ReadableWorld) -> None:
    """`id=tr_…` names a payment; anything else names none and raises nothing."""
    assert ["tr_7UhSN1zuXS"] == list(readable.provider.parse_webhook({}, b"id=tr_7UhSN1zuXS"))
    for body in (b"", b"id=", b"id=ord_1", b"\xff\xfe", b'{"id": "tr_x"}', b"x" * 100_000):
        assert [] == list(readable.provider.parse_webhook({}, body))
