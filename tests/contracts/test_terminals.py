"""The port of terminals on both gateways, over judged HTTP against the sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta

import httpx
import pytest

from app.funds.payments.ports import (
    Accepted,
    AtTerminal,
    CardReading,
    CardSeen,
    Declined,
    DeviceStatus,
    NoCard,
    NotSent,
    OrderedPayment,
    Outcome,
    PromptDevice,
    PromptName,
    ProviderAccount,
    ProviderStatus,
    Reading,
    Screen,
    Snapshot,
    StartPayment,
    StillAsking,
    Strategy,
    Unknown,
)
from app.gateways.adyen.devices.devices import AdyenDevices
from app.gateways.adyen.devices.messages import service_id
from app.gateways.adyen.provider import AdyenOptions, AdyenProvider
from app.gateways.mollie.provider import MollieOptions, MollieProvider
from app.gateways.mollie.terminals import MollieTerminals
from app.kernel.money import Money
from app.sandbox.provider.app import Options
from tests.contracts.adyen import MERCHANT, Merchant, merchant_account
from tests.contracts.judged import judged_sandbox
from tests.contracts.test_payment_provider import BY_CARD
from tests.contracts.worlds import HANG_MILLISECONDS, READ, account
from tests.fakes.clock import FakeClock

DEVICE = "S1F2-000158215131748"
HOLD = Money(4500, "EUR")


@dataclass
class Bay:
    """A terminal of Adyen's, what is asked of it, and the driver in front of it."""

    merchant: Merchant
    devices: AdyenDevices
    checkout: AdyenProvider
    account: ProviderAccount
    clock: FakeClock
    orders: dict[str, PromptName] = field(default_factory=dict)

    def order(self, key: str = "first", *, waits: bool = False) -> StartPayment:
        """Return an order to hold the amount on a card at the terminal."""
        at = AtTerminal(DEVICE, waits=waits)
        return replace(
            BY_CARD, key=key, reference=f"DP-{key}", amount=HOLD, method="creditcard", terminal=at
        )

    async def asks(self, key: str = "first", *, waits: bool = False) -> Outcome:
        """Let the terminal ask for a card."""
        self.orders[key] = PromptName(DEVICE, key, self.clock.now())
        return await self.devices.activate(self.account, self.order(key, waits=waits))

    async def looks(self, key: str = "first") -> Reading:
        """Ask what became of it."""
        return await self.devices.look(self.account, self.ordered(key))

    def ordered(self, key: str = "first") -> OrderedPayment:
        """Return the payment as it was ordered."""
        return OrderedPayment(
            None, f"DP-{key}", HOLD, "creditcard", Strategy.HOLD, self.orders[key]
        )

    async def reads(self, key: str, *, waits: bool = False) -> Outcome:
        """Let the terminal ask for a card without money."""
        self.orders[key] = PromptName(DEVICE, key, self.clock.now())
        return await self.devices.read_card(self.account, self.orders[key], waits=waits)

    async def card(self, key: str) -> CardReading:
        """Ask which card was shown."""
        return await self.devices.card_of(self.account, self.orders[key])

    async def does(self, deed: str, card: str = "1234") -> None:
        """Do something at the terminal."""
        answer = await self.merchant.http.post(
            f"/terminal/{DEVICE}", json={"deed": deed, "card": card}
        )
        assert 200 == answer.status_code, answer.text

    async def screen(self) -> object:
        """Look at the terminal's screen."""
        return (await self.merchant.http.get(f"/control/terminals/{DEVICE}")).json()["shows"]

    async def payments(self) -> int:
        """Count the payments in the sandbox's own book."""
        return len((await self.merchant.http.get("/control/book")).json())


@pytest.fixture
async def bay() -> AsyncIterator[Bay]:
    """Give a terminal of Adyen's; leave it only when everything went as published."""
    async with merchant_account() as merchant:
        await merchant.control("terminals", face="adyen", owner=MERCHANT, id=DEVICE)
        clock = FakeClock()
        options = AdyenOptions(endpoint=f"{merchant.sandbox.url}/adyen", read=READ)
        mine = replace(account(), provider="adyen", secret="AQEsandbox", merchant=MERCHANT)
        devices, checkout = AdyenDevices(options, clock), AdyenProvider(options, clock)
        yield Bay(merchant, devices, checkout, mine, clock)
        devices.close()
        checkout.close()


