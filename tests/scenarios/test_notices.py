"""What drivers are told of their sessions: on their devices, by mail else."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import pytest

from app.directpay.desk import find
from app.directpay.notices.session import FEE_TASK
from app.directpay.owned.claim import claim
from app.directpay.owned.erase import leave
from app.people.notifications.choose import choose
from app.people.notifications.devices import Wanted, add_device, devices_of
from app.people.notifications.errors import TooManyDevices
from app.people.notifications.forget import forget_notices
from app.people.notifications.model import MOST_DEVICES, Address, Notice, NoticeKind
from app.people.notifications.ports import Gone, NotPushed, Pushed
from app.people.notifications.tell import tell
from app.pricing.tariffs.choice.model import Rule
from app.pricing.tariffs.choice.write import write_rules
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from tests.scenarios.wallets import Driver, known_driver
from tests.scenarios.world import OPERATOR, TARIFF, World

ENDPOINT = "https://fcm.googleapis.com/fcm/send/one"
FREE = Notice(NoticeKind.FREE, "free:1", {"place": "Kade", "evse_id": "NL*VLT*E1*1"}, "/c/VKTAA2")


def address(endpoint: str = ENDPOINT) -> Address:
    """Return where a browser is reached."""
    return Address(endpoint, b"\x04" + bytes(64), bytes(16), "key")


async def has_device(
    world: World, subscriber_id: UUID, endpoint: str = ENDPOINT, **more: object
) -> UUID:
    """A browser asks for notices, in Dutch."""
    async with world.database.work(OPERATOR) as work:
        wanted = Wanted(address(endpoint), "nl", "Firefox", **more)  # type: ignore[arg-type]
        return (await add_device(work, subscriber_id, wanted)).device_id


async def told(world: World, driver: Driver, notice: Notice = FREE) -> None:
    """Something is told to the driver."""
    async with world.database.work(OPERATOR) as work:
        await tell(work, driver.driver_id, notice)
    await world.worker.run_due()


async def charges(world: World, driver: Driver) -> None:
    """The driver charges with credit, from the payment to the receipt."""
    await driver.is_given(5000)
    await driver.pays(5000)
    await world.starts()
    await world.charges(minutes=30, kwh="12.340")
    await world.stops()
    await world.worker.run_due()


async def test_a_finished_session_is_pushed(world: World):
    """In the device's language: where, how much, what it cost; it opens the driver's own page."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)

    await charges(world, anna)

    ((endpoint, message),) = world.push.sent
    assert ENDPOINT == endpoint
    assert "nl" == message["lang"]
    assert "Kade · 12,34\N{NO-BREAK SPACE}kWh · €\N{NO-BREAK SPACE}6,17" == message["body"]
    assert f"/me/voltstraat/sessions/{world.token}" == message["path"]
    assert "/app/voltstraat/icons/192" == message["icon"]


async def test_without_a_device_it_is_mailed(world: World):
    """To the driver's address, with the way to choose; no push goes anywhere."""
    anna = await known_driver(world)

    await charges(world, anna)

    (mail,) = [mail for mail in world.mailer.mails if "notice-" in mail.message_id]
    assert "Charging is finished" == mail.subject
    assert f"https://pay.example/me/voltstraat/sessions/{world.token}" in mail.text
    assert "https://pay.example/me/voltstraat/notices" in mail.text
    assert [] == world.push.sent


async def test_who_chooses_not_to_be_told_is_not(world: World):
    """Neither by push nor by mail."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)
    async with world.database.work(OPERATOR) as work:
        await choose(work, anna.driver_id, {NoticeKind.FINISHED: False})

    await charges(world, anna)

    assert [] == world.push.sent
    assert [] == [mail for mail in world.mailer.mails if "notice-" in mail.message_id]


async def test_who_chooses_the_receipt_is_told_of_it(world: World):
    """Nobody is unless they choose it: it comes by mail to who wants it."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)
    async with world.database.work(OPERATOR) as work:
        await choose(work, anna.driver_id, {NoticeKind.RECEIPT: True})

    await charges(world, anna)

    finished, receipt = (message for _, message in world.push.sent)
    assert ["Het laden is klaar", "Je bon is klaar"] == [finished["title"], receipt["title"]]
    assert "Kade · €\N{NO-BREAK SPACE}6,17" == receipt["body"]
    assert f"/me/voltstraat/sessions/{world.token}" == receipt["path"]


