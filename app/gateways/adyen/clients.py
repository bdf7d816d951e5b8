"""
One SDK client per credential, on connections of its own that are kept open.

What the SDK (16.0.0) does by itself: a new connection for each call, one timeout for connecting
and answering, no way to say where Adyen is, and unquoted query parameters. So its HTTP client is
replaced, and its choice of the address. `api_*_version` is never set: one of them rewrites the
addresses of all the other services to `/vNone`.
"""

import threading
from collections import OrderedDict
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import requests
from Adyen.client import AdyenClient
from Adyen.services.checkout.modifications_api import ModificationsApi
from Adyen.services.checkout.payments_api import PaymentsApi
from Adyen.services.checkout.recurring_api import RecurringApi
from requests.adapters import HTTPAdapter

from app.funds.payments.ports import ProviderAccount
from app.gateways.common.calls import CONNECTIONS

MOST_CLIENTS: Final = 256
_PUBLISHED: Final = "https://checkout-test.adyen.com"


@dataclass(frozen=True, slots=True)
class AdyenOptions:
    """Where Adyen is (None: where it says itself) and how long we wait for it."""

    endpoint: str | None = None
    connect: timedelta = timedelta(seconds=2)
    read: timedelta = timedelta(seconds=10)

    @property
    def seconds(self) -> tuple[Any, Any]:
        """Return the time-outs as requests takes them, in parts of seconds."""
        return self.connect.total_seconds(), self.read.total_seconds()


class NotAnAdyenAccount(Exception):
    """The account lacks something without which Adyen can't be called."""


@dataclass(frozen=True, slots=True)
class Line:
    """The SDK's services for one account, on one pool of connections."""

    merchant: str
    payments: PaymentsApi
    modifications: ModificationsApi
    recurring: RecurringApi
    session: requests.Session
    options: AdyenOptions

    def download(self, address: str, secret: str, most_bytes: int) -> str:
        """Return a file of Adyen's; raise ValueError when it is larger than *most_bytes*."""
        with self.session.get(
            address,
            headers={"x-api-key": secret},
            timeout=self.options.seconds,
            allow_redirects=False,
            stream=True,
        ) as answer:
            answer.raise_for_status()
            raw = answer.raw.read(most_bytes + 1, decode_content=True)
        if len(raw) > most_bytes:
            msg = f"the file has more than {most_bytes} bytes"
            raise ValueError(msg)
        return bytes(raw).decode("utf-8")


class Clients:
    """The lines to Adyen, one per account and version of its secret; the oldest go first."""

    def __init__(self, options: AdyenOptions) -> None:
        """Open lines as *options* say, when they are asked for."""
        self._options = options
        self._lines: OrderedDict[tuple[UUID, int], Line] = OrderedDict()
        self._lock = threading.Lock()

    def line(self, account: ProviderAccount) -> Line:
        """Return the line of *account*; raise NotAnAdyenAccount when something is missing."""
        key = (account.account_id, account.version)
        with self._lock:
            if key not in self._lines:
                self._lines[key] = _opened(account, self._options)
                while len(self._lines) > MOST_CLIENTS:
                    # Not closed here: a thread may still be talking on it.
                    self._lines.popitem(last=False)
            self._lines.move_to_end(key)
            return self._lines[key]

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            while self._lines:
                self._lines.popitem()[1].session.close()


class _Client(AdyenClient):  # type: ignore[misc]  # the SDK has no types
    """The SDK's client, but told where Adyen is."""

    endpoint: str | None = None

    def _determine_api_url(self, platform: str, endpoint: str) -> str:
        if self.endpoint is not None:
            return endpoint.replace(_PUBLISHED, self.endpoint)
        url: str = super()._determine_api_url(platform, endpoint)
        return url


class _Pool:
    """What the SDK calls to talk HTTP: a session whose connections are used again."""

    def __init__(self, session: requests.Session, options: AdyenOptions) -> None:
        self.user_agent = "directpay"
        self._session = session
        self._timeout = options.seconds

    def request(
        self,
        method: str,
        url: str,
        *,
        json: object = None,
        xapikey: str = "",
        headers: dict[str, str],
        **_: Any,  # noqa: ANN401
    ) -> tuple[str, object, int, Any]:
        answer = self._session.request(
            method,
            url,
            json=json,
            headers={**headers, "x-api-key": xapikey},
            timeout=self._timeout,
            allow_redirects=False,
        )
        return answer.text, json, answer.status_code, answer.headers


def _opened(account: ProviderAccount, options: AdyenOptions) -> Line:
    if account.merchant is None:
        raise NotAnAdyenAccount("the account names no merchant account")
    if account.mode == "live" and options.endpoint is None and account.live_prefix is None:
        raise NotAnAdyenAccount("a live account needs the prefix of its live address")
    session = requests.Session()
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    client = _Client(
        xapikey=account.secret,
        platform=account.mode,
        live_endpoint_prefix=account.live_prefix,
    )
    client.endpoint = options.endpoint
    client.http_client = _Pool(session, options)
    client.http_init = True
    return Line(
        account.merchant,
        PaymentsApi(client=client),
        ModificationsApi(client=client),
        RecurringApi(client=client),
        session,
        options,
    )
