"""A platform that an operator is connected to, and how it is reached."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from uuid import UUID

from app.roaming.errors import OcpiNotOffered
from app.roaming.wire.credentials import CredentialsRole, Endpoint
from app.roaming.wire.versions import Version

SENDER = "SENDER"
RECEIVER = "RECEIVER"


class PlatformState(StrEnum):
    """INVITED: it may register. PAIRING: we are registering. CONNECTED, or GONE again."""

    INVITED = "invited"
    PAIRING = "pairing"
    CONNECTED = "connected"
    GONE = "gone"


def below(url: str, *names: str) -> str:
    """Return the address of what is called *names* below *url*, which may end with a slash."""
    return "/".join((url.rstrip("/"), *names))


@dataclass(frozen=True, slots=True)
class Party:
    """A party of OCPI: a country with two letters and an id with three."""

    country_code: str
    party_id: str

    def __str__(self) -> str:
        """Return the party as people write it: `NL*TNM`."""
        return f"{self.country_code}*{self.party_id}"


@dataclass(frozen=True, slots=True)
class Platform:
    """
    Another platform, by the operator's *name* for it.

    *sealed_token* is what we present there; of what it presents here only a digest is kept.
    *is_raw* says that it wants its token without base64. *heard_at* is when it last called,
    *failed_at* and *failure* when and how a call of ours last failed, None since one succeeded.
    *takes_cards* says that the operator lets its drivers use their cards there.
    """

    platform_id: UUID
    operator_id: UUID
    name: str
    state: PlatformState
    version: Version | None = None
    versions_url: str | None = None
    sealed_token: str | None = None
    is_raw: bool = False
    roles: tuple[CredentialsRole, ...] = ()
    endpoints: tuple[Endpoint, ...] = ()
    hub_party: str | None = None
    heard_at: datetime | None = None
    failed_at: datetime | None = None
    failure: str | None = None
    takes_cards: bool = False

    @property
    def is_connected(self) -> bool:
        """Tell whether it may be spoken with."""
        return self.state is PlatformState.CONNECTED

    @property
    def speaks(self) -> Version:
        """Return the version that is spoken with it; only a connected platform has one."""
        assert self.version is not None, "agreed on by the handshake"  # noqa: S101
        return self.version

    def url_of(self, module: str, role: str) -> str:
        """
        Return where it serves a *module* in a *role*, to the letter: some insist on their slash.

        Raises OcpiNotOffered.
        """
        for endpoint in self.endpoints:
            if endpoint.serves(module, role):
                return endpoint.url
        raise OcpiNotOffered(f"{self.name} does not serve {module} as {role}", module=module)

    def serves(self, module: str, role: str) -> bool:
        """Tell whether it serves a *module* in a *role*."""
        return any(one.serves(module, role) for one in self.endpoints)

    def party(self, *roles: str) -> Party | None:
        """Return its first party that has one of *roles*, or any; None when it named none."""
        fitting = [one for one in self.roles if one.role.upper() in roles] or self.roles
        return Party(fitting[0].country_code, fitting[0].party_id) if fitting else None

    def stands_for(self, country_code: str, party_id: str) -> bool:
        """Tell whether it may speak for this party; a hub may speak for all."""
        if any(one.role.upper() == "HUB" for one in self.roles):
            return True
        asked = (country_code.upper(), party_id.upper())
        return any((one.country_code.upper(), one.party_id.upper()) == asked for one in self.roles)
