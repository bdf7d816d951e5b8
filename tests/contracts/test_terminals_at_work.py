"""Terminals from the cable to the books: our database, both gateways, the judged sandbox."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

import httpx
import psycopg
import pytest
from litestar import Litestar
from litestar.di import Provide

from app.charging.chargers.model import EvseStatus
from app.funds.payments.accounts import AccountOrder, Vault, save_account
from app.funds.payments.desk import PaymentDesk
from app.funds.terminals.setup.save import save_terminals
from app.gateways.adyen.devices.devices import AdyenDevices
from app.gateways.adyen.provider import AdyenOptions, AdyenProvider
from app.gateways.mollie.provider import MollieOptions, MollieProvider
from app.gateways.mollie.terminals import MollieTerminals
from app.hooks.payments import payment_webhook
from app.hooks.terminals import terminal_webhook
from app.infra.database import Database
from app.sandbox.provider.app import Options
from app.sandbox.provider.server import serving
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.contracts.adyen import HMAC_KEY, MERCHANT
from tests.contracts.judged import judged_sandbox
from tests.contracts.test_payments_over_the_wire import register
from tests.contracts.worlds import HANG_MILLISECONDS, READ
from tests.fakes.clock import FakeClock
from tests.scenarios.bay import terminal
from tests.scenarios.world import OPERATOR, World, open_world, world_reactors

DEVICES = {"adyen": "V400m-324688179", "mollie": "term_7MgL4wea46qkRcoTZjWEH"}
ACCOUNTS = {
    "mollie": AccountOrder("mollie", "test", "test_key"),
    "adyen": AccountOrder("adyen", "test", "AQE", merchant=MERCHANT, webhook_keys=(HMAC_KEY,)),
}
# A webhook is on its way for so long, on a machine with much to do.
PATIENCE_SECONDS = 60
BREATH = 0.05


@dataclass
class Ramp:
    """A socket, a terminal of a provider beside it, and the world around both."""

    world: World
    http: httpx.AsyncClient
    device: str
    clock: FakeClock

    async def is_asked(self) -> dict[str, Any] | None:
        """What the terminal asks for, or None."""
        found: dict[str, Any] = (await self.http.get(f"/control/terminals/{self.device}")).json()
        return found["asks"]

    async def shows(self) -> list[str]:
        """What the terminal shows."""
        found = (await self.http.get(f"/control/terminals/{self.device}")).json()["shows"]
        return found["lines"] if found else []

    async def does(self, deed: str, card: str = "1234") -> None:
        """Do something at the terminal."""
        form = {"deed": deed, "card": card}
        (await self.http.post(f"/terminal/{self.device}", json=form)).raise_for_status()

    async def fault(self, operation: str, fault: str) -> None:
        """Let the sandbox's next *operation* go wrong."""
        order = {"operation": operation, "fault": fault, "milliseconds": HANG_MILLISECONDS}
        (await self.http.post("/control/faults", json=order)).raise_for_status()

    async def until(self, *stages: str) -> None:
        """Let webhooks arrive, jobs and sweeps work, until the last journey is in a stage."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while await self.stage() not in stages:
                await self.goes_on()

    async def until_asked(self) -> dict[str, Any]:
        """Let it all work until the terminal asks."""
        async with asyncio.timeout(PATIENCE_SECONDS):
            while (asked := await self.is_asked()) is None:
                await self.goes_on()
        return asked

    async def goes_on(self) -> None:
        """A few seconds go by, here and in the world."""
        await asyncio.sleep(BREATH)
        await self.world.passes(seconds=3)

    async def stage(self) -> str | None:
        """The stage of the last journey, or None."""
        row = self.world.worker.sql.execute(
            "SELECT stage FROM journey ORDER BY began_at DESC LIMIT 1"
        ).fetchone()
        return None if row is None else row[0]

    async def book(self) -> list[tuple[int, int, int]]:
        """Authorised, captured and refunded in the sandbox's own book, of what moved money."""
        lines = (await self.http.get("/control/book")).json()
        names = ("authorised", "captured", "refunded")
        found = [tuple(line[name]["minor"] for name in names) for line in lines]
        return [(a, c, r) for a, c, r in found if a]

    async def settled(self) -> None:
        """Let it all work until no payment is under way any more."""
        waiting = "SELECT FROM payment WHERE keep_minor IS NULL OR status = 'authorised'"
        async with asyncio.timeout(PATIENCE_SECONDS):
            while self.world.worker.sql.execute(waiting).fetchall():
                await self.goes_on()


