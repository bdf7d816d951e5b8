"""Stored means with both gateways, over judged HTTP against the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import timedelta

import httpx
import msgspec
import pytest

from app.funds.payments.ports import (
    Accepted,
    AtTerminal,
    Declined,
    DeviceStatus,
    Notice,
    OrderedPayment,
    PaymentProvider,
    ProviderAccount,
    Snapshot,
    Strategy,
)
from app.funds.payments.providers.settlements import Movement, SettlementLine
from app.funds.payments.providers.stored import MeansKeeper, StoredCharge, StoredMeans
from app.gateways.adyen.means import AdyenMeans
from app.gateways.adyen.provider import AdyenOptions, AdyenProvider
from app.gateways.adyen.settlements import AdyenSettlements, report_address
from app.gateways.adyen.undo import AdyenUndo
from app.gateways.mollie.means import MollieMeans
from app.gateways.mollie.provider import MollieOptions, MollieProvider
from app.gateways.mollie.settlements import MollieSettlements
from app.gateways.mollie.terminals import MollieTerminals
from app.kernel.money import Money
from app.sandbox.provider.app import Options
from tests.contracts import worlds
from tests.contracts.adyen import HMAC_KEY, MERCHANT
from tests.contracts.judged import Sandbox, judged_sandbox
from tests.contracts.stranger import Stranger, stranger
from tests.contracts.test_payment_provider import BY_CARD, BY_IDEAL, HELD, PRICE
from tests.contracts.worlds import READ
from tests.fakes.clock import FakeClock

DRIVER = "driver-7f3a"


@dataclass
class Shop:
    """A merchant at the sandbox, with the gateways' further ports."""

    name: str
    account: ProviderAccount
    mollie: MollieProvider
    adyen: AdyenProvider
    sandbox: Sandbox
    control: httpx.AsyncClient
    clock: FakeClock

    @property
    def provider(self) -> PaymentProvider:
        """Return the port of payments."""
        return self.mollie if self.name == "mollie" else self.adyen

    @property
    def means(self) -> MeansKeeper:
        """Return the port of stored means."""
        return MollieMeans(self.mollie) if self.name == "mollie" else AdyenMeans(self.adyen)

    async def paid(self, *, customer: str | None = None, key: str = "start:1") -> str:
        """Let a driver pay on the page, and return what the provider calls the payment."""
        order = replace(BY_CARD, key=key, customer=customer, reference=f"DP-{key}")
        started = await self.provider.start(self.account, order)
        assert isinstance(started, Accepted), started
        path = f"/control/payments/{started.provider_ref}/approve"
        line = (await self.control.post(path)).raise_for_status().json()
        ref: str = line["id"]
        return ref

    async def customer(self) -> str:
        """Make the driver known to the provider."""
        made = await self.means.open_customer(self.account, DRIVER, key="customer:1")
        assert isinstance(made, Accepted), made
        return made.provider_ref

    async def stored(self) -> tuple[str, StoredMeans]:
        """Let a driver pay and leave the card; return the customer and the card."""
        customer = await self.customer()
        await self.paid(customer=customer)
        found = await self.means.stored_means(self.account, customer)
        assert isinstance(found, list), found
        return customer, found[0]


@asynccontextmanager
async def open_shop(name: str) -> AsyncIterator[Shop]:
    """Give a shop at a sandbox of its own; leave only when everything was as published."""
    clock = FakeClock()
    async with judged_sandbox(Options(clock=clock)) as sandbox:
        mollie = MollieProvider(MollieOptions(endpoint=sandbox.url, read=READ), clock)
        adyen = AdyenProvider(AdyenOptions(endpoint=f"{sandbox.url}/adyen", read=READ), clock)
        mine = worlds.account()
        if name == "adyen":
            mine = replace(
                mine, provider="adyen", merchant=MERCHANT, secret="AQE", webhook_keys=(HMAC_KEY,)
            )
        async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as control:
            yield Shop(name, mine, mollie, adyen, sandbox, control, clock)
        mollie.close()
        adyen.close()


