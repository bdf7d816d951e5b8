"""What signing in elsewhere needs of the outside: providers, and something that seals secrets."""

from dataclasses import dataclass, field
from typing import Protocol

from app.infra.database import Database
from app.people.identity.openid.errors import OpenIdUnavailable


@dataclass(frozen=True, slots=True)
class Asking:
    """What the browser is sent to an issuer with."""

    issuer: str
    client_id: str
    redirect_uri: str
    state: str
    nonce: str
    verifier: str = field(repr=False)
    language: str


@dataclass(frozen=True, slots=True)
class Exchange:
    """What the issuer gets for telling who came: its *code*, and the proof that it is for us."""

    issuer: str
    client_id: str
    redirect_uri: str
    nonce: str
    code: str = field(repr=False)
    verifier: str = field(repr=False)
    secret: str | None = field(repr=False)


@dataclass(frozen=True, slots=True)
class Person:
    """Who came: the issuer's own name for them, and their mail address if the issuer checked it."""

    subject: str
    email: str | None


class OpenIdProviders(Protocol):
    """The way to any issuer."""

    async def address(self, asking: Asking) -> str:
        """Return where the browser is to go. Raises OpenIdUnavailable."""
        ...

    async def person(self, exchange: Exchange) -> Person:
        """Return who came, as the issuer signed it. Raises OpenIdRefused, OpenIdUnavailable."""
        ...


class NoProviders:
    """No way to any issuer."""

    async def address(self, asking: Asking) -> str:
        """Raise OpenIdUnavailable."""
        raise OpenIdUnavailable("there is no way to any provider", issuer=asking.issuer)

    async def person(self, exchange: Exchange) -> Person:
        """Raise OpenIdUnavailable."""
        raise OpenIdUnavailable("there is no way to any provider", issuer=exchange.issuer)


class Sealer(Protocol):
    """Seals secrets for the database, each for its row."""

    def seal(self, secret: str, *, row: str) -> str:
        """Return *secret* sealed."""
        ...

    def open(self, sealed: str, *, row: str) -> str:
        """Return what was sealed."""
        ...


@dataclass(frozen=True, slots=True)
class OpenIdDesk:
    """What signing in elsewhere works with."""

    database: Database
    sealer: Sealer
    providers: OpenIdProviders