@pytest.fixture(params=["adyen", "mollie"])
async def ramp(
    request: pytest.FixtureRequest,
    make_database: MakeDatabase,
    sql: psycopg.Connection,
    clock: FakeClock,
) -> AsyncIterator[Ramp]:
    """Each provider in turn."""
    async with opened(request.param, make_database(world_reactors()), sql, clock) as given:
        yield given


@pytest.fixture
async def adyen_ramp(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Ramp]:
    """Adyen, whose terminal tells by webhook."""
    async with opened("adyen", make_database(world_reactors()), sql, clock) as given:
        yield given


@pytest.fixture
async def waiting_ramp(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Ramp]:
    """Adyen, without the terminal's webhook: a call waits for each card."""
    database = make_database(world_reactors())
    async with opened("adyen", database, sql, clock, waits=True) as given:
        yield given


@asynccontextmanager
async def opened(
    name: str, database: Database, sql: psycopg.Connection, clock: FakeClock, *, waits: bool = False
) -> AsyncIterator[Ramp]:
    """Serve sandbox and hooks; leave when every exchange was as published and the books agree."""
    vault = Vault((Vault.new_key(),))
    async with judged_sandbox(Options(clock=clock)) as sandbox:
        mollie = MollieProvider(MollieOptions(endpoint=sandbox.url, read=READ), clock)
        options = AdyenOptions(endpoint=f"{sandbox.url}/adyen", read=READ)
        adyen, devices = AdyenProvider(options, clock), AdyenDevices(options, clock)
        terminals = {"mollie": MollieTerminals(mollie), "adyen": devices}
        desk = PaymentDesk(
            database, {"mollie": mollie, "adyen": adyen}, vault, None, devices=terminals
        )
        async with (
            doors(desk) as address,
            httpx.AsyncClient(base_url=sandbox.url, trust_env=False) as http,
        ):
            desk = replace(desk, hooks_base=address)
            world = await open_world(database, sql, clock, desk)
            await _board(http, name)
            async with database.work(OPERATOR) as work:
                account = await save_account(work, ACCOUNTS[name], vault=vault)
                beside = terminal(
                    provider=name, device=DEVICES[name], waits=waits, evse_uids=("VLT1-1",)
                )
                await save_terminals(work, [beside])
            if name == "adyen":
                await register(http, desk.webhook_url(name, account.webhook_token))
                hook = {
                    "merchantAccount": MERCHANT,
                    "terminalUrl": desk.terminal_url(name, account.webhook_token),
                }
                await http.post("/control/adyen/merchants", json=hook)
            yield Ramp(world, http, DEVICES[name], clock)
            assert [] == await breaches(database)
        for each in (mollie, adyen, devices):
            each.close()


async def _board(http: httpx.AsyncClient, name: str) -> None:
    owner = MERCHANT if name == "adyen" else "test_key"
    new = {"face": name, "owner": owner, "id": DEVICES[name]}
    (await http.post("/control/terminals", json=new)).raise_for_status()


@asynccontextmanager
async def doors(desk: PaymentDesk) -> AsyncIterator[str]:
    """Serve our side of the webhooks."""
    app = Litestar(
        [payment_webhook, terminal_webhook],
        dependencies={"payment_desk": Provide(lambda: desk, sync_to_thread=False)},
        openapi_config=None,
        logging_config=None,
    )
    async with serving(app) as address:
        yield address


async def charges(ramp: Ramp) -> None:
    """The transaction starts, takes 12.340 kWh, and is stopped at the car."""
    await ramp.world.starts()
    await ramp.world.charges(minutes=20, kwh="12.340")


# 60.00 were authorised; 12.340 kWh at 0.50 cost 6.17.
HELD, PRICE = 6000, 617


async def test_from_the_cable_to_the_books(ramp: Ramp):
    """Plugged, asked, tapped, charged, settled: the provider's book says the price, and ours."""
    await ramp.world.reports(EvseStatus.PREPARING)
    asked = await ramp.until_asked()
    await ramp.does("tap")
    await ramp.until("waiting")
    await charges(ramp)
    await ramp.world.stops(reason="EVDisconnected")
    await ramp.settled()
    (line,) = await ramp.book()

    assert {"minor": HELD, "currency": "EUR"} == asked["amount"]
    by_adyen, by_mollie = (HELD, PRICE, 0), (HELD, HELD, HELD - PRICE)
    assert line == (by_adyen if ramp.device == DEVICES["adyen"] else by_mollie)


