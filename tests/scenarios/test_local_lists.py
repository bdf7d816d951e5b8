"""Stories of local lists, told to charge points of 1.6, 2.0.1 and 2.1 over the real gateway."""

import asyncio
import contextlib
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import psycopg
import pytest

from app.charging.tokens.block import block_token
from app.charging.tokens.model import Whitelist
from app.directpay.lists.jobs import list_jobs
from app.directpay.lists.sync import sync_list
from app.directpay.reader.desk import ReaderDesk
from app.gateways.ocpp.desk.lists import OcppLists
from app.gateways.ocpp.facts import DatabaseFacts
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from app.infra.jobs import TryAgain
from tests.charging.ocpp.conftest import Raw, raw_charger, serving
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.readers import CARD, has_card
from tests.scenarios.wallets import known_driver
from tests.scenarios.world import IDENTITY, OPERATOR, PASSWORD, World, open_world, world_reactors

QUIET = OcppSettings(pairing=False, keep_seconds=(0, 0), call_seconds=20)
VERSIONS = ("ocpp1.6", "ocpp2.0.1", "ocpp2.1")
SECOND = "04B1C2D3E4F580"


@dataclass
class Station:
    """A charge point that keeps a local list as OCPP says; *moods* are its next answers."""

    version: str
    raw: Raw
    number: int = 0
    marks: dict[str, str] = field(default_factory=dict)
    at_once: int = 2
    moods: list[str] = field(default_factory=list)
    told: list[str] = field(default_factory=list)
    has_list: bool = True

    async def listens(self) -> None:
        """Answer what comes, until the socket goes."""
        with contextlib.suppress(Exception):
            while True:
                frame = json.loads(await self.raw.socket.recv())
                if frame[0] == 2:
                    answer = self.answer(frame[2], frame[3])
                    await self.raw.say(json.dumps([3, frame[1], answer]))

    def answer(self, action: str, said: dict) -> dict:
        """Return the answer to a call."""
        is_16 = self.version == "ocpp1.6"
        match action:
            case "GetLocalListVersion":
                number = self.number if self.has_list else -1
                return {"listVersion" if is_16 else "versionNumber": number}
            case "GetConfiguration":
                values = {"LocalAuthListEnabled": "true", "SendLocalListMaxLength": self.at_once}
                known = [
                    {"key": key, "value": str(value), "readonly": False}
                    for key, value in values.items()
                ]
                return {"configurationKey": known}
            case "GetVariables":
                values = {"Enabled": "true", "Entries": "50", "ItemsPerMessage": str(self.at_once)}
                return {
                    "getVariableResult": [
                        {
                            **{key: each[key] for key in ("component", "variable")},
                            "attributeStatus": "Accepted",
                            "attributeValue": values[each["variable"]["name"]],
                        }
                        for each in said["getVariableData"]
                    ]
                }
            case _:
                assert action == "SendLocalList"
                return {"status": self.takes(said)}

    def takes(self, said: dict) -> str:
        """Take an update, unless it is in another mood."""
        if self.moods:
            return self.moods.pop(0)
        number = said.get("listVersion", said.get("versionNumber"))
        self.told.append(said["updateType"])
        if said["updateType"] == "Full":
            self.marks = {}
        for entry in said.get("localAuthorizationList", []):
            uid = entry.get("idTag") or entry["idToken"]["idToken"]
            info = entry.get("idTagInfo") or entry.get("idTokenInfo")
            self.marks.pop(uid, None)
            if info is not None:
                self.marks[uid] = info["status"]
        self.number = number
        return "Accepted"


@dataclass
class Street:
    """The world, its charge point with a list, and the way to it."""

    world: World
    station: Station
    lists: OcppLists

    async def syncs(self) -> None:
        """The job runs."""
        await sync_list(
            IDENTITY, operator_id=OPERATOR, database=self.world.database, lists=self.lists
        )


