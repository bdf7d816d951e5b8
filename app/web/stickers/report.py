"""Anybody tells that a sticker looks wrong."""

from typing import Final

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.charging.stickers.model import WITHOUT_TAG
from app.charging.stickers.reports.model import Wrong
from app.charging.stickers.reports.work import MOST_NOTE, REPORTS_PER_NETWORK, report_sticker
from app.infra.i18n import N_, current_language, gettext, said
from app.infra.limits import take
from app.web.answers import private_page
from app.web.drawing.templates import render
from app.web.language import choose_language
from app.web.pages import Pages
from app.web.request import AnyRequest, host_of
from app.web.security import check_same_origin

REASONS: Final = {
    Wrong.PASTED_OVER: N_("It is pasted over another one"),
    Wrong.OTHER_ADDRESS: N_("It leads to another address"),
    Wrong.UNREADABLE: N_("It cannot be read"),
    Wrong.OTHER: N_("Something else"),
}


@get("/c/{code:str}/report", include_in_schema=False)
async def report_page(
    request: AnyRequest, code: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Ask what looks wrong. Raises UnknownCode."""
    return await _page(request, code, pages, thanks="")


@post("/c/{code:str}/report", include_in_schema=False)
async def report_form(
    request: AnyRequest, code: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Keep what was seen, and say thanks."""
    check_same_origin(request.headers, pages.config)
    await take(pages.desk.limits, REPORTS_PER_NETWORK, host_of(request))
    form = await request.form()
    given = str(form.get("reason", ""))
    reason = Wrong(given) if given in set(Wrong) else Wrong.OTHER
    evse = (await pages.scans.at(code, current_language())).standing.evse
    async with pages.desk.database.work(evse.operator_id) as work:
        note = str(form.get("note", ""))
        await report_sticker(work, evse.evse_uid, WITHOUT_TAG, reason=reason, note=note)
    return await _page(request, code, pages, thanks=gettext("Thank you. We will look at it."))


async def _page(request: AnyRequest, code: str, pages: Pages, *, thanks: str) -> Response[bytes]:
    view = (await pages.scans.at(code, current_language())).view
    choose_language(request, view.brand.languages)
    page = render(
        "report.html",
        view.brand,
        point=view.point,
        thanks=thanks,
        reasons=[(reason.value, said(text)) for reason, text in REASONS.items()],
        most_note=MOST_NOTE,
    )
    return private_page(request, page, pages.config)
