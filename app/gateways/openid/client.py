"""The way to any provider that speaks OpenID Connect: a part, loaded with the first sign-in."""

import asyncio
from typing import Final

import httpx
import msgspec
from joserfc.errors import JoseError
from joserfc.jws import extract_compact

from app.gateways.openid.documents import (
    KEYS_ASKED_EVERY,
    PATIENCE_SECONDS,
    Documents,
    Provider,
    trouble,
)
from app.gateways.openid.protocol import Protocol
from app.gateways.openid.wire import Claims, Tokens
from app.kernel.clock import Clock
from app.people.identity.openid.errors import OpenIdRefused
from app.people.identity.openid.ports import Asking, Exchange, Person

_TOTAL_SECONDS: Final = 20
_SERVER_ERROR: Final = 500


class OpenIdClient:
    """Asks providers over *transport*, which reaches no address of our own network."""

    def __init__(self, clock: Clock, transport: httpx.AsyncBaseTransport | None = None) -> None:
        """Connect with the first question; *transport* replaces the network."""
        self._clock = clock
        self._http = httpx.AsyncClient(
            transport=transport, follow_redirects=False, timeout=PATIENCE_SECONDS
        )
        self._documents = Documents(self._http, clock)
        self._rules = Protocol()

    async def close(self) -> None:
        """Close the connections."""
        await self._http.aclose()

    async def address(self, asking: Asking) -> str:
        """Return where the browser is to go. Raises OpenIdUnavailable."""
        try:
            async with asyncio.timeout(_TOTAL_SECONDS):
                provider = await self._documents.provider(asking.issuer)
        except TimeoutError as error:
            raise trouble(asking.issuer, "it takes too long") from error
        return self._rules.address(provider.metadata, asking)

    async def person(self, exchange: Exchange) -> Person:
        """Return who came, as the issuer signed it. Raises OpenIdRefused, OpenIdUnavailable."""
        try:
            async with asyncio.timeout(_TOTAL_SECONDS):
                return _person(await self._claims(exchange))
        except TimeoutError as error:
            raise trouble(exchange.issuer, "it takes too long") from error

    async def _claims(self, exchange: Exchange) -> Claims:
        provider = await self._documents.provider(exchange.issuer)
        tokens = await self._tokens(provider, exchange)
        if _key_of(tokens.id_token) not in _names(provider):
            # Keys change: a name that we do not know may be a new one.
            issuer, often = exchange.issuer, KEYS_ASKED_EVERY
            provider = await self._documents.provider(issuer, newer_than=often)
        now = int(self._clock.now().timestamp())
        claims = self._rules.claims(tokens, provider.keys, exchange, now)
        return claims if "email" in claims else await self._more(claims, provider, tokens)

    async def _tokens(self, provider: Provider, exchange: Exchange) -> Tokens:
        request = self._rules.token_request(provider.metadata, exchange)
        status, body = await self._documents.send(request)
        if status >= _SERVER_ERROR:
            raise trouble(str(request.url), f"status {status}")
        try:
            return msgspec.json.decode(body, type=Tokens)
        except msgspec.MsgspecError as error:
            raise OpenIdRefused(f"no ID token came, but status {status}") from error

    async def _more(self, claims: Claims, provider: Provider, tokens: Tokens) -> Claims:
        """Add what only the userinfo endpoint tells, of the same subject (Core 5.3.2)."""
        url = provider.metadata.userinfo_endpoint
        if url is None or tokens.access_token is None:
            return claims
        body = await self._documents.get(url, bearer=tokens.access_token)
        try:
            told = msgspec.json.decode(body, type=Claims)
        except msgspec.MsgspecError as error:
            raise OpenIdRefused(f"{url}: what it tells cannot be read") from error
        return {**told, **claims} if told.get("sub") == claims["sub"] else claims


def _person(claims: Claims) -> Person:
    """Return who it is; an address counts only if the issuer says that it checked it."""
    subject, email = claims["sub"], claims.get("email")
    if not isinstance(subject, str) or not subject:
        raise OpenIdRefused("the ID token names nobody")
    said = claims.get("email_verified")
    is_checked = said is True or said == "true"  # some providers write it as a text
    return Person(subject, email if isinstance(email, str) and is_checked else None)


def _key_of(token: str) -> object:
    """Return the name of the key that is said to have signed *token*. Raises OpenIdRefused."""
    try:
        return extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError) as error:
        raise OpenIdRefused(f"the ID token is none: {error}") from error


def _names(provider: Provider) -> set[object]:
    return {None, *(key.kid for key in provider.keys.keys)}
