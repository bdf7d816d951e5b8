"""Meter values of any firmware as samples: units, multipliers, phases, places, contexts."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways.ocpp.readings import BEGIN, END, register_at, samples
from app.gateways.ocpp.v2.meter import meter_values as meter_values2
from app.gateways.ocpp.v16.meter import meter_values as meter_values16
from app.gateways.ocpp.values import read_instant, read_number, read_whole

RECEIVED = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
AT = "2026-03-02T08:59:30Z"
ENERGY, POWER = "Energy.Active.Import.Register", "Power.Active.Import"


def read16(*values: dict, at: object = AT):
    """Return the samples of one 1.6 meter value."""
    found = meter_values16([{"timestamp": at, "sampledValue": list(values)}])
    return samples(found, received_at=RECEIVED)


def read2(*values: dict, at: object = AT):
    """Return the samples of one 2.x meter value."""
    found = meter_values2([{"timestamp": at, "sampledValue": list(values)}])
    return samples(found, received_at=RECEIVED)


@pytest.mark.parametrize(
    ("value", "energy_wh", "power_w"),
    [
        ({"value": "1234"}, "1234", None),
        ({"value": "1234", "unit": "Wh"}, "1234", None),
        ({"value": "1.234", "unit": "kWh"}, "1234", None),
        ({"value": "1.234", "unit": "kWh", "measurand": ENERGY}, "1234", None),
        ({"value": 1234, "measurand": ENERGY}, "1234", None),
        ({"value": " 12 ", "measurand": ENERGY, "unit": "WH"}, "12", None),
        ({"value": "7.2", "unit": "kW", "measurand": POWER}, None, "7200"),
        ({"value": "7200", "measurand": POWER}, None, "7200"),
        ({"value": "7.2", "unit": "kW"}, None, "7200"),
        ({"value": "-5", "measurand": ENERGY}, "-5", None),
    ],
)
def test_units_of_1_6(value, energy_wh, power_w):
    """The default is Wh (OCPP 1.6, SampledValue); a unit of power without a measurand is power."""
    (sample,) = read16(value)

    assert (energy_wh and Decimal(energy_wh)) == sample.energy_wh
    assert (power_w and Decimal(power_w)) == sample.power_w


@pytest.mark.parametrize(
    "value",
    [
        {"value": "NaN"},
        {"value": "NaN abc"},
        {"value": "Infinity"},
        {"value": "1_000"},
        {"value": "12,5"},
        {"value": ""},
        {"value": None},
        {"value": True},
        {"value": "1e99"},
        {"value": "٣"},
        {"value": "5", "measurand": "Voltage", "unit": "V"},
        {"value": "5", "unit": "A"},
        {"value": "5", "measurand": ENERGY, "unit": "varh"},
        {"value": "5", "measurand": "Energy.Active.Import.Interval"},
        {"value": "5", "measurand": ENERGY, "phase": "N"},
        {},
    ],
)
def test_what_is_no_reading_is_left_out(value):
    """A value that can't be read, or of another measurand, is no sample."""
    assert [] == read16(value)


@pytest.mark.parametrize(
    ("value", "energy_wh"),
    [
        ({"value": Decimal("1234.5")}, "1234.5"),
        ({"value": Decimal("1.2345"), "unitOfMeasure": {"unit": "kWh"}}, "1234.5"),
        ({"value": Decimal("1.2345"), "unitOfMeasure": {"multiplier": 3}}, "1234.5"),
        ({"value": Decimal(12345), "unitOfMeasure": {"unit": "Wh", "multiplier": -1}}, "1234.5"),
        ({"value": Decimal("1.2345"), "unitOfMeasure": {"unit": "kWh", "multiplier": 0}}, "1234.5"),
    ],
)
def test_units_and_powers_of_ten_of_2(value, energy_wh):
    """2.x has numbers with a unit (Wh by default) and a power of ten."""
    (sample,) = read2({"measurand": ENERGY, **value})

    assert Decimal(energy_wh) == sample.energy_wh


def test_a_power_of_ten_beyond_reason_is_left_out():
    """10^99 Wh is a mistake."""
    assert [] == read2({"value": 1, "unitOfMeasure": {"multiplier": 99}})


