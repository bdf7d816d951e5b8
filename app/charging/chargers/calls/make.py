"""Make a call of the protocol: on record before it leaves, and what came of it afterwards."""

from dataclasses import dataclass, replace
from uuid import UUID

from app.charging.chargers.calls import store
from app.charging.chargers.calls.errors import (
    CallKeyReused,
    CallUnderWay,
    ChargePointOffline,
    ChargePointSilent,
)
from app.charging.chargers.calls.model import Call, CallOutcome, Order, Reply, as_json
from app.charging.chargers.calls.ports import CallGateway
from app.charging.chargers.overview.read import get_charge_point
from app.charging.chargers.stations.password import offer_password, withdraw_password
from app.infra.database import Database, Work


@dataclass(frozen=True, slots=True)
class Caller:
    """Who makes calls; with a *key* the same call again is made once."""

    operator_id: UUID
    name: str
    key: str | None = None


async def make_call(
    identity: str, order: Order, caller: Caller, *, gateway: CallGateway, database: Database
) -> Call:
    """
    Make a call to the operator's charge point and return it with its answer or CALLERROR.

    It is on record before it leaves. With the caller's key a second one is not made: the first is
    returned. Raises ChargePointNotFound, CallNotSupported, CallInvalid, ChargePointOffline (nothing
    was sent), ChargePointSilent (nobody knows), CallUnderWay and CallKeyReused.
    """
    async with database.work(caller.operator_id) as work:
        protocol = (await get_charge_point(work, identity)).protocol
    if protocol is None:
        raise ChargePointOffline(f"{identity} has never connected")
    gateway.judge(protocol, order)
    kept, password = gateway.without_secrets(order), gateway.password_in(order)
    async with database.work(caller.operator_id) as work:
        wanted = _call(work, identity, kept, caller.name)
        known = await store.open_call(work, wanted, caller.key)
        is_new, now = known.call_id == wanted.call_id, work.now
        offered = None
        if is_new and password is not None:
            offered = await offer_password(work, identity, password)
    if (known.identity, known.action) != (wanted.identity, wanted.action):
        raise CallKeyReused(f"this key was used for {known.action} to {known.identity}")
    if not is_new:
        return _known(known, known.outcome(now))
    reply = await gateway.exchange(caller.operator_id, identity, order)
    async with database.work(caller.operator_id) as work:
        await store.finish(work, wanted.call_id, reply)
        made = replace(wanted, reply=reply, answered_at=work.now)
        if password is not None and _not_taken(made, gateway):
            await withdraw_password(work, identity, offered)
    return _known(made, reply.outcome)


def _not_taken(made: Call, gateway: CallGateway) -> bool:
    """Tell whether a new password was surely not taken; who does not answer may have it."""
    if made.reply.outcome is CallOutcome.UNKNOWN:
        return False
    statuses = {setting.status for setting in gateway.settings_of(made)}
    return not statuses & {"Accepted", "RebootRequired"}


def _call(work: Work, identity: str, order: Order, name: str) -> Call:
    return Call(
        call_id=work.ids.uuid7(work.now),
        identity=identity,
        action=order.action,
        payload=as_json(order.payload),
        asked_by=name,
        asked_at=work.now,
        reply=Reply(CallOutcome.PENDING),
    )


def _known(call: Call, outcome: CallOutcome) -> Call:
    """Return *call* when the charge point has answered it, in whichever way."""
    facts = {"call_id": str(call.call_id)}
    what = f"{call.action} to {call.identity}"
    match outcome:
        case CallOutcome.ANSWERED | CallOutcome.REFUSED:
            return call
        case CallOutcome.NOT_SENT:
            raise ChargePointOffline(f"{what} was not sent: {call.reply.detail}", **facts)
        case CallOutcome.PENDING:
            raise CallUnderWay(f"{what} is not answered yet", **facts)
        case CallOutcome.UNKNOWN:
            raise ChargePointSilent(f"{what} was sent and not answered", **facts)
