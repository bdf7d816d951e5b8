"""What a code gives at a socket, before anybody pays."""

from typing import Annotated

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import private
from app.api.bodies import Code
from app.api.counter import AnyRequest, Counter, host_of
from app.api.coupons.bodies import CouponOrder, Offers
from app.api.coupons.examples import COUPON_ORDER, OFFERS
from app.api.problems import declared
from app.charging.chargers.errors import UnknownCode
from app.directpay.offers.guess import Presented
from app.directpay.offers.look import look_at_offers
from app.infra.limits import TooManyRequests
from app.pricing.promotions.errors import CouponMistyped, CouponRefused
from app.pricing.tariffs.errors import NoTariff


@post(
    "/codes/{code:str}/offers",
    operation_id="checkCoupon",
    summary="What a coupon gives",
    description="What a session here would get with this code, campaigns without a code included. "
    "Nothing is reserved: send the same code with the order, and the keys of the offers, so that "
    "none is lost in between. Wrong codes are counted by network and by operator.",
    tags=["Codes"],
    security=[{}],
    status_code=200,
    responses={
        200: ResponseSpec(
            Offers,
            generate_examples=False,
            description="What it gives",
            examples=[Example(summary="A fifth off", value=OFFERS)],
        ),
        **declared(UnknownCode, NoTariff, CouponMistyped, CouponRefused, TooManyRequests),
    },
)
async def check_coupon(
    request: AnyRequest,
    code: Code,
    data: Annotated[CouponOrder, Body(examples=[Example(summary="A code", value=COUPON_ORDER)])],
    counter: NamedDependency[Counter],
) -> Response[Offers]:
    """Answer what the scan page shows for a code."""
    presented = Presented(data.coupon, data.driver or "", host_of(request))
    return private(Offers(await look_at_offers(code, presented, desk=counter.desk)))
