"""The addresses of a session's page that go into mails."""

from collections.abc import Callable
from dataclasses import dataclass
from uuid import UUID

from app.directpay import store
from app.directpay.desk import Secrets
from app.infra.database import Work


@dataclass(frozen=True, slots=True)
class PageLinks:
    """Makes the addresses of sessions; *base_of* tells where the pages of an operator are."""

    secrets: Secrets
    base_of: Callable[[UUID], str]

    def to_look(self, journey_id: UUID, operator_id: UUID) -> str:
        """Return the address at which everyone may look, and nobody may stop."""
        return f"{self.base_of(operator_id)}/s/{self.secrets.token(journey_id)}"

    def to_control(self, journey_id: UUID, operator_id: UUID) -> str:
        """Return the address that makes a browser the payer's: it may stop the session."""
        return f"{self.to_look(journey_id, operator_id)}?k={self.secrets.control(journey_id)}"

    async def page_of(self, work: Work, session_id: UUID) -> str | None:
        """Return the address at which to look at a session, or None when it has no page: a step."""
        journey = await store.journey_of_session(work, session_id)
        return None if journey is None else self.to_look(journey.journey_id, work.operator_id)
