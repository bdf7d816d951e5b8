"""The page with the camera: it accepts the codes of charging points, and no others."""

from litestar import Response, get
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.charging.chargers.errors import UnknownCode
from app.directpay.scanned.read import ForeignCode
from app.directpay.scanned.resolve import resolve_scanned
from app.infra.statuses import STATUS
from app.people.identity.model import Operator
from app.web.answers import private_page, see_other
from app.web.drawing.places.camera import CameraPage, render_camera
from app.web.drivers.account import visitor_at
from app.web.drivers.frame import frame_of
from app.web.language import keep_language
from app.web.pages import Pages
from app.web.request import AnyRequest


@get("/app/{slug:str}/scan", include_in_schema=False)
async def camera_page(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show the camera, or go on to the charging point whose code was read. OperatorNotFound."""
    visitor = await visitor_at(request, slug, pages)
    text = request.query_params.get("code", "")
    refused: ForeignCode | UnknownCode | None = None
    if text:
        try:
            found = await resolve_scanned(
                text,
                addresses=_addresses(visitor.operator, pages),
                database=pages.desk.database,
            )
            return visitor.remembered(see_other(found.path), pages)
        except (ForeignCode, UnknownCode) as problem:
            refused = problem
    frame = await frame_of(request, visitor, pages)
    page = render_camera(CameraPage(frame, text, refused))
    status = 200 if refused is None else STATUS[refused.kind]
    answer = private_page(request, page, pages.config, status=status)
    keep_language(request, answer, pages.config)
    return visitor.remembered(answer, pages)


def _addresses(operator: Operator, pages: Pages) -> tuple[str, ...]:
    own = (operator.public_url,) if operator.public_url else ()
    return (pages.config.base_url, pages.desk.base_of(operator.operator_id), *own)
