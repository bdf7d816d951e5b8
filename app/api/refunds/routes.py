"""Refunds in the API: ask, list, approve, refuse. Who calls is the name of the API key."""

from typing import Annotated

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.params import Body

from app.api.answers import private
from app.api.bodies import IdempotencyKey, OrderKey
from app.api.contract.once import ONCE_REFUSALS, once
from app.api.counter import AnyRequest, Counter
from app.api.keys import KEY_REFUSALS, OPERATOR_KEY, caller_of, requires
from app.api.lists.cursors import MOST_ROWS, PageCursor, PageRows, cursor_of, cut, uuid_place_of
from app.api.problems import declared
from app.api.refunds.bodies import NewRefund, RefundId, Refunds, RefundView, State, refund_view
from app.api.refunds.examples import NEW_REFUND, REFUND, REFUNDS
from app.billing.receipts.errors import CreditTooLarge, ReceiptNotFound
from app.directpay.refunds.ask import RefundOrder, ask_refund
from app.directpay.refunds.decide import approve_refund, list_refunds, refuse_refund
from app.directpay.refunds.errors import (
    RefundDecided,
    RefundInvalid,
    RefundNotFound,
    SecondPersonNeeded,
)
from app.directpay.refunds.model import RefundState
from app.funds.payments.errors import AmountNotPossible
from app.kernel.money import Money
from app.people.identity.keys.model import Scope

_ONE = ResponseSpec(
    RefundView,
    generate_examples=False,
    description="The refund",
    examples=[Example(summary="Done", value=REFUND)],
)
_CARRYING_OUT = (ReceiptNotFound, RefundInvalid, CreditTooLarge, AmountNotPossible)


@post(
    "/operator/refunds",
    operation_id="askRefund",
    summary="Give money back",
    description="Gives back a part of what a receipt or an invoice charged, or all that is left. "
    "The answer is `done`, with a credit note and its mail on their way, or `asked` when the "
    "operator's limit needs a second key. The same `Idempotency-Key` again is the same refund.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.REFUNDS_WRITE)],
    responses={201: _ONE, **declared(*KEY_REFUSALS, *ONCE_REFUSALS, *_CARRYING_OUT)},
)
@once
async def ask_for_refund(
    request: AnyRequest,
    data: Annotated[NewRefund, Body(examples=[Example(summary="A part", value=NEW_REFUND)])],
    idempotency_key: IdempotencyKey,
    counter: NamedDependency[Counter],
) -> Response[RefundView]:
    """Ask in the name of the key."""
    caller = caller_of(request)
    order = RefundOrder(
        receipt_number=data.receipt,
        amount=None if data.amount is None else Money(data.amount.minor, data.amount.currency),
        reason=data.reason,
        asked_by=caller.name,
        key=idempotency_key,
    )
    database = counter.desk.database
    refund = await ask_refund(order, operator_id=caller.operator_id, database=database)
    return private(refund_view(refund))


@get(
    "/operator/refunds",
    operation_id="listRefunds",
    summary="Refunds",
    description="All refunds, oldest first, or those in one state.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.REFUNDS_READ)],
    responses={
        200: ResponseSpec(
            Refunds,
            generate_examples=False,
            description="The refunds",
            examples=[Example(summary="One", value=REFUNDS)],
        ),
        **declared(*KEY_REFUSALS),
    },
)
async def list_all_refunds(
    request: AnyRequest,
    counter: NamedDependency[Counter],
    only: State = None,
    cursor: PageCursor = None,
    limit: PageRows = MOST_ROWS,
) -> Response[Refunds]:
    """Answer a page of the operator's refunds."""
    state, after = None if only is None else RefundState(only), uuid_place_of(cursor)
    async with counter.desk.database.work(caller_of(request).operator_id) as work:
        found = await list_refunds(work, state, after, limit + 1)
    page, more = cut(found, limit, lambda last: cursor_of(last.asked_at, last.refund_id))
    return private(Refunds(tuple(refund_view(refund) for refund in page), more))


@post(
    "/operator/refunds/{refund_id:uuid}/approve",
    operation_id="approveRefund",
    summary="Approve a refund",
    description="Carries out a refund that waits; the key must have another name than the one "
    "that asked.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.REFUNDS_APPROVE)],
    status_code=200,
    responses={
        200: _ONE,
        **declared(
            *KEY_REFUSALS,
            *ONCE_REFUSALS,
            *_CARRYING_OUT,
            RefundNotFound,
            RefundDecided,
            SecondPersonNeeded,
        ),
    },
)
@once
async def approve_one_refund(
    request: AnyRequest,
    refund_id: RefundId,
    idempotency_key: OrderKey,  # noqa: ARG001 - `once` takes it
    counter: NamedDependency[Counter],
) -> Response[RefundView]:
    """Approve in the name of the key."""
    caller, database = caller_of(request), counter.desk.database
    done = await approve_refund(
        refund_id, by=caller.name, operator_id=caller.operator_id, database=database
    )
    return private(refund_view(done))


@post(
    "/operator/refunds/{refund_id:uuid}/refuse",
    operation_id="refuseRefund",
    summary="Refuse a refund",
    description="Ends a refund that waits; nothing is given back.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires(Scope.REFUNDS_APPROVE)],
    status_code=200,
    responses={200: _ONE, **declared(*KEY_REFUSALS, RefundNotFound, RefundDecided)},
)
async def refuse_one_refund(
    request: AnyRequest, refund_id: RefundId, counter: NamedDependency[Counter]
) -> Response[RefundView]:
    """Refuse in the name of the key."""
    caller, database = caller_of(request), counter.desk.database
    refused = await refuse_refund(
        refund_id, by=caller.name, operator_id=caller.operator_id, database=database
    )
    return private(refund_view(refused))
