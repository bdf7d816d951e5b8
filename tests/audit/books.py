"""The end of a test: the books are asked whether everything is right."""

from app.audit.check import check
from app.infra.database import Database


async def breaches(database: Database) -> list[str]:
    """Return every breach of an invariant, as a sentence."""
    return [
        f"{breach.number}: {breach.subject}: {breach.detail}"
        for checked in await check(database=database)
        for breach in checked.breaches
    ]
