"""What every handler of the driver's pages works with."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from uuid import UUID

from app.directpay.desk import Desk
from app.people.identity.drivers.access import Caller
from app.web.config import WebConfig
from app.web.drawing.scan_cache import ScanCache
from app.web.request import AnyRequest
from app.web.stickers.checks import StickerChecks
from app.web.streams.rooms import Rooms
from app.web.tickets import COOKIE, Ticket, read_tickets

# All that is known of who calls, as a file of JSON.
DataFile = Callable[[Caller], Awaitable[bytes]]


@dataclass(frozen=True, slots=True)
class Pages:
    """The desk of the journey, where the pages are served, and what one process keeps ready."""

    desk: Desk
    config: WebConfig
    scans: ScanCache
    rooms: Rooms
    stickers: StickerChecks
    data_file: DataFile

    def address(self, token: str, operator_id: UUID) -> str:
        """Return the full address of a session page, to be shared."""
        return f"{self.desk.base_of(operator_id)}/s/{token}"


def tickets_of(request: AnyRequest) -> tuple[Ticket, ...]:
    """Return the tickets in the browser's cookie, the newest first."""
    return read_tickets(request.cookies.get(COOKIE))


def presented_control(request: AnyRequest, token: str) -> str | None:
    """Return what the browser presents as the right to stop the session of *token*."""
    controls = (ticket.control for ticket in tickets_of(request) if ticket.token == token)
    return next(controls, None)
