"""What the verbs of the journey work with, and the secrets by which a journey is found."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Protocol
from uuid import UUID

from app.charging.chargers.display.model import DisplaySecrets
from app.charging.chargers.display.ports import CodeDisplays, NoDisplays
from app.charging.chargers.ports import ChargerGateway
from app.charging.stickers.make import StickerDesk
from app.charging.stickers.model import StickerKeys
from app.charging.stickers.tally import ScanTally
from app.directpay import store
from app.directpay.errors import JourneyNotFound
from app.directpay.lists.ports import LocalLists, NoLists
from app.directpay.model import Journey
from app.directpay.places.shelf import MapShelf
from app.funds.payments.desk import PaymentDesk
from app.infra.database import Database
from app.infra.limits import Limit, Limits, MemoryLimits
from app.infra.pdf import Press
from app.people.identity.hosts.book import Hosts
from app.people.identity.hosts.ports import NoRecords, TextRecords
from app.people.identity.openid.ports import NoProviders, OpenIdDesk, OpenIdProviders
from app.people.notifications.keys import PushKeys
from app.people.notifications.services import PushServices
from app.pricing.promotions.codes import CodeKeys
from app.pricing.vat import NoRegister, VatRegister

_TOKEN_LENGTH = 27
# Far above what the drivers of one network do, whole mobile networks behind one address included;
# far below what it takes to try out stolen cards, or to fill mailboxes.
PAYMENTS_PER_NETWORK = Limit("pay", 30, timedelta(minutes=10))
# Guesses of what a display shows: at this rate six letters last for a hundred years.
DISPLAYS_PER_NETWORK = Limit("display", 30, timedelta(minutes=10))
MAILS_PER_NETWORK = Limit("mail", 30, timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Secrets:
    """
    Makes a journey's tokens from its id and a key, so that no token is stored, only digests.

    The *token* (162 bits) in the page's address lets whoever has it look; the *control* token is
    the payer's own and may stop. Neither is the idTag that the charge point sees. What was handed
    out under one of the *former* keys is still good.
    """

    key: bytes
    former: tuple[bytes, ...] = ()

    def token(self, journey_id: UUID) -> str:
        """Return the token of the page's address."""
        return _derive(self.key, b"look", journey_id)

    def control(self, journey_id: UUID) -> str:
        """Return the token that may stop the session."""
        return _derive(self.key, b"control", journey_id)

    def is_control(self, journey_id: UUID, presented: str) -> bool:
        """Tell whether *presented* is the journey's token to stop it, of any of the keys."""
        given = presented.encode()
        tokens = (_derive(key, b"control", journey_id) for key in (self.key, *self.former))
        return any(hmac.compare_digest(token.encode(), given) for token in tokens)


def _derive(key: bytes, purpose: bytes, journey_id: UUID) -> str:
    mac = hmac.digest(key, purpose + journey_id.bytes, "sha256")
    return urlsafe_b64encode(mac).decode()[:_TOKEN_LENGTH]


def token_digest(token: str) -> bytes:
    """Return what is stored and looked up in place of the token."""
    return hashlib.sha256(token.encode()).digest()


def live_topic(journey_id: UUID) -> str:
    """Return the live topic of a journey; its messages are JourneyView as JSON."""
    return f"journey:{journey_id}"


class Counter(Protocol):
    """What it takes to price a session and to write its receipt: less than a whole desk."""

    @property
    def database(self) -> Database:
        """Return where the journeys are."""
        ...

    @property
    def codes(self) -> CodeKeys:
        """Return what makes and finds the codes of coupons."""
        ...


@dataclass(frozen=True, slots=True)
class Desk:
    """
    The database, the payment desk, the charge points, the press, our addresses, the limits.

    *register* is where the VAT numbers of companies are looked up, *displays* show codes, *lists*
    are those of tokens that charge points know by themselves, *tally* counts scans of stickers,
    *sticker_layouts* are folders with more layouts, *push_services* take notices for browsers,
    *records* prove the hosts of operators,
    *providers* are where drivers have accounts with which they sign in.
    """

    database: Database
    payments: PaymentDesk
    chargers: ChargerGateway
    secrets: Secrets
    press: Press
    hosts: Hosts
    limits: Limits = field(default_factory=MemoryLimits)
    register: VatRegister = field(default_factory=NoRegister)
    displays: CodeDisplays = field(default_factory=NoDisplays)
    lists: LocalLists = field(default_factory=NoLists)
    tally: ScanTally = field(default_factory=ScanTally)
    sticker_layouts: tuple[Path, ...] = ()
    maps: MapShelf = field(default_factory=MapShelf)
    providers: OpenIdProviders = field(default_factory=NoProviders)
    push_services: PushServices = field(default_factory=PushServices)
    records: TextRecords = field(default_factory=NoRecords)

    @property
    def push_keys(self) -> PushKeys:
        """Return the keys by which push services know us."""
        return PushKeys((self.secrets.key, *self.secrets.former))

    @property
    def base_url(self) -> str:
        """Return our own address, without a slash at its end."""
        return self.hosts.base_url

    def base_of(self, operator_id: UUID) -> str:
        """Return the address of an operator's pages, without a slash at its end."""
        return self.hosts.base_of(operator_id)

    @property
    def display_secrets(self) -> DisplaySecrets:
        """Return what makes and checks the codes on displays."""
        return DisplaySecrets((self.secrets.key, *self.secrets.former))

    @property
    def stickers(self) -> StickerDesk:
        """Return what makes stickers."""
        layouts = self.sticker_layouts
        return StickerDesk(self.database, self.sticker_keys, self.base_of, layouts)

    @property
    def sticker_keys(self) -> StickerKeys:
        """Return what makes and checks the tags of stickers."""
        return StickerKeys((self.secrets.key, *self.secrets.former))

    @property
    def codes(self) -> CodeKeys:
        """Return what makes and finds the codes of coupons."""
        return CodeKeys((self.secrets.key, *self.secrets.former))

    @property
    def openid(self) -> OpenIdDesk:
        """Return what signing in elsewhere works with."""
        return OpenIdDesk(self.database, self.payments.vault, self.providers)


async def find(token: str, *, desk: Desk) -> Journey:
    """Return the journey with this *token* as it is now. Raises JourneyNotFound."""
    async with desk.database.look() as look:
        journey = await store.find_by_digest(look, token_digest(token))
    if journey is None:
        msg = "no session has this address"
        raise JourneyNotFound(msg)
    return journey


def may_control(journey_id: UUID, control: str, *, desk: Desk) -> bool:
    """Tell whether *control* is the payer's own token of this journey."""
    return desk.secrets.is_control(journey_id, control)
