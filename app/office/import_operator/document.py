"""The operator file: its fields, as docs/reference/operator-file.md explains them."""

from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from app.charging.tokens.model import Payer, TokenType, Whitelist
from app.directpay.money.policy import WhenUsedUp
from app.office.import_operator.entries.brand import BrandEntry
from app.office.import_operator.entries.prices import (
    PromotionEntry,
    RegionEntry,
    RuleEntry,
    SeriesEntry,
)
from app.people.identity.model import MerchantOfRecord

Json = dict[str, object]


class AddressEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`address`."""

    street: str
    postal_code: str
    city: str
    country: str


class SupportEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`support`."""

    phone: str
    email: str


class LinksEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`links`."""

    terms: str
    privacy: str
    imprint: str


class CommissionEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`commission`: percent of the net price, and an amount such as `0.25 EUR` a session."""

    percent: Decimal = Decimal(0)
    per_session: str | None = None


class PaymentEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`payment` of the operator: whether the cable has to be in before anybody pays."""

    cable_first: bool = False


class PaidBy(StrEnum):
    """How an operator for whom the platform sells gets what it earned."""

    PAYOUT = "payout"
    PROVIDER = "provider"


class StickersEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`stickers` of the operator: whether a code needs the check tag of one of its stickers."""

    tags_required: bool = False


class OperatorEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`operator`."""

    slug: str
    legal_name: str
    party_id: str
    address: AddressEntry
    vat_number: str
    brand: BrandEntry
    support: SupportEntry
    links: LinksEntry
    receipt_series: str
    languages: list[str]
    hosts: list[str] = []
    public_url: str | None = None
    merchant_of_record: MerchantOfRecord = MerchantOfRecord.OPERATOR
    commission: CommissionEntry = CommissionEntry()
    paid_by: PaidBy = PaidBy.PAYOUT
    refund_limit: str | None = None
    payment: PaymentEntry = PaymentEntry()
    stickers: StickersEntry = StickersEntry()


class AccountEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `provider_accounts`."""

    provider: str
    mode: str
    secret: str
    merchant_account: str | None = None
    webhook_keys: list[str] = []
    live_prefix: str | None = None
    share_account: str | None = None


class RouteEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `payment_routes`: which providers, where and for what."""

    providers: list[str]
    locations: list[str] = []
    methods: list[str] = []


class TerminalEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `terminals`: a card terminal, and the charging points that it serves."""

    id: str
    provider: str
    device: str
    name: str
    evses: list[str]
    language: str | None = None
    waits: bool = False


class WalletEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`wallet`: the *amounts* of credit that are sold, and the *most* that a driver may have."""

    amounts: list[str]
    most: str


class DriverEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `drivers`: who has this *email* is in these *groups* after signing in."""

    email: str
    groups: list[str]


class ChargeAfterEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`charge_after`: up to *most* a session may cost that a kept means is charged for after it."""

    most: str


class HoldEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`hold`: amounts such as `45.00 EUR`, for alternating and for direct current."""

    ac: str | None = None
    dc: str | None = None


class OperatorHoldEntry(HoldEntry, frozen=True, forbid_unknown_fields=True):
    """`hold` of the operator: also how drivers may *add* to a hold, and up to how much."""

    add: str | None = None
    most: str | None = None
    when_used_up: WhenUsedUp = WhenUsedUp.OFFER


class ConnectorEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `connectors`, in the words of OCPI."""

    id: str
    standard: str
    format: str
    power_type: str
    max_power_kw: Decimal


class MeterEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`meter`: the number that stands in its signed records, and its public key."""

    serial: str
    public_key: str


class DisplayEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`display_code`: a QR code on the display that is another one all the time."""

    validity_seconds: int = 30
    length: int = 8
    required: bool = True


class EvseEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `evses`; *hold* and *tariff* replace those of the location."""

    uid: str
    evse_id: str
    code: str
    charge_point: str
    evse_no: int
    physical_reference: str
    connectors: list[ConnectorEntry]
    ocpp16_connector_id: int | None = None
    meter: MeterEntry | None = None
    display_code: DisplayEntry | None = None
    hold: HoldEntry = HoldEntry()
    tariff: str | None = None


class ChargePointEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `charge_points`: what it calls itself in OCPP, and its password."""

    identity: str
    password: str


class LocationEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `locations`; *hold* and *tariff* replace those of the operator."""

    id: str
    name: str
    address: str
    postal_code: str
    city: str
    country: str
    latitude: Decimal
    longitude: Decimal
    time_zone: str
    charge_points: list[ChargePointEntry]
    evses: list[EvseEntry]
    hold: HoldEntry = HoldEntry()
    tariff: str | None = None
    time_metering_certified: bool = False


class TokenEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `tokens`, in the words of OCPI; *email* is the address of whose it is."""

    uid: str
    type: TokenType = TokenType.RFID
    contract_id: str | None = None
    visual_number: str | None = None
    issuer: str | None = None
    group_id: str | None = None
    whitelist: Whitelist = Whitelist.NEVER
    language: str | None = None
    default_profile_type: str | None = None
    email: str | None = None
    payer: Payer = Payer.WALLET
    expires_at: str | None = None


class OperatorDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    operator: OperatorEntry
    provider_accounts: list[AccountEntry]
    tariffs: list[Json]
    locations: list[LocationEntry]
    hold: OperatorHoldEntry = OperatorHoldEntry()
    wallet: WalletEntry | None = None
    charge_after: ChargeAfterEntry | None = None
    tariff: str | None = None
    payment_routes: list[RouteEntry] = []
    terminals: list[TerminalEntry] = []
    fall_back_after_decline: bool = False
    regions: list[RegionEntry] = []
    tariff_rules: list[RuleEntry] = []
    promotions: list[PromotionEntry] | None = None
    price_series: list[SeriesEntry] = []
    price_lock: dict[str, str] = {}
    drivers: list[DriverEntry] = []
    tokens: list[TokenEntry] = []
