"""`/ocpp/{identity}`: who may connect, in which version, and what a socket's life is."""

import asyncio
import contextlib
import itertools
import logging
from collections.abc import Iterator, Mapping
from typing import Final

from app.charging.chargers.pairing.model import Knock as Stranger
from app.charging.chargers.stations.model import ChargePoint
from app.gateways.ocpp.dispatch import Action, Dispatcher
from app.gateways.ocpp.facts import Facts
from app.gateways.ocpp.link.admission import Knock, Verdict, judge
from app.gateways.ocpp.link.asgi import AsgiWire, Receive, Scope, Send
from app.gateways.ocpp.link.certificate import certificate_of
from app.gateways.ocpp.link.credentials import identity_of, password_of
from app.gateways.ocpp.link.pace import Pace
from app.gateways.ocpp.link.session import OcppSession
from app.gateways.ocpp.link.sockets import SHORT_WAY
from app.gateways.ocpp.link.versions import Version, choose_version
from app.gateways.ocpp.pairing import Pairing
from app.gateways.ocpp.presence import NobodyElse, Presence
from app.gateways.ocpp.registry import Line, Registry
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.short.way import ShortWay
from app.gateways.ocpp.v2.actions import ACTIONS_21, ACTIONS_201
from app.gateways.ocpp.v16.actions import ACTIONS
from app.infra.database import DatabaseUnavailable
from app.kernel.clock import Clock

log = logging.getLogger(__name__)

ACTIONS_OF: Final[Mapping[Version, Mapping[str, Action]]] = {
    Version.V16: ACTIONS,
    Version.V201: ACTIONS_201,
    Version.V21: ACTIONS_21,
}
_PROTOCOL_ERROR: Final = 1002
_REPLACED: Final = 1008
# When another process of ours may take a charge point in, and when this one may: each is told
# another second, so that those who heed it do not come together again.
_ELSEWHERE_SECONDS: Final = 1
_LATER_SECONDS: Final = itertools.cycle(range(5, 35))


