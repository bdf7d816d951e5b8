"""The buyer of an invoice: complete, printable, with a VAT number that can exist."""

from dataclasses import replace

import pytest

from app.billing.receipts.buyers import checked_buyer
from app.billing.receipts.errors import InvalidBuyer
from app.billing.receipts.model import Address, Buyer

BUYER = Buyer("Zonnebloem B.V.", Address("Dam 1", "1012 JS", "Amsterdam", "NL"))


@pytest.mark.parametrize(
    ("given", "country", "kept"),
    [
        ("NL004495445B01", "NL", "NL004495445B01"),
        ("nl 0044.95.445.b01", "NL", "NL004495445B01"),
        ("004495445B01", "NL", "NL004495445B01"),
        ("DE 136 695 976", "DE", "DE136695976"),
        ("094259216", "GR", "EL094259216"),
        ("XI432525179", "GB", "XI432525179"),
        ("GB432525179", "GB", "GB432525179"),
        ("CHE-107.787.577 MWST", "CH", "CHE107787577MWST"),
        ("NO 995 525 828 MVA", "NO", "NO995525828MVA"),
    ],
)
def test_vat_number_is_kept_in_its_plain_form(given: str, country: str, kept: str):
    """Spaces and dots go, the country's prefix is added where the driver left it out."""
    buyer = replace(BUYER, address=replace(BUYER.address, country=country), vat_number=given)

    assert kept == checked_buyer(buyer).vat_number


@pytest.mark.parametrize("number", ["NL004495446B01", "DE136695977", "XX123", "12", "NL"])
def test_impossible_vat_number_is_refused(number: str):
    """A wrong check digit or an unknown country is told, with the field."""
    with pytest.raises(InvalidBuyer) as refused:
        checked_buyer(replace(BUYER, vat_number=number))

    assert {"field": "vat_number"} == refused.value.facts


def test_vat_number_may_be_left_out():
    """A business below the threshold has none."""
    assert None is checked_buyer(replace(BUYER, vat_number="  ")).vat_number


@pytest.mark.parametrize(
    ("buyer", "field"),
    [
        (replace(BUYER, name="  "), "name"),
        (replace(BUYER, name="x" * 121), "name"),
        (replace(BUYER, name="Zonne\x00bloem"), "name"),
        (replace(BUYER, name="株式会社"), "name"),
        (replace(BUYER, name="Laden \N{HIGH VOLTAGE SIGN}"), "name"),
        (replace(BUYER, name="شركة"), "name"),
        (replace(BUYER, address=replace(BUYER.address, street="")), "street"),
        (replace(BUYER, address=replace(BUYER.address, postal_code="")), "postal_code"),
        (replace(BUYER, address=replace(BUYER.address, city="")), "city"),
        (replace(BUYER, address=replace(BUYER.address, country="Nederland")), "country"),
    ],
)
def test_missing_field_is_named(buyer: Buyer, field: str):
    """The page can put the complaint beside its field."""
    with pytest.raises(InvalidBuyer) as refused:
        checked_buyer(buyer)

    assert {"field": field} == refused.value.facts


@pytest.mark.parametrize("name", ["Ιωάννης", "Българска ЕАД", "Ólafsson & Søn® nº 1", "Ľubica"])
def test_european_names_are_taken(name: str):
    """Every letter of the EU's languages may stand on an invoice."""
    assert name == checked_buyer(replace(BUYER, name=name)).name


def test_line_breaks_become_spaces():
    """A text pasted over two lines is one line."""
    assert "Zonnebloem B.V." == checked_buyer(replace(BUYER, name=" Zonnebloem\r\nB.V. ")).name
