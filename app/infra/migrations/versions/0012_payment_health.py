"""The health of payment accounts, and further attempts to pay."""

from app.infra.migrations.script import refuse, run_script

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: money is in these tables."""
    refuse()
