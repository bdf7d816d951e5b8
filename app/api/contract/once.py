"""Routes whose orders are carried out once for each `Idempotency-Key`."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

import msgspec
from litestar import Response
from litestar.serialization import encode_json

from app.api.counter import AnyRequest
from app.infra.answered.claim import KeyReused, Order, OrderUnderWay, claim, keep_answer, let_go
from app.people.identity.staff.acting import nobody_acts

P = ParamSpec("P")
T = TypeVar("T")
# What every such route raises besides its own problems.
ONCE_REFUSALS = (KeyReused, OrderUnderWay)


class _Answer(msgspec.Struct, array_like=True, frozen=True):
    status: int
    headers: dict[str, str]
    body: bytes


def once(
    handler: Callable[P, Awaitable[Response[T]]],
) -> Callable[P, Awaitable[Response[T]]]:
    """
    Return *handler*, carried out once for each key, body and caller.

    The same order again is answered with the same bytes for seven days. What was refused has
    changed nothing and may come again. Such a handler has the parameters *request*, *counter* and
    *idempotency_key*. Raises KeyReused and OrderUnderWay.
    """

    @wraps(handler)
    async def answered(*given: P.args, **named: P.kwargs) -> Response[T]:
        request: AnyRequest = named["request"]  # type: ignore[assignment]
        database = named["counter"].desk.database  # type: ignore[attr-defined]
        caller = request.headers.get("authorization", "")
        place = f"{request.method} {request.url.path} {caller}"
        order = Order(str(named["idempotency_key"]), place, await request.body())
        with nobody_acts():  # that an order is under way is no deed yet
            before = await claim(order, database=database)
        if before is not None:
            return _again(before)
        try:
            response = await handler(*given, **named)
        except BaseException:
            with nobody_acts():
                await let_go(order, database=database)
            raise
        with nobody_acts():
            await keep_answer(order, _kept(request, response), database=database)
        return response

    return answered


def _kept(request: AnyRequest, response: Response[Any]) -> bytes:
    status = response.status_code or request.route_handler.status_code
    body = encode_json(response.content)
    return msgspec.msgpack.encode(_Answer(status, dict(response.headers), body))


def _again(kept: bytes) -> Response[Any]:
    answer = msgspec.msgpack.decode(kept, type=_Answer)
    return Response(
        answer.body,
        status_code=answer.status,
        headers=answer.headers,
        media_type="application/json",
    )
