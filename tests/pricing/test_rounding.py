"""From exact sums to money: for drivers the gross is kept, for companies the nets are summed."""

from decimal import Decimal
from fractions import Fraction

from hypothesis import given

from app.kernel.money import TaxedAmount, exponent
from app.pricing.tariffs.engine import (
    Plan,
    Policy,
    Priced,
    Rounding,
    Sample,
    compile_tariff,
    price_samples,
)
from tests.pricing.builders import at, element, eur, plan, price, price_of, samples, tariff
from tests.pricing.strategies import country_rates, examples, plans, sessions, zones

HOUR = samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "1.234"))


def priced(rounding: Rounding) -> Priced:
    """1.234 kWh at 0.4876 and a fee of 0.333 before VAT of 21 %, and 30 min at 1.111 of 9 %."""
    found = tariff(
        element(
            price("ENERGY", "0.4876", step=0, vat="21"),
            price("FLAT", "0.333", vat="21"),
            price("TIME", "1.111", vat="9"),
        ),
        tax_included="NO",
    )
    compiled = compile_tariff(found, Policy(rounding=rounding))
    return price_samples(compiled, HOUR, "UTC", at("2026-01-15T11:00"), None)


def test_a_driver_sees_the_gross_rounded_once():
    """0.728066 + 0.40293 + 1.21099 are 2.341986: 2.34; 1.13 of it at 21 % are 0.93 and 0.20."""
    found = priced(Rounding.KEEP_GROSS)

    # 1.130996 and 1.21099 rounded down are 1.13 and 1.21: nothing is left over
    assert (eur("2.34"), eur("2.04"), eur("0.30")) == (found.gross, found.net, found.vat)
    assert [eur("1.13"), eur("1.21")] == [tax.gross for tax in found.taxes]


def test_a_company_sees_nets_per_line_and_the_vat_of_their_sum():
    """0.6016984 is 0.60 and 0.333 is 0.33: 0.93 and 21 % of it 0.1953; 1.11 and 9 % 0.0999."""
    found = priced(Rounding.SUM_BY_NET)

    assert [("ENERGY", 60), ("TIME", 111), ("FLAT", 33)] == [
        (line.kind.value, line.net.minor) for line in found.lines
    ]
    assert [(93, 20, 113), (111, 10, 121)] == [
        (tax.net.minor, tax.vat.minor, tax.gross.minor) for tax in found.taxes
    ]
    assert (eur("2.34"), eur("2.04"), eur("0.30")) == (found.gross, found.net, found.vat)


def test_the_two_differ_by_cents():
    """10 kWh at 0.1245 incl. 21 %: 1.245 are 1.25; 1.0289 before VAT are 1.03 and 0.22: 1.25."""
    found = plan(element(price("ENERGY", "0.1245"), price("FLAT", "0.004")))
    rows = samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "10"))

    kept = price_of(found, rows)
    summed = kept.rounded(Rounding.SUM_BY_NET)

    # 1.249: 1.25. Lines before VAT 1.0289 and 0.0033: 1.03 and 0.00, with VAT 1.2463
    assert (eur("1.25"), eur("1.25")) == (kept.gross, summed.gross)
    assert [eur("1.03"), eur("0.00")] == [line.net for line in summed.lines]
    assert kept == summed.rounded(Rounding.KEEP_GROSS)
    assert kept.exact == summed.exact


@examples
@given(plans(), sessions(), zones, country_rates)
def test_lines_add_up_for_companies(plan: Plan, rows: list[Sample], zone: str, vat: Decimal | None):
    """The VAT of each rate is that of its net, and everything else is a sum."""
    found = price_samples(plan, rows, zone, rows[-1].at, vat).rounded(Rounding.SUM_BY_NET)

    assert found.gross.minor == sum(line.gross.minor for line in found.lines)
    assert found.net.minor == sum(line.net.minor for line in found.lines)
    assert found.gross == found.net + found.vat
    for tax in found.taxes:
        assert tax == TaxedAmount.from_net(tax.net, tax.rate)
    half = Fraction(1, 2 * 10 ** exponent(found.gross.currency))
    for line in found.lines:
        assert abs(line.exact.net - Fraction(line.net.as_decimal())) <= half


def test_lines_of_a_currency_without_cents_are_whole():
    """1.5 ISK before taxes are 2 in each line, 4 together, and no VAT without a rate."""
    found = tariff(
        element(price("ENERGY", "1.5"), price("FLAT", "1.5")), currency="ISK", tax_included="NO"
    )
    compiled = compile_tariff(found, Policy(rounding=Rounding.SUM_BY_NET))
    rows = samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "1"))

    priced = price_samples(compiled, rows, "UTC", rows[-1].at, None)

    assert [(2, 2), (2, 2)] == [(line.net.minor, line.gross.minor) for line in priced.lines]
    assert (4, 0, 4) == (priced.net.minor, priced.vat.minor, priced.gross.minor)
    assert hash(priced) == hash(priced.rounded(Rounding.KEEP_GROSS))
