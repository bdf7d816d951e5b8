"""By what a browser is known when a campaign is limited per driver: a random mark, nothing else."""

import secrets

from litestar.datastructures import Cookie

from app.directpay.offers.guess import Presented
from app.web.config import WebConfig
from app.web.request import AnyRequest, host_of
from app.web.tickets import ADMISSION_COOKIE

DRIVER_COOKIE = "driver"
_DAYS = 365
_SECONDS_A_DAY = 86_400
_MARK_BYTES = 16
_MOST_MARK = 64


def presented(request: AnyRequest, coupon: str = "") -> Presented:
    """Return what the browser presents; one that is not known yet gets a mark for this once."""
    mark = mark_of(request) or secrets.token_urlsafe(_MARK_BYTES)
    return Presented(coupon, mark, host_of(request), admission_of(request))


def admission_of(request: AnyRequest) -> str:
    """Return what reading a display gave this browser, "" for nothing."""
    return request.cookies.get(ADMISSION_COOKIE, "")[:_MOST_MARK]


def mark_of(request: AnyRequest) -> str:
    """Return the mark in the browser's cookie, "" when there is none."""
    return request.cookies.get(DRIVER_COOKIE, "")[:_MOST_MARK]


def driver_cookie(mark: str, config: WebConfig) -> Cookie:
    """Return the cookie that keeps *mark*: set when a browser pays with an offer, not before."""
    return Cookie(
        key=DRIVER_COOKIE,
        value=mark,
        max_age=_DAYS * _SECONDS_A_DAY,
        secure=config.secure,
        httponly=True,
        samesite="lax",
    )
