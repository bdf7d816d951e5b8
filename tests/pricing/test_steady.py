"""One price all along: adding up says the same as reading span by span."""

from datetime import UTC, datetime
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.compiled.policy import Policy
from app.pricing.tariffs.compiled.units import micros
from app.pricing.tariffs.engine import compile_tariff
from app.pricing.tariffs.engine.reading.reader import Reader
from app.pricing.tariffs.engine.reading.steady import steady_tally
from app.pricing.tariffs.engine.spans import Spans
from app.pricing.tariffs.engine.tally import Tally
from tests.pricing.builders import element, price, tariff
from tests.pricing.strategies import STARTS, examples, plans, zones

SECOND = 1_000_000
HOUR = 3600 * SECOND
FLAT = compile_tariff(tariff(element(price("ENERGY", "0.50"))))
TIMED = compile_tariff(tariff(element(price("ENERGY", "0.50"), price("TIME", "3.00"))))
NIGHT = compile_tariff(
    tariff(element(price("ENERGY", "0.20"), start_time="22:00"), element(price("ENERGY", "0.50")))
)

_starts = st.sampled_from(STARTS).map(lambda text: micros(datetime.fromisoformat(text + "+00:00")))
_lengths = st.lists(st.integers(0, 3600), min_size=1, max_size=6)
# Near enough to the clock to be it, or not.
_offs = st.sampled_from([0, 0, 359_999, -359_999, 360_000, -360_000, 5 * SECOND])


@st.composite
def spans(draw: st.DrawFn) -> Spans:
    """Spans that follow one another; of some only the energy is known, or not even that."""
    lengths = [length * SECOND for length in draw(_lengths)]
    first = draw(_starts) + draw(st.integers(0, 20)) * HOUR
    instants = list(accumulate([first, *lengths]))
    times = [draw(st.just(0) | st.just(length + draw(_offs))) for length in lengths]
    parkings = [draw(st.just(0) | st.just(length + draw(_offs))) for length in lengths]
    return Spans(
        start=instants[:-1],
        end=instants[1:],
        energy=[draw(st.none() | st.integers(-(10**10), 10**11)) for _ in lengths],
        time=times,
        parking=parkings,
        reserved=[draw(st.sampled_from([None] * 8 + [0, 60 * SECOND])) for _ in lengths],
        power=[None] * len(lengths),
        current=[None] * len(lengths),
        plan=[0] * len(lengths),
    )


def read(plan: Plan, found: Spans, zone: str) -> tuple[list[object], dict[str, None]]:
    """What the reader finds, and its notes."""
    notes: dict[str, None] = {}
    tallies = Reader((plan,), found.each(), zone, notes).tallies()
    return [told(tally) for tally in tallies], notes


def told(tally: Tally) -> object:
    """All that a tally knows, in its order."""
    return tally.flats, [*tally.used.items()], tally.last, tally.free


@examples
@given(plans(ranges=()), spans(), zones)
def test_adding_up_is_reading_at_once(plan: Plan, found: Spans, zone: str):
    """Where it answers, quantities, their order and the notes are the same."""
    notes: dict[str, None] = {}
    tally = steady_tally(plan, found, zone, notes)

    if tally is None:
        assert {} == notes
    else:
        assert read(plan, found, zone) == ([told(tally)], notes)


def hourly(*hours: int, time: int = HOUR) -> Spans:
    """Spans of an hour with a kWh each, from these hours of a day on."""
    first = micros(datetime(2026, 6, 10, tzinfo=UTC))
    starts = [first + hour * HOUR for hour in hours]
    count = len(starts)
    return Spans(
        start=starts,
        end=[*starts[1:], starts[-1] + HOUR],
        energy=[10**9] * count,
        time=[time] * count,
        parking=[0] * count,
        reserved=[None] * count,
        power=[None] * count,
        current=[None] * count,
        plan=[0] * count,
    )


def test_one_price_is_added_up():
    """Three hours: three kWh, and three hours nobody charges for."""
    tally = steady_tally(FLAT, hourly(8, 9, 10), "UTC", {})

    assert tally is not None
    assert [3 * 10**9] == [*tally.used.values()]
    assert [3 * HOUR] == [*tally.free.values()]


def test_up_to_the_stroke_of_the_change_the_price_is_one():
    """From 20:00 to 22:00, when the price of the night begins."""
    assert steady_tally(NIGHT, hourly(20, 21), "UTC", {}) is not None
    assert steady_tally(NIGHT, hourly(20, 21, 22), "UTC", {}) is None
    assert steady_tally(NIGHT, hourly(20, 22), "UTC", {}) is None


def test_time_that_is_stated_everywhere_is_added_up():
    """Two hours of charging under a price of time."""
    assert steady_tally(TIMED, hourly(8, 9), "UTC", {}) is not None


def test_a_moment_at_the_change_is_after_it():
    """A span of no length at 22:00 is one of the night: its fixed price would be another."""
    found = hourly(21, 22)._replace(end=hourly(21, 22).start[1:] * 2, time=[HOUR, 0])

    assert steady_tally(NIGHT, found, "UTC", {}) is None


def test_what_has_to_be_looked_at_is_left_to_the_reader():
    """Disorder, a reservation, time that is not stated, energy that may not go back, nothing."""
    refuses = compile_tariff(FLAT.tariff, Policy(takes_energy_back=False))

    assert steady_tally(FLAT, hourly(9, 8, 10), "UTC", {}) is None
    assert steady_tally(FLAT, hourly(8, 10, 9), "UTC", {}) is None
    assert steady_tally(FLAT, hourly(8)._replace(reserved=[1]), "UTC", {}) is None
    assert steady_tally(TIMED, hourly(8, 9)._replace(time=[HOUR, 0]), "UTC", {}) is None
    assert steady_tally(refuses, hourly(8), "UTC", {}) is None
    assert steady_tally(FLAT, Spans(*([] for _ in Spans._fields)), "UTC", {}) is None