class OcppEndpoint:
    """The ASGI application for `/ocpp/{identity}`."""

    def __init__(
        self, facts: Facts, registry: Registry, clock: Clock, settings: OcppSettings
    ) -> None:
        """Serve charge points; commands find them in *registry*."""
        self.presence: Presence = NobodyElse()
        self.is_closed = False
        self._coming = 0
        self._facts = facts
        self._registry = registry
        self._clock = clock
        self._settings = settings
        self._pairing = Pairing(facts, clock, settings)
        # More than so many at once, or for long, are only told in the log.
        self._strangers = Pace(1, 30)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a knock: 404 unknown, 401 wrong password, 503 can't tell, too many or closed."""
        if scope["type"] != "websocket":
            await _answer_http(send)
            return
        await receive()
        if self.is_closed:
            await _refuse(scope, send, 503, after=_ELSEWHERE_SECONDS)
            return
        if self._coming >= self._settings.most_coming:
            # Whoever waits longer than its own patience comes again, and waits behind itself.
            await _refuse(scope, send, 503, after=next(_LATER_SECONDS))
            return
        charge_point, status = await self._find_out(scope)
        if charge_point is None:
            await _refuse(scope, send, status)
            return
        version = choose_version(scope["subprotocols"])
        if version is None:
            # OCPP-J 1.6, 3.2: without a common subprotocol complete the handshake, then close.
            await send({"type": "websocket.accept"})
            await send({"type": "websocket.close", "code": _PROTOCOL_ERROR, "reason": "no OCPP"})
            return
        await send({"type": "websocket.accept", "subprotocol": version.value})
        await self._serve(charge_point, version, AsgiWire(receive, send, scope.get(SHORT_WAY)))

    async def _find_out(self, scope: Scope) -> tuple[ChargePoint | None, int]:
        """Return who knocks, or None and the HTTP status that says why it may not come in."""
        try:
            with self._on_its_way():
                return await self._admit(scope)
        except Exception:
            log.exception("cannot tell who %s is", identity_of(scope))
            return None, 503

    @contextlib.contextmanager
    def _on_its_way(self) -> Iterator[None]:
        """Count a charge point that is looked up, or noted as connected."""
        self._coming += 1
        try:
            yield
        finally:
            self._coming -= 1

    async def _admit(self, scope: Scope) -> tuple[ChargePoint | None, int]:
        identity = identity_of(scope)
        charge_point = await self._facts.find(identity) if identity else None
        if charge_point is None:
            log.warning("an unknown charge point knocks: %s", identity)
            if identity and not self._strangers.wait_ns():
                await self._facts.stranger(_stranger(scope, identity))
            return None, 404
        knock = Knock(
            password_of(scope, charge_point.identity),
            certificate_of(scope, self._clock.now()),
            is_secure=scope.get("scheme") == "wss",
        )
        match judge(charge_point, knock):
            case Verdict.REFUSED:
                log.warning("charge point %s has shown nothing good", charge_point.identity)
                return None, 401
            case Verdict.NEW_PASSWORD:
                log.info("charge point %s came back with its new password", charge_point.identity)
                await self._facts.password_came_back(charge_point)
            case Verdict.WELCOME:
                pass
        return charge_point, 101

    async def _serve(self, charge_point: ChargePoint, version: Version, wire: AsgiWire) -> None:
        station = self._registry.station(charge_point, version)
        dispatcher = Dispatcher(
            station, ACTIONS_OF[version], self._facts, self._clock, self._settings
        )
        pace = Pace(self._settings.frames_per_second, self._settings.frames_at_once)
        session = OcppSession(wire, version, dispatcher, name=station.name, pace=pace)
        session.at_once = ShortWay(station, self._facts, self._clock)
        line = Line(station, session)
        replaced = self._registry.take(line)
        if replaced is not None:
            log.warning("%s connected again: the older socket goes", station.name)
            await replaced.session.close(_REPLACED, "a newer connection took over")
        try:
            with self._on_its_way():
                await self.presence.claim(station.identity)
                connection = await self._facts.connected(charge_point, version.value)
            await self._converse(line, charge_point, connection)
        finally:
            self._registry.release(line)

    async def _converse(self, line: Line, charge_point: ChargePoint, connection: str) -> None:
        pairing = asyncio.create_task(self._pairing.pair(line))
        try:
            await line.session.run()
        finally:
            if self._registry.release(line):
                await self.presence.release(line.station.identity)
            pairing.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await pairing
            await self._note_the_end(charge_point, connection)

    async def _note_the_end(self, charge_point: ChargePoint, connection: str) -> None:
        try:
            await self._facts.disconnected(charge_point, connection)
        except DatabaseUnavailable:
            log.warning(
                "%s went, which nobody could note: its lease runs out", charge_point.identity
            )


def _stranger(scope: Scope, identity: str) -> Stranger:
    client = scope.get("client")
    return Stranger(
        identity=identity,
        password=password_of(scope, identity),
        address=client[0] if client else None,
        versions=tuple(str(name)[:20] for name in scope["subprotocols"][:10]),
    )


async def _refuse(scope: Scope, send: Send, status: int, *, after: int | None = None) -> None:
    """
    Answer the handshake with an HTTP status, where the server can; else it says 403.

    *after* is in how many seconds to come again.
    """
    if "websocket.http.response" not in scope.get("extensions", {}):
        await send({"type": "websocket.close"})
        return
    headers = [(b"content-length", b"0")]
    if status == 401:  # noqa: PLR2004 - HTTP
        headers.append((b"www-authenticate", b'Basic realm="OCPP", charset="UTF-8"'))
    if after is not None:
        headers.append((b"retry-after", str(after).encode()))
    await send({"type": "websocket.http.response.start", "status": status, "headers": headers})
    await send({"type": "websocket.http.response.body", "body": b""})


async def _answer_http(send: Send) -> None:
    headers = [(b"upgrade", b"websocket"), (b"content-type", b"text/plain")]
    await send({"type": "http.response.start", "status": 426, "headers": headers})
    await send({"type": "http.response.body", "body": b"Charge points connect here by WebSocket."})
