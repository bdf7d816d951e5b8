"""Open, change, list and end accounts that pay later: with the operator's permission."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

from app.funds.ledger.chart import AccountKind, Book
from app.funds.ledger.model import AccountKey
from app.funds.ledger.post import balance_of
from app.funds.payments.accounts import house_account, mode_of
from app.funds.postpaid import store
from app.funds.postpaid.errors import ChargeAccountInvalid, ChargeAccountNotFound
from app.funds.postpaid.model import Account
from app.infra.database import Work
from app.kernel.money import Money

MOST_NAME = 80


@dataclass(frozen=True, slots=True)
class AccountOrder:
    """An account as the operator wants it, known by its *name*; the fields are `Account`'s."""

    name: str
    per_session: Money
    most_open: Money | None = None
    group: str | None = None


async def save_account(work: Work, order: AccountOrder) -> Account:
    """
    Open the account of this name, or change it; one that had ended is open again. A step.

    It is in the book of the operator's payments as they are now. Raises ChargeAccountInvalid,
    AccountNotFound for an operator that takes no payments.
    """
    _check(order)
    book = Book(await mode_of(work, await house_account(work)))
    known = await store.account_of_name(work, order.name, order.per_session.currency, book)
    saved = Account(
        account_id=work.ids.uuid7(work.now) if known is None else known.account_id,
        operator_id=work.operator_id,
        name=order.name,
        per_session=order.per_session,
        book=book,
        opened_at=work.now if known is None else known.opened_at,
        most_open=order.most_open,
        group=order.group,
    )
    await store.put_account(work, saved)
    return saved


async def end_account(work: Work, account_id: UUID) -> Account:
    """Let nothing more go on an account; what is owed stays owed. Safe to repeat. A step."""
    found = await get_account(work, account_id, lock=True)
    if found.ended_at is not None:
        return found
    ended = replace(found, ended_at=work.now)
    await store.put_account(work, ended)
    return ended


async def get_account(work: Work, account_id: UUID, *, lock: bool = False) -> Account:
    """Return the account with this id. A step. Raises ChargeAccountNotFound."""
    found = await store.find_account(work, account_id, lock=lock)
    if found is None:
        raise ChargeAccountNotFound("the operator has no such account", account_id=str(account_id))
    return found


async def account_named(work: Work, name: str, currency: str) -> Account:
    """Return the account of this name in today's book. A step. Raises ChargeAccountNotFound."""
    book = Book(await mode_of(work, await house_account(work)))
    found = await store.account_of_name(work, name, currency, book)
    if found is None:
        raise ChargeAccountNotFound("the operator has no account of this name", name=name)
    return found


async def list_accounts(
    work: Work, after: UUID | None = None, limit: int | None = None
) -> Sequence[tuple[Account, Money]]:
    """
    Return all accounts with what each owes, by name. A step.

    At most *limit*, those *after* the account of this id.
    """
    found = await store.accounts(work, after, limit)
    return [(each, await owed_by(work, each)) for each in found]


async def owed_by(work: Work, one: Account) -> Money:
    """Return what an account owes: its sessions less what was paid. A step."""
    whose = AccountKind.CUSTOMER_RECEIVABLE.of(one.account_id)
    return await balance_of(work, AccountKey(one.book, whose, one.per_session.currency))


def _check(order: AccountOrder) -> None:
    if not 1 <= len(order.name.strip()) <= MOST_NAME:
        raise ChargeAccountInvalid(f"a name has 1 to {MOST_NAME} characters", field="name")
    if order.per_session <= Money.zero(order.per_session.currency):
        raise ChargeAccountInvalid("a session may cost more than nothing", field="per_session")
    most = order.most_open
    if most is not None and most.currency != order.per_session.currency:
        raise ChargeAccountInvalid("both amounts are of one currency", field="most_open")
    if most is not None and most < order.per_session:
        raise ChargeAccountInvalid("at least one session fits in it", field="most_open")
