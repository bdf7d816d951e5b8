"""Signing in from an app: a code by mail, tokens, and out again."""

from typing import Annotated

from litestar import Response, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import answer, private
from app.api.contract.host import operator_here
from app.api.counter import AnyRequest, Counter, host_of
from app.api.drivers.bodies import AccessTokens, CodeSent, CodeTyped, CodeWanted, RefreshOrder
from app.api.drivers.examples import CODE_SENT, CODE_TYPED, CODE_WANTED, REFRESH, TOKENS
from app.api.problems import declared
from app.infra.limits import TooManyRequests, take
from app.people.identity.drivers.access import ACCESS_LASTS, access_token
from app.people.identity.drivers.begin import CODES_PER_NETWORK, begin_sign_in
from app.people.identity.drivers.errors import (
    NotAnAddress,
    NotSignedIn,
    SignInRefused,
    TooManyCodes,
)
from app.people.identity.drivers.finish import TRIES_PER_NETWORK, Entry, finish_sign_in
from app.people.identity.drivers.model import Device, DeviceKind, SignedIn
from app.people.identity.drivers.refresh import leave, refresh, refresh_token
from app.people.identity.errors import OperatorNotFound


@post(
    "/sign-in/codes",
    operation_id="sendSignInCode",
    summary="Send a code",
    description="Mails a code of six digits, good for ten minutes and five tries. The answer is "
    "the same whether or not a driver has this address: the first sign-in makes the driver.",
    tags=["Drivers"],
    security=[{}],
    status_code=202,
    responses={
        202: answer(CodeSent, "The code is on its way", CODE_SENT),
        **declared(OperatorNotFound, NotAnAddress, TooManyCodes, TooManyRequests),
    },
)
async def send_sign_in_code(
    request: AnyRequest,
    data: Annotated[CodeWanted, Body(examples=[Example(summary="Anna", value=CODE_WANTED)])],
    counter: NamedDependency[Counter],
) -> Response[CodeSent]:
    """Mail a code."""
    desk = counter.desk
    await take(desk.limits, CODES_PER_NETWORK, host_of(request))
    operator = await operator_here(request, data.operator, desk)
    secret = await begin_sign_in(
        data.email, data.locale, operator_id=operator.operator_id, database=desk.database
    )
    return private(CodeSent(secret))


@post(
    "/sign-in",
    operation_id="signIn",
    summary="Sign in",
    description="Exchanges the code for an access token of fifteen minutes and a refresh token.",
    tags=["Drivers"],
    security=[{}],
    status_code=200,
    responses={
        200: answer(AccessTokens, "Signed in", TOKENS),
        **declared(OperatorNotFound, SignInRefused, TooManyRequests),
    },
)
async def sign_in(
    request: AnyRequest,
    data: Annotated[CodeTyped, Body(examples=[Example(summary="Anna", value=CODE_TYPED)])],
    counter: NamedDependency[Counter],
) -> Response[AccessTokens]:
    """Sign an app in."""
    desk = counter.desk
    await take(desk.limits, TRIES_PER_NETWORK, host_of(request))
    operator = await operator_here(request, data.operator, desk)
    welcome = await finish_sign_in(
        Entry(data.sign_in, data.code, Device(DeviceKind.APP, data.device)),
        keys=(desk.secrets.key, *desk.secrets.former),
        operator_id=operator.operator_id,
        database=desk.database,
    )
    return tokens(welcome.signed_in, refresh_token(operator.operator_id, welcome.secret), counter)


@post(
    "/sign-in/refresh",
    operation_id="refreshTokens",
    summary="Stay signed in",
    description="Exchanges the refresh token for new tokens. Each is good once, and for a minute "
    "more in case the answer is lost; one that comes later has been copied, and the app is "
    "signed out. An app that is not used for three months is signed out by itself.",
    tags=["Drivers"],
    security=[{}],
    status_code=200,
    responses={200: answer(AccessTokens, "Still signed in", TOKENS), **declared(NotSignedIn)},
)
async def refresh_tokens(
    data: Annotated[RefreshOrder, Body(examples=[Example(summary="An app", value=REFRESH)])],
    counter: NamedDependency[Counter],
) -> Response[AccessTokens]:
    """Give an app new tokens."""
    refreshed = await refresh(data.refresh_token, database=counter.desk.database)
    return tokens(refreshed.signed_in, refreshed.token, counter)


@post(
    "/sign-in/out",
    operation_id="signOut",
    summary="Sign out",
    description="Ends what the refresh token belongs to. Sending it again changes nothing.",
    tags=["Drivers"],
    security=[{}],
    status_code=204,
    responses={
        204: ResponseSpec(None, description="Signed out"),
        **declared(NotSignedIn),
    },
)
async def sign_out(
    data: Annotated[RefreshOrder, Body(examples=[Example(summary="An app", value=REFRESH)])],
    counter: NamedDependency[Counter],
) -> None:
    """Sign an app out."""
    await leave(data.refresh_token, database=counter.desk.database)


def tokens(device: SignedIn, again: str, counter: Counter) -> Response[AccessTokens]:
    """Answer an app that is signed in as *device*: with *again* it stays so."""
    desk = counter.desk
    access = access_token(device, desk.secrets.key, desk.database.clock.now())
    return private(AccessTokens(access, "Bearer", int(ACCESS_LASTS.total_seconds()), again))
