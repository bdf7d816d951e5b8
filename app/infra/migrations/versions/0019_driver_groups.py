"""Groups of drivers, which decide about their prices."""

from app.infra.migrations.script import refuse, run_script

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: prices were agreed on by them."""
    refuse()
