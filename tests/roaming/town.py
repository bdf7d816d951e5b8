"""Two installations of ours that know each other only by OCPI, in one database of two operators."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from uuid import UUID, uuid5

import httpx

from app.directpay.desk import Secrets
from app.funds.payments.accounts import Vault
from app.gateways.ocpi.client import OcpiClient
from app.gateways.ocpp.desk.calls import Calls
from app.hooks.ocpi.application import ocpi_application
from app.infra.database import Database
from app.infra.limits import MemoryLimits
from app.kernel.ids import RandomIds
from app.people.identity.brand.model import Brand
from app.people.identity.model import Address, Links, Operator, Support
from app.people.identity.save import save_operator
from app.roaming.desk import RoamingDesk
from tests.fakes.chargers import FakeChargers
from tests.fakes.clock import FakeClock
from tests.fakes.line import FakeLine

VOLT = uuid5(UUID(int=0), "volt")
FLUX = uuid5(UUID(int=0), "flux")
SECRETS = Secrets(b"k" * 32)
PARTIES = {VOLT: ("NL", "VLT", "Volt"), FLUX: ("DE", "FLX", "Flux")}


class Web(httpx.AsyncBaseTransport):
    """The network: each host is an application; one that is *away* does not answer."""

    def __init__(self) -> None:
        """Begin with nobody."""
        self.hosts: dict[str, httpx.AsyncBaseTransport] = {}
        self.away: set[str] = set()
        self.seen: list[httpx.Request] = []

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        """Hand *request* to its host."""
        self.seen.append(request)
        if request.url.host in self.away or request.url.host not in self.hosts:
            raise httpx.ConnectError("nobody is there", request=request)
        return await self.hosts[request.url.host].handle_async_request(request)


@dataclass
class Side:
    """One of the two: its operator, its desk, and how the world reaches it."""

    operator_id: UUID
    desk: RoamingDesk
    web: Web

    async def asked(
        self, token: str, method: str, path: str, **more: Any
    ) -> tuple[httpx.Response, Any]:
        """Somebody calls this side with *token* as the whole header; its answer, and the JSON."""
        headers = {"Authorization": token, **more.pop("headers", {})}
        async with httpx.AsyncClient(transport=self.web, base_url=self.desk.base_url) as http:
            answer = await http.request(method, f"/ocpi{path}", headers=headers, **more)
        return answer, answer.json()


@dataclass
class Town:
    """Both sides and the network between them."""

    volt: Side
    flux: Side
    web: Web


@asynccontextmanager
async def town(database: Database, clock: FakeClock) -> AsyncIterator[Town]:
    """Open two installations on *database*."""
    web = Web()
    client = OcpiClient(clock, RandomIds(), web)
    sides = []
    for operator_id, (country, party, name) in PARTIES.items():
        async with database.work(operator_id) as work:
            await save_operator(work, operator(operator_id, country, party, name))
        base = f"https://{name.lower()}.example"
        vault = Vault((Vault.new_key(),))
        chargers, calls = FakeChargers(), Calls(FakeLine())
        limits = MemoryLimits()
        desk = RoamingDesk(database, vault, client, base, limits, clock, chargers, calls, SECRETS)
        web.hosts[f"{name.lower()}.example"] = httpx.ASGITransport(ocpi_application(desk))
        sides.append(Side(operator_id, desk, web))
    yield Town(*sides, web)
    await client.close()


def operator(operator_id: UUID, country: str, party: str, name: str) -> Operator:
    """Return an operator with nothing special about it."""
    site = f"https://{name.lower()}.example"
    return Operator(
        operator_id=operator_id,
        slug=name.lower(),
        legal_name=f"{name} B.V.",
        address=Address("Kade 1", "3011 AA", "Rotterdam", country),
        vat_number="NL123456782B90",
        brand=Brand(name, "#0b6b4f"),
        support=Support("+31 10 123 4567", f"help@{name.lower()}.example"),
        links=Links(f"{site}/terms", f"{site}/privacy", f"{site}/imprint"),
        receipt_series="VS",
        languages=("en",),
        party_id=party,
    )
