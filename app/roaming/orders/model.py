"""A reservation that another platform asked for, and what came of an order in OCPI's words."""

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final
from uuid import UUID

ACCEPTED: Final = "ACCEPTED"
REJECTED: Final = "REJECTED"
NOT_SUPPORTED: Final = "NOT_SUPPORTED"
# Until the charge point has answered.
ORDER_SECONDS: Final = 60
# Longer than that nobody keeps a socket from others.
LONGEST_RESERVATION: Final = timedelta(hours=24)
_INT31: Final = 2**31 - 1


class ReservationState(StrEnum):
    """ASKED at the charge point, HELD by it, or OVER: refused, used, given up."""

    ASKED = "asked"
    HELD = "held"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Reservation:
    """
    An EVSE of ours that is kept for a driver of another platform *until* then.

    *token_uid* is the driver's token, *id_tag* what the charge point knows instead. *order_id* is
    of the order that asked for it last, and *response_url* where its result is told.
    """

    platform_id: UUID
    reservation_id: str
    evse_uid: str
    token_uid: str
    id_tag: str
    until: datetime
    order_id: UUID
    response_url: str
    state: ReservationState = ReservationState.ASKED

    @property
    def key(self) -> str:
        """Return its id as it is compared: ids of OCPI ignore case."""
        return self.reservation_id.lower()

    @property
    def number(self) -> int:
        """Return what the charge point calls it: the same for as long as it exists."""
        name = f"{self.platform_id}/{self.key}"
        return int.from_bytes(hashlib.sha256(name.encode()).digest()[:4]) & _INT31

    def is_held(self, now: datetime) -> bool:
        """Tell whether the charge point keeps the EVSE for it *now*."""
        return self.state is ReservationState.HELD and now < self.until
