"""Who mounts stickers opens a link once, and then scans what hangs."""

from litestar import Response, get, post
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.charging.stickers.change import get_sticker, mount_sticker
from app.charging.stickers.errors import FitterNotKnown
from app.charging.stickers.fitters.links import fitter_of
from app.charging.stickers.fitters.model import Fitter
from app.charging.stickers.model import StickerState, serial_of
from app.infra.i18n import gettext
from app.web.answers import private_page, see_other
from app.web.config import WebConfig
from app.web.drawing.scan_cache import Shown
from app.web.drawing.templates import render
from app.web.pages import Pages
from app.web.request import AnyRequest
from app.web.security import check_same_origin

COOKIE = "fitter"
# The link itself decides until when: see FITTERS_LAST.
_A_MONTH = 31 * 86_400


@get("/fit/{secret:str}", include_in_schema=False)
async def fitter_page(
    request: AnyRequest, secret: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Let this browser mount stickers for as long as the link is good. Raises FitterNotKnown."""
    fitter = await fitter_of(secret, database=pages.desk.database)
    page = render("fit.html", None, fitter=fitter, sticker=None, said="")
    answer = private_page(request, page, pages.config)
    answer.set_cookie(_cookie(secret, _A_MONTH, pages.config))
    return answer


@post("/fit/stickers/{serial:str}", include_in_schema=False)
async def mount_form(
    request: AnyRequest, serial: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Note that a sticker hangs. Raises FitterNotKnown, StickerNotFound, StickerEnded."""
    check_same_origin(request.headers, pages.config)
    fitter = await fitter_in(request, pages)
    if fitter is None:
        raise FitterNotKnown("open the link again")
    replaces = "replaces" in await request.form()
    async with pages.desk.database.work(fitter.operator_id) as work:
        await mount_sticker(work, serial, by=fitter.name, replaces=replaces)
    page = render(
        "fit.html", None, fitter=fitter, sticker=None, said=gettext("Noted. Scan the next one.")
    )
    return private_page(request, page, pages.config)


@post("/fit/end", include_in_schema=False)
async def end_form(request: AnyRequest, pages: NamedDependency[Pages]) -> Response[bytes]:
    """Let this browser see what drivers see again."""
    check_same_origin(request.headers, pages.config)
    return see_other("/", _cookie("", 0, pages.config))


async def fitter_in(request: AnyRequest, pages: Pages) -> Fitter | None:
    """Return who mounts stickers with this browser, None for everybody else."""
    secret = request.cookies.get(COOKIE)
    if not secret:
        return None
    try:
        return await fitter_of(secret, database=pages.desk.database)
    except FitterNotKnown:
        return None


async def mount_page(
    request: AnyRequest, shown: Shown, number: int, fitter: Fitter, pages: Pages
) -> Response[bytes]:
    """Ask whether the sticker *number* of a point hangs there. Raises StickerNotFound."""
    evse = shown.standing.evse
    async with pages.desk.database.work(fitter.operator_id) as work:
        sticker = await get_sticker(work, serial_of(evse.code, number))
    page = render(
        "fit.html",
        shown.view.brand,
        fitter=fitter,
        sticker=sticker,
        point=shown.view.point,
        hangs=sticker.state is StickerState.MOUNTED,
        said="",
    )
    return private_page(request, page, pages.config)


def _cookie(secret: str, seconds: int, config: WebConfig) -> Cookie:
    return Cookie(
        key=COOKIE,
        value=secret,
        max_age=seconds,
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )
