"""Statements of accounts, as the command line prints them."""

from datetime import UTC, datetime

from app.funds.ledger.model import AccountKey
from app.funds.ledger.statement import Statement, statement_of
from app.infra.database import Database
from app.people.identity.find import find_operator


async def account_statement(
    slug: str, key: AccountKey, since: datetime, until: datetime, *, database: Database
) -> Statement:
    """
    Return the statement of an operator's account, from *since* and before *until*.

    Raises OperatorNotFound, LedgerAccountNotFound.
    """
    operator = await find_operator(slug, database=database)
    async with database.work(operator.operator_id) as work:
        return await statement_of(work, key, since, until)


def lines(statement: Statement) -> list[str]:
    """Return a statement as lines of text: opening balance, movements, closing balance."""
    key = statement.key
    head = f"{key.account} ({key.book}), in {key.currency}; grows on {key.account.kind.side}"
    balance = statement.opening
    rows = [f"{'opening balance':<60} {'':>12} {balance.as_decimal():>12}"]
    for movement in statement.movements:
        balance += movement.amount
        at = movement.recorded_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S")
        what = f"{at}  {movement.kind:<20} {movement.source_id!s:>8.8}"
        amounts = f"{movement.amount.as_decimal():>12} {balance.as_decimal():>12}"
        rows.append(f"{what:<60} {amounts}")
    rows.append(f"{'closing balance':<60} {'':>12} {statement.closing.as_decimal():>12}")
    return [head, *rows]
