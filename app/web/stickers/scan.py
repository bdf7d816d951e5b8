"""The page behind a sticker with a check tag."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.infra.i18n import current_language
from app.web.pages import Pages
from app.web.request import AnyRequest
from app.web.scanning import point_page
from app.web.stickers.mount import fitter_in, mount_page


@get(["/C/{code:str}/{mark:str}", "/c/{code:str}/{mark:str}"], include_in_schema=False)
async def sticker_page(
    request: AnyRequest,
    code: FromPath[str],
    mark: FromPath[str],
    pages: NamedDependency[Pages],
) -> Response[bytes]:
    """Show the page of the point, or a warning; who mounts stickers is asked whether it hangs."""
    number = await pages.stickers.number(code, mark)
    fitter = await fitter_in(request, pages)
    if fitter is not None:
        shown = await pages.scans.at(code, current_language())
        # At other operators' charge points a fitter is a driver like everybody else.
        if fitter.operator_id == shown.standing.evse.operator_id:
            return await mount_page(request, shown, number, fitter, pages)
    return await point_page(request, code, pages, number)
