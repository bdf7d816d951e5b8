"""Webhooks from the door to the payment: stored, answered, matched, handled once."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace

import psycopg
import pytest
from httpx import ASGITransport
from httpx import AsyncClient as Client
from litestar import Litestar
from litestar.di import Provide

from app.funds.payments.desk import PaymentDesk
from app.funds.payments.inbox import readings
from app.funds.payments.inbox.readings import Readings
from app.funds.payments.inbox.receive import Webhook, receive_webhook
from app.funds.payments.model import PaymentStatus
from app.funds.payments.perform import start_payment
from app.funds.payments.steps import request_return
from app.hooks.payments import MAX_BODY_BYTES, payment_webhook
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.fakes.provider import FakeProvider, Fault
from tests.stores.payment_world import OPERATOR, Told, World


@pytest.fixture
async def world(make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock) -> World:
    """An operator with an account at a provider in memory."""
    told = Told()
    return World(make_database(reactors=told.reactors), FakeProvider(), sql, clock, told)


@pytest.fixture
async def address(world: World) -> str:
    """Where the provider calls the operator's account."""
    return f"/webhooks/fake/{(await world.account()).webhook_token}"


@pytest.fixture
async def client(world: World) -> AsyncIterator[Client]:
    """The door, on its own."""

    def payment_desk() -> PaymentDesk:
        return world.desk

    app = Litestar(
        [payment_webhook],
        dependencies={"payment_desk": Provide(payment_desk, sync_to_thread=False)},
    )
    # In the loop of the test, where the database's connections are.
    async with Client(transport=ASGITransport(app), base_url="https://pay.test") as client:
        yield client


def open_hints(world: World) -> list[tuple[str, int]]:
    """What has arrived and was not handled: the provider's reference and how often."""
    return world.sql.execute(
        "SELECT provider_ref, deliveries FROM webhook_inbox WHERE handled_at IS NULL"
    ).fetchall()


class Door:
    """Keeps every reading at the provider until it is opened, and counts them."""

    def __init__(self, world: World) -> None:
        """Stand before the provider of *world*."""
        self.readings = 0
        self._opened = asyncio.Event()
        self._read = world.provider.fetch
        world.provider.fetch = self._fetch  # type: ignore[method-assign]

    def open(self) -> None:
        """Let all through."""
        self._opened.set()

    async def _fetch(self, *arguments):
        await self._opened.wait()
        self.readings += 1
        return await self._read(*arguments)


async def started(world: World) -> None:
    """A payment whose page the driver has left with a yes."""
    await start_payment(await world.begin(), operator_id=OPERATOR, desk=world.desk)
    world.provider.approve("tr_fake1")


async def test_webhook_is_stored_answered_and_handled(world: World, client: Client, address: str):
    """Nothing is decided at the door; the reading behind it, without a job, closes the hint."""
    await started(world)
    door = Door(world)

    answer = await client.post(address, data={"id": "tr_fake1"})

    assert (200, "") == (answer.status_code, answer.text)
    assert [("tr_fake1", 1)] == open_hints(world)
    assert [] == world.told.names
    door.open()
    assert [] == await world.work_off()
    assert ["PaymentSecured"] == world.told.names
    assert [] == open_hints(world)


async def test_a_storm_of_webhooks_is_two_readings(world: World, client: Client, address: str):
    """Fault 2: one row that counts, one event; what comes during a reading is read once more."""
    await started(world)
    door = Door(world)

    await asyncio.gather(*(client.post(address, data={"id": "tr_fake1"}) for _ in range(20)))

    assert [("tr_fake1", 20)] == open_hints(world)
    door.open()
    assert [] == await world.work_off()
    assert 2 == door.readings
    assert ["PaymentSecured"] == world.told.names
    assert [] == open_hints(world)


async def test_webhooks_beyond_what_is_read_at_once_wait_in_the_queue(
    world: World, client: Client, address: str, monkeypatch: pytest.MonkeyPatch
):
    """A provider that answers slowly holds up a number of readings; the rest are jobs."""
    monkeypatch.setattr(readings, "MOST", 0)
    await started(world)

    await client.post(address, data={"id": "tr_fake1"})

    assert ["payments.refresh"] == await world.work_off()
    assert ["PaymentSecured"] == world.told.names
    assert [] == open_hints(world)


async def test_a_reading_that_cannot_be_done_is_told_and_comes_back(
    world: World, client: Client, address: str, caplog: pytest.LogCaptureFixture
):
    """Without the master key nothing is read; with it back, the open hint is."""
    await started(world)
    sealed = world.sql.execute("SELECT sealed_secret FROM provider_account").fetchone()
    world.sql.execute("UPDATE provider_account SET sealed_secret = 'other.key'")

    await client.post(address, data={"id": "tr_fake1"})
    await world.readings.done()

    assert "cannot be read now" in caplog.text
    world.sql.execute("UPDATE provider_account SET sealed_secret = %s", sealed)
    assert ["payments.match"] == await world.later(seconds=15)
    assert ["PaymentSecured"] == world.told.names


