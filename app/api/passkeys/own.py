"""A driver's passkeys: the list, one of them, what it is called, and removing it."""

from typing import Annotated, Final
from uuid import UUID

import msgspec
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
from app.api.drivers.bodies import PasskeyEntry, passkey_entry
from app.api.drivers.caller import driver_of, for_drivers
from app.api.passkeys.bodies import NAME, PASSKEY, PASSKEYS, PasskeyName, Passkeys
from app.people.identity.passkeys.errors import PasskeyNameInvalid, PasskeyNotFound
from app.people.identity.passkeys.manage import (
    call_passkey,
    own_passkey,
    passkeys_of,
    remove_passkey,
)

PasskeyId = Annotated[UUID, PathParameter(description="Which one of the list.")]


@get(
    "/me/passkeys",
    operation_id="listPasskeys",
    summary="The driver's passkeys",
    description="The oldest first.",
    **for_drivers({200: answer(Passkeys, "All of them", PASSKEYS)}),
)
async def list_passkeys(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[Passkeys]:
    """Answer the driver's passkeys."""
    caller = driver_of(request)
    found = await passkeys_of(
        caller.driver_id, operator_id=caller.operator_id, database=counter.desk.database
    )
    return private(Passkeys(tuple(passkey_entry(each) for each in found)))


@get(
    "/me/passkeys/{passkey_id:uuid}",
    operation_id="getPasskey",
    summary="One passkey",
    description="One of the list, with the ETag by which it can be edited.",
    **for_drivers({200: answer(PasskeyEntry, "The passkey", PASSKEY)}, PasskeyNotFound),
)
async def get_passkey(
    request: AnyRequest, passkey_id: PasskeyId, counter: NamedDependency[Counter]
) -> Response[PasskeyEntry]:
    """Answer one of the driver's passkeys."""
    caller = driver_of(request)
    async with counter.desk.database.work(caller.operator_id) as work:
        shown = passkey_entry(await own_passkey(work, caller.driver_id, passkey_id))
    return versioned(shown, _edits(shown))


@patch(
    "/me/passkeys/{passkey_id:uuid}",
    operation_id="namePasskey",
    summary="Name a passkey",
    description="Calls it something else. Sending it again changes nothing.",
    status_code=204,
    **for_drivers(
        {204: ResponseSpec(None, description="It is called so")},
        PasskeyNotFound,
        PasskeyNameInvalid,
        VersionChanged,
    ),
)
async def name_one_passkey(
    request: AnyRequest,
    passkey_id: PasskeyId,
    data: Annotated[PasskeyName, Body(examples=[Example(summary="A name", value=NAME)])],
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[None]:
    """Name one of the driver's passkeys."""
    caller = driver_of(request)
    async with counter.desk.database.work(caller.operator_id) as work:
        found = await own_passkey(work, caller.driver_id, passkey_id)
        require_match(if_match, _edits(passkey_entry(found)))
        named = await call_passkey(work, found, data.name)
    return edited(_edits(passkey_entry(named)))


@delete(
    "/me/passkeys/{passkey_id:uuid}",
    operation_id="removePasskey",
    summary="Remove a passkey",
    description="It signs nobody in any more. What is signed in stays so.",
    status_code=204,
    **for_drivers({204: ResponseSpec(None, description="Removed")}, PasskeyNotFound),
)
async def remove_one_passkey(
    request: AnyRequest, passkey_id: PasskeyId, counter: NamedDependency[Counter]
) -> None:
    """Remove one of the driver's passkeys."""
    caller = driver_of(request)
    await remove_passkey(
        passkey_id,
        driver_id=caller.driver_id,
        operator_id=caller.operator_id,
        database=counter.desk.database,
    )


def _edits(shown: PasskeyEntry) -> PasskeyEntry:
    """Return what of a passkey does not change by using it."""
    return msgspec.structs.replace(shown, used_at=None)


OWN_PASSKEYS: Final = (list_passkeys, get_passkey, name_one_passkey, remove_one_passkey)
