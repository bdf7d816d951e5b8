"""The way to the charge points whose sockets this process holds."""

import logging
from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Protocol
from uuid import UUID

from app.charging.chargers.calls.model import CallOutcome, Reply, as_json
from app.charging.chargers.calls.model import Order as RecordedOrder
from app.charging.chargers.calls.record import Made
from app.charging.chargers.ports import ChargerGateway, CommandOutcome, RemoteStart, RemoteStop
from app.gateways.ocpp import orders
from app.gateways.ocpp.link.session import NoAnswer, NotSent, Refused
from app.gateways.ocpp.orders import Order
from app.gateways.ocpp.registry import Line, Registry
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.values import read_text
from app.kernel.clock import Clock

log = logging.getLogger(__name__)

# The longest that a driver may take from payment to plug, several times over.
_TAG_COUNTS_FOR = timedelta(minutes=10)
_GOOD = frozenset({"Accepted", "Unlocked", "Scheduled", "RebootRequired"})


class Commands(ChargerGateway, Protocol):
    """What the journey and the support desk command. Nothing here raises but `call`."""

    async def unlock(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:
        """Ask to release the cable."""
        ...

    async def reset(self, operator_id: UUID, identity: str, *, at_once: bool) -> CommandOutcome:
        """Ask for a restart: *at_once*, or when the transactions are over."""
        ...

    async def call(
        self, operator_id: UUID, identity: str, action: str, payload: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """
        Make any call of the protocol and return the answer as the charge point gave it.

        Raises NotSent, NoAnswer or Refused (with the charge point's error).
        """
        ...


class LocalCommands(Commands):
    """Commands over the sockets of this process. Nothing here raises but `call`."""

    def __init__(self, registry: Registry, clock: Clock, settings: OcppSettings) -> None:
        """Command the charge points in *registry*."""
        self._registry = registry
        self._clock = clock
        self._settings = settings
        self._made: list[Made] = []

    def take_made(self) -> list[Made]:
        """Return the commands that were sent since the last time, to be put on record."""
        made, self._made = self._made, []
        return made

    async def remote_start(self, command: RemoteStart) -> CommandOutcome:
        """Ask for a start; ACCEPTED only means that the charge point will try (1.6 errata 3.32)."""
        line = self._registry.line(command.operator_id, command.identity)
        if line is None:
            return CommandOutcome.NOT_SENT
        station = line.station
        station.remote_tags.keep(command.id_tag, self._clock.now() + _TAG_COUNTS_FOR)
        outcome, answer = await self._order(line, orders.start_order(station, command))
        transaction = read_text(answer.get("transactionId"))
        if outcome is CommandOutcome.ACCEPTED and transaction is not None:
            station.remote_starts.keep(transaction, command.remote_start_id)
        if outcome in (CommandOutcome.REJECTED, CommandOutcome.NOT_SENT):
            station.remote_tags.pop(command.id_tag, None)
        return outcome

    async def remote_stop(self, command: RemoteStop) -> CommandOutcome:
        """Ask for a stop."""
        line = self._registry.line(command.operator_id, command.identity)
        if line is None:
            return CommandOutcome.NOT_SENT
        order = orders.stop_order(line.station, command.transaction_id)
        if order is None:
            return CommandOutcome.REJECTED
        return (await self._order(line, order))[0]

    async def ask_state(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:
        """Ask for a fresh status and meter values; ACCEPTED when one of the two was."""
        line = self._registry.line(operator_id, identity)
        if line is None:
            return CommandOutcome.NOT_SENT
        status, _ = await self._order(line, orders.status_order(line.station, evse_no))
        if status is CommandOutcome.UNKNOWN:
            return status
        meter, _ = await self._order(line, orders.meter_order(line.station, evse_no))
        return status if status is CommandOutcome.ACCEPTED else meter

    async def unlock(self, operator_id: UUID, identity: str, evse_no: int) -> CommandOutcome:
        """Ask to release the cable."""
        line = self._registry.line(operator_id, identity)
        if line is None:
            return CommandOutcome.NOT_SENT
        return (await self._order(line, orders.unlock_order(line.station, evse_no)))[0]

    async def reset(self, operator_id: UUID, identity: str, *, at_once: bool) -> CommandOutcome:
        """Ask for a restart: *at_once*, or when the transactions are over."""
        line = self._registry.line(operator_id, identity)
        if line is None:
            return CommandOutcome.NOT_SENT
        return (await self._order(line, orders.reset_order(line.station, at_once=at_once)))[0]

    async def call(
        self, operator_id: UUID, identity: str, action: str, payload: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """
        Make any call of the protocol and return the answer as the charge point gave it.

        Raises NotSent, NoAnswer or Refused (with the charge point's error).
        """
        line = self._registry.line(operator_id, identity)
        if line is None:
            detail = f"charge point {identity} is not connected"
            raise NotSent(detail)
        return await line.session.call(action, payload, seconds=self._settings.call_seconds)

    async def _order(self, line: Line, order: Order) -> tuple[CommandOutcome, Mapping[str, Any]]:
        asked_at = self._clock.now()
        outcome, answer = await self._ask(line, order)
        station = line.station
        self._made.append(
            Made(
                operator_id=station.operator_id,
                identity=station.identity,
                order=RecordedOrder(order.action, order.payload),
                reply=_reply(outcome, answer),
                asked_at=asked_at,
                answered_at=self._clock.now(),
            )
        )
        return outcome, answer

    async def _ask(self, line: Line, order: Order) -> tuple[CommandOutcome, Mapping[str, Any]]:
        try:
            answer = await line.session.call(
                order.action, order.payload, seconds=self._settings.call_seconds
            )
        except NotSent as failure:
            log.warning("%s", failure)
            return CommandOutcome.NOT_SENT, {}
        except NoAnswer as failure:
            log.warning("%s", failure)
            return CommandOutcome.UNKNOWN, {}
        except Refused as refusal:
            log.warning("%s refused %s: %s", line.station.name, order.action, refusal)
            return CommandOutcome.REJECTED, {}
        good = str(answer.get("status")) in _GOOD
        return CommandOutcome.ACCEPTED if good else CommandOutcome.REJECTED, answer


def _reply(outcome: CommandOutcome, answer: Mapping[str, Any]) -> Reply:
    """Return what came back as it is kept: a refusal by CALLERROR has no answer."""
    if answer:
        return Reply(CallOutcome.ANSWERED, answer=as_json(answer))
    outcomes = {
        CommandOutcome.NOT_SENT: CallOutcome.NOT_SENT,
        CommandOutcome.UNKNOWN: CallOutcome.UNKNOWN,
    }
    return Reply(outcomes.get(outcome, CallOutcome.REFUSED))
