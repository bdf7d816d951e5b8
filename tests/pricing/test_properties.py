"""What is true of every tariff and every session."""

from datetime import timedelta
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from hypothesis import assume, given
from hypothesis import strategies as st

from app.kernel.money import Money
from app.pricing.tariffs.compiled.plan import Phase, Plan, Situation, calendar_of, place
from app.pricing.tariffs.compiled.units import energy, micros
from app.pricing.tariffs.engine import (
    LiveMeter,
    Sample,
    price_block,
    price_periods,
    price_samples,
    split_samples,
)
from app.pricing.tariffs.errors import TariffInvalid
from app.pricing.tariffs.model import PriceLimit
from app.pricing.tariffs.ocpi import encode_tariff, parse_tariff
from tests.pricing.strategies import country_rates, examples, plans, sessions, zones

HALF = Decimal("0.5")


@examples
@given(plans(), sessions(), zones, country_rates)
def test_lines_add_up_to_the_total(plan: Plan, rows: list[Sample], zone: str, vat: Decimal | None):
    """Rounded and unrounded, net and gross, per VAT rate and altogether."""
    priced = price_samples(plan, rows, zone, rows[-1].at, vat)

    assert priced.gross.minor == sum(line.gross.minor for line in priced.lines)
    assert priced.net.minor == sum(line.net.minor for line in priced.lines)
    assert priced.gross == priced.net + priced.vat
    assert priced.exact.gross == sum((line.exact.gross for line in priced.lines), Fraction(0))
    assert priced.exact.net == sum((line.exact.net for line in priced.lines), Fraction(0))
    assert priced.gross.minor == sum(tax.gross.minor for tax in priced.taxes)
    assert priced.vat.minor == sum(tax.vat.minor for tax in priced.taxes)


@examples
@given(plans(), sessions(), zones, country_rates)
def test_the_live_meter_ends_with_the_price_of_the_session(
    plan: Plan, rows: list[Sample], zone: str, vat: Decimal | None
):
    """What the driver saw last is what is settled."""
    meter = LiveMeter(plan, rows[0].at, zone, vat)
    for sample in rows:
        meter.feed(sample)

    priced = price_samples(plan, rows, zone, rows[-1].at, vat)
    assert priced == meter.priced()
    assert priced.gross == meter.cost()


@examples
@given(plans(), sessions(), zones, st.data())
def test_samples_in_disorder_are_the_same_at_once_and_one_by_one(
    plan: Plan, rows: list[Sample], zone: str, data: st.DataObject
):
    """Late samples and registers that went back: passed over in a batch as they are live."""
    mixed = [rows[0], *data.draw(st.permutations(rows[1:-1])), rows[-1]]
    meter = LiveMeter(plan, rows[0].at, zone, Decimal(21))
    for sample in mixed:
        meter.feed(sample)

    assert price_samples(plan, mixed, zone, rows[-1].at, Decimal(21)) == meter.priced()


@examples
@given(plans(), sessions(), zones, st.data())
def test_sampling_finer_never_changes_the_price(
    plan: Plan, rows: list[Sample], zone: str, data: st.DataObject
):
    """A sample on the straight line between two others says nothing new."""
    finer = [rows[0]]
    for before, after in pairwise(rows):
        if data.draw(st.booleans()):
            middle = (before.energy_kwh + after.energy_kwh) * HALF
            finer.append(Sample(before.at + (after.at - before.at) / 2, middle))
        finer.append(after)

    coarse = price_samples(plan, rows, zone, rows[-1].at, Decimal(21))
    assert coarse == price_samples(plan, finer, zone, rows[-1].at, Decimal(21))


@examples
@given(plans(ranges=("kwh", "duration")), sessions(), zones)
def test_the_periods_of_a_cdr_have_the_price_of_the_session(
    plan: Plan, rows: list[Sample], zone: str
):
    """What is sent to a partner has the same price (power classes need the samples)."""
    periods = split_samples(plan, rows, zone)
    assume(periods)

    session = price_samples(plan, rows, zone, rows[-1].at, Decimal(21))
    cdr = price_periods(plan, periods, zone, rows[-1].at, Decimal(21))
    assert session.exact == cdr.exact


@examples
@given(plans(), sessions(), zones)
def test_splitting_equals_brute_force(plan: Plan, rows: list[Sample], zone: str):
    """Every second on its own, by the definition of each restriction, gives the same quantities."""
    rows = [row for row in rows if row.at - rows[0].at < timedelta(hours=8)]
    priced = price_samples(plan, rows, zone, rows[-1].at, Decimal(21))
    expected = _second_by_second(plan, rows, zone)

    found: dict[tuple[int | None, int | None], Decimal] = {}
    for line in priced.lines:
        if line.kind in {"TIME", "PARKING_TIME"}:
            found[line.element, line.component] = line.measured
    for name in expected.keys() | found.keys():
        # Thresholds in kWh are crossed within a second; everything else lies on whole seconds.
        crossings = Decimal(2 * len(plan.cuts.energy) + 1) / 60
        assert abs(expected.get(name, Decimal(0)) - found.get(name, Decimal(0))) <= crossings