@asynccontextmanager
async def street(world: World, version: str) -> AsyncIterator[Street]:
    """The world's charge point is connected with a list."""
    await world.disconnects()
    facts = DatabaseFacts(ReaderDesk(world.database, world.desk.secrets))
    gateway = OcppGateway(facts, world.clock, QUIET)
    lists = OcppLists(gateway.commands)
    for job in list_jobs(world.database, lists):
        world.worker._jobs[job.name] = job
    async with (
        serving(gateway.endpoint) as url,
        raw_charger(url, version, IDENTITY, PASSWORD) as raw,
    ):
        station = Station(version, raw)
        listening = asyncio.create_task(station.listens())
        async with asyncio.timeout(60):
            while not await is_here(world, version):  # noqa: ASYNC110 - a test looks from outside
                await asyncio.sleep(0.01)
        yield Street(world, station, lists)
        listening.cancel()


async def is_here(world: World, version: str) -> bool:
    """Tell whether the charge point's connection is noted."""
    row = world.worker.sql.execute("SELECT protocol FROM charge_point").fetchone()
    return row == (version,)


@pytest.fixture
async def world(make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock) -> World:
    """A world with one charge point."""
    return await open_world(make_database(world_reactors()), sql, clock)


async def cards(world: World, *uids: str, whitelist: Whitelist = Whitelist.ALLOWED) -> list:
    """The operator gives a driver cards that charge points may know."""
    anna = await known_driver(world)
    return [await has_card(world, anna.driver_id, uid, whitelist=whitelist) for uid in uids]


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_list_is_sent_whole_and_then_by_differences(world: World, version: str):
    """First all in parts, then what changed: a blocked card, one more."""
    first, _, _ = await cards(world, CARD, SECOND, "04C0FFEE")
    async with street(world, version) as here:
        await here.syncs()
        assert (2, 3, ["Full", "Differential"]) == (
            here.station.number,
            len(here.station.marks),
            here.station.told,
        )
        async with world.database.work(OPERATOR) as work:
            await block_token(work, first.token_id, "lost")
        await here.syncs()
        await here.syncs()

        assert {CARD: "Blocked", SECOND: "Accepted", "04C0FFEE": "Accepted"} == here.station.marks
        assert ["Full", "Differential", "Differential"] == here.station.told


@pytest.mark.parametrize("version", VERSIONS)
async def test_a_list_that_was_lost_is_sent_anew(world: World, version: str):
    """After a reset the charge point reports 0, and gets all of it again."""
    await cards(world, CARD)
    async with street(world, version) as here:
        await here.syncs()
        here.station.number, here.station.marks = 0, {}
        await here.syncs()

        assert {CARD: "Accepted"} == here.station.marks
        assert ["Full", "Full"] == here.station.told


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("mood", ["Failed", "VersionMismatch"])
async def test_what_failed_is_tried_again(world: World, version: str, mood: str):
    """The job comes back, and the list is right in the end."""
    await cards(world, CARD, SECOND, "04C0FFEE")
    async with street(world, version) as here:
        here.station.moods = [mood]
        with pytest.raises(TryAgain):
            await here.syncs()
        await here.syncs()

        assert 3 == len(here.station.marks)


async def test_a_token_that_must_be_asked_about_is_on_no_list(world: World):
    """NEVER, and a card that nobody has claimed, stay away; a change takes one off."""
    (card,) = await cards(world, CARD)
    await has_card(world, None, SECOND, whitelist=Whitelist.ALWAYS)
    async with street(world, "ocpp1.6") as here:
        await here.syncs()
        assert [CARD] == list(here.station.marks)
        await cards(world, CARD, whitelist=Whitelist.NEVER)
        await here.syncs()

        assert {} == here.station.marks
        assert card.uid == CARD


async def test_a_charge_point_without_a_list_is_left_alone(world: World):
    """-1 says that there is none: nothing is sent."""
    await cards(world, CARD)
    async with street(world, "ocpp1.6") as here:
        here.station.has_list = False
        await here.syncs()

        assert [] == here.station.told


async def test_a_change_of_tokens_reaches_those_that_are_connected(world: World):
    """The jobs of a change gather for ten seconds, and each charge point has one."""
    async with street(world, "ocpp1.6") as here:
        await cards(world, CARD, SECOND)
        await world.worker.run_due()
        assert [] == here.station.told
        world.clock.advance(seconds=11)
        await world.worker.run_due()

        assert {CARD, SECOND} == set(here.station.marks)


async def test_nothing_is_sent_to_who_is_away(world: World):
    """It is asked again when it is back."""
    await cards(world, CARD)
    async with street(world, "ocpp1.6") as here:
        pass
    await here.syncs()

    assert [] == here.station.told
