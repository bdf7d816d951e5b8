"""What benefits take off a price: sums that always add up, worked examples by hand."""

from decimal import Decimal
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import Money, TaxedAmount
from app.pricing.promotions.apply import Discounted, apply
from app.pricing.promotions.model import (
    Benefit,
    Campaign,
    Energy,
    Gift,
    Grant,
    Parking,
    Percent,
    Reservation,
    Sessions,
    Terms,
    Value,
)
from app.pricing.tariffs.engine import Priced, price_samples
from tests.pricing.builders import AMSTERDAM, VAT, element, eur, plan, price, price_of, samples
from tests.pricing.strategies import examples, plans, sessions

ENERGY_AND_PARKING = plan(
    element(price("ENERGY", "0.50", vat="21"), price("FLAT", "1.00", vat="9"))
)


def promised(
    benefit: Benefit,
    most: str = "1000.00",
    *,
    partner: str | None = None,
    minimum: int = 0,
    currency: str = "EUR",
) -> Reservation:
    """A reservation of a benefit, up to *most*."""
    terms = Terms("name", benefit, currency, partner=partner, minimum_minor=minimum)
    watt_hours = int(benefit.kwh * 1000) if isinstance(benefit, Energy) else 0
    grant = Grant(Money.of(Decimal(most), currency), watt_hours)
    return Reservation(UUID(int=1), UUID(int=2), Campaign("c", 1, terms), grant)


def ten_kwh() -> Priced:
    """10 kWh at 0.50 incl. 21 %, and a start at 1.00 incl. 9 %: 6.00 EUR."""
    return price_of(
        ENERGY_AND_PARKING, samples(("2026-03-02T10:00", "0"), ("2026-03-02T11:00", "10"))
    )


def grosses(taxes: tuple[TaxedAmount, ...]) -> dict[str, str]:
    """The gross of each rate, as text."""
    return {f"{tax.rate.normalize():f}": f"{tax.gross.as_decimal()}" for tax in taxes}


def test_a_percentage_is_shared_among_the_rates():
    """A quarter of 6.00 is 1.50: 1.25 of the energy's 5.00 and 0.25 of the start's 1.00."""
    found = apply(ten_kwh(), [promised(Percent(Decimal(25)))])

    assert {"21": "1.25", "9": "0.25"} == grosses(found.discounts[0].parts)
    assert {"21": "3.75", "9": "0.75"} == grosses(found.taxes)
    assert eur("4.50") == found.payable


def test_free_energy_takes_energy_alone():
    """4 kWh of 0.50 are 2.00 of the energy; the start fee stays."""
    found = apply(ten_kwh(), [promised(Energy(Decimal(4)))])

    assert {"21": "3.00", "9": "1.00"} == grosses(found.taxes)
    assert Decimal(4) == found.discounts[0].free_kwh


def test_percent_comes_before_money():
    """Half of 6.00 is 3.00, and 2.00 of the other 3.00 are paid with the code."""
    found = apply(ten_kwh(), [promised(Percent(Decimal(50))), promised(Value(200), "2.00")])

    assert [eur("3.00"), eur("2.00")] == [each.amount for each in found.discounts]
    assert eur("1.00") == found.payable


def test_nothing_is_taken_twice():
    """A free session leaves nothing: the code in money is not used."""
    found = apply(ten_kwh(), [promised(Sessions(1)), promised(Value(200), "2.00")])

    assert (1, eur("0.00")) == (len(found.discounts), found.payable)


def test_a_partner_leaves_the_vat_as_it_is():
    """What a partner pays is a part of the price, and lowers no VAT."""
    found = apply(ten_kwh(), [promised(Percent(Decimal(50)), partner="Kade")])

    assert {"21": "5.00", "9": "1.00"} == grosses(found.taxes)
    assert eur("3.00") == found.payable


