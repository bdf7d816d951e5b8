"""What callers send about charge points, and the parameters of those routes."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar.params import HeaderParameter, PathParameter, QueryParameter
from msgspec import Meta, Struct

from app.api.bodies import KEY_PATTERN

_MOST_ROWS = 200
_Word = Annotated[str, Meta(min_length=1, max_length=1000)]
_Address = Annotated[str, Meta(min_length=1, max_length=512)]
_Name = Annotated[str, Meta(min_length=1, max_length=255, pattern="^[^\\x00]+$")]
EvseNo = Annotated[int, Meta(ge=1, le=999)]

Identity = Annotated[
    str,
    PathParameter(
        min_length=1,
        max_length=255,
        description="The charge point's OCPP identity, percent-encoded where needed.",
    ),
]
TransactionId = Annotated[
    str, PathParameter(min_length=1, max_length=300, description="The transaction's id.")
]
CallKey = Annotated[
    str | None,
    HeaderParameter(
        name="Idempotency-Key",
        pattern=KEY_PATTERN,
        description="A random text, new for each call, such as a UUID. With the same key again "
        "nothing is sent: the answer is that of the first call.",
    ),
]
Limit = Annotated[int, QueryParameter(ge=1, le=_MOST_ROWS, description="The most of a page.")]
Cursor = Annotated[
    str | None,
    QueryParameter(max_length=400, description="`next_cursor` of the page before."),
]
CallCursor = Annotated[
    UUID | None, QueryParameter(name="cursor", description="`next_cursor` of the page before.")
]
Keys = Annotated[
    list[_Word] | None,
    QueryParameter(
        name="key",
        max_items=50,
        description="A key of 1.6, or `Component.Variable` of 2.x; once for each. Without any, 1.6 "
        "tells all.",
    ),
]


class NewCall(Struct, frozen=True, forbid_unknown_fields=True):
    """Any call that the charge point's version of OCPP has, in its own words."""

    action: Annotated[str, Meta(min_length=1, max_length=60)]
    payload: dict[str, object] = {}


class ResetOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Restart *at_once*, or when the transactions are over."""

    at_once: bool = False


class UnlockOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Release the cable of the EVSE with this number."""

    evse_no: EvseNo


class AvailabilityOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Take an EVSE, or without *evse_no* the whole charge point, into use or out of it."""

    in_use: bool
    evse_no: EvseNo | None = None


class TriggerOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Ask for a message by its name, such as `StatusNotification`, of an EVSE or of all."""

    message: Annotated[str, Meta(min_length=1, max_length=60)]
    evse_no: EvseNo | None = None


class FirmwareOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Fetch firmware from the address *location* and install it, not before *at* (default: now)."""

    location: _Address
    at: datetime | None = None


class DiagnosticsOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Upload the diagnostics of a time, default all, to the address *location*."""

    location: _Address
    since: datetime | None = None
    until: datetime | None = None


class SettingsOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """Settings to change: values by key, or by `Component.Variable`."""

    settings: Annotated[dict[_Word, Annotated[str, Meta(max_length=2500)]], Meta(min_length=1)]


class SecurityOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The OCPP security *profile*, and the common name or serial number of the certificate."""

    profile: Annotated[int, Meta(ge=1, le=3)] | None = None
    certificate: _Name | None = None


class ClaimOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The operator's EVSEs that the charge point has from now on: their numbers there by uid."""

    evses: dict[_Name, EvseNo] = {}
