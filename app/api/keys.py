"""Who of an operator's own programs is calling: by the API key that the request carries."""

import hashlib
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any, cast

from litestar import Response, get
from litestar.connection import ASGIConnection
from litestar.handlers import BaseRouteHandler
from litestar.middleware import ASGIMiddleware
from litestar.openapi.datastructures import ResponseSpec
from litestar.openapi.spec import Example
from litestar.types import ASGIApp, Receive, Send
from litestar.types import Scope as AsgiScope

from app.api.answers import private
from app.api.bodies import KeyView
from app.api.counter import AnyRequest, Counter, bearer_of, host_of
from app.api.examples import KEY
from app.api.problems import declared
from app.infra.limits import Limit, TooManyRequests, take
from app.people.identity.keys.check import check_key
from app.people.identity.keys.errors import ApiKeyInvalid, ScopeMissing
from app.people.identity.keys.model import ApiKey, Scope
from app.people.identity.staff.acting import acts, nobody_acts
from app.people.identity.staff.model import Deed

# What a misconfigured program does in its first minute, and nothing for who would guess 160 bits.
WRONG_KEYS_PER_NETWORK = Limit("wrong-key", 60, timedelta(minutes=1))
OPERATOR_KEY = [{"operator_key": list[str]()}]
# What every route raises that only a key may call.
KEY_REFUSALS = (ApiKeyInvalid, ScopeMissing, TooManyRequests)
AnyConnection = ASGIConnection[BaseRouteHandler, Any, Any, Any]
Guard = Callable[[AnyConnection, BaseRouteHandler], Awaitable[None]]


def requires(scope: Scope | None = None) -> Guard:
    """
    Return the guard of a route that only a key with *scope* may call (None: any good key).

    It answers 401 (`api_key_invalid`) and 403 (`scope_missing`) before the body is looked at;
    the handler finds the key with `caller_of(request)`. What a key changes is put on record.
    """

    async def guard(connection: AnyConnection, route: BaseRouteHandler) -> None:
        request = cast("AnyRequest", connection)
        counter: Counter = connection.app.state["counter"]
        presented = bearer_of(request)
        if presented is None:
            raise ApiKeyInvalid("send an API key as Authorization: Bearer")
        try:
            key = await check_key(presented, scope, database=counter.desk.database)
        except ApiKeyInvalid:
            await take(counter.desk.limits, WRONG_KEYS_PER_NETWORK, host_of(request))
            raise
        request.state["api_key"] = key
        if scope is not None and scope.changes:
            acts(await _deed(request, route, key))

    return guard


class RequestsApart(ASGIMiddleware):
    """Sees that who acts in one request acts in no other."""

    async def handle(
        self, scope: AsgiScope, receive: Receive, send: Send, next_app: ASGIApp
    ) -> None:
        """Begin with nobody acting."""
        with nobody_acts():
            await next_app(scope, receive, send)


async def _deed(request: AnyRequest, route: BaseRouteHandler, key: ApiKey) -> Deed:
    """Return what the key is used for; of the body a digest: it may tell secrets, or of people."""
    detail = {name: str(value) for name, value in request.path_params.items()}
    body = await request.body()
    if body:
        detail["body_sha256"] = hashlib.sha256(body).hexdigest()
    action = str(getattr(route, "operation_id", None) or request.url.path)
    return Deed(f"key {key.prefix} ({key.name})", action, detail, key.operator_id)


def caller_of(request: AnyRequest) -> ApiKey:
    """Return the key that the route's guard has let in."""
    key: ApiKey = request.state["api_key"]
    return key


@get(
    "/operator/key",
    operation_id="getKey",
    summary="The key that is used",
    description="What the API key that the request carries is called, and what it may do.",
    tags=["Operators"],
    security=OPERATOR_KEY,
    guards=[requires()],
    responses={
        200: ResponseSpec(
            KeyView,
            generate_examples=False,
            description="The key",
            examples=[Example(summary="A key for prices", value=KEY)],
        ),
        **declared(*KEY_REFUSALS),
    },
)
async def get_key(request: AnyRequest) -> Response[KeyView]:
    """Answer what the key is."""
    key = caller_of(request)
    return private(KeyView(key.prefix, key.name, tuple(sorted(key.scopes)), key.expires_at))
