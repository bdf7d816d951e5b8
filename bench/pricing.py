"""How fast prices are worked out on one core: `python -m bench.pricing` prints the figures."""

import csv
import gzip
import sys
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from functools import partial
from pathlib import Path
from time import process_time_ns
from zoneinfo import ZoneInfo

from app.kernel.money import Money
from app.pricing.tariffs.cdrs.command import CASES, plans_in, read_case
from app.pricing.tariffs.cdrs.price import price_cdr
from app.pricing.tariffs.compiled.plan import Plan
from app.pricing.tariffs.engine import (
    LiveMeter,
    Period,
    Sample,
    compile_tariff,
    price_block,
    price_samples,
    price_spans,
)
from app.pricing.tariffs.engine.spans import Spans, spans_of
from app.pricing.tariffs.ocpi import encode_tariff, parse_tariff

SCOTLAND = Path(__file__).parents[2] / "shared" / "data" / "sessions_scotland.csv.gz"
ZONE = "Europe/Amsterdam"
VAT = Decimal(21)
START = datetime(2026, 11, 20, 15, 30, tzinfo=UTC)
# Of the processor's time, so that a busy machine does not count.
ROUNDS_MS = 700
SECOND_NS = 1_000_000_000


def element(price: str, **restrictions: object) -> dict[str, object]:
    """Return an element with a price per kWh."""
    component = {"type": "ENERGY", "price": Decimal(price), "step_size": 1}
    return {"price_components": [component], "restrictions": restrictions}


def tariff(name: str, elements: Sequence[dict[str, object]]) -> Plan:
    """Return the plan of a tariff whose prices include VAT."""
    body = {"id": name, "currency": "EUR", "tax_included": "YES", "elements": list(elements)}
    return compile_tariff(parse_tariff(body))


def quarter(number: int) -> str:
    """Return the clock time of a quarter of the day."""
    return f"{number // 4 % 24:02d}:{number % 4 * 15:02d}"


PLANS = {
    "flat": tariff("flat", [element("0.49")]),
    "peak6": tariff(
        "peak6",
        [
            element("0.20", max_duration=600),
            element("0.25", start_time="23:00", end_time="07:00"),
            element("0.30", day_of_week=["SATURDAY", "SUNDAY"]),
            element("0.79", min_power=100),
            element("0.59", start_time="16:00", end_time="20:00"),
            element("0.45"),
        ],
    ),
    "dyn96": tariff(
        "dyn96",
        [
            element(f"0.{20 + n % 40}", start_time=quarter(n), end_time=quarter(n + 1))
            for n in range(96)
        ],
    ),
}


def periods(count: int) -> list[Period]:
    """Return periods of five minutes with 1.1 kWh each."""
    step = timedelta(minutes=5)
    return [Period(START + n * step, energy_kwh=Decimal("1.1"), time=step) for n in range(count)]


def samples(count: int) -> list[Sample]:
    """Return samples every 15 seconds at 22 kW."""
    step = timedelta(seconds=15)
    return [Sample(START + n * step, Decimal(n * 92).scaleb(-3), Decimal(22)) for n in range(count)]


