"""The part of the operator file that is about prices: rules, promotions, series."""

from decimal import Decimal

from msgspec import Struct


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
    names: dict[str, str] = {}
    gifts: dict[str, str] = {}


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
