"""Payouts on a real database: nothing is paid twice, and the bank can read the file."""

import asyncio
from datetime import date
from uuid import UUID
from xml.etree import ElementTree as ET

import pytest

from app.funds.ledger.chart import AccountKind, Book
from app.funds.ledger.model import AccountKey, Fact, TransactionKind, credit, debit
from app.funds.ledger.post import balance_of, post
from app.funds.payouts.accounts import OUR_OWN, save_bank_account
from app.funds.payouts.errors import (
    BankAccountInvalid,
    BankAccountMissing,
    PayoutNotFound,
    PayoutOver,
)
from app.funds.payouts.finish import payout_has_arrived, payout_was_returned
from app.funds.payouts.model import BankAccount, PayoutState
from app.funds.payouts.order import order_credit, order_payouts
from app.funds.payouts.read import list_payouts
from app.funds.payouts.transfer import get_transfer_file, make_transfer_file
from app.infra.database import Database
from app.kernel.money import Money

OPERATOR = UUID("019c0000-0000-7000-8000-000000000001")
PAYMENT = UUID("019c0000-0000-7000-8000-0000000000aa")
OURS = BankAccount.of("Voltstraat B.V.", "NL91 ABNA 0417 1643 00", "ABNANL2A")
THEIRS = BankAccount.of("Łódź Ładowanie", "DE89 3704 0044 0532 0130 00")
PAY_ON = date(2026, 12, 1)
PAIN = "{urn:iso:std:iso:20022:tech:xsd:pain.001.001.09}"


async def owe(database: Database, account, minor: int, key: str = "sale") -> None:
    """Let *account* be owed an amount, against revenue."""
    fact = Fact(key, PAYMENT, Book.LIVE, (await now_of(database)))
    amount = Money(minor, "EUR")
    async with database.work(OPERATOR) as work:
        revenue = AccountKind.REVENUE.of()
        kind = TransactionKind.SETTLEMENT
        await post(work, fact.posts(kind, debit(revenue, amount), credit(account, amount)))


async def now_of(database: Database):
    """The clock of the database's works."""
    async with database.work(OPERATOR) as work:
        return work.now


async def balance(database: Database, account) -> int:
    """The balance of an account in cents."""
    async with database.work(OPERATOR) as work:
        return (await balance_of(work, AccountKey(Book.LIVE, account, "EUR"))).minor


async def know_accounts(database: Database) -> None:
    """Both sides of a transfer are known."""
    async with database.work(OPERATOR) as work:
        await save_bank_account(work, OUR_OWN, OURS)
        await save_bank_account(work, "lodz", THEIRS)


CPO = AccountKind.CPO_PAYABLE.of("lodz")


async def test_what_is_owed_is_ordered_once(database: Database):
    """Twenty runs at once order one transfer of the whole amount, and nothing is owed after."""
    await know_accounts(database)
    await owe(database, CPO, 12_345)
    runs = [order_payouts(operator_id=OPERATOR, database=database) for _ in range(20)]
    ordered = [payout for run in await asyncio.gather(*runs) for payout in run]

    assert [Money(12_345, "EUR")] == [payout.amount for payout in ordered]
    assert 0 == await balance(database, CPO)
    in_transit = AccountKind.PAYOUT_IN_TRANSIT.of(ordered[0].payout_id)
    assert 12_345 == await balance(database, in_transit)


async def test_little_waits(database: Database):
    """Below the minimum nothing is ordered; a clawback beyond the sales is never a transfer."""
    await know_accounts(database)
    await owe(database, CPO, 999)

    minimum = Money(1_000, "EUR")
    assert [] == await order_payouts(operator_id=OPERATOR, minimum=minimum, database=database)
    await owe(database, CPO, -2_000, key="clawback")
    assert [] == await order_payouts(operator_id=OPERATOR, database=database)
    assert -1_001 == await balance(database, CPO)


async def test_without_an_account_nothing_is_ordered(database: Database):
    """An operator whose account is not known is named, and the others' money stays too."""
    await owe(database, CPO, 500)

    with pytest.raises(BankAccountMissing, match="lodz"):
        await order_payouts(operator_id=OPERATOR, database=database)
    assert 500 == await balance(database, CPO)


