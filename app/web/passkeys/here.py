"""What a passkey is good for at the address that was asked, and the cookie that binds it."""

from typing import Final

from litestar import Response
from litestar.datastructures import Cookie

from app.people.identity.drivers.model import Device
from app.people.identity.model import Operator
from app.people.identity.passkeys.errors import PasskeysNotHere
from app.people.identity.passkeys.model import CEREMONY_LASTS, Answer, Begun, RelyingParty
from app.people.identity.passkeys.party import relying_party
from app.web.config import WebConfig
from app.web.drawing.assets import asset
from app.web.drivers.browsers import browser_of
from app.web.pages import Pages
from app.web.request import AnyRequest

_COOKIE: Final = "passkey-"
_MOST_SECRET: Final = 64
_NO_STORE: Final = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}


def party_of(request: AnyRequest, operator: Operator, pages: Pages) -> RelyingParty:
    """Return for whom a passkey is good at the request's address. Raises PasskeysNotHere."""
    return relying_party(
        request.headers.get("host", ""), operator, pages.desk.base_of(operator.operator_id)
    )


def script_for(request: AnyRequest, operator: Operator, pages: Pages) -> str:
    """Return the path of the script that asks for passkeys, "" where there can be none."""
    try:
        party_of(request, operator, pages)
    except PasskeysNotHere:
        return ""
    return asset("passkey.js").path


def question(begun: Begun, operator: Operator, config: WebConfig) -> Response[bytes]:
    """Answer what the script hands to the browser, bound to that browser by a cookie."""
    answer = Response(
        begun.options.encode(), media_type="application/json", status_code=200, headers=_NO_STORE
    )
    answer.set_cookie(_cookie(operator.slug, begun.secret, config))
    return answer


async def answered(request: AnyRequest, operator: Operator) -> Answer:
    """Return what the form brings, as the browser that was asked."""
    credential = (await request.form()).get("credential")
    device = browser_of(request)
    return Answer(
        secret=request.cookies.get(_COOKIE + operator.slug, "")[:_MOST_SECRET],
        credential=credential if isinstance(credential, str) else "",
        device=Device(device.kind, device.name or operator.brand.name),
    )


def no_question(operator: Operator, config: WebConfig) -> Cookie:
    """Return what takes the cookie of a question away."""
    return _cookie(operator.slug, "", config)


def _cookie(slug: str, secret: str, config: WebConfig) -> Cookie:
    return Cookie(
        key=_COOKIE + slug,
        value=secret,
        max_age=int(CEREMONY_LASTS.total_seconds()) if secret else 0,
        path=f"/me/{slug}",
        secure=config.secure,
        httponly=True,
        samesite="strict",
    )
