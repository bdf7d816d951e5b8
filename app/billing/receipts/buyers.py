"""The buyer of an invoice: what must be given, and a VAT number that can exist."""

import unicodedata
from dataclasses import replace
from typing import Final

from app.billing.receipts.errors import InvalidBuyer
from app.billing.receipts.model import Address, Buyer
from app.pricing.vat import VatNumberInvalid, checked_vat_number

MAX_FIELD_LENGTH: Final = 120
_SCRIPTS: Final = ("LATIN", "GREEK", "CYRILLIC", "MODIFIER LETTER", "FEMININE", "MASCULINE")
_FIRST_PICTOGRAPH: Final = 0x2200


def checked_buyer(buyer: Buyer) -> Buyer:
    """
    Return *buyer* tidied up, or raise InvalidBuyer, whose facts name the *field*.

    The VAT number is checked by its check digits, offline: it can exist, it need not.
    """
    address = Address(
        street=_text("street", buyer.address.street),
        postal_code=_text("postal_code", buyer.address.postal_code),
        city=_text("city", buyer.address.city),
        country=_country(buyer.address.country),
    )
    name = _text("name", buyer.name)
    given = (buyer.vat_number or "").strip()
    number = _vat_number(given, address.country) if given else None
    return replace(buyer, name=name, address=address, vat_number=number)


def _text(field: str, value: str) -> str:
    tidy = " ".join(unicodedata.normalize("NFC", value).split())
    if not tidy:
        raise InvalidBuyer(f"the {field.replace('_', ' ')} is missing", field=field)
    if not all(map(_is_european, tidy)):
        detail = f"{field.replace('_', ' ')}: write it in Latin, Greek or Cyrillic letters"
        raise InvalidBuyer(detail, field=field)
    if len(tidy) > MAX_FIELD_LENGTH or not tidy.isprintable():
        detail = f"{field.replace('_', ' ')}: at most {MAX_FIELD_LENGTH} printable characters"
        raise InvalidBuyer(detail, field=field)
    return tidy


def _is_european(character: str) -> bool:
    """Tell whether the fonts of our documents have *character* (no emoji, no other scripts)."""
    if character.isalpha():
        return unicodedata.name(character, "").startswith(_SCRIPTS)
    return ord(character) < _FIRST_PICTOGRAPH


def _country(value: str) -> str:
    code = value.strip().upper()
    if len(code) != 2 or not code.isascii() or not code.isalpha():  # noqa: PLR2004 - ISO 3166 alpha-2
        raise InvalidBuyer("the country is not a two-letter code", field="country")
    return code


def _vat_number(given: str, country: str) -> str:
    try:
        return checked_vat_number(given, country)
    except VatNumberInvalid as error:
        raise InvalidBuyer(error.detail, field="vat_number") from None
