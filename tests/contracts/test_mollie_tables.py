"""Mollie's tables: what each method can do, how amounts are written, what the driver recognises."""

from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.funds.payments.ports import Strategy
from app.funds.payments.providers.capabilities import MOLLIE, capabilities_of, capability
from app.gateways.common import breaker, calls, offers
from app.gateways.mollie import amounts, clients
from app.gateways.mollie.capabilities import strategy_of
from app.gateways.mollie.locales import SPOKEN, locale_of
from app.gateways.mollie.wire import WirePayment, instrument
from app.kernel.money import Money
from app.sandbox.provider.book.methods import METHODS
from tests.contracts.judge import judge_of
from tests.shared import shared

PAGE = Path(__file__).parents[2] / "docs/reference/payment-methods.md"


def test_the_reference_page_is_what_the_code_does() -> None:
    """Every line of the page's tables is computed from the tables of the code."""
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    whole = [currency for currency, places in amounts.DECIMALS.items() if places == 0]
    values = {
        "Calls to a provider at one time, per process": calls.CONNECTIONS,
        "Waiting for a connection": f"{clients.MollieOptions().connect.seconds} s",
        "Waiting for an answer": f"{clients.MollieOptions().read.seconds} s",
        "Silent calls in a row after which an account's calls fail at once": breaker.FAILURES,
        "Pause before one call may try again": f"{breaker.PAUSE.seconds} s",
    }

    assert any(
        ", ".join(f"`{c}`" for c in sorted(whole)) in line
        for line in lines
        if "no decimals" in line
    )
    for name, value in values.items():
        assert f"| {name} | {value} |" in lines
    assert (offers.FRESH.seconds, offers.LIST_SECONDS) == (600, 3)


def test_the_other_sdk_is_not_installed() -> None:
    """Both of Mollie's packages own `mollie`: beside each other one of them breaks silently."""
    installed = {dist.metadata["Name"].lower() for dist in distributions()}

    assert "mollie-api-python" in installed
    assert not installed & {"mollie-api-py", "mollie_api_py"}


def test_every_method_is_one_that_mollie_published() -> None:
    """No method of the table is misspelt."""
    judge = judge_of(shared("specs/mollie/specs.yaml"))
    for row in capabilities_of(MOLLIE):
        assert [] == judge.violations("/components/schemas/method", row.method)


def test_the_sandbox_holds_what_the_table_holds() -> None:
    """What the demo shows is what the table promises, in currencies of the table."""
    for method in METHODS.values():
        known = capability(MOLLIE, method.id)
        assert known is not None
        assert (known.strategy is Strategy.HOLD) == method.holds
        assert method.currencies <= known.currencies


@pytest.mark.parametrize(
    ("method", "currency", "strategy"),
    [
        ("creditcard", "EUR", Strategy.HOLD),
        ("creditcard", "SEK", Strategy.HOLD),
        ("vipps", "NOK", Strategy.HOLD),
        ("vipps", "EUR", None),
        ("ideal", "EUR", Strategy.PAY_FIRST),
        ("ideal", "SEK", None),
        ("twint", "CHF", Strategy.PAY_FIRST),
        ("klarna", "EUR", None),
        ("directdebit", "EUR", None),
    ],
)
def test_a_method_is_used_only_where_it_works(
    method: str, currency: str, strategy: Strategy | None
) -> None:
    """The strategy depends on the method and its currencies; unknown methods have none."""
    assert strategy is strategy_of(method, currency)


@given(st.sampled_from(sorted(amounts.DECIMALS)), st.integers(0, 10**9))
def test_amounts_come_back_as_they_went(currency: str, minor: int) -> None:
    """Writing and reading any amount in any of Mollie's currencies changes nothing."""
    wire = amounts.written(Money(minor, currency))

    assert Money(minor, currency) == amounts.read(wire["currency"], wire["value"])
    assert amounts.decimals(currency) == len(wire["value"].partition(".")[2])


@pytest.mark.parametrize("value", ["", "ten", "NaN", "Infinity", "1.005", "1,00"])
def test_what_is_no_amount_is_not_read(value: str) -> None:
    """A text that is no whole number of minor units is an error, never a rounded amount."""
    with pytest.raises(ValueError, match=r"amount|minor"):
        amounts.read("EUR", value)


def test_an_amount_that_mollie_cannot_hold_is_not_written(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A third decimal is refused instead of being rounded away."""
    monkeypatch.setitem(amounts.DECIMALS, "KWD", 2)

    assert {"currency": "KWD", "value": "1.23"} == amounts.written(Money(1230, "KWD"))
    with pytest.raises(ValueError, match="decimals"):
        amounts.written(Money(1234, "KWD"))


@pytest.mark.parametrize(
    ("language", "locale"),
    [
        ("nl", "nl_NL"),
        ("nl-BE", "nl_BE"),
        ("de", "de_DE"),
        ("de_at", "de_AT"),
        ("fr", "fr_FR"),
        ("en", "en_GB"),
        ("sv", "sv_SE"),
        ("da", "da_DK"),
        ("xx", "en_GB"),
        ("", "en_GB"),
    ],
)
def test_the_page_speaks_the_drivers_language(language: str, locale: str) -> None:
    """A language becomes one of Mollie's locales, English when it has none."""
    assert locale == locale_of(language)
    assert locale in SPOKEN


@pytest.mark.parametrize(
    ("method", "details", "text"),
    [
        (None, None, None),
        ("creditcard", {"cardLabel": "Visa", "cardNumber": "1234"}, "Visa •••• 1234"),
        (
            "creditcard",
            {"cardLabel": "Mastercard", "cardNumber": "520000******0007"},
            "Mastercard •••• 0007",
        ),
        ("creditcard", None, "Card"),
        ("applepay", {"cardLabel": "Visa", "cardNumber": "1234"}, "Apple Pay, Visa •••• 1234"),
        ("ideal", {"consumerAccount": "NL53INGB0654422370"}, "iDEAL | Wero •••• 2370"),
        ("bancontact", {"cardNumber": None}, "Bancontact"),
        ("paypal", {"consumerAccount": "driver@example.org"}, "PayPal"),
        ("newmethod", None, "newmethod"),
    ],
)
def test_the_driver_recognises_the_instrument(
    method: str | None, details: dict[str, Any] | None, text: str | None
) -> None:
    """The receipt names the card or account by its last four characters and nothing more."""
    amount = {"currency": "EUR", "value": "1.00"}
    payment = {"id": "tr_1", "status": "paid", "amount": amount, "method": method}

    assert text == instrument(msgspec.convert(payment | {"details": details}, WirePayment))