def _second_by_second(plan: Plan, rows: list[Sample], zone: str) -> dict[tuple[int, int], Decimal]:
    calendar = calendar_of(plan, zone)
    seconds: dict[tuple[int, int], int] = {}
    for before, after in pairwise(rows):
        length = (after.at - before.at) // timedelta(seconds=1)
        gain = energy(after.energy_kwh - before.energy_kwh)
        power = place(plan.cuts.power, gain * 3600 // length)
        idle = plan.prices_parking and gain * 3600 < plan.idle_below * length
        for second in range(length):
            when = before.at + timedelta(seconds=second)
            active = plan.active(
                Situation(
                    Phase.CHARGING,
                    calendar._mask(micros(when)),
                    place(plan.cuts.energy, energy(before.energy_kwh) + gain * second // length),
                    place(plan.cuts.duration, micros(when) - micros(rows[0].at)),
                    (power, power) if plan.cuts.power else None,
                    None,
                )
            )
            component = active.parking if idle else active.time
            if component is not None:
                name = component.element, component.position
                seconds[name] = seconds.get(name, 0) + 1
    return {name: Decimal(count) / 60 for name, count in seconds.items()}


@examples
@given(plans(ranges=("duration",), steps=False), sessions(), zones, st.integers(0, 20_000))
def test_more_energy_never_costs_less(plan: Plan, rows: list[Sample], zone: str, more: int):
    """
    Without thresholds and power classes, another kWh adds to the price or leaves it.

    Where steps differ OCPI rounds the whole session by the last one, which may be the smaller. A
    limit that is stated on one side only lets the other follow, by the taxes of what was used.
    """
    assume(not _follows(plan.tariff.min_price) and not _follows(plan.tariff.max_price))
    last = rows[-1]
    longer = [*rows, Sample(last.at, last.energy_kwh + Decimal(more).scaleb(-3))]

    before = price_samples(plan, rows, zone, last.at, Decimal(21))
    assert before.exact.gross <= price_samples(plan, longer, zone, last.at, Decimal(21)).exact.gross


def _follows(limit: PriceLimit | None) -> bool:
    return limit is not None and (limit.before_taxes is None or limit.after_taxes is None)


@examples
@given(plans(), sessions(), zones, st.integers(1, 20_000), st.integers(0, 150))
def test_the_forecast_is_never_too_late(
    plan: Plan, rows: list[Sample], zone: str, minor: int, power: int
):
    """A session that goes on for the seconds that are left stays within the amount."""
    amount = Money(minor, plan.tariff.currency)
    meter = LiveMeter(plan, rows[0].at, zone, Decimal(21))
    for sample in rows:
        meter.feed(sample)
    left = meter.seconds_left(amount, Decimal(power))
    if meter.cost() > amount:
        assert left == 0
        return

    seconds = 24 * 3600 if left is None else min(left, 24 * 3600)
    gained = Decimal(power) * seconds / 3600
    gained = gained.quantize(Decimal("1e-9"), "ROUND_FLOOR")
    last = rows[-1]
    later = last.at + timedelta(seconds=seconds)
    meter.feed(Sample(later, last.energy_kwh + gained, Decimal(power)))

    assert meter.cost() <= amount


@examples
@given(plans(ranges=("kwh", "duration")), sessions(), zones, st.integers(1, 20_000))
def test_the_energy_that_is_left_is_never_too_much(
    plan: Plan, rows: list[Sample], zone: str, minor: int
):
    """Energy that flows at once, up to what is left, stays within the amount."""
    amount = Money(minor, plan.tariff.currency)
    meter = LiveMeter(plan, rows[0].at, zone, Decimal(21))
    for sample in rows:
        meter.feed(sample)
    left = meter.energy_left(amount)
    if meter.cost() > amount:
        assert left == 0
        return

    last = rows[-1]
    more = Decimal(500) if left is None else min(left, Decimal(500))
    meter.feed(Sample(last.at, last.energy_kwh + more))

    assert meter.cost() <= amount


@examples
@given(plans(ranges=("kwh", "duration")), sessions(), zones, country_rates)
def test_a_price_block_tells_the_price_of_the_first_kilowatt_hour(
    plan: Plan, rows: list[Sample], zone: str, vat: Decimal | None
):
    """What the scan page says per kWh is what the meter says when the session begins."""
    block = price_block(plan, rows[0].at, zone, vat)
    running = LiveMeter(plan, rows[0].at, zone, vat).running()

    shown = {
        (one.kind, one.price)
        for one in block.components
        if not (one.from_minute or one.from_kwh or one.from_kw) and one.price
    }
    assert shown >= {(one.kind, one.price) for one in running.price_now if one.kind != "FLAT"}


@examples
@given(plans())
def test_a_tariff_comes_back_from_its_json(plan: Plan):
    """Writing and reading lose nothing."""
    assert plan.tariff == parse_tariff(encode_tariff(plan.tariff))


_names = st.sampled_from(
    (
        *("id", "currency", "elements", "price_components", "restrictions", "type", "price"),
        *("vat", "min_price", "max_kwh", "start_time", "day_of_week", "x", "unknown"),
    )
)
_leaves = st.sampled_from(
    (None, True, -1, 0, 10**30, Decimal("NaN"), Decimal("1e-40"), "", "EUR", "24:00", "ENERGY")
)
_json = (
    _leaves
    | st.lists(_leaves, max_size=3)
    | st.dictionaries(_names, _leaves | st.lists(st.dictionaries(_names, _leaves), max_size=2))
)


@examples
@given(st.dictionaries(_names, _json, max_size=6))
def test_no_input_makes_it_crash(body: dict[str, object]):
    """Nonsense is refused as TariffInvalid, or is a tariff after all."""
    try:
        tariff = parse_tariff({"id": "T", "currency": "EUR", **body})
    except TariffInvalid as wrong:
        field = wrong.facts["field"]
    else:
        field = "elements" if tariff.elements else ""
    assert field
