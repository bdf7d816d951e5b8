"""The brand: all by which drivers know an operator."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Slot(StrEnum):
    """
    The places for an operator's own words.

    WELCOME greets on its start pages, SCAN_NOTE stands below the price of a charging point,
    SUPPORT_HOURS beside its telephone number, RECEIPT_NOTE at the end of receipts and their mails.
    """

    WELCOME = "welcome"
    SCAN_NOTE = "scan_note"
    SUPPORT_HOURS = "support_hours"
    RECEIPT_NOTE = "receipt_note"


class LogoPlace(StrEnum):
    """Where a receipt shows the logo."""

    LEFT = "left"
    RIGHT = "right"
    NONE = "none"


class Header(StrEnum):
    """How a receipt wears the brand's colour: as a BAND of the page, a thin LINE, or not at all."""

    BAND = "band"
    LINE = "line"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class ReceiptLayout:
    """What an operator chooses of its receipts' look."""

    logo: LogoPlace = LogoPlace.LEFT
    header: Header = Header.BAND


@dataclass(frozen=True, slots=True)
class IosApp:
    """
    The operator's app for iOS.

    *app_id* is team and bundle (`ABCDE12345.example.app`), *store_id* its number in the App Store.
    """

    app_id: str
    store_id: str | None = None


@dataclass(frozen=True, slots=True)
class AndroidApp:
    """The operator's app for Android: its *package*, and the SHA-256 of what signs it, in hex."""

    package: str
    fingerprints: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Apps:
    """The operator's own apps; the address of a code opens them where they are installed."""

    ios: IosApp | None = None
    android: AndroidApp | None = None

    @property
    def apple_number(self) -> str | None:
        """Return the number of the app in Apple's store, or None."""
        return None if self.ios is None else self.ios.store_id

    @property
    def app_store(self) -> str | None:
        """Return the address of the app in Apple's store, or None."""
        number = self.apple_number
        return None if number is None else f"https://apps.apple.com/app/id{number}"

    @property
    def play_store(self) -> str | None:
        """Return the address of the app in Google's store, or None."""
        if self.android is None:
            return None
        return f"https://play.google.com/store/apps/details?id={self.android.package}"


@dataclass(frozen=True, slots=True)
class Details:
    """
    What a brand may have beside its name, its colour and its logo.

    *accent* is the colour of buttons and links (`#rrggbb`; None: the brand's own), *texts* the
    operator's words by place and language, *mail_sender* the address that its mails come from.
    """

    accent: str | None = None
    texts: Mapping[Slot, Mapping[str, str]] = field(default_factory=dict, hash=False)
    mail_sender: str | None = None
    receipt: ReceiptLayout = ReceiptLayout()
    apps: Apps = Apps()

    def text(self, slot: Slot, *languages: str) -> str:
        """Return the words of *slot* in the first of *languages* that has them, or ""."""
        words = self.texts.get(slot, {})
        return next((words[each] for each in languages if each in words), "")


@dataclass(frozen=True, slots=True)
class Brand:
    """How drivers know the operator; *colour* is `#rrggbb`, *logo* the picture's bytes."""

    name: str
    colour: str
    logo: bytes | None = None
    logo_type: str | None = None
    details: Details = field(default_factory=Details)

    @property
    def png(self) -> bytes | None:
        """Return the logo where it is a PNG, which every mail program can show."""
        return self.logo if self.logo_type == "image/png" else None