@pytest.fixture(params=["mollie", "adyen"])
async def shop(request: pytest.FixtureRequest) -> AsyncIterator[Shop]:
    """Give a shop at each provider."""
    async with open_shop(request.param) as given:
        yield given


@pytest.fixture
async def mollie_shop() -> AsyncIterator[Shop]:
    """Give a shop at Mollie."""
    async with open_shop("mollie") as given:
        yield given


@pytest.fixture
async def adyen_shop() -> AsyncIterator[Shop]:
    """Give a shop at Adyen."""
    async with open_shop("adyen") as given:
        yield given


def charge(customer: str, token: str, key: str = "charge:1") -> StoredCharge:
    """Return a charge of the price without the driver."""
    return StoredCharge(
        key=key,
        reference="DP-LATER",
        amount=PRICE,
        customer=customer,
        token=token,
        description="Charging at NL*DEM*E1",
        return_url="https://pay.example.org/s/abc/back",
    )


# Charge after: a card that was left is charged when the price is known


async def test_a_card_that_was_left_is_recognised(shop: Shop) -> None:
    """After a payment with storing, the provider lists the card with its last digits."""
    _, card = await shop.stored()

    assert ("creditcard", "Visa •••• 1234") == (card.method, card.instrument)


async def test_a_stored_card_is_charged_once_without_the_driver(shop: Shop) -> None:
    """The price is taken at the end; the same key again is the same charge."""
    customer, card = await shop.stored()
    first = await shop.means.charge(shop.account, charge(customer, card.token))
    again = await shop.means.charge(shop.account, charge(customer, card.token))
    book = (await shop.control.get("/control/book")).json()
    assert isinstance(first, Accepted), first
    lines = [line for line in book if line["id"] == first.provider_ref]

    assert first == again
    assert [PRICE.minor] == [line["captured"]["minor"] for line in lines]


async def test_a_forgotten_card_is_not_charged(shop: Shop) -> None:
    """Deleted is deleted, twice as well; a charge is declined then."""
    customer, card = await shop.stored()
    first = await shop.means.forget(shop.account, customer, card.token, key="forget:1")
    again = await shop.means.forget(shop.account, customer, card.token, key="forget:2")
    left = await shop.means.stored_means(shop.account, customer)
    late = await shop.means.charge(shop.account, charge(customer, card.token))

    assert [Accepted(card.token)] * 2 == [first, again]
    assert [] == left
    assert isinstance(late, Declined), late


async def test_a_driver_who_leaves_nothing_has_nothing_stored(shop: Shop) -> None:
    """Only a start that names the customer stores anything."""
    customer = await shop.customer()
    await shop.paid()

    assert [] == await shop.means.stored_means(shop.account, customer)


@pytest.mark.parametrize("token", ["../../payments", "", "mdt_/../x", "a b"])
async def test_a_token_that_is_none_never_reaches_the_path(shop: Shop, token: str) -> None:
    """A token goes into an address."""
    before = len(shop.sandbox.judged.exchanges)
    outcome = await shop.means.forget(shop.account, "cst_driver7", token, key="forget:1")

    assert isinstance(outcome, Declined)
    assert before == len(shop.sandbox.judged.exchanges)


@pytest.mark.parametrize(
    ("answer", "kind"),
    [
        ({"resultCode": "Authorised", "pspReference": "PAYM000000000001"}, "Accepted"),
        ({"resultCode": "Pending", "pspReference": "PAYM000000000001"}, "Accepted"),
        ({"resultCode": "Refused", "refusalReason": "Expired Card"}, "Declined"),
        ({"resultCode": "RedirectShopper"}, "Declined"),
        ({"resultCode": "Error"}, "Unknown"),
    ],
)
async def test_what_a_charge_without_the_driver_comes_to(answer: dict[str, str], kind: str) -> None:
    """A bank that wants the driver there says no; an error of Adyen's is not yet an answer."""
    async with stranger(Stranger(200, msgspec.json.encode(answer))) as url:
        adyen = AdyenProvider(AdyenOptions(endpoint=url), FakeClock())
        mine = replace(worlds.account(), merchant=MERCHANT)
        outcome = await AdyenMeans(adyen).charge(mine, charge(DRIVER, "TOKEN1"))

    assert kind == type(outcome).__name__


