"""Languages: figures as readers expect them, and catalogs without gaps."""

import ast
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from jinja2 import Environment

from app.infra.i18n import (
    LANGUAGES,
    SOURCE_LANGUAGE,
    format_duration,
    format_energy,
    format_local_datetime,
    format_money,
    format_percent,
    format_price,
    gettext,
    install,
    speaking,
)
from app.infra.i18n.catalogs import DOMAINS, complaints
from app.kernel.money import Money
from tests.syntax import parsed

APP = Path(__file__).parents[2] / "app"
SUMMER = datetime(2026, 7, 22, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize("domain", DOMAINS)
@pytest.mark.parametrize("language", [each for each in LANGUAGES if each != SOURCE_LANGUAGE])
def test_catalogs_are_complete(domain: str, language: str):
    """Nothing is missing, fuzzy, left over, or holds a placeholder that the text does not."""
    assert [] == complaints(domain, language)


def test_no_text_hides_from_the_catalogs():
    """Babel does not look into f-strings: a text in one would stay English for ever."""
    hidden = [
        f"{path}: {ast.unparse(part)}"
        for path in sorted(APP.rglob("*.py"))
        for part in ast.walk(parsed(path))
        if isinstance(part, ast.JoinedStr) and "gettext(" in ast.unparse(part)
    ]

    assert [] == hidden


@pytest.mark.parametrize(
    ("language", "euro", "kronor", "negative"),
    [
        ("en", "€1,234.56", "SEK 1,234.56", "-€0.05"),
        ("nl", "€ 1.234,56", "SEK 1.234,56", "€ -0,05"),
        ("de", "1.234,56 €", "1.234,56 SEK", "-0,05 €"),
        ("fr", "1 234,56 €", "1 234,56 SEK", "-0,05 €"),
    ],
)
def test_money(language: str, euro: str, kronor: str, negative: str):
    """Symbol, separators and sign stand where the language has them."""
    amounts = (Money(123456, "EUR"), Money(123456, "SEK"), Money(-5, "EUR"))

    assert [euro, kronor, negative] == [_plain(format_money(each, language)) for each in amounts]


def test_money_without_decimals():
    """The króna has no minor unit."""
    assert "ISK 1,234" == _plain(format_money(Money(1234, "ISK"), "en"))


@pytest.mark.parametrize(
    ("price", "text"),
    [("0.49", "€0.49"), ("0.4", "€0.40"), ("0.49955", "€0.4996"), ("12", "€12.00")],
)
def test_unit_prices_have_two_to_four_decimals(price: str, text: str):
    """Prices are rounded half up at the fourth decimal, and have at least two."""
    assert text == format_price(Decimal(price), "EUR", "en")


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0 secs"), (59, "59 secs"), (60, "1 min"), (3600, "1 hr"), (7325, "2 hrs 2 mins")],
)
def test_durations(seconds: int, text: str):
    """Seconds under a minute, then hours and minutes, rounded down."""
    assert text == _plain(format_duration(seconds, "en"))


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "22 Jul 2026, 15:05 CEST"),
        ("nl", "22 jul 2026, 15:05 CEST"),
        ("de", "22.07.2026, 15:05 MESZ"),
        ("fr", "22 juil. 2026, 15:05 CEST"),
    ],
)
def test_times_are_those_of_the_location(language: str, text: str):
    """13:05 UTC in summer is 15:05 in Amsterdam, and the zone is named."""
    assert text == _plain(format_local_datetime(SUMMER, "Europe/Amsterdam", language))


def test_energy_and_rates():
    """Three decimals for energy; a rate without needless zeros."""
    assert "1.234,500 kWh" == _plain(format_energy(Decimal("1234.5"), "nl"))
    assert ["21%", "5,5 %"] == [
        _plain(format_percent(Decimal("21.00"), "en")),
        _plain(format_percent(Decimal("5.50"), "de")),
    ]


def test_templates_speak_and_escape():
    """A translated text is escaped like any other; its values too."""
    environment = Environment(autoescape=True)
    install(environment)
    text = "{{ _('Charging and payment by %(name)s', name=name) }}"
    with speaking("nl"):
        rendered = environment.from_string(text).render(name="<b>")

    assert "Laden en betalen bij &lt;b&gt;" == rendered


def test_the_block_speaks_and_then_no_more():
    """Inside the block the language is another one."""
    with speaking("de"):
        inside = gettext("Stop charging")

    assert ("Laden stoppen", "Stop charging") == (inside, gettext("Stop charging"))


def _plain(text: str) -> str:
    return text.replace("\xa0", " ").replace("\u202f", " ")
