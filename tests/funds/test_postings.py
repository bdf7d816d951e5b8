"""The posting table: what each event debits and credits, as docs/concepts/ledger.md has it."""

import re
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import pytest

from app.funds.ledger.chart import Account, AccountKind, Book, Side
from app.funds.ledger.model import Fact, Posting, TransactionKind, credit, debit
from app.funds.ledger.postings import (
    invoices,
    payments,
    payouts,
    providers,
    roaming,
    sales,
    shares,
    wallets,
)
from app.funds.ledger.postings.payments import Paid
from app.funds.ledger.postings.sales import Sale
from app.funds.ledger.postings.wallets import Lots
from app.kernel.money import Money, TaxedAmount

PAGE = Path(__file__).parents[2] / "docs" / "concepts" / "ledger.md"
ID = UUID("019c0000-0000-7000-8000-00000000000a")
FACT = Fact("key", ID, Book.LIVE, datetime(2026, 3, 2, 9, tzinfo=UTC))
PAID = Paid(payment_id=ID, account_id=ID, subject_id=ID)


def eur(minor: int) -> Money:
    """Cents."""
    return Money(minor, "EUR")


# 12.10 at 21 % is 10.00 and 2.10.
TAXES = (TaxedAmount.from_gross(eur(1210), Decimal(21)),)
BANK, REVENUE = AccountKind.BANK.of(), AccountKind.REVENUE.of()
CPO = AccountKind.CPO_PAYABLE.of("voltstraat")
LOTS = Lots(eur(500), eur(300))


def sale(earner: Account = REVENUE) -> Sale:
    """A session of 12.10 with a commission of 0.75."""
    return Sale(ID, "NL", TAXES, eur(75), earner)


ROWS: dict[str, Posting] = {
    "hold": payments.held(FACT, PAID, eur(6000)),
    "capture": payments.captured(FACT, PAID, eur(1210)),
    "paid_first": payments.paid_first(FACT, PAID, eur(6000)),
    "settlement": sales.settlement(FACT, sale()),
    "settlement of a platform": sales.settlement(FACT, sale(CPO)),
    "price_kept": payments.price_kept(FACT, PAID, advance=eur(6000), due=eur(4790)),
    "refund_requested": payments.refund_requested(FACT, PAID, due=eur(4790), unexplained=eur(0)),
    "refund_done": payments.refund_done(FACT, PAID, eur(4790)),
    "refund_failed": payments.refund_failed(FACT, PAID, eur(4790)),
    "credit_note": sales.credit_note(FACT, sale()),
    "owed": sales.owed(FACT, ID, eur(1210)),
    "write_off": sales.written_off(FACT, ID, eur(1210), "capture_failed"),
    "coupon": sales.coupon(FACT, ID, eur(100), partner="Café Kade"),
    "provider_settlement": providers.provider_settlement(FACT, ID, gross=eur(1210), fee=eur(35)),
    "suspense": providers.unknown_line(FACT, ID, "stl_1:7", eur(900)),
    "chargeback": providers.charged_back(FACT, ID, eur(1210)),
    "chargeback_passed_on": providers.passed_on(FACT, "voltstraat", eur(1210)),
    "payout": payouts.paid_out(FACT, "voltstraat", ID, eur(10000)),
    "credit_paid_out": payouts.credit_paid_out(FACT, ID, ID, eur(4790)),
    "payout_arrived": payouts.payout_arrived(FACT, ID, eur(10000)),
    "share": shares.share_ordered(FACT, "voltstraat", ID, eur(925)),
    "share_recalled": shares.share_recalled(FACT, "voltstraat", ID, eur(925)),
    "share_done": shares.share_done(FACT, PAID, eur(925)),
    "top_up": wallets.topped_up(FACT, ID, ID, eur(5000)),
    "grant": wallets.granted(FACT, ID, eur(500)),
    "reserve": wallets.reserved(FACT, ID, ID, LOTS),
    "wallet_spent": wallets.spent(FACT, ID, ID, eur(1210), rest=LOTS),
    "wallet_expired": wallets.expired(FACT, ID, eur(300)),
    "wallet_refund": wallets.refunded(FACT, ID, eur(500), to=AccountKind.CLEARING.of(ID)),
    "wallet_disputed": wallets.disputed(FACT, ID, eur(500), of_lot=eur(200)),
    "reimbursement": invoices.reimbursed(FACT, "ann", eur(900), fee=eur(50), employer="acme"),
    "on_account": invoices.put_on_account(FACT, ID, ID, eur(1210)),
    "invoiced": invoices.invoiced(FACT, "acme", {ID: eur(1210)}),
    "invoice_paid": invoices.invoice_paid(FACT, "acme", eur(1210), by=AccountKind.BANK.of()),
    "roaming_sold": roaming.roaming_sold(FACT, "BE*BEC", sale()),
    "roaming_bought": roaming.roaming_bought(
        FACT, "BE*BEC", net=eur(1000), vat=eur(210), country="BE"
    ),
    "roaming_settled": roaming.roaming_settled(FACT, "BE*BEC", received=eur(1210), paid=eur(0)),
    "roaming_settled by us": roaming.roaming_settled(
        FACT, "BE*BEC", received=eur(0), paid=eur(1210)
    ),
}


