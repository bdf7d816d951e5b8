"""Which CDRs are owed: billed once, taken back once, in whatever order they come."""

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal
from itertools import permutations
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.kernel.money import Money
from app.roaming.debts.model import (
    WAITING,
    Debt,
    Doubt,
    Side,
    amounts_of,
    doubt_of,
    live,
)
from app.roaming.errors import OcpiInvalid
from app.roaming.platforms.model import Party
from app.roaming.wire.codec import read, read_json
from app.roaming.wire.sessions import Cdr
from tests.shared import shared

ID = UUID("019c0000-0000-7000-8000-00000000000a")
NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
EXAMPLE = "specs/ocpi/2.3.0_release_core/cdr_example.json"


def debt(cdr_id: str, net: int = 1000, **more: object) -> Debt:
    """A CDR of a session at another platform's charge point."""
    made = Debt(
        side=Side.THEIRS,
        platform_id=ID,
        party=Party("BE", "BEC"),
        cdr_id=cdr_id,
        session_id=ID,
        net=Money(net, "EUR"),
        vat=Money(net // 5, "EUR"),
        country="BE",
        energy_kwh=Decimal(20),
        ended_at=NOW,
        told_at=NOW,
        fee=Money(0, "EUR"),
    )
    return replace(made, **more)  # type: ignore[arg-type]


def credit(cdr_id: str, of: str, net: int = -1000) -> Debt:
    """A CDR that takes another one back."""
    return debt(cdr_id, net, credits=of)


@pytest.mark.parametrize(
    ("told", "known", "doubt"),
    [
        (debt("A"), [], None),
        (debt("A", session_id=None), [], Doubt.NO_SESSION),
        (debt("B"), [debt("A")], Doubt.BILLED_TWICE),
        (debt("B"), [debt("A", doubt=Doubt.NO_SESSION)], None),
        (debt("B"), [debt("A"), credit("A-C", "a")], None),
        (credit("A-C", "A"), [], Doubt.CREDITS_UNKNOWN),
        (credit("A-C", "A"), [debt("A")], None),
        (credit("X", "A"), [debt("A"), credit("A-C", "A")], Doubt.CREDITS_TWICE),
        (credit("A-C", "A", -900), [debt("A")], Doubt.CREDITS_OTHERWISE),
    ],
)
def test_what_is_owed(told: Debt, known: list[Debt], doubt: Doubt | None):
    """A session is billed once, and a CDR is taken back once and whole."""
    assert doubt == doubt_of(told, known)


def settled(order: tuple[Debt, ...]) -> int:
    """What is owed after these CDRs came in this *order*, as `book_theirs` goes about it."""
    known: list[Debt] = []
    for told in order:
        known.append(replace(told, doubt=doubt_of(told, known)))
        again = True
        while again:
            again = False
            for place, one in enumerate(known):
                if one.doubt in WAITING and doubt_of(one, known) is None:
                    known[place], again = replace(one, doubt=None), True
                    break
    return sum(one.gross.minor for one in known if one.doubt is None)


@given(st.permutations([debt("A"), credit("A-C", "A"), debt("B", 700), credit("B-C", "B", -700)]))
def test_the_order_of_cdrs_does_not_matter(order: list[Debt]):
    """Billed, taken back, billed anew, taken back again: nothing is owed at the end."""
    assert 0 == settled(tuple(order))


def test_a_correction_in_any_order_is_owed():
    """After A, its credit and B, whatever came first, the 8.40 of B are owed."""
    orders = permutations([debt("A"), credit("A-C", "A"), debt("B", 700)])

    assert {840} == {settled(order) for order in orders}


def test_what_nothing_takes_back_is_live():
    """Of a CDR, its credit and another CDR, the last one."""
    assert ["B"] == [one.cdr_id for one in live([debt("A"), credit("A-C", "a"), debt("B")])]


def told(**more: object) -> Cdr:
    """The specification's CDR, with other fields."""
    return read(Cdr, {**read_json(shared(EXAMPLE).read_bytes()), **more})


def test_amounts_by_rate():
    """The net is said once, the VAT by rate: in percent, or in the name of our older CDRs."""
    taxes = [{"name": "VAT 21%", "amount": "2.10"}, {"name": "V", "percentage": 9, "amount": 1}]
    first, second = amounts_of(told(total_cost={"before_taxes": "10.004", "taxes": taxes}))

    assert (1000, 210, Decimal(21)) == (first.net.minor, first.vat.minor, first.rate)
    assert (0, 100, Decimal(9)) == (second.net.minor, second.vat.minor, second.rate)


@pytest.mark.parametrize("net", [4, -4])
def test_a_credit_is_below_zero(net: int):
    """Some platforms write it with a minus, some without."""
    cost = {"before_taxes": net, "taxes": [{"name": "VAT", "amount": net / 10}]}

    (amount,) = amounts_of(told(credit=True, credit_reference_id="A", total_cost=cost))

    assert -440 == amount.gross.minor


@pytest.mark.parametrize(
    "wrong",
    [{"currency": "euro"}, {"currency": "eu1"}, {"total_cost": {"before_taxes": 10**12}}],
)
def test_what_is_no_money_is_refused(wrong: dict[str, object]):
    """A currency that is none, an amount that nobody charges."""
    with pytest.raises(OcpiInvalid):
        amounts_of(told(**wrong))
