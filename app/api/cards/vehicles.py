"""Cars that start by themselves, from an app: listed, agreed to, named, taken back."""

from typing import Annotated
from uuid import UUID

from litestar import Response, delete, get, patch, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from app.api.answers import answer, private
from app.api.cards.bodies import (
    CALLED,
    VEHICLE,
    VEHICLE_WANTED,
    VEHICLES,
    Called,
    VehicleEntry,
    Vehicles,
    VehicleWanted,
    vehicle_entry,
    vehicle_offer,
)
from app.api.cards.whose import driver_in, named, require_kind, shown
from app.api.contract.versions import IfMatch, VersionChanged, require_match, versioned
from app.api.counter import AnyRequest, Counter
from app.api.drivers.caller import for_drivers
from app.charging.tokens.errors import TokenInvalid, TokenNotFound
from app.charging.tokens.model import Token
from app.directpay.cards.mine import cards_of
from app.directpay.errors import VehicleRefused
from app.directpay.vehicles.agree import agree, offers_for, take_back
from app.directpay.vehicles.model import WORDS

VehicleId = Annotated[UUID, PathParameter(description="Which one of the list.")]


@get(
    "/me/vehicles",
    operation_id="listVehicles",
    summary="Cars that start by themselves",
    description="The driver's cars, and those that were seen with a session of the last day and "
    "may be added.",
    **for_drivers({200: answer(Vehicles, "All of them", VEHICLES)}),
)
async def list_vehicles(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[Vehicles]:
    """Answer the driver's cars."""
    driver = await driver_in(request, counter)
    found = await cards_of(driver, desk=counter.desk)
    offers = await offers_for(driver, desk=counter.desk)
    return private(
        Vehicles(
            vehicles=tuple(vehicle_entry(each) for each in found if each.is_vehicle),
            offers=tuple(vehicle_offer(each) for each in offers),
            words=WORDS,
        )
    )


@post(
    "/me/vehicles",
    operation_id="addVehicle",
    summary="Let a car start by itself",
    description="The driver agrees, once, that the car of a session starts by being plugged in, "
    "paid from the driver's credit. `words` are those of the list: other ones are refused.",
    status_code=201,
    **for_drivers({201: answer(VehicleEntry, "The car", VEHICLE)}, VehicleRefused),
)
async def add_vehicle(
    request: AnyRequest,
    data: Annotated[VehicleWanted, Body(examples=[Example(summary="A car", value=VEHICLE_WANTED)])],
    counter: NamedDependency[Counter],
) -> Response[VehicleEntry]:
    """Let a car start by itself from now on."""
    driver = await driver_in(request, counter)
    return private(
        vehicle_entry(await agree(driver, data.session_id, data.words, desk=counter.desk))
    )


@get(
    "/me/vehicles/{vehicle_id:uuid}",
    operation_id="getVehicle",
    summary="One car",
    description="One of the list, with the ETag by which it can be edited.",
    **for_drivers({200: answer(VehicleEntry, "The car", VEHICLE)}, TokenNotFound),
)
async def get_vehicle(
    request: AnyRequest, vehicle_id: VehicleId, counter: NamedDependency[Counter]
) -> Response[VehicleEntry]:
    """Answer one of the driver's cars."""
    found = await shown(request, vehicle_id, counter)
    require_kind(found, is_vehicle=True)
    return versioned(vehicle_entry(found))


@patch(
    "/me/vehicles/{vehicle_id:uuid}",
    operation_id="nameVehicle",
    summary="Name a car",
    description="Calls it something else. Sending it again changes nothing.",
    **for_drivers(
        {200: answer(VehicleEntry, "The car", VEHICLE)}, TokenNotFound, TokenInvalid, VersionChanged
    ),
)
async def name_one_vehicle(
    request: AnyRequest,
    vehicle_id: VehicleId,
    data: Annotated[Called, Body(examples=[Example(summary="A name", value=CALLED)])],
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[VehicleEntry]:
    """Name one of the driver's cars."""

    def unchanged(token: Token) -> None:
        require_kind(token, is_vehicle=True)
        require_match(if_match, vehicle_entry(token))

    return versioned(vehicle_entry(await named(request, vehicle_id, data.name, unchanged, counter)))


@delete(
    "/me/vehicles/{vehicle_id:uuid}",
    operation_id="removeVehicle",
    summary="Take a car back",
    description="It starts by itself no more, and nothing is kept of what it tells of itself.",
    status_code=204,
    **for_drivers(
        {204: ResponseSpec(None, description="It starts by itself no more")}, TokenNotFound
    ),
)
async def remove_vehicle(
    request: AnyRequest, vehicle_id: VehicleId, counter: NamedDependency[Counter]
) -> None:
    """Let a car start by itself no more."""
    await take_back(await driver_in(request, counter), vehicle_id, desk=counter.desk)
