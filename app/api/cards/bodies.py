"""What an app sends and gets back about cards and cars."""

from datetime import UTC, datetime
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from app.charging.tokens.model import Token
from app.directpay.vehicles.agree import Offer
from app.directpay.vehicles.model import WORDS

_AT = datetime(2026, 3, 2, 9, tzinfo=UTC)
_CARD_ID = UUID("019cadc6-9e68-7563-97f3-fa905c5e347e")
_CAR_ID = UUID("019cadc6-9e68-7c61-8d2c-6b1f0f6ad2c4")
_SESSION_ID = UUID("019cadc6-9e68-7b6c-a91a-345450ba44eb")


class CardEntry(Struct, frozen=True):
    """
    A card or tag: what is printed on it, what its driver calls it, whether it may charge.

    *expires_at* is when it ends by itself, null: never.
    """

    id: UUID
    number: str
    name: str
    valid: bool
    expires_at: datetime | None


class Cards(Struct, frozen=True):
    """All of them, the oldest first."""

    cards: tuple[CardEntry, ...]


class CardWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """The number that is printed on a card, and the code that came with it."""

    number: Annotated[str, Meta(min_length=1, max_length=80)]
    code: Annotated[str, Meta(min_length=1, max_length=80)]


class Called(Struct, frozen=True, forbid_unknown_fields=True):
    """What a card or a car is to be called; empty: nothing."""

    name: Annotated[str, Meta(max_length=60)]


class VehicleEntry(Struct, frozen=True):
    """A car that starts by itself, and what its driver calls it; its own id is not kept."""

    id: UUID
    name: str
    valid: bool


class VehicleOffer(Struct, frozen=True):
    """A car that was seen with a session of the driver's, and may start by itself from now on."""

    session_id: UUID
    place: str
    seen_at: datetime


class Vehicles(Struct, frozen=True):
    """
    The driver's cars, and those that may be added within a day of their session.

    *words* names the text that a driver agrees to, and has to be sent with it.
    """

    vehicles: tuple[VehicleEntry, ...]
    offers: tuple[VehicleOffer, ...]
    words: str


class VehicleWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The session with which a car was seen, and the *words* that the driver has agreed to.

    The app has shown them: that sessions begin by plugging in, that the driver's credit pays, and
    that it can be taken back at any time.
    """

    session_id: UUID
    words: Annotated[str, Meta(min_length=1, max_length=40)]


def card_entry(card: Token) -> CardEntry:
    """Return *card* as its driver may see it."""
    return CardEntry(
        id=card.token_id,
        number=card.visual_number or card.uid,
        name=card.name,
        valid=card.valid,
        expires_at=card.expires_at,
    )


def vehicle_entry(car: Token) -> VehicleEntry:
    """Return *car* as its driver may see it: without the digest of what it tells."""
    return VehicleEntry(car.token_id, car.name, car.valid)


def vehicle_offer(offer: Offer) -> VehicleOffer:
    """Return an *offer* as its driver may see it."""
    return VehicleOffer(offer.session_id, offer.place, offer.seen_at)


CARD = CardEntry(_CARD_ID, "NL-000-123", "On my keys", valid=True, expires_at=None)
CARDS = Cards((CARD,))
CARD_WANTED = CardWanted("NL-000-123", "7KQM-2XRD")
CALLED = Called("On my keys")
VEHICLE = VehicleEntry(_CAR_ID, "The blue one", valid=True)
VEHICLES = Vehicles((VEHICLE,), (VehicleOffer(_SESSION_ID, "Kade 1", _AT),), WORDS)
VEHICLE_WANTED = VehicleWanted(_SESSION_ID, WORDS)
