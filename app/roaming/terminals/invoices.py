"""The address of the invoice of who paid at a partner's terminal: what the terminal shows."""

import binascii
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from app.directpay.authorised.live import read_journey
from app.directpay.desk import Desk, Secrets
from app.directpay.errors import JourneyNotFound
from app.directpay.letters.links import PageLinks
from app.directpay.model import Ended
from app.infra.limits import Limit
from app.roaming.here import store as guests

_ID_BYTES: Final = 16
_MAC_BYTES: Final = 14
# References of authorisations are not ours: whoever tries some out is stopped.
INVOICES_PER_NETWORK: Final = Limit("terminal-invoice", 30, timedelta(minutes=10))


def invoice_base_url(platform_id: UUID, *, secrets: Secrets, base_url: str) -> str:
    """Return the address which becomes that of an invoice with its authorisation's reference."""
    key = platform_id.bytes + _mac(secrets.key, platform_id)
    return f"{base_url}/i/{urlsafe_b64encode(key).decode()}/"


@dataclass(frozen=True, slots=True)
class PaidAtTerminal:
    """A session that was paid at a terminal; the payer's own once it *is_over*."""

    journey_id: UUID
    operator_id: UUID
    is_over: bool


async def invoice_page(key: str, reference: str, *, desk: Desk) -> str:
    """
    Return the address of the page with the receipt of a session that was paid at a terminal.

    While the session runs it is a page to look at; afterwards it is the payer's own, with PDF and
    invoice. Raises JourneyNotFound.
    """
    paid = await paid_at_terminal(key, reference, desk=desk)
    links = PageLinks(desk.secrets, desk.base_of)
    link = links.to_control if paid.is_over else links.to_look
    return link(paid.journey_id, paid.operator_id)


async def paid_at_terminal(key: str, reference: str, *, desk: Desk) -> PaidAtTerminal:
    """Return the session with this address of a terminal. Raises JourneyNotFound."""
    platform_id = _platform_of(key, desk.secrets)
    async with desk.database.look() as look:
        found = await guests.journey_of_reference(look, platform_id, reference)
    if found is None:
        raise JourneyNotFound("no session has this address")
    operator_id, journey_id = found
    async with desk.database.work(operator_id) as work:
        journey = await read_journey(work, journey_id)
    is_over = journey is not None and isinstance(journey.state, Ended)
    return PaidAtTerminal(journey_id, operator_id, is_over)


def _platform_of(key: str, secrets: Secrets) -> UUID:
    """Return the platform whose *key* it is, made with any of our keys. Raises JourneyNotFound."""
    try:
        given = urlsafe_b64decode(key.encode())
    except (binascii.Error, ValueError):
        given = b""
    if len(given) == _ID_BYTES + _MAC_BYTES:
        platform_id, mac = UUID(bytes=given[:_ID_BYTES]), given[_ID_BYTES:]
        for each in (secrets.key, *secrets.former):
            if hmac.compare_digest(mac, _mac(each, platform_id)):
                return platform_id
    raise JourneyNotFound("no session has this address")


def _mac(key: bytes, platform_id: UUID) -> bytes:
    return hmac.digest(key, b"invoice" + platform_id.bytes, "sha256")[:_MAC_BYTES]
