"""What a camera has read, or a driver has typed: which charging point it is."""

from typing import Annotated
from urllib.parse import urlsplit

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body
from msgspec import Meta, Struct

from app.api.answers import answer, private
from app.api.contract.host import require_home
from app.api.counter import AnyRequest, Counter, host_of
from app.api.problems import declared
from app.charging.chargers.errors import UnknownCode
from app.charging.stickers.check import check_sticker
from app.charging.stickers.errors import StickerNotOurs, StickerWithdrawn
from app.directpay.desk import DISPLAYS_PER_NETWORK
from app.directpay.errors import DisplayCodeNeeded
from app.directpay.guard.display import admit
from app.directpay.places.find import operator_at
from app.directpay.scanned.read import ForeignCode
from app.directpay.scanned.resolve import resolve_scanned
from app.infra.limits import TooManyRequests, take
from app.people.identity.hosts.book import Hosts


class ScanOrder(Struct, frozen=True, forbid_unknown_fields=True):
    """The text of a QR code, or what was typed: an address of ours, a code, or an EVSE id."""

    text: Annotated[str, Meta(min_length=1, max_length=512)]


class ScanResult(Struct, frozen=True):
    """
    The charging point, and what reading its code in front of it has shown.

    *code* leads to `getCode`. *sticker* is the number of a sticker whose tag is good, else 0.
    *admission* goes with `startSession` where a display had to be read, else it is "".
    """

    operator: str
    code: str
    evse_id: str
    sticker: int
    admission: str


SCAN_ORDER = ScanOrder("https://pay.example/c/VKTAA2")
SCAN_RESULT = ScanResult("voltstraat", "VKTAA2", "NL*VLT*E1*1", 0, "")


@post(
    "/scans",
    operation_id="readScan",
    summary="What was scanned",
    description="Finds the charging point of a QR code on a sticker or a display, or of what was "
    "typed. A sticker whose tag is not ours, or that was withdrawn, is refused as on the page: the "
    "driver must be warned. What a display shows counts for a moment: send it at once.",
    tags=["Codes"],
    security=[{}],
    status_code=200,
    responses={
        200: answer(ScanResult, "The charging point", SCAN_RESULT),
        **declared(
            ForeignCode,
            UnknownCode,
            StickerNotOurs,
            StickerWithdrawn,
            DisplayCodeNeeded,
            TooManyRequests,
        ),
    },
)
async def read_scan(
    request: AnyRequest,
    data: Annotated[ScanOrder, Body(examples=[Example(summary="A sticker", value=SCAN_ORDER)])],
    counter: NamedDependency[Counter],
) -> Response[ScanResult]:
    """Find what was scanned."""
    desk = counter.desk
    addresses = _ours(data.text, desk.hosts)
    read = await resolve_scanned(data.text, addresses=addresses, database=desk.database)
    operator, evse = await operator_at(read.code, desk=desk)
    require_home(request, operator.operator_id, desk)
    number, admission = 0, ""
    if read.mark:
        number = await check_sticker(
            read.code, read.mark, keys=desk.sticker_keys, database=desk.database
        )
    if read.totp:
        await take(desk.limits, DISPLAYS_PER_NETWORK, host_of(request))
        admission = await admit(read.code, read.totp, desk=desk)
    return private(ScanResult(operator.slug, evse.code, evse.evse_id, number, admission))


def _ours(text: str, hosts: Hosts) -> tuple[str, ...]:
    """Return the addresses that a text may begin with: our own, and that of a proved host."""
    try:
        host = urlsplit(text.strip()).netloc
    except ValueError:
        host = ""
    return (hosts.base_url, f"https://{host}") if hosts.is_proved(host) else (hosts.base_url,)
