"""The way to a charge point as a test wants it: it answers what the test says."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID


@dataclass
class FakeLine:
    """Keeps every call, and answers or raises what lies in *answers*; `Accepted` after that."""

    answers: list[Mapping[str, Any] | Exception] = field(default_factory=list)
    made: list[tuple[str, str, Mapping[str, Any]]] = field(default_factory=list)

    async def call(
        self, operator_id: UUID, identity: str, action: str, payload: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Keep the call and answer."""
        self.made.append((identity, action, payload))
        answer = self.answers.pop(0) if self.answers else {"status": "Accepted"}
        if isinstance(answer, Exception):
            raise answer
        return answer