async def test_who_follows_without_an_account_is_told(world: World):
    """The browser on the session's page gets it, and it leads back there; nobody else does."""
    await world.pays_and_plugs_in()
    await has_device(world, (await find(world.token, desk=world.desk)).journey_id)
    await world.charges(minutes=30, kwh="12.340")
    await world.stops()
    await world.worker.run_due()

    ((_, message),) = [each for each in world.push.sent if "12,34" in each[1]["body"]]
    assert f"/s/{world.token}" == message["path"]


async def test_the_hold_is_told_of_once(world: World):
    """At four fifths, also by push."""
    await world.pays_and_plugs_in()
    await has_device(world, (await find(world.token, desk=world.desk)).journey_id)
    await world.charges(minutes=60, kwh="97")
    await world.worker.run_due()
    await world.charges(minutes=1, kwh="97.1")
    await world.worker.run_due()

    assert ["Het bedrag is bijna op"] == world.push.titles


async def test_a_key_is_told_once(world: World):
    """However often something happens, a driver hears of it once."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)

    await told(world, anna)
    await told(world, anna)

    assert 1 == len(world.push.sent)


async def test_every_device_is_told(world: World):
    """A phone and a computer; the same one twice is one."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)
    await has_device(world, anna.driver_id)
    await has_device(world, anna.driver_id, f"{ENDPOINT}/two")

    await told(world, anna)

    assert [ENDPOINT, f"{ENDPOINT}/two"] == sorted(endpoint for endpoint, _ in world.push.sent)


async def test_a_browser_that_wants_nothing_is_forgotten(world: World):
    """Where it was the last one, the notice comes by mail."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)
    world.push.outcome = Gone()

    await told(world, anna)

    async with world.database.work(OPERATOR) as work:
        assert [] == await devices_of(work, anna.driver_id)
    assert ["A charge point is free"] == [mail.subject for mail in world.mailer.mails]


async def test_a_browser_that_is_signed_out_is_told_nothing(world: World):
    """Somebody else may be sitting before it."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id, signed_in_id=UUID(int=7))

    await told(world, anna)

    assert [] == world.push.sent
    assert ["A charge point is free"] == [mail.subject for mail in world.mailer.mails]


async def test_a_service_that_is_away_is_tried_again(world: World):
    """Until it takes the message, or the message is of no use any more."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)
    world.push.outcome = NotPushed("HTTP 503")
    await told(world, anna)
    world.push.outcome = Pushed()
    await world.passes(minutes=1)
    await world.passes(hours=2)

    assert 2 == len(world.push.sent)


async def test_nothing_is_pushed_too_late(world: World):
    """An hour later nobody wants to know any more."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)
    world.push.outcome = NotPushed("HTTP 503")
    await told(world, anna)
    first = len(world.push.sent)
    world.push.outcome = Pushed()
    world.clock.advance(timedelta(hours=2))
    await world.worker.run_due()

    assert first == len(world.push.sent)
    assert [] == [name for name in world.worker.waiting() if "notices" in name]


async def test_a_driver_has_so_many_devices(world: World):
    """One more is refused, one that is there already is not."""
    anna = await known_driver(world)
    for number in range(MOST_DEVICES):
        await has_device(world, anna.driver_id, f"{ENDPOINT}/{number}")

    await has_device(world, anna.driver_id, f"{ENDPOINT}/0")
    with pytest.raises(TooManyDevices):
        await has_device(world, anna.driver_id, f"{ENDPOINT}/more")


