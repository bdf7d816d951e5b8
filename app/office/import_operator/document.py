"""The operator file: its fields, as docs/reference/operator-file.md explains them."""

from decimal import Decimal

from msgspec import Struct

from app.directpay.money.policy import WhenUsedUp
from app.people.identity.model import MerchantOfRecord

Json = dict[str, object]


class AddressEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`address`."""

    street: str
    postal_code: str
    city: str
    country: str


class BrandEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`brand`; *logo* is the name of a picture beside the file."""

    name: str
    colour: str
    logo: str | None = None


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
    public_url: str | None = None
    merchant_of_record: MerchantOfRecord = MerchantOfRecord.OPERATOR
    commission: CommissionEntry = CommissionEntry()
    refund_limit: str | None = None


class AccountEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `provider_accounts`."""

    provider: str
    mode: str
    secret: str
    merchant_account: str | None = None
    webhook_keys: list[str] = []
    live_prefix: str | None = None


class RouteEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `payment_routes`: which providers, where and for what."""

    providers: list[str]
    locations: list[str] = []
    methods: list[str] = []


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


class RegionEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `regions`: locations that rules can name together."""

    id: str
    locations: list[str]


class RuleEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `tariff_rules`: for which group and place a tariff holds, and since when."""

    name: str
    tariff: str
    group: str = "public"
    region: str | None = None
    location: str | None = None
    evse: str | None = None
    connector: str | None = None
    from_kw: Decimal | None = None
    below_kw: Decimal | None = None
    priority: int = 0
    valid_from: str | None = None
    valid_until: str | None = None
    reason: str = ""


class PromotionLimitsEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`limits` of a promotion: how often, and how much in all."""

    uses: int | None = None
    uses_a_day: int | None = None
    per_driver: int | None = None
    per_code: int | None = None
    budget: str | None = None
    budget_a_day: str | None = None


class PromotionEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `promotions`: exactly one of *money* to *gift* says what it gives."""

    id: str
    name: str
    currency: str
    money: str | None = None
    sessions: int | None = None
    percent: Decimal | None = None
    kwh: Decimal | None = None
    parking_minutes: int | None = None
    gift: str | None = None
    automatic: bool = False
    code: str | None = None
    stackable: bool = False
    partner: str | None = None
    valid_from: str | None = None
    valid_until: str | None = None
    locations: list[str] = []
    evses: list[str] = []
    tariffs: list[str] = []
    groups: list[str] = []
    minimum: str | None = None
    most: str | None = None
    limits: PromotionLimitsEntry = PromotionLimitsEntry()


class RailsEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`rails` of a price series."""

    floor: Decimal | None = None
    ceiling: Decimal | None = None
    lead_minutes: int = 15
    biggest_step: Decimal | None = None


class BandEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `bands` of a formula."""

    start: str
    end: str
    plus: Decimal
    days: list[str] = []


class ShareStepEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `steps` of a formula."""

    at_least: Decimal
    plus: Decimal


class FormulaEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """`formula` of a price series."""

    curve: str | None = None
    factor: Decimal = Decimal(1)
    plus: Decimal = Decimal(0)
    bands: list[BandEntry] = []
    renewables: str | None = None
    steps: list[ShareStepEntry] = []
    decimals: int = 4


class SeriesEntry(Struct, frozen=True, forbid_unknown_fields=True):
    """One of `price_series`: prices through the day, written or worked out."""

    id: str
    time_zone: str
    currency: str = ""
    default: str | None = None
    unit: str = "kwh"
    minutes: int = 60
    rails: RailsEntry = RailsEntry()
    formula: FormulaEntry | None = None


class OperatorDocument(Struct, frozen=True, forbid_unknown_fields=True):
    """The whole file."""

    operator: OperatorEntry
    provider_accounts: list[AccountEntry]
    tariffs: list[Json]
    locations: list[LocationEntry]
    hold: OperatorHoldEntry = OperatorHoldEntry()
    tariff: str | None = None
    payment_routes: list[RouteEntry] = []
    fall_back_after_decline: bool = False
    regions: list[RegionEntry] = []
    tariff_rules: list[RuleEntry] = []
    promotions: list[PromotionEntry] | None = None
    price_series: list[SeriesEntry] = []
    price_lock: dict[str, str] = {}
