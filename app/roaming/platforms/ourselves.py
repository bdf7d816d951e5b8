"""What we tell other platforms about ourselves: versions, modules, roles."""

from collections.abc import Mapping
from typing import Final

from app.people.identity.model import Operator
from app.roaming.platforms.model import RECEIVER, SENDER
from app.roaming.wire.credentials import (
    Credentials,
    CredentialsRole,
    Endpoint,
    VersionDetails,
    VersionLink,
)
from app.roaming.wire.values import BusinessDetails
from app.roaming.wire.versions import PREFERRED, Version

CREDENTIALS: Final = "credentials"
_BOTH: Final = (SENDER, RECEIVER)
# The modules that are served, and in which roles.
MODULES: Final[Mapping[str, tuple[str, ...]]] = {
    CREDENTIALS: _BOTH,
    "locations": _BOTH,
    "tariffs": _BOTH,
    "sessions": _BOTH,
    "cdrs": _BOTH,
    "commands": _BOTH,
    "tokens": _BOTH,
    "hubclientinfo": (RECEIVER,),
    "invoicereconciliation": _BOTH,
    "payments": _BOTH,
}
# What 2.2.1 does not know.
_ONLY_LATER: Final = frozenset(("payments", "invoicereconciliation"))
_ROLES: Final = ("CPO", "EMSP")


def our_versions(base_url: str) -> tuple[VersionLink, ...]:
    """Return the versions that are spoken, the preferred one first."""
    return tuple(VersionLink(version=each, url=f"{base_url}/ocpi/{each}") for each in PREFERRED)


def our_modules(base_url: str, version: Version) -> VersionDetails:
    """Return where each module of *version* is served."""
    endpoints = tuple(
        Endpoint(identifier=module, role=role, url=module_url(base_url, version, module, role))
        for module, roles in MODULES.items()
        if version is not Version.V221 or module not in _ONLY_LATER
        for role in roles
    )
    return VersionDetails(version=version, endpoints=endpoints)


def module_url(base_url: str, version: Version, module: str, role: str) -> str:
    """Return where a *module* is served in a *role*; the credentials have one address."""
    if module == CREDENTIALS:
        return f"{base_url}/ocpi/{version}/{module}"
    return f"{base_url}/ocpi/{version}/{role.lower()}/{module}"


def our_credentials(operator: Operator, token: str, versions_url: str) -> Credentials:
    """Return what *operator* is called by, with the *token* that is good for it."""
    details = BusinessDetails(name=operator.brand.name)
    roles = tuple(
        CredentialsRole(
            role=role,
            business_details=details,
            party_id=operator.party_id,
            country_code=operator.address.country,
        )
        for role in _ROLES
    )
    return Credentials(token=token, url=versions_url, roles=roles)
