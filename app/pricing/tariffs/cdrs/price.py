"""The price of a CDR: which tariff is for which period, and what they cost together."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from app.pricing.tariffs.cdrs.model import UNKNOWN, Cdr, ChargingPeriod, aware
from app.pricing.tariffs.cdrs.spans import spans_of_cdr
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.compiled.units import micros
from app.pricing.tariffs.currencies import currency_codes
from app.pricing.tariffs.engine.periods import price_spans
from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.spans import Spans
from app.pricing.tariffs.errors import CdrInvalid


class PricedCdr(NamedTuple):
    """The price of a CDR, negative for a credit, and its periods."""

    priced: Priced
    spans: Spans
    remarks: tuple[str, ...]

    @property
    def notes(self) -> tuple[str, ...]:
        """Return the notes on the choice of tariffs and on the price."""
        return self.remarks + self.priced.notes


def price_cdr(cdr: Cdr, plans: tuple[Plan, ...], time_zone: str) -> PricedCdr:
    """
    Return the price of *cdr* under *plans* (from `compile_tariffs`), by the VAT that they state.

    A period's tariff is the one that it names, else the first that is valid when the session
    starts. A credit is priced like what it credits, and negative. Raises CdrInvalid and
    TimeZoneUnknown.
    """
    notes: dict[str, None] = {}
    chosen = _Chooser(plans, cdr, notes).chosen()
    used = plans if len(plans) == 1 else [plans[number] for number in set(chosen)]
    _check_currency(cdr, {plan.tariff.currency for plan in used}, notes)
    spans = spans_of_cdr(cdr, chosen, notes)
    _check_times(cdr, spans, notes)
    priced = price_spans(plans, spans, time_zone, None)
    if cdr.credit:
        priced = priced.credited()
    return PricedCdr(priced, spans, tuple(notes))


def _check_times(cdr: Cdr, spans: Spans, notes: dict[str, None]) -> None:
    """Note an end before the start, and periods that are not in the session."""
    if not spans.start:
        return
    start, end = micros(aware(cdr.start_date_time)), spans.end[-1]
    if end < start:
        notes["ends_before_start"] = None
    if start > spans.start[0] or spans.start[-1] > end:
        notes["period_outside_session"] = None


def _check_currency(cdr: Cdr, currencies: set[str], notes: dict[str, None]) -> None:
    if len(currencies) > 1:
        raise CdrInvalid(f"tariffs in {' and '.join(sorted(currencies))}", field="tariffs")
    if not currencies <= currency_codes():
        notes["currency_unknown"] = None
    if cdr.currency and currencies and cdr.currency.strip().upper() not in currencies:
        notes["currency_differs"] = None


class _Chooser:
    """Finds the tariff of each period among those that came with the CDR."""

    def __init__(self, plans: tuple[Plan, ...], cdr: Cdr, notes: dict[str, None]) -> None:
        if not plans:
            raise CdrInvalid("there is no tariff", field="tariffs")
        self._plans = plans
        self._cdr = cdr
        self._notes = notes
        # The tariff of a period by what it names, as long as only one has that name.
        self._known: dict[str | None, int] = {}
        self._named: dict[str, list[int]] = {}

    def chosen(self) -> list[int]:
        """Return per period the place of the plan that prices it."""
        known, periods = self._known, self._cdr.charging_periods
        if len({period.tariff_id for period in periods}) == 1:
            first = self._plan_of(periods[0])
            if known:  # it does not depend on when the period was
                return [first] * len(periods)
        return [
            known[name] if (name := period.tariff_id) in known else self._plan_of(period)
            for period in periods
        ]

    def _plan_of(self, period: ChargingPeriod) -> int:
        name = period.tariff_id
        if name is not None:
            named = self._those_named(name.lower())
            if named:
                found = self._valid(named, aware(period.start_date_time))
                if len(named) == 1:
                    self._known[name] = found
                return found
            self._notes["tariff_unknown"] = None
        found = self._known[name] = self._valid(range(len(self._plans)), self._started_at())
        return found

    def _those_named(self, name: str) -> list[int]:
        if not self._named:
            for number, plan in enumerate(self._plans):
                self._named.setdefault(plan.tariff.id.lower(), []).append(number)
        return self._named.get(name, [])

    def _started_at(self) -> datetime:
        """Return when the session started; where nobody knows, when its first period did."""
        at = aware(self._cdr.start_date_time)
        if at != UNKNOWN:
            return at
        return min(aware(one.start_date_time) for one in self._cdr.charging_periods)

    def _valid(self, numbers: Sequence[int], at: datetime) -> int:
        """Return the first of *numbers* that is valid *at* the instant, or at least the first."""
        for number in numbers:
            tariff = self._plans[number].tariff
            begun = tariff.start_date_time is None or tariff.start_date_time <= at
            if begun and (tariff.end_date_time is None or at < tariff.end_date_time):
                return number
        self._notes["tariff_not_valid"] = None
        return numbers[0]
