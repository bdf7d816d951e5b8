"""The process that `bench.ocpp` measures: the gateway alone, or the product with its database."""

import argparse
import asyncio
import gc
import socket
import sys
from collections.abc import Coroutine, Mapping
from datetime import datetime
from uuid import UUID

import uvicorn
from sqlalchemy import text

from app.charging.chargers.list_evses import list_evses
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.stations.credential import SALT_BYTES, Credential
from app.charging.chargers.stations.model import BootReport, ChargePoint
from app.charging.sessions.metering.writer import Kept
from app.charging.sessions.model import SampleReport, StartAnswer, StartReport, StopReport
from app.directpay.reader.model import IdTokenInfo, Presented
from app.gateways.ocpp.facts import Facts
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.link.sockets import Sockets
from app.gateways.ocpp.settings import OcppSettings
from app.infra.database import Database
from app.kernel.clock import SystemClock
from app.office.import_operator import import_operator
from app.serving import GC_THRESHOLDS, listen
from app.serving import serve as serve_product
from app.settings import Role, Settings, new_key
from app.wiring import create_services
from bench.meter import charging, operator_file
from bench.stations import PASSWORD

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

    async def authorise(self, presented: Presented) -> IdTokenInfo:
        """Know nobody."""
        return IdTokenInfo("Invalid" if presented.uid else "Blocked")

    async def start(self, report: StartReport) -> StartAnswer:
        """Accept."""
        return StartAnswer("1", accepted=bool(report), status="Accepted", stop_at_once=False)

    async def samples(self, report: SampleReport) -> None:
        """Keep nothing."""

    def keep_soon(self, report: SampleReport, kept: Kept) -> bool:
        """Keep nothing, at once."""
        kept(None)
        return bool(report.samples)

    async def stop(self, report: StopReport) -> None:
        """Keep nothing."""


# The first station is made as in life, with a session, a payment and a journey; the others are
# copies of its rows.
_COPIES = """
INSERT INTO charge_point SELECT copy.* FROM charge_point AS one, generate_series(1, :most) AS n,
    jsonb_populate_record(one, jsonb_build_object('identity', 'BENCH-' || n)) AS copy
    WHERE one.identity = 'BENCH-0';
INSERT INTO evse SELECT copy.* FROM evse AS one, generate_series(1, :most) AS n,
    jsonb_populate_record(one, jsonb_build_object(
        'identity', 'BENCH-' || n, 'evse_uid', 'BENCH-' || n, 'evse_id', 'NL*VLT*EB' || n,
        'code', 'BF' || translate(lpad(n::text, 5, '0'), '0123456789', 'ABCDEFGHJK'))) AS copy
    WHERE one.identity = 'BENCH-0';
INSERT INTO session SELECT copy.* FROM session AS one, generate_series(1, :most) AS n,
    jsonb_populate_record(one, jsonb_build_object(
        'session_id', md5('session' || n)::uuid, 'identity', 'BENCH-' || n,
        'evse_uid', 'BENCH-' || n, 'id_tag', 'BENCH' || n, 'remote_start_id', 1000000 + n,
        'transaction_id', one.transaction_id::int + n)) AS copy
    WHERE one.identity = 'BENCH-0';
INSERT INTO journey SELECT copy.* FROM journey AS one, generate_series(1, :most) AS n,
    jsonb_populate_record(one, jsonb_build_object(
        'journey_id', md5('journey' || n)::uuid, 'session_id', md5('session' || n)::uuid,
        'token_digest', '\\x' || md5('token' || n), 'pay_key', 'BENCH-' || n,
        'code', 'BENCH-' || n, 'evse_uid', 'BENCH-' || n)) AS copy
    WHERE one.evse_uid = 'BENCH-0';
"""
_SETTLE = ("charge_point", "evse", "session", "journey")


async def fill(database: Database, settings: Settings, url: str, stations: int) -> int:
    """Configure charge points, each with a journey that charges; return the first transaction."""
    async with create_services(settings, url) as services:
        await import_operator(
            operator_file(1, password=PASSWORD),
            vault=services.desk.payments.vault,
            codes=services.desk.codes,
            database=database,
        )
        found = await list_evses(database=database)
        (evse,) = (each for each in found if each.location.name == "Bench")
        meter = await charging(evse, database)
        async with database.work(evse.operator_id) as work:
            for statement in _COPIES.strip().rstrip(";").split(";\n"):
                await work.execute(text(statement), {"most": stations - 1})
        async with database.work(evse.operator_id) as work:
            for table in _SETTLE:  # as PostgreSQL does by itself within a minute
                await work.execute(text(f"ANALYZE {table}"))
    return int(meter.report.transaction_id or 0)


async def serve_quietly() -> None:
    """Serve the gateway alone on a free port and print it."""
    gateway = OcppGateway(Quiet(), SystemClock(), OcppSettings(pairing=False))
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
        sys.stdout.write(f"{listener.getsockname()[1]} 1\n")
        sys.stdout.flush()
        async with gateway.running():
            await uvicorn.Server(config).serve(sockets=[listener])


async def serve_everything(url: str, redis_url: str, stations: int) -> None:
    """Serve pages and charge points as in life; print the port and the first transaction."""
    given = {"DATABASE_URL": url, "DIRECTPAY_KEYS": new_key(), "VIES_URL": "off"}
    settings = Settings.from_env({**given, "REDIS_URL": redis_url})
    async with create_services(settings, url) as services:
        first = await fill(services.database, settings, url, stations)
    bound = listen("127.0.0.1", 0)

    def ready() -> None:
        sys.stdout.write(f"{bound.getsockname()[1]} {first}\n")
        sys.stdout.flush()

    await serve_product(settings, frozenset({Role.WEB, Role.OCPP}), bound, ready)


def run(main: Coroutine[None, None, None]) -> None:
    """Run on the loop that the product runs on."""
    factory = uvicorn.Config("", log_config=None).get_loop_factory()
    with asyncio.Runner(loop_factory=factory) as runner:
        runner.run(main)


def main() -> None:
    """Serve until terminated."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("stations", type=int)
    parser.add_argument("--database")
    parser.add_argument("--redis")
    given = parser.parse_args()
    if given.database is None:
        run(serve_quietly())
    else:
        run(serve_everything(given.database, given.redis, given.stations))


if __name__ == "__main__":
    main()
