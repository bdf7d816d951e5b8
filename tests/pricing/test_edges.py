"""Numbers at the edges of rules, where a small slip of the code would show in nothing else."""

import json
from dataclasses import replace
from decimal import Decimal

import pytest

from app.kernel.money import Money
from app.pricing.tariffs.cdrs.command import price_line, price_lines
from app.pricing.tariffs.compiled.policy import Policy
from app.pricing.tariffs.engine import (
    LiveMeter,
    Period,
    Rounding,
    compile_tariff,
    compile_tariffs,
    price_periods,
    price_spans,
)
from app.pricing.tariffs.engine.spans import spans_of
from app.pricing.tariffs.errors import TimeZoneUnknown
from app.pricing.tariffs.model import Dimension
from tests.pricing.builders import AMSTERDAM, VAT, at, eur, plan, price, price_of, samples
from tests.pricing.builders import element as included
from tests.pricing.builders import tariff as inclusive
from tests.pricing.test_cdr_cases import (
    ENERGY,
    SLOW,
    Case,
    cdr,
    component,
    element,
    encoded,
    period,
    tariff,
)

HOLD = element(component("TIME", "6.00"), reservation="RESERVATION")
LIMITED = tariff(SLOW, id="B", max_price={"before_taxes": 2})
HOURLY = [tariff(element(component("TIME", "6.00")))]

# name: case, net, gross, notes. VAT is 20 %.
CASES: dict[str, Case] = {
    # Half a second after 10:00 is after 10:00; the hours are those of the clock to half a second.
    "fractions of a second": (
        cdr(HOURLY, period("2026-01-16T10:00:00.500Z", TIME="1"), end="2026-01-16T11:00:00.500Z"),
        "6",
        "7.2",
        [],
    ),
    # 10 x 0.30 are at most 2.00, by the tariff of the first period, which is the second one given.
    "the limits are those of the first period's tariff": (
        cdr([tariff(ENERGY, id="A"), LIMITED], period("10:00", tariff_id="B", ENERGY="10")),
        "2",
        "2.4",
        [],
    ),
    # 30 and 30 minutes reserved in one period: 6.00, and 10 x 0.50
    "a reservation that comes twice in a period": (
        cdr(
            [tariff(HOLD, ENERGY)],
            {
                "start_date_time": "2026-01-16T10:00:00Z",
                "dimensions": [{"type": "RESERVATION_TIME", "volume": 0.5}] * 2,
            },
            period("11:00", ENERGY="10"),
            end="12:00",
        ),
        "11",
        "13.2",
        [],
    ),
    # Two periods at 10:30, of which one states no energy, keep their order behind that of 10:00.
    "periods of one instant in disorder": (
        cdr(
            [tariff(ENERGY)],
            period("10:30", TIME="0"),
            period("10:30", ENERGY="4"),
            period("10:00", ENERGY="6"),
            start_date_time="2026-01-16T10:00:00Z",
        ),
        "5",
        "6",
        ["periods_out_of_order"],
    ),
    # An hour of 6.00 is taken back, though it has the sign of the credit.
    "a credit whose times are negative": (
        cdr(HOURLY, period("10:00", TIME="-1"), end="11:00", credit=True),
        "-6",
        "-7.2",
        [],
    ),
    # 12 kWh flowed in; a period with a power says nothing of its energy.
    "energy in one direction beside a power": (
        cdr(
            [tariff(ENERGY)],
            period("10:00", ENERGY_IMPORT="12", MAX_POWER="12"),
            period("11:00", MAX_POWER="1"),
            end="12:00",
        ),
        "6",
        "7.2",
        [],
    ),
    # ENERGY is the balance, even where it is nothing.
    "no energy, and its directions as well": (
        cdr([tariff(ENERGY)], period("10:00", ENERGY="0", ENERGY_IMPORT="12", ENERGY_EXPORT="12")),
        "0",
        "0",
        [],
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_an_edge_has_the_price_worked_out_by_hand(name: str):
    """Both totals and the notes."""
    case, net, gross, notes = CASES[name]

    found = price_line(encoded(case))

    total = found["total_cost"]
    assert (Decimal(net), Decimal(gross)) == (total["before_taxes"], total["after_taxes"])
    assert notes == found["notes"]


def test_two_currencies_are_named():
    """In the order of the alphabet."""
    tariffs = [tariff(ENERGY, id="A", currency="SEK"), tariff(SLOW, id="B")]
    case = cdr(tariffs, period("10:00", tariff_id="A"), period("11:00", tariff_id="B"))

    (answer,) = price_lines([encoded(case)])

    assert "tariffs in EUR and SEK" == json.loads(answer.text)["error"]["detail"]


def test_a_time_zone_that_there_is_not_is_a_fact():
    """The name as it was written."""
    with pytest.raises(TimeZoneUnknown) as wrong:
        price_line(encoded(cdr([tariff(ENERGY)], period("10:00", ENERGY="1"), zone="Mars")))

    assert {"field": "timezone", "time_zone": "Mars"} == wrong.value.facts


def test_limits_of_one_tariff_hold_though_another_came_along():
    """Only one of two is used, so its limits hold even where those of several would not."""
    policy = Policy(limits_with_several_tariffs=False)
    cheap = inclusive(included(price("ENERGY", "1.00")), max_price={"after_taxes": 3})
    other = inclusive(included(price("ENERGY", "9.00")))
    spans = spans_of((Period(at("2026-01-16T10:00"), Decimal(5)),), at("2026-01-16T11:00"))

    found = price_spans(compile_tariffs([cheap, other], policy), spans, "UTC", None)

    assert eur("3.00") == found.gross


# --- from sums to money
def yen(rounding: Rounding) -> list[tuple[int, int]]:
    """Net and gross of 10 kWh at 12.34 and a fee of 5.55, before 10 % VAT, in whole yen."""
    prices = price("ENERGY", "12.34", vat="10"), price("FLAT", "5.55", vat="10")
    found = inclusive(included(*prices), currency="JPY", tax_included="NO")
    rows = (Period(at("2026-01-16T10:00"), Decimal(10)),)
    end = at("2026-01-16T11:00")
    priced = price_periods(compile_tariff(found, Policy(rounding=rounding)), rows, "UTC", end, None)
    return [(line.net.minor, line.gross.minor) for line in priced.lines]


def test_a_currency_without_cents_has_whole_lines():
    """123.4 and 5.55 are 128.95, and 141.845 with VAT: 142, of which 129 before it."""
    # 135.74 and 6.105: 135 and 6, and the one left over goes to the larger remainder
    assert [(123, 136), (6, 6)] == yen(Rounding.KEEP_GROSS)
    # 123 and 6 are 129, and 10 % of it 12.9: 142
    assert [(123, 136), (6, 6)] == yen(Rounding.SUM_BY_NET)


def test_a_company_sees_the_gross_of_each_line():
    """Nets of 0.60 and 0.33 and VAT of 0.20 on both: 0.73 and 0.40 of 1.13."""
    prices = price("ENERGY", "0.60", step=0, vat="21"), price("FLAT", "0.333", vat="21")
    found = inclusive(included(*prices), tax_included="NO")
    compiled = compile_tariff(found, Policy(rounding=Rounding.SUM_BY_NET))
    rows = samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "1"))

    assert [(60, 73), (33, 40)] == [
        (line.net.minor, line.gross.minor) for line in price_of(compiled, rows).lines
    ]


