"""What an app sends and gets back about who is signed in."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated
from uuid import UUID

from msgspec import Meta, Struct

from app.api.bodies import TOKEN_PATTERN, Locale
from app.api.favourites.bodies import WatchView
from app.api.notices.bodies import Choice, NoticeDevice
from app.api.wallets.bodies import WalletView
from app.charging.tokens.model import Token
from app.directpay.model import Ending, Stage
from app.directpay.owned.model import OwnSession
from app.directpay.prices.show import money_view
from app.directpay.prices.views import MoneyView
from app.funds.means.model import KeptMeans
from app.people.identity.drivers.model import Driver, SignedIn
from app.people.identity.passkeys.model import Passkey

Operator = Annotated[str, Meta(pattern="^[a-z0-9-]{2,40}$")]
Secret = Annotated[str, Meta(min_length=1, max_length=128)]
Name = Annotated[str, Meta(min_length=1, max_length=60)]


class CodeWanted(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The mail address to which a code goes.

    *operator* is the operator's name in its addresses, *locale* the language of the mail.
    """

    operator: Operator
    email: Annotated[str, Meta(min_length=3, max_length=254)]
    locale: Locale = "en"


class CodeSent(Struct, frozen=True):
    """The code is on its way; *sign_in* belongs to it and stays on the device that asked."""

    sign_in: str


class CodeTyped(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The code of the mail, with the *sign_in* for which it was sent.

    *device* is what the driver will know the app by in the list of devices.
    """

    operator: Operator
    sign_in: Secret
    code: Annotated[str, Meta(min_length=1, max_length=20)]
    device: Name


class RefreshOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The refresh token that the app was given last."""

    refresh_token: Secret


class AccessTokens(Struct, frozen=True):
    """
    By what the app is known from now on.

    *access_token* goes with every call for *expires_in* seconds. *refresh_token* is good once: keep
    the one that comes with the next answer.
    """

    access_token: str
    token_type: str
    expires_in: int
    refresh_token: str


class DriverView(Struct, frozen=True):
    """Who is signed in."""

    id: UUID
    email: str
    locale: str
    since: datetime
    name: str = ""


class ProfileChange(Struct, frozen=True, forbid_unknown_fields=True):
    """
    What is to be different of the driver; what is not sent stays as it is.

    *name* is what the driver wants to be called, "" for nothing, *locale* the language of mails
    and notices.
    """

    name: Annotated[str, Meta(max_length=60)] | None = None
    locale: Locale | None = None


class DeviceView(Struct, frozen=True):
    """
    A browser or an app by which the driver is signed in.

    *current* is the one that asks. *used_at* is when it was last given a new secret: an app every
    quarter of an hour while it is used, a browser once a day.
    """

    id: UUID
    kind: str
    name: str
    current: bool
    since: datetime
    used_at: datetime


class Devices(Struct, frozen=True):
    """All of them, what was used last first."""

    devices: tuple[DeviceView, ...]


class SessionEntry(Struct, frozen=True):
    """
    One session in the history: what `getSession` tells in full, in short.

    *energy_kwh*, *ended_at*, *charged* and *receipt_number* are null until there is a receipt.
    """

    token: str
    stage: Stage
    ending: Ending | None
    began_at: datetime
    ended_at: datetime | None
    location: str
    city: str
    evse_id: str
    energy_kwh: Decimal | None
    charged: MoneyView | None
    receipt_number: str | None


class Sessions(Struct, frozen=True):
    """A page of sessions, newest first; *next_cursor* is null on the last."""

    sessions: tuple[SessionEntry, ...]
    next_cursor: str | None


class ClaimedSession(Struct, frozen=True, forbid_unknown_fields=True):
    """A session by its *token*, and the payer's *control* token as the proof."""

    token: Annotated[str, Meta(pattern=TOKEN_PATTERN)]
    control: Annotated[str, Meta(pattern=TOKEN_PATTERN)]


class CardView(Struct, frozen=True):
    """
    A card or tag of the driver's: its number, what is printed on it, whether it may charge.

    *name* is what the driver calls it.
    """

    uid: str
    printed: str
    valid: bool
    name: str = ""


class MeansEntry(Struct, frozen=True):
    """
    A means of payment that the driver keeps with the provider since *agreed_at*.

    *instrument* is masked, *name* is what the driver calls it.
    """

    means_id: UUID
    instrument: str
    name: str
    method: str
    agreed_at: datetime


class PasskeyEntry(Struct, frozen=True):
    """
    A passkey of the driver's.

    *rp_id* is the name for which it is good; *used_at* is null before the first sign-in.
    """

    id: UUID
    name: str
    rp_id: str
    since: datetime
    used_at: datetime | None


class AccountEntry(Struct, frozen=True):
    """An account elsewhere with which the driver has signed in: what its *issuer* calls them."""

    issuer: str
    subject: str
    since: datetime


class DriverData(Struct, frozen=True):
    """All that is known of a driver."""

    driver: DriverView
    groups: tuple[str, ...]
    devices: tuple[DeviceView, ...]
    sessions: tuple[SessionEntry, ...]
    cards: tuple[CardView, ...]
    credit: tuple[WalletView, ...]
    means: tuple[MeansEntry, ...] = ()
    passkeys: tuple[PasskeyEntry, ...] = ()
    favourites: tuple[str, ...] = ()
    watches: tuple[WatchView, ...] = ()
    accounts: tuple[AccountEntry, ...] = ()
    notifications: tuple[Choice, ...] = ()
    notification_devices: tuple[NoticeDevice, ...] = ()


def means_entry(means: KeptMeans) -> MeansEntry:
    """Return a means that is kept, as its driver may see it."""
    return MeansEntry(means.means_id, means.instrument, means.name, means.method, means.agreed_at)


def passkey_entry(passkey: Passkey) -> PasskeyEntry:
    """Return *passkey* as its driver may see it."""
    return PasskeyEntry(
        id=passkey.passkey_id,
        name=passkey.name,
        rp_id=passkey.rp_id,
        since=passkey.since,
        used_at=passkey.used_at,
    )


def card_view(token: Token) -> CardView:
    """Return a token as its driver may see it."""
    return CardView(token.uid, token.visual_number or "", token.valid, token.name)


def session_entry(session: OwnSession) -> SessionEntry:
    """Return a session of the history as it is sent."""
    return SessionEntry(
        token=session.token,
        stage=session.stage,
        ending=session.ending,
        began_at=session.began_at,
        ended_at=session.ended_at,
        location=session.location,
        city=session.city,
        evse_id=session.evse_id,
        energy_kwh=session.energy_kwh,
        charged=None if session.charged is None else money_view(session.charged),
        receipt_number=session.receipt_number,
    )


def driver_view(driver: Driver) -> DriverView:
    """Return *driver* as the driver may see it."""
    return DriverView(driver.driver_id, driver.email, driver.language, driver.since, driver.name)


def device_view(device: SignedIn, current: UUID) -> DeviceView:
    """Return *device* as its driver may see it."""
    return DeviceView(
        id=device.browser_id,
        kind=device.kind,
        name=device.name,
        current=device.browser_id == current,
        since=device.since,
        used_at=device.rotated_at,
    )
