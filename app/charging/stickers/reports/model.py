"""A report about a sticker, by anybody."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import TypeAlias
from uuid import UUID

# Behind which report a page begins: when it was made, and its id.
Behind: TypeAlias = tuple[datetime, UUID]


class Wrong(StrEnum):
    """What looks wrong."""

    PASTED_OVER = "pasted_over"
    OTHER_ADDRESS = "other_address"
    UNREADABLE = "unreadable"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Report:
    """
    What somebody saw at an EVSE.

    *number* is that of the sticker that was scanned, 0 where none is known. *note* is in the words
    of whoever reported it, and no more is kept of them. *closed_at* is when somebody of the
    operator had looked, and *outcome* what was found.
    """

    report_id: UUID
    evse_uid: str
    number: int
    reason: Wrong
    note: str
    reported_at: datetime
    closed_at: datetime | None = None
    closed_by: str | None = None
    outcome: str | None = None
