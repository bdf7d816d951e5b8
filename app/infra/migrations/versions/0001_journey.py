"""The tables of the journey, and the job tables of Procrastinate."""

from pathlib import Path

from alembic import op

from app.infra.migrations.schema import job_schema

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Create everything."""
    connection = op.get_bind()
    connection.exec_driver_sql(job_schema().replace("%", "%%"))
    connection.exec_driver_sql(Path(__file__).with_suffix(".sql").read_text().replace("%", "%%"))


def downgrade() -> None:
    """Refuse: money is in these tables."""
    raise NotImplementedError("restore a backup instead")
