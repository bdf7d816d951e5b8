"""A call to a charge point, and what came of it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Final
from uuid import UUID

import msgspec

Json = Mapping[str, Any]  # whatever a version of OCPP has
# Longer than any patience with a charge point: what is open by then nobody will ever know.
_OPEN_FOR: Final = timedelta(minutes=2)
_encoder = msgspec.json.Encoder(decimal_format="number")


class CallOutcome(StrEnum):
    """
    What came of a call.

    ANSWERED with a result, REFUSED with a CALLERROR; NOT_SENT never left; UNKNOWN left and was not
    answered: whatever it asked for may have happened. PENDING is on its way.
    """

    PENDING = "pending"
    ANSWERED = "answered"
    REFUSED = "refused"
    NOT_SENT = "not_sent"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True)
class Order:
    """A call to make, in the words of the charge point's version."""

    action: str
    payload: Json


@dataclass(frozen=True, slots=True)
class CallError:
    """The CALLERROR of a charge point as it came; *details* are JSON."""

    code: str
    description: str
    details: str


@dataclass(frozen=True, slots=True)
class Reply:
    """What came back: the *answer* as JSON, or the *error*; *detail* says why there is neither."""

    outcome: CallOutcome
    answer: str | None = None
    error: CallError | None = None
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Call:
    """A call on record: who made it and when; *payload* is JSON, without passwords."""

    call_id: UUID
    identity: str
    action: str
    payload: str
    asked_by: str
    asked_at: datetime
    reply: Reply
    answered_at: datetime | None = None

    def outcome(self, now: datetime) -> CallOutcome:
        """Return what came of it; one that has been open for long is unknown."""
        is_lost = self.reply.outcome is CallOutcome.PENDING and now - self.asked_at > _OPEN_FOR
        return CallOutcome.UNKNOWN if is_lost else self.reply.outcome


@dataclass(frozen=True, slots=True)
class Setting:
    """
    A setting by its *key* as a charge point told it, or took it.

    *status* is the charge point's own word; *value* and *readonly* are None when it told none.
    """

    key: str
    status: str
    value: str | None = None
    readonly: bool | None = None


def as_json(payload: Json) -> str:
    """Return *payload* as the wire has it: numbers stay numbers."""
    return _encoder.encode(payload).decode()
