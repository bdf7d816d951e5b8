"""What can be told to a charge point about prices, and who takes it there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Protocol
from uuid import UUID

from app.directpay.prices.views import PriceComponentView
from app.kernel.money import Money
from app.pricing.tariffs.model import Tariff


@dataclass(frozen=True, slots=True)
class Place:
    """Where it is to be read: the EVSE, and the transaction that runs there."""

    operator_id: UUID
    identity: str
    evse_no: int
    ocpp16_connector_id: int
    transaction_id: str


@dataclass(frozen=True, slots=True)
class Agreed:
    """
    A transaction has begun: *text* is its price in *language*, *tariff* the one that prices it.

    *limit* is the most that it may cost, incl. VAT; *vat* the rate in percent.
    """

    place: Place
    id_tag: str
    language: str
    text: str
    tariff: Tariff
    vat: Decimal
    limit: Money


@dataclass(frozen=True, slots=True)
class Running:
    """
    What a transaction has cost by *at*, incl. VAT, when its meter stood at *register_wh*.

    The *prices* hold now, incl. VAT. The *limit* surely lasts until *lasts_until* at the EVSE's
    whole power (kW), None: for ever.
    """

    place: Place
    language: str
    text: str
    at: datetime
    register_wh: Decimal
    cost: Money
    prices: Sequence[PriceComponentView]
    limit: Money
    lasts_until: datetime | None
    max_power_kw: Decimal


@dataclass(frozen=True, slots=True)
class Final:
    """What a transaction has cost in the end, incl. VAT, in words too."""

    place: Place
    language: str
    text: str
    cost: Money


@dataclass(frozen=True, slots=True)
class Default:
    """What whoever comes to the EVSE pays: the tariff there, with the VAT rate in percent."""

    place: Place
    tariff: Tariff
    vat: Decimal


Notice = Agreed | Running | Final | Default


class PriceBoard(Protocol):
    """Takes notices to charge points that can show them. Nothing here waits or raises."""

    def wants(self, place: Place) -> bool:
        """Tell whether what *place* has cost so far would be shown there now."""
        ...

    def tell(self, notice: Notice) -> None:
        """Show *notice* as soon as may be; what comes after it takes its place."""
        ...


class NoBoard(PriceBoard):
    """Shows nothing."""

    def wants(self, place: Place) -> bool:  # noqa: ARG002 - as all boards
        """Want nothing."""
        return False

    def tell(self, notice: Notice) -> None:
        """Drop *notice*."""
