"""The one rounding: from exact sums to money, line by line, so that every line adds up."""

from decimal import Decimal
from typing import Final, NamedTuple

from app.kernel.money import Money, TaxedAmount, exponent
from app.pricing.tariffs.compiled.plan import Component, Plan
from app.pricing.tariffs.compiled.policy import Rounding
from app.pricing.tariffs.compiled.rates import Rates
from app.pricing.tariffs.compiled.units import KWH, MINUTE, decimal, minor_units
from app.pricing.tariffs.engine.result import Exact, Line, LineKind, Unit
from app.pricing.tariffs.engine.tally import Bill, Charge
from app.pricing.tariffs.model import Dimension

UNIT_OF: Final = {
    Dimension.ENERGY: Unit.KWH,
    Dimension.TIME: Unit.MINUTE,
    Dimension.PARKING_TIME: Unit.MINUTE,
    Dimension.FLAT: Unit.SESSION,
}
PER_UNIT: Final = {Unit.KWH: KWH, Unit.MINUTE: MINUTE, Unit.SESSION: 1, Unit.OTHER: 1}
_ONE: Final = Decimal(1)
_KIND_OF: Final = {kind: LineKind(kind.value) for kind in Dimension}
_RANK: Final = {kind: [*LineKind].index(line) for kind, line in _KIND_OF.items()}


class _Entry(NamedTuple):
    """A line before rounding: a charge, or the share of a price limit that falls to a VAT rate."""

    kind: LineKind
    charge: Charge | None
    vat: Decimal | None
    net: int
    gross: int


class _Taxed(NamedTuple):
    """The amounts of a VAT rate, and before and after taxes those of its lines, in minor units."""

    total: TaxedAmount
    nets: list[int]
    grosses: list[int]


class Invoice(NamedTuple):
    """The lines of a price and its amounts per VAT rate, in whole minor units that add up."""

    taxes: tuple[TaxedAmount, ...]
    lines: tuple[Line, ...]


def invoice(plan: Plan, rates: Rates, found: Bill) -> Invoice:
    """Return the lines of *found* in money, rounded as the plan's policy says."""
    # By dimension, and within one in the order of use: however often the meter was asked before.
    charges = sorted(found.charges, key=lambda charge: _RANK[charge.component.kind])
    found = found._replace(charges=charges)
    entries = [*_charged(found, rates), *_limited(found, rates)]
    by_rate: dict[Decimal | None, list[_Entry]] = {}
    for entry in entries:
        by_rate.setdefault(entry.vat, []).append(entry)
    by_rate = by_rate or {rates.usual: []}
    if plan.policy.rounding is Rounding.SUM_BY_NET:
        rounded = _by_net(by_rate, plan.tariff.currency, rates.scale)
    else:
        rounded = _by_gross(by_rate, gross_of(plan, rates, found), rates.scale)
    lines = {
        id(entry): _line(plan, rates, entry, (net, gross))
        for entries_of, taxed in zip(by_rate.values(), rounded, strict=True)
        for entry, net, gross in zip(entries_of, taxed.nets, taxed.grosses, strict=True)
    }
    return Invoice(
        tuple(taxed.total for taxed in rounded), tuple(lines[id(entry)] for entry in entries)
    )


def gross_of(plan: Plan, rates: Rates, found: Bill) -> Money:
    """Return what *found* costs after taxes, rounded once, half up."""
    currency = plan.tariff.currency
    return Money(minor_units(found.gross, rates.scale, exponent(currency)), currency)


def _charged(found: Bill, rates: Rates) -> list[_Entry]:
    return [
        _Entry(
            _KIND_OF[charge.component.kind],
            charge,
            rates.vat[charge.component.index],
            charge.net,
            charge.gross,
        )
        for charge in found.charges
    ]