# Terminals


async def test_a_card_is_tapped_at_mollies_terminal(mollie_shop: Shop) -> None:
    """The terminal is listed and asks; the tap pays at once, and the payment is read."""
    shop = mollie_shop
    new = {"face": "mollie", "owner": shop.account.secret, "description": "Bay 3"}
    name = (await shop.control.post("/control/terminals", json=new)).json()["id"]
    terminals = MollieTerminals(shop.mollie)
    listed = await terminals.status(shop.account)
    asked = await terminals.activate(shop.account, replace(BY_IDEAL, terminal=AtTerminal(name)))
    await shop.control.post(f"/terminal/{name}", json={"deed": "tap", "card": "5678"})
    assert isinstance(asked, Accepted), asked
    seen = await shop.mollie.fetch(shop.account, asked.provider_ref)

    assert {name: DeviceStatus.ONLINE} == listed
    assert isinstance(seen, Snapshot)
    assert ("paid", HELD) == (seen.status, seen.captured)
    assert "Card •••• 5678" == seen.instrument
    assert seen.fingerprint


async def test_a_terminal_that_is_none_is_not_asked(mollie_shop: Shop) -> None:
    """A name that can't be a terminal's is declined without a call."""
    terminals = MollieTerminals(mollie_shop.mollie)
    order = replace(BY_IDEAL, terminal=AtTerminal("tr_1234"))
    outcome = await terminals.activate(mollie_shop.account, order)

    assert isinstance(outcome, Declined)


# Settlements


def told(lines: list[SettlementLine]) -> set[tuple[Movement, int]]:
    """Return what moved."""
    return {(line.movement, line.gross.minor) for line in lines}


async def test_mollies_balance_says_what_moved(mollie_shop: Shop) -> None:
    """Captures and refunds with their fees, named so that they can be matched; then the payout."""
    shop = mollie_shop
    ref = await shop.paid()
    since = shop.clock.now()
    await shop.mollie.capture(shop.account, ref, PRICE, key="capture:1")
    await shop.control.post("/control/clock", json={"seconds": 86_400})
    settlements = MollieSettlements(shop.mollie)
    lines = await settlements.lines(shop.account, since=since)
    nothing = await settlements.lines(shop.account, since=since + timedelta(days=9))
    payouts = await settlements.payouts(shop.account)

    assert isinstance(lines, list), lines
    assert (Movement.PAYMENT, PRICE.minor) in told(lines)
    assert [ref] == [line.provider_ref for line in lines if line.movement is Movement.PAYMENT]
    assert all(line.gross - line.fee == line.net for line in lines)
    assert [] == nothing
    assert isinstance(payouts, list)
    assert 1 == len(payouts)


async def test_adyens_report_says_what_moved(adyen_shop: Shop) -> None:
    """Announced by a notice, read with the key, balanced by the payout at its end."""
    shop = adyen_shop
    hooks = Stranger(202)
    async with stranger(hooks) as url:
        hook = {"merchantAccount": MERCHANT, "url": url, "hmacKey": HMAC_KEY}
        await shop.control.post("/control/adyen/webhooks", json=hook)
        ref = await shop.paid()
        await shop.adyen.capture(shop.account, ref, PRICE, key="capture:1")
        await shop.control.post("/control/adyen/reports", json={"merchantAccount": MERCHANT})
        while not any(b"REPORT_AVAILABLE" in body for body in hooks.bodies):
            hooks.heard.clear()
            await hooks.heard.wait()
    notices = [
        notice
        for body in hooks.bodies
        for notice in shop.adyen.read_notices(shop.account, body).genuine
    ]
    (address,) = [found for notice in notices if (found := report_address(notice))]
    reports = AdyenSettlements(shop.adyen, sandbox=shop.sandbox.url)
    found = await reports.fetch(shop.account, address)
    elsewhere = await reports.fetch(
        shop.account, "https://evil.example/settlement_detail_report.csv"
    )
    assert isinstance(found, tuple), found
    (settlement,) = found

    assert (Movement.PAYMENT, PRICE.minor) in told(list(settlement.lines))
    assert [ref] == [
        line.provider_ref for line in settlement.lines if line.movement is Movement.PAYMENT
    ]
    assert Money(0, "EUR") == settlement.balance
    assert isinstance(elsewhere, Declined)


