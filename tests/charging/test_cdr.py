"""What of a session's meter values is billed: the register difference, as far as it can be true."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charging.cdrs.build import build_cdr
from app.charging.cdrs.errors import SessionStillRunning
from app.charging.cdrs.model import price_sample
from app.charging.sessions.metering.trust import (
    CLOCK_TOLERANCE,
    believable_energy_wh,
    most_energy_wh,
)
from app.charging.sessions.model import Flag, MeterSample, Reading, Session, SessionState

START = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SESSION = Session(
    session_id=UUID("0195552c-0000-7000-8000-0000000000aa"),
    operator_id=UUID("0195552c-0000-7000-8000-000000000001"),
    evse_uid="EVSE-1",
    identity="CP-1",
    evse_no=1,
    ocpp16_connector_id=1,
    id_tag="ABCDEFGHJKMNPQRSTUVW",
    remote_start_id=1,
    state=SessionState.COMPLETED,
    max_power_kw=Decimal(22),
    created_at=START,
    transaction_id="1",
    started_at=START,
    start_received_at=START,
    meter_start_wh=Decimal(5000),
    ended_at=START + timedelta(hours=1),
    meter_stop_wh=Decimal(15_000),
    stop_reason="Remote",
)


def sample(minutes, wh, power=None, *, received=None) -> MeterSample:
    """Return a sample so many minutes after the start."""
    at = START + timedelta(minutes=minutes)
    energy = None if wh is None else Decimal(wh)
    return MeterSample(at, received or at, energy, None if power is None else Decimal(power))


def line(cdr) -> list[tuple[int, Decimal]]:
    """Return minutes and kWh of the readings."""
    return [((each.at - START) // timedelta(minutes=1), each.energy_kwh) for each in cdr.readings]


def test_the_register_difference_is_billed():
    """Start and stop decide; the samples between only say when."""
    cdr = build_cdr(SESSION, [sample(20, 8000, 9000), sample(40, 12_000)])

    # 15,000 Wh - 5,000 Wh = 10 kWh
    assert Decimal(10) == cdr.energy_kwh
    assert (Decimal(5), Decimal(15)) == (cdr.start_register_kwh, cdr.end_register_kwh)
    assert [(0, 0), (20, 3), (40, 7), (60, 10)] == line(cdr)
    assert Decimal(9) == cdr.readings[1].power_kw
    assert (frozenset(), False) == (cdr.flags, cdr.is_suspicious)


def test_parts_of_a_watt_hour_are_the_drivers():
    """Billed in whole Wh, rounded down, as the receipt shows it."""
    cdr = build_cdr(replace(SESSION, meter_stop_wh=Decimal("15000.999")), [])

    assert Decimal(10) == cdr.energy_kwh


def test_a_running_session_has_no_record():
    """Only what is over can be billed."""
    with pytest.raises(SessionStillRunning):
        build_cdr(replace(SESSION, ended_at=None), [])


def test_samples_are_put_in_order():
    """A replayed queue gives the same record as one in order."""
    samples = [sample(40, 12_000), sample(20, 8000), sample(30, 10_000)]

    assert build_cdr(SESSION, sorted(samples, key=lambda each: each.taken_at)) == build_cdr(
        SESSION, samples
    )


def test_a_register_that_falls_is_left_out():
    """A meter that restarts in between: the last registers decide, and someone may look."""
    cdr = build_cdr(SESSION, [sample(20, 8000), sample(30, 10), sample(40, 12_000)])

    assert [(0, 0), (20, 3), (40, 7), (60, 10)] == line(cdr)
    assert (frozenset({Flag.REGISTER_DROP}), True) == (cdr.flags, cdr.is_suspicious)


def test_an_absurd_sample_is_left_out():
    """A register times 1000 is no energy: 22 kW x 1.2 cannot deliver it."""
    cdr = build_cdr(SESSION, [sample(20, 8000), sample(30, 9_000_000), sample(40, 12_000)])

    assert [(0, 0), (20, 3), (40, 7), (60, 10)] == line(cdr)
    assert frozenset({Flag.ABSURD_POWER}) == cdr.flags


def test_an_absurd_stop_is_replaced_by_the_last_reading():
    """Never more than was measured: 7 kWh at minute 40, instead of 14,995 kWh."""
    absurd = replace(SESSION, meter_stop_wh=Decimal(15_000_000))

    cdr = build_cdr(absurd, [sample(20, 8000), sample(40, 12_000)])

    assert Decimal(7) == cdr.energy_kwh
    assert Decimal(12) == cdr.end_register_kwh
    assert frozenset({Flag.ABSURD_POWER}) == cdr.flags


def test_a_stop_below_the_start_bills_the_last_reading():
    """A meter that was reset during the session: what was measured before counts."""
    reset = replace(SESSION, meter_stop_wh=Decimal(100))

    assert Decimal(7) == build_cdr(reset, [sample(40, 12_000)]).energy_kwh
    assert Decimal(0) == build_cdr(reset, []).energy_kwh
    assert frozenset({Flag.STOP_BELOW_START}) == build_cdr(reset, []).flags


def test_a_stop_below_the_last_sample_counts_downwards():
    """Of two registers the driver pays the lower one, and the line never passes it."""
    cdr = build_cdr(SESSION, [sample(20, 8000), sample(55, 16_000)])

    assert [(0, 0), (20, 3), (55, 10), (60, 10)] == line(cdr)
    assert frozenset({Flag.STOP_BELOW_SAMPLE}) == cdr.flags


def test_without_a_stop_register_the_last_reading_counts():
    """2.x may end without one; a session that we closed has none anyway."""
    silent = replace(SESSION, meter_stop_wh=None)
    closed = replace(silent, flags=frozenset({Flag.CLOSED_WITHOUT_STOP}))
    samples = [sample(20, 8000), sample(40, 12_000)]

    assert Decimal(7) == build_cdr(silent, samples).energy_kwh
    assert frozenset({Flag.MISSING_STOP_REGISTER}) == build_cdr(silent, samples).flags
    assert frozenset({Flag.CLOSED_WITHOUT_STOP}) == build_cdr(closed, samples).flags


def test_without_a_start_register_the_first_sample_is_the_start():
    """What came before it was not measured, so it is not billed."""
    cdr = build_cdr(replace(SESSION, meter_start_wh=None), [sample(1, 5200), sample(40, 12_000)])

    # 15,000 Wh - 5,200 Wh = 9.8 kWh
    assert Decimal("9.8") == cdr.energy_kwh
    assert frozenset({Flag.MISSING_START_REGISTER}) == cdr.flags


def test_without_any_register_nothing_is_billed():
    """No measurement, no energy."""
    cdr = build_cdr(replace(SESSION, meter_start_wh=None, meter_stop_wh=None), [])

    assert Decimal(0) == cdr.energy_kwh
    assert (None, None) == (cdr.start_register_kwh, cdr.end_register_kwh)
    assert {Flag.MISSING_START_REGISTER, Flag.MISSING_STOP_REGISTER} == cdr.flags


def test_a_sample_after_the_end_is_left_out():
    """It belongs to nobody's session."""
    cdr = build_cdr(SESSION, [sample(40, 12_000), sample(90, 15_000)])

    assert [(0, 0), (40, 7), (60, 10)] == line(cdr)
    assert frozenset({Flag.OUTSIDE_SESSION}) == cdr.flags


