"""What VIES says over HTTP, and what it means."""

from datetime import datetime
from typing import Final

import msgspec

from app.pricing.vat import EU_COUNTRIES, Registration, Registry

# Greece writes EL; of the United Kingdom only Northern Ireland is there.
PREFIXES: Final = EU_COUNTRIES - {"GR"} | {"EL", "XI"}
_PREFIX_LENGTH: Final = 2
_NOT_TOLD: Final = "---"


class Question(msgspec.Struct, frozen=True, rename="camel", omit_defaults=True):
    """The body of `POST /check-vat-number`."""

    country_code: str
    vat_number: str
    requester_member_state_code: str | None = None
    requester_number: str | None = None


class Answer(msgspec.Struct, frozen=True, rename="camel"):
    """What comes back; an error of a member state has *action_succeed* false and no *valid*."""

    valid: bool | None = None
    request_identifier: str | None = None
    name: str | None = None
    address: str | None = None
    action_succeed: bool | None = None


def question(number: str, requester: str | None) -> Question | None:
    """Return what to ask about *number*, or None when VIES does not have its country."""
    country, rest = _split(number)
    if country not in PREFIXES:
        return None
    asker, own = _split(requester or "")
    if asker not in PREFIXES:
        return Question(country, rest)
    return Question(country, rest, asker, own)


def registration(body: bytes, at: datetime) -> Registration:
    """Return what *body* says; anything but a clear yes or no is UNKNOWN."""
    try:
        answer = msgspec.json.decode(body, type=Answer)
    except msgspec.DecodeError:
        return Registration(Registry.UNKNOWN, at)
    if answer.valid is None or answer.action_succeed is False:
        return Registration(Registry.UNKNOWN, at)
    if not answer.valid:
        return Registration(Registry.INVALID, at, answer.request_identifier or None)
    proof = answer.request_identifier or None
    return Registration(Registry.VALID, at, proof, _told(answer.name), _told(answer.address))


def _told(text: str | None) -> str | None:
    """Return a name or an address, or None where the member state keeps it to itself."""
    return text if text and text.strip() != _NOT_TOLD else None


def _split(number: str) -> tuple[str, str]:
    return number[:_PREFIX_LENGTH], number[_PREFIX_LENGTH:]
