"""A driver's months as bars of a small SVG, and as a table for who does not see it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from app.directpay.owned.months import MonthSum
from app.infra.i18n import format_energy, format_money, format_short_month, gettext
from app.web.drawing.chart import HEIGHT, WIDTH, axis_end

_GAP = 6


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of the chart, in units of its WIDTH x HEIGHT; *chosen* is the month of the list."""

    x: int
    y: int
    width: int
    height: int
    chosen: bool


@dataclass(frozen=True, slots=True)
class MonthRow:
    """A month in the table: what it is called and in addresses, and its sums."""

    name: str
    mark: str
    energy: str
    charged: str
    chosen: bool


@dataclass(frozen=True, slots=True)
class MonthsWords:
    """The chart, what its axis ends at and begins and ends with, and the table, newest first."""

    width: int
    height: int
    bars: tuple[Bar, ...]
    label: str
    top: str
    first: str
    last: str
    rows: tuple[MonthRow, ...]


def months_words(months: Sequence[MonthSum], chosen: date | None) -> MonthsWords | None:
    """Return *months* in the current language, None where there are none."""
    if not months:
        return None
    top = axis_end(max(each.energy_kwh for each in months))
    most = format_energy(top, decimals=0)
    return MonthsWords(
        width=WIDTH,
        height=HEIGHT,
        bars=tuple(_bar(number, months, top, chosen) for number in range(len(months))),
        label=gettext("Energy of each month, up to %(energy)s") % {"energy": most},
        top=most,
        first=format_short_month(months[0].first),
        last=format_short_month(months[-1].first),
        rows=tuple(_row(each, chosen) for each in reversed(months) if each.sessions),
    )


def mark_of(month: date) -> str:
    """Return a month as addresses have it: 2026-03."""
    return f"{month:%Y-%m}"


def _bar(number: int, months: Sequence[MonthSum], top: Decimal, chosen: date | None) -> Bar:
    left, right = (WIDTH * each // len(months) for each in (number, number + 1))
    month = months[number]
    height = int(month.energy_kwh * HEIGHT / top)
    # What is little is still something.
    height = max(height, 1) if month.sessions else 0
    return Bar(
        left + _GAP // 2, HEIGHT - height, right - left - _GAP, height, month.first == chosen
    )


def _row(month: MonthSum, chosen: date | None) -> MonthRow:
    return MonthRow(
        name=format_short_month(month.first),
        mark=mark_of(month.first),
        energy=format_energy(month.energy_kwh, decimals=1),
        charged=", ".join(format_money(each) for each in month.charged),
        chosen=month.first == chosen,
    )
