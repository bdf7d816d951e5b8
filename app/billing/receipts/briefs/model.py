"""A document in brief."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Brief:
    """
    What lists show of a session's document, as it was printed.

    *charged* is what was kept, incl. VAT and after discounts.
    """

    session_id: UUID
    number: str
    location: str
    city: str
    evse_id: str
    time_zone: str
    energy_kwh: Decimal
    ended_at: datetime
    charged: Money
