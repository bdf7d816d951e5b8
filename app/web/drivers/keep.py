"""A session that was paid before signing in goes into the account."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.errors import NotYours
from app.directpay.owned.claim import claim
from app.web.answers import see_other
from app.web.drivers.account import signed_in, visitor_at
from app.web.pages import Pages, presented_control
from app.web.request import AnyRequest
from app.web.security import check_same_origin


@post("/me/{slug:str}/sessions/{token:str}/keep", include_in_schema=False)
async def keep_session_form(
    request: AnyRequest, slug: FromPath[str], token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Keep the session in the account, when this browser paid for it. Raises NotYours."""
    check_same_origin(request.headers, pages.config)
    visitor = await visitor_at(request, slug, pages)
    driver = signed_in(visitor)
    control = presented_control(request, token)
    if control is None:
        raise NotYours("this browser did not pay for the session")
    await claim(
        token,
        control,
        driver_id=driver.driver_id,
        operator_id=driver.operator_id,
        desk=pages.desk,
    )
    return visitor.remembered(see_other(f"/s/{token}"), pages)
