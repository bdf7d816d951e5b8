"""Notices, the devices that show them, and what drivers choose."""

from app.infra.migrations.script import refuse, run_script

revision = "0036"
down_revision = "0035"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: whom to tell what is in these tables."""
    refuse()
