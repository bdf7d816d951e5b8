"""A database of the release before rules: what was assigned then is chosen now."""

from datetime import timedelta
from decimal import Decimal
from uuid import UUID

import psycopg
from alembic import command
from alembic.config import Config
from sqlalchemy import create_engine
from sqlalchemy.pool import NullPool

from app.infra.database import Database, engine
from app.infra.live import MemoryLiveBus
from app.infra.migrations.migrate import MIGRATIONS, migrate
from app.kernel.clock import SystemClock
from app.kernel.ids import RandomIds
from app.pricing.tariffs.choice.choose import every_choice
from app.pricing.tariffs.choice.model import AD_HOC, Place, PlaceKind, Rule, Spot
from app.pricing.tariffs.choice.read import rules_of
from app.pricing.tariffs.choice.write import write_rules
from app.pricing.tariffs.ocpi import encode_tariff
from tests.pricing.builders import element, price, tariff
from tests.servers import PostgresForTests

OPERATOR = UUID("01900000-0000-7000-8000-000000000001")
NOW = SystemClock().now().replace(microsecond=0)


def days(number: int):
    """An instant so many days from now."""
    return NOW + timedelta(days=number)


# target, from, until, tariff
ASSIGNED = [
    ("operator", "", days(-30), days(-10), "OLD"),
    ("operator", "", days(-10), days(5), "ALL"),
    ("operator", "", days(5), None, "NEXT"),
    ("location", "L1", days(-30), None, "LOC"),
    ("evse", "E1", days(-30), None, "EVSE"),
    ("evse", "E2", days(-3), days(-3), "NEVER"),
]


async def test_what_was_assigned_is_chosen_by_rules(postgres: PostgresForTests):
    """Yesterday, today and after a planned change, with ranks as the code makes them."""
    name = f"assigned_{postgres.worker}"
    postgres.recreate(name)
    url = postgres.url_of(name)
    upgrade(url, "0001")
    with psycopg.connect(postgres.as_admin(url), autocommit=True) as sql:
        fill(sql)
    migrate(url)
    pool = engine(url, pool_size=1)
    database = Database(
        pool, clock=SystemClock(), ids=RandomIds(), live=MemoryLiveBus(), reactors={}
    )

    async with database.work(OPERATOR) as work:
        chosen = {
            (evse, day): [
                choice.tariff.tariff_id
                for choice in await every_choice(
                    work, Spot(place, evse, Decimal(22)), frozenset({AD_HOC}), days(day)
                )
            ]
            for place, evse in (("L1", "E1"), ("L1", "E2"), ("L9", "E9"))
            for day in (-20, 0, 6)
        }
        standing = await rules_of(work)
        # What the operator's file says has been said: a new import changes nothing of it.
        again = [
            Rule("location L1", "LOC", place=Place(PlaceKind.LOCATION, "L1")),
            Rule("evse E1", "EVSE", place=Place(PlaceKind.EVSE, "E1")),
        ]
        changed = await write_rules(work, again)
    with psycopg.connect(postgres.as_admin(url)) as sql:
        ranks = dict(sql.execute("SELECT rule_id, rank FROM tariff_rule").fetchall())
    await database.close()

    assert ["EVSE", "LOC", "OLD"] == chosen["E1", -20]
    assert ["EVSE", "LOC", "ALL"] == chosen["E1", 0]
    assert ["EVSE", "LOC", "NEXT"] == chosen["E1", 6]
    assert ["LOC", "ALL"] == chosen["E2", 0]
    assert [["OLD"], ["ALL"], ["NEXT"]] == [chosen["E9", day] for day in (-20, 0, 6)]
    assert [list(rule.rank) for rule in standing] == [ranks[rule.rule_id] for rule in standing]
    assert ["everywhere", f"everywhere from {days(5):%Y-%m-%dT%H:%M:%SZ}"] == changed


def upgrade(url: str, revision: str) -> None:
    """Bring the database to *revision*."""
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    address = url.replace("postgresql://", "postgresql+psycopg://")
    with create_engine(address, poolclass=NullPool).connect() as link:
        config.attributes["connection"] = link
        command.upgrade(config, revision)
        link.commit()


def fill(sql: psycopg.Connection) -> None:
    """Publish the tariffs and assign them, as the release before did."""
    for *target, tariff_id in ASSIGNED:
        body = encode_tariff(tariff(element(price("ENERGY", "0.49")), id=tariff_id)).decode()
        sql.execute(
            "INSERT INTO tariff_version (operator_id, tariff_id, version, digest, body,"
            " published_at) VALUES (%s, %s, 1, '', %s, %s)",
            (OPERATOR, tariff_id, body, days(-40)),
        )
        sql.execute(
            "INSERT INTO tariff_assignment (operator_id, target_kind, target_id, valid_from,"
            " valid_until, tariff_id) VALUES (%s, %s, %s, %s, %s, %s)",
            (OPERATOR, *target, tariff_id),
        )
