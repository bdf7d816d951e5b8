"""A notification of a charge point."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Notification:
    """
    A message that decides no money, such as a report or the progress of firmware.

    *action* is OCPP's name of it, *payload* its JSON as it came.
    """

    operator_id: UUID
    identity: str
    action: str
    payload: str
    received_at: datetime


@dataclass(frozen=True, slots=True)
class Kept:
    """A notification as it is kept; the ids are in the order of *received_at*."""

    notification_id: UUID
    action: str
    payload: str
    received_at: datetime
