"""Who is signed in, and by what."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, delete, get, patch
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from app.api.answers import answer, private
from app.api.contract.versions import IfMatch, VersionChanged, require_match, versioned
from app.api.counter import AnyRequest, Counter
from app.api.drivers.bodies import (
    Devices,
    DriverData,
    DriverView,
    ProfileChange,
    device_view,
    driver_view,
)
from app.api.drivers.caller import driver_of, for_drivers
from app.api.drivers.data import data_of
from app.api.drivers.examples import DATA, DEVICES, PROFILE
from app.api.drivers.examples import DRIVER as ANNA
from app.directpay.errors import CreditLeft, SessionUnderWay
from app.directpay.owned.erase import leave
from app.people.identity.drivers.devices import devices_of, sign_out_one, whoever_calls
from app.people.identity.drivers.errors import (
    DeviceNotFound,
    DriverNameInvalid,
    DriverNotFound,
)
from app.people.identity.drivers.profile.change import Profile, change_profile, lock_driver


@get(
    "/me",
    operation_id="getMe",
    summary="Who is signed in",
    description="The driver in whose name the app calls.",
    **for_drivers({200: answer(DriverView, "The driver", ANNA)}, DriverNotFound),
)
async def get_me(request: AnyRequest, counter: NamedDependency[Counter]) -> Response[DriverView]:
    """Answer who the driver is."""
    driver = await whoever_calls(driver_of(request), database=counter.desk.database)
    return versioned(driver_view(driver))


@patch(
    "/me",
    operation_id="changeMe",
    summary="Change your name or language",
    description="Changes what is sent; the rest stays. The mail address is what the driver is "
    "known by, and stays.",
    **for_drivers(
        {200: answer(DriverView, "The driver as it is now", ANNA)},
        DriverNotFound,
        DriverNameInvalid,
        VersionChanged,
    ),
)
async def change_me(
    request: AnyRequest,
    data: Annotated[ProfileChange, Body(examples=[Example(summary="A name", value=PROFILE)])],
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[DriverView]:
    """Change what the driver says of itself."""
    caller = driver_of(request)
    async with counter.desk.database.work(caller.operator_id) as work:
        driver = await lock_driver(work, caller.driver_id)
        require_match(if_match, driver_view(driver))
        changed = await change_profile(work, driver, Profile(data.name, data.locale))
    return versioned(driver_view(changed))


@delete(
    "/me",
    operation_id="deleteMe",
    summary="Delete your account",
    description="Erases the driver: the mail address, sign-ins, cards, and where receipts were "
    "mailed to. Receipts and bookings stay, as tax law asks for, under a number that is nobody's. "
    "Credit that was given ends; bought credit has to go back first.",
    status_code=204,
    **for_drivers(
        {204: ResponseSpec(None, description="Forgotten")},
        DriverNotFound,
        SessionUnderWay,
        CreditLeft,
    ),
)
async def delete_me(request: AnyRequest, counter: NamedDependency[Counter]) -> None:
    """Forget who calls."""
    caller = driver_of(request)
    await leave(caller.driver_id, operator_id=caller.operator_id, desk=counter.desk)


@get(
    "/me/data",
    operation_id="getMyData",
    summary="All that is known of the driver",
    description="Everything about the driver in one document (GDPR, Art. 15 and 20): who it is, "
    "by what it is signed in, its sessions, its cards, its credit with all that moved it, the "
    "means of payment that it keeps, its passkeys, and what it wants to be told on which devices.",
    **for_drivers({200: answer(DriverData, "All of it", DATA)}, DriverNotFound),
)
async def get_my_data(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[DriverData]:
    """Answer all that is known of who calls."""
    return private(await data_of(driver_of(request), desk=counter.desk))


@get(
    "/me/devices",
    operation_id="listDevices",
    summary="By what the driver is signed in",
    description="Browsers and apps, what was used last first.",
    **for_drivers({200: answer(Devices, "Browsers and apps", DEVICES)}),
)
async def list_devices(request: AnyRequest, counter: NamedDependency[Counter]) -> Response[Devices]:
    """Answer by what the driver is signed in."""
    caller = driver_of(request)
    found = await devices_of(caller, database=counter.desk.database)
    return private(Devices(tuple(device_view(each, caller.device_id) for each in found)))


@delete(
    "/me/devices/{device_id:uuid}",
    operation_id="signOutDevice",
    summary="Sign a device out",
    description="Ends the sign-in of one browser or app, at the latest after the fifteen minutes "
    "of its last access token. Sending it again changes nothing.",
    status_code=204,
    **for_drivers({204: ResponseSpec(None, description="Signed out")}, DeviceNotFound),
)
async def sign_out_device(
    request: AnyRequest,
    device_id: Annotated[UUID, PathParameter(description="Which one of the list.")],
    counter: NamedDependency[Counter],
) -> None:
    """Sign one of the driver's devices out."""
    await sign_out_one(driver_of(request), device_id, database=counter.desk.database)


ME_ROUTES: Final = (get_me, change_me, get_my_data, delete_me, list_devices, sign_out_device)
