"""The job worker on Procrastinate."""

from app.infra.worker.run import STALLED_SECONDS, Worker

__all__ = ["STALLED_SECONDS", "Worker"]
