"""Sessions priced from their meter samples; every number is worked by hand."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest

from app.kernel.money import Money
from app.pricing.tariffs.engine import (
    Policy,
    Sample,
    compile_tariff,
    price_block,
    price_samples,
    split_samples,
)
from app.pricing.tariffs.errors import TimeZoneUnknown
from tests.pricing.builders import (
    AMSTERDAM,
    VAT,
    at,
    billed,
    element,
    eur,
    plan,
    price,
    price_of,
    samples,
    tariff,
)

PER_KWH = plan(element(price("ENERGY", "0.49")))
NIGHT = plan(
    element(price("ENERGY", "0.25"), start_time="23:00", end_time="07:00"),
    element(price("ENERGY", "0.45")),
)
BLOCKING = plan(
    element(price("PARKING_TIME", "6.00"), min_duration=3600),
    element(price("ENERGY", "0.50")),
)


def test_energy_is_billed_by_the_watt_hour():
    """A flat tariff: kWh times price, rounded once."""
    priced = price_of(PER_KWH, samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:30", "10.123")))

    # 10.123 kWh x 0.49 = 4.96027; net 4.96 / 1.21 = 4.0992
    assert (eur("4.96"), eur("4.10"), eur("0.86")) == (priced.gross, priced.net, priced.vat)
    assert VAT == priced.rate


def test_a_start_fee_is_taken_once():
    """FLAT is once per session, however many samples there are."""
    found = plan(element(price("FLAT", "0.35"), price("ENERGY", "0.40")))
    rows = samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:15", "5"), ("2026-11-22T10:30", "10"))

    # 0.35 + 10 x 0.40 = 4.35
    assert eur("4.35") == price_of(found, rows).gross


def test_night_tariff_starts_at_the_stroke_of_eleven():
    """A session over a price change is cut there, the energy in between on a straight line."""
    # 22:30 to 23:30 in Amsterdam, 20 kWh: half before 23:00, half after.
    rows = samples(("2026-01-15T21:30", "0"), ("2026-01-15T22:30", "20"))

    # 10 x 0.45 + 10 x 0.25 = 7.00
    assert eur("7.00") == price_of(NIGHT, rows).gross


def test_a_window_over_midnight_goes_on_after_it():
    """23:00 to 07:00 holds at 01:00 too."""
    rows = samples(("2026-01-15T23:30", "0"), ("2026-01-16T00:30", "10"))

    assert eur("2.50") == price_of(NIGHT, rows).gross


def test_the_night_is_an_hour_shorter_when_clocks_go_forward():
    """On 29 March 2026 the hour from 02:00 does not exist: 01:00 to 04:00 is two hours."""
    found = plan(
        element(price("TIME", "6.00"), start_time="02:30", end_time="03:30"),
        element(price("TIME", "1.20")),
    )
    # 01:30 CET to 04:00 CEST is 90 minutes: 30 at 1.20, then 03:00 to 03:30 at 6.00, 30 at 1.20.
    rows = samples(("2026-03-29T00:30", "0"), ("2026-03-29T02:00", "9"))

    # 60 min x 0.02 + 30 min x 0.10 = 1.20 + 3.00
    assert eur("4.20") == price_of(found, rows).gross


def test_a_window_comes_twice_when_clocks_go_back():
    """On 25 October 2026 the hour from 02:00 comes twice, and so does what holds in it."""
    found = plan(
        element(price("TIME", "6.00"), start_time="02:15", end_time="02:45"),
        element(price("TIME", "1.20")),
    )
    # 01:00 CEST to 04:00 CET is four hours, of which two times 30 minutes at 6.00.
    rows = samples(("2026-10-24T23:00", "0"), ("2026-10-25T03:00", "12"))

    # 180 min x 0.02 + 60 min x 0.10 = 3.60 + 6.00
    assert eur("9.60") == price_of(found, rows).gross


def test_the_weekend_begins_at_local_midnight():
    """Weekdays are those of the location's calendar."""
    found = plan(
        element(price("ENERGY", "0.30"), day_of_week=["SATURDAY", "SUNDAY"]),
        element(price("ENERGY", "0.50")),
    )
    # Friday 20 November 2026, 23:00 to Saturday 01:00 in Amsterdam: 22:00 to 00:00 UTC.
    rows = samples(("2026-11-20T22:00", "0"), ("2026-11-21T00:00", "20"))

    # 10 x 0.50 + 10 x 0.30
    assert eur("8.00") == price_of(found, rows).gross


