"""
OCPI: CDRs a second in and out, and a hundred thousand locations, page by page, in flat memory.

The application and its PostgreSQL are real; the wire in between is a call of the application.
"""

import asyncio
import json
import re
import resource
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import psycopg

from app.funds.payments.accounts import Vault
from app.gateways.ocpp.desk.calls import Calls
from app.hooks.ocpi.application import ocpi_application
from app.infra.database import Database, engine
from app.infra.limits import MemoryLimits
from app.infra.live import MemoryLiveBus
from app.infra.migrations.migrate import migrate
from app.kernel.clock import SystemClock
from app.kernel.ids import RandomIds
from app.people.identity.save import save_operator
from app.pricing.tariffs.choice.write import assign_tariff
from app.pricing.tariffs.ocpi import parse_tariff
from app.pricing.tariffs.publish import publish_tariff
from app.roaming.desk import RoamingDesk
from app.roaming.here.push import push
from app.roaming.platforms import store
from app.roaming.platforms.model import RECEIVER, Platform, PlatformState
from app.roaming.platforms.tokens import digest_of, encoded
from app.roaming.ports import Link, PeerRequest, Reply
from app.roaming.wire.credentials import CredentialsRole, Endpoint
from app.roaming.wire.values import BusinessDetails
from app.roaming.wire.versions import Version
from app.serving import runner
from tests.fakes.chargers import FakeChargers
from tests.fakes.line import FakeLine
from tests.roaming.town import SECRETS, operator
from tests.servers import postgres_for_tests

OPERATOR = UUID("019c0000-0000-7000-8000-0000000000f1")
PLATFORM = UUID("019c0000-0000-7000-8000-0000000000f2")
TOKEN = "a-token-of-the-bench"  # noqa: S105 - opens nothing
BASE = "https://pay.example"
CLOCK = SystemClock()
HANDS = 16
CDRS = 4000
LOCATIONS = 100_000
PAGE = 1000
PERIODS = 10
TARIFF = {
    "id": "per-kwh",
    "currency": "EUR",
    "tax_included": "YES",
    "elements": [{"price_components": [{"type": "ENERGY", "price": Decimal("0.50")}]}],
}


@dataclass
class Sink:
    """A platform that takes everything."""

    taken: int = 0

    async def call(self, link: Link, request: PeerRequest) -> Reply:  # noqa: ARG002 - the port's
        """Say yes."""
        self.taken += 1
        return Reply(200, 1000, "ok", None)


@dataclass
class Bench:
    """An operator, a connected platform, and the application that it calls."""

    database: Database
    desk: RoamingDesk
    sink: Sink
    app: Any = field(init=False)

    def __post_init__(self) -> None:
        """Open the application."""
        self.app = ocpi_application(self.desk)

    async def call(self, method: str, path: str, body: bytes = b"") -> tuple[int, dict, bytes]:
        """Call the application as a server would; return status, headers and body."""
        raw, _, query = path.partition("?")
        headers = [(b"authorization", f"Token {encoded(TOKEN)}".encode())]
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "path": raw,
            "raw_path": raw.encode(),
            "query_string": query.encode(),
            "headers": headers,
            "client": ("192.0.2.1", 1),
            "server": ("pay.example", 443),
            "scheme": "https",
            "root_path": "",
        }
        told: list[dict] = []

        async def receive() -> dict:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: dict) -> None:
            told.append(message)

        await self.app(scope, receive, send)
        found = {name.decode().lower(): value.decode() for name, value in told[0]["headers"]}
        return told[0]["status"], found, b"".join(one.get("body", b"") for one in told[1:])


@asynccontextmanager
async def opened(url: str) -> AsyncIterator[Bench]:
    """Open the bench on a database."""
    database = Database(
        engine(url, pool_size=HANDS),
        clock=CLOCK,
        ids=RandomIds(),
        live=MemoryLiveBus(),
        reactors={},
    )
    sink, vault = Sink(), Vault((Vault.new_key(),))
    limits = MemoryLimits(lambda: 0)
    limits.count = _uncounted  # type: ignore[method-assign]  # the limit is not what is measured
    calls = Calls(FakeLine())
    desk = RoamingDesk(database, vault, sink, BASE, limits, CLOCK, FakeChargers(), calls, SECRETS)
    async with database.work(OPERATOR) as work:
        await save_operator(work, operator(OPERATOR, "NL", "VLT", "Volt"))
        tariff = await publish_tariff(work, parse_tariff(TARIFF))
        await assign_tariff(work, tariff.tariff_id)
        await store.put(work, _platform(vault))
        await store.set_token(work, PLATFORM, digest_of(TOKEN), former_until=None)
    yield Bench(database, desk, sink)
    await database.close()


