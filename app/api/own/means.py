"""The means of payment that a driver keeps."""

from typing import Annotated, Final
from uuid import UUID

from litestar import Response, delete, get, patch
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from app.api.answers import answer, private
from app.api.contract.versions import (
    IfMatch,
    VersionChanged,
    edited,
    require_match,
    versioned,
)
from app.api.counter import AnyRequest, Counter
from app.api.drivers.bodies import MeansEntry, means_entry
from app.api.drivers.caller import driver_of, for_drivers
from app.api.drivers.examples import MEANS as ONE
from app.api.own.bodies import MeansName, OwnMeans
from app.api.own.examples import MEANS, NAME
from app.directpay.afterwards.errors import MeansInUse
from app.directpay.afterwards.look import kept_by
from app.directpay.afterwards.remove import remove_means
from app.funds.means.errors import MeansNameInvalid, MeansNotFound
from app.funds.means.name import call_means
from app.funds.means.read import lock_means, means_of

MeansId = Annotated[UUID, PathParameter(description="Which one of the list.")]


@get(
    "/me/means",
    operation_id="listMeans",
    summary="What the driver can pay with",
    description="The means of payment that the driver keeps with the provider, masked, and whether "
    "a session is still to be paid. One is added by paying with the box for it ticked.",
    **for_drivers({200: answer(OwnMeans, "What is kept", MEANS)}),
)
async def list_means(request: AnyRequest, counter: NamedDependency[Counter]) -> Response[OwnMeans]:
    """Answer what the driver keeps."""
    caller, desk = driver_of(request), counter.desk
    async with desk.database.work(caller.operator_id) as work:
        found = await means_of(work, caller.driver_id)
    after = await kept_by(caller.driver_id, operator_id=caller.operator_id, desk=desk)
    means = tuple(means_entry(each) for each in found)
    return private(OwnMeans(means, after.owed, after.waits))


@get(
    "/me/means/{means_id:uuid}",
    operation_id="getMeans",
    summary="One means of payment",
    description="One of the list, with the ETag by which it can be edited.",
    **for_drivers({200: answer(MeansEntry, "The means", ONE)}, MeansNotFound),
)
async def get_means(
    request: AnyRequest, means_id: MeansId, counter: NamedDependency[Counter]
) -> Response[MeansEntry]:
    """Answer one of what the driver keeps."""
    caller = driver_of(request)
    async with counter.desk.database.work(caller.operator_id) as work:
        return versioned(means_entry(await lock_means(work, means_id, caller.driver_id)))


@patch(
    "/me/means/{means_id:uuid}",
    operation_id="nameMeans",
    summary="Name a means of payment",
    description="Calls it what the driver calls it. Sending it again changes nothing.",
    status_code=204,
    **for_drivers(
        {204: ResponseSpec(None, description="It is called so")},
        MeansNotFound,
        MeansNameInvalid,
        VersionChanged,
    ),
)
async def name_one_means(
    request: AnyRequest,
    means_id: MeansId,
    data: Annotated[MeansName, Body(examples=[Example(summary="A name", value=NAME)])],
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[None]:
    """Name a means."""
    caller = driver_of(request)
    async with counter.desk.database.work(caller.operator_id) as work:
        means = await lock_means(work, means_id, caller.driver_id)
        require_match(if_match, means_entry(means))
        return edited(means_entry(await call_means(work, means, data.name)))


@delete(
    "/me/means/{means_id:uuid}",
    operation_id="removeMeans",
    summary="Keep a means no longer",
    description="The provider is told to forget it. What is owed stays owed.",
    status_code=204,
    **for_drivers(
        {204: ResponseSpec(None, description="It is kept no more")}, MeansNotFound, MeansInUse
    ),
)
async def remove_one_means(
    request: AnyRequest, means_id: MeansId, counter: NamedDependency[Counter]
) -> None:
    """Remove a means."""
    caller = driver_of(request)
    await remove_means(
        means_id,
        driver_id=caller.driver_id,
        operator_id=caller.operator_id,
        database=counter.desk.database,
    )


MEANS_ROUTES: Final = (list_means, get_means, name_one_means, remove_one_means)
