"""What a page, a live update or the API shows of the journey: plain data, no HTML, no words."""

from collections.abc import Mapping
from datetime import datetime
from decimal import Decimal
from enum import StrEnum

import msgspec

from app.directpay.model import Ending, Stage, StopReason, Why
from app.directpay.prices.views import AgreedView, MoneyView, PriceComponentView, PriceView


class PointState(StrEnum):
    """What the driver can do at the socket now."""

    FREE = "free"
    PLUG_FIRST = "plug_first"
    PLUGGED = "plugged"
    OCCUPIED = "occupied"
    SOMEONE_PAYING = "someone_paying"
    OFFLINE = "offline"
    OUT_OF_ORDER = "out_of_order"


class BrandView(msgspec.Struct, frozen=True):
    """The operator as drivers and the law know it; *texts* are its own, by Slot and language."""

    slug: str
    name: str
    legal_name: str
    colour: str
    logo: str | None
    support_phone: str
    support_email: str
    terms_url: str
    privacy_url: str
    imprint_url: str
    languages: tuple[str, ...]
    accent: str | None = None
    texts: Mapping[str, Mapping[str, str]] = {}
    apple_app: str | None = None
    app_store: str | None = None
    play_store: str | None = None


class PointView(msgspec.Struct, frozen=True):
    """The socket in front of the driver."""

    code: str
    evse_id: str
    physical_reference: str
    standard: str
    cable_attached: bool
    power_type: str
    max_power_kw: Decimal
    location_name: str
    address: str
    postal_code: str
    city: str
    country: str
    time_zone: str
    state: PointState


class NearbyView(msgspec.Struct, frozen=True):
    """A free socket elsewhere."""

    code: str
    evse_id: str
    location_name: str
    address: str
    max_power_kw: Decimal
    distance_m: int
    physical_reference: str = ""


class MethodView(msgspec.Struct, frozen=True):
    """
    A way to pay: *strategy* hold (amount is reserved) or pay_first (amount is charged).

    For what is owed after a session it is charged, whatever the strategy.
    """

    method: str
    label: str
    strategy: str
    amount: MoneyView
    test_mode: bool = False


class OfferView(msgspec.Struct, frozen=True):
    """
    What makes a session cheaper, or comes with it: a campaign without a code, or that of a code.

    *kind* is sessions | parking | energy | percent | value | gift. *amount* is, in this order, "",
    minutes, kWh, percent, major units of *currency*, or what the gift is. *most* is taken
    off one session at most (null: no less than the hold), from a price of *minimum* on. *partner*
    pays it (null: the operator). *once* says that a driver gets it a limited number of times.
    """

    key: str
    name: str
    kind: str
    amount: str
    currency: str
    by_code: bool
    partner: str | None
    once: bool
    most: MoneyView | None
    minimum: MoneyView | None


class ScanView(msgspec.Struct, frozen=True):
    """
    All that the scan page shows; *offers* are of whoever comes.

    *needs_display_code*: nobody pays here who has not read the code on the display. *credit* says
    that drivers who sign in can buy prepaid credit, and pay with it, *own_prices* that some of them
    have another price than others.
    """

    brand: BrandView
    point: PointView
    price: PriceView
    methods: tuple[MethodView, ...]
    nearby: tuple[NearbyView, ...]
    offers: tuple[OfferView, ...] = ()
    needs_display_code: bool = False
    credit: bool = False
    own_prices: bool = False


class PowerPoint(msgspec.Struct, frozen=True):
    """A point of the power chart."""

    seconds: int
    power_kw: Decimal


class LiveView(msgspec.Struct, frozen=True):
    """
    The running session.

    *cost* is what settling now would cost, after the *discount*. *left_permille* is what remains of
    the hold. *as_of* is the charge point's time of the last sample; *silent*
    says that none came for too long.
    """

    started_at: datetime
    as_of: datetime | None
    silent: bool
    seconds: int
    energy_kwh: Decimal
    power_kw: Decimal | None
    cost: MoneyView
    left_permille: int
    price_now: tuple[PriceComponentView, ...]
    next_change: datetime | None
    curve: tuple[PowerPoint, ...]
    next_components: tuple[PriceComponentView, ...] = ()
    next_is_far: bool = False
    discount: MoneyView | None = None


