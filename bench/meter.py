"""
How many meter values one process takes: `python -m bench.meter` prints the figures.

Each report is recorded, priced, watched against its hold and published, as in production; the
charge points and their frames are left out (see `bench.ocpp`).
"""

import asyncio
import gc
import os
import time
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import timedelta
from decimal import Decimal

import uvicorn
import yaml

from app.charging.chargers.list_evses import list_evses
from app.charging.chargers.model import Evse
from app.charging.sessions.metering.writer import SampleWriter
from app.charging.sessions.model import MeterSample, SampleReport, StartReport
from app.charging.sessions.prepare import prepare_session
from app.charging.sessions.start import start_transaction
from app.demo import FOLDER
from app.directpay import store
from app.directpay.desk import token_digest
from app.directpay.model import Charging, Journey
from app.directpay.offers.site import spot_of
from app.funds.payments.ports import Strategy
from app.funds.payments.steps import PaymentOrder, begin_payment
from app.infra.database import Database
from app.infra.migrations.migrate import migrate
from app.kernel.clock import SystemClock
from app.kernel.money import Money
from app.office.import_operator import OperatorFile, import_operator
from app.pricing.tariffs.choice.choose import choose_tariff
from app.serving import GC_THRESHOLDS
from app.settings import Settings, new_key
from app.wiring import create_services
from tests.servers import postgres_for_tests

CLIENTS = (1, 32, 200)
SECONDS = int(os.environ.get("BENCH_SECONDS", "6"))
WARM_UP = 20
BEGAN = timedelta(hours=2)
HOLD = Money(100_000, "EUR")
STEP = timedelta(milliseconds=1)
CLOCK = SystemClock()


def main() -> None:
    """Measure each number of clients on one process and one database."""
    factory = uvicorn.Config("", log_config=None).get_loop_factory()
    with postgres_for_tests() as server, asyncio.Runner(loop_factory=factory) as runner:
        server.recreate("bench_meter")
        migrate(server.url_of("bench_meter"))
        runner.run(_measure(server.url_of("bench_meter")))


async def _measure(url: str) -> None:
    settings = Settings.from_env({"DATABASE_URL": url, "DIRECTPAY_KEYS": new_key()})
    async with create_services(settings, url) as services:
        vault = services.desk.payments.vault
        await import_operator(
            operator_file(max(CLIENTS)),
            vault=vault,
            codes=services.desk.codes,
            database=services.database,
        )
        evses = [
            evse
            for evse in await list_evses(database=services.database)
            if evse.location.name == "Bench"
        ]
        meters = [await charging(evse, services.database) for evse in evses]
        gc.freeze()
        gc.set_threshold(*GC_THRESHOLDS)
        print(f"{'clients':>8}{'reports/s':>11}{'p50 ms':>9}{'p99 ms':>9}{'cpu us':>8}")
        for clients in CLIENTS:
            print(await _run(meters[:clients], SampleWriter(services.database)))


@dataclass(slots=True)
class Meter:
    """A running session whose meter counts."""

    operator_id: object
    report: SampleReport
    count: int = 0
    latencies: list[int] = field(default_factory=list)

    def next(self) -> SampleReport:
        """Return the next report: a millisecond and a watt-hour on."""
        self.count += 1
        at = CLOCK.now() - BEGAN / 2 + self.count * STEP
        sample = MeterSample(at, at, Decimal(5000 + self.count), Decimal(11_000))
        return replace(self.report, samples=(sample,))


async def _run(meters: Sequence[Meter], writer: SampleWriter) -> str:
    for meter in meters:
        for _ in range(WARM_UP):
            await writer.record(meter.next())
        meter.latencies.clear()
    cpu, deadline = time.process_time_ns(), time.monotonic() + SECONDS
    async with asyncio.TaskGroup() as clients:
        for meter in meters:
            clients.create_task(_send(meter, writer, deadline))
    ranked = sorted(latency for meter in meters for latency in meter.latencies)
    spent_us = (time.process_time_ns() - cpu) // 1000 // len(ranked)
    p50, p99 = (ranked[len(ranked) * percent // 100] / 1000 for percent in (50, 99))
    return f"{len(meters):>8}{len(ranked) // SECONDS:>11}{p50:>9.1f}{p99:>9.1f}{spent_us:>8}"


async def _send(meter: Meter, writer: SampleWriter, deadline: float) -> None:
    while time.monotonic() < deadline:
        begun = time.perf_counter_ns()
        await writer.record(meter.next())
        meter.latencies.append((time.perf_counter_ns() - begun) // 1000)


def operator_file(count: int, **more: str) -> OperatorFile:
    """Return the demo's operator with a location of *count* points more; *more* is of each."""
    file = yaml.safe_load((FOLDER / "operator.yaml").read_text())
    place = dict(file["locations"][0])
    point, socket = place["charge_points"][0], place["evses"][0]
    place |= {
        "id": "BENCH",
        "name": "Bench",
        "charge_points": [{**point, "identity": f"BENCH-{n}", **more} for n in range(count)],
        "evses": [
            {
                **socket,
                "uid": f"BENCH-{n}",
                "evse_id": f"NL*VLT*E9{n:03}",
                "code": f"BE{_letters(n)}",
                "charge_point": f"BENCH-{n}",
            }
            for n in range(count)
        ],
    }
    file["locations"].append(place)
    return OperatorFile("bench.yaml", yaml.safe_dump(file), FOLDER)


def _letters(number: int) -> str:
    return "".join("ABCDEFGHJK"[int(digit)] for digit in f"{number:04}")


async def charging(evse: Evse, database: Database) -> Meter:
    """Let a journey charge at *evse* and return its meter."""
    async with database.work(evse.operator_id) as work:
        session = await prepare_session(work, evse)
        tariff = (await choose_tariff(work, spot_of(evse))).tariff
        payment_id = work.ids.uuid7(work.now)
        journey = Journey(
            journey_id=work.ids.uuid7(work.now),
            operator_id=evse.operator_id,
            code=evse.code,
            evse_uid=evse.evse_uid,
            payment_id=payment_id,
            session_id=session.session_id,
            tariff_id=tariff.tariff_id,
            tariff_version=tariff.version,
            held=HOLD,
            locale="nl",
            began_at=work.now - BEGAN,
            version=1,
            state=Charging(until=work.now + BEGAN),
        )
        digest = token_digest(evse.code)
        assert await store.insert_journey(work, journey, token_digest=digest, pay_key=evse.code)
        order = PaymentOrder(
            payment_id, session.session_id, HOLD, "creditcard", Strategy.HOLD, "nl", "Bench", "x"
        )
        await begin_payment(work, order)
    began = CLOCK.now() - BEGAN
    start = StartReport(
        operator_id=evse.operator_id,
        identity=evse.identity,
        evse_no=evse.evse_no,
        connector_no=evse.ocpp16_connector_id,
        id_tag=session.id_tag,
        remote_start_id=None,
        station_transaction_id=None,
        meter_start_wh=Decimal(5000),
        at=began,
        received_at=began,
    )
    answer = await start_transaction(start, database=database)
    assert answer.accepted, answer.status
    report = SampleReport(evse.operator_id, evse.identity, answer.transaction_id, 1, 1, ())
    return Meter(evse.operator_id, report)


if __name__ == "__main__":
    main()
