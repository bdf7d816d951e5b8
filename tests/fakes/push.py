"""A push service that keeps what it is given and answers as it is told."""

from dataclasses import dataclass, field

import msgspec

from app.people.notifications.model import Address
from app.people.notifications.ports import Pushed, PushOutcome


@dataclass
class FakePush:
    """Answers with *outcome*, which a test may change; keeps endpoints and messages."""

    outcome: PushOutcome = field(default_factory=Pushed)
    sent: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    async def push(self, address: Address, body: bytes, *, seconds: int) -> PushOutcome:
        """Keep the message and answer."""
        assert 0 < seconds <= 86_400
        self.sent.append((address.endpoint, msgspec.json.decode(body)))
        return self.outcome

    @property
    def titles(self) -> list[str]:
        """Return the titles of what was sent."""
        return [message["title"] for _, message in self.sent]
