"""The operator's provider (OpenID Connect Core 1.0), and the ways there and back of its drivers."""

import hashlib
import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final
from urllib.parse import urlencode, urlsplit
from uuid import UUID

LOGIN_LASTS: Final = timedelta(minutes=10)
CODE_LASTS: Final = timedelta(minutes=1)
_LONGEST_LABEL: Final = 40
_LONGEST: Final = 500
_LOOPBACK: Final = frozenset(("127.0.0.1", "::1", "localhost"))
# RFC 7636, 4.2: a SHA-256 in base64url, without padding.
_CHALLENGE: Final = re.compile(r"[A-Za-z0-9_-]{43}")
# RFC 8252, 7.1: a scheme of an app's own is a domain of its maker's, backwards.
_OWN_SCHEME: Final = re.compile(r"[a-z][a-z0-9-]*(\.[a-z0-9-]+)+")


@dataclass(frozen=True, slots=True)
class Connection:
    """
    Where an operator's drivers may sign in: the *issuer*, and as which client we are known there.

    *label* stands on the button. *app_redirects* are the addresses to which apps are led back. A
    client without a secret is a public one.
    """

    operator_id: UUID
    issuer: str
    client_id: str
    label: str
    app_redirects: tuple[str, ...] = ()
    sealed_secret: str | None = None

    def lets(self, app: "AppReturn") -> bool:
        """Tell whether an app may be led back there (RFC 8252, 7.3: loopback has any port)."""
        if app.redirect_uri in self.app_redirects:
            return True
        return any(
            urlsplit(one).hostname in _LOOPBACK and _portless(one) == _portless(app.redirect_uri)
            for one in self.app_redirects
        )


@dataclass(frozen=True, slots=True)
class AppReturn:
    """An app that waits for a code at *redirect_uri*, with its own *state* and PKCE *challenge*."""

    redirect_uri: str
    state: str
    challenge: str

    @property
    def is_sound(self) -> bool:
        """Tell whether a code could be proven to be the app's, and its state handed back."""
        return _CHALLENGE.fullmatch(self.challenge) is not None and len(self.state) <= _LONGEST

    def address(self, **parameters: str) -> str:
        """Return where the browser is led, with the app's own state."""
        mark = "&" if urlsplit(self.redirect_uri).query else "?"
        state = {"state": self.state} if self.state else {}
        return f"{self.redirect_uri}{mark}{urlencode({**parameters, **state})}"


@dataclass(frozen=True, slots=True)
class Login:
    """
    A way there and back, for the one browser whose secret has this *digest*.

    *redirect_uri* is our own address, *back* where signing in leads to. With *app* it ends in a
    code, of which *code_digest* is kept, for *driver_id*.
    """

    login_id: UUID
    digest: bytes
    issuer: str
    redirect_uri: str
    back: str
    asked_at: datetime
    app: AppReturn | None = None
    used_at: datetime | None = None
    driver_id: UUID | None = None
    code_digest: bytes | None = None
    code_until: datetime | None = None

    def is_open(self, at: datetime) -> bool:
        """Tell whether the browser may come back at that instant."""
        return self.used_at is None and at < self.asked_at + LOGIN_LASTS


@dataclass(frozen=True, slots=True)
class Link:
    """A driver by the name that an issuer has for them, which never changes there."""

    operator_id: UUID
    issuer: str
    subject: str
    driver_id: UUID
    since: datetime


def derived(purpose: str, secret: str) -> str:
    """
    Return the state, nonce or verifier of the browser with this *secret*, 43 characters.

    None of them is kept, and none of them tells another or the secret.
    """
    digest = hashlib.sha256(f"openid {purpose}\0{secret}".encode()).digest()
    return urlsafe_b64encode(digest).decode().rstrip("=")


def complaints(connection: Connection) -> Iterator[tuple[str, str]]:
    """Yield what is wrong with *connection*: the field, and a sentence."""
    issuer = urlsplit(connection.issuer)
    if issuer.scheme not in {"https", "http"} or not issuer.hostname or issuer.query:
        yield "issuer", "expected an address such as https://login.example"
    if not 0 < len(connection.client_id) <= _LONGEST:
        yield "client_id", "may not be empty"
    if not 0 < len(connection.label) <= _LONGEST_LABEL or not connection.label.isprintable():
        yield "label", f"expected 1 to {_LONGEST_LABEL} characters"
    for address in connection.app_redirects:
        if not _leads_to_an_app(address):
            yield "app_redirect", f"{address!r}: expected https, com.example.app:/x or 127.0.0.1"


def _leads_to_an_app(address: str) -> bool:
    parts = urlsplit(address)
    if parts.fragment or len(address) > _LONGEST or not address.isprintable() or " " in address:
        return False
    if parts.scheme == "http":
        return parts.hostname in _LOOPBACK
    return (parts.scheme == "https" and bool(parts.hostname)) or bool(
        _OWN_SCHEME.fullmatch(parts.scheme)
    )


def _portless(address: str) -> tuple[str, str | None, str, str]:
    parts = urlsplit(address)
    return parts.scheme, parts.hostname, parts.path, parts.query
