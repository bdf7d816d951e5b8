"""Prices on the wire: what each version is told, what the charge point shows, and the limits."""

import asyncio
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from app.directpay.board.notices import Agreed, Default, Final, Place, Running
from app.directpay.prices.views import PriceComponentView
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.link.schemas import request_violations
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.prices import words2, words16
from app.gateways.ocpp.prices.board import OcppBoard
from app.gateways.ocpp.settings import OcppSettings
from app.kernel.money import Money
from app.pricing.tariffs.ocpi import parse_tariff
from app.sandbox.chargers.config import ChargerConfig, EvseConfig
from app.sandbox.chargers.station import SandboxCharger
from tests.charging.ocpp.conftest import raw_charger, serving, until
from tests.fakes.charge_points import OPERATOR, PASSWORD, FakeFacts, charge_point
from tests.fakes.clock import FakeClock

NOW = FakeClock().now()
TARIFF = parse_tariff(
    {
        "id": "per-kwh",
        "currency": "EUR",
        "tax_included": "YES",
        "elements": [
            {"price_components": [{"type": "ENERGY", "price": Decimal("0.605"), "step_size": 1}]}
        ],
    }
)
PRICES = (PriceComponentView("kwh", "ENERGY", Decimal("0.605"), "EUR"),)


def notices(transaction: str) -> tuple[Agreed, Running, Final, Default]:
    """Return what is told of a transaction at EVSE 1."""
    place, limit = Place(OPERATOR, "CP1", 1, 1, transaction), Money(6000, "EUR")
    return (
        Agreed(place, "TAG", "en", "€0.605 per kWh.", TARIFF, Decimal(21), limit),
        Running(
            place=place,
            language="en",
            text="2.000 kWh · €1.21",
            at=NOW,
            register_wh=Decimal(1_002_000),
            cost=Money(121, "EUR"),
            prices=PRICES,
            limit=limit,
            lasts_until=NOW + timedelta(hours=4),
            max_power_kw=Decimal(22),
        ),
        Final(place, "en", "2.500 kWh · €1.51", Money(151, "EUR")),
        Default(place, TARIFF, Decimal(21)),
    )


class Street:
    """A played charge point, and the board that shows prices there."""

    def __init__(self, board: OcppBoard, charger: SandboxCharger) -> None:
        """Know both."""
        self.board, self.charger = board, charger

    async def shows(self, name: str) -> dict:
        """Return what the charge point shows by this name, once it does."""
        await until(lambda: name in self.charger.shown)
        return self.charger.shown[name]


@pytest.fixture
async def street(request, clock):
    """A charge point of a version at a gateway with a board that does not wait."""
    board = OcppBoard()
    impatient = OcppSettings(pairing=False, settle_seconds=0, costs_every_seconds=0)
    gateway = OcppGateway(FakeFacts(charge_point()), clock, impatient, board=board)
    async with serving(gateway.endpoint) as url:
        config = ChargerConfig(
            identity="CP1",
            url=url,
            version=request.param,
            password=PASSWORD,
            evses=(EvseConfig(Decimal(22)),),
            speed=10,
        )
        async with SandboxCharger(config, clock) as charger:
            async with asyncio.timeout(60):
                await charger.online()
            yield Street(board, charger)


@pytest.mark.parametrize("street", ["ocpp1.6"], indirect=True)
async def test_california_pricing(street):
    """1.6: SetUserPrice before, RunningCost meanwhile, FinalCost at the end, and a back-stop."""
    for notice in notices("17"):
        street.board.tell(notice)
    user, cost = await street.shows("SetUserPrice"), await street.shows("RunningCost")
    final, profile = await street.shows("FinalCost"), await street.shows("SetChargingProfile")

    assert ("TAG", "€0.605 per kWh.") == (user["idToken"], user["priceText"])
    assert [{"format": "UTF8", "language": "en", "content": "€0.605 per kWh."}] == (
        user["priceTextExtra"]
    )
    # The charge point counts on from its own meter: the register, not the energy since the start.
    assert (17, 1_002_000, 1.21, "Charging", {"kWhPrice": 0.605}) == (
        cost["transactionId"],
        cost["meterValue"],
        cost["cost"],
        cost["state"],
        cost["chargingPrice"],
    )
    assert (17, 1.51, "2.500 kWh · €1.51") == (
        final["transactionId"],
        final["cost"],
        final["priceText"],
    )
    schedule = profile["csChargingProfiles"]["chargingSchedule"]
    assert [
        {"startPeriod": 0, "limit": 22000},
        {"startPeriod": 4 * 3600, "limit": 0},
    ] == schedule["chargingSchedulePeriod"]


@pytest.mark.parametrize("street", ["ocpp2.0.1", "ocpp2.1"], indirect=True)
async def test_costs_and_messages_of_2(street):
    """The number by CostUpdated, the words by SetDisplayMessage."""
    agreed, running, final, _ = notices("tx-1")
    street.board.tell(agreed)
    before = await street.shows("SetDisplayMessage")
    street.board.tell(running)
    cost = await street.shows("CostUpdated")
    street.board.tell(final)
    await until(
        lambda: (
            "€1.51" in street.charger.shown["SetDisplayMessage"]["message"]["message"]["content"]
        )
    )

    assert {"totalCost": Decimal("1.21"), "transactionId": "tx-1"} == cost
    assert ("€0.605 per kWh.", "tx-1") == (
        before["message"]["message"]["content"],
        before["message"]["transactionId"],
    )
    assert "transactionId" not in street.charger.shown["SetDisplayMessage"]["message"]


