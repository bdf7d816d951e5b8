"""Orders of the API and what they were answered."""

from app.infra.migrations.script import refuse, run_script

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Run the statements beside this file."""
    run_script(__file__)


def downgrade() -> None:
    """Refuse: an order that comes again would be carried out again."""
    refuse()
