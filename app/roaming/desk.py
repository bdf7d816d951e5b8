"""What the verbs of roaming work with."""

from dataclasses import dataclass

from app.charging.chargers.calls.ports import CallGateway
from app.charging.chargers.ports import ChargerGateway
from app.directpay.desk import Secrets
from app.funds.payments.accounts import Vault
from app.infra.database import Database
from app.infra.limits import Limits
from app.kernel.clock import Clock
from app.roaming.ports import Peers


@dataclass(frozen=True, slots=True)
class RoamingDesk:
    """
    The database, the vault of the tokens, the way to others, our address, limits and time.

    *chargers* is the way to our own charge points, *calls* that of whatever else they can do.
    *secrets* make the tokens of journeys, and the addresses of invoices.
    """

    database: Database
    vault: Vault
    peers: Peers
    base_url: str
    limits: Limits
    clock: Clock
    chargers: ChargerGateway
    calls: CallGateway
    secrets: Secrets

    @property
    def versions_url(self) -> str:
        """Return the address that other platforms are told."""
        return f"{self.base_url}/ocpi/versions"
