"""Hear of a provider's terminals and of what they collected, as the CPO whose drivers paid."""

import logging
from collections.abc import Iterator
from decimal import Decimal

from app.charging.cdrs.errors import CdrNotFound
from app.infra.database import Work
from app.roaming.desk import RoamingDesk
from app.roaming.here import store as guests
from app.roaming.here.show import ocpi_cdr_of
from app.roaming.platforms.model import Platform
from app.roaming.received.keep import find_received, keep, keep_for_good
from app.roaming.received.model import Kept, Name
from app.roaming.terminals.model import ADVICES, NOBODY, SUCCESS, TERMINALS
from app.roaming.terminals.settle import take_advice
from app.roaming.wire.payments import FinancialAdviceConfirmation, Terminal
from app.roaming.wire.sessions import Cdr

log = logging.getLogger(__name__)

# A provider collects whole minor units, a CDR has four decimals.
_CLOSE = Decimal("0.005")


async def hear_terminal(platform: Platform, told: Terminal, *, desk: RoamingDesk) -> Kept:
    """Keep a terminal of the provider *platform*."""
    async with desk.database.work(platform.operator_id) as work:
        return await keep(work, terminal_name(platform, told.terminal_id), told)


async def hear_advice(
    platform: Platform, told: FinancialAdviceConfirmation, *, desk: RoamingDesk
) -> list[str]:
    """
    Keep what a terminal collected, and return what does not fit the CDR of its session.

    Where the session is a journey of ours it is booked.

    Raises OcpiInvalid for another confirmation of the same id.
    """
    async with desk.database.work(platform.operator_id) as work:
        await keep_for_good(work, advice_name(platform, told.id), told)
        guest = await guests.of_reference(work, platform.platform_id, told.authorization_reference)
        if guest is not None and guest.journey_id is not None:
            await take_advice(work, guest, told)
        doubts = await doubts_of_advice(work, platform, told)
    for doubt in doubts:
        log.warning("advice %s of %s: %s", told.id, platform.name, doubt)
    return doubts


async def doubts_of_advice(
    work: Work, platform: Platform, told: FinancialAdviceConfirmation
) -> list[str]:
    """Return what does not fit between an advice and the CDR that it paid; none: all well."""
    guest = await guests.of_reference(work, platform.platform_id, told.authorization_reference)
    if guest is None:
        return [f"no session has the reference {told.authorization_reference}"]
    try:
        cdr = await ocpi_cdr_of(work, guest)
    except CdrNotFound:
        return ["its session has no CDR yet"]
    return list(_differing(told, cdr))


async def get_terminal(work: Work, platform: Platform, terminal_id: str) -> Terminal | None:
    """Return a terminal of the provider *platform*, or None. A step."""
    return await find_received(work, terminal_name(platform, terminal_id), Terminal)


def terminal_name(platform: Platform, terminal_id: str) -> Name:
    """Return under which name a terminal is kept."""
    return Name(platform.platform_id, TERMINALS, NOBODY, NOBODY, terminal_id)


def advice_name(platform: Platform, advice_id: str) -> Name:
    """Return under which name an advice is kept."""
    return Name(platform.platform_id, ADVICES, NOBODY, NOBODY, advice_id)


def _differing(told: FinancialAdviceConfirmation, cdr: Cdr) -> Iterator[str]:
    if told.capture_status_code.upper() != SUCCESS:
        yield f"the capture is {told.capture_status_code}: {told.capture_status_message or ''}"
        return
    if told.currency != cdr.currency:
        yield f"{told.currency} was collected, the CDR is in {cdr.currency}"
    elif abs(told.total_costs.gross - cdr.total_cost.gross) > _CLOSE:
        yield f"{told.total_costs.gross} was collected, the CDR says {cdr.total_cost.gross}"