async def test_a_tap_holds_and_checkout_captures(bay: Bay):
    """Asked for, tapped, looked up: the hold has the name that captures use, and a card."""
    asked = await bay.asks()
    waiting = await bay.looks()
    await bay.does("tap")
    seen = await bay.looks()
    assert isinstance(seen, Snapshot)
    psp = seen.orders_ref or ""
    taken = await bay.checkout.capture(bay.account, psp, Money(617, "EUR"), key="capture")

    assert Accepted(f"{DEVICE}:{service_id('first')}") == asked
    assert isinstance(waiting, Snapshot)
    assert ProviderStatus.OPEN is waiting.status
    assert (ProviderStatus.AUTHORISED, HOLD, "DP-first") == (
        seen.status,
        seen.amount,
        seen.reference,
    )
    assert "Visa •••• 1234" == seen.instrument
    assert asked.provider_ref == seen.provider_ref
    assert isinstance(taken, Accepted)
    assert 617 == (await bay.merchant.book(psp))["captured"]["minor"]


async def test_a_waiting_order_is_answered_by_the_tap(bay: Bay):
    """By `sync` the order is answered when the card came; longer than other calls may take."""

    async def taps() -> None:
        await asyncio.sleep(READ.total_seconds() + 0.3)
        await bay.does("tap")

    asked, _ = await asyncio.gather(bay.asks(waits=True), taps())
    seen = await bay.looks()

    assert isinstance(asked, Accepted)
    assert isinstance(seen, Snapshot)
    assert ProviderStatus.AUTHORISED is seen.status


@pytest.mark.parametrize(
    ("deed", "status"),
    [("decline", ProviderStatus.FAILED), ("cancel", ProviderStatus.CANCELLED)],
)
async def test_a_tap_may_come_to_nothing(bay: Bay, deed: str, status: ProviderStatus):
    """A refused card, and the red key."""
    await bay.asks()
    await bay.does(deed)
    seen = await bay.looks()

    assert isinstance(seen, Snapshot)
    assert (status, None) == (seen.status, seen.orders_ref)


async def test_a_prompt_is_called_off(bay: Bay):
    """The terminal asks no more; calling off twice is harmless."""
    await bay.asks()
    once = await bay.devices.abort(bay.account, bay.ordered())
    twice = await bay.devices.abort(bay.account, bay.ordered())
    seen = await bay.looks()
    again = await bay.asks("second")

    assert once == twice
    assert isinstance(once, Accepted)
    assert isinstance(seen, Snapshot)
    assert ProviderStatus.CANCELLED is seen.status
    assert isinstance(again, Accepted)


@pytest.mark.parametrize("fault", ["timeout_after", "bad_gateway_after", "error_after"])
async def test_an_answer_that_is_lost_is_looked_up(bay: Bay, fault: str):
    """Nobody knows whether the terminal asks: the status tells, and nothing is asked twice."""
    await bay.merchant.fault("terminal", fault, milliseconds=HANG_MILLISECONDS)
    asked = await bay.asks()
    await bay.does("tap")
    seen = await bay.looks()

    assert isinstance(asked, Unknown), asked
    assert isinstance(seen, Snapshot)
    assert ProviderStatus.AUTHORISED is seen.status
    assert 1 == await bay.payments()


async def test_a_prompt_that_never_arrived_is_over_after_a_while(bay: Bay):
    """It may still be on its way for some seconds; after that the terminal will not ask."""
    bay.orders["first"] = PromptName(DEVICE, "first", bay.clock.now())
    at_once = await bay.looks()
    bay.clock.advance(seconds=10)
    later = await bay.looks()

    assert isinstance(at_once, Unknown), at_once
    assert isinstance(later, Snapshot)
    assert ProviderStatus.FAILED is later.status


async def test_a_terminal_without_connection_is_not_asked(bay: Bay):
    """It is known before anything is sent; what it was doing can't be found out then."""
    await bay.asks()
    await bay.does("disconnect")
    asked = await bay.asks("second")
    seen = await bay.looks()
    there = await bay.devices.status(bay.account)

    assert Declined("offline", f"{DEVICE} is not connected") == asked
    assert isinstance(seen, NotSent), seen
    assert {} == there


async def test_a_terminal_that_is_away_keeps_no_other_from_working(bay: Bay):
    """However often it can't be reached: the account's calls go on."""
    await bay.asks()
    await bay.does("disconnect")
    away = [await bay.looks() for _ in range(8)]
    await bay.does("connect")
    seen = await bay.looks()

    assert {NotSent} == {type(each) for each in away}
    assert isinstance(seen, Snapshot)


