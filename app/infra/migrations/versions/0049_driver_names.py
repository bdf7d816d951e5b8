"""What drivers want to be called."""

from app.infra.migrations.script import refuse, run_script

revision = "0049"
down_revision = "0048"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: money is in these tables."""
    refuse()
