"""By which an earlier secret of a browser or an app is known for what it is."""

from app.infra.migrations.script import refuse, run_script

revision = "0044"
down_revision = "0043"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: money is in these tables."""
    refuse()