async def test_terminals_that_are_there_are_listed(bay: Bay):
    """What is connected is online."""
    assert {DEVICE: DeviceStatus.ONLINE} == await bay.devices.status(bay.account)


@pytest.mark.parametrize("way", ["async", "sync"])
async def test_a_second_tap_tells_whose_card_it_is(bay: Bay, way: str):
    """Read without money: the same card has the same fingerprint, another has another."""
    await bay.asks()
    await bay.does("tap", "5678")
    paid = await bay.looks()
    found = []
    for number, card in enumerate(("5678", "1234")):
        bay.orders[f"read{number}"] = PromptName(DEVICE, f"read{number}", bay.clock.now())
        reading = asyncio.create_task(bay.reads(f"read{number}", waits=way == "sync"))
        while (await bay.card(f"read{number}")) != StillAsking():  # noqa: ASYNC110 - another program
            await asyncio.sleep(0.02)
        await bay.does("tap", card)
        assert isinstance(await reading, Accepted)
        found.append(await bay.card(f"read{number}"))

    assert isinstance(paid, Snapshot)
    assert CardSeen(paid.fingerprint or "") == found[0]
    assert isinstance(found[1], CardSeen)
    assert found[0] != found[1]
    assert 1 == len([each for each in await _amounts(bay) if each])


async def _amounts(bay: Bay) -> list[int]:
    lines = (await bay.merchant.http.get("/control/book")).json()
    return [line["authorised"]["minor"] for line in lines]


async def test_reading_a_card_ends(bay: Bay):
    """By the red key, called off, or when its time is over: there is no card then."""
    await bay.reads("one")
    await bay.does("cancel")
    await bay.reads("two")
    await bay.devices.stop_reading(bay.account, bay.orders["two"])
    await bay.reads("three")
    await bay.merchant.clock(seconds=150)

    assert [NoCard()] * 3 == [await bay.card(key) for key in ("one", "two", "three")]


async def test_a_terminal_shows_words_and_a_link(bay: Bay):
    """A text and a QR code; not while it asks for a card."""
    screen = Screen(("Charging at point 1.", "Tap again to stop."), "https://pay.example/s/abc")
    shown = await bay.devices.show(bay.account, DEVICE, screen, key="show")
    await bay.asks()
    busy = await bay.devices.show(bay.account, DEVICE, screen, key="again")
    page = (await bay.merchant.http.get(f"/terminal/{DEVICE}")).text

    assert isinstance(shown, Accepted), shown
    assert {"lines": list(screen.lines), "link": screen.link} == await bay.screen()
    assert "Charging at point 1." in page
    assert f'href="{screen.link}"' in page
    assert "<svg" in page
    assert Declined("refused", "Busy") == busy


async def test_what_is_no_terminal_is_not_asked(bay: Bay):
    """A name that can't be a terminal's goes into no address."""
    order = replace(bay.order(), terminal=AtTerminal("../../refunds"))

    assert isinstance(await bay.devices.activate(bay.account, order), Declined)


async def test_a_key_that_is_refused_is_told(bay: Bay):
    """The account's key may not use terminals: nothing was sent, and it is told why."""
    await bay.merchant.control("adyen/merchants", merchantAccount=MERCHANT, apiKeys=["other"])
    asked = await bay.asks()

    assert isinstance(asked, NotSent)
    assert asked.credentials_refused


def test_a_message_of_a_terminal_is_a_hint(bay_devices: AdyenDevices):
    """It names its terminal, whatever else it says; nonsense names none."""
    said = b'{"SaleToPOIResponse":{"MessageHeader":{"POIID":"V400m-1"},"PaymentResponse":7}}'
    header = b'{"SaleToPOIResponse":{"MessageHeader":{"POIID":"V400m-1"}}}'

    assert ("V400m-1",) == bay_devices.devices_in(header)
    assert () == bay_devices.devices_in(said)
    assert () == bay_devices.devices_in(b"{")


@pytest.fixture
def bay_devices() -> AdyenDevices:
    """Give terminals that are not called."""
    return AdyenDevices(AdyenOptions(endpoint="http://127.0.0.1:9"), FakeClock())


# Mollie


