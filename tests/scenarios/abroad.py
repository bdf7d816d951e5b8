"""The world of the stories, and another platform whose charge points its drivers use."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from decimal import Decimal

import httpx
import psycopg

from app.billing.receipts.deliver import PostRoom
from app.charging.chargers.setup.model import HoldKey, HoldScope
from app.charging.chargers.setup.save import save_hold
from app.directpay.letters.links import PageLinks
from app.directpay.pay import PayOrder, pay
from app.directpay.scan import scan
from app.directpay.views import ScanView
from app.funds.payments.accounts import Vault
from app.gateways.ocpi.chargers import EitherWay
from app.gateways.ocpi.client import OcpiClient
from app.gateways.ocpp.desk.calls import Calls
from app.hooks.ocpi.application import ocpi_application
from app.infra.database import Database
from app.infra.limits import MemoryLimits
from app.infra.pdf import Press
from app.kernel.ids import RandomIds
from app.kernel.money import Money
from app.roaming.abroad.chargers import PlatformChargers
from app.roaming.abroad.chase import chase_records, chase_starts
from app.roaming.abroad.read import points_abroad
from app.roaming.desk import RoamingDesk
from app.roaming.here.follow import follow_guests
from app.roaming.jobs import roaming_jobs
from app.roaming.platforms.pair import pair
from app.sandbox.ocpi.app import create_platform
from app.sandbox.ocpi.platform import Platform
from app.worker.tasks import Workshop, jobs
from tests.fakes.clock import FakeClock
from tests.fakes.jobs import HandWorker
from tests.fakes.line import FakeLine
from tests.roaming.town import Web
from tests.scenarios.world import OPERATOR, World, open_world


@dataclass
class Abroad:
    """A driver of ours at a charge point of another platform."""

    world: World
    peer: Platform
    roaming: RoamingDesk
    web: Web
    clock: FakeClock
    line: FakeLine

    async def settles(self) -> None:
        """Whatever the platform does after it answered is done, and our jobs as well."""
        for _ in range(3):
            await self.peer.rest()
            await self.world.worker.run_due()

    async def code(self, number: int = 0) -> str:
        """The code of one of the platform's EVSEs here."""
        async with self.world.database.work(OPERATOR) as work:
            found = await points_abroad(work)
        return found[number].code

    async def looks(self) -> ScanView:
        """The driver scans it."""
        return await scan(await self.code(), "en", desk=self.world.desk)

    async def pays(self) -> None:
        """The driver pays, and the platform is asked to start."""
        view = await self.looks()
        order = PayOrder(
            code=await self.code(),
            method="creditcard",
            tariff_id=view.price.tariff_id,
            tariff_version=view.price.tariff_version,
            key="first",
            locale="en",
        )
        self.world.journeys.append(await pay(order, desk=self.world.desk))
        await self.world.approves()
        await self.settles()

    async def plugs_in(self) -> None:
        """The car is plugged in."""
        await self.peer.plugs_in(self.peer.newest())
        await self.settles()

    async def charges(self, *, minutes: int, kwh: str) -> None:
        """The car takes *kwh* in *minutes*, told once."""
        self.clock.advance(minutes=minutes)
        await self.peer.charges(self.peer.newest(), Decimal(kwh))
        await self.settles()

    async def ends(self) -> None:
        """The platform ends the session."""
        await self.peer.ends(self.peer.newest())
        await self.settles()

    async def passes(self, **parts: int) -> None:
        """Time goes by, and whatever has its hour then is done."""
        await self.world.passes(**parts)
        await follow_guests(desk=self.roaming)
        await chase_starts(desk=self.roaming)
        await chase_records(desk=self.roaming)
        await self.settles()


@asynccontextmanager
async def abroad(
    database: Database, sql: psycopg.Connection, clock: FakeClock, version: str
) -> AsyncIterator[Abroad]:
    """Open the world, connected to a platform that speaks *version*."""
    world = await open_world(database, sql, clock)
    web = Web()
    client = OcpiClient(clock, RandomIds(), web)
    line = FakeLine()
    roaming = RoamingDesk(
        database=database,
        vault=Vault((Vault.new_key(),)),
        peers=client,
        base_url="https://pay.example",
        limits=MemoryLimits(lambda: int(clock.now().timestamp())),
        clock=clock,
        chargers=world.chargers,
        calls=Calls(line),
        secrets=world.desk.secrets,
    )
    web.hosts["pay.example"] = httpx.ASGITransport(ocpi_application(roaming))
    peer = Platform("https://peer.example", clock, web)
    peer.book.version = version
    web.hosts["peer.example"] = httpx.ASGITransport(create_platform(peer))
    world.desk = replace(
        world.desk, chargers=EitherWay(world.desk.chargers, PlatformChargers(roaming))
    )
    page_of = PageLinks(world.desk.secrets, world.desk.base_of).page_of
    post = PostRoom(database, world.mailer, Press(), "receipts@pay.example", page_of)
    every = (*jobs(Workshop(world.desk, post)), *roaming_jobs(roaming))
    world.worker = HandWorker(sql, every, clock)
    async with database.work(OPERATOR) as work:
        await save_hold(work, HoldKey(HoldScope.OPERATOR, "", "DC"), Money(6000, "EUR"))
    token = peer.invite()
    url = "https://peer.example/versions"
    await pair("be-charged", url, token, operator_id=OPERATOR, desk=roaming)
    opened = Abroad(world, peer, roaming, web, clock, line)
    await peer.publish()
    await opened.settles()
    yield opened
    await peer.line.close()
    await client.close()
