"""An operator that lets nobody pay before the cable is in."""

from dataclasses import replace

import pytest

from app.charging.chargers.model import EvseStatus
from app.directpay.errors import PlugInFirst
from app.directpay.model import Ending
from app.directpay.views import PointState
from app.people.identity.read import get_operator
from app.people.identity.save import save_operator
from tests.scenarios.world import OPERATOR, World


@pytest.fixture
async def careful(world: World) -> World:
    """A world whose operator wants the cable first."""
    async with world.database.work(OPERATOR) as work:
        await save_operator(work, replace(await get_operator(work), cable_first=True))
    return world


async def test_without_a_cable_there_is_no_button(careful: World):
    """The page says to plug in first; who pays all the same is told, and nothing is opened."""
    seen = await careful.looks()
    with pytest.raises(PlugInFirst):
        await careful.pays_anyway()

    assert (PointState.PLUG_FIRST, (), ()) == (seen.point.state, seen.methods, seen.nearby)
    assert {} == careful.provider.snapshots


@pytest.mark.parametrize("status", [EvseStatus.PREPARING, EvseStatus.OCCUPIED])
async def test_with_the_cable_in_all_is_as_always(careful: World, status: EvseStatus):
    """In the words of 1.6 and of 2.x: plugged in, pay, charge."""
    await careful.reports(status)
    seen = await careful.looks()
    await careful.pays_and_plugs_in()
    await careful.charges(minutes=10, kwh="3.000")
    await careful.stops()

    assert PointState.PLUGGED is seen.point.state
    assert seen.methods
    assert Ending.CHARGED is (await careful.sees()).ending


async def test_others_pay_first(world: World):
    """Without the option the cable may come later."""
    seen = await world.looks()

    assert PointState.FREE is seen.point.state
    assert seen.methods
