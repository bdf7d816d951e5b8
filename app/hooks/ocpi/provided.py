"""The Payments module as a provider: terminals of ours at a platform's EVSEs, and what was paid."""

from app.funds.terminals.model import Terminal as OurTerminal
from app.funds.terminals.setup.read import read_terminals
from app.hooks.ocpi.call import Answer, Call
from app.hooks.ocpi.paging import asked_of, page_of, window_of
from app.infra.database import Work
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiNotOffered, OcpiObjectUnknown
from app.roaming.terminals.model import ADVICES, TERMINALS
from app.roaming.terminals.read import our_advice, our_advices, places_of
from app.roaming.wire.payments import Terminal

# Our receipt is the driver's invoice, at whoever's charge point.
_WE = "PTP"


async def get_provided(call: Call, desk: RoamingDesk) -> Answer:
    """Show terminals at the platform's EVSEs, or what was paid there: a page, or one by its id."""
    what, *names = call.path(1, 2)
    if what == TERMINALS:
        return await _terminals(call, names, desk)
    if what == ADVICES:
        return await _advices(call, names, desk)
    raise OcpiNotOffered(f"there is no {what} in payments", http=404)


async def _advices(call: Call, names: list[str], desk: RoamingDesk) -> Answer:
    async with desk.database.work(call.platform.operator_id) as work:
        if names:
            return Answer(await our_advice(work, call.platform, names[0]))
        window = window_of(call)
        found, total = await our_advices(work, call.platform, asked_of(window))
    return page_of(call, found, total, window)


async def _terminals(call: Call, names: list[str], desk: RoamingDesk) -> Answer:
    async with desk.database.work(call.platform.operator_id) as work:
        found = await _at_theirs(work, call)
    if names:
        for one in found:
            if one.terminal_id.lower() == names[0].lower():
                return Answer(one)
        raise OcpiObjectUnknown(f"there is no terminal {names[0]}", module=TERMINALS)
    window = window_of(call)
    page = found[window.offset : window.offset + window.limit]
    return page_of(call, page, len(found), window)


async def _at_theirs(work: Work, call: Call) -> list[Terminal]:
    """Return the terminals that serve an EVSE of the platform, in its words."""
    places = await places_of(work, call.platform)

    def told(one: OurTerminal) -> Terminal:
        points = [places[uid] for uid in one.evse_uids if uid in places]
        return Terminal(
            terminal_id=one.terminal_id,
            customer_reference=one.name,
            invoice_creator=_WE,
            reference=one.device,
            location_ids=tuple(dict.fromkeys(point.location_id for point in points)),
            evse_uids=tuple(point.their_uid for point in points),
            last_updated=work.now,
        )

    every = await read_terminals(work)
    return [told(one) for one in every if not places.keys().isdisjoint(one.evse_uids)]
