"""The Cloud Device API: one merchant account's terminals, and one terminal."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

import msgspec
import requests
from Adyen.exceptions import AdyenAPIResponseError

from app.funds.payments.ports import ProviderAccount
from app.gateways.adyen.clients import AdyenOptions, Line
from app.gateways.adyen.devices import messages, wire

_TEST: Final = "https://device-api-test.adyen.com"
# The one for Europe: Adyen has others for Australia, East Asia and the United States.
_LIVE: Final = "https://device-api-live.adyen.com"


@dataclass(frozen=True, slots=True)
class Cloud:
    """The Cloud Device API of one merchant account."""

    line: Line
    account: ProviderAccount
    options: AdyenOptions

    def connected(self) -> wire.WireConnected:
        """Return the terminals that have a connection."""
        answer = self.request("GET", "connectedDevices", self.options.read)
        return msgspec.json.decode(answer.content, type=wire.WireConnected)

    def request(
        self, method: str, path: str, patience: timedelta, body: messages.Body | None = None
    ) -> requests.Response:
        """Call the API; raise what `interpret` understands."""
        host = self.options.endpoint or (_LIVE if self.account.mode == "live" else _TEST)
        headers = {"x-api-key": self.account.secret, "content-type": "application/json"}
        answer = self.line.session.request(
            method,
            f"{host}/v1/merchants/{self.line.merchant}/{path}",
            data=None if body is None else messages.encoded(body),
            headers=headers,
            timeout=(self.options.seconds[0], patience.total_seconds()),
            allow_redirects=False,
        )
        if not answer.ok:
            raise _refused(answer)
        return answer


@dataclass(frozen=True, slots=True)
class Device:
    """One terminal behind the cloud."""

    cloud: Cloud
    name: str
    patience: timedelta

    def is_connected(self) -> bool:
        """Tell whether the terminal has a connection to Adyen's cloud."""
        answer = self.cloud.request("GET", f"devices/{self.name}/status", self.cloud.options.read)
        said = msgspec.json.decode(answer.content, type=dict[str, str])
        return said.get("status") == "ONLINE"

    def send(self, body: messages.Body, *, waits: bool) -> bytes:
        """Send a message; with *waits* return its answer, which may be empty."""
        way = "sync" if waits else "async"
        path = f"devices/{self.name}/{way}"
        return self.cloud.request("POST", path, self.patience, body).content

    def told(self, body: messages.Body) -> wire.WireMessage:
        """Send a message and return its answer; raise msgspec.DecodeError when it is none."""
        return msgspec.json.decode(self.send(body, waits=True), type=wire.WireMessage)


def _refused(answer: requests.Response) -> AdyenAPIResponseError:
    """Return the error that the SDK would have raised for this answer."""
    try:
        said = msgspec.json.decode(answer.content, type=dict[str, Any])
    except msgspec.DecodeError:
        said = {}
    return AdyenAPIResponseError(
        message=str(said.get("detail") or said.get("title") or answer.reason),
        raw_request="",
        raw_response=answer.text,
        url=answer.url,
        psp=None,
        headers=dict(answer.headers),
        status_code=answer.status_code,
        error_code=str(said.get("errorCode") or ""),
    )