@pytest.mark.parametrize("street", ["ocpp2.0.1"], indirect=True)
async def test_the_back_stop_of_2_0_1(street):
    """A TxProfile that ends with the limit; a little later it is not sent again, much later so."""
    running = notices("tx-1")[1]
    street.board.tell(running)
    first = await street.shows("SetChargingProfile")
    street.charger.shown.clear()
    street.board.tell(replace(running, lasts_until=NOW + timedelta(hours=4, minutes=5)))
    await street.shows("CostUpdated")
    quiet = "SetChargingProfile" not in street.charger.shown
    street.board.tell(replace(running, lasts_until=NOW + timedelta(hours=5)))
    second = await street.shows("SetChargingProfile")

    periods = [
        each["chargingProfile"]["chargingSchedule"][0]["chargingSchedulePeriod"][1]
        for each in (first, second)
    ]
    assert quiet
    assert [{"startPeriod": hours * 3600, "limit": 0} for hours in (4, 5)] == periods


@pytest.mark.parametrize("street", ["ocpp2.1"], indirect=True)
async def test_tariffs_of_2_1(street):
    """The EVSE's default tariff, and the transaction's own."""
    agreed, _, _, default = notices("tx-1")
    street.board.tell(default)
    street.board.tell(agreed)
    everybody = await street.shows("SetDefaultTariff")
    own = await street.shows("ChangeTransactionTariff")

    assert (1, "per-kwh") == (everybody["evseId"], everybody["tariff"]["tariffId"])
    assert ("tx-1", everybody["tariff"]) == (own["transactionId"], own["tariff"])


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
async def test_the_limit_stands_in_the_answer(clock, version):
    """2.1: transactionLimit with the start and when it has grown; 2.0.1 does not know it."""
    board = OcppBoard()
    impatient = OcppSettings(pairing=False, settle_seconds=0)
    gateway = OcppGateway(FakeFacts(charge_point()), clock, impatient, board=board)
    agreed = notices("t1")[0]
    async with serving(gateway.endpoint) as url, raw_charger(url, version) as charger:
        board.tell(agreed)
        first = await said(charger, "1")
        second = await said(charger, "2")
        board.tell(replace(agreed, limit=Money(8500, "EUR")))
        third = await said(charger, "3")

    limits = [answer.get("transactionLimit") for answer in (first, second, third)]
    expected = [{"maxCost": 60.0}, None, {"maxCost": 85.0}]
    assert (expected if version == "ocpp2.1" else [None] * 3) == limits


async def said(charger, message_id: str) -> dict:
    """Send an event of t1, answer whatever is asked meanwhile, and return what comes back."""
    event = {
        "eventType": "Updated",
        "timestamp": "2026-03-02T09:00:00Z",
        "triggerReason": "MeterValuePeriodic",
        "seqNo": 1,
        "transactionInfo": {"transactionId": "t1"},
    }
    frame = await charger.ask("TransactionEvent", event, message_id)
    while frame[0] == 2:
        await charger.say(f'[4,"{frame[1]}","NotImplemented","",{{}}]')
        frame = await charger.hear()
    while frame[1] != message_id:
        frame = await charger.hear()
    return frame[2]


@pytest.mark.parametrize("refusal", ['{"status":"UnknownVendorId"}', None])
async def test_what_is_not_known_is_not_sent_again(clock, refusal):
    """One refusal by words, or by a CALLERROR, is enough."""
    board = OcppBoard()
    impatient = OcppSettings(pairing=False, settle_seconds=0, costs_every_seconds=0)
    gateway = OcppGateway(FakeFacts(charge_point()), clock, impatient, board=board)
    final = notices("17")[2]
    async with serving(gateway.endpoint) as url, raw_charger(url) as charger:
        board.tell(final)
        asked = await charger.hear()
        answer = f'[4,"{asked[1]}","NotImplemented","",{{}}]'
        await charger.say(answer if refusal is None else f'[3,"{asked[1]}",{refusal}]')
        station = gateway.registry.here("CP1").station
        await until(lambda: "FinalCost" in station.unable)
        board.tell(final)
        alive = await charger.ask("Heartbeat", {}, "after")

    assert [3, "after"] == alive[:2]


async def test_who_is_away_is_told_nothing(clock):
    """Neither now nor later: a price of before is none."""
    board = OcppBoard()
    for notice in notices("17"):
        board.tell(notice)
    gateway = OcppGateway(FakeFacts(charge_point()), clock, OcppSettings(), board=board)
    for notice in notices("17"):
        board.tell(notice)

    assert [] == gateway.registry.connected()


@pytest.mark.parametrize("version", list(Version))
def test_every_word_fits_its_schema(version):
    """What is sent is valid in the version that gets it."""
    agreed, running, final, default = notices("17")
    words = words16 if version is Version.V16 else words2
    orders = [*words.agreed(agreed), *words.running(running), *words.final(final)]
    orders.append(words.back_stop(running, NOW + timedelta(hours=1)))
    if version is Version.V21:
        orders += [*words2.agreed_21(agreed), *words2.default_21(default)]

    for order in orders:
        assert () == request_violations(version, order.action, order.payload), order


@pytest.mark.parametrize("street", ["ocpp1.6"], indirect=True)
async def test_costs_are_shown_now_and_then(street):
    """Every transaction by itself, and only where somebody is connected."""
    street.board.serve(street.board._registry, OcppSettings(costs_every_seconds=60))
    here, other = (notices(number)[1].place for number in ("17", "18"))
    nobody = replace(here, identity="CP9")

    assert [True, False, True, False] == [
        street.board.wants(each) for each in (here, here, other, nobody)
    ]
