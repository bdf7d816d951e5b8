"""Pair charge points that nobody has configured: codes, who knocked, and claiming one."""

from datetime import datetime
from typing import Annotated
from uuid import UUID

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body
from msgspec import Struct

from app.api.answers import private
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.problems import declared
from app.api.stations import examples
from app.api.stations.bodies import ClaimOrder, Identity
from app.api.stations.calling import MAY_CALL, NEEDS
from app.api.stations.views import ChargePointView, charge_point_view
from app.charging.chargers.errors import EvseNotFound
from app.charging.chargers.overview.read import get_charge_point
from app.charging.chargers.pairing.attempts import list_attempts
from app.charging.chargers.pairing.claim import claim_charge_point
from app.charging.chargers.pairing.codes import list_codes, make_code
from app.charging.chargers.pairing.errors import AttemptNotFound, CodeUsed, IdentityTaken
from app.charging.chargers.pairing.model import Attempt, PairingCode
from app.people.identity.keys.model import Scope


class NewPairingCode(Struct, frozen=True):
    """A pairing code: set it as the password of one charge point. It is not told again."""

    id: UUID
    code: str
    expires_at: datetime


class PairingCodeView(Struct, frozen=True):
    """A pairing code without its text; *used_by* is the charge point that it paired."""

    id: UUID
    made_by: str
    made_at: datetime
    expires_at: datetime
    used_by: str | None


class PairingCodes(Struct, frozen=True):
    """Pairing codes, the latest first."""

    codes: tuple[PairingCodeView, ...]


class AttemptView(Struct, frozen=True):
    """A charge point that knocked with a pairing code: from where, and with which versions."""

    identity: str
    address: str | None
    versions: tuple[str, ...]
    first_at: datetime
    last_at: datetime
    times: int


class Attempts(Struct, frozen=True):
    """Charge points that wait to be claimed, the latest first."""

    attempts: tuple[AttemptView, ...]


_CODE = UUID("019cadc6-9a80-7f62-a012-4dc19c0824d4")
_AT = datetime.fromisoformat("2026-11-23T08:30:00+00:00")
_NEW = NewPairingCode(_CODE, "K3V9T2QX7M4B8D5F3H6J", _AT)
_CODES = PairingCodes((PairingCodeView(_CODE, "help desk", _AT, _AT, None),))
_ATTEMPTS = Attempts((AttemptView("VLT-NEW-1", "203.0.113.7", ("ocpp1.6",), _AT, _AT, 3),))


@post(
    "/operator/pairing-codes",
    operation_id="makePairingCode",
    summary="Make a pairing code",
    description="A one-time password for a charge point that nobody has configured, good for a "
    f"week. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    responses={
        201: ResponseSpec(
            NewPairingCode,
            generate_examples=False,
            description="The code, told once",
            examples=[Example(summary="A code", value=_NEW)],
        ),
        **declared(*KEY_REFUSALS),
    },
)
async def make_pairing_code(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[NewPairingCode]:
    """Make it."""
    caller = caller_of(request)
    async with counter.desk.database.work(caller.operator_id) as work:
        made, text = await make_code(work, caller.name)
    return private(NewPairingCode(made.code_id, text, made.expires_at))


@get(
    "/operator/pairing-codes",
    operation_id="listPairingCodes",
    summary="Pairing codes",
    description="Open, used and expired ones, without their texts. "
    "Needs the scope `stations:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.STATIONS_READ)],
    responses={
        200: ResponseSpec(
            PairingCodes,
            generate_examples=False,
            description="The codes",
            examples=[Example(summary="One", value=_CODES)],
        ),
        **declared(*KEY_REFUSALS),
    },
)
async def list_pairing_codes(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[PairingCodes]:
    """Answer all of them."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await list_codes(work)
    return private(PairingCodes(tuple(_code(each) for each in found)))


@get(
    "/operator/pairing-attempts",
    operation_id="listPairingAttempts",
    summary="Charge points that wait to be claimed",
    description="They are not configured, and showed a pairing code of the operator. "
    "Needs the scope `stations:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.STATIONS_READ)],
    responses={
        200: ResponseSpec(
            Attempts,
            generate_examples=False,
            description="Who knocked",
            examples=[Example(summary="One", value=_ATTEMPTS)],
        ),
        **declared(*KEY_REFUSALS),
    },
)
async def list_pairing_attempts(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[Attempts]:
    """Answer who knocked."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await list_attempts(work)
    return private(Attempts(tuple(_attempt(each) for each in found)))


@post(
    "/operator/pairing-attempts/{identity:str}/claim",
    operation_id="claimChargePoint",
    summary="Claim a charge point",
    description="Makes it one of the operator's, with the EVSEs that it has from now on, by uid "
    f"and number; the code is used up and stays its password until that is rotated. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    status_code=200,
    responses={
        200: ResponseSpec(
            ChargePointView,
            generate_examples=False,
            description="The charge point",
            examples=[Example(summary="Claimed", value=examples.CHARGE_POINT)],
        ),
        **declared(*KEY_REFUSALS, AttemptNotFound, CodeUsed, IdentityTaken, EvseNotFound),
    },
)
async def claim_station(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[ClaimOrder, Body(examples=[Example(summary="One", value=examples.CLAIM)])],
    counter: NamedDependency[Counter],
) -> Response[ChargePointView]:
    """Claim it."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        await claim_charge_point(work, identity, data.evses)
        found = await get_charge_point(work, identity)
    return private(charge_point_view(found))


def _code(code: PairingCode) -> PairingCodeView:
    return PairingCodeView(code.code_id, code.made_by, code.made_at, code.expires_at, code.used_by)


def _attempt(attempt: Attempt) -> AttemptView:
    names = AttemptView.__struct_fields__
    return AttemptView(**{name: getattr(attempt, name) for name in names})
