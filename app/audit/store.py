"""The questions of the audit, asked of every table there is."""

from pathlib import Path
from typing import Final

from sqlalchemy import Integer, Text, Uuid, bindparam, text

from app.audit.model import Breach, Invariant
from app.infra.database import Work
from app.infra.tables import UtcDateTime

FOLDER: Final = Path(__file__).parent / "invariants"
# A breach is told by its first rows; there may be as many as there are payments.
TOLD: Final = 20


def invariants() -> tuple[Invariant, ...]:
    """Return all invariants in order: one file each, which begins with its title."""
    return tuple(_read(file) for file in sorted(FOLDER.glob("*.sql")))


async def ask(work: Work, invariant: Invariant) -> tuple[list[Breach], int]:
    """Return the first breaches of an *invariant*, and how many there are; *work* is of all."""
    query = text(
        "SELECT operator_id, subject, detail, count(*) OVER () AS total"  # nosec B608  # noqa: S608 - our own
        f" FROM ({invariant.sql}) AS breach(operator_id, subject, detail)"
        f" ORDER BY subject LIMIT {TOLD}"
    ).columns(operator_id=Uuid, subject=Text, detail=Text, total=Integer)
    if ":now" in invariant.sql:
        query = query.bindparams(bindparam("now", work.now, type_=UtcDateTime))
    rows = (await work.execute(query)).all()
    found = [Breach(invariant.number, row.operator_id, row.subject, row.detail) for row in rows]
    return found, rows[0].total if rows else 0


def _read(file: Path) -> Invariant:
    title, _, sql = file.read_text().partition("\n")
    return Invariant(int(file.name.partition("_")[0]), title.removeprefix("-- "), sql)
