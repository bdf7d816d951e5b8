"""The price of a CDR: which tariff is for which period, and what they cost together."""

from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

from app.pricing.tariffs.cdrs.model import Cdr, ChargingPeriod, checked, spans_of_cdr
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.engine.periods import price_spans
from app.pricing.tariffs.engine.priced import Priced
from app.pricing.tariffs.engine.spans import Span
from app.pricing.tariffs.errors import CdrInvalid


@dataclass(frozen=True, slots=True)
class PricedCdr:
    """The price of a CDR, negative for a credit; *notes* are those of the price and of tariffs."""

    priced: Priced
    spans: list[Span]
    notes: tuple[str, ...]


def price_cdr(cdr: Cdr, plans: tuple[Plan, ...], time_zone: str) -> PricedCdr:
    """
    Return the price of *cdr* under *plans* (from `compile_tariffs`), by the VAT that they state.

    A period's tariff is the one that it names, else the first that is valid when the session
    starts. A credit is priced like what it credits, and negative. Raises CdrInvalid and
    TimeZoneUnknown.
    """
    chooser = _Chooser(plans, cdr)
    spans = spans_of_cdr(cdr, [chooser.plan_of(one) for one in cdr.charging_periods])
    currencies = {plans[span.plan].tariff.currency for span in spans}
    if len(currencies) > 1:
        raise CdrInvalid(f"tariffs in {' and '.join(sorted(currencies))}", field="tariffs")
    if cdr.currency and currencies and cdr.currency not in currencies:
        chooser.notes["currency_differs"] = None
    if any(after.start < before.start for before, after in pairwise(spans)):
        chooser.notes["periods_out_of_order"] = None
    priced = price_spans(plans, spans, time_zone, None)
    if cdr.credit:
        priced = priced.credited()
    return PricedCdr(priced, spans, (*chooser.notes, *priced.notes))


class _Chooser:
    """Finds the tariff of a period among those that came with the CDR."""

    def __init__(self, plans: tuple[Plan, ...], cdr: Cdr) -> None:
        if not plans:
            raise CdrInvalid("there is no tariff", field="tariffs")
        checked(cdr.start_date_time, None)
        self.notes: dict[str, None] = {}
        self._plans = plans
        self._started_at = _aware(cdr.start_date_time)
        self._unnamed: int | None = None

    def plan_of(self, period: ChargingPeriod) -> int:
        """Return the place of the plan that prices *period*."""
        name = period.tariff_id
        if name is None or len(self._plans) == 1:
            if name is not None and name.lower() != self._plans[0].tariff.id.lower():
                self.notes["tariff_unknown"] = None
            return self._default()
        named = [
            number
            for number, plan in enumerate(self._plans)
            if plan.tariff.id.lower() == name.lower()
        ]
        if not named:
            self.notes["tariff_unknown"] = None
            return self._default()
        return self._valid(named, _aware(period.start_date_time))

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


def _aware(at: datetime) -> datetime:
    return at if at.tzinfo else at.replace(tzinfo=UTC)
