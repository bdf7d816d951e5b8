"""The running session in figures: energy, cost, power, time, and what is left of the hold."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import NamedTuple

import msgspec

from app.directpay.prices.views import MoneyView
from app.directpay.views import JourneyView, LiveView, PowerPoint
from app.infra.i18n import (
    current_language,
    format_clock,
    format_duration,
    format_money,
    format_number,
    format_power,
    gettext,
)
from app.pricing.tariffs.words.prices import Change, PriceRow, change_words, price_rows, sentence
from app.web.drawing.chart import DrawnChart, power_chart
from app.web.drawing.templates import template
from app.web.words.payment import CHARGE_AFTER, HOLD

_LOW_PERMILLE = 200


class Figures(msgspec.Struct, frozen=True):
    """The part of LiveView that changes with every sample."""

    as_of: datetime | None
    seconds: int
    energy_kwh: Decimal
    power_kw: Decimal | None
    cost: MoneyView
    left_permille: int
    discount: MoneyView | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What the figures are read against: the hold, its kind, and the location's clock."""

    held: MoneyView
    strategy: str
    time_zone: str


@dataclass(frozen=True, slots=True)
class Numbers:
    """The figures as text."""

    energy: str
    cost: str
    power: str
    time: str
    seconds: int | str
    left: str
    left_label: str
    left_permille: int | str
    low: bool
    as_of: str
    spoken: str
    discount: str | None


@dataclass(frozen=True, slots=True)
class Live:
    """The rest of the running session, which changes now and then."""

    silent: str | None
    warning: str | None
    chart: DrawnChart | None
    rows: tuple[PriceRow, ...]
    change: str | None


def numbers(figures: Figures | LiveView, terms: Terms) -> Numbers:
    """Return *figures* as the reader expects them."""
    held = terms.held
    left = MoneyView(max(held.minor - figures.cost.minor, 0), held.currency)
    energy = format_number(figures.energy_kwh, decimals=2)
    cost = format_money(figures.cost)
    power = figures.power_kw
    return Numbers(
        energy=energy,
        cost=cost,
        power="–" if power is None else format_number(power, decimals=1),
        time=clock(figures.seconds),
        seconds=figures.seconds,
        left=format_money(left),
        left_label=_left_label(terms),
        left_permille=figures.left_permille,
        low=figures.left_permille <= _LOW_PERMILLE,
        as_of=_as_of(figures.as_of, terms.time_zone),
        spoken=f"{energy} kWh, {cost}",
        discount=_discount(figures),
    )


def clock(seconds: int) -> str:
    """Return a time that runs, as a stopwatch shows it: `0:09`, `41:00`, `1:00:00`."""
    minutes, rest = divmod(seconds, 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def live_words(view: JourneyView, live: LiveView) -> Live:
    """Return what surrounds the figures in the current language."""
    zone = view.point.time_zone
    change = Change(live.next_change, zone, live.next_is_far)
    said = change_words(live.price_now, live.next_components, change)
    return Live(
        silent=_silence(live, zone),
        warning=_warning(view),
        chart=power_words(live.curve),
        rows=price_rows(live.price_now, change),
        change=None if said is None else sentence(said),
    )


def power_words(curve: Sequence[PowerPoint]) -> DrawnChart | None:
    """Return the chart of the power over time, None while there is too little of it."""
    chart = power_chart(curve)
    if chart is None:
        return None
    top = format_power(chart.top_kw, decimals=0)
    return DrawnChart(
        chart=chart,
        label=gettext("Power since the start, up to %(power)s") % {"power": top},
        top=gettext("Power, up to %(power)s") % {"power": top},
        span=format_duration(chart.seconds),
    )


def _discount(figures: Figures | LiveView) -> str | None:
    if figures.discount is None:
        return None
    off = {"money": format_money(figures.discount)}
    return gettext("%(money)s has already been taken off.") % off


def _left_label(terms: Terms) -> str:
    values = {"amount": format_money(terms.held)}
    if terms.strategy == HOLD:
        return gettext("Left of the reserved %(amount)s") % values
    if terms.strategy == CHARGE_AFTER:
        return gettext("Left of at most %(amount)s") % values
    return gettext("Left of the paid %(amount)s") % values


def _as_of(at: datetime | None, time_zone: str) -> str:
    if at is None:
        return gettext("The first values are on their way.")
    return gettext("Values as of %(time)s") % {"time": format_clock(at, time_zone)}


def _silence(live: LiveView, time_zone: str) -> str | None:
    if not live.silent:
        return None
    if live.as_of is None:
        return gettext("The charge point sends no values. Charging goes on.")
    return gettext(
        "The charge point has been silent since %(time)s. Charging goes on; values follow later."
    ) % {"time": format_clock(live.as_of, time_zone)}


def _warning(view: JourneyView) -> str | None:
    if not view.hold_warning:
        return None
    return gettext(
        "Most of %(amount)s is used up. Charging stops by itself before it costs more."
    ) % {"amount": format_money(view.held)}


def numbers_html(figures: Figures | LiveView, terms: Terms) -> str:
    """
    Return parts/numbers.html filled with *figures*.

    The template is rendered once per language, terms and tone; thousands of samples a second only
    fill in their figures. Those hold digits, units and words of ours: nothing to escape.
    """
    texts = numbers(figures, terms)
    tone = Tone(texts.low, texts.discount is not None)
    return _skeleton(current_language(), terms, tone) % {
        name: getattr(texts, name) for name in _CHANGING
    }


_CHANGING = (
    "energy",
    "cost",
    "power",
    "time",
    "seconds",
    "left",
    "left_permille",
    "as_of",
    "spoken",
    "discount",
)


class Tone(NamedTuple):
    """What decides which parts of the figures are there: little is left, something is given."""

    low: bool
    discounted: bool


@lru_cache(maxsize=1024)
def _skeleton(_language: str, terms: Terms, tone: Tone) -> str:
    blanks = {name: f"\x00{name}\x01" for name in _CHANGING}
    discount = blanks.pop("discount") if tone.discounted else None
    blanks.pop("discount", None)
    text = template("parts/numbers.html").render(
        n=Numbers(**blanks, discount=discount, left_label=_left_label(terms), low=tone.low)
    )
    text = text.replace("%", "%%").replace("\n", "")
    return text.replace("\x00", "%(").replace("\x01", ")s")
