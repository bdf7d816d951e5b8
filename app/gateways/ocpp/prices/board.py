"""Shows prices at the charge points whose sockets this process holds: the latest word of each."""

import asyncio
import logging
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Any, Final

from app.directpay.board.notices import Agreed, Default, Notice, Place, PriceBoard, Running
from app.directpay.board.notices import Final as FinalCost
from app.gateways.ocpp.link.session import CallFailed, Refused
from app.gateways.ocpp.link.versions import Version
from app.gateways.ocpp.orders import Order
from app.gateways.ocpp.prices import words2, words16
from app.gateways.ocpp.registry import Line, Registry
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.station import Station

log = logging.getLogger(__name__)

_NANOSECONDS: Final = 1_000_000_000
_MOST_TOLD: Final = 20_000
# A car that draws less than it may lets its limit last longer: that is said now and then.
_MUCH_LATER: Final = timedelta(minutes=10)
# With these a charge point says that it will never show such a thing.
_NEVER: Final = frozenset({"UnknownVendorId", "UnknownMessageId", "NotSupported"})
_CANNOT: Final = frozenset({"NotImplemented", "NotSupported"})
Words = Mapping[type, Callable[[Any], Sequence[Order]]]
# Each function takes the notice that it is filed under.
_WORDS_16: Final[Words] = {
    Agreed: words16.agreed,
    Running: words16.running,
    FinalCost: words16.final,
    Default: words16.default,
}
_WORDS_201: Final[Words] = {
    Agreed: words2.agreed,
    Running: words2.running,
    FinalCost: words2.final,
    Default: words2.default,
}
_WORDS_21: Final[Words] = {
    **_WORDS_201,
    Agreed: words2.agreed_21,
    Default: words2.default_21,
}
_WORDS: Final[Mapping[Version, Words]] = {
    Version.V16: _WORDS_16,
    Version.V201: _WORDS_201,
    Version.V21: _WORDS_21,
}


class OcppBoard(PriceBoard):
    """
    The board of the sockets in a *registry*, once `serve` has named it.

    Each charge point has one task, as long as there is something to tell it: commands that matter
    come between. What it does not know is not sent again.
    """

    def __init__(self) -> None:
        """Begin with nobody."""
        self._registry: Registry | None = None
        self._settings = OcppSettings()
        self._waiting: dict[str, dict[str, Order]] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._told_ns: dict[str, int] = {}

    def serve(self, registry: Registry, settings: OcppSettings) -> None:
        """Show prices at the charge points in *registry* from now on."""
        self._registry, self._settings = registry, settings

    def wants(self, place: Place) -> bool:
        """Tell whether it is connected here, and its last cost was shown a while ago."""
        if self._line(place) is None:
            return False
        now, key = time.monotonic_ns(), f"{place.identity}/{place.transaction_id}"
        pause = self._settings.costs_every_seconds * _NANOSECONDS
        if now - self._told_ns.get(key, now - pause) < pause:
            return False
        self._told_ns[key] = now
        while len(self._told_ns) > _MOST_TOLD:
            del self._told_ns[next(iter(self._told_ns))]
        return True

    def tell(self, notice: Notice) -> None:
        """Show *notice* at its charge point, when that is connected here."""
        place = notice.place
        line = self._line(place)
        if line is None:
            return
        station = line.station
        if isinstance(notice, Agreed | Running):
            station.limits.keep(place.transaction_id, notice.limit.as_decimal())
        for order in self._orders(station, notice):
            key = f"{_kind(order)}/{place.evse_no}"
            self._waiting.setdefault(place.identity, {})[key] = order
        if place.identity in self._waiting and place.identity not in self._tasks:
            task = asyncio.create_task(self._say(line))
            self._tasks[place.identity] = task
            task.add_done_callback(lambda _: self._tasks.pop(place.identity, None))

    def _orders(self, station: Station, notice: Notice) -> Sequence[Order]:
        orders = list(_WORDS[station.version][type(notice)](notice))
        if isinstance(notice, Running) and station.version is not Version.V21:
            orders += _back_stop(station, notice)  # 2.1 has limits of its own
        return [order for order in orders if _kind(order) not in station.unable]

    def _line(self, place: Place) -> Line | None:
        if self._registry is None:
            return None
        return self._registry.line(place.operator_id, place.identity)

    async def _say(self, line: Line) -> None:
        identity = line.station.identity
        await asyncio.sleep(self._settings.settle_seconds)
        while waiting := self._waiting.get(identity):
            key = next(iter(waiting))
            order = waiting.pop(key)
            if line.session.gone:
                break
            await self._send(line, order)
        self._waiting.pop(identity, None)

    async def _send(self, line: Line, order: Order) -> None:
        station, seconds = line.station, self._settings.pairing_call_seconds
        try:
            answer = await line.session.call(order.action, order.payload, seconds=seconds)
        except Refused as refusal:
            if refusal.error.code in _CANNOT:
                station.unable.add(_kind(order))
            log.info("%s: %s: %s", station.name, _kind(order), refusal)
        except CallFailed as failure:
            log.info("%s", failure)
            if not line.session.gone:
                # Who does not answer would keep the driver's stop waiting next time.
                station.unable.add(_kind(order))
        else:
            if str(answer.get("status")) in _NEVER:
                station.unable.add(_kind(order))


def _back_stop(station: Station, notice: Running) -> Sequence[Order]:
    """Return the profile that ends the transaction with its limit, unless one like it is set."""
    until, transaction = notice.lasts_until, notice.place.transaction_id
    before = station.back_stops.get(transaction)
    if until is None or (before is not None and timedelta(0) <= until - before < _MUCH_LATER):
        return []
    station.back_stops.keep(transaction, until)
    words = words16 if station.version is Version.V16 else words2
    return [words.back_stop(notice, until)]


def _kind(order: Order) -> str:
    """Return what is sent: the action, of a DataTransfer the message."""
    return str(order.payload.get("messageId") or order.action)