async def test_who_leaves_has_no_devices(world: World):
    """Devices, choices and notices go with the driver."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)
    await told(world, anna)

    await leave(anna.driver_id, operator_id=OPERATOR, desk=world.desk)

    async with world.database.work(OPERATOR) as work:
        assert [] == await devices_of(work, anna.driver_id)
    assert 0 == await forget_notices(database=world.database)


async def test_old_notices_and_devices_of_journeys_go(world: World):
    """A month later nobody needs them; a driver's device stays."""
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)
    soon = world.clock.now() + timedelta(days=2)
    await has_device(world, UUID(int=9), f"{ENDPOINT}/two", ends_at=soon)
    await told(world, anna)
    world.clock.advance(timedelta(days=31))

    assert 2 == await forget_notices(database=world.database)
    async with world.database.work(OPERATOR) as work:
        assert 1 == len(await devices_of(work, anna.driver_id))


async def test_a_fee_is_told_of_before_it_starts(world: World):
    """Standing costs from the 60th minute on: who can be told is told from the 50th on, once."""
    await has_fee_after_an_hour(world)
    await world.pays_and_plugs_in()
    await has_device(world, (await find(world.token, desk=world.desk)).journey_id)
    async with world.database.work(OPERATOR) as work:
        work.defer(FEE_TASK, journey_id=(await find(world.token, desk=world.desk)).journey_id)
    await world.charges(minutes=45, kwh="10.000")
    await world.worker.run_due()
    before = list(world.push.titles)
    await world.charges(minutes=6, kwh="1.000")
    await world.worker.run_due()

    assert [] == before
    ((_, message),) = world.push.sent
    # The world's clock starts at 10:00 in Amsterdam.
    assert "Om 11:00 begint een blokkeertarief" == message["title"]
    assert "Kade · Haal de kabel er eerder uit, dan betaal je het niet." == message["body"]
    assert f"/s/{world.token}" == message["path"]


async def test_a_fee_behind_another_change_is_told_of(world: World):
    """A price that falls before a minute begins to cost: the look ahead goes on behind it."""
    await has_fee_after_an_hour(world, cheaper_after=2400)
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)
    await anna.is_given(5000)
    await anna.pays(5000)
    await world.starts()
    await world.worker.run_due()
    for minutes, kwh in ((45, "10.000"), (6, "11.000"), (6, "12.000")):
        await world.charges(minutes=minutes, kwh=kwh)
        await world.worker.run_due()

    assert 1 == len(world.push.titles)


async def test_who_makes_a_session_their_own_is_told_of_its_fee(world: World):
    """A driver who signs in while the car charges is looked after from then on."""
    await has_fee_after_an_hour(world)
    await world.pays_and_plugs_in()
    await world.worker.run_due()
    anna = await known_driver(world)
    await has_device(world, anna.driver_id)
    journey_id = (await find(world.token, desk=world.desk)).journey_id
    control = world.desk.secrets.control(journey_id)
    await claim(
        world.token, control, driver_id=anna.driver_id, operator_id=OPERATOR, desk=world.desk
    )
    await world.worker.run_due()
    await world.charges(minutes=51, kwh="10.000")
    await world.worker.run_due()

    assert ["Om 11:00 begint een blokkeertarief"] == world.push.titles


async def test_nobody_is_looked_after_who_cannot_be_told(world: World):
    """A session without account and device costs one look, and no job waits for it."""
    await has_fee_after_an_hour(world)
    await world.pays_and_plugs_in()
    await world.worker.run_due()

    assert FEE_TASK not in world.worker.waiting()


async def has_fee_after_an_hour(world: World, cheaper_after: int = 0) -> None:
    """A minute costs 0.10 EUR from the end of the first hour on; a kWh is cheaper before."""
    energy = {"type": "ENERGY", "price": Decimal("0.50"), "step_size": 1}
    standing = {"type": "TIME", "price": Decimal("6.00"), "step_size": 60}
    elements = [
        {"price_components": [energy, standing], "restrictions": {"min_duration": 3600}},
        {
            "price_components": [{**energy, "price": Decimal("0.40")}],
            "restrictions": {"min_duration": cheaper_after},
        },
        {"price_components": [energy]},
    ]
    async with world.database.work(OPERATOR) as work:
        await publish_tariff(work, parse_tariff({**TARIFF, "id": "standing", "elements": elements}))
        await write_rules(work, [Rule("everywhere", "standing")])
