"""Places that drivers keep."""

from app.infra.migrations.script import refuse, run_script

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: a driver's places are in these tables."""
    refuse()
