"""Passkeys of drivers, and the ceremonies in which they are made and shown."""

from app.infra.migrations.script import refuse, run_script

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: drivers would not get in any more."""
    refuse()
