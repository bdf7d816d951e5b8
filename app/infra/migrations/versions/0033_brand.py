"""What a brand has beside its name, colour and logo."""

from app.infra.migrations.script import refuse, run_script

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: money is in these tables."""
    refuse()