def test_a_company_pays_no_vat_that_nobody_knows():
    """Without a rate net and gross are the same."""
    found = inclusive(included(price("ENERGY", "5.00")), tax_included="NO")
    compiled = compile_tariff(found, Policy(rounding=Rounding.SUM_BY_NET))
    rows = (Period(at("2026-01-16T10:00"), Decimal(10)),)

    priced = price_periods(compiled, rows, "UTC", at("2026-01-16T11:00"), None)

    assert (eur("50.00"), eur("50.00")) == (priced.net, priced.gross)


def test_the_same_price_in_the_other_amounts_of_money():
    """Nets of 0.333 x 3 are 0.33 each: 0.99 and 0.21; kept, the gross is 1.21."""
    thirds = [
        included(price(kind, "0.333", step=0, vat="21")) for kind in ("FLAT", "ENERGY", "TIME")
    ]
    found = plan(*thirds, tax_included="NO")
    rows = samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "1"))
    driver = price_of(found, rows)

    company = driver.rounded(Rounding.SUM_BY_NET)

    assert (eur("1.21"), eur("1.20")) == (driver.gross, company.gross)
    assert driver.gross == company.rounded(Rounding.KEEP_GROSS).gross


def test_prices_with_other_notes_are_not_the_same():
    """What had to be assumed is a part of a price."""
    found = plan(included(price("ENERGY", "0.50")))
    rows = samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "1"))
    back = [*rows[:1], replace(rows[1], energy_kwh=Decimal(1)), *rows[1:]]
    odd = [*rows, replace(rows[1], energy_kwh=Decimal("0.5"))]

    assert price_of(found, rows) == price_of(found, back)
    assert price_of(found, rows) != price_of(found, odd)


def test_a_dimension_that_was_not_used_costs_exactly_nothing():
    """Not the least unit of money."""
    found = price_of(
        plan(included(price("ENERGY", "0.50"))),
        samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "1")),
    )

    assert (0, 0) == found.cost_of(Dimension.FLAT)[:2]


def test_the_line_of_a_limit_has_its_amount_as_its_price():
    """0.50 are at least 3.00: 2.50 more."""
    found = price_of(
        plan(included(price("ENERGY", "0.50")), min_price={"after_taxes": 3}),
        samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "1")),
    )

    assert [Decimal("0.5"), Decimal("2.5")] == [line.unit_price for line in found.lines]


def test_a_limit_is_shared_among_the_rates_by_all_that_they_have():
    """10 and 20 at 21 % are 36.30, 30 at 9 % are 32.70: half of both is taken off for 34.50."""
    found = plan(
        included(
            price("FLAT", "10", vat="21"),
            price("ENERGY", "20", vat="21"),
            price("TIME", "30", vat="9"),
        ),
        tax_included="NO",
        max_price={"after_taxes": Decimal("34.50")},
    )
    rows = samples(("2026-01-15T10:00", "0"), ("2026-01-15T11:00", "1"))

    limits = [line for line in price_of(found, rows).lines if line.kind.value == "MAX_PRICE"]

    assert {Decimal(21): eur("-18.15"), Decimal(9): eur("-16.35")} == {
        line.vat_rate: line.gross for line in limits
    }


# --- a session under way
def test_a_running_session_tells_dimension_and_currency():
    """And no change by energy where there is none."""
    meter = LiveMeter(
        plan(included(price("ENERGY", "0.30")), currency="SEK"),
        at("2026-01-16T10:00"),
        AMSTERDAM,
        VAT,
    )

    running = meter.running()

    assert [("ENERGY", "SEK")] == [(one.kind.value, one.currency) for one in running.price_now]
    assert running.next_change_kwh is None


def test_energy_that_is_left_is_rounded_down():
    """2.00 at 0.30 are 6.6667 kWh: 6.666."""
    stepless = plan(included(price("ENERGY", "0.30", step=0)))
    meter = LiveMeter(stepless, at("2026-01-16T10:00"), AMSTERDAM, VAT)

    assert Decimal("6.666") == meter.energy_left(Money(200, "EUR"))
