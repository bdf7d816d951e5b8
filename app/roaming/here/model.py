"""A session of another platform's driver at a charge point of ours."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final
from uuid import UUID

from app.charging.cdrs import ocpi
from app.pricing.tariffs.model import Json
from app.roaming.wire.codec import plain, read
from app.roaming.wire.values import CdrToken

# OCPI 2.3.0, mod_payments: who makes the invoice of what is paid at a terminal.
INVOICED_BY_US: Final = "CPO"
INVOICED_BY_PROVIDER: Final = "PTP"
# OCPI, AuthMethod: the platform ordered it, was asked about it, or had told of it before.
BY_COMMAND: Final = "COMMAND"
BY_REQUEST: Final = "AUTH_REQUEST"
BY_WHITELIST: Final = "WHITELIST"


@dataclass(frozen=True, slots=True)
class Guest:
    """
    Who charges, and by which tariff: agreed on when the platform asked for the start.

    *asked_at* is when the charge point was asked, *answered_at* when the platform was told what
    came of it. *cdr_id* is set when the record was made. With a *journey_id* the driver paid at a
    terminal of the platform, and the session is a journey of ours; *invoice_creator* is then who
    makes the invoice: `CPO`, which is us, or `PTP`. *auth_method* says how we knew that the driver
    may charge, in OCPI's words (AuthMethod).
    """

    session_id: UUID
    platform_id: UUID
    token: CdrToken
    reference: str | None
    response_url: str
    auth_method: str
    connector_id: str
    tariff_id: str
    tariff_version: int
    variant: str
    created_at: datetime
    asked_at: datetime | None = None
    answered_at: datetime | None = None
    cdr_id: UUID | None = None
    journey_id: UUID | None = None
    invoice_creator: str | None = None

    @property
    def payer(self) -> ocpi.Guest:
        """Return who pays, as the record says it."""
        token: Json = plain(self.token)
        return ocpi.Guest(token, self.reference, self.auth_method, self.connector_id)


def token_in(stored: Json) -> CdrToken:
    """Return a token as it was stored."""
    return read(CdrToken, stored)