async def notices_of(shop: Shop, hooks: Stranger, codes: int) -> list[Notice]:
    """Wait for so many webhooks and return the notices in them."""
    async with asyncio.timeout(60):
        while len(hooks.bodies) < codes:
            hooks.heard.clear()
            await hooks.heard.wait()
    bodies = [shop.adyen.read_notices(shop.account, body) for body in hooks.bodies]
    return [notice for told in bodies for notice in told.genuine]


async def test_a_hold_grows_and_goes_back_whole(adyen_shop: Shop) -> None:
    """Raised while the car charges, told by a notice; reversed, nothing is held any more."""
    shop = adyen_shop
    hooks = Stranger(202)
    more = Money(7500, "EUR")
    async with stranger(hooks) as url:
        hook = {"merchantAccount": MERCHANT, "url": url, "hmacKey": HMAC_KEY}
        await shop.control.post("/control/adyen/webhooks", json=hook)
        ref = await shop.paid()
        raised = await shop.adyen.raise_hold(shop.account, ref, more, key="raise:1")
        grown = await notices_of(shop, hooks, 2)
        undone = await AdyenUndo(shop.adyen).reverse(shop.account, ref, key="reverse:1")
        ended = await notices_of(shop, hooks, 3)
    ordered = OrderedPayment(ref, "DP-start:1", HELD, "creditcard", Strategy.HOLD)
    after, at_last = (shop.adyen.recall(ordered, told) for told in (grown, ended))

    assert isinstance(raised, Accepted)
    assert isinstance(undone, Accepted)
    assert isinstance(after, Snapshot)
    assert isinstance(at_last, Snapshot)
    assert ("authorised", HELD, more) == (after.status, after.amount, after.authorised)
    assert "cancelled" == at_last.status


async def test_a_payment_is_called_off_by_our_own_reference(adyen_shop: Shop) -> None:
    """When the answer that names the payment was lost, our reference is enough."""
    shop = adyen_shop
    ref = await shop.paid()
    outcome = await AdyenUndo(shop.adyen).cancel_by_reference(
        shop.account, "DP-start:1", key="cancel:1"
    )
    book = (await shop.control.get("/control/book")).json()

    assert isinstance(outcome, Accepted), outcome
    assert ["canceled"] == [line["status"] for line in book if line["id"] == ref]


async def test_what_a_driver_brings_back_names_the_payment(adyen_shop: Shop) -> None:
    """The result of a completed session may name the payment: the hold is known before webhooks."""
    shop = adyen_shop
    started = await shop.adyen.start(shop.account, BY_CARD)
    assert isinstance(started, Accepted)
    assert started.checkout_url is not None
    page = await shop.control.post(started.checkout_url, data={"deed": "approve"})
    query = dict(httpx.URL(page.headers["location"]).params)
    ordered = OrderedPayment(
        started.provider_ref, BY_CARD.reference, HELD, "creditcard", Strategy.HOLD
    )
    seen = await shop.adyen.come_back(shop.account, ordered, query)

    assert isinstance(seen, Snapshot), seen
    assert ("authorised", HELD) == (seen.status, seen.amount)
    assert seen.orders_ref is not None
