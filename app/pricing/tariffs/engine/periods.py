"""Pricing the charging periods of an OCPI CDR, from whomever it comes."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from functools import lru_cache

from msgspec import structs

from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.compiled.rates import rates_of
from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.reading.reader import Reader
from app.pricing.tariffs.engine.reading.steady import steady_tally
from app.pricing.tariffs.engine.result import Period
from app.pricing.tariffs.engine.spans import Spans, spans_of
from app.pricing.tariffs.engine.tally import Tally, bill


def price_periods(
    plan: Plan,
    periods: Sequence[Period],
    time_zone: str,
    ended_at: datetime,
    vat: Decimal | None,
) -> Priced:
    """
    Return what the *periods* of a CDR cost; each is priced by what holds where it starts.

    OCPI wants a new period wherever a price changes, so none is split here; one that spans a change
    is noted. *vat* is the country's rate in percent (None: only the tariff knows). Periods of
    reservation come first and have fixed price and steps of their own; without any other period the
    reservation has expired. Raises TimeZoneUnknown.
    """
    return price_spans((plan,), spans_of(periods, ended_at), time_zone, vat)


def price_spans(
    plans: tuple[Plan, ...], spans: Spans, time_zone: str, vat: Decimal | None
) -> Priced:
    """
    Return what *spans* cost, each under its own one of *plans* (from `compile_tariffs`).

    Price limits and currency are those of the first period's plan. Raises TimeZoneUnknown, and
    EnergyFedBack where the policy does not take it.
    """
    notes: dict[str, None] = {}
    tallies = _tallies(plans, spans, time_zone, notes)
    head = plans[spans.plan[0] if spans.plan else 0]
    if len(plans) > 1:
        several = len(set(spans.plan)) > 1
        limited = head.policy.limits_with_several_tariffs or not several
        head = _together(plans, head, limited=limited)
    rates = rates_of(head, vat)
    return Priced(head, rates, bill(tallies, rates, head.policy), tuple(notes), tallies)


def _tallies(
    plans: tuple[Plan, ...], spans: Spans, time_zone: str, notes: dict[str, None]
) -> tuple[Tally, ...]:
    """Return what each phase used: added up where one price holds all along, else read in order."""
    if len(plans) == 1:
        tally = steady_tally(plans[0], spans, time_zone, notes)
        if tally is not None:
            return (tally,)
    return Reader(plans, spans.each(), time_zone, notes).tallies()


@lru_cache(maxsize=256)
def _together(plans: tuple[Plan, ...], head: Plan, *, limited: bool) -> Plan:
    """Return a plan that has the prices of all *plans* and, if *limited*, the limits of *head*."""
    tariff = head.tariff
    if not limited:
        tariff = structs.replace(tariff, min_price=None, max_price=None)
    components = tuple(component for plan in plans for component in plan.components)
    return replace(head, tariff=tariff, components=components)
