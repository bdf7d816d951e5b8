"""Whoever breaks the books is found: a breach of each invariant, planted past every guard."""

import psycopg
import pytest

from app.audit.check import check
from app.infra.database import Database, engine
from app.infra.live import MemoryLiveBus
from app.kernel.ids import RandomIds
from tests.audit.day import Day, owe_after, pay_later, share_a_session, spend_credit
from tests.fakes.clock import FakeClock
from tests.servers import PostgresForTests

Case = tuple[int, str, tuple[str, ...]]

_CARD = "WHERE method = 'creditcard' AND captured_minor > 0"
_TO_CAPTURE = "WHERE kind = 'capture'"
_ENTRY_OF = (
    "WHERE account_id IN (SELECT account_id FROM ledger_account WHERE kind = '{}')"
    " AND transaction_id IN (SELECT transaction_id FROM ledger_transaction WHERE kind = '{}')"
)
_PART = """'[{"kind": "capture", "provider_ref": "cpt_x", "status": "succeeded",
              "amount": {"minor": 1, "currency": "EUR"}}]'"""
_AGAIN = (
    "INSERT INTO ledger_transaction SELECT operator_id, gen_random_uuid(), key || '{0}', book,"
    " {1}, source_id, digest, occurred_at, recorded_at FROM ledger_transaction"
)
_LINE = """'[{"kind": "hold", "vat_rate": "21", "amount": {"minor": -2000, "currency": "EUR"}}]'"""

_PROMPT = (
    "INSERT INTO terminal_prompt (operator_id, prompt_id, terminal_id, evse_uid, wished_at,"
    " changed_at, until, tries, variant, state, journey_id)"
    " SELECT operator_id, journey_id, 'bay', evse_uid, began_at, began_at, began_at, 1, '', {}"
    " FROM journey WHERE stage = 'ended' LIMIT 1"
)

_DEBT = (
    "INSERT INTO ocpi_debt (operator_id, platform_id, side, country_code, party_id, cdr_key,"
    " cdr_id, session_id, currency, net_minor, vat_minor, fee_minor, country, energy_kwh, ended_at,"
    " told_at, doubt) SELECT operator_id, session_id, 'theirs', 'BE', 'BEC', '{0}', '{0}',"
    " session_id, 'EUR', {1}, 0, 0, 'BE', 1, now(), now(), {2} FROM receipt WHERE sequence = 1"
)

_SETTLEMENT = (
    "INSERT INTO terminal_settlement (operator_id, settlement_id, identity, psp_ref, status,"
    " amount, detail, told_at) SELECT operator_id, journey_id, 'CP', 'PSP', 'settled', 6.17, '',"
    " began_at - interval '3 days' FROM journey WHERE stage = 'ended' LIMIT 1"
)

_PAID_AT_TERMINAL = (
    "INSERT INTO ocpi_guest (operator_id, session_id, platform_id, token, response_url,"
    " connector_id, tariff_id, tariff_version, variant, created_at, changed_at, journey_id)"
    " SELECT operator_id, session_id, journey_id, '{}', '', '1', tariff_id, tariff_version, '',"
    " began_at, began_at, journey_id FROM journey WHERE stage = 'ended'"
)

