"""The worlds in which the contract of PaymentProvider must hold: in memory, and over HTTP."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import httpx

from app.funds.payments.ports import (
    Accepted,
    MethodOffer,
    OrderedPayment,
    Outcome,
    ProviderAccount,
    ProviderStatus,
    Reading,
    Snapshot,
    StartPayment,
    Strategy,
)
from app.gateways.adyen.provider import AdyenOptions, AdyenProvider
from app.gateways.mollie.provider import MollieOptions, MollieProvider
from app.kernel.money import Money
from tests.contracts.adyen import HMAC_KEY, MERCHANT, items_in
from tests.contracts.judged import Sandbox, judged_sandbox
from tests.contracts.stranger import Stranger, stranger
from tests.fakes.clock import FakeClock
from tests.fakes.provider import FakeProvider

# Longer than a healthy exchange on a busy machine, shorter than a hanging one.
READ = timedelta(milliseconds=1500)
HANG_MILLISECONDS = 5000
PATIENCE_SECONDS = 60


def account(number: int = 1) -> ProviderAccount:
    """Return a test account of an operator."""
    return ProviderAccount(
        operator_id=UUID(int=number),
        account_id=UUID(int=1000 + number),
        provider="mollie",
        mode="test",
        secret=f"test_contract{number}",
        version=1,
        webhook_token=f"hook{number}",
    )


@dataclass(frozen=True)
class BookEntry:
    """What the provider's own book says of a payment."""

    captured: Money
    refunded: Money


