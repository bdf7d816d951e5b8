"""Activate, assign and deactivate terminals at their provider, as the CPO."""

from collections.abc import Sequence
from uuid import UUID

from app.pricing.tariffs.model import Json
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid, PlatformTrouble
from app.roaming.here.model import INVOICED_BY_US
from app.roaming.platforms.find import link_to, platform_of_name
from app.roaming.platforms.model import SENDER, below
from app.roaming.ports import PeerRequest
from app.roaming.received.model import PAYMENTS
from app.roaming.terminals.hear import hear_terminal
from app.roaming.terminals.invoices import invoice_base_url
from app.roaming.terminals.model import TERMINALS
from app.roaming.wire.codec import encode_plain, instant, read
from app.roaming.wire.payments import Terminal


async def activate_terminal(
    name: str,
    terminal_id: str,
    *,
    operator_id: UUID,
    desk: RoamingDesk,
    invoices_by: str | None = None,
) -> Terminal:
    """
    Activate a terminal at the provider *name*; return it. PlatformNotFound, PlatformTrouble.

    *invoices_by* says who makes the invoices of what is paid there, `CPO` or `PTP`; None: the
    provider knows. Ours are where we say.
    """
    body: Json = {"terminal_id": terminal_id}
    if invoices_by is not None:
        body["invoice_creator"] = invoices_by
    if invoices_by == INVOICED_BY_US:
        async with desk.database.work(operator_id) as work:
            platform = await platform_of_name(work, name)
        body["invoice_base_url"] = invoice_base_url(
            platform.platform_id, secrets=desk.secrets, base_url=desk.base_url
        )
    return await _asked(name, ("POST", "activate"), body, operator_id, desk)


async def assign_terminal(
    name: str,
    terminal_id: str,
    places: tuple[Sequence[str], Sequence[str]],
    *,
    operator_id: UUID,
    desk: RoamingDesk,
) -> Terminal:
    """Let a terminal serve these locations and EVSEs of ours; return it. PlatformTrouble."""
    body: Json = {
        "location_ids": list(places[0]),
        "evse_uids": list(places[1]),
        "last_updated": instant(desk.clock.now()),
    }
    return await _asked(name, ("PATCH", terminal_id), body, operator_id, desk)


async def deactivate_terminal(
    name: str, terminal_id: str, *, operator_id: UUID, desk: RoamingDesk
) -> None:
    """Take a terminal out of service at its provider. PlatformNotFound, PlatformTrouble."""
    await _call(name, ("POST", f"{terminal_id}/deactivate"), {}, operator_id, desk)


async def _asked(
    name: str, deed: tuple[str, str], body: Json, operator_id: UUID, desk: RoamingDesk
) -> Terminal:
    """Do a *deed*, and keep and return the terminal that comes back."""
    data = await _call(name, deed, body, operator_id, desk)
    async with desk.database.work(operator_id) as work:
        platform = await platform_of_name(work, name)
    try:
        terminal = read(Terminal, data if isinstance(data, dict) else body)
    except OcpiInvalid as wrong:
        raise PlatformTrouble(wrong.detail, url=name, is_sent=True) from wrong
    await hear_terminal(platform, terminal, desk=desk)
    return terminal


async def _call(
    name: str, deed: tuple[str, str], body: Json, operator_id: UUID, desk: RoamingDesk
) -> object:
    method, path = deed
    async with desk.database.work(operator_id) as work:
        platform = await platform_of_name(work, name)
        link = await link_to(work, platform, "PTP", desk=desk)
    url = below(platform.url_of(PAYMENTS, SENDER), TERMINALS, path)
    request = PeerRequest(method, url, encode_plain(body))
    return (await desk.peers.call(link, request)).checked(url).data
