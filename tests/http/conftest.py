"""The pages and the API, opened over the small world of the stories."""

from collections.abc import AsyncIterator

import httpx
import psycopg
import pytest

from app.billing.receipts.deliver import PostRoom
from app.gateways.ocpi.client import OcpiClient
from app.gateways.ocpp.desk.calls import Calls
from app.gateways.ocpp.gateway import OcppGateway
from app.infra.limits import MemoryLimits
from app.kernel.ids import RandomIds
from app.main import create_app
from app.roaming.desk import RoamingDesk
from app.settings import Role, Settings
from app.wiring import Services
from tests.conftest import MakeDatabase
from tests.fakes.charge_points import FakeFacts
from tests.fakes.clock import FakeClock
from tests.fakes.line import FakeLine
from tests.http.program import Program, open_program
from tests.http.site import BASE, Site, open_site
from tests.scenarios.world import World, open_world, world_reactors


@pytest.fixture
async def site(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Site]:
    """A browser before the pages of one operator with one free socket."""
    world = await open_world(make_database(world_reactors()), sql, clock)
    async with open_site(world) as opened:
        yield opened


@pytest.fixture
async def program(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Program]:
    """A program at the API of one operator with one free socket."""
    world = await open_world(make_database(world_reactors()), sql, clock)
    async with open_program(world) as opened:
        yield opened


@pytest.fixture
async def world(make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock) -> World:
    """One operator with one free socket."""
    return await open_world(make_database(world_reactors()), sql, clock)


@pytest.fixture
def roaming_desk(world: World, clock: FakeClock) -> RoamingDesk:
    """What the verbs of roaming work with in *world*."""
    return RoamingDesk(
        database=world.database,
        vault=world.desk.payments.vault,
        peers=OcpiClient(clock, RandomIds()),
        base_url=BASE,
        limits=MemoryLimits(),
        clock=clock,
        chargers=world.chargers,
        calls=Calls(FakeLine()),
        secrets=world.desk.secrets,
    )


@pytest.fixture
async def door(
    world: World, roaming_desk: RoamingDesk, clock: FakeClock, tmp_path
) -> AsyncIterator[httpx.AsyncClient]:
    """A client before a process that serves the web."""
    services = Services(
        settings=Settings.from_env({"BASE_URL": BASE, "DIRECTPAY_STATE": str(tmp_path)}),
        database=world.database,
        live=world.database._live,
        desk=world.desk,
        post=PostRoom(world.database, world.mailer, world.desk.press, "receipts@pay.example", str),
        ocpp=OcppGateway(FakeFacts(), clock),
        roaming=roaming_desk,
        push=world.push,
    )
    app = create_app(services, frozenset({Role.WEB}))
    transport = httpx.ASGITransport(app=app)  # type: ignore[arg-type]  # the same protocol
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client
