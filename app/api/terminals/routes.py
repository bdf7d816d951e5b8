"""Card terminals in the API: list, prompt, abort."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import private
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.problems import declared
from app.api.terminals.bodies import (
    PROMPT,
    PROMPT_ORDER,
    PROMPTS,
    TERMINALS,
    PromptOrder,
    Prompts,
    PromptView,
    TerminalId,
    Terminals,
    prompt_view,
    terminal_view,
)
from app.charging.chargers.errors import EvseNotFound
from app.directpay.errors import PointBusy, PointOffline, PointOutOfOrder
from app.funds.terminals.errors import TerminalNotFound, TerminalOffline, TerminalServesAnother
from app.funds.terminals.manage import abort_terminal, prompt_terminal, terminal_states
from app.people.identity.keys.model import Scope


@get(
    "/operator/terminals",
    operation_id="listTerminals",
    summary="Card terminals",
    description="The operator's terminals, whether they can be reached now, and what they ask for. "
    "Needs the scope `terminals:read`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TERMINALS_READ)],
    responses={
        200: ResponseSpec(
            Terminals,
            generate_examples=False,
            description="The terminals",
            examples=[Example(summary="One that asks", value=TERMINALS)],
        ),
        **declared(*KEY_REFUSALS),
    },
)
async def list_all_terminals(
    request: AnyRequest, counter: NamedDependency[Counter]
) -> Response[Terminals]:
    """Answer how the operator's terminals are."""
    found = await terminal_states(caller_of(request).operator_id, desk=counter.desk)
    return private(Terminals(tuple(terminal_view(each) for each in found)))


@post(
    "/operator/terminals/{terminal_id:str}/prompt",
    operation_id="promptTerminal",
    summary="Ask for a card",
    description="Lets the terminal ask for a card for one of its charging points, as when a cable "
    "is put in: for a kiosk on which the driver chooses. When it asks for another one, this waits "
    "for its turn. Again it is the same prompt. Needs the scope `terminals:write`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TERMINALS_WRITE)],
    status_code=200,
    responses={
        200: ResponseSpec(
            PromptView,
            generate_examples=False,
            description="The prompt",
            examples=[Example(summary="Asking", value=PROMPT)],
        ),
        **declared(
            *KEY_REFUSALS,
            TerminalNotFound,
            TerminalServesAnother,
            TerminalOffline,
            EvseNotFound,
            PointBusy,
            PointOffline,
            PointOutOfOrder,
        ),
    },
)
async def prompt_one_terminal(
    request: AnyRequest,
    terminal_id: TerminalId,
    data: Annotated[PromptOrder, Body(examples=[Example(summary="One", value=PROMPT_ORDER)])],
    counter: NamedDependency[Counter],
) -> Response[PromptView]:
    """Let a terminal ask."""
    prompt = await prompt_terminal(
        terminal_id,
        data.evse_uid,
        operator_id=caller_of(request).operator_id,
        desk=counter.desk,
    )
    return private(prompt_view(prompt))


@post(
    "/operator/terminals/{terminal_id:str}/abort",
    operation_id="abortTerminal",
    summary="Ask for no card",
    description="Ends what the terminal asks for and what waits there, and answers what that was. "
    "Sessions that were paid go on. Needs the scope `terminals:write`.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.TERMINALS_WRITE)],
    status_code=200,
    responses={
        200: ResponseSpec(
            Prompts,
            generate_examples=False,
            description="What was ended",
            examples=[Example(summary="One", value=PROMPTS)],
        ),
        **declared(*KEY_REFUSALS, TerminalNotFound),
    },
)
async def abort_one_terminal(
    request: AnyRequest, terminal_id: TerminalId, counter: NamedDependency[Counter]
) -> Response[Prompts]:
    """Let a terminal ask no more."""
    ended = await abort_terminal(
        terminal_id, operator_id=caller_of(request).operator_id, desk=counter.desk
    )
    return private(Prompts(tuple(prompt_view(each) for each in ended)))
