"""Order that an operator gets its share of payments from their provider."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from app.funds.ledger.chart import AccountKind, Book
from app.funds.ledger.model import AccountKey, Fact, TransactionKind
from app.funds.ledger.post import balance_of, post_at_end
from app.funds.ledger.postings.shares import share_ordered
from app.funds.payments.accounts import mode_of, recipient_at
from app.funds.payments.model import Payment
from app.funds.payments.ports import SettledBy
from app.funds.payments.providers.capabilities import way_of
from app.funds.payments.sharing.model import Sharing, Way, divided
from app.funds.payments.sharing.store import insert_share
from app.infra.database import Work
from app.kernel.money import Money


@dataclass(frozen=True, slots=True)
class Kept:
    """A payment, and what of it stays with the platform and the operator together."""

    payment: Payment
    amount: Money


@dataclass(frozen=True, slots=True)
class _Target:
    kept: Kept
    recipient: str
    way: Way


async def order_shares(work: Work, cpo: str, earned: Money, kept: Sequence[Kept]) -> Money:
    """
    Step: let the providers give *cpo* what it *earned*, out of what was *kept*; return how much.

    What it owes, such as a dispute that it bears, is set off first. What no provider can give is
    paid out by transfer as ever. It leaves `cpo_payable` with this work, so no payout has it too.
    """
    targets = [target for each in kept if (target := await _target(work, each)) is not None]
    nothing = Money.zero(earned.currency)
    if not targets:
        return nothing
    book = Book(await mode_of(work, targets[0].kept.payment.account_id))
    payable = AccountKey(book, AccountKind.CPO_PAYABLE.of(cpo), earned.currency)
    debt = min(await balance_of(work, payable), nothing)
    most = sum((target.kept.amount for target in targets), nothing)
    total = max(nothing, min(earned + debt, most))
    amounts = divided(total, [target.kept.amount for target in targets])
    for target, amount in zip(targets, amounts, strict=True):
        if amount:
            sharing = Sharing(cpo, target.recipient, target.way, ordered=amount, goal=amount)
            await _order(work, target.kept.payment.payment_id, sharing, book)
    return total


async def _target(work: Work, kept: Kept) -> _Target | None:
    """Return who gets a part of a payment and how, or None where its provider can't give any."""
    payment = kept.payment
    if payment.is_in_house or payment.settled_by is not SettledBy.US or not kept.amount:
        return None
    provider, recipient = await recipient_at(work, payment.account_id)
    way = way_of(provider, payment.strategy, kept.amount.currency)
    return None if recipient is None or way is None else _Target(kept, recipient, way)


async def _order(work: Work, payment_id: UUID, sharing: Sharing, book: Book) -> None:
    await insert_share(work, payment_id, sharing)
    fact = Fact(f"{TransactionKind.SHARE}:{payment_id}", payment_id, book, work.now)
    post_at_end(work, share_ordered(fact, sharing.cpo, payment_id, sharing.ordered))
