"""Notices about one session, for who has no account: on the device that paid for it."""

from typing import Annotated

from litestar import post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.bodies import Token
from app.api.counter import AnyRequest, Counter, host_of, require_control
from app.api.notices.bodies import NewNoticeDevice, address_of
from app.api.notices.examples import NEW_DEVICE
from app.api.problems import declared
from app.api.sessions import CONTROL
from app.directpay.desk import MAILS_PER_NETWORK
from app.directpay.errors import JourneyNotFound, NotYours
from app.directpay.notices.own import follow_here
from app.infra.limits import TooManyRequests, take
from app.people.notifications.errors import PushRefused, TooManyDevices


@post(
    "/sessions/{token:str}/notices",
    operation_id="followByNotices",
    summary="Tell a device of a session",
    description="Shows notices about the session on a device until it is over, without an account: "
    "a subscription of the Push API, as `addNotificationDevice` takes it. `getAbout` has the key "
    "to subscribe with. Sending it again changes nothing.",
    tags=["Sessions"],
    security=CONTROL,
    status_code=204,
    responses={
        204: ResponseSpec(None, description="It shows notices"),
        **declared(JourneyNotFound, NotYours, PushRefused, TooManyDevices, TooManyRequests),
    },
)
async def follow_by_notices(
    request: AnyRequest,
    token: Token,
    data: Annotated[
        NewNoticeDevice, Body(examples=[Example(summary="A subscription", value=NEW_DEVICE)])
    ],
    counter: NamedDependency[Counter],
) -> None:
    """Let a device show notices about the session."""
    await require_control(request, token, counter.desk)
    await take(counter.desk.limits, MAILS_PER_NETWORK, host_of(request))
    await follow_here(token, address_of(data), data.locale, desk=counter.desk)
