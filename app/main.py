"""The ASGI application: pages, API, webhooks and charge points behind one address."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from typing import Any

from litestar import Litestar, Response, get
from litestar.di import NamedDependency, Provide
from litestar.exceptions import MethodNotAllowedException, NotFoundException
from litestar.types import ASGIApp, ControllerRouterHandler, ExceptionHandlersMap

from app.api.application import api_application
from app.api.drivers.data import data_file
from app.charging.chargers.stations.forget import forget_connections
from app.funds.payments.accounts import accounts_usable
from app.funds.payments.desk import PaymentDesk
from app.funds.payments.health import count_down
from app.gateways.ocpp.endpoint import OcppEndpoint
from app.hooks.front_door import (
    FrontDoor,
    android_association,
    apple_association,
    may_have_certificate,
)
from app.hooks.ocpi.application import ocpi_application
from app.hooks.open_data.feed import OpenData
from app.hooks.open_data.handlers import feed_index, feed_page
from app.hooks.payments import payment_webhook
from app.hooks.terminals import terminal_webhook
from app.infra.database import EVERY_OPERATOR
from app.infra.health import Check, Degraded, NotReady, database_check, examine, worker_check
from app.infra.worker import Worker
from app.roaming.jobs import roaming_jobs, roaming_schedules
from app.settings import Role, Settings
from app.web.config import WebConfig
from app.web.router import driver_pages
from app.web.strays import Strays
from app.wiring import Services
from app.worker.tasks import jobs, schedules


def create_app(services: Services, roles: frozenset[Role]) -> ASGIApp:
    """Return the application of a process with these *roles*; every role answers for its health."""
    desk = services.desk
    handlers: list[ControllerRouterHandler] = [live, ready]
    strays: ExceptionHandlersMap = {}
    if Role.WEB in roles:
        config = _web_config(services.settings)
        driver = driver_pages(
            config, desk=desk, live=services.live, data_file=partial(data_file, desk=desk)
        )
        handlers += [payment_webhook, terminal_webhook, feed_index, feed_page, driver]
        handlers += [may_have_certificate, apple_association, android_association]
        refused = Strays(config, lambda: desk.hosts).refused
        strays = {NotFoundException: refused, MethodNotAllowedException: refused}
    open_data = OpenData(services.roaming)
    front_door = FrontDoor(desk.hosts, desk.limits, services.database)
    pages = Litestar(
        route_handlers=handlers,
        exception_handlers=strays,
        dependencies={
            "services": Provide(lambda: services, sync_to_thread=False, use_cache=True),
            "payment_desk": Provide(_payment_desk, sync_to_thread=False),
            "front_door": Provide(lambda: front_door, sync_to_thread=False, use_cache=True),
            "open_data": Provide(lambda: open_data, sync_to_thread=False, use_cache=True),
        },
        openapi_config=None,
    )
    application: ASGIApp = pages
    if Role.WEB in roles:
        application = _with_api(pages, api_application(desk, services.live, services.ocpp.calls))
        application = _with_ocpi(application, ocpi_application(services.roaming))
    if Role.OCPP not in roles:
        return application
    return _with_charge_points(application, services.ocpp.endpoint)


@asynccontextmanager
async def running(
    services: Services, roles: frozenset[Role], database_url: str
) -> AsyncIterator[None]:
    """Run what is no request: the job worker, and the watch over the charge points."""
    async with AsyncExitStack() as stack:
        await stack.enter_async_context(services.desk.hosts.running(services.database))
        if Role.OCPP in roles and services.settings.redis.url is None:
            # Nobody else can have connections; those of a killed process are gone.
            await forget_connections(database=services.database)
        # In every role: with Redis, web and worker read there what became of their commands.
        await stack.enter_async_context(services.ocpp.running())
        if Role.WEB in roles:
            await stack.enter_async_context(services.desk.tally.running(services.database))
        if Role.WORKER in roles:
            await stack.enter_async_context(_working(services, database_url))
        yield


@get("/health/live", include_in_schema=False)
async def live() -> dict[str, str]:
    """Answer as long as the process can answer at all."""
    return {"status": "ok"}


@get("/health/ready", include_in_schema=False)
async def ready(services: NamedDependency[Services]) -> Response[dict[str, str]]:
    """
    Answer 200 when the database, a worker and the provider credentials are usable, else 503.

    A provider that does not answer is told, and is no reason for 503.
    """
    health = await examine(_checks(services))
    return Response(dict(health.parts), status_code=200 if health.is_ready else 503)


def _checks(services: Services) -> dict[str, Check]:
    async def providers() -> None:
        async with services.database.work(EVERY_OPERATOR) as work:
            if not await accounts_usable(work, vault=services.desk.payments.vault):
                raise NotReady("an account's credentials are refused, or their key is missing")
            down = await count_down(work)
        if down:
            # The process is as ready as any other: taking it out of rotation would help nobody.
            raise Degraded(f"{down} payment account(s) take no payments: no answer")

    async def stays() -> None:
        if services.ocpp.endpoint.is_closed:
            raise NotReady("this process is going down")

    return {
        "database": database_check(services.database),
        "worker": worker_check(services.database),
        "providers": providers,
        "process": stays,
    }


def _payment_desk(services: NamedDependency[Services]) -> PaymentDesk:
    return services.desk.payments


def _web_config(settings: Settings) -> WebConfig:
    return WebConfig(
        base_url=settings.http.base_url,
        checkout_origins=settings.payments.checkout_origins,
        tiles=settings.tiles,
    )


@asynccontextmanager
async def _working(services: Services, database_url: str) -> AsyncIterator[None]:
    workshop = services.workshop
    roaming = services.roaming
    worker = Worker(
        database_url,
        (*jobs(workshop), *roaming_jobs(roaming)),
        (*schedules(workshop), *roaming_schedules(roaming)),
    )
    services.database.hand_to(worker)
    running_worker = asyncio.create_task(worker.run(), name="job worker")
    try:
        yield
    finally:
        worker.stop()
        await running_worker


def _with_api(pages: ASGIApp, api: ASGIApp) -> ASGIApp:
    """
    Hand what is below /api/ to the API, which answers in its own way, also when it refuses.

    HEAD is answered as GET is: the server leaves the body out. Only an event stream would not end.
    """

    async def application(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as below
        if scope["type"] == "http":
            path = scope["path"]
            if scope["method"] == "HEAD" and not path.endswith("/events"):
                scope = {**scope, "method": "GET"}
            await (api if path.startswith("/api/") else pages)(scope, receive, send)
        else:
            await pages(scope, receive, send)

    return application


def _with_ocpi(others: ASGIApp, ocpi: ASGIApp) -> ASGIApp:
    """Hand what is below /ocpi/ over HTTP to the application for other platforms."""

    async def application(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401 - as below
        is_ocpi = scope["type"] == "http" and scope["path"].startswith("/ocpi/")
        await (ocpi if is_ocpi else others)(scope, receive, send)

    return application


def _with_charge_points(pages: ASGIApp, charge_points: OcppEndpoint) -> ASGIApp:
    # Typed loosely: Litestar and the endpoint describe the same ASGI messages in different words.
    async def application(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        is_socket = scope["type"] == "websocket"
        await (charge_points if is_socket else pages)(scope, receive, send)

    return application
