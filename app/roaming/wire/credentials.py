"""Versions, credentials and the parties of a hub (OCPI, version and credentials, mod_hub)."""

from datetime import datetime

from app.pricing.tariffs.model import OcpiObject
from app.roaming.wire.values import BusinessDetails


class VersionLink(OcpiObject, frozen=True, kw_only=True):
    """A version, and where its details are."""

    version: str
    url: str


class Endpoint(OcpiObject, frozen=True, kw_only=True):
    """Where a module is served; *role* is SENDER or RECEIVER."""

    identifier: str
    role: str = "RECEIVER"
    url: str

    def serves(self, module: str, role: str) -> bool:
        """Tell whether this is a *module* in a *role*, in capital or in small letters."""
        return (self.identifier.lower(), self.role.upper()) == (module, role)


class VersionDetails(OcpiObject, frozen=True, kw_only=True):
    """The modules of a version."""

    version: str
    endpoints: tuple[Endpoint, ...] = ()


class CredentialsRole(OcpiObject, frozen=True, kw_only=True):
    """What a party is: CPO, EMSP, HUB, NSP, NAP, PTP or SCSP."""

    role: str
    business_details: BusinessDetails
    party_id: str
    country_code: str


class Credentials(OcpiObject, frozen=True, kw_only=True):
    """The token by which the sender wants to be addressed, at which address, as whom."""

    token: str
    url: str
    hub_party_id: str | None = None
    roles: tuple[CredentialsRole, ...] = ()


class ClientInfo(OcpiObject, frozen=True, kw_only=True):
    """Whether a party of a hub can be reached: CONNECTED, OFFLINE, PLANNED or SUSPENDED."""

    party_id: str
    country_code: str
    role: str
    status: str
    last_updated: datetime
