"""How much of each VAT rate a part of a price is, so that all parts make up the price exactly."""

from collections.abc import Sequence

from app.kernel.money import Money, TaxedAmount

Taxes = tuple[TaxedAmount, ...]


def remaining(sold: Taxes, credited: Sequence[Taxes]) -> Taxes:
    """Return what is left of what was *sold*, per rate, after what was *credited*."""
    left = {tax.rate: tax for tax in sold}
    for taxes in credited:
        for part in taxes:
            left[part.rate] = minus(left[part.rate], part)
    return tuple(left.values())


def share(left: Taxes, amount: Money) -> Taxes:
    """
    Return *amount*, gross, split over the rates of what is *left*, in proportion.

    Cents that do not divide go to the rates in order. All of it is all that is left of each rate;
    a part has VAT as if it had been sold alone, as far as there is VAT left.
    """
    total = sum(tax.gross.minor for tax in left)
    parts: list[TaxedAmount] = []
    taken = before = 0
    for tax in left:
        before += tax.gross.minor
        # Of the running total, so that the last rate ends at the amount.
        until = amount.minor * before // total
        parts.append(_part(tax, Money(until - taken, amount.currency)))
        taken = until
    return tuple(part for part in parts if part.gross)


def minus(one: TaxedAmount, other: TaxedAmount) -> TaxedAmount:
    """Return what is left of *one* without *other*, of the same rate."""
    return TaxedAmount(one.net - other.net, one.vat - other.vat, one.gross - other.gross, one.rate)


def _part(tax: TaxedAmount, gross: Money) -> TaxedAmount:
    if gross == tax.gross:
        return tax
    alone = TaxedAmount.from_gross(gross, tax.rate)
    vat = min(alone.vat, tax.vat)
    net = min(gross - vat, tax.net)
    return TaxedAmount(net=net, vat=gross - net, gross=gross, rate=tax.rate)
