"""A large operator for `bench.api`: copies of the small world's rows, made by the database."""

import time
from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

import psycopg
from sqlalchemy import Table

from app.billing.receipts.store import receipt_table
from app.charging.chargers.places.keep import index_missing, place_jobs
from app.charging.chargers.stations.store import charge_points
from app.charging.chargers.store import evses, locations
from app.charging.sessions.store import sessions
from app.directpay.store import journey
from app.infra.database import Database
from tests.scenarios.world import OPERATOR

# Every so many-th session is the one driver's, whose history is asked for.
OWN = 2000
_TOWNS = (
    "Amsterdam Rotterdam Utrecht Eindhoven Groningen Antwerpen Gent Brugge Luik Namen Keulen Bonn"
    " Hamburg Bremen Leipzig Dresden Stuttgart Freiburg Lyon Lille Rouen Nantes Dijon Milano"
    " Torino Bologna Verona Padova Wien Graz Linz Salzburg Praha Brno Krakow Gdansk Oslo Bergen"
    " Malmo Aarhus"
)
_UUID = "('{kind:08x}-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid"
_SOCKETS = """
CASE WHEN n % 4 = 0 THEN
 '[{"connector_id": "1", "standard": "IEC_62196_T2_COMBO", "format": "CABLE", "power_type": "DC",
    "max_power_kw": "150"},
   {"connector_id": "2", "standard": "CHADEMO", "format": "CABLE", "power_type": "DC",
    "max_power_kw": "50"}]'::jsonb
ELSE
 '[{"connector_id": "1", "standard": "IEC_62196_T2", "format": "SOCKET",
    "power_type": "AC_3_PHASE", "max_power_kw": "22"}]'::jsonb
END
"""


@dataclass(frozen=True)
class Size:
    """How many there are of what."""

    locations: int
    sessions: int


async def fill(database: Database, sql: psycopg.Connection, size: Size, driver_id: UUID) -> None:
    """Let the operator have so many locations and sessions, some of them one driver's."""
    begun = time.monotonic()
    _locations(sql, size.locations)
    _sessions(sql, size.sessions, driver_id)
    sql.execute("ANALYZE")
    print(f"copied in {int(time.monotonic() - begun)} s", flush=True)
    begun = time.monotonic()
    await index_missing(database=database)
    (draw,) = place_jobs(database)
    await draw.run(operator_id=OPERATOR)
    print(f"indexed in {int(time.monotonic() - begun)} s", flush=True)
    sql.execute("VACUUM ANALYZE")


def _locations(sql: psycopg.Connection, count: int) -> None:
    numbers = f"generate_series(1, {count})"
    towns = f"(string_to_array('{_TOWNS}', ' '))"
    town = "1 + n % 40"
    place = {
        "location_id": "'L' || n",
        "name": f"'Laadplein ' || {towns}[{town}] || ' ' || n",
        "address": "'Straat ' || n % 900 || ' ' || n",
        "city": f"{towns}[{town}]",
        "postal_code": "lpad((n % 9000 + 1000)::text, 4, '0') || ' AA'",
        # Around forty towns between 41 and 60 degrees north, 4 degrees west and 20 east.
        "latitude": f"41 + ({town}) * 17 % 20 + random_normal(0, 0.4)",
        "longitude": f"-4 + ({town}) * 7 % 25 + random_normal(0, 0.6)",
    }
    station = {"identity": "'BCP-' || n", "connected": "true", "last_seen_at": "'9000-01-01'"}
    _copy(sql, locations, place, numbers)
    _copy(sql, charge_points, station, numbers)
    for number in (1, 2):
        socket = {
            "evse_uid": f"'B' || n || '-{number}'",
            "evse_id": f"'NL*VLT*EB' || n || '*{number}'",
            "code": f"'B{number}' || lpad(to_hex(n), 8, '0')",
            "location_id": "'L' || n",
            "identity": "'BCP-' || n",
            "evse_no": str(number),
            "ocpp16_connector_id": str(number),
            "current": "CASE WHEN n % 4 = 0 THEN 'DC' ELSE 'AC' END",
            "connectors": _SOCKETS,
            "status": "CASE WHEN n % 3 = 0 THEN 'Charging' ELSE 'Available' END",
        }
        _copy(sql, evses, socket, numbers)
    sql.execute(
        "INSERT INTO hold_amount (operator_id, scope, target, current, minor, currency)"
        " VALUES (%s, 'operator', '', 'DC', 6000, 'EUR') ON CONFLICT DO NOTHING",
        (OPERATOR,),
    )


def _sessions(sql: psycopg.Connection, count: int, driver_id: UUID) -> None:
    numbers = f"generate_series(1, {count})"
    began = "timestamptz '2026-03-01' - n * interval '90 seconds'"
    others = _UUID.format(kind=4)
    session = {
        "session_id": _UUID.format(kind=1),
        "id_tag": "'B' || n",
        "remote_start_id": "1000000 + n",
        "transaction_id": "'B' || n",
        "created_at": began,
        "evse_uid": "'B' || 1 + n % 100000 || '-1'",
    }
    trip = {
        "journey_id": _UUID.format(kind=2),
        "session_id": _UUID.format(kind=1),
        "payment_id": _UUID.format(kind=3),
        "token_digest": "sha256(n::text::bytea)",
        "pay_key": "'bench ' || n",
        "began_at": began,
        "driver_id": f"CASE WHEN n % {OWN} = 0 THEN '{driver_id}'::uuid ELSE {others} END",
    }
    bill = {
        "receipt_id": _UUID.format(kind=5),
        "session_id": _UUID.format(kind=1),
        "sequence": "1000000 + n",
        "number": "'B-' || n",
    }
    _copy(sql, sessions, session, numbers)
    _copy(sql, journey, trip, numbers)
    _copy(sql, receipt_table, bill, f"generate_series({OWN}, {count}, {OWN})")


def _copy(sql: psycopg.Connection, table: Table, changed: Mapping[str, str], numbers: str) -> None:
    """Copy the row of *table* that was there first, for each n of *numbers*, *changed*."""
    names = [column.name for column in table.c]
    values = ", ".join(changed.get(name, f'"one"."{name}"') for name in names)
    columns = ", ".join(f'"{name}"' for name in names)
    one = f'SELECT * FROM "{table.name}" ORDER BY "{names[1]}" LIMIT 1'  # noqa: S608 - our own
    statement = f'INSERT INTO "{table.name}" ({columns}) SELECT {values} FROM ({one}) AS one, '  # noqa: S608
    sql.execute(f"{statement}{numbers} AS n".encode())
