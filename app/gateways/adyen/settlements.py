"""Fetches the settlement detail reports that Adyen announces."""

from typing import Final
from urllib.parse import urlsplit

from app.funds.payments.ports import Declined, Notice, ProviderAccount
from app.funds.payments.providers.settlements import Settlement
from app.gateways.adyen.clients import Line
from app.gateways.adyen.failures import Failure
from app.gateways.adyen.provider import AdyenProvider
from app.gateways.adyen.report import read_report
from app.gateways.adyen.told.notices import item_of

MOST_BYTES: Final = 64 * 1024 * 1024
_HOSTS: Final = ("ca-test.adyen.com", "ca-live.adyen.com")


def report_address(notice: Notice) -> str | None:
    """Return where the settlement report is that *notice* announces, or None: it announces none."""
    item = item_of(notice)
    if item.event_code != "REPORT_AVAILABLE" or not item.reason:
        return None
    is_settlement = "settlement_detail_report" in urlsplit(item.reason).path
    return item.reason if is_settlement else None


class AdyenSettlements:
    """Reads reports on the connections of the port of payments."""

    def __init__(self, adyen: AdyenProvider, sandbox: str | None = None) -> None:
        """Call through *adyen*; *sandbox* is where reports are when Adyen is played."""
        self._adyen = adyen
        self._sandbox = None if sandbox is None else urlsplit(sandbox).netloc

    def announced(self, notice: Notice) -> str | None:
        """Return where the report is that *notice* announces, or None: it announces none."""
        return report_address(notice)

    async def fetch(
        self, account: ProviderAccount, address: str
    ) -> tuple[Settlement, ...] | Failure:
        """Return the settlements of a report; Unknown when it can't be read."""
        # The address comes from outside, and the key goes there: `reason` is not signed.
        if not self._is_adyens(address):
            return Declined("refused", f"{address} is not at Adyen")

        def read(line: Line) -> tuple[Settlement, ...]:
            text = line.download(address, account.secret, MOST_BYTES)
            return read_report(text, line.merchant)

        return await self._adyen.call(account, read)

    def _is_adyens(self, address: str) -> bool:
        parts = urlsplit(address)
        if self._sandbox is not None:
            return parts.netloc == self._sandbox
        return parts.scheme == "https" and parts.netloc in _HOSTS
