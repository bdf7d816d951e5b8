"""What callers send and get back about promotions, where it is not a view of the journey."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated

from litestar.params import PathParameter
from msgspec import Meta, Struct

from app.directpay.prices.views import MoneyView
from app.directpay.views import OfferView
from app.pricing.promotions.coupons.make import MOST_AT_ONCE

# What an app makes for a driver once and keeps: nobody can guess somebody else's.
DRIVER_PATTERN = "^[0-9A-Za-z_-]{16,64}$"
Typed = Annotated[str, Meta(min_length=1, max_length=64)]
Driver = Annotated[str, Meta(pattern=DRIVER_PATTERN)]
CampaignId = Annotated[
    str,
    PathParameter(pattern="^[a-z0-9-]{1,40}$", description="The campaign's id."),
]


class CouponOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """
    The code as the driver typed it, and by what the caller knows the driver.

    Without a *driver* there is nothing of what is limited per driver.
    """

    coupon: Typed
    driver: Driver | None = None


class Offers(Struct, frozen=True):
    """What a session would get that began now, in the order in which it is taken off."""

    offers: tuple[OfferView, ...]


class CampaignView(Struct, frozen=True):
    """
    A campaign and what it gave so far, what is reserved for sessions under way included.

    *partner* pays for it (null: the operator); *drivers* are those who are known, *codes* those
    that are not blocked.
    """

    id: str
    name: str
    kind: str
    partner: str | None
    uses: int
    given: MoneyView
    kwh: Decimal
    drivers: int
    codes: int
    ended_at: datetime | None


class Campaigns(Struct, frozen=True):
    """All campaigns of an operator, by id, ended ones too."""

    campaigns: tuple[CampaignView, ...]


class CodesOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """How many codes to make."""

    count: Annotated[int, Meta(ge=1, le=MOST_AT_ONCE)]


class NewCodes(Struct, frozen=True):
    """Codes that nobody can guess, as they are printed."""

    codes: tuple[str, ...]


class CodeOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """A code, as somebody typed it."""

    code: Typed


class VoucherUse(Struct, frozen=True):
    """
    A gift of a receipt: *what*, who pays it (*partner*, null being the operator), and since when.

    *is_first* is true once: whoever hands it out looks at it.
    """

    campaign: str
    what: str
    partner: str | None
    handed_out_at: datetime
    is_first: bool
