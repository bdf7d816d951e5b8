"""Who is signed in, and by what."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.params import PathParameter

from app.api.answers import answer, private
from app.api.counter import AnyRequest, Counter
from app.api.drivers.bodies import Devices, DriverView, device_view, driver_view
from app.api.drivers.caller import DRIVER, driver_of, signed_in
from app.api.drivers.examples import DEVICES
from app.api.drivers.examples import DRIVER as ANNA
from app.api.problems import declared
from app.people.identity.drivers.devices import devices_of, sign_out_one, whoever_calls
from app.people.identity.drivers.errors import DeviceNotFound, DriverNotFound, NotSignedIn


@get(
    "/me",
    operation_id="getMe",
    summary="Who is signed in",
    description="The driver in whose name the app calls.",
    tags=["Drivers"],
    security=DRIVER,
    guards=[signed_in],
    responses={
        200: answer(DriverView, "The driver", ANNA),
        **declared(NotSignedIn, DriverNotFound),
    },
)
async def get_me(request: AnyRequest, counter: NamedDependency[Counter]) -> Response[DriverView]:
    """Answer who the driver is."""
    driver = await whoever_calls(driver_of(request), database=counter.desk.database)
    return private(driver_view(driver))


@get(
    "/me/devices",
    operation_id="listDevices",
    summary="By what the driver is signed in",
    description="Browsers and apps, what was used last first.",
    tags=["Drivers"],
    security=DRIVER,
    guards=[signed_in],
    responses={200: answer(Devices, "Browsers and apps", DEVICES), **declared(NotSignedIn)},
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
    tags=["Drivers"],
    security=DRIVER,
    guards=[signed_in],
    status_code=204,
    responses={
        204: ResponseSpec(None, description="Signed out"),
        **declared(NotSignedIn, DeviceNotFound),
    },
)
async def sign_out_device(
    request: AnyRequest,
    device_id: Annotated[UUID, PathParameter(description="Which one of the list.")],
    counter: NamedDependency[Counter],
) -> None:
    """Sign one of the driver's devices out."""
    await sign_out_one(driver_of(request), device_id, database=counter.desk.database)
