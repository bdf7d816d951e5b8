"""A driver's notices: what is chosen, and the devices that show them."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from app.api.answers import answer, private
from app.api.contract.versions import IfMatch, VersionChanged, require_match, versioned
from app.api.counter import AnyRequest, Counter
from app.api.drivers.caller import driver_of, for_drivers
from app.api.notices.bodies import (
    Choices,
    NewNoticeDevice,
    NoticeDevice,
    Notifications,
    address_of,
    choices_view,
    device_view,
    notifications,
)
from app.api.notices.examples import CHOICES, DEVICE, NEW_DEVICE, NOTIFICATIONS
from app.directpay.notices.own import notices_of, notify_here, notify_no_more
from app.infra.answered.alone import alone
from app.people.identity.drivers.access import Caller
from app.people.notifications.choose import choices_of, choose
from app.people.notifications.devices import Wanted
from app.people.notifications.errors import PushRefused, TooManyDevices


@get(
    "/me/notifications",
    operation_id="getNotifications",
    summary="What the driver is told",
    description="Of each kind of notice whether the driver wants it, the devices that show them, "
    "and the key to subscribe with. Notices go to all devices; by mail where there is none. The "
    "kinds: `finished` (charging is over), `hold` (four fifths of the amount are used), `fee` (a "
    "fee for standing starts in ten minutes), `receipt` (it is ready) and `free` (a charge point "
    "that is watched).",
    **for_drivers({200: answer(Notifications, "All of it", NOTIFICATIONS)}),
)
async def get_notifications(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[Notifications]:
    """Answer what the driver is told, and where."""
    return _told(await _all(driver_of(request), counter))


@put(
    "/me/notifications",
    operation_id="chooseNotifications",
    summary="Choose what to be told",
    description="Tells the driver of some kinds, and of others no more. A kind that is not named "
    "stays as it was. With the ETag of `getNotifications` as If-Match nobody "
    "else's choice is undone.",
    **for_drivers({200: answer(Notifications, "As it is now", NOTIFICATIONS)}, VersionChanged),
)
async def choose_notifications(
    request: AnyRequest,
    data: Annotated[Choices, Body(examples=[Example(summary="Receipts, too", value=CHOICES)])],
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[Notifications]:
    """Keep what the driver chooses."""
    caller = driver_of(request)
    async with counter.desk.database.work(caller.operator_id) as work:
        await alone(work, f"notices {caller.driver_id}")
        require_match(if_match, choices_view(await choices_of(work, caller.driver_id)))
        await choose(work, caller.driver_id, {each.kind: each.wanted for each in data.choices})
    return _told(await _all(caller, counter))


@post(
    "/me/notifications/devices",
    operation_id="addNotificationDevice",
    summary="Show notices on a device",
    description="Takes a subscription of the Push API, made with `server_key`. Its endpoint is at "
    "the push service of a browser. It is told for as long as the app that adds it is signed in. "
    "The same subscription again changes nothing but its name and language.",
    **for_drivers(
        {201: answer(NoticeDevice, "It shows notices", DEVICE)}, PushRefused, TooManyDevices
    ),
)
async def add_notification_device(
    request: AnyRequest,
    data: Annotated[
        NewNoticeDevice, Body(examples=[Example(summary="A subscription", value=NEW_DEVICE)])
    ],
    counter: NamedDependency[Counter],
) -> Response[NoticeDevice]:
    """Let a device show notices."""
    caller = driver_of(request)
    wanted = Wanted(address_of(data), data.locale, data.name, caller.device_id)
    device = await notify_here(
        caller.driver_id, wanted, operator_id=caller.operator_id, desk=counter.desk
    )
    told = private(device_view(device, caller.device_id))
    told.status_code = 201
    return told


@delete(
    "/me/notifications/devices/{device_id:uuid}",
    operation_id="removeNotificationDevice",
    summary="Show no notices on a device",
    description="Takes a device from the list. Sending it again changes nothing.",
    status_code=204,
    **for_drivers({204: ResponseSpec(None, description="It shows none any more")}),
)
async def remove_notification_device(
    request: AnyRequest,
    device_id: Annotated[UUID, PathParameter(description="Which one of the list.")],
    counter: NamedDependency[Counter],
) -> None:
    """Let a device show no notices any more."""
    caller = driver_of(request)
    await notify_no_more(
        caller.driver_id, device_id, operator_id=caller.operator_id, desk=counter.desk
    )


def _told(shown: Notifications) -> Response[Notifications]:
    return versioned(shown, Choices(shown.choices))


async def _all(caller: Caller, counter: Counter) -> Notifications:
    own = await notices_of(caller.driver_id, operator_id=caller.operator_id, desk=counter.desk)
    return notifications(own, counter.desk.push_keys.public, caller.device_id)
