"""Write postings into the books, and read balances."""

from collections.abc import Sequence

from app.funds.ledger import store
from app.funds.ledger.chart import AccountKind, Book
from app.funds.ledger.errors import LedgerKeyReused
from app.funds.ledger.model import AccountKey, Posted, Posting
from app.infra.database import Work
from app.kernel.money import Money


async def post(work: Work, *postings: Posting) -> tuple[Posted, ...]:
    """
    Step: write the *postings* now, and return the transactions of those that move something.

    A key that was posted before is the same transaction, and nothing is moved again. The accounts
    stay locked until the work ends: post everything of one work in one call, after all other
    locks. Raises LedgerKeyReused for a known key with another content, and BalanceTooLow.
    """
    wanted = {posting.fact.key: posting for posting in postings if posting.entries}
    given = [posting for posting in postings if posting.entries]
    for posting in given:
        _check_same(work, posting, wanted[posting.fact.key].digest(work.operator_id))
    if not wanted:
        return ()
    written = await store.write(work, list(wanted.values()))
    for posting in wanted.values():
        _check_same(work, posting, written[posting.fact.key].digest)
    return tuple(Posted(row.transaction_id, key, is_new=row.is_new) for key, row in written.items())


def post_at_end(work: Work, *postings: Posting) -> None:
    """
    Step: write the *postings* when the work commits, after everything else was locked.

    For reactors and for verbs that post more than once: the failures of `post` then come out of
    the work's own block.
    """
    for posting in postings:
        if posting.entries:
            work.at_end(_post_all, posting)


async def balance_of(work: Work, key: AccountKey) -> Money:
    """Step: return the balance of an account on its own side; zero for one that is new."""
    return await store.balance(work, key)


async def balances_of(
    work: Work, kind: AccountKind, book: Book = Book.LIVE
) -> list[tuple[AccountKey, Money]]:
    """Step: return all accounts of a *kind* with their balances."""
    return await store.accounts(work, book, kind)


async def _post_all(work: Work, postings: Sequence[Posting]) -> None:
    await post(work, *postings)


def _check_same(work: Work, posting: Posting, digest: bytes) -> None:
    if posting.digest(work.operator_id) != digest:
        key = posting.fact.key
        raise LedgerKeyReused(f"{key} was posted with another content", key=key)
