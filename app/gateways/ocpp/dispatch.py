"""Finds who answers a call, judges its payload, and turns what goes wrong into an error code."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from app.charging.chargers.notifications.model import Notification
from app.gateways.ocpp.facts import Facts
from app.gateways.ocpp.link import schemas
from app.gateways.ocpp.link.frames import (
    Call,
    Payload,
    Send,
    write_error,
    write_payload,
    write_result,
)
from app.gateways.ocpp.link.session import CannotKeep
from app.gateways.ocpp.link.versions import ErrorCode
from app.gateways.ocpp.settings import OcppSettings
from app.gateways.ocpp.station import Station
from app.infra.database import DatabaseUnavailable
from app.kernel.clock import Clock
from app.kernel.errors import Problem

log = logging.getLogger(__name__)

_MAX_COMPLAINTS = 50


class Unusable(Exception):
    """A payload that cannot be used, and the code that says why."""

    def __init__(self, code: ErrorCode, detail: str) -> None:
        """Keep what the answer needs."""
        super().__init__(detail)
        self.code = code


@dataclass(frozen=True, slots=True)
class Question:
    """A call as its handler sees it."""

    station: Station
    payload: Payload
    received_at: datetime
    facts: Facts
    settings: OcppSettings


Handler = Callable[[Question], Awaitable[Mapping[str, Any]]]


@dataclass(frozen=True, slots=True)
class Action:
    """
    A message that charge points send.

    Without one of its required keys each is refused. A *tolerant* one carries facts that decide
    money: beyond that its handler uses what is usable. The others are also refused for a value
    of another type. A *noted* one is kept for the operator as it came.
    """

    handler: Handler
    tolerant: bool = False
    noted: bool = False


def need(payload: Payload, key: str, value: Any) -> Any:  # noqa: ANN401 - passes what it was given
    """Return *value*, read from *key*; raises Unusable when the key is missing or unreadable."""
    if value is not None:
        return value
    if key not in payload:
        raise Unusable(ErrorCode.PROTOCOL_ERROR, f"{key} is required")
    raise Unusable(ErrorCode.TYPE_CONSTRAINT, f"{key} can't be read: {str(payload[key])[:100]!r}")


class Dispatcher:
    """Answers the calls of one charge point."""

    def __init__(
        self,
        station: Station,
        actions: Mapping[str, Action],
        facts: Facts,
        clock: Clock,
        settings: OcppSettings,
    ) -> None:
        """Answer for *station* with the *actions* of its version."""
        self._station = station
        self._actions = actions
        self._facts = facts
        self._clock = clock
        self._settings = settings

    async def __call__(self, call: Call | Send) -> str | None:
        """
        Return the frame that answers *call*; None for a message that wants no answer.

        Raises CannotKeep when the database stays away: an error would be an answer, and a charge
        point gives a stop up after three of them (OCPP 1.6, TransactionMessageAttempts).
        """
        try:
            payload = await self._handle(call)
        except Unusable as unusable:
            log.warning("%s: %s refused: %s", self._station.name, call.action, unusable)
            text = write_error(call.message_id, unusable.code, str(unusable))
        except DatabaseUnavailable as trouble:
            raise CannotKeep(f"{call.action}: {trouble.detail}") from trouble
        except Problem as problem:
            log.warning("%s: %s: %s", self._station.name, call.action, problem.detail)
            text = write_error(call.message_id, ErrorCode.INTERNAL_ERROR, problem.title)
        except Exception:
            log.exception("%s: %s failed", self._station.name, call.action)
            text = write_error(call.message_id, ErrorCode.INTERNAL_ERROR, "please send it again")
        else:
            text = write_result(call.message_id, payload)
        return None if isinstance(call, Send) else text

    async def _handle(self, call: Call | Send) -> Mapping[str, Any]:
        action = self._actions.get(call.action)
        if action is None:
            known = schemas.knows(self._station.version, call.action)
            code = ErrorCode.NOT_SUPPORTED if known else ErrorCode.NOT_IMPLEMENTED
            raise Unusable(code, f"{call.action[:50]} is not answered here")
        if isinstance(call, Call):
            self._judge(call, action)
        question = Question(
            self._station, call.payload, self._clock.now(), self._facts, self._settings
        )
        if action.noted and self._station.may_be_noted():
            await self._patiently(self._note(call.action), question)
        return await self._patiently(action.handler, question)

    async def _patiently(self, handler: Handler, question: Question) -> Mapping[str, Any]:
        """Handle the question, and again while the database is away: handlers may be repeated."""
        for seconds in self._settings.keep_seconds:
            try:
                return await handler(question)
            except DatabaseUnavailable:
                await asyncio.sleep(seconds)
        return await handler(question)

    def _note(self, action: str) -> Handler:
        """Return what keeps a question as it came."""

        async def note(question: Question) -> Mapping[str, Any]:
            station = question.station
            await self._facts.told(
                Notification(
                    operator_id=station.operator_id,
                    identity=station.identity,
                    action=action,
                    payload=write_payload(question.payload),
                    received_at=question.received_at,
                )
            )
            return {}

        return note

    def _judge(self, call: Call, action: Action) -> None:
        violations = schemas.request_violations(self._station.version, call.action, call.payload)
        for violation in violations:
            if violation.fatal(tolerant=action.tolerant):
                raise Unusable(violation.code, str(violation))
            self._complain(f"{call.action} {violation}")

    def _complain(self, complaint: str) -> None:
        # Firmware repeats its mistakes with every message; the log needs each of them once.
        complaints = self._station.complaints
        if complaint not in complaints and len(complaints) < _MAX_COMPLAINTS:
            complaints.add(complaint)
            log.warning("%s breaks the schema: %s", self._station.name, complaint)