# number, who it is, and what is done to the rows
BREACHES: list[Case] = [
    (1, "transaction", ("UPDATE ledger_entry SET amount_minor = amount_minor + 1 WHERE line = 2",)),
    (
        1,
        "account revenue",
        ("UPDATE ledger_account SET balance_minor = balance_minor + 1 WHERE kind = 'revenue'",),
    ),
    (1, "book test", ("UPDATE ledger_account SET balance_minor = 1 WHERE kind = 'hold'",)),
    (1, "transaction", (f"{_AGAIN.format(':x', 'kind')} {_TO_CAPTURE}",)),
    (2, "transaction", (f"UPDATE ledger_transaction SET kind = 'grant' {_TO_CAPTURE}",)),
    (
        2,
        "key capture",
        (
            "ALTER TABLE ledger_transaction DROP CONSTRAINT uq_ledger_transaction_operator_id_key",
            f"{_AGAIN.format('', 'kind')} {_TO_CAPTURE}",
        ),
    ),
    (3, "payment", (f"UPDATE payment SET captured_minor = amount_minor + 1 {_CARD}",)),
    (3, "payment", (f"UPDATE payment SET refunded_minor = captured_minor + 1 {_CARD}",)),
    (4, "payment", (f"UPDATE payment SET parts = parts || {_PART} {_CARD}",)),
    (5, "promise of journey", ("UPDATE promise SET state = 'made'",)),
    (5, "promise of journey", ("UPDATE promise SET state = 'void'",)),
    (5, "promise of journey", ("DELETE FROM work_list WHERE reason = 'unpaid'",)),
    (10, "debt of session", ("UPDATE promise SET state = 'paid'",)),
    (10, "debt of session", ("UPDATE promise SET price_minor = price_minor + 1",)),
    (17, "payment", ("UPDATE payment SET refunded_minor = 1 WHERE origin = 'promise'",)),
    (5, "journey", ("DELETE FROM receipt",)),
    (5, "journey", ("UPDATE journey SET stage = 'settling' WHERE stage = 'ended'",)),
    (5, "journey", (f"UPDATE payment SET captured_minor = captured_minor - 1 {_CARD}",)),
    (
        6,
        "receipt VS-",
        (
            (
                "UPDATE receipt SET document ="
                " jsonb_set(document, '{settlement,charged,minor}', '618') WHERE sequence = 1"
            ),
        ),
    ),
    (
        6,
        "receipt VS-",
        (
            (
                "UPDATE ledger_entry SET amount_minor = amount_minor - 1"
                f" {_ENTRY_OF.format('vat_payable', 'settlement')}"
            ),
        ),
    ),
    (6, "receipt VS-", ("DELETE FROM ledger_transaction WHERE kind = 'settlement'",)),
    (6, "receipt VS-", ("DELETE FROM cdr",)),
    (6, "credit note VS-", ("DELETE FROM ledger_transaction WHERE kind = 'credit_note'",)),
    (7, "payment", (f"UPDATE payment SET status = 'authorised', held_minor = 100 {_CARD}",)),
    (
        7,
        "payment",
        (
            "UPDATE payment SET status = 'authorised', held_minor = 100, settled_by = 'terminal' "
            + _CARD,
            "DELETE FROM work_list",
        ),
    ),
    (7, "payment", ("UPDATE ledger_account SET balance_minor = 1 WHERE kind = 'hold'",)),
    (
        8,
        "session",
        ("DELETE FROM ledger_transaction WHERE kind IN ('hold', 'capture', 'paid_first')",),
    ),
    (
        8,
        "receipt VS-",
        (
            (
                "UPDATE receipt SET document ="
                f" jsonb_set(document, '{{lines}}', document->'lines' || {_LINE})"
            ),
        ),
    ),
    (
        9,
        "account refund_due",
        (
            "ALTER TABLE ledger_account DROP CONSTRAINT ck_ledger_account_floor",
            "UPDATE ledger_account SET balance_minor = -1 WHERE kind = 'refund_due'",
        ),
    ),
    (
        9,
        "transaction",
        (
            "UPDATE ledger_account SET kind = 'wallet_granted' WHERE kind = 'refund_due'",
            "UPDATE ledger_transaction SET kind = 'wallet_refund' WHERE kind = 'price_kept'",
        ),
    ),
    (10, "clearing", ("UPDATE ledger_account SET balance_minor = 5 WHERE kind = 'clearing'",)),
    (
        11,
        "provider account",
        ("UPDATE ledger_account SET balance_minor = -5 WHERE kind = 'psp_receivable'",),
    ),
    (
        11,
        "suspense line_1",
        (
            (
                "UPDATE ledger_account SET kind = 'suspense', owner = 'line_1'"
                " WHERE kind = 'psp_receivable'"
            ),
        ),
    ),
    (
        12,
        "account cpo_payable",
        (
            "UPDATE ledger_account SET kind = 'cpo_payable' WHERE kind = 'revenue'",
            "UPDATE ledger_transaction SET kind = 'grant' WHERE kind = 'settlement'",
        ),
    ),
    (
        12,
        "settlement",
        (
            (
                "UPDATE ledger_entry SET amount_minor = amount_minor - 1"
                f" {_ENTRY_OF.format('revenue', 'settlement')}"
            ),
        ),
    ),
    (
        12,
        "payout",
        (
            "UPDATE ledger_account SET kind = 'payout_in_transit' WHERE kind = 'psp_receivable'",
            "UPDATE ledger_entry SET amount_minor = -amount_minor",
            (
                "UPDATE ledger_transaction SET kind = 'payout', source_id = operator_id"
                " WHERE kind IN ('capture', 'paid_first')"
            ),
        ),
    ),
    (12, "share of payment", ("UPDATE payment_share SET amount_minor = amount_minor + 1",)),
    (12, "share of payment", ("DELETE FROM payment_share",)),
    (
        12,
        "share of payment",
        ("UPDATE ledger_account SET balance_minor = 5 WHERE kind = 'share_in_transit'",),
    ),
    (
        12,
        "share of payment",
        (
            (
                "UPDATE ledger_entry SET amount_minor = 2 * amount_minor"
                f" {_ENTRY_OF.format('share_in_transit', 'share_done')}"
            ),
        ),
    ),
    (
        13,
        "operation",
        (
            (
                "UPDATE payment_operation SET state = 'unknown',"
                " sent_at = sent_at - interval '2 days' WHERE kind = 'capture'"
            ),
        ),
    ),
    (
        13,
        "key x",
        (
            "ALTER TABLE payment_operation DROP CONSTRAINT uq_payment_operation_key",
            "UPDATE payment_operation SET key = 'x'",
        ),
    ),
    (
        14,
        "webhook",
        (
            (
                "UPDATE webhook_inbox SET handled_at = NULL,"
                " received_at = received_at - interval '2 hours'"
                " WHERE hint_id = (SELECT min(hint_id::text)::uuid FROM webhook_inbox)"
            ),
        ),
    ),
    (15, "payment", (f"UPDATE payment SET captured_minor = captured_minor - 1 {_CARD}",)),
    (15, "payment", (f"UPDATE payment SET held_minor = 1 {_CARD}",)),
    (9, "wallet_granted", ("UPDATE wallet_lot SET left_minor = left_minor - 1",)),
    (9, "wallet_granted", ("DELETE FROM wallet_lot",)),
    (9, "account ACME", ("UPDATE postpaid_charge SET booked_minor = booked_minor - 1",)),
    (9, "account ACME", ("DELETE FROM ledger_transaction WHERE kind = 'on_account'",)),
    (9, "charge", ("UPDATE postpaid_charge SET state = 'open'",)),
    (8, "session", ("DELETE FROM postpaid_charge",)),
    (17, "payment", ("UPDATE payment SET captured_minor = 1 WHERE origin = 'token'",)),
    (17, "payment", ("UPDATE postpaid_charge SET booked_minor = booked_minor - 1",)),
    (9, "reservation", ("UPDATE wallet_reservation SET pieces = '[]' WHERE state = 'reserved'",)),
    (16, "lot", ("UPDATE wallet_lot SET expires_at = received_at - interval '3 days'",)),
    (17, "payment", ("UPDATE payment SET captured_minor = 1 WHERE origin = 'wallet'",)),
    (17, "payment", ("DELETE FROM ledger_transaction WHERE kind = 'wallet_spent'",)),
    (16, "payment", (f"UPDATE payment SET status = 'open', check_at = NULL {_CARD}",)),
    (
        16,
        "payment",
        ("UPDATE payment_operation SET state = 'sent' WHERE kind = 'capture'",),
    ),
    (16, "payment", (f"UPDATE payment SET keep_minor = NULL {_CARD}",)),
    (
        16,
        "payment",
        (
            f"UPDATE payment SET keep_minor = NULL, origin = 'cloud_terminal' {_CARD}",
            "DELETE FROM journey",
        ),
    ),
    (
        16,
        "payment",
        (
            f"DELETE FROM journey WHERE payment_id IN (SELECT payment_id FROM payment {_CARD})",
            f"UPDATE payment SET keep_minor = NULL, origin = 'ocpp_terminal' {_CARD}",
        ),
    ),
    (16, "settlement", (_SETTLEMENT,)),
    (16, "payment", (f"UPDATE payment SET origin = 'ocpi_ptp' {_CARD}",)),
    (16, "session", (_PAID_AT_TERMINAL,)),
    (16, "prompt", (_PROMPT.format("'asking', NULL"),)),
    (16, "prompt", (_PROMPT.format("'running', journey_id"),)),
    (16, "payment", (f"UPDATE payment SET check_at = opened_at - interval '1 day' {_CARD}",)),
    (17, "payment", (f"UPDATE payment SET parts = '[]', taken_minor = 616 {_CARD}",)),
    (17, "payment", ("DELETE FROM ledger_transaction WHERE kind = 'refund_done'",)),
    (17, "payment", ("UPDATE payment_operation SET share_minor = share_minor + 1",)),
    (18, "payment", (f"UPDATE payment SET account_id = payment_id {_CARD}",)),
    (18, "webhook", ("UPDATE webhook_inbox SET account_id = hint_id",)),
    (18, "journey", ("UPDATE payment SET operator_id = payment_id WHERE method = 'ideal'",)),
    (18, "transaction", ("DELETE FROM ledger_account WHERE kind = 'revenue'",)),
    (6, "CDR c1 (theirs)", (_DEBT.format("c1", 100, "NULL"),)),
    (
        6,
        "CDR c1 (ours)",
        (
            _DEBT.format("c1", 100, "'billed_twice'"),
            (
                "UPDATE ledger_transaction SET kind = 'roaming_sold', key = (SELECT 'roaming_sold:'"
                " || platform_id || '/BE*BEC/c1' FROM ocpi_debt) WHERE key IN"
                " (SELECT key FROM ledger_transaction WHERE kind = 'capture' LIMIT 1)"
            ),
            "UPDATE ledger_account SET kind = 'roaming_receivable' WHERE kind = 'psp_receivable'",
            "UPDATE ocpi_debt SET side = 'ours'",
        ),
    ),
    (12, "session", (_DEBT.format("c1", 0, "NULL"), _DEBT.format("c2", 0, "NULL"))),
    (19, "transaction", (f"UPDATE ledger_transaction SET book = 'live' {_TO_CAPTURE}",)),
    (19, "transaction", ("UPDATE ledger_account SET book = 'live' WHERE kind = 'clearing'",)),
    (20, "series", ("UPDATE receipt SET sequence = 70 WHERE sequence = 2",)),
    (20, "series", ("UPDATE receipt_series SET last_number = 9",)),
    (20, "table receipt", ("ALTER TABLE receipt DISABLE TRIGGER final",)),
]