@pytest.mark.parametrize("deed", ["decline", "cancel"])
async def test_a_card_that_came_to_nothing(ramp: Ramp, deed: str):
    """Refused, or the red key: nothing moved, and nothing is left to be settled."""
    await ramp.world.reports(EvseStatus.PREPARING)
    await ramp.until_asked()
    await ramp.does(deed)
    for _ in range(4):
        await ramp.goes_on()
    await ramp.world.reports(EvseStatus.AVAILABLE)
    await ramp.settled()

    assert None is await ramp.stage()
    assert [] == await ramp.book()


async def test_nobody_comes_and_the_prompt_is_called_off(ramp: Ramp):
    """The cable is taken out: the provider is told, and the terminal asks no more."""
    await ramp.world.reports(EvseStatus.PREPARING)
    await ramp.until_asked()
    await ramp.world.reports(EvseStatus.AVAILABLE)
    await ramp.settled()

    assert None is await ramp.is_asked()
    assert [] == await ramp.book()


async def test_the_second_tap_at_adyens_terminal(adyen_ramp: Ramp):
    """Another card stops nothing; the one that paid does, and the screen says the price."""
    ramp = adyen_ramp
    waiting = asyncio.create_task(_taps(ramp))
    await ramp.world.reports(EvseStatus.PREPARING)
    await waiting
    await ramp.until("waiting")
    await charges(ramp)
    waiting = asyncio.create_task(_taps(ramp, "5678", reads=True))
    await _while(ramp, waiting)
    stops = len(ramp.world.chargers.stops)
    waiting = asyncio.create_task(_taps(ramp, reads=True))
    await _while(ramp, waiting)
    await ramp.until("stopping")
    await ramp.world.stops()
    await ramp.settled()
    for _ in range(4):
        await ramp.goes_on()

    assert (0, 1) == (stops, len(ramp.world.chargers.stops))
    assert [(HELD, PRICE, 0)] == await ramp.book()
    assert ["Thank you. You pay €6.17.", "Your receipt:"] == await ramp.shows()


async def test_a_call_waits_for_each_card(waiting_ramp: Ramp):
    """By `sync`: the tap answers the order; tapped again before the start, all goes back."""
    ramp = waiting_ramp
    pays = asyncio.create_task(_taps(ramp))
    stops = asyncio.create_task(_taps(ramp, reads=True))
    await ramp.world.reports(EvseStatus.PREPARING)
    await pays
    await _while(ramp, stops)
    await ramp.settled()

    assert "ended" == await ramp.stage()
    assert [(HELD, 0, 0)] == await ramp.book()


@pytest.mark.parametrize("fault", ["timeout_after", "bad_gateway_after"])
async def test_an_order_whose_answer_is_lost(ramp: Ramp, fault: str):
    """It took effect: Adyen's is looked up, Mollie's repeated with its key; one card is asked."""
    operation = "terminal" if ramp.device == DEVICES["adyen"] else "start"
    await ramp.fault(operation, fault)
    await ramp.world.reports(EvseStatus.PREPARING)
    await ramp.until_asked()
    await ramp.does("tap")
    await ramp.until("waiting")
    lines = (await ramp.http.get("/control/book")).json()
    await charges(ramp)
    await ramp.world.stops(reason="EVDisconnected")
    await ramp.settled()

    # Besides, a card is read without money, for the second tap.
    assert [HELD] == [each["amount"]["minor"] for each in lines if each["amount"]["minor"]]
    assert 1 == len(await ramp.book())


async def _taps(ramp: Ramp, card: str = "1234", *, reads: bool = False) -> None:
    """Tap as soon as the terminal asks for money, or reads."""
    async with asyncio.timeout(PATIENCE_SECONDS):
        while True:
            asked = await ramp.is_asked()
            if asked is not None and asked["reads"] is reads:
                await ramp.does("tap", card)
                return
            await asyncio.sleep(BREATH)


async def _while(ramp: Ramp, task: "asyncio.Task[None]") -> None:
    """Let it all go on until *task* is done, and for a moment more."""
    while not task.done():
        await ramp.goes_on()
    await task
    for _ in range(2):
        await ramp.goes_on()
