"""One call of another platform, and its answer."""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import TypeVar

from app.pricing.tariffs.model import OcpiObject
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiNotOffered
from app.roaming.platforms.model import Platform
from app.roaming.wire.codec import read
from app.roaming.wire.envelope import Status
from app.roaming.wire.versions import Version

T = TypeVar("T", bound=OcpiObject)


@dataclass(frozen=True, slots=True)
class Call:
    """What a platform asks: *rest* is the path below the module, *url* the module's own address."""

    platform: Platform
    version: Version
    method: str
    url: str
    rest: tuple[str, ...]
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes

    def body_as(self, kind: type[T]) -> T:
        """Return the body as an object of a *kind*. Raises OcpiInvalid."""
        return read(kind, self.body)

    def path(self, *counts: int) -> tuple[str, ...]:
        """Return the path below the module when it has one of *counts* parts. OcpiNotOffered."""
        if len(self.rest) not in counts:
            raise OcpiNotOffered("there is nothing at this address", http=404)
        return self.rest


@dataclass(frozen=True, slots=True)
class Answer:
    """What is answered: *data* in the envelope, and what HTTP says around it."""

    data: object = None
    http: int = HTTPStatus.OK
    status: Status = Status.SUCCESS
    message: str = "Success"
    headers: Mapping[str, str] = field(default_factory=dict)


Handler = Callable[[Call, RoamingDesk], Awaitable[Answer]]
CREATED = HTTPStatus.CREATED
