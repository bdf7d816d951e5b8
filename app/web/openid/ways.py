"""Signing in with an account elsewhere: the browser is sent there, and comes back."""

from typing import Final

from litestar import Response, get
from litestar.datastructures import Cookie
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.infra.i18n import current_language
from app.infra.limits import take
from app.infra.statuses import STATUS
from app.people.identity.openid.begin import WAYS_PER_NETWORK, Start, begin_openid
from app.people.identity.openid.errors import (
    OpenIdNoAddress,
    OpenIdRefused,
    OpenIdUnavailable,
)
from app.people.identity.openid.finish import Handed, Returned, finish_openid
from app.people.identity.openid.model import LOGIN_LASTS, AppReturn
from app.people.identity.origins import own_origin
from app.web.answers import private_page, see_other
from app.web.config import WebConfig
from app.web.drawing.me_page import MePage, render_me
from app.web.drivers.account import Visitor, visitor_at
from app.web.drivers.browsers import browser_of
from app.web.drivers.cookies import account_cookie
from app.web.drivers.frame import frame_of
from app.web.drivers.sign_in import back_of
from app.web.openid.offer import other_ways
from app.web.pages import Pages
from app.web.request import AnyRequest, host_of

_COOKIE: Final = "openid-"
_MOST: Final = 2000
_MOST_SECRET: Final = 64
_TROUBLE: Final = (OpenIdRefused, OpenIdNoAddress, OpenIdUnavailable)


@get("/me/{slug:str}/openid", include_in_schema=False)
async def openid_there(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Send the browser to the operator's provider; an app opens this address in one."""
    await take(pages.desk.limits, WAYS_PER_NETWORK, host_of(request))
    visitor = await visitor_at(request, slug, pages)
    operator, config = visitor.operator, pages.config
    base_url = pages.desk.base_of(operator.operator_id)
    origin = own_origin(request.headers.get("host", ""), operator, base_url)
    start = Start(
        redirect_uri=f"{origin or base_url}/me/{operator.slug}/openid/back",
        language=current_language(),
        back=back_of(request.query_params),
        app=_app(request),
    )
    try:
        secret, address = await begin_openid(
            start, operator_id=operator.operator_id, desk=pages.desk.openid
        )
    except _TROUBLE as problem:
        return await _sorry(request, visitor, problem, pages)
    return see_other(address, _cookie(operator.slug, secret, config))


@get("/me/{slug:str}/openid/back", include_in_schema=False)
async def openid_back(
    request: AnyRequest, slug: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Sign in whoever the provider says has come, here or in the app that waits."""
    visitor = await visitor_at(request, slug, pages)
    operator, config = visitor.operator, pages.config
    returned = Returned(
        secret=request.cookies.get(config.own_cookie(_COOKIE + operator.slug), "")[:_MOST_SECRET],
        state=_given(request, "state"),
        code=_given(request, "code"),
        issuer=_given(request, "iss"),
        language=current_language(),
    )
    try:
        done = await finish_openid(
            returned,
            browser_of(request),
            operator_id=operator.operator_id,
            desk=pages.desk.openid,
        )
    except _TROUBLE as problem:
        return await _sorry(request, visitor, problem, pages)
    gone = _cookie(operator.slug, "", config)
    if isinstance(done, Handed):
        return see_other(done.address, gone)
    account = account_cookie(operator.slug, done.welcome.secret, config)
    return see_other(done.back or f"/me/{operator.slug}", account, gone)


def _app(request: AnyRequest) -> AppReturn | None:
    """Return the app that has opened the browser, None where a driver has."""
    if "redirect_uri" not in request.query_params:
        return None
    is_s256 = _given(request, "code_challenge_method") == "S256"
    challenge = _given(request, "code_challenge") if is_s256 else ""
    return AppReturn(_given(request, "redirect_uri"), _given(request, "state"), challenge)


def _given(request: AnyRequest, name: str) -> str:
    return str(request.query_params.get(name) or "")[:_MOST]


async def _sorry(
    request: AnyRequest,
    visitor: Visitor,
    problem: OpenIdRefused | OpenIdNoAddress | OpenIdUnavailable,
    pages: Pages,
) -> Response[bytes]:
    """Say what was wrong where signing in begins: the code by mail is always there."""
    frame = await frame_of(request, visitor, pages)
    ways = await other_ways(request, visitor.operator, pages)
    page = render_me(MePage(frame, None, problem=problem, ways=ways))
    return private_page(request, page, pages.config, status=STATUS[problem.kind])


def _cookie(slug: str, secret: str, config: WebConfig) -> Cookie:
    # Lax: the provider's page leads back by a link, which is another site's.
    return Cookie(
        key=config.own_cookie(_COOKIE + slug),
        value=secret,
        max_age=int(LOGIN_LASTS.total_seconds()) if secret else 0,
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )
