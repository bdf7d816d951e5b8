"""Pay a session in another way, or add to what is held for it."""

from typing import Annotated

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body
from msgspec import Meta, Struct

from app.api.answers import private
from app.api.bodies import OrderKey, Token
from app.api.contract.once import ONCE_REFUSALS, once
from app.api.counter import AnyRequest, Counter, host_of, require_control
from app.api.problems import declared
from app.api.sessions import CONTROL, SESSION_NOW
from app.directpay.attempts.again import pay_again
from app.directpay.desk import PAYMENTS_PER_NETWORK
from app.directpay.errors import (
    HoldCannotGrow,
    JourneyNotFound,
    MethodUnavailable,
    NotYours,
    PaymentOver,
    PaymentsDown,
    TooManyDeclines,
)
from app.directpay.follow.show import journey_view
from app.directpay.money.add import add_to_hold
from app.directpay.views import JourneyView
from app.infra.limits import TooManyRequests, take


class AnotherWay(Struct, frozen=True, forbid_unknown_fields=True):
    """The *method* with which the driver pays now."""

    method: Annotated[str, Meta(min_length=1, max_length=64)]


_BY_IDEAL = [Example(summary="By iDEAL", value=AnotherWay("ideal"))]


@post(
    "/sessions/{token:str}/payment",
    operation_id="payAgain",
    summary="Pay in another way",
    description="Begins another payment for a session that is not paid: after the last one was "
    "declined or cancelled (`lost`), or while it is open. `methods` are the ways to do it. What "
    "was tried before is called off; should it succeed all the same, its money goes back. "
    "The same `Idempotency-Key` again is the same payment.",
    tags=["Sessions"],
    security=CONTROL,
    status_code=200,
    responses={
        **SESSION_NOW,
        **declared(
            *ONCE_REFUSALS,
            JourneyNotFound,
            NotYours,
            PaymentOver,
            MethodUnavailable,
            PaymentsDown,
            TooManyDeclines,
            TooManyRequests,
        ),
    },
)
@once
async def pay_session_again(
    request: AnyRequest,
    token: Token,
    data: Annotated[AnotherWay, Body(examples=_BY_IDEAL)],
    idempotency_key: OrderKey,
    counter: NamedDependency[Counter],
) -> Response[JourneyView]:
    """Begin another payment and answer how the session stands."""
    await require_control(request, token, counter.desk)
    await take(counter.desk.limits, PAYMENTS_PER_NETWORK, host_of(request))
    await pay_again(token, data.method, f"api:{idempotency_key}", desk=counter.desk)
    return private(await journey_view(token, desk=counter.desk))


@post(
    "/sessions/{token:str}/hold",
    operation_id="addToHold",
    summary="Add to the hold",
    description="Adds the operator's next step to what is held, while the car charges. Where the "
    "hold can grow this is all; else `more.checkout_url` is where the driver agrees to a further "
    "payment. The same `Idempotency-Key` again adds nothing more.",
    tags=["Sessions"],
    security=CONTROL,
    status_code=200,
    responses={
        **SESSION_NOW,
        **declared(*ONCE_REFUSALS, JourneyNotFound, NotYours, HoldCannotGrow, TooManyRequests),
    },
)
@once
async def add_to_session(
    request: AnyRequest,
    token: Token,
    idempotency_key: OrderKey,
    counter: NamedDependency[Counter],
) -> Response[JourneyView]:
    """Add to the hold and answer how the session stands."""
    await require_control(request, token, counter.desk)
    await take(counter.desk.limits, PAYMENTS_PER_NETWORK, host_of(request))
    await add_to_hold(token, f"api:{idempotency_key}", desk=counter.desk)
    return private(await journey_view(token, desk=counter.desk))