@pytest.mark.parametrize("numbers", [range(1, 6), range(6, 11), range(11, 16), range(16, 21)])
async def test_every_breach_is_found(
    day: Day, clock: FakeClock, postgres: PostgresForTests, numbers: range
):
    """Each way to break an invariant is told under its number, with the row."""
    await owe_after(day.world)
    await share_a_session(day.world)
    await pay_later(day.world)
    await spend_credit(day.world)
    clock.advance(days=8)  # whatever has to grow old is old enough
    await day.world.database.close()
    name = day.name
    day.sql.close()
    cases = [case for case in BREACHES if case[0] in numbers]

    untold = [case for case in cases if not await _is_told(case, name, clock, postgres)]

    assert [] == untold
    assert set(numbers) == {number for number, _, _ in cases}


async def _is_told(case: Case, name: str, clock: FakeClock, postgres: PostgresForTests) -> bool:
    """Plant a breach in a copy of the day, and tell whether the check names it."""
    number, subject, statements = case
    copy = f"breach_{postgres.worker}"
    postgres.recreate(copy, template=name)
    with psycopg.connect(postgres.as_admin(postgres.url_of(copy))) as sql:
        sql.execute("SET session_replication_role = replica")
        for statement in statements:
            assert sql.execute(statement).rowcount, f"nothing to break: {statement}"
    database = Database(
        engine(postgres.url_of(copy), pool_size=2),
        clock=clock,
        ids=RandomIds(),
        live=MemoryLiveBus(),
        reactors={},
    )
    found = [breach for checked in await check(database=database) for breach in checked.breaches]
    await database.close()
    return any(each.number == number and each.subject.startswith(subject) for each in found)