async def _uncounted(*_: object) -> tuple[int, int]:
    return 1, 60


def _platform(vault: Vault) -> Platform:
    roles = tuple(
        CredentialsRole(
            role=role,
            business_details=BusinessDetails(name="BeCharged"),
            party_id="BEC",
            country_code="BE",
        )
        for role in ("CPO", "EMSP")
    )
    return Platform(
        platform_id=PLATFORM,
        operator_id=OPERATOR,
        name="be-charged",
        state=PlatformState.CONNECTED,
        version=Version.V230,
        sealed_token=vault.seal("theirs", row=str(PLATFORM)),
        roles=roles,
        endpoints=(Endpoint(identifier="cdrs", role=RECEIVER, url="https://peer.example/cdrs"),),
    )


def cdr(number: int) -> bytes:
    """Return a CDR of PERIODS periods."""
    periods = [
        {
            "start_date_time": f"2026-03-02T09:{minute:02}:00Z",
            "dimensions": [
                {"type": "ENERGY", "volume": 1.2345},
                {"type": "TIME", "volume": 0.0167},
            ],
            "tariff_id": "12",
        }
        for minute in range(PERIODS)
    ]
    found = {
        "country_code": "BE",
        "party_id": "BEC",
        "id": f"C{number}",
        "start_date_time": "2026-03-02T09:00:00Z",
        "end_date_time": "2026-03-02T09:10:00Z",
        "cdr_token": {
            "country_code": "NL",
            "party_id": "VLT",
            "uid": f"U{number}",
            "type": "RFID",
            "contract_id": f"NL-VLT-{number}",
        },
        "auth_method": "WHITELIST",
        "cdr_location": {
            "id": "LOC1",
            "address": "Dok-Noord 7",
            "city": "Gent",
            "country": "BEL",
            "coordinates": {"latitude": "51.0624", "longitude": "3.7330"},
            "evse_uid": "E1",
            "evse_id": "BE*BEC*E1",
            "connector_id": "1",
            "connector_standard": "IEC_62196_T2",
            "connector_format": "CABLE",
            "connector_power_type": "DC",
        },
        "currency": "EUR",
        "charging_periods": periods,
        "total_cost": {"before_taxes": 6.17, "taxes": [{"name": "VAT", "amount": 1.3}]},
        "total_energy": 12.345,
        "total_time": 0.1667,
        "last_updated": "2026-03-02T09:11:00Z",
    }
    return json.dumps(found).encode()


async def by_hands(numbers: range, deed: Callable[[int], Awaitable[None]]) -> float:
    """Do a *deed* for each of *numbers* by HANDS at once; return how many a second."""
    left = iter(numbers)

    async def hand() -> None:
        for number in left:
            await deed(number)

    begun = time.perf_counter()
    await asyncio.gather(*(hand() for _ in range(HANDS)))
    return len(numbers) / (time.perf_counter() - begun)


async def cdrs_in(bench: Bench) -> float:
    """Return the CDRs a second that are read, judged and kept."""
    bodies = [cdr(number) for number in range(CDRS)]

    async def post(number: int) -> None:
        status, _, told = await bench.call("POST", "/ocpi/2.3.0/receiver/cdrs", bodies[number])
        assert status == 201, told

    return await by_hands(range(CDRS), post)


async def cdrs_out(bench: Bench, sql: psycopg.Connection) -> float:
    """Return the CDRs a second that are packed, sent and noted."""
    sql.execute(_GUESTS, {"operator": OPERATOR, "platform": PLATFORM, "body": cdr(0).decode()})
    rows = sql.execute("SELECT session_id FROM ocpi_guest").fetchall()

    async def send(number: int) -> None:
        name = str(rows[number][0])
        await push(PLATFORM, "cdrs", name, operator_id=OPERATOR, desk=bench.desk)

    rate = await by_hands(range(len(rows)), send)
    assert bench.sink.taken == len(rows)
    return rate