class LineView(msgspec.Struct, frozen=True):
    """
    A line of the receipt, incl. VAT: *quantity* of *unit* at *price*.

    *unit* is kwh | minute | hour | session. *kind* is the receipt's LineKind; lines that only
    correct the sum have no quantity. *label* is the name of the campaign of a discount.
    """

    kind: str
    quantity: Decimal | None
    unit: str | None
    price: Decimal | None
    amount: MoneyView
    label: str = ""


class ContributionView(msgspec.Struct, frozen=True):
    """What a *partner* pays in the driver's place, in a campaign of this *name*."""

    partner: str
    name: str
    amount: MoneyView


class VoucherView(msgspec.Struct, frozen=True):
    """A gift: *what* is handed out for the *code*; *partner* gives it, "" being the operator."""

    what: str
    code: str
    partner: str


class MeterView(msgspec.Struct, frozen=True):
    """
    What the meter's signed values prove: *verdict* is valid | invalid | unproven.

    *serial* is the meter's number, "" where its records do not say it.
    """

    verdict: str
    serial: str


class SettledView(msgspec.Struct, frozen=True):
    """
    The end: what was charged, what goes back, and whether it went.

    *lines* add up to the price, and so do *net* and *vat*; what others do not pay of it
    (*contributions*) is *charged*. *invoiced* says that the receipt became a full invoice, which
    happens once; *mails_left* is how often it can still be sent, *mail_failed* that no mail reaches
    the address that was asked for. *meter* is null where the meter signs nothing; else its records
    can be had as a file. *owed* says that the price was to be charged after the session, and is
    still to be paid; *paid_with* is the means that paid it then. *curve* is the power over time,
    for as long as the meter's samples are kept.
    """

    started_at: datetime | None
    ended_at: datetime | None
    energy_kwh: Decimal
    charged: MoneyView
    returned: MoneyView
    money_moved: bool
    receipt_number: str | None
    lines: tuple[LineView, ...] = ()
    net: MoneyView | None = None
    vat: MoneyView | None = None
    vat_rate: Decimal | None = None
    invoiced: bool = False
    mails_left: int = 3
    mail_failed: bool = False
    contributions: tuple[ContributionView, ...] = ()
    vouchers: tuple[VoucherView, ...] = ()
    meter: MeterView | None = None
    owed: bool = False
    paid_with: str | None = None
    curve: tuple[PowerPoint, ...] = ()


class MoreView(msgspec.Struct, frozen=True):
    """
    What the driver can add to what is held: *amount*, with the *key* that adds it once.

    *waiting* says that it was asked for and is not secured yet; *checkout_url* is where the driver
    agrees to it then. *by_page* says that it takes the provider's page.
    """

    amount: MoneyView
    key: str
    waiting: bool = False
    checkout_url: str | None = None
    by_page: bool = True


class JourneyView(msgspec.Struct, frozen=True):
    """
    All that the session page shows; the same for everyone who may look.

    *agreed* is the tariff that the driver saw and paid by. While it is not paid, *lost* says what
    became of the last attempt, *methods* are the ways to try, each once with *pay_key*.
    """

    version: int
    stage: Stage
    ending: Ending | None
    now: datetime
    brand: BrandView
    point: PointView
    held: MoneyView
    strategy: str
    method: str
    checkout_url: str | None
    plug_in_by: datetime | None
    charger_answered: bool
    hold_warning: bool
    live: LiveView | None
    settled: SettledView | None
    receipt_email: str | None
    stop_reason: StopReason | None = None
    more: MoreView | None = None
    offers: tuple[OfferView, ...] = ()
    agreed: AgreedView | None = None
    lost: Why | None = None
    methods: tuple[MethodView, ...] = ()
    pay_key: str = ""

    @property
    def is_over(self) -> bool:
        """Tell whether nothing will change by itself any more: it ended, and the money went."""
        if self.stage is not Stage.ENDED or self.ending is None:
            return False
        return self.settled is None or self.settled.money_moved
