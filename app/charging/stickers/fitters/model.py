"""Somebody who mounts stickers, known by a link."""

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID


@dataclass(frozen=True, slots=True)
class Fitter:
    """Whose link it is, by *name*, and for how long; of the link itself only a digest is kept."""

    fitter_id: UUID
    operator_id: UUID
    name: str
    made_at: datetime
    expires_at: datetime
    revoked_at: datetime | None = None

    def holds(self, at: datetime) -> bool:
        """Tell whether the link is good at that instant."""
        return at < self.expires_at and (self.revoked_at is None or at < self.revoked_at)
