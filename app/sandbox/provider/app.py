"""Puts the sandbox together: a Litestar app of its own, which could be somebody else's program."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from litestar import Litestar
from litestar.di import Provide

from app.kernel.clock import Clock, SystemClock
from app.kernel.ids import Ids, RandomIds
from app.sandbox.provider import api, checkout, control
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.memory import Memory
from app.sandbox.provider.exchange import Exchange, not_an_exchange
from app.sandbox.provider.postman import Postman

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
    exchange = Exchange(bank, options.pages.rstrip("/") if options.pages else None)

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
        route_handlers=[*api.HANDLERS, *checkout.HANDLERS, *control.HANDLERS],
        dependencies={"exchange": Provide(lambda: exchange, sync_to_thread=False)},
        lifespan=[lifespan],
        exception_handlers={Exception: not_an_exchange},
        openapi_config=None,
        logging_config=None,
    )
