"""How the books begin in a database that had payments before there was a ledger."""

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import NullPool, create_engine

from app.infra.migrations.migrate import MIGRATIONS, migrate
from tests.audit.books import breaches
from tests.audit.day import Day
from tests.servers import PostgresForTests

_FORGET = """
SET session_replication_role = replica;
DELETE FROM ledger_entry; DELETE FROM ledger_transaction; DELETE FROM ledger_account;
DELETE FROM receipt WHERE kind = 'credit_note';
UPDATE receipt_series SET last_number = 2;
DELETE FROM receipt WHERE sequence > 2;
UPDATE payment SET booked = false;
RESET session_replication_role;
"""


def books(day: Day) -> dict[str, int]:
    """What the accounts hold, in cents by kind."""
    rows = day.sql.execute(
        "SELECT kind, sum(balance_minor)::int FROM ledger_account GROUP BY kind"
        " HAVING sum(balance_minor) <> 0"
    ).fetchall()
    return dict(rows)


async def test_payments_from_before_are_booked(day: Day):
    """The first check books every payment as it stands, and the receipt of what it paid for."""
    day.sql.execute(_FORGET)
    broken = await breaches(day.world.database)
    once = books(day)
    again = await breaches(day.world.database)

    assert [] == broken
    assert [] == again
    # The credit note of 1.00 is forgotten: its money is all that differs from a sale of 10.17.
    assert {"revenue": 841, "vat_payable": 176} == {
        kind: minor for kind, minor in once.items() if kind in {"revenue", "vat_payable"}
    }
    assert once == books(day)


@pytest.fixture
def before(postgres: PostgresForTests) -> str:
    """The address of a database of the first release, which had no ledger."""
    name = f"before_{postgres.worker}"
    postgres.recreate(name)
    url = postgres.url_of(name)
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    engine = create_engine(url.replace("postgresql", "postgresql+psycopg", 1), poolclass=NullPool)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0001")
        connection.commit()
    return url


_OLD = """
INSERT INTO operator VALUES (gen_random_uuid(), 'volt', 'Volt', '{}', 'NL1', 'Volt', '#000000',
    NULL, NULL, '{}', '{}', 'V', '[]', NULL, 'VLT', now());
INSERT INTO payment SELECT operator_id, gen_random_uuid(), gen_random_uuid(), n::text, 6000, 'EUR',
    'creditcard', 'hold', now(), 'paid', NULL, NULL, NULL, NULL, 0, 0, 0, 0, 617, false, '[]',
    now(), NULL FROM operator, generate_series(1, 2) n;
INSERT INTO journey (operator_id, journey_id, token_digest, pay_key, code, evse_uid, payment_id,
    session_id, tariff_id, tariff_version, held_minor, currency, locale, began_at, changed_at,
    version, stage, state)
SELECT operator_id, gen_random_uuid(), '', '', '', '', payment_id, gen_random_uuid(), '', 1, 6000,
    'EUR', 'en', now(), now(), 1, 'ended', '{}' FROM payment WHERE reference = '1';
"""


def test_an_old_payment_pays_for_its_journeys_session(before: str, postgres: PostgresForTests):
    """The migration finds the session of a payment; one without a journey pays for itself."""
    with psycopg.connect(postgres.as_admin(before)) as sql:
        sql.execute(_OLD)
    migrate(before)
    with psycopg.connect(postgres.as_admin(before)) as sql:
        rows = sql.execute(
            "SELECT p.booked, p.subject_id = coalesce(j.session_id, p.payment_id)"
            " FROM payment p LEFT JOIN journey j USING (payment_id)"
        ).fetchall()
        terms = sql.execute(
            "SELECT merchant_of_record, commission_percent::int, refund_limit_minor FROM operator"
        ).fetchall()

    assert [(False, True)] * 2 == rows
    assert [("operator", 0, None)] == terms
