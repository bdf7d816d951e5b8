"""Sessions that are a driver's own."""

from app.infra.migrations.script import refuse, run_script

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: these rows say whose sessions are."""
    refuse()
