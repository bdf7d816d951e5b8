"""Signing in from an app with an account elsewhere: by the system's browser, and a code."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.spec import Example
from litestar.params import Body, QueryParameter

from app.api.answers import answer, private
from app.api.contract.host import operator_here
from app.api.counter import AnyRequest, Counter, host_of
from app.api.drivers.bodies import AccessTokens
from app.api.drivers.examples import TOKENS
from app.api.drivers.signing import tokens
from app.api.openid.bodies import CLAIM, OFFER, OpenIdClaim, OpenIdOffer
from app.api.problems import declared
from app.infra.limits import TooManyRequests, take
from app.people.identity.drivers.finish import TRIES_PER_NETWORK
from app.people.identity.drivers.model import Device, DeviceKind
from app.people.identity.drivers.refresh import refresh_token
from app.people.identity.errors import OperatorNotFound
from app.people.identity.find import find_operator
from app.people.identity.openid.begin import offered
from app.people.identity.openid.errors import OpenIdNotOffered, OpenIdRefused
from app.people.identity.openid.redeem import Claimed, redeem
from app.people.identity.origins import own_origin

Slug = Annotated[
    str,
    QueryParameter(
        name="operator",
        pattern="^[a-z0-9-]{2,40}$",
        description="The operator's name in its addresses.",
    ),
]


@get(
    "/sign-in/openid",
    operation_id="getOpenIdOffer",
    summary="Where drivers have accounts",
    description="Answers what to open in the system's browser, with `redirect_uri`, "
    "`code_challenge`, `code_challenge_method=S256` and `state` in the query, to sign in with an "
    "account that the driver has elsewhere.",
    tags=["Drivers"],
    security=[{}],
    responses={
        200: answer(OpenIdOffer, "The operator's provider", OFFER),
        **declared(OperatorNotFound, OpenIdNotOffered),
    },
)
async def get_openid_offer(
    request: AnyRequest, slug: Slug, counter: NamedDependency[Counter]
) -> Response[OpenIdOffer]:
    """Answer with which account drivers may sign in."""
    desk = counter.desk
    operator = await find_operator(slug, database=desk.database)
    known = await offered(operator_id=operator.operator_id, database=desk.database)
    if known is None:
        raise OpenIdNotOffered("this operator has no provider to sign in with")
    base_url = desk.base_of(operator.operator_id)
    origin = own_origin(request.headers.get("host", ""), operator, base_url)
    address = f"{origin or base_url}/me/{operator.slug}/openid"
    return private(OpenIdOffer(known.label, address))


@post(
    "/sign-in/openid",
    operation_id="signInWithOpenId",
    summary="Sign in with an account elsewhere",
    description="Exchanges the code with which the app was opened again for an access token of "
    "fifteen minutes and a refresh token. A code is good once, for a minute.",
    tags=["Drivers"],
    security=[{}],
    status_code=200,
    responses={
        200: answer(AccessTokens, "Signed in", TOKENS),
        **declared(OperatorNotFound, OpenIdRefused, TooManyRequests),
    },
)
async def sign_in_with_openid(
    request: AnyRequest,
    data: Annotated[OpenIdClaim, Body(examples=[Example(summary="A code", value=CLAIM)])],
    counter: NamedDependency[Counter],
) -> Response[AccessTokens]:
    """Sign an app in."""
    desk = counter.desk
    await take(desk.limits, TRIES_PER_NETWORK, host_of(request))
    operator = await operator_here(request, data.operator, desk)
    device = Device(DeviceKind.APP, data.device)
    welcome = await redeem(
        Claimed(data.code, data.code_verifier, device),
        operator_id=operator.operator_id,
        database=desk.database,
    )
    again = refresh_token(operator.operator_id, welcome.secret)
    return tokens(welcome.signed_in, again, counter)