async def locations(bench: Bench, sql: psycopg.Connection) -> None:
    """Fetch all locations page by page, and tell how fast and in how much memory."""
    sql.execute(_LOCATIONS, {"operator": OPERATOR, "count": LOCATIONS})
    sql.execute("ANALYZE")
    path: str | None = f"/ocpi/2.3.0/sender/locations?limit={PAGE}"
    found, first, slowest, peak = 0, 0, 0.0, 0
    begun = time.perf_counter()
    while path is not None:
        started = time.perf_counter()
        status, headers, body = await bench.call("GET", path)
        assert status == 200, body
        slowest = max(slowest, time.perf_counter() - started)
        found += body.count(b'"publish"')
        following = re.search(r"<https://pay.example([^>]+)>", headers.get("link", ""))
        path = None if following is None else following[1]
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
        first = first or peak
    seconds = time.perf_counter() - begun
    assert found == LOCATIONS, found
    print(f"locations: {found:,} in {seconds:.1f} s, {found / seconds:,.0f}/s")
    print(f"           slowest page of {PAGE:,}: {slowest * 1000:.0f} ms")
    print(f"           memory {first} MiB after the first page, {peak} MiB at most")


_GUESTS = """
WITH made AS (
    SELECT gen_random_uuid() AS session_id, gen_random_uuid() AS cdr_id
    FROM generate_series(1, 3000)
), recorded AS (
    INSERT INTO cdr (operator_id, cdr_id, session_id, recorded_at, energy_kwh, flags, body)
    SELECT %(operator)s, cdr_id, session_id, now(), 12.345, '{}', %(body)s::jsonb FROM made
)
INSERT INTO ocpi_guest (operator_id, session_id, platform_id, token, response_url, connector_id,
    tariff_id, tariff_version, variant, created_at, cdr_id, changed_at)
SELECT %(operator)s, session_id, %(platform)s,
    '{"uid": "U", "type": "RFID", "contract_id": "C", "country_code": "BE", "party_id": "BEC"}',
    'https://peer.example/r', '1', 'per-kwh', 1, '', now(), cdr_id, now()
FROM made
"""

_LOCATIONS = """
WITH numbers AS (SELECT number, lpad(number::text, 6, '0') AS name
    FROM generate_series(1, %(count)s) AS number
), places AS (
    INSERT INTO location (operator_id, location_id, name, address, postal_code, city, country,
        latitude, longitude, time_zone)
    SELECT %(operator)s, 'L' || name, 'Place ' || name, 'Kade 1', '3011 AA', 'Rotterdam', 'NL',
        51.9, 4.48, 'Europe/Amsterdam' FROM numbers
), stations AS (
    INSERT INTO charge_point (operator_id, identity, credential, connected, last_seen_at)
    SELECT %(operator)s, 'S' || name, '\\x00', true, now() FROM numbers
)
INSERT INTO evse (operator_id, evse_uid, evse_id, code, location_id, identity, evse_no,
    ocpp16_connector_id, current, connectors, physical_reference, status)
SELECT %(operator)s, 'E' || name, 'NL*VLT*E' || name, 'C' || name, 'L' || name, 'S' || name, 1, 1,
    'AC', '[{"connector_id": "1", "standard": "IEC_62196_T2", "format": "SOCKET",
             "power_type": "AC_3_PHASE", "max_power_kw": "22"}]', '1', 'Available'
FROM numbers
"""


async def measure(url: str, sql: psycopg.Connection) -> None:
    """Measure, and print the figures."""
    async with opened(url) as bench:
        print(f"CDRs in:   {await cdrs_in(bench):,.0f}/s, {HANDS} at once, {PERIODS} periods each")
        print(f"CDRs out:  {await cdrs_out(bench, sql):,.0f}/s, {HANDS} at once")
        await locations(bench, sql)


def main() -> None:
    """Run the bench on a PostgreSQL of its own."""
    with postgres_for_tests() as server, runner() as loop:
        server.recreate("bench_ocpi")
        url = server.url_of("bench_ocpi")
        migrate(url)
        with psycopg.connect(server.as_admin(url), autocommit=True) as sql:
            loop.run(measure(url, sql))


if __name__ == "__main__":
    main()
