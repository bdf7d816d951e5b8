"""Minor units by currency (ISO 4217) and by provider, and money that goes there and back."""

from decimal import Decimal

import pytest

from app.gateways.adyen import amounts as adyen
from app.gateways.mollie import amounts as mollie
from app.kernel.money import CurrencyMismatch, Money, TaxedAmount, exponent


@pytest.mark.parametrize(
    ("currency", "ours", "at_adyen", "at_mollie"),
    [
        ("EUR", 2, 2, 2),
        ("GBP", 2, 2, 2),
        ("HUF", 2, 2, 2),
        ("ISK", 0, 2, 0),
        ("JPY", 0, 0, 0),
        ("KRW", 0, 0, 0),
        ("CLP", 0, 2, 0),
        ("XPF", 0, 0, 0),
        ("UGX", 0, 0, 0),
        ("IDR", 2, 0, 2),
        ("CVE", 2, 0, 2),
        ("BHD", 3, 3, 3),
        ("JOD", 3, 3, 3),
        ("TND", 3, 3, 3),
        ("CLF", 4, 4, 4),
    ],
)
def test_decimals_of_a_currency(currency: str, ours: int, at_adyen: int, at_mollie: int):
    """Ours are ISO 4217; a provider has its own where it says so."""
    found = exponent(currency), adyen.decimals(currency), mollie.decimals(currency)

    assert (ours, at_adyen, at_mollie) == found


@pytest.mark.parametrize("currency", ["EUR", "ISK", "JPY", "CLP", "BHD", "HUF"])
def test_money_comes_back_as_it_went(currency: str):
    """1,234 whole units of a currency are the same in the words of both providers."""
    amount = Money.of(Decimal(1234), currency)
    there = adyen.written(amount)
    at_mollie = mollie.written(amount)

    assert amount == adyen.read(currency, int(str(there["value"])))
    assert amount == mollie.read(currency, at_mollie["value"])


def test_what_a_provider_can_not_hold_is_refused():
    """0.50 rupiah at Adyen, which has whole ones only; half a króna from Adyen."""
    with pytest.raises(ValueError, match="IDR has more decimals than Adyen"):
        adyen.written(Money(50, "IDR"))
    with pytest.raises(ValueError, match="not a whole number of our minor units"):
        adyen.read("ISK", 50)


def test_a_taxed_amount_adds_up_or_does_not_exist():
    """Net and VAT are the gross, to the cent and in one currency."""
    net, vat = Money(100, "EUR"), Money(21, "EUR")
    with pytest.raises(ValueError, match="is not"):
        TaxedAmount(net, vat, Money(122, "EUR"), Decimal(21))
    with pytest.raises(CurrencyMismatch):
        TaxedAmount(net, Money(21, "SEK"), Money(121, "EUR"), Decimal(21))

    assert Money(121, "EUR") == TaxedAmount(net, vat, Money(121, "EUR"), Decimal(21)).gross
