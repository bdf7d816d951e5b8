"""Events of a transaction in their usual form: read in one go, as the long way reads them."""

import asyncio
import json
from datetime import UTC, datetime
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charging.sessions.model import MeterSample
from app.gateways.ocpp.dispatch import Question
from app.gateways.ocpp.link.frames import Call, read_frame
from app.gateways.ocpp.link.schemas import request_violations
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.short.plain import Plain
from app.gateways.ocpp.short.v2 import read_event
from app.gateways.ocpp.station import Station
from app.gateways.ocpp.v2.transactions import transaction_event
from tests.fakes.charge_points import FakeFacts, charge_point

RECEIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT = "2026-03-02T08:59:30.250Z"
ENERGY, POWER = "Energy.Active.Import.Register", "Power.Active.Import"
VERSIONS = [Version.V201, Version.V21]
AWAITED = "T-9"


def station(version: Version) -> Station:
    """Return a charge point one of whose transactions is waited for."""
    known = Station(charge_point(), version)
    known.remote_starts.keep(AWAITED, 5)
    known.limits.keep("T-8", Decimal(20))
    return known


def event(*values: dict, at: object = AT, **payload: object) -> str:
    """Return a frame with an event that brings one meter value."""
    said = {
        "eventType": "Updated",
        "timestamp": AT,
        "triggerReason": "MeterValuePeriodic",
        "seqNo": 4,
        "transactionInfo": {"transactionId": "T-7", "chargingState": "Charging"},
        "evse": {"id": 1, "connectorId": 2},
        "meterValue": [{"timestamp": at, "sampledValue": list(values)}],
        **payload,
    }
    return json.dumps([2, "1", "TransactionEvent", said])


def the_long_way(text: str, version: Version) -> list[Plain]:
    """Return what is kept of an event by its handler, which has nothing to say to it."""
    call, facts = read_frame(text), FakeFacts()
    assert isinstance(call, Call)
    assert () == request_violations(version, call.action, call.payload)
    question = Question(station(version), call.payload, RECEIVED, facts, OcppSettings())
    assert {} == asyncio.run(transaction_event(question))  # type: ignore[arg-type]
    assert [] == facts.starts
    return [
        Plain(
            str(call.message_id), each.transaction_id, each.evse_no, each.connector_no, each.samples
        )
        for each in facts.sampled
    ]


@pytest.mark.parametrize("version", VERSIONS)
def test_a_usual_event_is_read(version):
    """Register and power of one instant, in units and powers of ten."""
    kilo = {"unit": "Wh", "multiplier": 3}
    text = event(
        {"value": 1.25, "measurand": ENERGY, "unitOfMeasure": kilo},
        {"value": 11000.0, "measurand": POWER, "unitOfMeasure": {"unit": "W"}},
        {"value": 230, "measurand": "Voltage", "phase": "L1-N"},
    )
    plain = read_event(text, station(version), RECEIVED)
    at = datetime(2026, 3, 2, 8, 59, 30, 250_000, tzinfo=UTC)
    sample = MeterSample(at, RECEIVED, Decimal(1250), Decimal(11_000))

    assert Plain("1", "T-7", 1, 2, [sample]) == plain
    assert [plain] == the_long_way(text, version)


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize(
    "text",
    [
        event({"value": 1}, eventType="Started"),
        event({"value": 1}, eventType="Ended"),
        event({"value": 1}, idToken={"idToken": "04AB", "type": "ISO14443"}),
        event({"value": 1}, transactionInfo={"transactionId": "T-7", "remoteStartId": 3}),
        event({"value": 1}, transactionInfo={"transactionId": AWAITED}),
        event({"value": 1}, transactionInfo={"transactionId": "T-8"}),
        event({"value": 1}, transactionInfo={"transactionId": " "}),
        event({"value": 1}, transactionInfo={"transactionId": "T" * 37}),
        event({"value": 1}, costDetails={"totalCost": {}}),
        event({"value": 1, "signedMeterValue": {"signedMeterData": "x", "encodingMethod": "OCMF"}}),
        event({"value": "1"}),
        event({"value": True}),
        event({"value": 10**13}),
        event({"value": 1, "colour": "green"}),
        event({"value": 1, "measurand": "Energy.Unheard"}),
        event({"value": 230, "measurand": "Voltage"}),
        event({"value": 1}, at="2026-03-02T08:59:30+01:00"),
        event({"value": 1}, evse={"id": 10**12}),
        event(),
        event(meterValue=[]),
        json.dumps([2, "1", "TransactionEvent", {}]),
        json.dumps([6, "1", "TransactionEvent", {}]),
        '[2,"1","TransactionEvent",',
    ],
)
def test_what_is_more_or_odd_goes_the_long_way(text, version):
    """Starts, ends, tokens, limits, signatures, and whatever the schema objects to."""
    assert read_event(text, station(version), RECEIVED) is None


WORDS = {
    "measurand": st.sampled_from([POWER, "SoC", "Voltage", ENERGY, "x"]),
    "unitOfMeasure": st.fixed_dictionaries(
        {},
        optional={
            "unit": st.sampled_from(["Wh", "kWh", "W", "kW", "V", "Percent", "wh", " "]),
            "multiplier": st.integers(-11, 11),
        },
    ),
    "context": st.sampled_from(["Sample.Periodic", "Sample.Clock", "Transaction.End"]),
    "phase": st.sampled_from(["L1", "L2-N", "N"]),
    "location": st.sampled_from(["Outlet", "Body", "Inlet"]),
}
NUMBERS = st.one_of(
    st.integers(-10, 10**13),
    st.floats(allow_nan=False, allow_infinity=False),
    st.sampled_from(["1", None, True]),
)
VALUES = st.fixed_dictionaries({"value": NUMBERS}, optional=WORDS)
TIMES = st.one_of(
    st.datetimes(timezones=st.just(UTC)).map(lambda at: at.isoformat().replace("+00:00", "Z")),
    st.sampled_from([AT, "2026-03-02T08:59:30", "2026-03-02T24:00:00Z"]),
)
READINGS = st.fixed_dictionaries(
    {"timestamp": TIMES, "sampledValue": st.lists(VALUES, max_size=4)},
)
MORE = {
    "evse": st.fixed_dictionaries(
        {"id": st.integers(-1, 3)}, optional={"connectorId": st.integers(-1, 3)}
    ),
    "offline": st.booleans(),
    "numberOfPhasesUsed": st.integers(-1, 4),
    "cableMaxCurrent": st.integers(0, 63),
    "preconditioningStatus": st.just("Ready"),
}


@given(
    version=st.sampled_from(VERSIONS),
    readings=st.lists(READINGS, min_size=1, max_size=3),
    more=st.fixed_dictionaries({}, optional=MORE),
)
def test_whatever_is_read_is_what_the_long_way_keeps(version, readings, more):
    """The same samples at the same place, and nothing that the schema objects to."""
    text = event(meterValue=readings, **more)
    plain = read_event(text, station(version), RECEIVED)
    if plain is None:
        return

    assert [plain] == the_long_way(text, version)


@given(registers=st.lists(st.integers(0, 10**9), min_size=1, max_size=50))
def test_plain_registers_are_always_read(registers):
    """The usual form does take the short way, however many values it has."""
    text = event(*({"value": register} for register in registers))

    assert read_event(text, station(Version.V201), RECEIVED) is not None
