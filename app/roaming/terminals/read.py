"""Read a provider's terminals and what they collected; and, as a provider, what ours collected."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from app.billing.receipts.read import receipt_of_session
from app.charging.chargers.model import Evse
from app.charging.chargers.read import get_evse
from app.charging.sessions.read import get_session
from app.infra.database import Work
from app.roaming.abroad import store as abroad
from app.roaming.abroad.model import Point
from app.roaming.errors import OcpiObjectUnknown
from app.roaming.here import store as guests
from app.roaming.platforms.model import Platform
from app.roaming.received.keep import told_by
from app.roaming.terminals.advise import advice_of
from app.roaming.terminals.hear import doubts_of_advice
from app.roaming.terminals.model import ADVICES, TERMINALS
from app.roaming.wire.payments import FinancialAdviceConfirmation, Terminal

# As many as a person reads.
_MOST = 100


@dataclass(frozen=True, slots=True)
class CheckedAdvice:
    """
    What a terminal collected, and what does not fit the CDR of its session.

    *invoice_url* is where the invoice is, whoever makes it; None where the terminal does not say.
    """

    advice: FinancialAdviceConfirmation
    doubts: list[str]
    invoice_url: str | None = None


async def terminals_of(work: Work, platform: Platform) -> list[Terminal]:
    """Return the terminals of the provider *platform*, what was told last first. A step."""
    return await told_by(work, platform.platform_id, TERMINALS, Terminal)


async def terminal_at(work: Work, platform: Platform, evse: Evse) -> Terminal | None:
    """Return the provider's terminal that serves *evse*, by itself or with its place. A step."""
    known = await terminals_of(work, platform)
    own = [one for one in known if _is_in(evse.evse_uid, one.evse_uids)]
    place = evse.location.location_id
    near = [one for one in known if not one.evse_uids and _is_in(place, one.location_ids)]
    return next(iter(own + near), None)


def _is_in(name: str, names: Sequence[str]) -> bool:
    """Tell whether *name* is one of *names*: ids of OCPI ignore case."""
    return name.lower() in (one.lower() for one in names)


async def advices_of(work: Work, platform: Platform) -> list[CheckedAdvice]:
    """Return what the provider's terminals collected lately, with what does not fit. A step."""
    found = await told_by(
        work, platform.platform_id, ADVICES, FinancialAdviceConfirmation, most=_MOST
    )
    return [
        CheckedAdvice(
            one,
            await doubts_of_advice(work, platform, one),
            await _invoice_url(work, platform, one.authorization_reference),
        )
        for one in found
    ]


async def _invoice_url(work: Work, platform: Platform, reference: str) -> str | None:
    guest = await guests.of_reference(work, platform.platform_id, reference)
    if guest is None:
        return None
    session = await get_session(work, guest.session_id)
    terminal = await terminal_at(work, platform, await get_evse(work, session.evse_uid))
    if terminal is None or terminal.invoice_base_url is None:
        return None
    return f"{terminal.invoice_base_url.rstrip('/')}/{reference}"


async def our_advices(
    work: Work, platform: Platform, asked: Mapping[str, Any]
) -> tuple[list[FinancialAdviceConfirmation], int]:
    """
    Return a page of what drivers of ours paid at the platform's charge points, and how many.

    A step; a session whose money is not in yet, or that has no receipt, is left out of its page.
    """
    charges, total = await abroad.page(work, platform.platform_id, asked)
    found = [await _advice(work, charge.session_id) for charge in charges]
    return [one for one in found if one is not None], total


async def places_of(work: Work, platform: Platform) -> dict[str, Point]:
    """Return the platform's sockets that drivers can use, by our uid of each EVSE. A step."""
    found = await abroad.points_of(work, platform.platform_id)
    return {point.evse_uid: point for point in found if point.trouble is None}


async def our_advice(work: Work, platform: Platform, advice_id: str) -> FinancialAdviceConfirmation:
    """Return one of them by its id, which is the session's. A step. Raises OcpiObjectUnknown."""
    try:
        charge = await abroad.charge_of(work, UUID(advice_id))
    except ValueError:
        charge = None
    found = None
    if charge is not None and charge.platform_id == platform.platform_id:
        found = await _advice(work, charge.session_id)
    if found is None:
        raise OcpiObjectUnknown(f"there is no confirmation {advice_id}", module=ADVICES)
    return found


async def _advice(work: Work, session_id: UUID) -> FinancialAdviceConfirmation | None:
    receipt = await receipt_of_session(work, session_id)
    if receipt is None:
        return None
    return advice_of(receipt, (await get_session(work, session_id)).id_tag)
