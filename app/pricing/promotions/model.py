"""What a campaign gives, to whom, where and how often: its terms, and a reservation under them."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec

from app.kernel.money import Money


class _Benefit(msgspec.Struct, frozen=True, tag_field="kind", tag=str.lower):
    """What is given, stored as JSON with its kind."""


class Sessions(_Benefit, frozen=True):
    """Whole sessions for nothing: *count* with one code."""

    count: int


class Parking(_Benefit, frozen=True):
    """The first *minutes* of each session's blocking time (OCPI PARKING_TIME) for nothing."""

    minutes: int


class Energy(_Benefit, frozen=True):
    """The energy of *kwh* for nothing, the first that flows."""

    kwh: Decimal


class Percent(_Benefit, frozen=True):
    """*percent* off the price."""

    percent: Decimal


class Value(_Benefit, frozen=True):
    """*minor* units of the campaign's currency off the price."""

    minor: int


class Gift(_Benefit, frozen=True):
    """Something that is not money: *what* is printed on the receipt with a voucher code."""

    what: str


Benefit = Sessions | Parking | Energy | Percent | Value | Gift


class Limits(msgspec.Struct, frozen=True):
    """
    How often and how much at most; None where there is no limit.

    *uses* count sessions, reserved ones too; the budgets are what was taken off prices, in minor
    units. *per_code* is not asked for codes that everybody may use.
    """

    uses: int | None = None
    uses_a_day: int | None = None
    per_driver: int | None = None
    per_code: int | None = None
    budget_minor: int | None = None
    budget_a_day_minor: int | None = None


class Terms(msgspec.Struct, frozen=True):
    """
    What a campaign gives and when; *name* is what drivers read on page and receipt.

    An *automatic* campaign needs no code. *partner* names who pays for it, None is the operator.
    Empty *locations*, *evses*, *tariffs* and *groups* mean everywhere and any. *minimum_minor* is
    the least price of a session before discounts, *most_minor* the most that is taken off one.
    *names* and *gifts* say the name and the gift in other languages than those of the operator.
    """

    name: str
    benefit: Benefit
    currency: str
    automatic: bool = False
    stackable: bool = False
    partner: str | None = None
    valid_from: datetime | None = None
    valid_until: datetime | None = None
    locations: tuple[str, ...] = ()
    evses: tuple[str, ...] = ()
    tariffs: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    minimum_minor: int = 0
    most_minor: int | None = None
    limits: Limits = Limits()
    names: dict[str, str] = {}
    gifts: dict[str, str] = {}

    def name_in(self, language: str) -> str:
        """Return the name that drivers read in *language*; where it has none, the first one."""
        return self.names.get(language, self.name)

    def gift_in(self, language: str) -> str:
        """Return what is given in *language*, else in the operator's; "" where it is no gift."""
        what = self.benefit.what if isinstance(self.benefit, Gift) else ""
        return self.gifts.get(language, what) if what else ""


@dataclass(frozen=True, slots=True)
class Campaign:
    """A campaign's terms by its id; the *version* grows when they change."""

    campaign_id: str
    version: int
    terms: Terms
    ended_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class Coupon:
    """
    A code of a campaign, by its id.

    A *shared* one is for everybody, and gives its benefit to each session anew; any other belongs
    to whoever has it, and is used up.
    """

    coupon_id: UUID
    campaign_id: str
    is_shared: bool


class ReservationState(StrEnum):
    """RESERVED for a session, then CONSUMED by it or RELEASED because it took nothing."""

    RESERVED = "reserved"
    CONSUMED = "consumed"
    RELEASED = "released"


@dataclass(frozen=True, slots=True)
class Grant:
    """What a session may take at most: *most* off its price, and so many *watt_hours* free."""

    most: Money
    watt_hours: int = 0


@dataclass(frozen=True, slots=True)
class Reservation:
    """What was promised to a session: the terms as they were then, and the *grant*."""

    reservation_id: UUID
    session_id: UUID
    campaign: Campaign
    grant: Grant
    coupon: Coupon | None = None
    driver: str = ""
    day: str = ""
    state: ReservationState = ReservationState.RESERVED
    took: Grant | None = None

    @property
    def terms(self) -> Terms:
        """Return the terms that were agreed."""
        return self.campaign.terms


@dataclass(frozen=True, slots=True)
class Site:
    """Where and under which tariff somebody wants to charge; *hold* is secured for the session."""

    location_id: str
    evse_uid: str
    tariff_id: str
    time_zone: str
    hold: Money
    group: str = ""


@dataclass(frozen=True, slots=True)
class Asked:
    """
    What a driver presents: a code as typed, and the mark by which a browser or an app is known.

    Either is empty where there is none.
    """

    code: str = ""
    driver: str = ""
