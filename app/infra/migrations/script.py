"""What a migration does: run the SQL beside it; never backwards, for money is in the tables."""

from pathlib import Path
from typing import Never

from alembic import op


class NoWayBack(Exception):
    """A migration is not undone: what it made may hold money. A backup is the way back."""


def run_script(migration: str) -> None:
    """Run the `.sql` file of the same name as *migration* (its `__file__`)."""
    script = Path(migration).with_suffix(".sql").read_text()
    op.get_bind().exec_driver_sql(script.replace("%", "%%"))


def refuse() -> Never:
    """Refuse to undo a migration. Raises NoWayBack."""
    raise NoWayBack("the tables of this migration may hold money: restore a backup instead")
