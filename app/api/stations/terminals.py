"""The payment terminals inside a charge point, as the API tells of them."""

from collections.abc import Iterable
from datetime import datetime
from typing import Annotated, Final, Literal

import msgspec
from litestar import Response, get, put
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.contract.versions import IfMatch, VersionChanged, require_match, versioned
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.problems import declared
from app.api.stations.bodies import Identity
from app.api.stations.calling import MAY_CALL, NEEDS, WAY
from app.charging.chargers.errors import ChargePointNotFound
from app.charging.chargers.overview.read import get_charge_point
from app.charging.chargers.terminals.dialects import dialect_named
from app.charging.chargers.terminals.model import InsideTerminal
from app.charging.chargers.terminals.read import list_terminals
from app.charging.chargers.terminals.teach import teach
from app.infra.answered.alone import alone
from app.people.identity.keys.model import Scope


class InsideTerminalView(msgspec.Struct, frozen=True):
    """
    A terminal inside a charge point; `evse_no` is null where it serves all EVSEs.

    `settled_by` is `terminal` or `us`. `problem` says why no card is taken there, or is null.
    `variables` are those of its PaymentCtrlr when they were last read.
    """

    evse_no: int | None
    settled_by: str
    problem: str | None
    variables: dict[str, str]
    read_at: datetime


class TerminalWords(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """
    In whose words a charge point tells of its terminal; null: it has none of that kind.

    `card_tag` is the idTag of its card sessions, if it is not the maker's own.
    """

    dialect: Literal["ies"] | None
    card_tag: Annotated[str, msgspec.Meta(min_length=1, max_length=20)] | None = None


class InsideTerminals(msgspec.Struct, frozen=True):
    """The terminals inside a charge point."""

    terminals: tuple[InsideTerminalView, ...]


EXAMPLE: Final = InsideTerminals(
    (
        InsideTerminalView(
            evse_no=None,
            settled_by="terminal",
            problem=None,
            variables={"AuthorizationAmount": "60.00", "SettlementByCSMS": "false"},
            read_at=datetime.fromisoformat("2026-03-02T09:00:00+00:00"),
        ),
    )
)

TAUGHT: Final = InsideTerminals(
    (
        InsideTerminalView(
            evse_no=None,
            settled_by="terminal",
            problem=None,
            variables={"Dialect": "ies", "CardTag": "paidByPOS"},
            read_at=datetime.fromisoformat("2026-03-02T09:00:00+00:00"),
        ),
    )
)
WORDS: Final = TerminalWords("ies")


@get(
    "/operator/charge-points/{identity:str}/terminals",
    operation_id="listInsideTerminals",
    summary="Payment terminals inside a charge point",
    description="What the charge point (OCPP 2.1) said of the terminals in it after its last "
    "boot, who collects there, and why not. Needs the scope `stations:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.STATIONS_READ)],
    responses={
        200: ResponseSpec(
            InsideTerminals,
            generate_examples=False,
            description="The terminals",
            examples=[Example(summary="One for all EVSEs", value=EXAMPLE)],
        ),
        **declared(*KEY_REFUSALS, ChargePointNotFound),
    },
)
async def list_inside_terminals(
    request: AnyRequest, identity: Identity, counter: NamedDependency[Counter]
) -> Response[InsideTerminals]:
    """Answer how they were when they were last read."""
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        await get_charge_point(work, identity)
        return versioned(_views(await list_terminals(work, identity)))


def _views(terminals: Iterable[InsideTerminal]) -> InsideTerminals:
    return InsideTerminals(tuple(_view(each) for each in terminals))


def _view(terminal: InsideTerminal) -> InsideTerminalView:
    return InsideTerminalView(
        evse_no=terminal.evse_no or None,
        settled_by="us" if terminal.is_settled_by_us else "terminal",
        problem=terminal.problem,
        variables=dict(terminal.variables),
        read_at=terminal.read_at,
    )


@put(
    f"{WAY}/terminals",
    operation_id="teachInsideTerminal",
    summary="Take cards at a charge point without OCPP 2.1",
    description="Says in which maker's words (DataTransfer) a charge point of OCPP 1.6 tells of "
    "the terminal in it, and with which idTag it starts what was paid there; null: no cards are "
    f"taken in that way. With the ETag of `listInsideTerminals` as If-Match nobody else's change "
    f"is undone. {NEEDS}",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=MAY_CALL,
    responses={
        200: ResponseSpec(
            InsideTerminals,
            generate_examples=False,
            description="The terminals",
            examples=[Example(summary="In a maker's words", value=TAUGHT)],
        ),
        **declared(*KEY_REFUSALS, ChargePointNotFound, VersionChanged),
    },
)
async def teach_inside_terminal(
    request: AnyRequest,
    identity: Identity,
    data: Annotated[TerminalWords, Body(examples=[Example(summary="IES", value=WORDS)])],
    counter: NamedDependency[Counter],
    if_match: IfMatch = None,
) -> Response[InsideTerminals]:
    """Keep it."""
    dialect = None if data.dialect is None else dialect_named(data.dialect)
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        await get_charge_point(work, identity)
        await alone(work, f"terminals {identity}")
        require_match(if_match, _views(await list_terminals(work, identity)))
        await teach(work, identity, dialect, data.card_tag)
        return versioned(_views(await list_terminals(work, identity)))
