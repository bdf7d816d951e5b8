"""Stories of other platforms' drivers who hold their card to our reader."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime

import psycopg
import pytest

from app.charging.sessions.model import StartAnswer, StartReport
from app.directpay.reader.authorise import authorise
from app.directpay.reader.desk import ReaderDesk
from app.directpay.reader.model import IdTokenInfo, Presented
from app.directpay.reader.start import start_at_reader
from app.infra.database import together
from app.roaming.here.react import roaming_reactors
from app.roaming.here.reader import PlatformGuests
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.abroad import Abroad, abroad
from tests.scenarios.readers import has_card
from tests.scenarios.wallets import known_driver
from tests.scenarios.world import IDENTITY, OPERATOR, world_reactors

UID = "04AABBCCDD"


@pytest.fixture
async def here(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> AsyncIterator[Abroad]:
    """Our reader, and a platform whose tokens are known; right books after."""
    database = make_database(together(world_reactors(), roaming_reactors()))
    async with abroad(database, sql, clock, "2.2.1") as opened:
        yield opened
    assert [] == await breaches(database)


def readers(here: Abroad) -> ReaderDesk:
    """Return what the verbs of readers work with."""
    world = here.world
    return ReaderDesk(world.database, world.desk.secrets, PlatformGuests(here.roaming))


async def shows(here: Abroad, uid: str = UID) -> IdTokenInfo:
    """The platform's driver holds a card to the reader."""
    shown = Presented(OPERATOR, IDENTITY, uid, None, here.clock.now())
    return await authorise(shown, desk=readers(here))


def report(here: Abroad, uid: str = UID, at: datetime | None = None) -> StartReport:
    """The charge point tells of a start with the card."""
    now = here.clock.now()
    numbers = (IDENTITY, None, here.world.connector, uid, None, None, here.world.register_wh)
    return StartReport(OPERATOR, *numbers, at or now, now)


async def starts(here: Abroad, told: StartReport) -> StartAnswer:
    """The charge point tells of a start."""
    here.world.transaction = await start_at_reader(told, desk=readers(here))
    await here.settles()
    return here.world.transaction


def pushed(here: Abroad, module: str) -> list[dict]:
    """What was put or posted to the platform of a *module*, in order."""
    return [body for address, body in here.peer.book.posted if f" {module}" in address]


async def test_a_guest_charges_with_a_card(here: Abroad):
    """Asked about there, started here, told and billed with the platform's own reference."""
    assert "Accepted" == (await shows(here)).status

    answer = await starts(here, report(here))
    await here.world.charges(minutes=30, kwh="10")
    await here.passes(minutes=1)
    await here.world.stops()
    await here.settles()

    assert ("Accepted", True) == (answer.status, answer.accepted)
    assert "ACTIVE" in {session["status"] for session in pushed(here, "sessions")}
    (cdr,) = pushed(here, "cdrs")
    assert (f"A-{UID}", UID) == (cdr["authorization_reference"], cdr["cdr_token"]["uid"])
    told = {one["auth_method"] for one in (*pushed(here, "sessions"), cdr)}
    assert {"AUTH_REQUEST"} == told
    assert [] == here.world.chargers.starts


@pytest.mark.parametrize(
    ("word", "status"),
    [
        ("BLOCKED", "Blocked"),
        ("EXPIRED", "Expired"),
        ("NO_CREDIT", "NoCredit"),
        ("NOT_ALLOWED", "Invalid"),
    ],
)
async def test_a_platform_refuses_its_own(here: Abroad, word: str, status: str):
    """Its words become those of OCPP, and what starts anyway is stopped."""
    here.peer.book.manners.allowed = word

    told, answer = await shows(here), await starts(here, report(here))

    assert status == told.status == answer.status
    assert [answer.transaction_id] == [stop.transaction_id for stop in here.world.chargers.stops]


async def test_a_guests_start_is_told_twice_and_is_one(here: Abroad):
    """The same start again is the same session of the same guest."""
    told = report(here)

    assert await starts(here, told) == await starts(here, told)
    assert (1,) == here.world.worker.sql.execute("SELECT count(*) FROM session").fetchone()


async def test_a_token_of_ours_is_looked_at_first(here: Abroad):
    """A uid that is also known of a platform is ours: nobody else is asked."""
    anna = await known_driver(here.world)
    await anna.is_given(5000)
    await has_card(here.world, anna.driver_id, UID)
    calls = len(here.web.seen)

    assert "Accepted" == (await shows(here)).status
    assert calls == len(here.web.seen)


async def test_who_is_known_to_nobody_is_nobody(here: Abroad):
    """A stranger's start is kept as an orphan, and nobody is told to stop it."""
    assert "Invalid" == (await shows(here, "stranger")).status

    answer = await starts(here, replace(report(here), id_tag="stranger"))

    assert ("Invalid", False) == (answer.status, answer.stop_at_once)
