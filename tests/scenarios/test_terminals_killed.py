"""The app killed at every commit between the tap and the start: nothing is lost, nothing double."""

from typing import Any

import psycopg
import pytest

from app.charging.chargers.model import EvseStatus
from app.funds.payments.ports import ProviderStatus
from tests.audit.books import breaches
from tests.conftest import MakeDatabase
from tests.fakes.clock import FakeClock
from tests.scenarios.bay import DEVICE, LEFT, Bay, open_bay
from tests.scenarios.world import open_world, world_reactors
from tests.stores.payment_world import Killed, MortalDatabase

# Far more than there are; the first run that nothing kills ends the loop.
MOST_COMMITS = 60


class Mortal(MortalDatabase):
    """A database that dies at a commit, and is in all else the one inside."""

    def __getattr__(self, name: str) -> Any:
        """Ask the one inside."""
        return getattr(self.inner, name)


@pytest.fixture
async def mortal(
    make_database: MakeDatabase, sql: psycopg.Connection, clock: FakeClock
) -> tuple[Mortal, Bay]:
    """A bay whose server can be killed."""
    database = Mortal(make_database(world_reactors()))
    world = await open_world(database, sql, clock)  # type: ignore[arg-type]
    return database, await open_bay(world)


async def dies(database: Mortal, bay: Bay, *, at: int, before: bool) -> bool:
    """A card is tapped and the server dies at its commit *at*; tell whether it did."""
    database.lives, database.before = at, before
    died = False
    for _ in range(3):
        try:
            if bay.asks == "pay":
                bay.terminals.tap(DEVICE)
            await bay.hint()
            await bay.passes(5)
        except Killed:
            died = True
    database.lives = 0
    await bay.passes(35)
    return died


@pytest.mark.parametrize("before", [False, True], ids=["after the commit", "before the commit"])
async def test_death_between_the_tap_and_the_start(
    mortal: tuple[Mortal, Bay],
    before: bool,  # noqa: FBT001 - a parameter of pytest
):
    """
    Wherever it dies, the charge point is asked at most once, and one hold is of one session.

    Killed between noting that it asks and asking, it does not ask again (decision 7): then the
    session comes to nothing, and the hold goes back.
    """
    database, bay = mortal
    deaths = silent = 0
    for at in range(1, MOST_COMMITS):
        await bay.plugs(bay.left)
        starts = len(bay.left.chargers.starts)
        died = await dies(database, bay, at=at, before=before)
        deaths += died
        asked = len(bay.left.chargers.starts) - starts
        holds = [each for each in bay.book if each[0] is ProviderStatus.AUTHORISED]

        assert (1, [LEFT]) == (len(holds), await bay.running())
        assert asked <= 1
        silent += not asked

        if asked:
            await bay.left.starts()
            await bay.left.stops(reason="EVDisconnected")
        else:
            await bay.passes(240)
        await bay.left.reports(EvseStatus.AVAILABLE)
        await bay.passes(30)
        if not died:
            break

    assert deaths > 5
    assert silent <= 1
    assert {(ProviderStatus.CANCELLED, 0, 0)} == set(bay.book)
    assert [] == await breaches(database.inner)
