"""Meter values in their usual form: read in one go, they are what the long way makes of them."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charging.sessions.model import MeterSample
from app.gateways.ocpp.link.frames import Call, read_frame
from app.gateways.ocpp.link.schemas import request_violations
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.readings import samples
from app.gateways.ocpp.short.v16 import read_meter_values
from app.gateways.ocpp.station import Station
from app.gateways.ocpp.v16.meter import meter_values
from app.gateways.ocpp.values import read_whole
from tests.fakes.charge_points import charge_point

RECEIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT = "2026-03-02T08:59:30.250Z"
POWER = "Power.Active.Import"
STATION = Station(charge_point(), Version.V16)


def frame(*values: dict, at: object = AT, **payload: object) -> str:
    """Return a frame with one meter value."""
    said = {"connectorId": 1, "transactionId": 7, **payload}
    said.setdefault("meterValue", [{"timestamp": at, "sampledValue": list(values)}])
    return json.dumps([2, "1", "MeterValues", said])


def the_long_way(text: str) -> tuple[object, ...]:
    """Return what the dispatcher and its handler make of a frame that they may take."""
    call = read_frame(text)
    assert isinstance(call, Call)
    assert () == request_violations(Version.V16, call.action, call.payload)
    said = call.payload
    found = samples(meter_values(said.get("meterValue")), received_at=RECEIVED)
    number = read_whole(said.get("transactionId"))
    transaction = None if number is None else str(number)
    return call.message_id, read_whole(said.get("connectorId")), transaction, found


def test_a_usual_report_is_read():
    """Register, power and charge of one instant."""
    text = frame(
        {"value": "1.234", "unit": "kWh"},
        {"value": "11000", "unit": "W", "measurand": POWER, "location": "Outlet"},
        {"value": "42", "unit": "Percent", "measurand": "SoC"},
        {"value": "230", "unit": "V", "measurand": "Voltage", "phase": "L1-N"},
    )
    plain = read_meter_values(text, STATION, RECEIVED)
    at = datetime(2026, 3, 2, 8, 59, 30, 250_000, tzinfo=UTC)

    assert plain is not None
    assert ("1", 1, "7") == (plain.message_id, plain.connector_no, plain.transaction)
    assert [MeterSample(at, RECEIVED, Decimal(1234), Decimal(11_000), Decimal(42))] == plain.samples
    assert ("1", 1, "7", plain.samples) == the_long_way(text)


@pytest.mark.parametrize(
    "text",
    [
        frame({"value": "1", "format": "SignedData"}),
        frame({"value": 1}),
        frame({"value": "NaN"}),
        frame({"value": "1", "measurand": "Energy.Unheard"}),
        frame({"value": "1", "colour": "green"}),
        frame({"value": "1"}, at="2026-03-02T08:59:30+01:00"),
        frame({"value": "1"}, at="2026-02-30T08:59:30Z"),
        frame({"value": "1"}, at=None),
        frame({"value": "1\0"}),
        frame({"value": "1"}, transactionId=10**12),
        frame({"value": "1"}, transactionId=None),
        frame({"value": "1"}, connectorId="1"),
        frame(meterValue=[]),
        frame(),
        json.dumps([2, 1, "MeterValues", {}]),
        json.dumps([2, "1", "Heartbeat", {}]),
        json.dumps([3, "1", {"said": "MeterValues"}]),
        '[2,"1","MeterValues",',
        frame(*({"value": str(number)} for number in range(500))),
    ],
)
def test_what_is_odd_goes_the_long_way(text):
    """Signatures, other zones, broken or long frames: nothing is guessed here."""
    assert read_meter_values(text, STATION, RECEIVED) is None


PHASES = [{"value": "4000", "measurand": POWER, "phase": f"L{n}-N"} for n in (1, 2, 3)]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([{"value": "1"}, *PHASES], [(1, 12_000)]),
        ([{"value": "7", "location": "Inlet"}], [(7, None)]),
        ([{"value": "7", "location": "Inlet"}, {"value": "8"}], [(8, None)]),
        ([{"value": "1"}, {"value": "2", "context": "Trigger"}], [(1, None), (2, None)]),
    ],
)
def test_phases_places_and_contexts_are_read_as_ever(values, expected):
    """Many meters tell three phases: they are added up here, too."""
    plain = read_meter_values(frame(*values), STATION, RECEIVED)

    assert plain is not None
    assert expected == [(each.energy_wh, each.power_w) for each in plain.samples]
    assert plain.samples == the_long_way(frame(*values))[3]


WORDS = {
    "measurand": st.sampled_from([POWER, "SoC", "Voltage", "Energy.Active.Import.Register", "x"]),
    "unit": st.sampled_from(["Wh", "kWh", "W", "kW", "V", "Percent", "wh", ""]),
    "context": st.sampled_from(["Sample.Periodic", "Sample.Clock", "Transaction.End"]),
    "phase": st.sampled_from(["L1", "L2-N", "N"]),
    "location": st.sampled_from(["Outlet", "Body"]),
    "format": st.sampled_from(["Raw", "SignedData"]),
}
NUMBERS = st.one_of(
    st.integers(-10, 10**14).map(str),
    st.decimals(-10, 10**14, places=3).map(str),
    st.sampled_from(["", " 12 ", "1e3", "1E-2", "٣", "+7", "0x10", "-0", "NaN", "1_0", "007"]),
)
VALUES = st.fixed_dictionaries({"value": NUMBERS}, optional=WORDS)
TIMES = st.one_of(
    st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat().replace("+00:00", "Z")),
    st.sampled_from([AT, "2026-03-02 08:59:30Z", "2026-03-02T08:59:30", "2026-03-02T24:00:00Z"]),
)
READINGS = st.fixed_dictionaries(
    {"timestamp": TIMES, "sampledValue": st.lists(VALUES, max_size=4)},
)


@given(readings=st.lists(READINGS, max_size=3), transaction=st.integers(-(10**13), 10**13))
def test_whatever_is_read_is_what_the_long_way_makes_of_it(readings, transaction):
    """The same samples, and nothing that the schema objects to."""
    text = frame(meterValue=readings, transactionId=transaction)
    plain = read_meter_values(text, STATION, RECEIVED)
    if plain is None:
        return

    assert (plain.message_id, plain.connector_no, plain.transaction, plain.samples) == (
        the_long_way(text)
    )


@given(
    values=st.lists(st.fixed_dictionaries({"value": st.integers(0, 10**9).map(str)}), min_size=1)
)
def test_plain_registers_are_always_read(values):
    """The usual form does take the short way, however many values it has."""
    assert read_meter_values(frame(*values[:50]), STATION, RECEIVED) is not None
