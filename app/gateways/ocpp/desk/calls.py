"""Any call of the protocol, for an operator: judged by its schema, and told as it came."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol
from uuid import UUID

from app.charging.chargers.calls.commands import Command
from app.charging.chargers.calls.errors import CallInvalid, CallNotSupported
from app.charging.chargers.calls.model import (
    Call,
    CallError,
    CallOutcome,
    Order,
    Reply,
    Setting,
    as_json,
)
from app.charging.chargers.calls.ports import CallGateway
from app.gateways.ocpp.desk import words2, words16
from app.gateways.ocpp.desk.secrets import password_in, without_secrets
from app.gateways.ocpp.desk.settings import settings_of
from app.gateways.ocpp.endpoint import ACTIONS_OF
from app.gateways.ocpp.link import schemas
from app.gateways.ocpp.link.session import NoAnswer, NotSent, Refused
from app.gateways.ocpp.link.versions import Version

_MOST_COMPLAINTS = 5


class Line(Protocol):
    """The way to every charge point, whichever process holds its socket."""

    async def call(
        self, operator_id: UUID, identity: str, action: str, payload: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Make a call and return its answer. Raises NotSent, NoAnswer or Refused."""
        ...


class Calls(CallGateway):
    """The calls of OCPP 1.6, 2.0.1 and 2.1 over *line*."""

    def __init__(self, line: Line) -> None:
        """Make calls over *line*."""
        self._line = line

    def judge(self, protocol: str, order: Order) -> None:
        """Raise CallNotSupported or CallInvalid when *protocol* has no such call."""
        version = Version(protocol)
        if not _is_ours(version, order.action):
            raise CallNotSupported(
                f"{protocol} has no call {order.action[:50]!r} to charge points",
                action=order.action[:50],
            )
        broken = schemas.request_violations(version, order.action, order.payload)
        if broken:
            detail = "; ".join(str(each) for each in broken[:_MOST_COMPLAINTS])
            raise CallInvalid(f"{order.action}: {detail}", field=broken[0].where or "payload")

    def words_of(self, protocol: str, command: Command, number: int) -> Sequence[Order]:
        """Return the calls that are the *command* with this *number*. Raises CallNotSupported."""
        words = words16 if protocol == Version.V16 else words2
        orders: Sequence[Order] = words.WORDS[type(command)](command, number)
        return orders

    def settings_of(self, call: Call) -> Sequence[Setting]:
        """Return the settings that a charge point told, or took, in its answer to *call*."""
        return settings_of(call)

    def password_in(self, order: Order) -> str | None:
        """Return the password that *order* gives a charge point to connect with, or None."""
        return password_in(order)

    def without_secrets(self, order: Order) -> Order:
        """Return *order* as it may be kept."""
        return without_secrets(order)

    async def exchange(self, operator_id: UUID, identity: str, order: Order) -> Reply:
        """Make the call and return what came back."""
        try:
            answer = await self._line.call(operator_id, identity, order.action, order.payload)
        except NotSent as failure:
            return Reply(CallOutcome.NOT_SENT, detail=str(failure))
        except NoAnswer as failure:
            return Reply(CallOutcome.UNKNOWN, detail=str(failure))
        except Refused as refusal:
            error = refusal.error
            told = CallError(error.code, error.description, as_json(error.details))
            return Reply(CallOutcome.REFUSED, error=told)
        return Reply(CallOutcome.ANSWERED, answer=as_json(answer))


def _is_ours(version: Version, action: str) -> bool:
    # DataTransfer goes both ways; every other message has one direction.
    is_theirs = action in ACTIONS_OF[version] and action != "DataTransfer"
    return schemas.knows(version, action) and not is_theirs