def test_a_sample_before_the_start_counts_by_its_receipt():
    """A sample's clock may be wrong for a while; then our time is its time."""
    early = sample(-60, 8000, received=START + timedelta(minutes=20))

    assert [(0, 0), (20, 3), (60, 10)] == line(build_cdr(SESSION, [early]))


def test_with_a_broken_clock_the_times_of_receipt_count():
    """1970: the order of arrival is the order of the readings."""
    epoch = datetime(1970, 1, 1, tzinfo=UTC)
    samples = [
        MeterSample(epoch, START + timedelta(minutes=minutes), Decimal(wh), None)
        for minutes, wh in ((20, 8000), (40, 12_000))
    ]

    cdr = build_cdr(replace(SESSION, flags=frozenset({Flag.CLOCK_OFF})), samples)

    assert [(0, 0), (20, 3), (40, 7), (60, 10)] == line(cdr)
    assert frozenset({Flag.CLOCK_OFF}) == cdr.flags


def test_a_meter_in_whole_kilowatt_hours_is_not_absurd():
    """One step of such a meter is 1 kWh in an instant."""
    cdr = build_cdr(SESSION, [sample(20, 8000), sample(20, 9000), sample(40, 12_000)])

    assert frozenset() == cdr.flags


def test_more_than_the_evse_can_deliver_is_billed_and_looked_at():
    """The register is the calibrated part: 40 kWh in an hour at 22 kW count, with a flag."""
    cdr = build_cdr(replace(SESSION, meter_stop_wh=Decimal(45_000)), [])

    # (45,000 - 5,000) Wh; 22 kW x 1.2 for 61 minutes and a step would be 27.84 kWh
    assert Decimal(40) == cdr.energy_kwh
    assert Flag.IMPLAUSIBLE_POWER in cdr.flags
    assert cdr.is_suspicious


