"""The envelope around every OCPI answer, and its status codes."""

from datetime import datetime
from enum import IntEnum
from typing import Any

from app.pricing.tariffs.model import OcpiObject


class Status(IntEnum):
    """OCPI status codes (transport and format, "Status codes")."""

    SUCCESS = 1000
    CLIENT_ERROR = 2000
    INVALID_PARAMETERS = 2001
    NOT_ENOUGH_INFORMATION = 2002
    UNKNOWN_LOCATION = 2003
    UNKNOWN_TOKEN = 2004
    SERVER_ERROR = 3000
    UNUSABLE_CLIENT_API = 3001
    UNSUPPORTED_VERSION = 3002
    NO_MATCHING_ENDPOINTS = 3003
    HUB_ERROR = 4000
    UNKNOWN_RECEIVER = 4001
    TIMEOUT_ON_FORWARD = 4002
    CONNECTION_PROBLEM = 4003


class Envelope(OcpiObject, frozen=True, kw_only=True):
    """An answer: *data* is whatever was asked for."""

    data: Any = None
    status_code: int
    status_message: str | None = None
    timestamp: datetime | None = None