def test_phases_are_summed_when_there_is_no_total():
    """Three phases of power make one."""
    phases = [{"value": "1000", "measurand": POWER, "phase": phase} for phase in ("L1", "L2", "L3")]

    (sample,) = read16(*phases)
    assert Decimal(3000) == sample.power_w
    (sample,) = read16(*phases, {"value": "3010", "measurand": POWER})
    assert Decimal(3010) == sample.power_w


def test_the_outlet_counts_where_there_are_more_places():
    """The register at the outlet is what the driver pays for (1.6: Outlet is the default)."""
    inlet = {"value": "2000", "measurand": ENERGY, "location": "Inlet"}
    outlet = {"value": "1900", "measurand": ENERGY, "location": "Outlet"}

    assert Decimal(1900) == read16(inlet, outlet)[0].energy_wh
    assert Decimal(2000) == read16(inlet)[0].energy_wh


def test_contexts_of_one_instant_are_samples_of_their_own():
    """A begin and an end in one meter value are two registers."""
    begin = {"value": "100", "context": BEGIN}
    end = {"value": "900", "context": END}
    found = read16(begin, end)

    assert Decimal(100) == register_at(found, BEGIN)
    assert Decimal(900) == register_at(found, END)


def test_without_a_context_the_first_begins_and_the_last_ends():
    """Firmware that names no context sends its registers in order."""
    found = read16({"value": "100"}) + read16({"value": "900"})

    assert Decimal(100) == register_at(found, BEGIN)
    assert Decimal(900) == register_at(found, END)
    assert register_at([], END) is None


def test_signed_data_is_kept_as_it_came():
    """A signature is about the bytes: nothing is parsed, nothing is changed (1.6 and 2.x)."""
    text = '{"signedMeterData":"T0NNRg==","encodingMethod":"OCMF"}'
    (signed16,) = read16({"value": text, "format": "SignedData", "context": END})
    (signed2,) = read2({"value": 5, "signedMeterValue": {"signedMeterData": "T0NNRg=="}})

    assert text == signed16.signed
    assert signed16.energy_wh is None
    assert '{"signedMeterData":"T0NNRg=="}' == signed2.signed
    assert Decimal(5) == signed2.energy_wh


@pytest.mark.parametrize(
    ("text", "instant"),
    [
        ("2026-03-02T09:00:00Z", RECEIVED),
        ("2026-03-02T09:00:00.000Z", RECEIVED),
        ("2026-03-02T09:00:00.0000000Z", RECEIVED),
        ("2026-03-02T10:00:00+01:00", RECEIVED),
        ("2026-03-02T10:00:00+0100", RECEIVED),
        ("2026-03-02T09:00:00", RECEIVED),
        ("2026-03-02 09:00:00z", RECEIVED),
        ("2026-03-02T09:00Z", RECEIVED),
        ("1970-01-01T00:00:00Z", datetime(1970, 1, 1, tzinfo=UTC)),
        ("not a date", None),
        ("2026-13-02T09:00:00Z", None),
        ("2026-03-02T25:00:00Z", None),
        ("2026-03-02", None),
        ("0001-01-01T00:00:00+23:00", None),
        ("9999-12-31T23:59:59-23:00", None),
        (1772442000, None),
        (None, None),
        ("", None),
    ],
)
def test_instants(text, instant):
    """RFC 3339 as firmware writes it; without a zone it is UTC, and nonsense is nothing."""
    assert instant == read_instant(text)


def test_a_sample_without_a_time_has_that_of_its_receipt():
    """A reading is not lost for its clock."""
    (sample,) = read16({"value": "5"}, at="not a date")

    assert RECEIVED == sample.taken_at
    assert RECEIVED - timedelta(seconds=30) == read16({"value": "5"})[0].taken_at


@given(st.recursive(st.none() | st.booleans() | st.text() | st.integers(), st.lists))
def test_whatever_comes_is_a_number_or_nothing(value):
    """No value from outside raises, and every number is finite and within reason."""
    number = read_number(value)

    assert number is None or abs(number) < Decimal(10) ** 12
    assert read_whole(value) is None or read_whole(value) == number
    assert meter_values16(value) is not None
    assert samples(meter_values2([{"sampledValue": value}]), received_at=RECEIVED) == []
