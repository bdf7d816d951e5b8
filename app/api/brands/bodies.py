"""What is sent and answered about a brand, with examples."""

from base64 import b64decode
from binascii import Error as NotBase64
from dataclasses import asdict, replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Annotated

import msgspec
from msgspec import Meta, Struct

from app.directpay.brands.show import colours_view
from app.directpay.brands.views import ColoursView, LinksView
from app.people.identity.brand.colour import palette
from app.people.identity.brand.errors import PictureInvalid
from app.people.identity.brand.model import Apps, Details, ReceiptLayout, Slot
from app.people.identity.hosts.model import Host
from app.people.identity.model import Links, Operator, Support

_MOST_BASE64 = 1_400_000
_VERSION_BYTES = 8
Colour = Annotated[str, Meta(pattern="^#[0-9a-fA-F]{6}$")]
Name = Annotated[str, Meta(min_length=1, max_length=60)]
Words = Annotated[str, Meta(min_length=1, max_length=280)]
Link = Annotated[str, Meta(min_length=8, max_length=500)]
Phone = Annotated[str, Meta(min_length=7, max_length=26)]
Mail = Annotated[str, Meta(min_length=5, max_length=254)]


class SupportOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Where a driver gets help."""

    phone: Phone
    email: Mail


class LinksOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The pages that the law wants within reach."""

    terms: Link
    privacy: Link
    imprint: Link


class BrandOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The brand from now on; what is left out is as if there were none.

    *texts* are your own words by place and language, *mail_sender* is at a host that you have
    proved.
    """

    name: Name
    colour: Colour
    support: SupportOrder
    links: LinksOrder
    accent: Colour | None = None
    texts: dict[Slot, dict[str, Words]] = {}
    mail_sender: Mail | None = None
    receipt: ReceiptLayout = ReceiptLayout()
    apps: Apps = Apps()

    def carried_out(self, operator: Operator) -> Operator:
        """Return *operator* with this brand; its logo stays."""
        details = msgspec.convert(self, Details, from_attributes=True)
        brand = replace(operator.brand, name=self.name, colour=self.colour, details=details)
        return replace(
            operator,
            brand=brand,
            support=Support(self.support.phone, self.support.email),
            links=Links(self.links.terms, self.links.privacy, self.links.imprint),
        )


class BrandDocument(Struct, frozen=True):
    """
    The brand as it is kept, and the *colours* that are shown.

    *corrections* tell where the accent is shown as another colour, so that it can be read.
    """

    name: str
    colour: str
    accent: str | None
    texts: dict[str, dict[str, str]]
    mail_sender: str | None
    receipt: ReceiptLayout
    apps: Apps
    support: SupportOrder
    links: LinksView
    logo: str | None
    colours: ColoursView
    corrections: tuple[str, ...]


class LogoOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """A picture (PNG, JPEG or WebP) in base64; null takes the logo away."""

    content: Annotated[str, Meta(max_length=_MOST_BASE64)] | None

    def picture(self) -> bytes | None:
        """Return the picture. Raises PictureInvalid."""
        try:
            return None if self.content is None else b64decode(self.content, validate=True)
        except (NotBase64, ValueError) as wrong:
            raise PictureInvalid("the content is not base64") from wrong


class HostOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """A host that is to be the operator's."""

    name: Annotated[str, Meta(min_length=1, max_length=253)]


class HostView(Struct, frozen=True):
    """
    A host of the operator; *record* and *proof* are the TXT record that proves it.

    At the *main* one the pages are. *verified_at* is null until it is proved. *missing_since* is
    when the record was found to be gone: seven days later the host does not count any more.
    """

    name: str
    main: bool
    added_at: datetime
    verified_at: datetime | None
    missing_since: datetime | None
    record: str
    proof: str


class HostsView(Struct, frozen=True):
    """The hosts of the operator, the main one first."""

    hosts: tuple[HostView, ...]


def brand_document(operator: Operator) -> BrandDocument:
    """Return the brand of *operator* as its own programs see it."""
    brand, details = operator.brand, operator.brand.details
    colours = palette(brand.colour, details.accent)
    return BrandDocument(
        name=brand.name,
        colour=brand.colour,
        accent=details.accent,
        texts={str(slot): dict(words) for slot, words in details.texts.items()},
        mail_sender=details.mail_sender,
        receipt=details.receipt,
        apps=details.apps,
        support=SupportOrder(operator.support.phone, operator.support.email),
        links=msgspec.convert(asdict(operator.links), LinksView),
        logo=_logo(operator),
        colours=colours_view(colours),
        corrections=colours.corrections,
    )


def _logo(operator: Operator) -> str | None:
    """Return the address of the logo, which is another one when the logo is."""
    if operator.brand.logo is None:
        return None
    version = blake2b(operator.brand.logo, digest_size=_VERSION_BYTES).hexdigest()
    return f"/brand/{operator.slug}/logo?v={version}"


def host_view(host: Host) -> HostView:
    """Return *host* as its operator sees it."""
    return HostView(
        name=host.name,
        main=host.main,
        added_at=host.added_at,
        verified_at=host.verified_at,
        missing_since=host.missing_since,
        record=host.record,
        proof=host.proof,
    )


ORDER = BrandOrder(
    name="Voltstraat",
    colour="#0b6b4f",
    accent="#0a5bd3",
    texts={Slot.SCAN_NOTE: {"en": "Parking is free while you charge."}},
    support=SupportOrder("+31 10 123 4567", "help@voltstraat.example"),
    links=LinksOrder(
        "https://voltstraat.example/terms",
        "https://voltstraat.example/privacy",
        "https://voltstraat.example/imprint",
    ),
)
_COLOURS = palette(ORDER.colour, ORDER.accent)
DOCUMENT = BrandDocument(
    name=ORDER.name,
    colour=ORDER.colour,
    accent=ORDER.accent,
    texts={"scan_note": {"en": "Parking is free while you charge."}},
    mail_sender=None,
    receipt=ORDER.receipt,
    apps=ORDER.apps,
    support=ORDER.support,
    links=LinksView(ORDER.links.terms, ORDER.links.privacy, ORDER.links.imprint),
    logo="/brand/voltstraat/logo?v=0f1e2d3c4b5a6978",
    colours=colours_view(_COLOURS),
    corrections=_COLOURS.corrections,
)
# One pixel.
LOGO = LogoOrder(
    "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg=="
)
HOST = HostView(
    name="charge.voltstraat.example",
    main=True,
    added_at=datetime(2026, 3, 2, 9, 0, tzinfo=UTC),
    verified_at=datetime(2026, 3, 2, 9, 20, tzinfo=UTC),
    missing_since=None,
    record="_directpay.charge.voltstraat.example",
    proof="operator=0195552c-0000-7000-8000-000000000001",
)
HOSTS = HostsView((HOST,))
