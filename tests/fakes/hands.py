"""A job worker of this process that only keeps what commits give it."""

import psycopg

from app.infra.defer import Taken


class FakeHands:
    """Takes every job, as a worker with free places does, and leaves the running to the test."""

    def __init__(self, sql: psycopg.Connection) -> None:
        """Register as a worker in the database that *sql* sees."""
        row = sql.execute("SELECT worker_id FROM procrastinate_register_worker_v1()").fetchone()
        assert row is not None
        self.worker_id: int | None = row[0]
        self.places = 10
        self.taken: list[Taken] = []

    def take(self, job: Taken) -> None:
        """Keep *job*."""
        self.taken.append(job)
