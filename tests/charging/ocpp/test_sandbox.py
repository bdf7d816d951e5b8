"""The played charge points: their configuration, their cars, their control page."""

from datetime import timedelta
from decimal import Decimal

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.sandbox.chargers.car import Car
from app.sandbox.chargers.config import ChargerConfig, ConfigInvalid, EvseConfig, load
from app.sandbox.chargers.control import control_app
from app.sandbox.chargers.faults import Faults
from app.sandbox.chargers.station import SandboxCharger
from tests.charging.ocpp.conftest import until
from tests.fakes.charge_points import PASSWORD

FULL_POWER = Decimal(150_000)


def test_a_configuration_file(tmp_path):
    """A file names the charge points; the address may come from outside."""
    file = tmp_path / "chargers.yaml"
    file.write_text(
        "chargers:\n"
        "  - identity: A|1\n    version: ocpp2.1\n    password: p\n"
        "    evses: [{power_kw: 150, current: dc}]\n"
        "  - identity: B\n"
    )
    first, second = load(file, url="ws://x/ocpp", speed=3)

    assert "ws://x/ocpp/A%7C1" == first.address
    assert (EvseConfig(Decimal(150), "DC"),) == first.evses
    assert ("ocpp1.6", 3) == (second.version, second.speed)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("chargers: 1", "a list under the key"),
        ("chargers: [{version: ocpp1.6}]", "needs an identity"),
        ("chargers: [{identity: A, version: ocpp3}]", "none of ocpp1.6"),
        ("chargers: [{identity: A, evses: [{power_kw: much}]}]", "power_kw"),
        ("chargers: [{identity: A, evses: []}]", "at least one EVSE"),
        ("chargers: [A]", "needs an identity"),
    ],
)
def test_a_wrong_configuration_is_told(tmp_path, text, complaint):
    """A mistake in the file is a sentence, not a trace."""
    file = tmp_path / "chargers.yaml"
    file.write_text(text)

    with pytest.raises(ConfigInvalid, match=complaint):
        load(file, url="ws://x/ocpp", speed=1)


def test_a_car_takes_less_as_it_fills():
    """DC: full power in the middle, a trickle at the end, nothing when full."""
    levels = [Decimal(level) for level in (30, 60, 80, 90, 99)]
    powers = [Car(soc=soc).power_w(FULL_POWER, "DC") for soc in levels]

    assert FULL_POWER == powers[0]
    assert sorted(powers, reverse=True) == powers
    assert powers[-1] < FULL_POWER / 10
    assert Decimal(0) == Car(soc=Decimal(100)).power_w(FULL_POWER, "DC")
    assert Decimal(11_000) == Car().power_w(Decimal(22_000), "AC")


@given(
    soc=st.decimals(0, 100, places=2),
    seconds=st.integers(0, 100_000),
    power=st.integers(0, 350_000),
)
def test_a_car_never_takes_more_than_fits(soc, seconds, power):
    """What went in is what the battery holds more, and never more than it can."""
    car = Car(soc=soc)
    after, energy = car.charged(Decimal(power), timedelta(seconds=seconds))

    assert Decimal(0) <= energy <= Decimal(power) * seconds / 3600 + 1
    assert car.soc <= after.soc <= 100
    assert abs((after.soc - car.soc) / 100 * car.capacity_wh - energy) < Decimal("0.001")


@pytest.fixture
async def charger(url, clock):
    """A charge point of 1.6 that is connected."""
    config = ChargerConfig(
        identity="CP1", url=url, password=PASSWORD, evses=(EvseConfig(),) * 2, speed=10
    )
    async with SandboxCharger(config, clock) as played:
        await until(lambda: played.is_online)
        yield played


@pytest.fixture
async def page(charger):
    """The control page of the charge point."""
    transport = httpx.ASGITransport(app=control_app({"CP1": charger}))
    async with httpx.AsyncClient(
        transport=transport, base_url="http://control", follow_redirects=True
    ) as client:
        yield client


async def press(page, **fields: str) -> str:
    """Press a button and return the page that comes."""
    answer = await page.post("/do", data={"identity": "CP1", **fields})
    assert 200 == answer.status_code
    return answer.text


async def test_the_buttons_of_the_control_page(page, charger, facts):
    """Plug, unplug, break, go offline and back, restart: as on the street."""
    assert "unplug" in await press(page, action="plug", evse="2")
    assert charger.bays[2].car is not None
    await press(page, action="unplug", evse="2")
    assert charger.bays[2].car is None
    await press(page, action="broken", evse="1")
    await until(lambda: "Faulted" in [each.status for each in facts.statuses])
    await press(page, action="offline")
    await until(lambda: not charger.is_online)
    await press(page, action="online")
    await until(lambda: charger.is_online)
    boots = len(facts.boots)
    await press(page, action="reboot")
    await until(lambda: len(facts.boots) > boots)


async def test_every_fault_has_a_button(page, charger):
    """Each fault is switched on and off by name."""
    for name in Faults.names():
        await press(page, action="fault", fault=name)
        assert (name,) == charger.faults.active()
        await press(page, action="fault", fault=name)
    assert () == charger.faults.active()


async def test_what_does_not_exist_is_told(page):
    """A wrong name is a client's error."""
    wrong = [
        ({"identity": "CP9", "action": "plug"}, 404),
        ({"identity": "CP1", "action": "dance"}, 400),
        ({"identity": "CP1", "action": "plug", "evse": "9"}, 400),
        ({"identity": "CP1", "action": "fault", "fault": "none"}, 400),
    ]
    for fields, status in wrong:
        assert status == (await page.post("/do", data=fields)).status_code


async def test_the_state_as_json(page):
    """Scripts read what people see."""
    (view,) = (await page.get("/chargers")).json()

    assert ("CP1", "ocpp1.6", True) == (view["identity"], view["version"], view["online"])
    assert ["Available", "Available"] == [each["status"] for each in view["evses"]]


async def test_a_clock_from_1970(charger, facts):
    """A charge point without a battery for its clock."""
    charger.faults.clock_1970 = True
    charger.plug()
    await until(lambda: any(each.at and each.at.year == 1970 for each in facts.statuses))
