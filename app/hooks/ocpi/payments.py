"""The Payments module as a CPO: terminals of a provider, and what they collected."""

from app.hooks.ocpi.call import CREATED, Answer, Call
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiNotOffered
from app.roaming.received.keep import received
from app.roaming.terminals.hear import advice_name, hear_advice, hear_terminal, terminal_name
from app.roaming.terminals.model import ADVICES, TERMINALS
from app.roaming.wire.payments import FinancialAdviceConfirmation, Terminal


async def get_payment_object(call: Call, desk: RoamingDesk) -> Answer:
    """Show a terminal or an advice as it is known here."""
    what, object_id = call.path(2)
    async with desk.database.work(call.platform.operator_id) as work:
        if what == TERMINALS:
            return Answer(await received(work, terminal_name(call.platform, object_id), Terminal))
        _check(what)
        name = advice_name(call.platform, object_id)
        return Answer(await received(work, name, FinancialAdviceConfirmation))


async def post_payment_object(call: Call, desk: RoamingDesk) -> Answer:
    """Hear of a terminal, or of what one collected."""
    (what,) = call.path(1)
    if what == TERMINALS:
        await hear_terminal(call.platform, call.body_as(Terminal), desk=desk)
        return Answer(http=CREATED)
    _check(what)
    await hear_advice(call.platform, call.body_as(FinancialAdviceConfirmation), desk=desk)
    return Answer(http=CREATED)


def _check(what: str) -> None:
    if what != ADVICES:
        raise OcpiNotOffered(f"there is no {what} in payments", http=404)