def test_a_window_from_a_time_to_itself_is_the_whole_day_unless_the_policy_says_never():
    """08:00 to 08:00 holds always; another policy reads it as never."""
    found = tariff(
        element(price("ENERGY", "0.30"), start_time="08:00", end_time="08:00"),
        element(price("ENERGY", "0.50")),
    )
    rows = samples(("2026-11-22T10:00", "0"), ("2026-11-22T11:00", "10"))
    never = Policy(equal_times_are_whole_day=False)

    assert eur("3.00") == price_of(compile_tariff(found), rows).gross
    assert eur("5.00") == price_of(compile_tariff(found, never), rows).gross


def test_a_window_that_ends_at_midnight_ends_with_the_day():
    """20:00 to 00:00 holds at 23:59 and not at 00:00; without a start it is the whole day."""
    evening = plan(
        element(price("ENERGY", "0.30"), start_time="20:00", end_time="00:00"),
        element(price("ENERGY", "0.50")),
    )
    whole = plan(element(price("ENERGY", "0.30"), end_time="00:00"), element(price("FLAT", "9")))
    # 23:00 to 01:00 in Amsterdam
    rows = samples(("2026-11-22T22:00", "0"), ("2026-11-23T00:00", "20"))

    # 10 x 0.30 + 10 x 0.50; 20 x 0.30 + 9.00
    assert eur("8.00") == price_of(evening, rows).gross
    assert eur("15.00") == price_of(whole, rows).gross


def test_the_end_date_is_excluded():
    """A price that holds until the 1st ends with the month before."""
    found = plan(
        element(price("ENERGY", "0.30"), start_date="2026-11-01", end_date="2026-12-01"),
        element(price("ENERGY", "0.50")),
    )
    rows = samples(("2026-11-30T22:00", "0"), ("2026-12-01T00:00", "20"))

    assert eur("8.00") == price_of(found, rows).gross


def test_blocking_costs_after_the_grace_period_only():
    """Idle time within the first hour is free, and charged after it, to the second."""
    rows = samples(
        ("2026-11-22T10:00", "0"), ("2026-11-22T10:30", "20"), ("2026-11-22T11:20", "20")
    )

    priced = price_of(BLOCKING, rows)

    # 20 x 0.50 + 20 min x 0.10 = 12.00
    assert eur("12.00") == priced.gross
    assert [("ENERGY", "20"), ("PARKING_TIME", "20")] == billed(priced)


def test_time_without_energy_is_charging_time_when_no_tariff_prices_parking():
    """A tariff per minute without PARKING_TIME means the time that the car is connected."""
    found = plan(element(price("TIME", "3.00")))
    rows = samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:30", "5"), ("2026-11-22T11:00", "5"))

    assert eur("3.00") == price_of(found, rows).gross


@pytest.mark.parametrize(
    ("sample", "cost"),
    [
        # An hour with 90 Wh: below 0.1 kW the vehicle counts as not requesting power.
        (Sample(at("2026-11-22T11:00"), Decimal("0.090")), "6.05"),
        (Sample(at("2026-11-22T11:00"), Decimal("0.100")), "0.05"),
        # A coarse register that does not move, while the reported power says that energy flows.
        (Sample(at("2026-11-22T11:00"), Decimal(0), Decimal("3.7")), "0.00"),
        # The charge point pauses (SuspendedEVSE): that is not the driver's time.
        (Sample(at("2026-11-22T11:00"), Decimal(0), Decimal(0), requesting=True), "0.00"),
    ],
)
def test_when_a_vehicle_counts_as_not_requesting_power(sample: Sample, cost: str):
    """PARKING_TIME is when the vehicle is not requesting power (OCPI 2.3.0, errata)."""
    found = plan(element(price("ENERGY", "0.50"), price("PARKING_TIME", "6.00")))

    assert eur(cost) == price_of(found, [Sample(at("2026-11-22T10:00"), Decimal(0)), sample]).gross


