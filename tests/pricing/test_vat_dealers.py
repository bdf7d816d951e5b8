"""Who owes the VAT on electricity: the seller, or the buyer by reverse charge."""

import pytest

from app.infra.i18n import LANGUAGES, speaking
from app.pricing.vat import Buyer, Category, Reason, Sale, treatment

DUTCH, GERMAN, AUSTRIAN = "NL004495445B01", "DE136695976", "ATU13585627"


@pytest.mark.parametrize(
    ("sale", "category", "place", "reason"),
    [
        (Sale("NL", "NL", Buyer("NL")), "S", "NL", "charged_here"),
        # A foreign company that charges its own cars pays the VAT of where it charges.
        (Sale("NL", "NL", Buyer("DE", GERMAN)), "S", "NL", "charged_here"),
        (Sale("NL", "DE", Buyer("DE", GERMAN)), "AE", "DE", "buyer_identified"),
        (Sale("NL", "DE", Buyer("DE")), "S", "DE", "seller_registers"),
        (Sale("NL", "DE", Buyer("NL", DUTCH)), "S", "DE", "seller_registers"),
        (Sale("NL", "CH", Buyer("CH")), "S", "CH", "seller_registers"),
        # To a dealer the place is the dealer's, wherever the car was charged.
        (Sale("NL", "NL", Buyer("NL", DUTCH, is_dealer=True)), "S", "NL", "dealer_at_home"),
        (Sale("NL", "NL", Buyer("DE", GERMAN, is_dealer=True)), "AE", "DE", "dealer_abroad"),
        (Sale("NL", "BE", Buyer("NL", DUTCH, is_dealer=True)), "S", "NL", "dealer_at_home"),
        (
            Sale("DE", "NL", Buyer("DE", GERMAN, is_dealer=True)),
            "AE",
            "DE",
            "dealer_at_home_owes",
        ),
        (
            Sale("AT", "AT", Buyer("AT", AUSTRIAN, is_dealer=True)),
            "AE",
            "AT",
            "dealer_at_home_owes",
        ),
        (Sale("NL", "NL", Buyer("CH", is_dealer=True)), "O", "CH", "dealer_outside_union"),
        # Who has no number that can exist cannot take the tax over.
        (Sale("NL", "NL", Buyer("DE", is_dealer=True)), "S", "DE", "seller_registers"),
        (
            Sale("NL", "NL", Buyer("DE", "DE136695977", is_dealer=True)),
            "S",
            "DE",
            "seller_registers",
        ),
    ],
)
def test_who_owes_the_vat(sale: Sale, category: str, place: str, reason: str):
    """Directive 2006/112/EC, Articles 38, 39, 195 and 199a."""
    found = treatment(sale)

    assert (Category(category), place, Reason(reason)) == (
        found.category,
        found.place,
        found.reason,
    )


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "Reverse charge"),
        ("nl", "Btw verlegd"),
        ("de", "Steuerschuldnerschaft des Leistungsempfängers"),
        ("fr", "Autoliquidation"),
    ],
)
def test_the_invoice_says_who_owes_it(language: str, words: str):
    """Article 226(11a): the words are those of the language; electronic invoices have a code."""
    found = treatment(Sale("NL", "NL", Buyer("DE", GERMAN, is_dealer=True)))

    with speaking(language):
        assert (words, "VATEX-EU-AE") == (found.invoice_words, found.vatex)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_seller_taxes_needs_no_words(language: str):
    """An invoice with VAT says nothing more."""
    with speaking(language):
        assert treatment(Sale("NL", "NL", Buyer("NL"))).invoice_words is None
