"""The two worlds in which the contract of PaymentProvider must hold: in memory, and over HTTP."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import Protocol
from uuid import UUID

import httpx

from app.funds.payments.ports import PaymentProvider, ProviderAccount, Reading
from app.gateways.mollie.provider import MollieOptions, MollieProvider
from app.kernel.money import Money
from tests.contracts.judged import Sandbox, judged_sandbox
from tests.fakes.clock import FakeClock
from tests.fakes.provider import FakeProvider

# Longer than a healthy exchange on a busy machine, shorter than a hanging one.
READ = timedelta(milliseconds=500)
HANG_MILLISECONDS = 5000


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


class World(Protocol):
    """A provider to order from, and the hands of the driver, the bank and the time."""

    @property
    def provider(self) -> PaymentProvider:
        """Return the provider to order from."""

    @property
    def account(self) -> ProviderAccount:
        """Return the account to order with."""

    async def approve(self, provider_ref: str) -> None:
        """Let the driver pay."""

    async def decline(self, provider_ref: str) -> None:
        """Let the bank refuse."""

    async def abandon(self, provider_ref: str) -> None:
        """Let the driver cancel."""

    async def expire(self, provider_ref: str) -> None:
        """Let the time run out."""

    async def fault(self, operation: str, fault: str) -> None:
        """Let the next *operation* go wrong."""

    async def single_capture(self) -> None:
        """Let the first capture end a hold, as on accounts without multiple capture."""

    async def book(self) -> dict[str, BookEntry]:
        """Return the provider's own book."""


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


def status(reading: Reading) -> str:
    """Return the status in *reading*, or what came instead."""
    return str(getattr(reading, "status", reading))
