"""An object of another platform, by its name."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

LOCATIONS = "locations"
TARIFFS = "tariffs"
SESSIONS = "sessions"
CDRS = "cdrs"
TOKENS = "tokens"
CLIENTS = "hubclientinfo"
INVOICES = "invoicereconciliation"
PAYMENTS = "payments"
# What is of no use once its platform is gone.
PASSING = (LOCATIONS, TARIFFS, SESSIONS, TOKENS, CLIENTS)


@dataclass(frozen=True, slots=True)
class Name:
    """The name of an object: ids of OCPI say the same in capital and in small letters."""

    platform_id: UUID
    module: str
    country_code: str
    party_id: str
    object_id: str

    @property
    def key(self) -> dict[str, object]:
        """Return the columns by which it is found."""
        return {
            "platform_id": self.platform_id,
            "module": self.module,
            "country_code": self.country_code.upper(),
            "party_id": self.party_id.upper(),
            "object_key": self.object_id.lower(),
        }


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of an object that came: new, newer, the same, or older than what was known."""

    is_new: bool
    is_changed: bool


@dataclass(frozen=True, slots=True)
class Received:
    """An object as it is kept: *body* is JSON of OCPI 2.3.0."""

    name: Name
    body: str
    last_updated: datetime
    received_at: datetime
