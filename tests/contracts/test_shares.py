"""What a platform passes on to others, with both gateways, over judged HTTP at the sandbox."""

from datetime import timedelta

import msgspec

from app.funds.payments.ports import Accepted, Declined, PartStatus, Snapshot
from app.funds.payments.providers.settlements import Movement
from app.funds.payments.providers.shares import Share, SharesBack
from app.gateways.adyen.shares import AdyenShares
from app.gateways.mollie.settlements import MollieSettlements
from app.gateways.mollie.shares import MollieShares
from app.kernel.money import Money
from tests.contracts.test_payment_provider import HELD, PRICE
from tests.contracts.test_stored_means import Shop, adyen_shop, mollie_shop, shop

__all__ = ["adyen_shop", "mollie_shop", "shop"]

THEIRS, OURS = Money(1000, "EUR"), Money(234, "EUR")
RECIPIENTS = {"adyen": "BA00000000000000000000001", "mollie": "org_12345"}


def shares_of(shop: Shop, theirs: Money = THEIRS, ours: Money = OURS) -> tuple[Share, ...]:
    """Return a division between the operator and the platform."""
    return (
        Share(RECIPIENTS[shop.name], theirs, "DP-1-share"),
        Share(None, ours, "DP-1-fee"),
    )


def back_of(shop: Shop) -> SharesBack:
    """Return the port that takes shares back."""
    return MollieShares(shop.mollie) if shop.name == "mollie" else AdyenShares(shop.adyen)


async def divided(shop: Shop) -> str:
    """Let a driver pay the price, give the operator its part, and return the payment."""
    ref = await shop.paid()
    if shop.name == "adyen":
        shares = AdyenShares(shop.adyen)
        taken = await shares.capture_shared(shop.account, ref, shares_of(shop), key="capture:1")
    else:
        await shop.mollie.capture(shop.account, ref, PRICE, key="capture:1")
        await shop.mollie.release(shop.account, ref, key="release:1")
        routes = MollieShares(shop.mollie)
        taken = await routes.route(shop.account, ref, shares_of(shop)[0], key="route:1")
    assert isinstance(taken, Accepted), taken
    await shop.control.post("/control/clock", json={"seconds": 60})
    return ref


async def given(shop: Shop) -> dict[str, int]:
    """Return what others have got of the last payment, as the provider's own book has it."""
    lines = (await shop.control.get("/control/book")).json()
    found: dict[str, int] = lines[0]["shares"]
    return found


async def test_the_operator_gets_its_part(shop: Shop) -> None:
    """Of 12.34 that were taken, 10.00 are the operator's: with the capture, or by a route."""
    await divided(shop)

    assert {RECIPIENTS[shop.name]: 1000} == await given(shop)


async def test_a_refund_takes_a_part_back(shop: Shop) -> None:
    """Of 5.00 that the driver gets, 4.00 come from the operator; the same key again: once."""
    ref = await divided(shop)
    shares = shares_of(shop, Money(400, "EUR"), Money(100, "EUR"))
    back = back_of(shop)
    first = await back.refund_shared(shop.account, ref, shares, key="refund:1")
    again = await back.refund_shared(shop.account, ref, shares, key="refund:1")
    await shop.control.post("/control/clock", json={"seconds": 3 * 86400})
    line = (await shop.control.get("/control/book")).json()[0]

    assert isinstance(first, Accepted), first
    assert first == again
    assert {RECIPIENTS[shop.name]: 600} == line["shares"]
    assert 500 == line["refunded"]["minor"]


async def test_nobody_gives_back_more_than_they_got(shop: Shop) -> None:
    """A refund that would take 11.00 from who has 10.00 is refused, and gives the driver none."""
    ref = await divided(shop)
    shares = shares_of(shop, Money(1100, "EUR"), Money(100, "EUR"))
    refused = await back_of(shop).refund_shared(shop.account, ref, shares, key="refund:1")
    line = (await shop.control.get("/control/book")).json()[0]

    assert isinstance(refused, Declined), refused
    assert ({RECIPIENTS[shop.name]: 1000}, 0) == (line["shares"], line["refunded"]["minor"])


