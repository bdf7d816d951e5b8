"""The calendar of a tariff: days of one kind are laid out alike, each still by its own clock."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from app.pricing.tariffs.compiled.calendar import Calendar, Window
from app.pricing.tariffs.compiled.units import DAY, HOUR, MINUTE, instant, micros
from tests.pricing.strategies import ZONES, examples

FIRST = micros(datetime(2026, 3, 1, tzinfo=UTC))
_quarters = st.integers(0, 95).map(lambda quarter: quarter * 900)
_dates = st.none() | st.dates(date(2026, 3, 20), date(2026, 11, 5))
_windows = st.builds(
    Window,
    start_second=_quarters,
    end_second=_quarters | st.just(86_400),
    start_date=_dates,
    end_date=_dates,
    weekdays=st.frozensets(st.integers(0, 6), max_size=3),
    carries=st.booleans(),
)
_instants = st.lists(
    st.integers(0, 300 * 24 * 4).map(lambda quarter: FIRST + quarter * 15 * MINUTE), max_size=40
)


@examples
@given(st.lists(_windows, min_size=1, max_size=4), _instants, st.sampled_from(ZONES))
def test_the_calendar_says_what_each_window_says(
    windows: list[Window], asked: list[int], zone: str
):
    """Whichever days were asked for before, over both clock changes."""
    calendar, clock = Calendar(tuple(windows), ZoneInfo(zone)), ZoneInfo(zone)
    for at in asked:
        mask, until = calendar.at(at)
        until = min(until, at + DAY)
        for when in (at, (at + until) // 2, until - 1):
            local = instant(when).astimezone(clock)
            open_now = [window.holds(local) for window in windows]
            assert open_now == [bool(mask >> bit & 1) for bit in range(len(windows))]


class Counted(Calendar):
    """A calendar that counts how often a day is worked out from the start."""

    worked_out = 0

    def _worked_out(self, start: int) -> tuple[list[int], list[int]]:
        self.worked_out += 1
        return super()._worked_out(start)


def test_years_are_laid_out_like_a_few_days():
    """A price of the weekend: Friday to Monday and the days between, by either clock, 12 kinds."""
    weekend = Window(start_second=8 * 3600, weekdays=frozenset({5, 6}))
    calendar = Counted((weekend,), ZoneInfo("Europe/Amsterdam"))
    for day in range(3 * 365):
        calendar.at(FIRST + day * DAY + 12 * HOUR)

    # Six clock changes, and kinds are forgotten with the days twice.
    assert calendar.worked_out <= 6 + 3 * 2 * 5


def test_a_window_is_near_the_days_between_its_dates():
    """Its start is one of them and its end is not; with hours that carry over, the night after."""
    dates = {"start_date": date(2026, 6, 10), "end_date": date(2026, 6, 12)}
    days = [date(2026, 6, 9) + timedelta(days=step) for step in range(5)]

    assert [False, True, True, False, False] == [Window(**dates).touches(day) for day in days]
    carrying = Window(**dates, carries=True)
    assert [False, True, True, True, False] == [carrying.touches(day) for day in days]
    assert all(Window().touches(day) for day in days)


def test_hours_that_carry_over_the_last_day_are_open():
    """On 11 June from 22:00 to 06:00: the night into 12 June belongs to it, the next one not."""
    night = Window(
        start_second=22 * 3600,
        end_second=6 * 3600,
        start_date=date(2026, 6, 11),
        end_date=date(2026, 6, 12),
        carries=True,
    )
    calendar = Calendar((night,), ZoneInfo("UTC"))
    hours = [datetime(2026, 6, 11, 3, tzinfo=UTC) + timedelta(hours=12 * step) for step in range(5)]

    # 3:00, 15:00, 3:00 of the next day, and so on
    assert [0, 0, 1, 0, 0] == [calendar.at(micros(at))[0] for at in hours]
    assert 1 == calendar.at(micros(datetime(2026, 6, 11, 23, tzinfo=UTC)))[0]


def test_a_window_of_one_day_opens_on_it_alone():
    """The day before it was of the same kind as the one before that, until the window is near."""
    one = Window(start_date=date(2026, 6, 10), end_date=date(2026, 6, 11), start_second=3600)
    calendar = Calendar((one,), ZoneInfo("UTC"))
    days = [datetime(2026, 6, 8, 12, tzinfo=UTC) + timedelta(days=step) for step in range(5)]

    assert [0, 0, 1, 0, 0] == [calendar.at(micros(day))[0] for day in days]
