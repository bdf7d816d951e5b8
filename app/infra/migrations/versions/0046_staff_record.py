"""What staff did."""

from app.infra.migrations.script import refuse, run_script

revision = "0046"
down_revision = "0045"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: money is in these tables."""
    refuse()
