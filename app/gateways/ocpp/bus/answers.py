"""The answer to any call of the protocol, on its way from one process to another."""

from collections.abc import Awaitable

from app.charging.chargers.ports import CommandOutcome
from app.gateways.ocpp.bus.messages import Refusal, Result
from app.gateways.ocpp.link.frames import CallError, Payload, read_payload, write_payload
from app.gateways.ocpp.link.session import NoAnswer, NotSent, Refused


async def result_of(call: Awaitable[Payload]) -> Result:
    """Await the *call* and return what came of it."""
    try:
        return Result(CommandOutcome.ACCEPTED, write_payload(await call))
    except NotSent as failure:
        return Result(CommandOutcome.NOT_SENT, detail=str(failure))
    except NoAnswer as failure:
        return Result(CommandOutcome.UNKNOWN, detail=str(failure))
    except Refused as refused:
        error = refused.error
        refusal = Refusal(error.code, error.description, write_payload(error.details))
        return Result(CommandOutcome.REJECTED, refusal=refusal)


def answer_in(result: Result, message_id: str) -> Payload:
    """Return the answer of the charge point. Raises NotSent, NoAnswer or Refused."""
    if result.outcome is CommandOutcome.ACCEPTED:
        return read_payload(result.answer)
    if result.refusal is not None:
        refusal = result.refusal
        details = read_payload(refusal.details)
        raise Refused(CallError(message_id, refusal.code, refusal.description, details))
    unknown = result.outcome is CommandOutcome.UNKNOWN
    raise (NoAnswer if unknown else NotSent)(result.detail)
