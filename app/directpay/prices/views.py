"""What a page or the API shows of prices: plain data, no HTML, no words of its own."""

from datetime import datetime
from decimal import Decimal
from uuid import UUID

import msgspec

from app.pricing.tariffs.dynamic.model import Lock


class MoneyView(msgspec.Struct, frozen=True):
    """Whole minor units and a currency, as amounts travel."""

    minor: int
    currency: str


class PriceComponentView(msgspec.Struct, frozen=True):
    """
    One price, incl. VAT, in major units per unit.

    *unit* is kwh | minute | session | other; *kind* the OCPI dimension. *from_minute* is the end
    of a grace period, *from_kwh* of a free band; *from_kw* is a power. *until* is the instant of
    its next change, if any.
    """

    unit: str
    kind: str
    price: Decimal
    currency: str
    from_minute: int | None = None
    from_kwh: Decimal | None = None
    from_kw: Decimal | None = None
    until: datetime | None = None


class RuleView(msgspec.Struct, frozen=True):
    """
    The rule that chose a tariff: for which *group*, at which *place*, under which *name*.

    *reason* says why this group has another price than others, where that needs one.
    """

    rule_id: UUID
    name: str
    group: str
    place: str
    reason: str = ""


class AgreedView(msgspec.Struct, frozen=True):
    """
    The tariff that a session was agreed on, and the rule that chose it.

    *lock* says whether a dynamic price was kept or is followed; null: the tariff has none.
    *chosen_by* is null in sessions of earlier releases.
    """

    tariff_id: str
    tariff_version: int
    lock: Lock | None
    chosen_by: RuleView | None


class CurvePoint(msgspec.Struct, frozen=True):
    """From *start* on a kWh costs *price*, incl. VAT, in major units, until the next point."""

    start: datetime
    price: Decimal


class PriceView(msgspec.Struct, frozen=True):
    """
    The price block: components in the order kWh, minute, session, other (AFIR Art. 5).

    *chosen_by* is the rule that chose the tariff. *next_is_far* says that the next change is a day
    or more ahead: the hour alone misleads. *words* are the same in sentences, for whom asks.

    With dynamic prices *lock* is `session_start` (the price shown holds for the whole session) or
    `live` (it follows the *curve*); else it is null. The *curve* has the prices of today and
    tomorrow as far as they are known, *curve_until*; the point of *curve_now* holds now.
    """

    tariff_id: str
    tariff_version: int
    currency: str
    vat_rate: Decimal | None
    components: tuple[PriceComponentView, ...]
    minimum: MoneyView | None
    maximum: MoneyView | None
    next_change: datetime | None
    next_components: tuple[PriceComponentView, ...]
    chosen_by: RuleView | None = None
    next_is_far: bool = False
    words: tuple[str, ...] = ()
    lock: Lock | None = None
    curve: tuple[CurvePoint, ...] = ()
    curve_until: datetime | None = None
    curve_now: datetime | None = None