def test_a_price_below_the_minimum_gets_nothing():
    """6.00 EUR is not the 6.01 that it takes."""
    assert () == apply(ten_kwh(), [promised(Percent(Decimal(50)), minimum=601)]).discounts
    assert 1 == len(apply(ten_kwh(), [promised(Percent(Decimal(50)), minimum=600)]).discounts)


def test_a_price_limit_of_the_tariff_bounds_what_free_energy_takes():
    """10 kWh would cost 5.00, the tariff's maximum makes it 3.00: ten free kWh take no more."""
    capped = plan(element(price("ENERGY", "0.50")), max_price={"after_taxes": 3})
    found = apply(
        price_of(capped, samples(("2026-03-02T10:00", "0"), ("2026-03-02T11:00", "10"))),
        [promised(Energy(Decimal(10)))],
    )

    assert eur("0.00") == found.payable


def test_free_minutes_are_those_of_parking():
    """30 minutes at 6.00 an hour are 3.00; the first 20 of them, 2.00, are free."""
    idle = plan(element(price("ENERGY", "0.50"), price("PARKING_TIME", "6.00")))
    rows = samples(
        ("2026-03-02T10:00", "0"), ("2026-03-02T10:30", "10"), ("2026-03-02T11:00", "10")
    )
    found = apply(price_of(idle, rows), [promised(Parking(20))])

    assert eur("2.00") == found.total


_benefits = st.one_of(
    st.builds(Sessions, st.integers(1, 3)),
    st.builds(Parking, st.integers(1, 600)),
    st.builds(Energy, st.decimals("0.001", 100, places=3)),
    st.builds(Percent, st.decimals("0.1", 100, places=1)),
    st.builds(Value, st.integers(1, 10_000)),
    st.builds(Gift, st.just("A sandwich")),
)
_orders = st.lists(
    st.fixed_dictionaries(
        {
            "benefit": _benefits,
            "most": st.decimals(0, 200, places=2).map(str),
            "partner": st.none() | st.just("Kade"),
            "minimum": st.integers(0, 500),
        }
    ),
    max_size=4,
)


def own(found: Discounted) -> Money:
    """What the operator's own discounts take."""
    amounts = [each.amount for each in found.discounts if each.reservation.terms.partner is None]
    return sum(amounts, Money.zero(found.payable.currency))


@examples
@given(plans(), sessions(), _orders)
def test_it_always_adds_up(tariff, session, orders):
    """Per rate and in all; nothing below zero, or beyond a grant; the VAT falls by the parts."""
    whole = price_samples(tariff, session, AMSTERDAM, session[-1].at, VAT)
    currency = whole.gross.currency
    found = apply(whole, [promised(**order, currency=currency) for order in orders])

    nothing = Money.zero(currency)
    assert whole.gross - own(found) == sum((tax.gross for tax in found.taxes), nothing)
    assert whole.gross - found.total == found.payable
    assert found.payable >= min(whole.gross, nothing)
    for each in found.discounts:
        assert nothing <= each.amount <= each.reservation.grant.most
        assert each.took is not None
        assert each.took.watt_hours <= each.reservation.grant.watt_hours
    _vat_falls_by_the_parts(whole, found)


def _vat_falls_by_the_parts(whole: Priced, found: Discounted) -> None:
    before = dict.fromkeys([tax.rate for tax in whole.taxes], 0)
    for tax in whole.taxes:
        before[tax.rate] += tax.vat.minor
    for each in found.discounts:
        for part in each.parts:
            assert part.gross.minor > 0
            if each.reservation.terms.partner is None:
                before[part.rate] -= part.vat.minor
    assert {tax.rate: tax.vat.minor for tax in found.taxes} == before or not found.discounts


@examples
@given(plans(), sessions())
def test_without_benefits_the_price_is_as_it_was(tariff, session):
    """No reservation, no change."""
    whole = price_samples(tariff, session, AMSTERDAM, session[-1].at, VAT)

    assert (whole.taxes, whole.gross) == (apply(whole, ()).taxes, apply(whole, ()).payable)
