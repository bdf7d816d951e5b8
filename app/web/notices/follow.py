"""Notices about one session, for who has no account: in the browser that paid for it."""

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.directpay.desk import MAILS_PER_NETWORK
from app.directpay.notices.own import follow_here
from app.infra.i18n import current_language
from app.infra.limits import take
from app.web.following import require_control
from app.web.notices.given import given_address
from app.web.notices.own import DONE
from app.web.pages import Pages
from app.web.request import AnyRequest, host_of


@post("/s/{token:str}/notices", include_in_schema=False)
async def follow_form(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show notices about the session in this browser, until it is over."""
    await require_control(request, token, pages)
    await take(pages.desk.limits, MAILS_PER_NETWORK, host_of(request))
    address = given_address(await request.form())
    await follow_here(token, address, current_language(), desk=pages.desk)
    return Response(b"", status_code=DONE)
