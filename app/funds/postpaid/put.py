"""Put a session on an account: a place for it is kept while it runs."""

from uuid import UUID

from app.funds.postpaid import store
from app.funds.postpaid.errors import AccountExhausted
from app.funds.postpaid.manage import get_account, owed_by
from app.funds.postpaid.model import Account, Charge
from app.infra.database import Work
from app.kernel.money import Money


async def available_of(work: Work, account_id: UUID) -> Money:
    """Return what one more session may cost by an account. A step. ChargeAccountNotFound."""
    return await _available(work, await get_account(work, account_id))


async def put_on_account(
    work: Work, account_id: UUID, *, payment_id: UUID, session_id: UUID, amount: Money
) -> Charge:
    """
    Keep *amount* of an account for a session that *payment_id* stands for. A step.

    The account's row is locked: two sessions that begin at once never exceed it together. Raises
    ChargeAccountNotFound, AccountExhausted.
    """
    account = await get_account(work, account_id, lock=True)
    left = await _available(work, account)
    if amount.currency != left.currency or amount > left:
        raise AccountExhausted(f"{left} of {amount} may be put on {account.name}", left=str(left))
    new = Charge(
        payment_id=payment_id,
        account_id=account_id,
        session_id=session_id,
        amount=amount,
        booked=Money.zero(amount.currency),
        made_at=work.now,
    )
    await store.add_charge(work, new)
    return new


async def _available(work: Work, account: Account) -> Money:
    opened = await owed_by(work, account)
    opened += Money(await store.under_way(work, account.account_id), opened.currency)
    return account.available(opened, work.now)
