"""A gateway on a real port with charge points that keep what they are told."""

import asyncio
import base64
import json
import socket
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from urllib.parse import quote

import pytest
import uvicorn
from websockets.asyncio.client import ClientConnection, connect

from app.gateways.ocpp.endpoint import OcppEndpoint
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.link.sockets import Sockets
from app.gateways.ocpp.settings import OcppSettings
from tests.fakes.charge_points import PASSWORD, FakeFacts, charge_point
from tests.fakes.clock import FakeClock


class Raw:
    """A charge point that says exactly what the test says."""

    def __init__(self, socket_: ClientConnection) -> None:
        """Speak over an open socket."""
        self.socket = socket_

    async def say(self, text: str | bytes) -> None:
        """Send a frame as it is."""
        await self.socket.send(text)

    async def hear(self) -> list:
        """Return the next frame."""
        async with asyncio.timeout(60):
            return json.loads(await self.socket.recv())

    async def ask(self, action: str, payload: object, message_id: object = "1") -> list:
        """Send a call and return the frame that answers it."""
        await self.say(json.dumps([2, message_id, action, payload]))
        return await self.hear()


async def until(reached: Callable[[], bool]) -> None:
    """Wait until it is so, at most a minute."""
    async with asyncio.timeout(60):
        while not reached():  # noqa: ASYNC110 - a test looks from outside
            await asyncio.sleep(0.01)


@asynccontextmanager
async def serving(endpoint: OcppEndpoint) -> AsyncIterator[str]:
    """Serve the endpoint as the product does and give its address."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        config = uvicorn.Config(
            endpoint,
            ws=Sockets,
            ws_per_message_deflate=False,
            ws_max_size=1_048_576,
            lifespan="off",
            log_config=None,
        )
        server = uvicorn.Server(config)
        serve = asyncio.create_task(server.serve(sockets=[listener]))
        await until(lambda: server.started)
        try:
            yield f"ws://127.0.0.1:{listener.getsockname()[1]}/ocpp"
        finally:
            server.should_exit = True
            await serve


def basic(user: str, password: bytes) -> dict[str, str]:
    """Return the header of HTTP Basic."""
    return {"Authorization": f"Basic {base64.b64encode(user.encode() + b':' + password).decode()}"}


@asynccontextmanager
async def raw_charger(
    url: str, version: str = "ocpp1.6", identity: str = "CP1", password: str = PASSWORD
) -> AsyncIterator[Raw]:
    """Connect a charge point with the right password."""
    headers = basic(identity, password.encode())
    async with connect(
        f"{url}/{quote(identity)}",
        subprotocols=[version],
        additional_headers=headers,
        compression=None,
        max_size=None,
    ) as socket_:
        yield Raw(socket_)


@pytest.fixture
def facts() -> FakeFacts:
    """One charge point is known: CP1."""
    return FakeFacts(charge_point())


@pytest.fixture
def gateway(facts: FakeFacts, clock: FakeClock) -> OcppGateway:
    """A gateway that sets nobody up and is not patient."""
    impatient = OcppSettings(pairing=False, call_seconds=2, keep_seconds=(0, 0))
    return OcppGateway(facts, clock, impatient)


@pytest.fixture
async def url(gateway: OcppGateway) -> AsyncIterator[str]:
    """The address of the gateway on a real port."""
    async with serving(gateway.endpoint) as address:
        yield address
