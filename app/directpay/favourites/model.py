"""What a driver waits for."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from uuid import UUID

MOST_FAVOURITES: Final = 100
MOST_WATCHES: Final = 10
# Who has not come by then has charged elsewhere.
WATCH_LASTS: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Watch:
    """
    A driver waits until an EVSE is free: this one, or any of the location where *evse_uid* is None.

    It ends by itself at *expires_at*, and with the one notice that it is for.
    """

    watch_id: UUID
    driver_id: UUID
    location_id: str
    evse_uid: str | None
    made_at: datetime
    expires_at: datetime
