"""One edit after the other, where no row is there to be locked."""

from sqlalchemy import func, select

from app.infra.database import Work


async def alone(work: Work, what: str) -> None:
    """Let nobody else at this operator edit *what* until the work ends. A step."""
    key = func.hashtextextended(f"{work.operator_id} edit {what}", 0)
    await work.execute(select(func.pg_advisory_xact_lock(key)))