async def test_adyen_is_told_all_of_it(adyen_shop: Shop) -> None:
    """The splits add up to the capture, and disputes are the platform's."""
    await divided(adyen_shop)
    sent = msgspec.json.decode(adyen_shop.sandbox.judged.exchanges[0].request_body)
    captures = [
        msgspec.json.decode(one.request_body)
        for one in adyen_shop.sandbox.judged.exchanges
        if one.path.endswith("/captures")
    ]

    assert sent is not None
    (capture,) = captures
    assert PRICE.minor == capture["amount"]["value"]
    assert [("BalanceAccount", 1000), ("Commission", 234)] == [
        (split["type"], split["amount"]["value"]) for split in capture["splits"]
    ]
    assert {"behavior": "deductFromLiableAccount"} == capture["platformChargebackLogic"]


async def test_a_route_is_found_again(mollie_shop: Shop) -> None:
    """Asked again with another key, as after a long silence, the same route is answered."""
    ref = await divided(mollie_shop)
    routes = MollieShares(mollie_shop.mollie)
    theirs = shares_of(mollie_shop)[0]
    first = await routes.route(mollie_shop.account, ref, theirs, key="route:1")
    again = await routes.route(mollie_shop.account, ref, theirs, key="route:9")

    assert first == again
    assert {RECIPIENTS["mollie"]: 1000} == await given(mollie_shop)


async def test_more_than_there_is_cannot_be_routed(mollie_shop: Shop) -> None:
    """Mollie refuses, and so does a payment that nothing was taken of."""
    ref = await divided(mollie_shop)
    routes = MollieShares(mollie_shop.mollie)
    more = Share(RECIPIENTS["mollie"], HELD, "DP-2-share")
    refused = await routes.route(mollie_shop.account, ref, more, key="route:2")
    held = await mollie_shop.paid(key="start:2")
    early = await routes.route(mollie_shop.account, held, more, key="route:3")

    assert isinstance(refused, Declined), refused
    assert isinstance(early, Declined), early


async def test_a_failed_refund_leaves_the_part_where_it_was(mollie_shop: Shop) -> None:
    """The bank sends the refund back: what was pulled back from the operator is its own again."""
    ref = await divided(mollie_shop)
    fault = {"operation": "refund", "fault": "part_fails"}
    (await mollie_shop.control.post("/control/faults", json=fault)).raise_for_status()
    shares = shares_of(mollie_shop, Money(400, "EUR"), Money(100, "EUR"))
    routes = MollieShares(mollie_shop.mollie)
    await routes.refund_shared(mollie_shop.account, ref, shares, key="refund:1")
    await mollie_shop.control.post("/control/clock", json={"seconds": 3 * 86400})
    seen = await mollie_shop.mollie.fetch(mollie_shop.account, ref)

    assert isinstance(seen, Snapshot)
    assert [PartStatus.FAILED] == [part.status for part in seen.refunds]
    assert {RECIPIENTS["mollie"]: 1000} == await given(mollie_shop)


async def test_mollies_balance_tells_of_shares(mollie_shop: Shop) -> None:
    """A route is a line of its own, and so is what a refund takes back."""
    shop = mollie_shop
    ref = await divided(shop)
    shares = shares_of(shop, Money(400, "EUR"), Money(100, "EUR"))
    await MollieShares(shop.mollie).refund_shared(shop.account, ref, shares, key="refund:1")
    await shop.control.post("/control/clock", json={"seconds": 3 * 86400})
    since = shop.clock.now() - timedelta(days=1)
    lines = await MollieSettlements(shop.mollie).lines(shop.account, since=since)

    assert isinstance(lines, list), lines
    found = [(line.said, line.gross.minor) for line in lines if line.movement is Movement.SHARE]
    assert {("split-payment", -1000), ("refund-compensation", 400)} == set(found)