def table(heading: str) -> list[list[str]]:
    """Return the cells of the table under a *heading* of the page."""
    part = PAGE.read_text().split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in part.splitlines() if line.startswith("| ")]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[1:]]


def code(cell: str) -> list[str]:
    """Return the words that are set as code."""
    return re.findall(r"`([a-z_]+)`", cell)


def test_the_table_is_what_the_code_does():
    """Each row debits and credits what the page says, and no event is missing."""
    documented = {
        row[0].replace("`", ""): (set(code(row[2])), set(code(row[3])))
        for row in table("The posting table")
    }
    coded = {
        name: (
            {entry.account.kind.value for entry in posting.entries if entry.amount.minor > 0},
            {entry.account.kind.value for entry in posting.entries if entry.amount.minor < 0},
        )
        for name, posting in ROWS.items()
    }

    assert documented == coded
    assert set(TransactionKind) == {posting.kind for posting in ROWS.values()}


def test_the_accounts_are_those_of_the_code():
    """Every kind of account is explained, with the side on which it grows."""
    documented = {code(row[0])[0]: row[2] for row in table("Accounts")}

    assert documented == {kind.value: kind.side.value for kind in AccountKind}


def test_every_row_moves_what_the_page_says():
    """The names of the rows are the kinds of the transactions."""
    assert [] == [name for name, row in ROWS.items() if name.split(" ")[0] != row.kind]


def test_a_settlement_by_hand():
    """The net is the operator's less the platform's fee, the VAT is owed by country and rate."""
    # 12.10 incl. 21 %: 2.10 VAT; of the net 10.00 the fee is 0.75; 9.25 is left.
    expected = {
        "clearing": 1210,
        "vat_payable:NL:21": -210,
        "platform_fee": -75,
        "revenue": -925,
    }

    posted = ROWS["settlement"].entries
    named = {str(entry.account).replace(f":{ID}", ""): entry.amount.minor for entry in posted}
    assert expected == named


def test_a_credit_note_undoes_a_settlement():
    """The whole price taken back leaves nothing."""
    undone = sales.credit_note(FACT, sale())

    sums: dict[str, int] = {}
    for entry in (*ROWS["settlement"].entries, *undone.entries):
        sums[str(entry.account)] = sums.get(str(entry.account), 0) + entry.amount.minor
    assert {0} == set(sums.values())


def test_a_reversal_has_the_opposite_entries():
    """What was booked and its reversal cancel out."""
    row = ROWS["settlement"]
    other = Fact("undo", ID, Book.LIVE, FACT.at)

    assert [-entry.amount for entry in row.entries] == [
        entry.amount for entry in row.reversed(other).entries
    ]


@pytest.mark.parametrize(
    "entries",
    [
        (debit(BANK, eur(2)), credit(REVENUE, eur(1))),
        (debit(BANK, eur(1)),),
        (debit(BANK, eur(1)), credit(REVENUE, Money(1, "SEK"))),
        (
            debit(BANK, eur(1)),
            credit(REVENUE, eur(1)),
            debit(AccountKind.HOLD.of("x"), eur(1)),
            credit(AccountKind.HOLD_CONTRA.of(), eur(1)),
        ),
    ],
)
def test_a_posting_that_is_wrong_cannot_be_made(entries):
    """What does not balance, or mixes money with memos, does not exist."""
    with pytest.raises(ValueError, match=r"balance|mixes"):
        FACT.posts(TransactionKind.GRANT, *entries)


def test_an_entry_of_nothing_is_left_out():
    """A price without VAT has no VAT entry; made by hand, such an entry is refused."""
    made = FACT.posts(TransactionKind.GRANT, debit(BANK, eur(0)), credit(REVENUE, eur(0)))

    assert () == made.entries
    with pytest.raises(ValueError, match="nothing"):
        Posting(FACT, TransactionKind.GRANT, (debit(BANK, eur(0)),))


def test_sides():
    """Debit accounts grow by debits, credit accounts by credits."""
    assert (1, -1) == (Side.DEBIT.sign, Side.CREDIT.sign)
