"""What the outside must offer: a way to call other platforms."""

from dataclasses import dataclass
from typing import Any, Protocol

from app.roaming.errors import PlatformTrouble
from app.roaming.platforms.model import Party


@dataclass(frozen=True, slots=True)
class Link:
    """By which *token* a platform is called, from whom to whom; *is_raw*: without base64."""

    token: str
    is_raw: bool = False
    sender: Party | None = None
    receiver: Party | None = None


@dataclass(frozen=True, slots=True)
class PeerRequest:
    """A call: *body* is JSON, *seconds* the patience."""

    method: str
    url: str
    body: bytes | None = None
    seconds: int = 15


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer: *http* is its HTTP status, *status* OCPI's, *next_url* the next page's address."""

    http: int
    status: int
    message: str
    data: Any
    next_url: str | None = None
    total: int | None = None
    location: str | None = None

    @property
    def is_success(self) -> bool:
        """Tell whether it was done."""
        return self.http < 400 and 1000 <= self.status < 2000  # noqa: PLR2004 - OCPI's ranges

    def checked(self, url: str) -> "Reply":
        """Return the reply when it is a success; raise PlatformTrouble."""
        if not self.is_success:
            told = f"HTTP {self.http}, OCPI {self.status}: {self.message}"
            raise PlatformTrouble(f"{url} answers {told}", url=url, http=self.http, is_sent=True)
        return self


class Peers(Protocol):
    """HTTP to other platforms."""

    async def call(self, link: Link, request: PeerRequest) -> Reply:
        """
        Send *request* and return what came back, success or not.

        Raises PlatformTrouble when nothing did; its fact `is_sent` tells whether it may have
        arrived.
        """
        ...
