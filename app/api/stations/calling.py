"""Call charge points: any call of the protocol, and the usual ones by what they do."""

from typing import Annotated

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import private
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.problems import declared
from app.api.stations import examples
from app.api.stations.bodies import (
    AvailabilityOrder,
    CallKey,
    DiagnosticsOrder,
    FirmwareOrder,
    Identity,
    NewCall,
    ResetOrder,
    TriggerOrder,
    UnlockOrder,
)
from app.api.stations.views import CallView, call_view
from app.charging.chargers.calls import commands
from app.charging.chargers.calls.command import make_command, place_of
from app.charging.chargers.calls.errors import (
    CallInvalid,
    CallKeyReused,
    CallNotSupported,
    CallUnderWay,
    ChargePointOffline,
    ChargePointSilent,
)
from app.charging.chargers.calls.make import Caller, make_call
from app.charging.chargers.calls.model import Order
from app.charging.chargers.errors import ChargePointNotFound, EvseNotFound
from app.people.identity.keys.model import Scope

# Certificates, local lists and profiles are the largest that OCPP has.
_MOST_BODY_BYTES = 262_144
WAY = "/operator/charge-points/{identity:str}"
REFUSALS = (
    *KEY_REFUSALS,
    ChargePointNotFound,
    ChargePointOffline,
    ChargePointSilent,
    CallUnderWay,
    CallNotSupported,
    CallInvalid,
    CallKeyReused,
    EvseNotFound,
)
CALLED = {
    200: ResponseSpec(
        CallView,
        generate_examples=False,
        description="The call with the charge point's answer or error",
        examples=[Example(summary="Answered", value=examples.CALL)],
    ),
    **declared(*REFUSALS),
}
MAY_CALL = [requires(Scope.STATIONS_WRITE)]
NEEDS = "Needs the scope `stations:write`."


@post(
    f"{WAY}/calls",
    operation_id="callChargePoint",
    summary="Make any call of the protocol",
    description="Sends a call of the charge point's OCPP version, when its payload fits the "
    "version's schema, and answers what the charge point answered: its result (`answered`) or its "
    f"CALLERROR (`refused`). {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    request_max_body_size=_MOST_BODY_BYTES,
    status_code=200,
    responses=CALLED,
)
async def call_station(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[NewCall, Body(examples=[Example(summary="Ask", value=examples.NEW_CALL)])],
    counter: NamedDependency[Counter],
    idempotency_key: CallKey = None,
) -> Response[CallView]:
    """Make the call in the name of the key."""
    call = await make_call(
        identity,
        Order(data.action, data.payload),
        caller(request, idempotency_key),
        gateway=counter.calls,
        database=counter.desk.database,
    )
    return private(call_view(call, call.asked_at))


@post(
    f"{WAY}/reset",
    operation_id="resetChargePoint",
    summary="Restart a charge point",
    description=f"At once, or when its transactions are over. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    status_code=200,
    responses=CALLED,
)
async def reset_station(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[ResetOrder, Body(examples=[Example(summary="Now", value=examples.RESET)])],
    counter: NamedDependency[Counter],
    idempotency_key: CallKey = None,
) -> Response[CallView]:
    """Restart it."""
    command = commands.Reset(data.at_once)
    return await _one(request, counter, identity, command, idempotency_key)


@post(
    f"{WAY}/unlock",
    operation_id="unlockConnector",
    summary="Release a cable",
    description=f"Asks the charge point to unlock the connector of an EVSE. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    status_code=200,
    responses=CALLED,
)
async def unlock_connector(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[UnlockOrder, Body(examples=[Example(summary="One", value=examples.UNLOCK)])],
    counter: NamedDependency[Counter],
    idempotency_key: CallKey = None,
) -> Response[CallView]:
    """Release it."""
    command = commands.Unlock(await _place(request, counter, identity, data.evse_no))
    return await _one(request, counter, identity, command, idempotency_key)


@post(
    f"{WAY}/availability",
    operation_id="changeAvailability",
    summary="Take into use or out of it",
    description=f"An EVSE, or the whole charge point. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    status_code=200,
    responses=CALLED,
)
async def change_availability(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[
        AvailabilityOrder, Body(examples=[Example(summary="Out", value=examples.AVAILABILITY)])
    ],
    counter: NamedDependency[Counter],
    idempotency_key: CallKey = None,
) -> Response[CallView]:
    """Change it."""
    place = await _maybe_place(request, counter, identity, data.evse_no)
    command = commands.ChangeAvailability(place, data.in_use)
    return await _one(request, counter, identity, command, idempotency_key)


@post(
    f"{WAY}/trigger",
    operation_id="triggerMessage",
    summary="Ask for a message",
    description=f"The charge point sends the message by itself, soon. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    status_code=200,
    responses=CALLED,
)
async def trigger_message(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[TriggerOrder, Body(examples=[Example(summary="Ask", value=examples.TRIGGER)])],
    counter: NamedDependency[Counter],
    idempotency_key: CallKey = None,
) -> Response[CallView]:
    """Ask for it."""
    place = await _maybe_place(request, counter, identity, data.evse_no)
    command = commands.Trigger(data.message, place)
    return await _one(request, counter, identity, command, idempotency_key)


@post(
    f"{WAY}/firmware",
    operation_id="updateFirmware",
    summary="Update firmware",
    description=f"The charge point fetches and installs it, and tells how it goes. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    status_code=200,
    responses=CALLED,
)
async def update_firmware(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[
        FirmwareOrder, Body(examples=[Example(summary="Now", value=examples.FIRMWARE)])
    ],
    counter: NamedDependency[Counter],
    idempotency_key: CallKey = None,
) -> Response[CallView]:
    """Send the address."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        command = commands.UpdateFirmware(data.location, data.at or work.now)
    return await _one(request, counter, identity, command, idempotency_key)


@post(
    f"{WAY}/diagnostics",
    operation_id="sendDiagnostics",
    summary="Fetch diagnostics",
    description=f"The charge point uploads its log to an address, and tells how it goes. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    status_code=200,
    responses=CALLED,
)
async def send_diagnostics(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[
        DiagnosticsOrder, Body(examples=[Example(summary="All", value=examples.DIAGNOSTICS)])
    ],
    counter: NamedDependency[Counter],
    idempotency_key: CallKey = None,
) -> Response[CallView]:
    """Send the address."""
    command = commands.SendDiagnostics(data.location, data.since, data.until)
    return await _one(request, counter, identity, command, idempotency_key)


def caller(request: AnyRequest, idempotency_key: str | None = None) -> Caller:
    """Return who makes the call: the API key that the request carries."""
    key = caller_of(request)
    return Caller(key.operator_id, key.name, idempotency_key)


async def _one(
    request: AnyRequest,
    counter: Counter,
    identity: str,
    command: commands.Command,
    idempotency_key: str | None,
) -> Response[CallView]:
    made = await make_command(
        identity,
        command,
        caller(request, idempotency_key),
        gateway=counter.calls,
        database=counter.desk.database,
    )
    return private(call_view(made[0], made[0].asked_at))


async def _place(
    request: AnyRequest, counter: Counter, identity: str, evse_no: int
) -> commands.Place:
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        return await place_of(work, identity, evse_no)


async def _maybe_place(
    request: AnyRequest, counter: Counter, identity: str, evse_no: int | None
) -> commands.Place | None:
    return None if evse_no is None else await _place(request, counter, identity, evse_no)