def per_second(work: Callable[[], object]) -> int:
    """Return how often *work* is done in a second: the best of three runs."""
    work()
    best = 0
    for _ in range(3):
        done, begun = 0, process_time_ns()
        while (passed := process_time_ns() - begun) < ROUNDS_MS * 1_000_000 // 3:
            work()
            done += 1
        best = max(best, done * SECOND_NS // passed)
    return best


def cdrs() -> None:
    """
    Print CDRs per second: exact totals, every line and amount of money too, and totals from JSON.

    The first is what a check of a month's CDRs needs, the second what a receipt needs.
    """
    for name, plan in PLANS.items():
        shown: dict[str, list[str]] = {}
        for count in (1, 10, 200):
            rows = periods(count)
            spans = spans_of(rows, rows[-1].start + timedelta(minutes=5))
            line = as_json(plan, rows)
            for what, work in (
                ("totals", partial(price_spans, (plan,), spans, ZONE, VAT)),
                ("+ lines", partial(with_lines, plan, spans)),
                ("+ decode", partial(decoded, line)),
            ):
                shown.setdefault(what, []).append(f"{per_second(work):>9,}")
        for what, figures in shown.items():
            print(f"CDRs/s   {name:6} {what:9}", *figures, flush=True)


def with_lines(plan: Plan, spans: Spans) -> object:
    """Return the price of a CDR with its lines, net and gross in minor units."""
    priced = price_spans((plan,), spans, ZONE, VAT)
    return priced.lines, priced.net, priced.gross


def as_json(plan: Plan, rows: Sequence[Period]) -> bytes:
    """Return a line of `directpay price`: a CDR and its tariff."""
    listed = ",".join(
        f'{{"start_date_time":"{row.start:%Y-%m-%dT%H:%M:%SZ}","dimensions":['
        f'{{"type":"ENERGY","volume":{row.energy_kwh}}},{{"type":"TIME","volume":0.0833}}]}}'
        for row in rows
    )
    start, end = rows[0].start, rows[-1].start + timedelta(minutes=5)
    cdr = (
        f'{{"start_date_time":"{start:%Y-%m-%dT%H:%M:%SZ}","currency":"EUR",'
        f'"end_date_time":"{end:%Y-%m-%dT%H:%M:%SZ}","charging_periods":[{listed}]}}'
    )
    tariffs = encode_tariff(plan.tariff).decode()
    return f'{{"timezone":"{ZONE}","tariffs":[{tariffs}],"cdr":{cdr}}}'.encode()


def decoded(line: bytes) -> object:
    """Return the exact price of the CDR in *line*; the plan comes from the cache."""
    case = read_case(line, CASES)
    plans = plans_in(bytes(case.tariffs), bytes(case.cdr.tariffs))
    return price_cdr(case.cdr, plans, ZONE).priced.exact


def sessions() -> None:
    """Print sessions per second from their samples: split, tallied and priced."""
    for name, plan in PLANS.items():
        figures = []
        for count in (60, 480):
            rows = samples(count)
            work = partial(price_samples, plan, rows, ZONE, rows[-1].at, VAT)
            figures.append(per_second(work))
        print(f"sessions/s  {name:6} {figures[0]:>9,} {figures[1]:>9,}")


def live() -> None:
    """Print microseconds per call of what a running session and the scan page need."""
    rows = samples(480)
    amount = Money(5000, "EUR")
    for name, plan in PLANS.items():
        meter = fed(plan, rows)
        feed = SECOND_NS / len(rows) / per_second(partial(fed, plan, rows)) / 1000
        left = SECOND_NS / per_second(partial(meter.seconds_left, amount, Decimal(22))) / 1000
        block = SECOND_NS / per_second(partial(price_block, plan, START, ZONE, VAT)) / 1000
        print(f"µs          {name:6} {feed:>9.1f} {left:>9.1f} {block:>9.1f}")


def real() -> None:
    """Print how long the real sessions of two Scottish councils take, from their file to money."""
    if not SCOTLAND.exists():
        print(f"real sessions: {SCOTLAND.name} is not there")
        return
    begun = process_time_ns()
    zone, priced, passed_over, total = ZoneInfo("Europe/London"), 0, 0, 0
    with gzip.open(SCOTLAND, "rt") as file:
        for row in csv.DictReader(file):
            try:
                start, end = (
                    datetime.fromisoformat(row[name]).replace(tzinfo=zone).astimezone(UTC)
                    for name in ("start_local", "end_local")
                )
                kwh = Decimal(row["kwh"])
            except (ValueError, ArithmeticError):
                passed_over += 1
                continue
            if end < start or kwh < 0:
                passed_over += 1
                continue
            rows = (Sample(start, Decimal(0)), Sample(end, kwh))
            total += price_samples(PLANS["peak6"], rows, str(zone), end, VAT).gross.minor
            priced += 1
    seconds = Decimal(process_time_ns() - begun) / SECOND_NS
    print(
        f"real sessions: {priced:,} priced, {passed_over:,} faulty, {seconds:.2f} s, "
        f"{total / 100:,.2f} EUR"
    )


def fed(plan: Plan, rows: Sequence[Sample]) -> LiveMeter:
    """Return a meter that has taken every sample."""
    meter = LiveMeter(plan, START, ZONE, VAT)
    for sample in rows:
        meter.feed(sample)
    return meter


def main() -> None:
    """Print every figure."""
    print(f"Python {sys.version.split()[0]}, one core")
    print("periods                      1        10       200")
    cdrs()
    print("samples                   60       480")
    sessions()
    print("                        feed seconds_left price_block")
    live()
    real()


if __name__ == "__main__":
    main()
