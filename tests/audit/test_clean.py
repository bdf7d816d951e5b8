"""The books of a day are right, and say what happened."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from app.audit.check import audit_schedules, tell
from app.audit.model import Breach, Checked
from app.audit.statements import account_statement, lines
from app.audit.store import invariants
from app.funds.ledger.chart import Book
from app.funds.ledger.errors import LedgerAccountNotFound
from app.funds.ledger.model import AccountKey
from app.funds.ledger.statement import read_account
from tests.audit.books import breaches
from tests.audit.day import Day
from tests.fakes.clock import FakeClock


async def test_the_books_of_a_day_are_right(day: Day):
    """After sessions of every sort no invariant is broken."""
    assert [] == await breaches(day.world.database)


def test_there_are_twenty():
    """The list of the invariants has no gap, and each has a title."""
    assert list(range(1, 21)) == [each.number for each in invariants()]
    assert all(each.title for each in invariants())


async def test_what_the_accounts_hold(day: Day):
    """12.340 kWh at 0.50 by card, 8.000 by iDEAL, 1.00 given back; all incl. 21 % VAT."""
    held = dict(
        day.sql.execute(
            "SELECT kind, sum(balance_minor)::int FROM ledger_account"
            " GROUP BY kind HAVING sum(balance_minor) <> 0"
        ).fetchall()
    )

    # 6.17 = 5.10 + 1.07; 4.00 = 3.31 + 0.69; given back 1.00 = 0.83 + 0.17
    assert {"psp_receivable": 917, "revenue": 758, "vat_payable": 159} == held


def test_the_page_lists_them():
    """docs/concepts/ledger.md says the same sentences."""
    page = (Path(__file__).parents[2] / "docs" / "concepts" / "ledger.md").read_text()
    rows = re.findall(r"^\| (\d+) \| (.+) \|$", page, re.MULTILINE)

    assert [(str(each.number), each.title) for each in invariants()] == rows


async def test_a_statement(day: Day, clock: FakeClock):
    """Opening balance, each movement with the balance after it, closing balance."""
    key = AccountKey(Book.TEST, read_account("revenue"), "EUR")
    first = "SELECT min(recorded_at) FROM ledger_transaction WHERE kind = 'settlement'"
    (since,) = day.sql.execute(first).fetchone() or ()
    after = since + timedelta(seconds=1)
    whole = await account_statement(
        "voltstraat", key, since, clock.now(), database=day.world.database
    )
    second = await account_statement(
        "voltstraat", key, after, clock.now(), database=day.world.database
    )

    assert (0, 758) == (whole.opening.minor, whole.closing.minor)
    assert (510, 758) == (second.opening.minor, second.closing.minor)
    assert [510, 331, -83] == [movement.amount.minor for movement in whole.movements]
    printed = lines(whole)
    assert ["opening", "closing"] == [printed[1].split()[0], printed[-1].split()[0]]
    assert ["-0.83", "7.58"] == printed[-2].split()[-2:]


async def test_a_statement_of_nothing(day: Day, clock: FakeClock):
    """An account to which nothing was posted, or that cannot be, is a problem with its name."""
    database = day.world.database
    with pytest.raises(LedgerAccountNotFound, match="is no kind"):
        read_account("pocket")
    nobody = AccountKey(Book.LIVE, read_account("clearing:nobody"), "EUR")
    with pytest.raises(LedgerAccountNotFound, match="nothing was ever posted"):
        await account_statement("voltstraat", nobody, clock.now(), clock.now(), database=database)


async def test_the_nightly_check_tells_the_log(day: Day, caplog: pytest.LogCaptureFixture):
    """A breach is an error in the log, with its number and its row."""
    day.sql.execute("UPDATE receipt_series SET last_number = 9")
    (schedule,) = audit_schedules(day.world.database)
    await schedule.run()

    (record,) = caplog.records
    assert "invariant 20 is broken" in record.message
    assert "3 receipts, numbers 1 to 3, last 9" in record.message


async def test_a_breach_of_many_rows_is_counted(day: Day, caplog: pytest.LogCaptureFixture):
    """The first twenty rows are named, the rest is counted."""
    invariant = invariants()[0]
    breach = Breach(1, None, "transaction x", "1 EUR too much")
    tell(Checked(invariant, (breach,) * 20, 21))

    assert 21 == len(caplog.records)
    assert "broken 1 times more" in caplog.records[-1].message
