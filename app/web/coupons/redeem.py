"""The field behind "I have a code": a form of its own, which answers with the page and the code."""

from urllib.parse import quote, urlencode

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.web.answers import see_other
from app.web.coupons.driver import presented
from app.web.coupons.own_page import own_page
from app.web.pages import Pages
from app.web.request import AnyRequest
from app.web.security import check_same_origin

_MOST_TYPED = 64


@post("/c/{code:str}/coupon", include_in_schema=False, status_code=200)
async def coupon_form(
    request: AnyRequest, code: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Show the scan page with what the code gives, or with why it gives nothing."""
    check_same_origin(request.headers, pages.config)
    form = await request.form()
    return await own_page(request, code, presented(request, typed(form.get("coupon"))), pages)


@get(["/c/{code:str}/coupon", "/c/{code:str}/pay"], include_in_schema=False)
async def form_again(request: AnyRequest, code: FromPath[str]) -> Response[bytes]:
    """Lead whoever reloads the answer to a form, or picks another language there, to the page."""
    asked = urlencode({name: request.query_params.get(name, "") for name in ("coupon", "lang")})
    return see_other(f"/c/{quote(code, safe='')}?{asked}")


def typed(value: object) -> str:
    """Return what was typed as a code, "" for nothing."""
    return value.strip()[:_MOST_TYPED] if isinstance(value, str) else ""
