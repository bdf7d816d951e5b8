"""What benefits take off a price: pure, to the minor unit, and never below zero."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Final, assert_never

from app.kernel.money import Money, TaxedAmount
from app.pricing.promotions.model import (
    Energy,
    Gift,
    Grant,
    Parking,
    Percent,
    Reservation,
    Sessions,
    Value,
)
from app.pricing.promotions.rules import kilowatt_hours
from app.pricing.tariffs.engine import Line, LineKind, Priced

_HALF: Final = Fraction(1, 2)
_WATT_HOURS: Final = 1000
_NO_ENERGY: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class Discount:
    """
    What one benefit took off a price: parts per VAT rate, and the kWh that were free.

    The nets of the operator's own discounts are what the VAT base falls by, to the minor unit.
    """

    reservation: Reservation
    parts: tuple[TaxedAmount, ...]
    free_kwh: Decimal = _NO_ENERGY

    @property
    def amount(self) -> Money:
        """Return what it took in all, incl. VAT."""
        currency = self.reservation.terms.currency
        return sum((part.gross for part in self.parts), Money.zero(currency))

    @property
    def took(self) -> Grant | None:
        """Return what was used of the grant; None when it was nothing."""
        if not self.parts and not isinstance(self.reservation.terms.benefit, Gift):
            return None
        watt_hours = (self.free_kwh * _WATT_HOURS).to_integral_value(ROUND_CEILING)
        return Grant(self.amount, int(watt_hours))


@dataclass(frozen=True, slots=True)
class Discounted:
    """
    A price, and what benefits took off it, in their order.

    *taxes* are what is sold per VAT rate after the operator's own discounts; what partners pay is
    a part of it. *payable* is what is left for the driver: taxes = payable + partners' part.
    """

    price: Priced
    discounts: tuple[Discount, ...]
    taxes: tuple[TaxedAmount, ...]

    @property
    def total(self) -> Money:
        """Return what was taken off in all, incl. VAT."""
        return sum((each.amount for each in self.discounts), Money.zero(self.price.gross.currency))

    @property
    def payable(self) -> Money:
        """Return what the driver pays, incl. VAT."""
        return self.price.gross - self.total


def apply(price: Priced, reservations: Sequence[Reservation]) -> Discounted:
    """
    Return *price* with what the *reservations* take off it, one after the other.

    They stand in the order in which they were agreed (see `rules.together`). What none of them
    touches: minimum prices of the tariff (but by percent, money and free sessions), amounts below
    zero, and a price below their minimum spend.
    """
    if not reservations:
        return Discounted(price, (), price.taxes)
    rest = _Rest(price)
    taken = tuple(each for each in map(rest.take, reservations) if each is not None)
    return Discounted(price, taken, tuple(rest.taxes.values()))


class _Rest:
    """What is left of a price, in minor units per VAT rate, while benefits take their parts."""

    def __init__(self, price: Priced) -> None:
        self._price = price
        self._currency = price.gross.currency
        self.taxes: dict[Decimal, TaxedAmount] = {}
        for tax in price.taxes:
            known = self.taxes.get(tax.rate)
            self.taxes[tax.rate] = tax if known is None else added(known, tax)
        self._left = {rate: max(tax.gross.minor, 0) for rate, tax in self.taxes.items()}
        # An amount below zero at one rate lowers what there is to take at the others.
        self._payable = max(price.gross.minor, 0)

    def take(self, reservation: Reservation) -> Discount | None:
        """Return what *reservation* takes of the rest; None when that is nothing."""
        terms = reservation.terms
        if self._price.gross.minor < max(terms.minimum_minor, 1):
            return None
        if isinstance(terms.benefit, Gift):
            return Discount(reservation, ())
        wanted, free_kwh = self._wanted(reservation)
        shares = _within(wanted, min(self._payable, reservation.grant.most.minor))
        parts = tuple(self._part(rate, minor, terms.partner) for rate, minor in shares.items())
        return Discount(reservation, parts, free_kwh) if parts else None

    def _part(self, rate: Decimal, minor: int, partner: str | None) -> TaxedAmount:
        self._left[rate] -= minor
        self._payable -= minor
        gross, before = Money(minor, self._currency), self.taxes[rate]
        if partner is not None:
            return TaxedAmount.from_gross(gross, rate)
        after = TaxedAmount.from_gross(before.gross - gross, rate)
        self.taxes[rate] = after
        return TaxedAmount(before.net - after.net, before.vat - after.vat, gross, rate)

    def _wanted(self, reservation: Reservation) -> tuple[dict[Decimal, int], Decimal]:
        """Return what the benefit would take per VAT rate, and for how many kWh."""
        match reservation.terms.benefit:
            case Sessions():
                return self._left, _NO_ENERGY
            case Parking(minutes):
                return self._first(Decimal(minutes), LineKind.PARKING_TIME)[0], _NO_ENERGY
            case Energy():
                return self._first(kilowatt_hours(reservation.grant), LineKind.ENERGY)
            case Percent(percent):
                part = _rounded(Fraction(self._payable) * Fraction(percent) / 100)
                return _within(self._left, part), _NO_ENERGY
            case Value() | Gift():
                return self._left, _NO_ENERGY  # the grant says how much of it
            case _ as never:
                assert_never(never)

    def _first(self, quantity: Decimal, kind: LineKind) -> tuple[dict[Decimal, int], Decimal]:
        """Return what the first *quantity* of the lines of a *kind* cost per VAT rate, and it."""
        exact: dict[Decimal, Fraction] = {}
        free = Decimal(0)
        for line, part in _shares(self._price.lines, kind, quantity):
            rate = line.vat_rate or Decimal(0)
            cost = Fraction(line.gross.minor) * Fraction(part) / Fraction(line.billed)
            exact[rate] = exact.get(rate, Fraction(0)) + cost
            free += part
        return {rate: min(_rounded(cost), self._left[rate]) for rate, cost in exact.items()}, free


def added(one: TaxedAmount, other: TaxedAmount) -> TaxedAmount:
    """Return the sum of two amounts of one VAT rate."""
    return TaxedAmount(one.net + other.net, one.vat + other.vat, one.gross + other.gross, one.rate)


def _shares(
    lines: Iterable[Line], kind: LineKind, quantity: Decimal
) -> Iterator[tuple[Line, Decimal]]:
    """Yield the lines of a *kind* that cost something, with what of *quantity* falls to each."""
    for line in lines:
        if line.kind is kind and line.gross.minor > 0 and line.billed > 0 and quantity > 0:
            part = min(quantity, line.billed)
            yield line, part
            quantity -= part


def _within(wanted: dict[Decimal, int], most: int) -> dict[Decimal, int]:
    """Return *wanted* without zeros, cut to *most* in all: in proportion, none above itself."""
    whole = sum(wanted.values())
    if whole > most:
        shares = {rate: minor * most // whole for rate, minor in wanted.items()}
        left_over = most - sum(shares.values())
        for rate in sorted(wanted, key=lambda rate: wanted[rate], reverse=True):
            more = min(left_over, wanted[rate] - shares[rate])
            shares[rate] += more
            left_over -= more
        wanted = shares
    return {rate: minor for rate, minor in wanted.items() if minor > 0}


def _rounded(amount: Fraction) -> int:
    return int(amount + _HALF)
