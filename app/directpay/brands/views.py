"""The public brand as plain data."""

from collections.abc import Mapping

import msgspec


class ColoursView(msgspec.Struct, frozen=True):
    """Colours as `#rrggbb`; text on *brand* and *accent*, and links, reach 4.5:1 (WCAG AA)."""

    brand: str
    on_brand: str
    accent: str
    on_accent: str
    link_light: str
    link_dark: str


class SupportView(msgspec.Struct, frozen=True):
    """Where a driver gets help; *hours* are the operator's words, "" where it wrote none."""

    phone: str
    email: str
    hours: str


class LinksView(msgspec.Struct, frozen=True):
    """The pages that the law wants within reach."""

    terms: str
    privacy: str
    imprint: str


class StoresView(msgspec.Struct, frozen=True):
    """Where the operator's own apps are; None where there is none."""

    app_store: str | None
    play_store: str | None


class FeaturesView(msgspec.Struct, frozen=True):
    """What drivers can do: buy credit, pay after the session, have prices of their own."""

    credit: bool
    pay_after: bool
    own_prices: bool


class PublicBrandView(msgspec.Struct, frozen=True):
    """
    An operator as its app shows it.

    *address* is where its pages are. *logo* and *icons* are addresses of PNGs, the icons by their
    size in pixels. *texts* are the operator's words by place, in the language that was asked for.
    """

    slug: str
    name: str
    legal_name: str
    address: str
    colours: ColoursView
    logo: str | None
    icons: Mapping[str, str]
    texts: Mapping[str, str]
    support: SupportView
    links: LinksView
    languages: tuple[str, ...]
    stores: StoresView
    features: FeaturesView
