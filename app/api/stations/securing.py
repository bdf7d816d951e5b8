"""What charge points must show to connect: profile, certificate, and a password that rotates."""

from typing import Annotated

from litestar import Response, get, post, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import answer, private
from app.api.contract.versions import IfMatch, VersionChanged, require_match, versioned
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.problems import declared
from app.api.stations import examples
from app.api.stations.bodies import CallKey, Identity, SecurityOrder
from app.api.stations.calling import CALLED, MAY_CALL, NEEDS, WAY, caller
from app.api.stations.views import (
    CallView,
    ChargePointView,
    SecurityView,
    call_view,
    charge_point_view,
    security_view,
)
from app.charging.chargers.calls.rotate import rotate_password
from app.charging.chargers.errors import ChargePointNotFound
from app.charging.chargers.overview.read import get_charge_point
from app.charging.chargers.stations.security import set_security
from app.infra.answered.alone import alone
from app.people.identity.keys.model import Scope


@post(
    f"{WAY}/password",
    operation_id="rotatePassword",
    summary="Give a new password",
    description="Makes a new password and tells it to the charge point alone: AuthorizationKey "
    "(1.6), BasicAuthPassword (2.x). The old one stays good until the charge point has come back "
    f"with the new. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    status_code=200,
    responses=CALLED,
)
async def rotate_station_password(
    request: AnyRequest,
    identity: Identity,
    counter: NamedDependency[Counter],
    idempotency_key: CallKey = None,
) -> Response[CallView]:
    """Rotate it."""
    call = await rotate_password(
        identity,
        caller(request, idempotency_key),
        gateway=counter.calls,
        database=counter.desk.database,
    )
    return private(call_view(call, call.asked_at))


@get(
    f"{WAY}/security",
    operation_id="getSecurity",
    summary="What it must show",
    description="The security profile and the certificate that are asked of the charge point, with "
    "the ETag by which they can be changed. Needs the scope `stations:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.STATIONS_READ)],
    responses={
        200: answer(SecurityView, "What it must show", examples.SECURITY_NOW),
        **declared(*KEY_REFUSALS, ChargePointNotFound),
    },
)
async def get_station_security(
    request: AnyRequest, identity: Identity, counter: NamedDependency[Counter]
) -> Response[SecurityView]:
    """Answer what it must show."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        return versioned(security_view(await get_charge_point(work, identity)))


@put(
    f"{WAY}/security",
    operation_id="setSecurity",
    summary="Set what it must show",
    description="The OCPP security profile (1: password, 2: password by TLS, 3: certificate by "
    "TLS; null: any), and the common name or serial number of its certificate (null: its "
    "identity). It counts from the next connection. With the ETag of `getSecurity` as If-Match "
    f"nobody else's change is undone. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    responses={
        200: ResponseSpec(
            ChargePointView,
            generate_examples=False,
            description="The charge point",
            examples=[Example(summary="Profile 2", value=examples.CHARGE_POINT)],
        ),
        **declared(*KEY_REFUSALS, ChargePointNotFound, VersionChanged),
    },
)
async def set_station_security(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[
        SecurityOrder, Body(examples=[Example(summary="Profile 3", value=examples.SECURITY)])
    ],
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[ChargePointView]:
    """Set it."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        await alone(work, f"security {identity}")
        require_match(if_match, security_view(await get_charge_point(work, identity)))
        await set_security(work, identity, profile=data.profile, certificate=data.certificate)
        found = await get_charge_point(work, identity)
    return versioned(charge_point_view(found), security_view(found))
