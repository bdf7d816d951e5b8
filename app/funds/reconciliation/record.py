"""Take over the lines of a settlement: what each is, and what it does to the books."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from uuid import UUID, uuid5

from app.funds.ledger.chart import Book
from app.funds.ledger.model import Fact, Posting
from app.funds.ledger.post import post_at_end
from app.funds.ledger.postings.providers import provider_settlement, unknown_line
from app.funds.payments.books import book_of
from app.funds.payments.providers.settlements import Movement, SettlementLine
from app.funds.payments.steps import payment_of_provider
from app.funds.reconciliation import store
from app.funds.reconciliation.model import OF_PAYMENTS, Claim, LineState, SeenLine, claim_of
from app.infra.database import EVERY_OPERATOR, Database, Work
from app.kernel.money import Money

BATCH = 200
MOST_IN_SUSPENSE = 1_000


@dataclass(frozen=True, slots=True)
class Recorded:
    """How many lines were *new*, and how many of these nobody can explain yet."""

    new: int
    in_suspense: int


async def record_lines(
    lines: Sequence[SettlementLine], account_id: UUID, *, operator_id: UUID, database: Database
) -> Recorded:
    """
    Match *lines* of a provider account with its payments, and book fees, payouts and the rest.

    A line is taken over once, however often it is read. Raises AccountNotFound.
    """
    new = in_suspense = 0
    for first in range(0, len(lines), BATCH):
        async with database.work(operator_id) as work:
            seen = await _record(work, lines[first : first + BATCH], account_id)
        new += len(seen)
        in_suspense += sum(one.state is LineState.SUSPENSE for one in seen)
    return Recorded(new, in_suspense)


async def explain_suspense(*, database: Database) -> int:
    """Match what is in suspense again: a line may be known before its payment; return how many."""
    async with database.work(EVERY_OPERATOR) as work:
        operators = await store.operators_in_suspense(work)
    explained = 0
    for operator_id in operators:
        async with database.work(operator_id) as work:
            for one in await store.in_suspense(work, MOST_IN_SUSPENSE):
                explained += await _explain(work, one)
    return explained


async def _record(work: Work, lines: Sequence[SettlementLine], account_id: UUID) -> list[SeenLine]:
    book = await book_of(work, account_id)
    known = await store.known(work, [uuid5(account_id, line.key) for line in lines])
    seen: list[SeenLine] = []
    for line in lines:
        if uuid5(account_id, line.key) in known:
            continue
        one = await _seen(work, line, account_id, seen)
        seen.append(one)
        post_at_end(work, *_postings(one, _fact(work, one, book)))
    if seen:
        await store.add(work, seen)
    return seen


async def _seen(
    work: Work, line: SettlementLine, account_id: UUID, others: Iterable[SeenLine]
) -> SeenLine:
    if line.movement in OF_PAYMENTS:
        claim = await _claim(work, line, account_id, others)
        state = LineState.SUSPENSE if claim is None else LineState.MATCHED
        return SeenLine(account_id, line, state, claim)
    is_clear = line.movement in (Movement.FEE, Movement.PAYOUT)
    return SeenLine(account_id, line, LineState.BOOKED if is_clear else LineState.SUSPENSE)


async def _claim(
    work: Work, line: SettlementLine, account_id: UUID, others: Iterable[SeenLine]
) -> Claim | None:
    """Return what *line* is; *others* are the lines that were looked at in the same work."""
    refs = [ref for ref in (line.provider_ref, line.part_ref) if ref is not None]
    payment = await payment_of_provider(work, account_id, refs, line.reference)
    if payment is None:
        return None
    taken = await store.claimed(work, payment.payment_id)
    taken |= {
        one.claim.part
        for one in others
        if one.claim is not None and one.claim.payment_id == payment.payment_id
    }
    part = claim_of(line, payment, taken)
    return None if part is None else Claim(payment.payment_id, part)


def _fact(work: Work, one: SeenLine, book: Book) -> Fact:
    at = one.line.at or work.now
    return Fact(f"settlement_line:{one.line_id}", one.line_id, book, at)


def _postings(one: SeenLine, fact: Fact) -> Iterator[Posting]:
    """Yield what a line does: its fee is a cost, a payout is money at the bank."""
    line, nothing = one.line, Money.zero(one.line.net.currency)
    if line.movement is Movement.PAYOUT:
        yield provider_settlement(fact, one.account_id, gross=-line.net, fee=nothing)
    elif line.movement is Movement.FEE:
        yield provider_settlement(fact, one.account_id, gross=-line.net, fee=-line.net)
    else:
        yield provider_settlement(fact, one.account_id, gross=line.fee, fee=line.fee)
        if one.state is LineState.SUSPENSE:
            yield _suspense(one, fact, line.gross)


def _suspense(one: SeenLine, fact: Fact, amount: Money) -> Posting:
    wondered = replace(fact, key=f"{fact.key}:suspense:{amount.minor}")
    return unknown_line(wondered, one.account_id, str(one.line_id), amount)


async def _explain(work: Work, one: SeenLine) -> bool:
    if one.line.movement not in OF_PAYMENTS:
        return False
    claim = await _claim(work, one.line, one.account_id, ())
    if claim is None:
        return False
    await store.explain(work, one.line_id, claim)
    book = await book_of(work, one.account_id)
    post_at_end(work, _suspense(one, _fact(work, one, book), -one.line.gross))
    return True
