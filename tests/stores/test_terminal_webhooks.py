"""The door for terminals: the same answer whatever comes, and a look at what is named."""

from collections.abc import AsyncIterator

import pytest
from httpx import ASGITransport, AsyncClient
from litestar import Litestar
from litestar.di import Provide

from app.funds.payments.desk import PaymentDesk
from app.hooks.payments import MAX_BODY_BYTES
from app.hooks.terminals import terminal_webhook
from tests.scenarios.bay import DEVICE, Bay, open_bay
from tests.scenarios.conftest import world as world  # noqa: PLC0414 - a fixture
from tests.scenarios.world import World


@pytest.fixture
async def bay(world: World) -> Bay:
    """Two sockets and a terminal."""
    return await open_bay(world)


@pytest.fixture
async def client(bay: Bay) -> AsyncIterator[AsyncClient]:
    """The door, on its own."""

    def payment_desk() -> PaymentDesk:
        return bay.left.desk.payments

    provided = {"payment_desk": Provide(payment_desk, sync_to_thread=False)}
    app = Litestar([terminal_webhook], dependencies=provided)
    async with AsyncClient(transport=ASGITransport(app), base_url="https://pay.test") as client:
        yield client


def address(bay: Bay, provider: str = "mollie", token: str | None = None) -> str:
    """Return where a provider's terminals tell something."""
    row = bay.left.worker.sql.execute("SELECT webhook_token FROM provider_account").fetchone()
    assert row is not None
    return f"/webhooks/{provider}/{token or row[0]}/terminals"


async def test_the_terminal_that_is_named_is_looked_at(client: AsyncClient, bay: Bay):
    """A card was tapped and its message arrives: the session begins."""
    await bay.plugs(bay.left)
    bay.terminals.tap(DEVICE)
    answer = await client.post(address(bay), content=DEVICE.encode())
    before = len(bay.left.chargers.starts)
    await bay.left.worker.run_due()

    assert (200, "") == (answer.status_code, answer.text)
    assert (0, 1) == (before, len(bay.left.chargers.starts))


@pytest.mark.parametrize(
    ("provider", "token", "body"),
    [
        ("mollie", None, b"T-9"),
        ("mollie", "unknown", b"T-1"),
        ("payter", None, b"T-1"),
    ],
)
async def test_nobody_learns_what_exists(
    client: AsyncClient, bay: Bay, provider: str, token: str | None, body: bytes
):
    """The same answer for whatever is unknown, and nothing to do."""
    await bay.left.worker.run_due()
    answer = await client.post(address(bay, provider, token), content=body)

    assert (200, "") == (answer.status_code, answer.text)
    assert "terminals.tend" not in bay.left.worker.waiting()


async def test_a_message_that_is_too_long_is_not_read(client: AsyncClient, bay: Bay):
    """Refused by its size."""
    answer = await client.post(address(bay), content=b"x" * (MAX_BODY_BYTES + 1))

    assert 413 == answer.status_code
