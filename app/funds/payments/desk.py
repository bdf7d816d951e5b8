"""What the verbs of payments work with."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from app.funds.payments.accounts.vault import Vault
from app.funds.payments.inbox.readings import Readings
from app.funds.payments.ports import PaymentProvider, PromptDevice
from app.funds.payments.providers.settlements import BalanceReader, ReportReader
from app.funds.payments.providers.shares import SharesAfterCapture, SharesAtCapture
from app.funds.payments.providers.stored import MeansKeeper
from app.infra.database import Database


@dataclass(frozen=True, slots=True)
class PaymentDesk:
    """
    The database, the providers by name, what opens their secrets, and where they can call us.

    *hooks_base* is the public address of this installation without a slash at its end; None when
    no provider can reach us, and then payments are only read. *devices* are the terminals of the
    providers that have some, *readings* what webhooks have this process read. *balances* and
    *reports* tell what providers moved and paid out. *keepers* store means of drivers who agreed.
    *splitters* divide a payment when it is captured, *routers* send parts of it on afterwards.
    """

    database: Database
    providers: Mapping[str, PaymentProvider]
    vault: Vault
    hooks_base: str | None
    devices: Mapping[str, PromptDevice] = field(default_factory=dict)
    readings: Readings = field(default_factory=Readings)
    balances: Mapping[str, BalanceReader] = field(default_factory=dict)
    reports: Mapping[str, ReportReader] = field(default_factory=dict)
    keepers: Mapping[str, MeansKeeper] = field(default_factory=dict)
    splitters: Mapping[str, SharesAtCapture] = field(default_factory=dict)
    routers: Mapping[str, SharesAfterCapture] = field(default_factory=dict)

    def webhook_url(self, provider: str, webhook_token: str) -> str | None:
        """Return where *provider* tells us of the payments of one account."""
        if self.hooks_base is None:
            return None
        return f"{self.hooks_base}/webhooks/{provider}/{webhook_token}"

    def terminal_url(self, provider: str, webhook_token: str) -> str | None:
        """Return where the terminals of an account at *provider* tell what happened there."""
        url = self.webhook_url(provider, webhook_token)
        return None if url is None else f"{url}/terminals"
