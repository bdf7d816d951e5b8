"""Puts the judge between two programs: every exchange is recorded, judged, and held up."""

from collections.abc import AsyncIterator, MutableMapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from http import HTTPStatus
from pathlib import Path
from typing import Any

import msgspec
from litestar.types import ASGIApp, Receive, Scope, Send

from app.sandbox.provider.app import Options, create_sandbox
from app.sandbox.provider.exchange import FAULT_HEADER
from app.sandbox.provider.server import serving
from tests.contracts.judge import Exchange, judge_of
from tests.shared import SHARED

# The merchant's sides: where their addresses begin, what of it is not published, and the law.
SPECIFICATIONS = (
    ("/v2/", "", SHARED / "specs/mollie/specs.yaml"),
    ("/adyen/v72/", "/adyen/v72", SHARED / "specs/adyen/CheckoutService-v72.json"),
    ("/adyen/v1/", "/adyen/v1", SHARED / "specs/adyen/CloudDeviceService-v1.json"),
)
# What goes through the Cloud Device API is published as text; what it says is another document.
NEXO = SHARED / "specs/adyen/TerminalAPI-v1.json"

Side = tuple[str, str, Path]


class NotAsPublished(AssertionError):
    """Exchanges went over the wire that the published specification does not allow."""


@dataclass
class JudgedApp:
    """
    An ASGI app in front of *app* that judges every exchange of the merchant's side.

    Answers that a test broke on purpose (an armed failure) are not judged; the requests are.
    Where no specification is at hand it only records; `test_judge.py` says so.
    """

    app: ASGIApp
    exchanges: list[Exchange] = field(default_factory=list)
    deviations: list[str] = field(default_factory=list)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the exchange on, keep it and judge it."""
        side = _side(str(scope.get("path", "")))
        if side is None:
            await self.app(scope, receive, send)
            return
        sent, answered = bytearray(), _Answer()

        async def hear() -> Any:
            message: MutableMapping[str, Any] = dict(await receive())
            sent.extend(message.get("body", b""))
            return message

        async def say(message: Any) -> None:
            answered.take(message)
            await send(message)

        await self.app(scope, hear, say)
        if answered.status:
            self._judge(side, scope, bytes(sent), answered)

    def check(self) -> None:
        """Raise NotAsPublished when an exchange so far was not as published."""
        if self.deviations:
            raise NotAsPublished("\n".join(self.deviations))

    def _judge(self, side: Side, scope: Any, sent: bytes, answered: "_Answer") -> None:
        _, hidden, file = side
        exchange = Exchange(
            method=scope["method"],
            path=scope["path"].removeprefix(hidden),
            query=scope["query_string"].decode(),
            request_headers=_named(scope["headers"]),
            request_body=sent,
            status=answered.status,
            response_headers=answered.headers,
            response_body=bytes(answered.body),
        )
        self.exchanges.append(exchange)
        if scope["method"] == "POST" and hidden == "/adyen/v1":
            self.deviations.extend(_nexo_deviations(exchange))
        elif file.exists():
            judge = judge_of(file)
            broken = FAULT_HEADER.lower() in answered.headers
            found = (judge.request_deviations if broken else judge.deviations)(exchange)
            self.deviations.extend(found)


def _nexo_deviations(exchange: Exchange) -> list[str]:
    """Return what of a message to a terminal, and of its answer, is not as published."""
    if not NEXO.exists():
        return []
    law, found = judge_of(NEXO), []
    said = [("TerminalAPIRequest", exchange.request_body)]
    if exchange.status == HTTPStatus.OK and exchange.response_body not in (b"", b"ok"):
        is_event = b"EventNotification" in exchange.response_body
        name = "TerminalAPIRequest" if is_event else "TerminalAPIResponse"
        if FAULT_HEADER.lower() not in exchange.response_headers:
            said.append((name, exchange.response_body))
    for name, body in said:
        wrong = law.violations(f"/components/schemas/{name}", msgspec.json.decode(body))
        found.extend(f"{exchange}: {what}" for what in wrong)
    return found


def _side(path: str) -> Side | None:
    return next((side for side in SPECIFICATIONS if path.startswith(side[0])), None)


@dataclass
class _Answer:
    status: int = 0
    headers: dict[str, str] = field(default_factory=dict)
    body: bytearray = field(default_factory=bytearray)

    def take(self, message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            self.status = message["status"]
            self.headers = _named(message["headers"])
        elif message["type"] == "http.response.body":
            self.body.extend(message.get("body", b""))


def _named(headers: Any) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in headers}


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox: its address, and what was said to it."""

    url: str
    judged: JudgedApp


@asynccontextmanager
async def judged_sandbox(options: Options | None = None) -> AsyncIterator[Sandbox]:
    """
    Serve a sandbox on a free port with the judge in front of it.

    On leaving, raise NotAsPublished when anything deviated. Without the published file nothing is
    judged: `test_judge.py` says so loudly (and fails where SHARED_REQUIRED=1).
    """
    judged = JudgedApp(create_sandbox(options or Options()))
    async with serving(judged) as url:
        yield Sandbox(url, judged)
    judged.check()
