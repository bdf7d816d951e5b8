"""Commands and what comes of them (OCPI, mod_commands)."""

from datetime import datetime

from app.pricing.tariffs.model import DisplayText, OcpiObject
from app.roaming.wire.tokens import Token


class StartSession(OcpiObject, frozen=True, kw_only=True):
    """Start a session for *token*."""

    response_url: str
    token: Token
    location_id: str
    evse_uid: str | None = None
    connector_id: str | None = None
    authorization_reference: str | None = None


class StopSession(OcpiObject, frozen=True, kw_only=True):
    """Stop a session."""

    response_url: str
    session_id: str


class ReserveNow(OcpiObject, frozen=True, kw_only=True):
    """Keep an EVSE for *token*."""

    response_url: str
    token: Token
    expiry_date: datetime
    reservation_id: str
    location_id: str
    evse_uid: str | None = None
    authorization_reference: str | None = None


class CancelReservation(OcpiObject, frozen=True, kw_only=True):
    """Give a reservation up."""

    response_url: str
    reservation_id: str


class UnlockConnector(OcpiObject, frozen=True, kw_only=True):
    """Unlock a connector."""

    response_url: str
    location_id: str
    evse_uid: str
    connector_id: str


class CommandResponse(OcpiObject, frozen=True, kw_only=True):
    """What a platform says at once; *timeout* in seconds until the result."""

    result: str
    timeout: int = 30
    message: tuple[DisplayText, ...] = ()


class CommandResult(OcpiObject, frozen=True, kw_only=True):
    """What came of a command."""

    result: str
    message: tuple[DisplayText, ...] = ()
