"""A charge point whose display shows another code all the time: only who reads it can pay."""

from dataclasses import replace
from datetime import timedelta

import pytest

from app.charging.chargers.display.totp import slot_at, totp
from app.charging.chargers.display.work import rotate_secret
from app.charging.chargers.errors import NoDisplay
from app.charging.chargers.find_evse import find_evse
from app.charging.chargers.setup.model import DisplayDraft
from app.charging.chargers.setup.save import save_evse
from app.directpay.errors import DisplayCodeNeeded
from app.directpay.guard.display import admit
from app.directpay.offers.guess import Presented
from app.directpay.pay import Begun, PayOrder, pay
from tests.fakes.displays import FakeDisplays
from tests.scenarios.world import CODE, OPERATOR, World, evse_draft


@pytest.fixture
async def shown(world: World) -> World:
    """The world with a display at its socket, which has to be read."""
    await furnish(world, is_required=True)
    return world


async def furnish(world: World, *, is_required: bool) -> None:
    """Give the socket a display."""
    async with world.database.work(OPERATOR) as work:
        display = DisplayDraft(is_required=is_required)
        await save_evse(work, replace(evse_draft(), display=display))


async def on_display(world: World, *, seconds: int = 0) -> str:
    """What the display shows in so many seconds."""
    _, evse = await find_evse(CODE, database=world.database)
    assert evse.display is not None
    secrets, at = world.desk.display_secrets, world.clock.now() + timedelta(seconds=seconds)
    secret = secrets.secret(OPERATOR, evse.evse_uid, evse.display.rotation)
    return totp(secret, slot_at(at, evse.display.validity), evse.display.length)


async def pays_with(world: World, admission: str, key: str = "first") -> Begun:
    """The driver pays with what reading the display gave."""
    order = PayOrder(
        CODE, "creditcard", "per-kwh", 1, key, "en", Presented("", "", None, admission)
    )
    world.journeys.append(await pay(order, desk=world.desk))
    return world.journeys[-1]


async def test_who_reads_the_display_pays_and_charges(shown: World):
    """The whole way; the charge point is told that somebody pays."""
    displays = shown.desk.displays
    admission = await admit(CODE, await on_display(shown), desk=shown.desk)
    await pays_with(shown, admission)
    await shown.approves()
    await shown.starts()
    await shown.charges(minutes=10, kwh="2.000")
    await shown.stops()
    receipt = await shown.receipt()

    assert isinstance(displays, FakeDisplays)
    assert [("VLT1-1", 300)] == displays.announced
    assert receipt is not None


async def test_the_sticker_alone_does_not_let_pay(shown: World):
    """The page says that the display has to be read, and nothing begins without."""
    view = await shown.looks()

    assert view.needs_display_code
    with pytest.raises(DisplayCodeNeeded):
        await pays_with(shown, "")


@pytest.mark.parametrize("seconds", [-60, 60, 3600])
async def test_a_photograph_of_the_display_is_no_use(shown: World, seconds: int):
    """A code of another moment is refused before anything about payment happens."""
    with pytest.raises(DisplayCodeNeeded):
        await admit(CODE, await on_display(shown, seconds=seconds), desk=shown.desk)


async def test_one_code_begins_one_payment(shown: World):
    """Who copies the address pays nothing with it after the driver did; the same driver may."""
    text = await on_display(shown)
    mine = await admit(CODE, text, desk=shown.desk)
    copied = await admit(CODE, text, desk=shown.desk)
    begun = await pays_with(shown, mine)
    again = await pays_with(shown, mine)
    await shown.presses_stop()

    assert begun == again
    with pytest.raises(DisplayCodeNeeded, match="used before"):
        await pays_with(shown, copied, "second")


async def test_the_next_code_begins_the_next_payment(shown: World):
    """After a cancelled payment the display shows a new code in half a minute."""
    await pays_with(shown, await admit(CODE, await on_display(shown), desk=shown.desk))
    await shown.presses_stop()
    shown.clock.advance(seconds=30)
    begun = await pays_with(
        shown, await admit(CODE, await on_display(shown), desk=shown.desk), "second"
    )

    assert begun.checkout_url is not None


async def test_an_admission_gets_old(shown: World):
    """A quarter of an hour after the scan it has to be scanned again."""
    admission = await admit(CODE, await on_display(shown), desk=shown.desk)
    await shown.passes(minutes=15)

    with pytest.raises(DisplayCodeNeeded):
        await pays_with(shown, admission)


async def test_a_display_beside_a_sticker(world: World):
    """Where it is only offered, the sticker still lets pay."""
    await furnish(world, is_required=False)
    begun = await world.pays()

    assert not (await world.looks()).needs_display_code
    assert begun.checkout_url is not None


async def test_a_new_secret_is_shown_and_the_old_one_counts_for_a_while(shown: World):
    """Rotated: the charge point is given the new one, and codes by both let pay."""
    displays = shown.desk.displays
    before = await on_display(shown)
    async with shown.database.work(OPERATOR) as work:
        number = await rotate_secret(work, "VLT1-1")
    await shown.worker.run_due()
    after = await on_display(shown)

    assert isinstance(displays, FakeDisplays)
    assert (2, [("VLT1-1", 2)]) == (number, displays.shown)
    assert before != after
    assert await admit(CODE, before, desk=shown.desk)
    assert await admit(CODE, after, desk=shown.desk)


async def test_without_a_display_there_is_nothing_to_rotate(world: World):
    """It says so."""
    with pytest.raises(NoDisplay):
        async with world.database.work(OPERATOR) as work:
            await rotate_secret(work, "VLT1-1")
