"""The process that `bench.ocpp` measures: a gateway on a free port, with or without a database."""

import argparse
import asyncio
import gc
import socket
import sys
import tempfile
from collections.abc import AsyncIterator, Coroutine, Mapping
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import uvicorn

from app.charging.chargers.model import Connector, Location
from app.charging.chargers.read import get_evse
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.setup.model import EvseDraft, HoldKey, HoldScope
from app.charging.chargers.setup.save import (
    save_charge_point,
    save_evse,
    save_holds,
    save_location,
)
from app.charging.chargers.stations.credential import SALT_BYTES, Credential
from app.charging.chargers.stations.model import BootReport, ChargePoint
from app.charging.sessions import store as sessions
from app.charging.sessions.model import SampleReport, StartAnswer, StartReport, StopReport
from app.charging.sessions.prepare import prepare_session
from app.embedded import database_of
from app.gateways.ocpp.facts import DatabaseFacts, Facts
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.link.sockets import Sockets
from app.gateways.ocpp.settings import OcppSettings
from app.infra.database import Database, engine
from app.infra.live import MemoryLiveBus
from app.kernel.clock import SystemClock
from app.kernel.ids import RandomIds
from app.kernel.money import Money
from app.serving import GC_THRESHOLDS
from app.settings import Settings
from bench.ocpp import PASSWORD

OPERATOR = UUID("01930000-0000-7000-8000-0000000000bb")
CREDENTIAL = Credential.of(PASSWORD, b"s" * SALT_BYTES)


class Quiet(Facts):
    """Knows everybody and keeps nothing."""

    async def find(self, identity: str) -> ChargePoint | None:
        """Return a charge point of this name."""
        return ChargePoint(
            operator_id=OPERATOR,
            identity=identity,
            credential=CREDENTIAL,
            evses=(),
            protocol=None,
            connected=False,
            last_seen_at=None,
        )

    async def connected(self, charge_point: ChargePoint, protocol: str) -> str:
        """Keep nothing."""
        return f"{charge_point.identity}-{protocol}"

    async def disconnected(self, charge_point: ChargePoint, connection: str) -> None:
        """Keep nothing."""

    async def touched(self, seen: Mapping[tuple[UUID, str], datetime]) -> None:
        """Keep nothing."""

    async def boot(self, report: BootReport) -> None:
        """Keep nothing."""

    async def status(self, report: StatusReport) -> None:
        """Keep nothing."""

    async def authorise(self, operator_id: UUID, identity: str, id_tag: str) -> str:
        """Know nobody."""
        return f"{'Invalid' if operator_id and identity and id_tag else 'Blocked'}"

    async def start(self, report: StartReport) -> StartAnswer:
        """Accept."""
        return StartAnswer("1", accepted=bool(report), status="Accepted", stop_at_once=False)

    async def samples(self, report: SampleReport) -> None:
        """Keep nothing."""

    async def stop(self, report: StopReport) -> None:
        """Keep nothing."""


async def fill(database: Database, stations: int) -> None:
    """Configure charge points, each with a session that waits for its start."""
    place = Location("L1", "B", "S 1", "1", "B", "NL", Decimal(52), Decimal(5), "Europe/Amsterdam")
    plug = Connector("1", "IEC_62196_T2", "SOCKET", "AC_3_PHASE", Decimal(500))
    async with database.work(OPERATOR) as work:
        await save_location(work, place)
        await save_holds(work, {HoldKey(HoldScope.OPERATOR, "", "AC"): Money(2000, "EUR")})
        for number in range(stations):
            await save_charge_point(work, f"CP{number}", PASSWORD)
            code = "".join("ABCDEFGHJK"[int(digit)] for digit in f"{number:06d}")
            await save_evse(
                work,
                EvseDraft(
                    evse_uid=f"E{number}",
                    evse_id=f"NL*DPY*E{number}",
                    code=code,
                    location_id="L1",
                    identity=f"CP{number}",
                    evse_no=1,
                    ocpp16_connector_id=1,
                    connectors=(plug,),
                    physical_reference="1",
                ),
            )
            session = await prepare_session(work, await get_evse(work, f"E{number}"))
            await sessions.keep(work, replace(session, id_tag=f"BENCH{number:05d}"))


@asynccontextmanager
async def facts_on(url: str, stations: int) -> AsyncIterator[Facts]:
    """Open the verbs on a filled database."""
    database = Database(
        engine(url, pool_size=10),
        clock=SystemClock(),
        ids=RandomIds(),
        live=MemoryLiveBus(),
        reactors={},
    )
    await fill(database, stations)
    yield DatabaseFacts(database)
    await database.close()


async def serve(facts: Facts) -> None:
    """Serve on a free port and print it."""
    gateway = OcppGateway(facts, SystemClock(), OcppSettings(pairing=False))
    gc.freeze()
    gc.set_threshold(*GC_THRESHOLDS)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP) as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(4096)
        config = uvicorn.Config(
            gateway.endpoint,
            ws=Sockets,
            ws_per_message_deflate=False,
            lifespan="off",
            log_level="error",
            timeout_graceful_shutdown=1,
        )
        sys.stdout.write(f"{listener.getsockname()[1]}\n")
        sys.stdout.flush()
        async with gateway.running():
            await uvicorn.Server(config).serve(sockets=[listener])


async def serve_with(url: str, stations: int) -> None:
    """Serve on a database."""
    async with facts_on(url, stations) as facts:
        await serve(facts)


def run(main: Coroutine[None, None, None]) -> None:
    """Run on the loop that the product runs on."""
    factory = uvicorn.Config("", log_config=None).get_loop_factory()
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main)


def main() -> None:
    """Serve until terminated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stations", type=int)
    parser.add_argument("--database", action="store_true")
    given = parser.parse_args()
    if not given.database:
        run(serve(Quiet()))
        return
    with tempfile.TemporaryDirectory(prefix="directpay-bench-") as folder:
        state = Path(folder)
        settings = replace(Settings.from_env({}), state=state)
        with database_of(settings) as ready:
            run(serve_with(str(ready.database.url), given.stations))


if __name__ == "__main__":
    main()
