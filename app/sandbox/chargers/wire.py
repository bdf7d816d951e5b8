"""An OCPP-J client: one socket, one question at a time, answers to the server's calls."""

import asyncio
import base64
import itertools
import json
import logging
import secrets
from collections import deque
from collections.abc import Callable, Mapping
from decimal import Decimal
from typing import Any, Final

from websockets.asyncio.client import ClientConnection, connect
from websockets.exceptions import ConnectionClosed, InvalidHandshake
from websockets.typing import Subprotocol

from app.sandbox.chargers.config import ChargerConfig

log = logging.getLogger(__name__)

Payload = Mapping[str, Any]
OnCall = Callable[[str, Payload], Payload | None]
_REMEMBERED_FRAMES: Final = 500
_ANSWER_SECONDS: Final = 30
_CALL, _RESULT, _ERROR = 2, 3, 4


class Offline(ConnectionError):
    """The server can't be reached, or went."""


class ServerError(Exception):
    """The server answered with an error."""


class NotImplementedHere(Exception):
    """The charge point does not know the call."""


class OcppClient:
    """A charge point's side of the conversation; *frames* remembers the latest for the tests."""

    def __init__(self, config: ChargerConfig, on_call: OnCall) -> None:
        """Prepare a conversation; *on_call* answers the server, or returns None for silence."""
        self._config = config
        self.password = config.password
        self._on_call = on_call
        self._socket: ClientConnection | None = None
        self._turn = asyncio.Lock()
        self._waiting: dict[str, asyncio.Future[list[Any]]] = {}
        self._numbers = itertools.count(1)
        self.frames: deque[tuple[str, list[Any]]] = deque(maxlen=_REMEMBERED_FRAMES)

    async def open(self) -> None:
        """Connect. Raises Offline when the server is away or refuses."""
        try:
            self._socket = await connect(
                self._config.address,
                subprotocols=[Subprotocol(self._config.version)],
                additional_headers=self._headers(),
                compression=None,
                open_timeout=10,
            )
        except (OSError, InvalidHandshake, TimeoutError) as error:
            msg = f"{self._config.identity}: {error}"
            raise Offline(msg) from error

    async def read(self) -> None:
        """Read until the socket goes."""
        socket = self._open_socket()
        try:
            async for text in socket:
                await self._take(json.loads(text, parse_float=Decimal))
        except ConnectionClosed:
            log.info("%s: the connection is gone", self._config.identity)
        finally:
            self._socket = None
            for future in self._waiting.values():
                if not future.done():
                    future.set_exception(Offline())

    async def close(self) -> None:
        """Hang up."""
        if self._socket is not None:
            await self._socket.close()

    async def call(self, action: str, payload: Payload) -> Payload:
        """Ask the server. Raises Offline or ServerError."""
        async with self._turn:
            message_id = f"{secrets.token_hex(4)}-{next(self._numbers)}"
            future: asyncio.Future[list[Any]] = asyncio.get_running_loop().create_future()
            self._waiting[message_id] = future
            try:
                await self.send([_CALL, message_id, action, payload])
                async with asyncio.timeout(_ANSWER_SECONDS):
                    answer = await future
            except TimeoutError as error:
                msg = f"{action}: no answer"
                raise Offline(msg) from error
            finally:
                del self._waiting[message_id]
        if answer[0] == _ERROR:
            raise ServerError(f"{action}: {answer[2:]}")
        result: Payload = answer[2]
        return result

    async def send(self, frame: list[Any]) -> None:
        """Send a frame as it is. Raises Offline."""
        try:
            await self._open_socket().send(json.dumps(frame, default=_number))
        except ConnectionClosed as error:
            raise Offline from error
        self.frames.append(("out", frame))

    def _open_socket(self) -> ClientConnection:
        if self._socket is None:
            raise Offline
        return self._socket

    def _headers(self) -> dict[str, str]:
        if self.password is None:
            return {}
        pair = f"{self._config.identity}:{self.password}".encode()
        return {"Authorization": f"Basic {base64.b64encode(pair).decode()}"}

    async def _take(self, frame: list[Any]) -> None:
        self.frames.append(("in", frame))
        if frame[0] != _CALL:
            future = self._waiting.get(frame[1])
            if future is not None and not future.done():
                future.set_result(frame)
            return
        _, message_id, action, payload = frame
        try:
            answer = self._on_call(action, payload)
        except NotImplementedHere:
            await self.send([_ERROR, message_id, "NotImplemented", action, {}])
            return
        if answer is not None:
            await self.send([_RESULT, message_id, answer])


def _number(value: object) -> object:
    if isinstance(value, Decimal):
        whole = value.to_integral_value()
        # The wire has JSON numbers; what is counted here stays decimal.
        return int(whole) if whole == value else json.loads(str(value))
    raise TypeError(value)
