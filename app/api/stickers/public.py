"""Anybody tells that a sticker looks wrong."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body
from msgspec import Meta, Struct

from app.api.bodies import Code
from app.api.counter import AnyRequest, Counter, host_of
from app.api.problems import declared
from app.charging.chargers.errors import UnknownCode
from app.charging.chargers.find_evse import find_evse
from app.charging.stickers.model import WITHOUT_TAG
from app.charging.stickers.reports.model import Wrong
from app.charging.stickers.reports.work import MOST_NOTE, REPORTS_PER_NETWORK, report_sticker
from app.infra.limits import TooManyRequests, take


class StickerReported(Struct, frozen=True, forbid_unknown_fields=True):
    """What looks wrong about a sticker; *note* is in the words of who reports it."""

    reason: Wrong
    note: Annotated[str, Meta(max_length=MOST_NOTE)] = ""


_PASTED = StickerReported(Wrong.PASTED_OVER, "another sticker lies under it")


@post(
    "/codes/{code:str}/reports",
    operation_id="reportSticker",
    summary="Report a sticker",
    description="Tells the operator that a sticker looks wrong: it is pasted over another one, "
    "leads to another address, or cannot be read. Nothing is kept of who reports it.",
    tags=["Codes"],
    security=[{}],
    status_code=204,
    responses={
        204: ResponseSpec(None, description="The operator is told"),
        **declared(UnknownCode, TooManyRequests),
    },
)
async def report_one_sticker(
    request: AnyRequest,
    code: Code,
    data: Annotated[StickerReported, Body(examples=[Example(summary="A fake", value=_PASTED)])],
    counter: NamedDependency[Counter],
) -> None:
    """Keep what was seen."""
    desk = counter.desk
    await take(desk.limits, REPORTS_PER_NETWORK, host_of(request))
    operator_id, evse = await find_evse(code, database=desk.database)
    async with desk.database.work(operator_id) as work:
        await report_sticker(work, evse.evse_uid, WITHOUT_TAG, reason=data.reason, note=data.note)