def _limited(found: Bill, rates: Rates) -> list[_Entry]:
    """Return what price limits add or take away, shared among the VAT rates by their gross."""
    if not found.limits:
        return []
    shares: dict[Decimal | None, int] = {}
    for charge in found.charges:
        rate = rates.vat[charge.component.index]
        shares[rate] = shares.get(rate, 0) + charge.gross
    shares = {rate: abs(share) for rate, share in shares.items() if share} or {rates.lowest: 1}
    weights = list(shares.values())
    return [
        _Entry(limit.kind, None, rate, net, gross)
        for limit in found.limits
        for rate, net, gross in zip(
            shares,
            _proportional(limit.net, weights),
            _proportional(limit.gross, weights),
            strict=True,
        )
    ]


def _by_gross(
    by_rate: dict[Decimal | None, list[_Entry]], gross: Money, scale: int
) -> list[_Taxed]:
    """Share *gross* among the VAT rates, split each, and share the halves among its lines."""
    currency, ratio = gross.currency, (scale, 10 ** exponent(gross.currency))
    weights = [sum(entry.gross for entry in entries) for entries in by_rate.values()]
    found: list[_Taxed] = []
    for (rate, entries), minor in zip(
        by_rate.items(), _shared(gross.minor, weights, ratio), strict=True
    ):
        total = TaxedAmount.from_gross(Money(minor, currency), rate or Decimal(0))
        nets = _shared(total.net.minor, [entry.net for entry in entries], ratio)
        grosses = _shared(minor, [entry.gross for entry in entries], ratio)
        found.append(_Taxed(total, nets, grosses))
    return found


def _by_net(by_rate: dict[Decimal | None, list[_Entry]], currency: str, scale: int) -> list[_Taxed]:
    """Round each line before taxes, add VAT to their sum, and share the gross among the lines."""
    places = exponent(currency)
    found: list[_Taxed] = []
    for rate, entries in by_rate.items():
        nets = [minor_units(entry.net, scale, places) for entry in entries]
        total = TaxedAmount.from_net(Money(sum(nets), currency), rate or Decimal(0))
        exact = [entry.gross for entry in entries]
        found.append(_Taxed(total, nets, _shared(total.gross.minor, exact, (scale, 10**places))))
    return found


def _proportional(total: int, weights: list[int]) -> list[int]:
    """Return *total* in shares like the positive *weights*; the last takes what is left over."""
    shares = [total * weight // sum(weights) for weight in weights[:-1]]
    return [*shares, total - sum(shares)]


def _shared(total: int, exact: list[int], scale: tuple[int, int]) -> list[int]:
    """
    Return the *exact* amounts, of which *scale* (a ratio) make a minor unit, as whole minor units.

    They add up to *total*: each is rounded down, and the largest remainders get what is left over.
    """
    if len(exact) == 1:
        return [total]
    parts = [divmod(amount * scale[1], scale[0]) for amount in exact]
    shares = [whole for whole, _ in parts]
    able = [number for number, amount in enumerate(exact) if amount] or list(range(len(exact)))
    able.sort(key=lambda number: parts[number][1], reverse=True)
    each, extra = divmod(total - sum(shares), len(able)) if able else (0, 0)
    for place, number in enumerate(able):
        shares[number] += each + (place < extra)
    return shares


def _line(plan: Plan, rates: Rates, entry: _Entry, minor: tuple[int, int]) -> Line:
    component: Component | None = entry.charge.component if entry.charge else None
    unit = UNIT_OF[component.kind] if component else Unit.OTHER
    exact = Exact(entry.net, entry.gross, rates.scale)
    measured = decimal(entry.charge.measured, PER_UNIT[unit]) if entry.charge else _ONE
    billed = measured
    if entry.charge and entry.charge.billed != entry.charge.measured:
        billed = decimal(entry.charge.billed, PER_UNIT[unit])
    return Line(
        tariff_id=component.tariff.id if component else plan.tariff.id,
        tariff_version=component.version if component else plan.version,
        kind=entry.kind,
        unit=unit,
        element=component.element if component else None,
        component=component.position if component else None,
        measured=measured,
        billed=billed,
        unit_price=(
            rates.unit_price[component.index] if component else decimal(entry.gross, rates.scale)
        ),
        vat_rate=entry.vat,
        gross=Money(minor[1], plan.tariff.currency),
        net=Money(minor[0], plan.tariff.currency),
        exact=exact,
        reserved=bool(component and component.reserved),
    )
