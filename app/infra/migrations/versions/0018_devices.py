"""Apps that are signed in beside browsers, each with its name."""

from app.infra.migrations.script import refuse, run_script

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: drivers are signed in by these rows."""
    refuse()
