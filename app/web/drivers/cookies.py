"""The cookies of a driver: who is signed in at an operator, and which browser waits for a code."""

from litestar.datastructures import Cookie

from app.people.identity.drivers.model import CODE_LASTS, STAYS_FOR
from app.web.config import WebConfig
from app.web.request import AnyRequest

_SIGNED_IN = "account-"
_WAITS = "sign-in-"
_MOST = 64


def account_secret(request: AnyRequest, slug: str, config: WebConfig) -> str:
    """Return the secret of a browser that is signed in at an operator, "" when there is none."""
    return request.cookies.get(config.own_cookie(_SIGNED_IN + slug), "")[:_MOST]


def waiting_secret(request: AnyRequest, slug: str, config: WebConfig) -> str:
    """Return the secret of a browser that waits for a code, "" when there is none."""
    return request.cookies.get(config.own_cookie(_WAITS + slug), "")[:_MOST]


def slugs_of(request: AnyRequest, config: WebConfig) -> list[str]:
    """Return the operators at which this browser may be signed in."""
    begin = config.own_cookie(_SIGNED_IN)
    return [name.removeprefix(begin) for name in request.cookies if name.startswith(begin)]


def account_cookie(slug: str, secret: str, config: WebConfig) -> Cookie:
    """Return the cookie of a browser that is signed in."""
    return _cookie(_SIGNED_IN + slug, secret, int(STAYS_FOR.total_seconds()), config)


def waiting_cookie(slug: str, secret: str, config: WebConfig) -> Cookie:
    """Return the cookie that binds a code to the browser that asked for it."""
    return _cookie(_WAITS + slug, secret, int(CODE_LASTS.total_seconds()), config)


def no_account(slug: str, config: WebConfig) -> Cookie:
    """Return what takes the cookie of a signed-in browser away."""
    return _cookie(_SIGNED_IN + slug, "", 0, config)


def no_waiting(slug: str, config: WebConfig) -> Cookie:
    """Return what takes the cookie of a browser away that waits for a code."""
    return _cookie(_WAITS + slug, "", 0, config)


def _cookie(key: str, value: str, seconds: int, config: WebConfig) -> Cookie:
    return Cookie(
        key=config.own_cookie(key),
        value=value,
        max_age=seconds,
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )
