"""Does a CDR say what it ought to: its totals worked out again, and its periods looked at."""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from typing import Final

from app.pricing.tariffs.cdrs.model import CdrPrice, StatedCdr, aware, price_of
from app.pricing.tariffs.cdrs.price import PricedCdr, price_cdr
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.compiled.units import HOUR, KWH, exact_decimal, micros
from app.pricing.tariffs.engine.result import Exact
from app.pricing.tariffs.model import Dimension

# OCPI writes amounts with four decimals, and hours and kWh as well.
_CLOSE: Final = Fraction(1, 10_000)
# Notes on what OCPI itself leaves open: hours with four decimals, VAT that is not applicable; and
# those that are told below with both values.
_NO_FAULT: Final = frozenset(
    ("time_snapped", "tax_rate_unknown", "ends_before_start", "period_outside_session")
)
_COSTS: Final = {
    "total_energy_cost": Dimension.ENERGY,
    "total_time_cost": Dimension.TIME,
    "total_parking_cost": Dimension.PARKING_TIME,
    "total_fixed_cost": Dimension.FLAT,
}


@dataclass(frozen=True, slots=True)
class Divergence:
    """What a CDR states otherwise than it should: a stable *code*, the *field*, both values."""

    code: str
    field: str
    stated: str
    found: str


def verify(cdr: StatedCdr, plans: tuple[Plan, ...], time_zone: str) -> tuple[Divergence, ...]:
    """
    Return where *cdr* differs from what *plans* (from `compile_tariffs`) say it costs.

    Amounts and volumes may be off by what four decimals cannot show. Raises CdrInvalid and
    TimeZoneUnknown like `price_cdr`.
    """
    priced = price_cdr(cdr, plans, time_zone)
    return (
        *_costs(cdr, priced),
        *_volumes(cdr, priced),
        *_times(cdr),
        *_credit(cdr),
        *_tariffs(plans, priced),
        *_unpriced(plans, priced),
        *(
            Divergence(note, "charging_periods", "", note)
            for note in priced.notes
            if note not in _NO_FAULT
        ),
    )


def _costs(cdr: StatedCdr, found: PricedCdr) -> Iterator[Divergence]:
    yield from _cost("total_cost", price_of(cdr.total_cost), found.priced.exact)
    parts = {name: found.priced.cost_of(kind) for name, kind in _COSTS.items()}
    parts["total_reservation_cost"] = found.priced.reservation_cost
    for name, part in parts.items():
        stated = price_of(getattr(cdr, name))
        # A credit has a negative total; its parts are those of what it takes back (mod_cdrs).
        is_kept = cdr.credit and stated is not None and (stated.net or 0) > 0
        yield from _cost(name, stated, part, sign=-1 if is_kept else 1)


def _cost(
    name: str, stated: CdrPrice | None, found: Exact, *, sign: int = 1
) -> Iterator[Divergence]:
    if stated is None:
        return
    sides = (("before_taxes", stated.net, found.net), ("after_taxes", stated.gross, found.gross))
    for side, given, amount in sides:
        exact = amount * sign
        if given is not None and abs(Fraction(given) - exact) > _CLOSE:
            worked_out = exact_decimal(exact.numerator, exact.denominator)
            yield Divergence("cost_differs", f"{name}.{side}", str(given), str(worked_out))


def _volumes(cdr: StatedCdr, found: PricedCdr) -> Iterator[Divergence]:
    spans = found.spans
    energy, parking = sum(filter(None, spans.energy)), sum(spans.parking)
    time = sum(spans.time) + parking
    for name, stated, volume, unit in (
        ("total_energy", cdr.total_energy, energy, KWH),
        ("total_time", cdr.total_time, time, HOUR),
        ("total_parking_time", cdr.total_parking_time, parking, HOUR),
    ):
        tolerance = _CLOSE * max(1, len(spans.start))
        if (
            stated is not None
            and volume
            and abs(Fraction(stated) - Fraction(volume, unit)) > tolerance
        ):
            yield Divergence("volume_differs", name, str(stated), str(exact_decimal(volume, unit)))


def _times(cdr: StatedCdr) -> Iterator[Divergence]:
    start, end = aware(cdr.start_date_time), aware(cdr.end_date_time)
    if end < start:
        yield Divergence("ends_before_start", "end_date_time", str(end), str(start))
    for number, period in enumerate(cdr.charging_periods):
        at = aware(period.start_date_time)
        if not start <= at <= end:
            field = f"charging_periods[{number}].start_date_time"
            yield Divergence("period_outside_session", field, str(at), f"{start} to {end}")
    passed = Fraction(micros(end) - micros(start), HOUR)
    if cdr.total_time is not None and abs(Fraction(cdr.total_time) - passed) > _CLOSE:
        whole = exact_decimal(passed.numerator, passed.denominator)
        yield Divergence("time_not_of_session", "total_time", str(cdr.total_time), str(whole))


def _credit(cdr: StatedCdr) -> Iterator[Divergence]:
    if not cdr.credit:
        return
    if not cdr.credit_reference_id:
        yield Divergence("credit_without_reference", "credit_reference_id", "", "the CDR's id")
    total = price_of(cdr.total_cost)
    net = Decimal(0) if total is None else total.net or Decimal(0)
    if net > 0:
        yield Divergence("credit_not_negative", "total_cost", str(net), str(-net))


def _tariffs(plans: tuple[Plan, ...], found: PricedCdr) -> Iterator[Divergence]:
    """Yield the tariffs that no period is under."""
    used = set(found.spans.plan)
    for number, plan in enumerate(plans):
        if number not in used:
            yield Divergence("tariff_unused", f"tariffs[{number}]", plan.tariff.id, "")


def _unpriced(plans: tuple[Plan, ...], found: PricedCdr) -> Iterator[Divergence]:
    """
    Yield what cost nothing although a tariff has a price for it, which did not hold then.

    A dimension that no tariff prices at all is meant to be free.
    """
    kinds = {(one.kind, one.reserved) for plan in plans for one in plan.components}
    for (kind, reserved), volume in found.priced.unpriced.items():
        if (kind, reserved) in kinds and volume:
            name = "RESERVATION_TIME" if reserved else kind.value
            unit = KWH if kind is Dimension.ENERGY else HOUR
            amount = str(exact_decimal(volume, unit))
            yield Divergence("dimension_unpriced", "charging_periods", f"{amount} {name}", "")