@dataclass
class Counter:
    """A terminal of Mollie's, and the driver in front of it."""

    terminals: MollieTerminals
    mollie: MollieProvider
    account: ProviderAccount
    http: httpx.AsyncClient
    name: str

    def order(self, key: str = "first") -> StartPayment:
        """Return an order to take the amount at the terminal."""
        return replace(
            BY_CARD,
            key=key,
            amount=HOLD,
            method="pointofsale",
            strategy=Strategy.PAY_FIRST,
            terminal=AtTerminal(self.name),
        )

    async def does(self, deed: str) -> None:
        """Do something at the terminal."""
        answer = await self.http.post(f"/terminal/{self.name}", json={"deed": deed, "card": "1234"})
        assert 200 == answer.status_code, answer.text


@asynccontextmanager
async def counter_of(read: timedelta = READ) -> AsyncIterator[Counter]:
    """Give a terminal of Mollie's; leave it only when everything went as published."""
    mine = account()
    async with judged_sandbox(Options()) as sandbox:
        mollie = MollieProvider(MollieOptions(endpoint=sandbox.url, read=read), FakeClock())
        async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as http:
            new = {"face": "mollie", "owner": mine.secret, "description": "Bay 3"}
            name = (await http.post("/control/terminals", json=new)).json()["id"]
            yield Counter(MollieTerminals(mollie), mollie, mine, http, name)
        mollie.close()


@pytest.fixture
async def counter() -> AsyncIterator[Counter]:
    """Give a terminal of Mollie's."""
    async with counter_of() as given:
        yield given


async def test_mollie_takes_the_money_and_gives_the_rest_back(counter: Counter):
    """Paid at the tap, with the card's fingerprint; what was not used is refunded."""
    asked = await counter.terminals.activate(counter.account, counter.order())
    assert isinstance(asked, Accepted)
    await counter.does("tap")
    seen = await counter.mollie.fetch(counter.account, asked.provider_ref)
    rest = Money(3883, "EUR")
    back = await counter.mollie.refund(counter.account, asked.provider_ref, rest, key="rest")

    assert isinstance(seen, Snapshot)
    assert (ProviderStatus.PAID, HOLD) == (seen.status, seen.captured)
    assert seen.fingerprint is not None
    assert isinstance(back, Accepted)


async def test_an_order_to_mollie_is_repeated_with_its_key(counter: Counter):
    """The answer is lost: the same key again is the same payment, and the terminal asks once."""
    fault = {"operation": "start", "fault": "error_after"}
    (await counter.http.post("/control/faults", json=fault)).raise_for_status()
    lost = await counter.terminals.activate(counter.account, counter.order())
    again = await counter.terminals.activate(counter.account, counter.order())

    assert isinstance(lost, Unknown), lost
    assert isinstance(again, Accepted)
    assert 1 == len((await counter.http.get("/control/book")).json())


async def test_a_busy_terminal_of_mollies_takes_no_second_order(counter: Counter):
    """One card at a time; after the first was called off there is room."""
    first = await counter.terminals.activate(counter.account, counter.order())
    busy = await counter.terminals.activate(counter.account, counter.order("second"))
    assert isinstance(first, Accepted)
    prompt = PromptName(counter.name, "first", FakeClock().now())
    ordered = OrderedPayment(
        first.provider_ref, "r", HOLD, "pointofsale", Strategy.PAY_FIRST, prompt
    )
    aborted = await counter.terminals.abort(counter.account, ordered)
    after = await counter.terminals.activate(counter.account, counter.order("third"))

    assert isinstance(busy, Declined), busy
    assert isinstance(aborted, Accepted), aborted
    assert isinstance(after, Accepted), after


async def test_mollies_terminals_are_there_or_not(counter: Counter):
    """An inactive one is offline."""
    before = await counter.terminals.status(counter.account)
    await counter.does("disconnect")
    after = await counter.terminals.status(counter.account)

    assert {counter.name: DeviceStatus.ONLINE} == before
    assert {counter.name: DeviceStatus.OFFLINE} == after


async def test_mollie_only_takes_payments(counter: Counter):
    """No card without money, no words on the screen: it is declined without a call."""
    prompt = PromptName(counter.name, "read", FakeClock().now())
    device: PromptDevice = counter.terminals
    answers = [
        await device.read_card(counter.account, prompt, waits=False),
        await device.card_of(counter.account, prompt),
        await device.stop_reading(counter.account, prompt),
        await device.show(counter.account, counter.name, Screen(("Hello",)), key="show"),
    ]

    assert not device.reads_cards
    assert {"not_supported"} == {each.code for each in answers if isinstance(each, Declined)}
    assert 4 == len([each for each in answers if isinstance(each, Declined)])
