"""Signing in with a passkey from an app, and a driver's own passkeys."""

from typing import Annotated
from uuid import UUID

import msgspec
from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, PathParameter

from app.api.answers import answer, private
from app.api.contract.host import operator_here
from app.api.counter import AnyRequest, Counter, host_of
from app.api.drivers.bodies import AccessTokens, PasskeyEntry, passkey_entry
from app.api.drivers.caller import driver_of, for_drivers
from app.api.drivers.examples import TOKENS
from app.api.drivers.signing import tokens
from app.api.passkeys.bodies import (
    MADE,
    PASSKEY,
    QUESTION,
    SHOWN,
    WANTED,
    PasskeyMade,
    PasskeyQuestion,
    PasskeyShown,
    PasskeyWanted,
)
from app.api.problems import declared
from app.infra.limits import TooManyRequests, take
from app.people.identity.drivers.errors import DriverNotFound
from app.people.identity.drivers.finish import TRIES_PER_NETWORK
from app.people.identity.drivers.model import Device, DeviceKind
from app.people.identity.drivers.refresh import refresh_token
from app.people.identity.errors import OperatorNotFound
from app.people.identity.find import operator_with_id
from app.people.identity.model import Operator
from app.people.identity.passkeys.add import add_passkey
from app.people.identity.passkeys.begin import (
    CEREMONIES_PER_NETWORK,
    begin_adding,
    begin_showing,
)
from app.people.identity.passkeys.errors import (
    PasskeyNameInvalid,
    PasskeyRefused,
    PasskeysNotHere,
    TooManyPasskeys,
)
from app.people.identity.passkeys.model import Answer, Begun, RelyingParty
from app.people.identity.passkeys.party import relying_party
from app.people.identity.passkeys.show import sign_in_with

PasskeyId = Annotated[UUID, PathParameter(description="Which one of the list.")]


@post(
    "/sign-in/passkey/question",
    operation_id="askForPasskey",
    summary="Ask for a passkey",
    description="Answers what the platform is asked for a passkey of this address, whichever the "
    "device has: nobody has to be named.",
    tags=["Drivers"],
    security=[{}],
    status_code=200,
    responses={
        200: answer(PasskeyQuestion, "What to ask", QUESTION),
        **declared(OperatorNotFound, PasskeysNotHere, TooManyRequests),
    },
)
async def ask_for_passkey(
    request: AnyRequest,
    data: Annotated[PasskeyWanted, Body(examples=[Example(summary="A driver", value=WANTED)])],
    counter: NamedDependency[Counter],
) -> Response[PasskeyQuestion]:
    """Ask for any passkey of the operator's drivers."""
    desk = counter.desk
    await take(desk.limits, CEREMONIES_PER_NETWORK, host_of(request))
    operator = await operator_here(request, data.operator, desk)
    begun = await begin_showing(
        _party(request, operator, counter),
        operator_id=operator.operator_id,
        database=desk.database,
    )
    return _question(begun)


@post(
    "/sign-in/passkey",
    operation_id="signInWithPasskey",
    summary="Sign in with a passkey",
    description="Exchanges the platform's answer for an access token of fifteen minutes and a "
    "refresh token. Every question is good for one answer.",
    tags=["Drivers"],
    security=[{}],
    status_code=200,
    responses={
        200: answer(AccessTokens, "Signed in", TOKENS),
        **declared(OperatorNotFound, PasskeysNotHere, PasskeyRefused, TooManyRequests),
    },
)
async def sign_in_with_passkey(
    request: AnyRequest,
    data: Annotated[PasskeyShown, Body(examples=[Example(summary="A passkey", value=SHOWN)])],
    counter: NamedDependency[Counter],
) -> Response[AccessTokens]:
    """Sign an app in."""
    desk = counter.desk
    await take(desk.limits, TRIES_PER_NETWORK, host_of(request))
    operator = await operator_here(request, data.operator, desk)
    device = Device(DeviceKind.APP, data.device)
    welcome = await sign_in_with(
        Answer(data.ceremony, _text(data.credential), device),
        _party(request, operator, counter),
        operator_id=operator.operator_id,
        database=desk.database,
    )
    again = refresh_token(operator.operator_id, welcome.secret)
    return tokens(welcome.signed_in, again, counter)


@post(
    "/me/passkeys/question",
    operation_id="askForNewPasskey",
    summary="Ask for a new passkey",
    description="Answers what the platform is asked to make a passkey of this address for the "
    "driver; those that the driver has are named, so that none is made twice.",
    status_code=200,
    **for_drivers(
        {200: answer(PasskeyQuestion, "What to ask", QUESTION)},
        DriverNotFound,
        PasskeysNotHere,
        TooManyPasskeys,
        TooManyRequests,
    ),
)
async def ask_for_new_passkey(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[PasskeyQuestion]:
    """Ask for a new passkey of who calls."""
    desk, caller = counter.desk, driver_of(request)
    await take(desk.limits, CEREMONIES_PER_NETWORK, host_of(request))
    operator = await operator_with_id(caller.operator_id, database=desk.database)
    begun = await begin_adding(
        caller.driver_id,
        _party(request, operator, counter),
        operator_id=caller.operator_id,
        database=desk.database,
    )
    return _question(begun)


@post(
    "/me/passkeys",
    operation_id="addPasskey",
    summary="Add a passkey",
    description="Keeps the passkey that the platform has made. Every question is good for one "
    "answer.",
    status_code=201,
    **for_drivers(
        {201: answer(PasskeyEntry, "The passkey", PASSKEY)},
        PasskeysNotHere,
        PasskeyRefused,
        PasskeyNameInvalid,
    ),
)
async def add_new_passkey(
    request: AnyRequest,
    data: Annotated[PasskeyMade, Body(examples=[Example(summary="A passkey", value=MADE)])],
    counter: NamedDependency[Counter],
) -> Response[PasskeyEntry]:
    """Add a passkey to who calls."""
    desk, caller = counter.desk, driver_of(request)
    operator = await operator_with_id(caller.operator_id, database=desk.database)
    added = await add_passkey(
        Answer(data.ceremony, _text(data.credential), Device(DeviceKind.APP, data.name)),
        _party(request, operator, counter),
        driver_id=caller.driver_id,
        operator_id=caller.operator_id,
        database=desk.database,
    )
    return private(passkey_entry(added))


def _party(request: AnyRequest, operator: Operator, counter: Counter) -> RelyingParty:
    return relying_party(
        request.headers.get("host", ""), operator, counter.desk.base_of(operator.operator_id)
    )


def _question(begun: Begun) -> Response[PasskeyQuestion]:
    return private(PasskeyQuestion(begun.secret, msgspec.Raw(begun.options.encode())))


def _text(credential: dict[str, object]) -> str:
    return msgspec.json.encode(credential).decode()
