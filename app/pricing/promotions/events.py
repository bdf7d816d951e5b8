"""What happened to promotions, told in the transaction of the change."""

from dataclasses import dataclass
from uuid import UUID

from app.kernel.events import Event
from app.kernel.money import Money, TaxedAmount


@dataclass(frozen=True, slots=True)
class PromotionConsumed(Event):
    """
    A benefit took *amount*, incl. VAT, off what the driver of a session pays; never nothing.

    Without a *partner* it is a reduction of the operator's price: *taxes* are its parts per VAT
    rate, by which the VAT falls. A *partner* pays it in the driver's place: the price and its VAT
    stay, and *taxes* is empty.
    """

    session_id: UUID
    reservation_id: UUID
    campaign_id: str
    partner: str | None
    amount: Money
    taxes: tuple[TaxedAmount, ...]
