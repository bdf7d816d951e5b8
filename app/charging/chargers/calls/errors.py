"""What can be wrong with a call to a charge point."""

from app.kernel.errors import Kind, Problem


class ChargePointOffline(Problem):
    """The charge point is not connected, or went before the call left: nothing was sent."""

    code = "charge_point_offline"
    kind = Kind.CONFLICT
    title = "The charge point is not connected; nothing was sent"


class ChargePointSilent(Problem):
    """The call left and was not answered: what it asked for may have happened."""

    code = "charge_point_silent"
    kind = Kind.NO_ANSWER
    title = "The charge point has not answered; nobody knows what came of the call"


class CallUnderWay(Problem):
    """A call with this Idempotency-Key has left and is not answered yet."""

    code = "call_under_way"
    kind = Kind.CONFLICT
    title = "The call is still under way"


class CallKeyReused(Problem):
    """The Idempotency-Key belongs to another call."""

    code = "call_key_reused"
    kind = Kind.INVALID
    title = "This Idempotency-Key was used for another call"


class CallNotSupported(Problem):
    """The charge point's version of OCPP has no such call to charge points."""

    code = "call_not_supported"
    kind = Kind.INVALID
    title = "The charge point's version of OCPP has no such call"


class CallInvalid(Problem):
    """The payload breaks the schema of the call; nothing was sent."""

    code = "call_invalid"
    kind = Kind.INVALID
    title = "The payload breaks the schema of the call"
