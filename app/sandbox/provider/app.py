"""Puts the sandbox together: a Litestar app of its own, which could be somebody else's program."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from litestar import Litestar, Response, Router
from litestar.di import Provide
from litestar.handlers import HTTPRouteHandler

from app.kernel.clock import Clock, SystemClock
from app.kernel.ids import Ids, RandomIds
from app.sandbox.provider.adyen import customer_area, devices, reports, routes
from app.sandbox.provider.adyen.face import AdyenFace, DevicesFace
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.memory import Memory
from app.sandbox.provider.desk import checkout, control, front, terminals
from app.sandbox.provider.exchange import Asked, Exchange, not_an_exchange
from app.sandbox.provider.mollie import api, balances, hooks, more, people
from app.sandbox.provider.mollie.face import MollieFace
from app.sandbox.provider.postman import Postman

MOLLIE = (*api.HANDLERS, *people.HANDLERS, *balances.HANDLERS, *more.HANDLERS, *hooks.HANDLERS)
ADYEN = (
    *routes.HANDLERS,
    *reports.HANDLERS,
    *customer_area.HANDLERS,
)
DESK = (*checkout.HANDLERS, *control.HANDLERS, *front.HANDLERS, *terminals.HANDLERS)
FILE = "payments.sqlite"


@dataclass(frozen=True, slots=True)
class Options:
    """
    How the sandbox runs.

    *state* is the folder of its memory (none: it forgets), *pages* the address at which a phone
    reaches it (none: the address that was asked), *clock* and *ids* are handed in by tests.
    """

    state: Path | None = None
    pages: str | None = None
    clock: Clock = field(default_factory=SystemClock)
    ids: Ids = field(default_factory=RandomIds)


def create_sandbox(options: Options) -> Litestar:
    """Return the sandbox as an app; its memory is opened now and closed with the app."""
    if options.state is not None:
        options.state.mkdir(parents=True, exist_ok=True)
    store = Memory(options.state / FILE if options.state else None)
    bank = Bank(store, options.clock, options.ids)
    pages = options.pages.rstrip("/") if options.pages else None
    mollie, adyen = MollieFace(bank), AdyenFace(bank, pages)
    bank.faces = {mollie.name: mollie, adyen.name: adyen}

    @asynccontextmanager
    async def lifespan(_: Litestar) -> AsyncIterator[None]:
        postman = asyncio.create_task(Postman(bank).run())
        try:
            yield
        finally:
            postman.cancel()
            with suppress(asyncio.CancelledError):
                await postman
            store.close()

    return Litestar(
        route_handlers=[
            _router([*MOLLIE, *DESK], Exchange(bank, pages, mollie)),
            _router(ADYEN, Exchange(bank, pages, adyen)),
            _router(devices.HANDLERS, Exchange(bank, pages, DevicesFace(bank, pages))),
        ],
        dependencies={"adyen": Provide(lambda: adyen, sync_to_thread=False)},
        lifespan=[lifespan],
        exception_handlers={Exception: partial(_wrong, faces=(mollie, adyen))},
        openapi_config=None,
        logging_config=None,
    )


def _router(handlers: Sequence[HTTPRouteHandler], exchange: Exchange) -> Router:
    given = {"exchange": Provide(lambda: exchange, sync_to_thread=False)}
    return Router("/", route_handlers=handlers, dependencies=given)


def _wrong(
    request: Asked, error: Exception, faces: tuple[MollieFace, AdyenFace]
) -> Response[bytes]:
    """Answer what no handler took as the face whose address was asked."""
    mollie, adyen = faces
    face = adyen if request.url.path.startswith("/adyen/") else mollie
    return not_an_exchange(request, error, face)