class Till(Protocol):
    """What every world has to order from: the port of payments, as far as all providers go."""

    def strategy(self, method: str, currency: str) -> Strategy | None:
        """See `PaymentProvider`."""

    async def list_methods(
        self, account: ProviderAccount, *, amount: Money, locale: str, country: str
    ) -> Sequence[MethodOffer]:
        """See `PaymentProvider`."""

    async def start(self, account: ProviderAccount, order: StartPayment) -> Outcome:
        """See `PaymentProvider`."""

    async def capture(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """See `PaymentProvider`."""

    async def release(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """See `PaymentProvider`."""

    async def cancel(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """See `PaymentProvider`."""

    async def refund(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """See `PaymentProvider`."""

    async def fetch(self, account: ProviderAccount, provider_ref: str) -> Reading:
        """See `PaymentProvider`."""


class World(Protocol):
    """A provider to order from, and the hands of the driver, the bank and the time."""

    @property
    def provider(self) -> Till:
        """Return the provider to order from."""

    @property
    def account(self) -> ProviderAccount:
        """Return the account to order with."""

    async def approve(self, provider_ref: str) -> None:
        """Let the driver pay."""

    async def fault(self, operation: str, fault: str) -> None:
        """Let the next *operation* go wrong."""

    async def book(self) -> dict[str, BookEntry]:
        """Return the provider's own book."""

    async def waits(self, seconds: int) -> None:
        """Let so many seconds pass for the gateway."""


class ReadableWorld(World, Protocol):
    """A world whose provider can be read, and answers at once what came of an order."""

    async def decline(self, provider_ref: str) -> None:
        """Let the bank refuse."""

    async def abandon(self, provider_ref: str) -> None:
        """Let the driver cancel."""

    async def expire(self, provider_ref: str) -> None:
        """Let the time run out."""

    async def single_capture(self) -> None:
        """Let the first capture end a hold, as on accounts without multiple capture."""


@dataclass
class FakeWorld:
    """The world in memory."""

    provider: FakeProvider
    account: ProviderAccount

    async def approve(self, provider_ref: str) -> None:
        """Let the driver pay."""
        self.provider.approve(provider_ref)

    async def decline(self, provider_ref: str) -> None:
        """Let the bank refuse."""
        self.provider.decline(provider_ref)

    async def abandon(self, provider_ref: str) -> None:
        """Let the driver cancel."""
        self.provider.abandon(provider_ref)

    async def expire(self, provider_ref: str) -> None:
        """Let the time run out."""
        self.provider.expire(provider_ref)

    async def fault(self, operation: str, fault: str) -> None:
        """Let the next *operation* go wrong."""
        self.provider.fault(operation, fault)

    async def single_capture(self) -> None:
        """Let the first capture end a hold."""
        self.provider.single_capture = True

    async def waits(self, seconds: int) -> None:
        """The fake has no clock."""

    async def book(self) -> dict[str, BookEntry]:
        """Return what the fake keeps."""
        return {
            ref: BookEntry(payment.captured, payment.refunded)
            for ref, payment in self.provider.snapshots.items()
        }


@dataclass
class SandboxWorld:
    """The real SDK, through the gateway, over HTTP, against the judged sandbox."""

    provider: MollieProvider
    account: ProviderAccount
    sandbox: Sandbox
    control: httpx.AsyncClient
    clock: FakeClock

    async def waits(self, seconds: int) -> None:
        """Put the gateway's clock forward."""
        self.clock.advance(seconds=seconds)

    async def approve(self, provider_ref: str) -> None:
        """Let the driver pay."""
        await self.deed(provider_ref, "approve")

    async def decline(self, provider_ref: str) -> None:
        """Let the bank refuse."""
        await self.deed(provider_ref, "decline")

    async def abandon(self, provider_ref: str) -> None:
        """Let the driver cancel."""
        await self.deed(provider_ref, "cancel")

    async def expire(self, provider_ref: str) -> None:
        """Let the time run out."""
        await self.deed(provider_ref, "expire")

    async def fault(self, operation: str, fault: str) -> None:
        """Let the next *operation* go wrong."""
        order = {"operation": operation, "fault": fault, "milliseconds": HANG_MILLISECONDS}
        await self.post("/control/faults", order)

    async def single_capture(self) -> None:
        """Let the first capture end a hold."""
        await self.post("/control/policy", {"single_capture": True})

    async def book(self) -> dict[str, BookEntry]:
        """Return the sandbox's own book."""
        answer = await self.control.get("/control/book")
        return {
            line["id"]: BookEntry(Money(**line["captured"]), Money(**line["refunded"]))
            for line in answer.json()
        }

    async def deed(self, provider_ref: str, name: str) -> None:
        """Do something to a payment."""
        await self.post(f"/control/payments/{provider_ref}/{name}", {})

    async def post(self, path: str, body: object) -> None:
        """Use the sandbox's control API."""
        (await self.control.post(path, json=body)).raise_for_status()


@asynccontextmanager
async def fake_world() -> AsyncIterator[FakeWorld]:
    """Give the world in memory."""
    yield FakeWorld(FakeProvider(), account())


@asynccontextmanager
async def sandbox_world(read: timedelta = READ) -> AsyncIterator[SandboxWorld]:
    """Give the world over HTTP; leave it only when everything went as published."""
    clock = FakeClock()
    async with judged_sandbox() as sandbox:
        provider = MollieProvider(MollieOptions(endpoint=sandbox.url, read=read), clock)
        async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as control:
            yield SandboxWorld(provider, account(), sandbox, control, clock)
        provider.close()


@dataclass
class Remembering:
    """
    Adyen as payments use it: orders go to the authorisation, and readings come from notices.

    What payments keep in their tables is kept here in memory.
    """

    adyen: AdyenProvider
    control: httpx.AsyncClient
    ears: list[bytes]
    ordered: dict[str, OrderedPayment] = field(default_factory=dict)
    pages: dict[str, str | None] = field(default_factory=dict)

    def strategy(self, method: str, currency: str) -> Strategy | None:
        """Ask the table."""
        return self.adyen.strategy(method, currency)

    async def list_methods(
        self, account: ProviderAccount, *, amount: Money, locale: str, country: str
    ) -> Sequence[MethodOffer]:
        """Ask Adyen."""
        return await self.adyen.list_methods(account, amount=amount, locale=locale, country=country)

    async def start(self, account: ProviderAccount, order: StartPayment) -> Outcome:
        """Open a session, and remember what was ordered."""
        outcome = await self.adyen.start(account, order)
        if isinstance(outcome, Accepted):
            ref = outcome.provider_ref
            self.pages[ref] = outcome.checkout_url
            self.ordered[ref] = OrderedPayment(
                ref, order.reference, order.amount, order.method, order.strategy
            )
        return outcome

    async def capture(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Capture the authorisation of the session."""
        named = await self._named(account, provider_ref)
        return await self.adyen.capture(account, named, amount, key=key)

    async def release(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Release the authorisation of the session."""
        named = await self._named(account, provider_ref)
        return await self.adyen.release(account, named, key=key)

    async def refund(
        self, account: ProviderAccount, provider_ref: str, amount: Money, *, key: str
    ) -> Outcome:
        """Refund the payment of the session."""
        named = await self._named(account, provider_ref)
        return await self.adyen.refund(account, named, amount, key=key)

    async def cancel(self, account: ProviderAccount, provider_ref: str, *, key: str) -> Outcome:
        """Try to call the session off."""
        return await self.adyen.cancel(account, provider_ref, key=key)

    async def fetch(self, account: ProviderAccount, provider_ref: str) -> Reading:
        """Wait until nothing is on its way any more, and remember."""
        await self._silence()
        notices = [
            notice
            for body in self.ears
            for notice in self.adyen.read_notices(account, body).genuine
            if notice.reference == self.ordered[provider_ref].reference
        ]
        reading = self.adyen.recall(self.ordered[provider_ref], notices)
        if isinstance(reading, Snapshot) and reading.status is ProviderStatus.OPEN:
            return replace(reading, checkout_url=self.pages[provider_ref])
        return reading

    async def _silence(self) -> None:
        """Wait until the sandbox has delivered every webhook."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (await self.control.get("/control/state")).json()["webhooks"]:  # noqa: ASYNC110 - another program works on it
                await asyncio.sleep(0.02)

    async def _named(self, account: ProviderAccount, provider_ref: str) -> str:
        reading = await self.fetch(account, provider_ref)
        assert isinstance(reading, Snapshot), reading
        return reading.orders_ref or provider_ref


@dataclass
class AdyenWorld:
    """Adyen's SDK, through the gateway, over HTTP, against the judged sandbox, with webhooks."""

    provider: Remembering
    account: ProviderAccount
    control: httpx.AsyncClient
    clock: FakeClock

    async def waits(self, seconds: int) -> None:
        """Put the gateway's clock forward."""
        self.clock.advance(seconds=seconds)

    async def approve(self, provider_ref: str) -> None:
        """Let the driver pay."""
        await self._post(f"/control/payments/{provider_ref}/approve", {})

    async def fault(self, operation: str, fault: str) -> None:
        """Let the next *operation* go wrong."""
        order = {"operation": operation, "fault": fault, "milliseconds": HANG_MILLISECONDS}
        await self._post("/control/faults", order)

    async def book(self) -> dict[str, BookEntry]:
        """Return the sandbox's own book, by session."""
        lines = (await self.control.get("/control/book")).json()
        return {
            line["session"] or line["id"]: BookEntry(
                Money(**line["captured"]), Money(**line["refunded"])
            )
            for line in lines
        }

    async def _post(self, path: str, body: object) -> None:
        (await self.control.post(path, json=body)).raise_for_status()


@asynccontextmanager
async def adyen_world() -> AsyncIterator[AdyenWorld]:
    """Give Adyen over HTTP; leave it only when everything went as published."""
    hooks = Stranger(202)
    mine = replace(
        account(), provider="adyen", secret="AQE", merchant=MERCHANT, webhook_keys=(HMAC_KEY,)
    )
    async with judged_sandbox() as sandbox, stranger(hooks) as url:
        options = AdyenOptions(endpoint=f"{sandbox.url}/adyen", read=READ)
        clock = FakeClock()
        adyen = AdyenProvider(options, clock)
        async with httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as control:
            world = AdyenWorld(Remembering(adyen, control, hooks.bodies), mine, control, clock)
            hook = {"merchantAccount": MERCHANT, "url": url, "hmacKey": HMAC_KEY}
            await control.post("/control/adyen/webhooks", json=hook)
            merchant = {"merchantAccount": MERCHANT, "multipleCaptures": True}
            await control.post("/control/adyen/merchants", json=merchant)
            yield world
        adyen.close()
    for body in hooks.bodies:
        assert items_in(body)


def status(reading: Reading) -> str:
    """Return the status in *reading*, or what came instead."""
    return str(getattr(reading, "status", reading))