def test_a_free_band_ends_at_its_kilowatt_hour():
    """The first 5 kWh are free: the cut is where the line crosses it."""
    found = plan(element(price("ENERGY", "0.60"), min_kwh=5))
    rows = samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:30", "12.5"))

    # 7.5 x 0.60
    assert eur("4.50") == price_of(found, rows).gross


def test_two_changes_between_two_samples_come_in_their_order():
    """From 10 kWh on 0.60, from 12:00 on 0.30: which comes first depends on the power."""
    found = plan(
        element(price("ENERGY", "0.30"), start_time="12:00"),
        element(price("ENERGY", "0.60"), min_kwh=10),
        element(price("ENERGY", "0.50")),
    )
    # 11:00 to 13:00 in Amsterdam; 30 kWh reach 10 kWh at 11:40, 16 kWh only at 12:15.
    fast = samples(("2026-11-22T10:00", "0"), ("2026-11-22T12:00", "30"))
    slow = samples(("2026-11-22T10:00", "0"), ("2026-11-22T12:00", "16"))

    # 10 x 0.50 + 5 x 0.60 + 15 x 0.30; 8 x 0.50 + 8 x 0.30
    assert [("ENERGY", "10"), ("ENERGY", "5"), ("ENERGY", "15")] == billed(price_of(found, fast))
    assert (eur("12.50"), eur("6.40")) == (
        price_of(found, fast).gross,
        price_of(found, slow).gross,
    )


def test_a_dearer_price_begins_at_the_moment_of_the_threshold():
    """After 10 kWh the price per minute rises; the crossing lies between two samples."""
    found = plan(element(price("TIME", "1.20"), max_kwh=10), element(price("TIME", "6.00")))
    rows = samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:30", "15"))

    # 20 min x 0.02 + 10 min x 0.10
    assert eur("1.40") == price_of(found, rows).gross


def test_power_classes_follow_the_average_power():
    """Up to 16 kW 0.20, up to 32 kW 0.35, above 0.50."""
    found = plan(
        element(price("ENERGY", "0.20"), max_power=16),
        element(price("ENERGY", "0.35"), max_power=32),
        element(price("ENERGY", "0.50")),
    )
    rows = samples(
        ("2026-11-22T10:00", "0"),
        ("2026-11-22T10:15", "10"),  # 40 kW
        ("2026-11-22T10:30", "15"),  # 20 kW
        ("2026-11-22T10:45", "17"),  # 8 kW
    )

    # 10 x 0.50 + 5 x 0.35 + 2 x 0.20
    assert eur("7.15") == price_of(found, rows).gross


def test_the_step_size_is_applied_once_to_the_total():
    """OCPI: the total is rounded up to the last component's step, and the surplus is its."""
    found = plan(
        element(price("ENERGY", "0.40", step=500), end_time="12:00"),
        element(price("ENERGY", "0.60", step=500)),
    )
    rows = samples(("2026-11-22T10:30", "0"), ("2026-11-22T11:30", "5.2"))

    priced = price_of(found, rows)

    # 5.2 kWh is billed as 5.5: 2.6 x 0.40 + 2.9 x 0.60 = 1.04 + 1.74
    assert eur("2.78") == priced.gross
    assert [("ENERGY", "2.6"), ("ENERGY", "2.9")] == billed(priced)


