"""What became of a driver's credit: the ledger's movements, a session being one line."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from uuid import UUID

from app.funds.ledger.chart import AccountKind
from app.funds.ledger.errors import LedgerAccountNotFound
from app.funds.ledger.model import AccountKey, Movement, TransactionKind
from app.funds.ledger.statement import statement_of
from app.funds.wallet import store
from app.funds.wallet.model import Wallet
from app.infra.database import Work
from app.kernel.money import Money

_ALWAYS: Final = datetime.min.replace(tzinfo=UTC)
_EVER: Final = datetime.max.replace(tzinfo=UTC)
_OF_SESSIONS: Final = (TransactionKind.RESERVE, TransactionKind.WALLET_SPENT)


@dataclass(frozen=True, slots=True)
class StatementLine:
    """
    What moved a wallet: *amount* is above zero for what came in.

    A session is one line of kind `wallet_spent`, or `reserve` as long as it runs.
    """

    at: datetime
    kind: TransactionKind
    source_id: UUID
    amount: Money


async def wallet_statement(work: Work, wallet: Wallet) -> list[StatementLine]:
    """Step: return the lines of a wallet, the newest first; they add up to its balance."""
    lines: dict[str, StatementLine] = {}
    for kind in (AccountKind.WALLET_PURCHASED, AccountKind.WALLET_GRANTED):
        key = AccountKey(wallet.book, kind.of(wallet.wallet_id), wallet.currency)
        for moved in await _movements(work, key):
            name = str(moved.source_id) if moved.kind in _OF_SESSIONS else moved.key
            lines[name] = _with(lines.get(name), moved)
    return sorted(lines.values(), key=lambda line: line.at)[::-1]


async def notes_of(work: Work, wallet: Wallet) -> dict[str, str]:
    """Step: return what was said with gifts, by the id that their lines have as source."""
    return await store.notes_in(work, wallet.wallet_id)


async def _movements(work: Work, key: AccountKey) -> tuple[Movement, ...]:
    try:
        return (await statement_of(work, key, _ALWAYS, _EVER)).movements
    except LedgerAccountNotFound:
        return ()


def _with(line: StatementLine | None, moved: Movement) -> StatementLine:
    if line is None:
        return StatementLine(moved.occurred_at, moved.kind, moved.source_id, moved.amount)
    is_over = TransactionKind.WALLET_SPENT in (line.kind, moved.kind)
    return StatementLine(
        at=min(line.at, moved.occurred_at),
        kind=TransactionKind.WALLET_SPENT if is_over else line.kind,
        source_id=line.source_id,
        amount=line.amount + moved.amount,
    )
