"""Know from and to which bank accounts is paid."""

from app.funds.payouts import store
from app.funds.payouts.errors import BankAccountMissing
from app.funds.payouts.model import BankAccount
from app.infra.database import Work

# The owner of the account that transfers are made from.
OUR_OWN = ""


async def save_bank_account(work: Work, owner: str, account: BankAccount) -> None:
    """Step: pay *owner*, an operator by its name, to *account* from now on; OUR_OWN pays."""
    await store.save_bank_account(work, owner, account)


async def lock_bank_account(work: Work, owner: str) -> BankAccount:
    """Step: return the account of *owner*, locked. Raises BankAccountMissing."""
    account = await store.lock_bank_account(work, owner)
    if account is None:
        whose = owner or "the transfers are made from"
        raise BankAccountMissing(f"no bank account is known of {whose}", owner=owner)
    return account
