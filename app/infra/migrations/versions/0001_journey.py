"""The tables of the journey, and the job tables of Procrastinate."""

from alembic import op

from app.infra.migrations.schema import job_schema
from app.infra.migrations.script import refuse, run_script

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    op.get_bind().exec_driver_sql(job_schema().replace("%", "%%"))
    run_script(__file__)


def downgrade() -> None:
    """Refuse: money is in these tables."""
    refuse()