async def test_the_bank_can_read_the_file(database: Database):
    """The file is valid pain.001, has the sums, and is the same when it is fetched again."""
    await know_accounts(database)
    await owe(database, CPO, 12_345)
    await owe(database, AccountKind.CUSTOMER_CREDIT.of(PAYMENT), 250, key="refund_failed")
    await order_payouts(operator_id=OPERATOR, database=database)
    driver = BankAccount.of("A. Driver", "FR14 2004 1010 0505 0001 3M02 606")
    await order_credit(PAYMENT, driver, operator_id=OPERATOR, database=database)
    file = await make_transfer_file(PAY_ON, operator_id=OPERATOR, database=database)
    assert file is not None
    async with database.work(OPERATOR) as work:
        again = await get_transfer_file(work, file.file_id)
        states = {payout.state for payout in await list_payouts(work)}

    # 123.45 + 2.50
    assert Money(12_595, "EUR") == file.total
    assert again == file
    assert {PayoutState.SENT} == states
    assert None is await make_transfer_file(PAY_ON, operator_id=OPERATOR, database=database)
    root = ET.fromstring(file.document.decode())  # noqa: S314 - our own document
    assert "125.95" == text(root, "CtrlSum")
    assert "2" == text(root, "NbOfTxs")
    assert file.message_id == text(root, "MsgId")
    assert OURS.iban == root.find(f".//{PAIN}DbtrAcct//{PAIN}IBAN").text
    names = [each.text for each in root.findall(f".//{PAIN}Cdtr/{PAIN}Nm")]
    assert ["A. Driver", "Lodz Ladowanie"] == sorted(names)
    ids = [each.text for each in root.findall(f".//{PAIN}EndToEndId")]
    assert all(len(each) <= 35 for each in ids)
    assert 2 == len(set(ids))


def text(root: ET.Element, name: str) -> str | None:
    """The text of the first element with this name."""
    return root.find(f".//{PAIN}{name}").text


async def test_a_transfer_that_arrived_is_booked_once(database: Database):
    """What arrived left the bank account; told again, or by two people, it is the same."""
    await know_accounts(database)
    await owe(database, CPO, 12_345)
    (payout,) = await order_payouts(operator_id=OPERATOR, database=database)
    arrive = [
        payout_has_arrived(payout.payout_id, operator_id=OPERATOR, database=database)
        for _ in range(2)
    ]
    await asyncio.gather(*arrive)

    assert -12_345 == await balance(database, AccountKind.BANK.of())
    assert 0 == await balance(database, AccountKind.PAYOUT_IN_TRANSIT.of(payout.payout_id))
    with pytest.raises(PayoutOver, match="arrived"):
        await payout_was_returned(payout.payout_id, operator_id=OPERATOR, database=database)


async def test_a_transfer_that_came_back_is_owed_again(database: Database):
    """What the bank returned is ordered anew, as another transfer."""
    await know_accounts(database)
    await owe(database, CPO, 12_345)
    (first,) = await order_payouts(operator_id=OPERATOR, database=database)
    await payout_was_returned(first.payout_id, operator_id=OPERATOR, database=database)

    assert 12_345 == await balance(database, CPO)
    (second,) = await order_payouts(operator_id=OPERATOR, database=database)
    assert second.reference != first.reference


async def test_a_customer_is_paid_once(database: Database):
    """A refund of last resort pays what the failed refund left, and then nothing more."""
    await know_accounts(database)
    await owe(database, AccountKind.CUSTOMER_CREDIT.of(PAYMENT), 250, key="refund_failed")
    driver = BankAccount.of("A. Driver", "FR14 2004 1010 0505 0001 3M02 606")
    order = [
        order_credit(PAYMENT, driver, operator_id=OPERATOR, database=database) for _ in range(5)
    ]
    ordered = [payout for payout in await asyncio.gather(*order) if payout is not None]

    assert [Money(250, "EUR")] == [payout.amount for payout in ordered]


@pytest.mark.parametrize(
    ("holder", "iban", "bic"),
    [
        ("", "NL91ABNA0417164300", None),
        ("A", "NL91ABNA0417164301", None),
        ("A", "NL91", None),
        ("A", "NL91ABNA0417164300", "ABNA"),
        ("A" * 71, "NL91ABNA0417164300", None),
    ],
)
def test_wrong_accounts_are_refused(holder: str, iban: str, bic: str | None):
    """A wrong check digit, length, BIC or name is told before money is lost."""
    with pytest.raises(BankAccountInvalid):
        BankAccount.of(holder, iban, bic)


async def test_what_is_not_there_is_told(database: Database):
    """Unknown payouts and files are problems, not silence."""
    with pytest.raises(PayoutNotFound):
        await payout_has_arrived(PAYMENT, operator_id=OPERATOR, database=database)
    async with database.work(OPERATOR) as work:
        with pytest.raises(PayoutNotFound):
            await get_transfer_file(work, PAYMENT)
