"""The price of a CDR: which tariff is for which period, and what they cost together."""

from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from app.pricing.tariffs.cdrs.model import Cdr, ChargingPeriod, aware, spans_of_cdr
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.engine.periods import price_spans
from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.spans import Span
from app.pricing.tariffs.errors import CdrInvalid


@dataclass(frozen=True, slots=True)
class PricedCdr:
    """The price of a CDR, negative for a credit, and its periods."""

    priced: Priced
    spans: list[Span]
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
    chooser = _Chooser(plans, cdr)
    chosen = chooser.chosen(cdr)
    currencies = {plans[number].tariff.currency for number in set(chosen)}
    if len(currencies) > 1:
        raise CdrInvalid(f"tariffs in {' and '.join(sorted(currencies))}", field="tariffs")
    if cdr.currency and currencies and cdr.currency not in currencies:
        chooser.notes["currency_differs"] = None
    spans = spans_of_cdr(cdr, chosen)
    if any(after.start < before.start for before, after in pairwise(spans)):
        chooser.notes["periods_out_of_order"] = None
    priced = price_spans(plans, spans, time_zone, None)
    if cdr.credit:
        priced = priced.credited()
    return PricedCdr(priced, spans, tuple(chooser.notes))


class _Chooser:
    """Finds the tariff of a period among those that came with the CDR."""

    def __init__(self, plans: tuple[Plan, ...], cdr: Cdr) -> None:
        if not plans:
            raise CdrInvalid("there is no tariff", field="tariffs")
        self.notes: dict[str, None] = {}
        self._plans = plans
        self._started_at = aware(cdr.start_date_time)
        self._unnamed: int | None = None

    def chosen(self, cdr: Cdr) -> list[int]:
        """Return per period the place of the plan that prices it."""
        periods = cdr.charging_periods
        if len(self._plans) > 1:
            return [self._plan_of(period) for period in periods]
        known = {None, self._plans[0].tariff.id}
        if any(period.tariff_id not in known for period in periods):
            self._plan_of(next(one for one in periods if one.tariff_id not in known))
        return [self._default()] * len(periods)

    def _plan_of(self, period: ChargingPeriod) -> int:
        if period.tariff_id is None:
            return self._default()
        name = period.tariff_id.lower()
        plans = enumerate(self._plans)
        named = [number for number, plan in plans if plan.tariff.id.lower() == name]
        if not named:
            self.notes["tariff_unknown"] = None
            return self._default()
        return self._valid(named, aware(period.start_date_time))

    def _default(self) -> int:
        if self._unnamed is None:
            self._unnamed = self._valid(list(range(len(self._plans))), self._started_at)
        return self._unnamed

    def _valid(self, numbers: list[int], at: datetime) -> int:
        """Return the first of *numbers* that is valid *at* the instant, or at least the first."""
        for number in numbers:
            tariff = self._plans[number].tariff
            begun = tariff.start_date_time is None or tariff.start_date_time <= at
            if begun and (tariff.end_date_time is None or at < tariff.end_date_time):
                return number
        self.notes["tariff_not_valid"] = None
        return numbers[0]
