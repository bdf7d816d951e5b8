"""The capability table: what it promises, and the reference page that tells it."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from app.directpay.decide import (
    CHECKOUT_WITHIN,
    LONGEST_SESSION,
    PLUG_IN_WITHIN,
    START_WITHIN,
    STOP_WITHIN,
)
from app.funds.payments.ports import Strategy
from app.funds.payments.providers.capabilities import (
    ADYEN,
    CAPABILITIES,
    HOUSE,
    MOLLIE,
    Capability,
    Captures,
    capabilities_of,
    capability,
    charges_at_once,
    name_of,
    refund_days,
    shortest_hold,
    strategy_of,
)
from app.funds.payments.rules.plan import HOLD_MARGIN, hold_deadline
from app.gateways.adyen.words import TYPES
from tests.funds.orders import begun

PAGE = Path(__file__).parents[2] / "docs/reference/payment-methods.md"
FUNDING = {Strategy.HOLD: "hold", Strategy.PAY_FIRST: "pay first"}
CAPTURES = {Captures.NONE: "-", Captures.ONE: "one", Captures.MANY: "several"}


def row(each: Capability) -> str:
    """Return the line of the reference page for a method."""
    name = each.name.replace("|", r"\|")
    days = "-" if each.hold_days is None else f"{each.hold_days} days"
    cells = (
        f"`{each.method}`",
        name,
        FUNDING[each.strategy],
        CAPTURES[each.captures],
        "yes" if each.raises else "-",
        "yes" if each.stores else "-",
        "yes" if charges_at_once(each.provider, each.method) else "-",
        days,
        f"{each.refund_days} days",
        " ".join(sorted(each.currencies)),
    )
    return f"| {' | '.join(cells)} |"


@pytest.mark.parametrize("provider", [MOLLIE, ADYEN, HOUSE])
def test_the_reference_page_is_the_table(provider: str):
    """Every method of a provider has its line on the page, and the page has no other."""
    text = PAGE.read_text(encoding="utf-8")
    section = text.partition(f"## Methods at {provider.capitalize()}")[2].partition("\n## ")[0]
    listed = [line for line in section.splitlines() if line.startswith("| `")]

    assert [row(each) for each in capabilities_of(provider)] == listed


@pytest.mark.parametrize(
    ("provider", "holding"),
    [
        (MOLLIE, {"applepay", "creditcard", "vipps", "mobilepay"}),
        (
            ADYEN,
            {
                "applepay",
                "googlepay",
                "creditcard",
                "vipps",
                "mobilepay",
                "paypal",
                "twint",
            },
        ),
    ],
)
def test_only_methods_that_hold_are_held(provider: str, holding: set[str]):
    """Cards, the wallets on them, and the few others reserve; everything else pays first."""
    held = {row.method for row in capabilities_of(provider) if row.strategy is Strategy.HOLD}

    assert holding == held


def test_what_holds_can_be_captured_and_ends_and_the_rest_can_not():
    """A hold has a way to be captured and an end; what is paid first has neither, nor grows."""
    for each in CAPABILITIES.values():
        holds = each.strategy is Strategy.HOLD
        assert holds == (each.captures is not Captures.NONE), each
        # A wallet's reservation has no bank's end: the longest session is its own.
        assert (holds and each.provider != HOUSE) == (each.hold_days is not None), each
        assert holds or not each.raises, each


@pytest.mark.parametrize(
    "row",
    [row for row in CAPABILITIES.values() if row.hold_days],
    ids=lambda row: f"{row.provider} {row.method}",
)
def test_every_hold_outlives_the_longest_session(row: Capability):
    """
    From paying to plugging in, through the longest session, with a day to spare for capturing.

    So nothing has to be captured while a car charges, unless a provider names an earlier end.
    """
    days = row.hold_days or 0
    longest = CHECKOUT_WITHIN + START_WITHIN + PLUG_IN_WITHIN + LONGEST_SESSION + STOP_WITHIN

    assert longest + HOLD_MARGIN <= timedelta(days=days)
    hold = shortest_hold(row.method)
    assert hold is not None
    assert hold <= timedelta(days=days)


def test_a_hold_is_captured_a_day_before_its_method_lets_it_go():
    """PayPal lasts three days: it is captured after two; a card's five days are our own most."""
    for method, days in (("paypal", 2), ("creditcard", 4), ("vipps", 4)):
        payment = replace(begun(), method=method)
        assert payment.opened_at + timedelta(days=days) == hold_deadline(payment), method


def test_mollie_raises_no_hold():
    """Mollie publishes no way to raise a hold."""
    assert not any(row.raises for row in capabilities_of(MOLLIE))


def test_the_same_method_has_the_same_name_everywhere():
    """A receipt calls a method the same, whoever carried the payment."""
    names = {}
    for each in CAPABILITIES.values():
        assert each.name == names.setdefault(each.method, each.name)


def test_every_method_of_adyen_has_its_type():
    """What the table offers at Adyen can be asked for there, and nothing else can."""
    assert set(TYPES) == {row.method for row in capabilities_of(ADYEN)}


def test_what_is_not_in_the_table_is_not_used():
    """An unknown method, provider or currency has no strategy; its name is the provider's word."""
    assert capability(MOLLIE, "klarna") is None
    assert strategy_of(ADYEN, "twint", "EUR") is None
    assert strategy_of("nobody", "creditcard", "EUR") is None
    assert strategy_of(ADYEN, "twint", "CHF") is Strategy.HOLD
    assert strategy_of(MOLLIE, "twint", "CHF") is Strategy.PAY_FIRST
    assert name_of(MOLLIE, "newmethod") == "newmethod"


@pytest.mark.parametrize(("method", "days"), [("ideal", 2), ("bancontact", 3), ("newmethod", 5)])
def test_the_page_promises_the_slowest_refund(method: str, days: int):
    """What the driver reads holds whichever provider carries the payment."""
    assert days == refund_days(method)
