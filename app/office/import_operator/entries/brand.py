"""The brand in an operator file."""

from msgspec import Struct

from app.people.identity.brand.model import Header, LogoPlace


class ReceiptEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`receipt`: where a receipt shows the logo, and how it wears the colour."""

    logo: LogoPlace = LogoPlace.LEFT
    header: Header = Header.BAND


class IosEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`ios`: team and bundle of the app, and its number in the App Store."""

    app_id: str
    store_id: str | None = None


class AndroidEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`android`: the app's package, and the SHA-256 of the certificates that sign it."""

    package: str
    fingerprints: list[str]


class AppsEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`apps`: the operator's own, which its codes open where they are installed."""

    ios: IosEntry | None = None
    android: AndroidEntry | None = None


class BrandEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`brand`; *logo* is the name of a picture beside the file, *texts* are by place, language."""

    name: str
    colour: str
    logo: str | None = None
    accent: str | None = None
    texts: dict[str, dict[str, str]] = {}
    mail_sender: str | None = None
    receipt: ReceiptEntry = ReceiptEntry()
    apps: AppsEntry = AppsEntry()