def test_watt_hours_told_as_kilowatt_hours_are_not_billed():
    """A thousand times too much is an error: the last sample that can be believed counts."""
    cdr = build_cdr(replace(SESSION, meter_stop_wh=Decimal(15_000_000)), [sample(30, 9000)])

    assert Decimal(4) == cdr.energy_kwh
    assert Flag.ABSURD_POWER in cdr.flags


def test_power_without_energy_is_a_reading():
    """The chart and the parking rule need it."""
    cdr = build_cdr(SESSION, [sample(20, 8000), sample(30, None, 11_000)])

    assert [(0, 0), (20, 3), (30, 3), (60, 10)] == line(cdr)
    assert Decimal(11) == cdr.readings[2].power_kw


def test_an_end_before_the_start_takes_no_time():
    """A stop that lies before the start by the charge point's clock takes no time."""
    turned = replace(SESSION, ended_at=START - timedelta(minutes=3), meter_stop_wh=Decimal(5000))

    cdr = build_cdr(turned, [])

    assert (START, START, 0) == (cdr.started_at, cdr.ended_at, cdr.energy_kwh)


def test_readings_become_what_the_price_engine_wants():
    """Wh and W become kWh and kW, exactly."""
    reading = Reading(START, Decimal(1234), Decimal(7400))

    told = price_sample(reading)

    assert (Decimal("1.234"), Decimal("7.4")) == (told.energy_kwh, told.power_kw)


def test_the_most_that_an_evse_can_deliver():
    """1.2 times its power for the time and a minute, and one step of a coarse meter."""
    # 22,000 W x 1.2 x (3,600 s + 60 s) / 3,600 s + 1,000 Wh = 27,840 Wh
    assert Decimal(27_840) == most_energy_wh(Decimal(22), timedelta(hours=1))


registers = st.decimals(0, 90_000, places=1) | st.decimals(0, 900_000, places=0)
raw_samples = st.builds(
    sample,
    st.integers(-200, 200),
    st.none() | registers,
    st.none() | st.decimals(0, 30_000, places=0),
)


@given(
    samples=st.lists(raw_samples, max_size=12),
    start=st.none() | registers,
    stop=st.none() | registers,
    minutes=st.integers(0, 120),
    clock_off=st.booleans(),
)
def test_a_record_always_makes_sense(samples, start, stop, minutes, clock_off):
    """Whatever a charge point sends: in order, never falling, inside the session."""
    session = replace(
        SESSION,
        meter_start_wh=start,
        meter_stop_wh=stop,
        ended_at=START + timedelta(minutes=minutes),
        flags=frozenset({Flag.CLOCK_OFF}) if clock_off else frozenset(),
    )

    cdr = build_cdr(session, samples)

    times = [each.at for each in cdr.readings]
    energies = [each.energy_kwh for each in cdr.readings]
    assert times == sorted(times)
    assert energies == sorted(energies)
    assert (cdr.started_at, cdr.ended_at) == (times[0], times[-1])
    assert (Decimal(0), cdr.energy_kwh) == (energies[0], energies[-1])
    assert cdr == build_cdr(session, samples[::-1])
    if stop is not None and start is not None and not cdr.is_suspicious:
        assert int(stop - start) == cdr.energy_kwh * 1000


@given(samples=st.lists(raw_samples, max_size=12), clock_off=st.booleans())
def test_a_record_never_bills_what_nobody_can_believe(samples, clock_off):
    """Whatever the registers say: what the EVSE can deliver, and at most a large battery more."""
    flags = frozenset({Flag.CLOCK_OFF}) if clock_off else frozenset()
    session = replace(SESSION, meter_stop_wh=None, flags=flags)

    cdr = build_cdr(session, samples)

    most = believable_energy_wh(session.max_power_kw, timedelta(hours=1) + CLOCK_TOLERANCE)
    assert cdr.energy_kwh * 1000 <= most