async def test_webhook_before_the_answer_finds_its_payment(
    world: World, client: Client, address: str
):
    """The start timed out and the provider already calls: found by our own reference."""
    payment_id = await world.begin()
    world.provider.fault("start", Fault.TIMEOUT_AFTER)
    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)
    world.provider.approve("tr_fake1")

    await client.post(address, data={"id": "tr_fake1"})
    assert ["payments.match"] == await world.work_off()

    payment = await world.payment(payment_id)
    assert (PaymentStatus.AUTHORISED, "tr_fake1") == (payment.status, payment.provider_ref)
    assert ["PaymentSecured"] == world.told.names
    assert [] == open_hints(world)


async def test_webhook_of_a_payment_that_was_given_up_returns_its_hold(
    world: World, client: Client, address: str
):
    """Start unknown, journey given up, and then a hold: released, not left."""
    payment_id = await world.begin()
    world.provider.fault("start", Fault.TIMEOUT_AFTER)
    await start_payment(payment_id, operator_id=OPERATOR, desk=world.desk)
    async with world.database.work(OPERATOR) as work:
        await request_return(work, payment_id)
    world.provider.approve("tr_fake1")

    await client.post(address, data={"id": "tr_fake1"})
    await world.work_off()

    assert PaymentStatus.CANCELLED is (await world.payment(payment_id)).status
    assert {"cancelled"} == {one.status for one in world.provider.snapshots.values()}


async def test_unknown_payment_is_put_away(world: World, client: Client, address: str):
    """An id that the provider does not know: the same answer, and the hint is closed."""
    answer = await client.post(address, data={"id": "tr_nobodys"})
    await world.work_off()

    assert (200, "") == (answer.status_code, answer.text)
    assert [] == open_hints(world)
    assert [] == await world.later(hours=1)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/webhooks/fake/not-a-token", b"id=tr_fake1"),
        ("/webhooks/nobody/not-a-token", b"id=tr_fake1"),
        ("", b""),
        ("", b"id=rubbish"),
        ("", b"\xff\xfe\x00 not a form"),
    ],
    ids=["token", "provider", "empty", "no id", "bytes"],
)
async def test_what_is_not_for_us_gets_the_same_answer(
    world: World, client: Client, address: str, path: str, body: bytes
):
    """No oracle: 200 and nothing stored."""
    await started(world)

    answer = await client.post(path or address, content=body)

    assert (200, "") == (answer.status_code, answer.text)
    assert [] == open_hints(world)
    assert [] == world.waiting()


async def test_large_body_is_refused(client: Client, address: str):
    """Nobody fills our disk through this door."""
    answer = await client.post(address, content=b"id=tr_fake1&x=" + b"x" * MAX_BODY_BYTES)

    assert 413 == answer.status_code


async def test_webhook_while_the_provider_is_away_comes_back(
    world: World, client: Client, address: str
):
    """The reading fails twice: the hint stays open and comes back after 5 s and 30 s."""
    await started(world)
    world.provider.fault("fetch", Fault.TIMEOUT_BEFORE, times=2)

    await client.post(address, data={"id": "tr_fake1"})
    assert [] == await world.work_off()
    assert [("tr_fake1", 1)] == open_hints(world)
    assert ["payments.match"] == await world.later(seconds=5)
    assert [] == world.told.names

    assert [] == await world.later(seconds=24)
    assert ["payments.match"] == await world.later(seconds=1)
    assert ["PaymentSecured"] == world.told.names
    assert [] == open_hints(world)


async def test_a_reading_that_dies_is_made_up_for(world: World, client: Client, address: str):
    """The hint is in the table; a quarter of a minute later somebody looks at it."""
    await started(world)
    door = Door(world)
    await client.post(address, data={"id": "tr_fake1"})
    await world.readings.close()
    door.open()

    assert [] == await world.later(seconds=14)
    assert ["payments.match"] == await world.later(seconds=1)

    assert ["PaymentSecured"] == world.told.names
    assert [] == open_hints(world)


async def test_unknown_payment_waits_for_the_provider(world: World, client: Client, address: str):
    """Without an answer nobody knows whether it is ours: it is kept, and the key may be wrong."""
    await started(world)
    for fault in (Fault.TIMEOUT_BEFORE, Fault.UNAUTHORISED):
        world.provider.fault("fetch", fault)
    await client.post(address, data={"id": "tr_nobodys"})

    assert ["payments.match"] == await world.work_off()
    assert ["payments.match"] == await world.later(seconds=5)
    assert [("tr_nobodys", 1)] == open_hints(world)
    refused = world.sql.execute("SELECT refused_at IS NOT NULL FROM provider_account").fetchone()
    assert (True,) == refused

    await world.later(seconds=25)
    assert [] == open_hints(world)


async def test_webhook_during_the_reading_is_not_lost(world: World, client: Client, address: str):
    """It came to another process after the reading began: the hint stays open for that one."""
    await started(world)
    read = world.provider.fetch
    hint = Webhook("fake", address.rsplit("/", 1)[-1], ["tr_fake1"], b"")
    elsewhere = replace(world.desk, readings=Readings())

    async def fetch_and_ring(*arguments):
        reading = await read(*arguments)
        await receive_webhook(hint, desk=elsewhere)
        await elsewhere.readings.close()
        return reading

    world.provider.fetch = fetch_and_ring  # type: ignore[method-assign]
    await client.post(address, data={"id": "tr_fake1"})
    await world.readings.done()

    assert [("tr_fake1", 2)] == open_hints(world)
