"""One SDK client per credential: a shared one sends payments with another tenant's key."""

import threading
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Final
from uuid import UUID

import requests
from mollie.api.client import Client
from requests.adapters import HTTPAdapter

from app.funds.payments.ports import ProviderAccount
from app.gateways.common.calls import CONNECTIONS
from app.gateways.mollie.failures import Seen

MOST_CLIENTS: Final = 256


@dataclass(frozen=True, slots=True)
class MollieOptions:
    """Where Mollie is and how long we wait for it; the sandbox is only another *endpoint*."""

    endpoint: str = "https://api.mollie.com"
    connect: timedelta = timedelta(seconds=2)
    read: timedelta = timedelta(seconds=10)


@dataclass(slots=True)
class Line:
    """A client with its own connections; the last answer seen is kept per thread."""

    client: Client
    session: requests.Session
    _local: threading.local = field(default_factory=threading.local)

    def remember(self, response: requests.Response, *_: object, **__: object) -> None:
        """Keep what the SDK's errors drop (a hook of the session)."""
        self._local.seen = Seen(response.status_code, response.headers.get("Retry-After"))

    def forget(self) -> None:
        """Begin a call of this thread."""
        self._local.seen = None

    def seen(self) -> Seen | None:
        """Return the last answer to this thread's call, or None when none came."""
        seen: Seen | None = getattr(self._local, "seen", None)
        return seen


class Clients:
    """The lines to Mollie, one per account and version of its secret; the oldest go first."""

    def __init__(self, options: MollieOptions) -> None:
        """Open lines as *options* say, when they are asked for."""
        self._options = options
        self._lines: OrderedDict[tuple[UUID, int], Line] = OrderedDict()
        self._lock = threading.Lock()

    def line(self, account: ProviderAccount) -> Line:
        """Return the line of *account*; raise RequestSetupError when its secret is no key."""
        key = (account.account_id, account.version)
        with self._lock:
            if key not in self._lines:
                self._lines[key] = _opened(account, self._options)
                self._drop_oldest()
            self._lines.move_to_end(key)
            return self._lines[key]

    def close(self) -> None:
        """Close every connection."""
        with self._lock:
            while self._lines:
                self._lines.popitem()[1].session.close()

    def _drop_oldest(self) -> None:
        while len(self._lines) > MOST_CLIENTS:
            # Not closed here: a thread may still be talking on it. Its pool dies with it.
            self._lines.popitem(last=False)


def _opened(account: ProviderAccount, options: MollieOptions) -> Line:
    timeout = (options.connect.total_seconds(), options.read.total_seconds())
    # retry=0: the SDK would repeat connects for seconds; our jobs repeat, with the same key.
    client = Client(api_endpoint=options.endpoint, timeout=timeout, retry=0)  # type: ignore[arg-type] # requests takes parts of seconds
    if account.secret.startswith("access_"):
        client.set_access_token(account.secret)
    else:
        client.set_api_key(account.secret)
    session = _session(options.endpoint)
    adapter = HTTPAdapter(pool_connections=1, pool_maxsize=CONNECTIONS, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    line = Line(client, session)
    session.hooks["response"].append(line.remember)
    # The SDK makes its session at the first call, in whichever threads come first, with a pool of
    # ten; it takes one that is already there.
    client._client = session  # noqa: SLF001
    return line


def _session(endpoint: str) -> requests.Session:
    """
    Return a session with the proxies and certificates that the environment names for *endpoint*.

    By itself a session looks them up at every call, which takes longer than to prepare the request,
    and prefers a password of `~/.netrc` to the account's own key.
    """
    session = requests.Session()
    found = session.merge_environment_settings(endpoint, {}, None, None, None)
    session.proxies, session.verify, session.cert = found["proxies"], found["verify"], found["cert"]
    session.trust_env = False
    return session
