"""Order the transfers of what was earned, and of what a customer is owed."""

from uuid import UUID

from app.funds.ledger.chart import AccountKind, Book
from app.funds.ledger.model import AccountKey, Fact, Posting
from app.funds.ledger.post import balance_of, balances_of, post
from app.funds.ledger.postings.payouts import credit_paid_out, paid_out
from app.funds.payouts import store
from app.funds.payouts.accounts import OUR_OWN, lock_bank_account
from app.funds.payouts.model import CURRENCY, BankAccount, Payout, PayoutKind
from app.infra.database import Database, Work
from app.kernel.money import Money

NOTHING = Money.zero(CURRENCY)


async def order_payouts(
    *, operator_id: UUID, minimum: Money = NOTHING, database: Database
) -> list[Payout]:
    """
    Order a transfer of all that is owed to each operator whose sales we collected.

    Below *minimum* it waits for the next time. The money leaves `cpo_payable` in the transaction
    that orders its transfer, so nothing is ever ordered twice, however often and at how many
    places at once this runs. Raises BankAccountMissing; nothing has been ordered then.
    """
    ordered: list[Payout] = []
    async with database.work(operator_id) as work:
        for key, _ in await balances_of(work, AccountKind.CPO_PAYABLE):
            if key.currency != CURRENCY:
                continue
            payout = await _order_sales(work, key, minimum)
            if payout is not None:
                ordered.append(payout)
    return ordered


async def order_credit(
    payment_id: UUID, payee: BankAccount, *, operator_id: UUID, database: Database
) -> Payout | None:
    """
    Order the transfer of what the customer of a payment is owed: the refund of last resort.

    None when nothing is owed, or was ordered already.
    """
    async with database.work(operator_id) as work:
        await lock_bank_account(work, OUR_OWN)
        owed = AccountKey(Book.LIVE, AccountKind.CUSTOMER_CREDIT.of(payment_id), CURRENCY)
        amount = await balance_of(work, owed)
        if amount <= NOTHING:
            return None
        payout = _new(work, PayoutKind.CREDIT, str(payment_id), payee, amount)
        await _write(work, payout)
        return payout


async def _order_sales(work: Work, key: AccountKey, minimum: Money) -> Payout | None:
    # The lock makes whoever orders at the same time wait, and then find that nothing is owed.
    payee = await lock_bank_account(work, key.account.owner)
    amount = await balance_of(work, key)
    if amount <= NOTHING or amount < minimum:
        return None
    payout = _new(work, PayoutKind.SALES, key.account.owner, payee, amount)
    await _write(work, payout)
    return payout


def _new(work: Work, kind: PayoutKind, owner: str, payee: BankAccount, amount: Money) -> Payout:
    payout_id = work.ids.uuid7(work.now)
    # SEPA end-to-end ids have at most 35 characters.
    reference = f"DP-{payout_id.hex}"
    return Payout(payout_id, kind, owner, payee, amount, reference, work.now)


async def _write(work: Work, payout: Payout) -> None:
    await store.insert_payout(work, payout)
    fact = Fact(f"payout:{payout.payout_id}", payout.payout_id, Book.LIVE, work.now)
    await post(work, posting_of(payout, fact, payout.amount))


def posting_of(payout: Payout, fact: Fact, amount: Money) -> Posting:
    """Return what is booked when *amount* is ordered as *payout*; a negative one comes back."""
    if payout.kind is PayoutKind.SALES:
        return paid_out(fact, payout.owner, payout.payout_id, amount)
    return credit_paid_out(fact, UUID(payout.owner), payout.payout_id, amount)
