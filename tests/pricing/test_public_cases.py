"""The public pricing cases: worked examples of the OCPI specification and of another engine."""

from decimal import Decimal
from fractions import Fraction

import pytest

from app.pricing.tariffs.engine import compile_tariff, price_periods
from app.pricing.tariffs.ocpi import parse_tariff
from tests.pricing.builders import at, periods, read_exactly
from tests.shared import shared

CASES = 29
# Where the prose of the specification prints fewer than four decimals of what it computed.
PRINTED_PLACES = {
    "spec/alt_text": 2,
    "spec/alt_url_list_price": 2,
    "spec/alt_url_dynamic_price": 2,
    "spec/energy_step_25": 3,
}


def test_every_public_case_is_there():
    """There are 29 cases, so none is passed over."""
    assert len(shared("data/ocpi_pricing_cases.jsonl").read_text().splitlines()) == CASES


@pytest.mark.parametrize("number", range(CASES))
def test_a_public_case_has_the_price_that_it_states(number: int):
    """Both totals agree to 4 decimals, or to the fewer that the source prints."""
    line = shared("data/ocpi_pricing_cases.jsonl").read_text().splitlines()[number]
    case = read_exactly(line)
    plan = compile_tariff(parse_tariff(case["tariffs"][0]))
    cdr = case["cdr"]

    priced = price_periods(plan, periods(cdr), case["timezone"], at(cdr["end_date_time"]), vat=None)

    expected = case["expected"]["total_cost"]
    for stated, found in (
        (expected["excl"], priced.exact.net),
        (expected["incl"], priced.exact.gross),
    ):
        if stated is not None:
            places = PRINTED_PLACES.get(case["name"], 4)
            assert Decimal(stated) == _rounded(found, places), case["name"]
    assert priced.gross.minor == sum(line.gross.minor for line in priced.lines)
    assert priced.net.minor == sum(line.net.minor for line in priced.lines)


def _rounded(found: Fraction, places: int) -> Decimal:
    return Decimal(int(found * 10**places + Fraction(1, 2))).scaleb(-places)