def test_a_minimum_price_is_reached():
    """What is missing is a line of its own."""
    found = plan(element(price("ENERGY", "0.50")), min_price={"after_taxes": Decimal("2.00")})

    priced = price_of(found, samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:10", "1")))

    assert eur("2.00") == priced.gross
    assert [("ENERGY", eur("0.50")), ("MIN_PRICE", eur("1.50"))] == [
        (line.kind.value, line.gross) for line in priced.lines
    ]


def test_a_minimum_price_on_nothing_has_the_vat_of_the_country():
    """A session without energy pays the minimum, and its VAT is that of the place."""
    found = plan(element(price("ENERGY", "0.50")), min_price={"after_taxes": Decimal("2.42")})

    priced = price_of(found, samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:10", "0")))

    # 2.42 / 1.21
    assert (eur("2.42"), eur("2.00"), ()) == (priced.gross, priced.net, priced.notes)
    assert VAT == priced.rate


def test_taxes_follow_a_limit_that_is_stated_before_them():
    """The cap before taxes scales the taxes; the driver is told the most that this can be."""
    found = plan(
        element(price("ENERGY", "0.50"), price("FLAT", "1.00", vat="9")),
        tax_included="NO",
        max_price={"before_taxes": Decimal("10.00")},
    )

    priced = price_of(found, samples(("2026-11-22T10:00", "0"), ("2026-11-22T11:00", "50")))

    # 25.00 + 21 % and 1.00 + 9 % are 31.34; 31.34 x 10 / 26
    assert eur("12.05") == priced.gross
    # 10.00 + 21 %
    start = at("2026-11-22T10:00")
    assert eur("12.10") == price_block(found, start, AMSTERDAM, VAT).maximum


def test_a_maximum_price_caps_the_session():
    """The cap before taxes alone brings its taxes along."""
    found = plan(
        element(price("ENERGY", "0.50")),
        tax_included="NO",
        max_price={"before_taxes": Decimal("10.00")},
    )

    priced = price_of(found, samples(("2026-11-22T10:00", "0"), ("2026-11-22T11:00", "50")))

    # 25.00 net is held at 10.00; 21 % VAT makes 12.10
    assert (eur("12.10"), eur("10.00")) == (priced.gross, priced.net)


def test_vat_of_a_component_goes_before_the_country_rate():
    """Two rates in one session: each keeps its own net and VAT, and all adds up."""
    found = plan(
        element(price("ENERGY", "0.50", vat="9"), price("FLAT", "1.00")), tax_included="NO"
    )

    priced = price_of(found, samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:30", "10")))

    # 5.00 + 9 % = 5.45; 1.00 + 21 % = 1.21
    assert eur("6.66") == priced.gross
    assert priced.rate is None
    assert [(eur("5.00"), eur("5.45")), (eur("1.00"), eur("1.21"))] == [
        (tax.net, tax.gross) for tax in priced.taxes
    ]


def test_where_no_tax_applies_net_is_gross():
    """tax_included N/A."""
    found = plan(element(price("ENERGY", "0.50")), tax_included="N/A")

    priced = price_of(found, samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:30", "10")))

    assert (eur("5.00"), eur("5.00"), eur("0.00")) == (priced.gross, priced.net, priced.vat)


def test_a_currency_without_cents_is_rounded_to_its_unit():
    """ISK has no minor unit."""
    found = plan(element(price("ENERGY", "49.5")), currency="ISK")

    priced = price_of(found, samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:30", "10.1")))

    # 499.95
    assert (500, "ISK") == (priced.gross.minor, priced.gross.currency)


def test_time_that_nobody_measured_is_never_parking():
    """After the last sample the time counts as charging time, and a note says so."""
    rows = samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:30", "20"))

    priced = price_samples(BLOCKING, rows, AMSTERDAM, at("2026-11-22T15:00"), VAT)

    assert eur("10.00") == priced.gross
    assert ("end_not_measured",) == priced.notes


def test_a_sample_after_the_end_counts_as_taken_then():
    """A clock that runs ahead adds no time, but its energy was delivered."""
    found = plan(element(price("ENERGY", "0.50"), price("TIME", "6.00")))
    rows = samples(("2026-11-22T10:00", "0"), ("2026-11-22T10:31", "20"))

    # 20 x 0.50 + 30 min x 0.10
    priced = price_samples(found, rows, AMSTERDAM, at("2026-11-22T10:30"), VAT)

    assert eur("13.00") == priced.gross


def test_a_meter_that_goes_back_costs_nothing_twice():
    """The register counts from the highest value; a note tells of it."""
    rows = samples(
        ("2026-11-22T10:00", "0"),
        ("2026-11-22T10:15", "10"),
        ("2026-11-22T10:20", "4"),
        ("2026-11-22T10:30", "12"),
    )

    priced = price_of(PER_KWH, rows)

    # 12 x 0.49
    assert eur("5.88") == priced.gross
    assert ("meter_went_back",) == priced.notes


def test_samples_out_of_order_count_once():
    """A late sample is passed over; the newer one has told it all."""
    rows = samples(
        ("2026-11-22T10:00", "0"),
        ("2026-11-22T10:30", "10"),
        ("2026-11-22T10:15", "5"),
        ("2026-11-22T11:00", "20"),
    )

    priced = price_of(PER_KWH, rows)

    assert eur("9.80") == priced.gross
    assert ("sample_out_of_order",) == priced.notes


def test_no_sample_at_all_costs_what_a_start_costs():
    """Without a sample there is the fixed price and nothing else."""
    found = plan(element(price("FLAT", "0.35"), price("ENERGY", "0.40")))

    priced = price_samples(found, [], AMSTERDAM, at("2026-11-22T10:00"), VAT)

    assert eur("0.35") == priced.gross


def test_a_new_period_begins_wherever_a_price_changes():
    """The CDR of a session over 23:00 has a period before it and one after it."""
    rows = samples(("2026-01-15T21:30", "0"), ("2026-01-15T22:30", "20"))

    periods = split_samples(NIGHT, rows, AMSTERDAM)

    assert [
        (at("2026-01-15T21:30"), Decimal(10)),
        (at("2026-01-15T22:00"), Decimal(10)),
    ] == [(period.start, period.energy_kwh) for period in periods]


def test_an_unknown_time_zone_is_a_problem():
    """A location with a wrong zone is told, not priced in UTC."""
    with pytest.raises(TimeZoneUnknown):
        price_samples(PER_KWH, [], "Europe/Atlantis", at("2026-11-22T10:00"), VAT)


def test_a_sample_after_the_end_keeps_what_it_says_of_power():
    """Clipped to the end, 20 kW are reported, or asked for: the coarse register is no parking."""
    found = plan(element(price("TIME", "6.00"), price("PARKING_TIME", "60.00")))
    start, end = at("2026-01-15T10:00"), at("2026-01-15T10:10")
    later = end + timedelta(minutes=5)

    def cost(**says: Any) -> Money:
        rows = [Sample(start, Decimal(0)), Sample(later, Decimal(0), **says)]
        return price_samples(found, rows, AMSTERDAM, end, VAT).gross

    # 10 minutes of charging at 0.10, or of parking at 1.00
    assert (eur("1.00"), eur("1.00"), eur("10.00")) == (
        cost(power_kw=Decimal(20)),
        cost(requesting=True),
        cost(power_kw=Decimal(0), requesting=False),
    )


def test_samples_under_the_same_prices_are_one_period():
    """Three samples, two of them at another power of the same class: one period for the CDR."""
    found = plan(element(price("ENERGY", "0.40"), max_power=50), element(price("ENERGY", "0.80")))
    rows = samples(
        ("2026-01-15T10:00", "0"),
        ("2026-01-15T10:30", "5"),
        ("2026-01-15T11:00", "20"),
        ("2026-01-15T11:30", "60"),
    )

    slow, fast = split_samples(found, rows, AMSTERDAM)

    hour = timedelta(hours=1)
    assert (at("2026-01-15T10:00"), Decimal(20), hour) == (slow.start, slow.energy_kwh, slow.time)
    assert (at("2026-01-15T11:00"), Decimal(40), hour / 2) == (
        fast.start,
        fast.energy_kwh,
        fast.time,
    )


def test_a_change_by_the_clock_cuts_what_flows_after_the_last_sample():
    """5 kWh until 10:30, 10 more until 11:30: 10 at 0.50 before 11:00, and 5 at 0.30."""
    found = plan(
        element(price("ENERGY", "0.50"), end_time="11:00"), element(price("ENERGY", "0.30"))
    )
    rows = samples(("2026-01-16T09:00", "0"), ("2026-01-16T09:30", "5"), ("2026-01-16T10:30", "15"))

    assert eur("6.50") == price_of(found, rows).gross


def test_what_comes_first_of_energy_and_clock_cuts_first():
    """
    10 kWh are reached at 10:45, 15 minutes before the clock changes as well.

    The first 10 kWh cost 0.10, the 5 until 11:00 cost 0.50, the 10 after it 0.30.
    """
    found = plan(
        element(price("ENERGY", "0.10"), max_kwh=10),
        element(price("ENERGY", "0.50"), end_time="11:00"),
        element(price("ENERGY", "0.30")),
    )
    rows = samples(("2026-01-16T09:00", "0"), ("2026-01-16T09:30", "5"), ("2026-01-16T10:30", "25"))

    assert eur("6.50") == price_of(found, rows).gross
