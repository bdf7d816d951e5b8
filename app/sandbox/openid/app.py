"""The endpoints of the played provider: configuration, keys, authorisation, tokens, userinfo."""

import hashlib
import secrets
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as Base64Error
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlencode

from joserfc import jwt
from joserfc.jwk import RSAKey
from litestar import Litestar, Request, Response, get, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide

from app.kernel.clock import Clock

AnyRequest = Request[object, object, State]
_LASTS = 300


@dataclass(slots=True)
class Account:
    """Who is signed in at the provider, in the browser that comes."""

    subject: str = "anna-1"
    email: str | None = "anna@example.com"
    email_verified: object = True


@dataclass(slots=True)
class OpenIdProvider:
    """
    The state of the played provider at *issuer*, which knows one client.

    *account* comes next. *claims* are put over what an ID token says; *signs_as* is what its key
    is called, *keys* are those that it publishes. *tells_later* leaves the address to userinfo;
    *refuses* sends everybody back with nothing. *asked* counts the reads of its documents.
    """

    issuer: str
    clock: Clock
    client_id: str = "directpay"
    secret: str | None = "played-secret"  # noqa: S105 - of nobody
    account: Account = field(default_factory=Account)
    claims: dict[str, object] = field(default_factory=dict)
    key: RSAKey = field(default_factory=lambda: _new_key("first"))
    keys: list[RSAKey] = field(default_factory=list)
    tells_later: bool = False
    refuses: bool = False
    ways: tuple[str, ...] = ("client_secret_basic",)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    bearers: dict[str, Account] = field(default_factory=dict)
    asked: int = 0

    def __post_init__(self) -> None:
        """Publish the key."""
        self.keys = self.keys or [self.key]

    def changes_its_key(self, name: str) -> None:
        """Sign with a new key from now on, and publish that alone."""
        self.key = _new_key(name)
        self.keys = [self.key]

    def id_token(self, asked: dict[str, str]) -> str:
        """Return who came, signed."""
        now = int(self.clock.now().timestamp())
        says: dict[str, object] = {
            "iss": self.issuer,
            "sub": self.account.subject,
            "aud": asked["client_id"],
            "iat": now,
            "exp": now + _LASTS,
            "nonce": asked["nonce"],
        }
        if not self.tells_later:
            says |= self.address()
        says |= self.claims
        header = {"alg": "RS256", "kid": self.key.kid}
        return jwt.encode(header, {k: v for k, v in says.items() if v is not None}, self.key)

    def address(self) -> dict[str, object]:
        """Return the address of who came."""
        return {"email": self.account.email, "email_verified": self.account.email_verified}


@get("/.well-known/openid-configuration")
async def configuration(provider: NamedDependency[OpenIdProvider]) -> dict[str, object]:
    """Answer where everything is."""
    provider.asked += 1
    at = provider.issuer
    return {
        "issuer": at,
        "authorization_endpoint": f"{at}/authorize",
        "token_endpoint": f"{at}/token",
        "jwks_uri": f"{at}/keys",
        "userinfo_endpoint": f"{at}/userinfo",
        "token_endpoint_auth_methods_supported": provider.ways,
        "response_types_supported": ["code"],
    }


@get("/keys")
async def keys(provider: NamedDependency[OpenIdProvider]) -> dict[str, object]:
    """Answer the public keys, and one of a kind that nobody knows."""
    known = [key.as_dict(private=False) for key in provider.keys]
    return {"keys": [*known, {"kty": "unheard-of", "kid": "x"}]}


@get("/authorize")
async def authorize(
    request: AnyRequest, provider: NamedDependency[OpenIdProvider]
) -> Response[str]:
    """Show who signs in, as a page with one link that leads back."""
    asked = {name: str(value) for name, value in request.query_params.items()}
    back = {"state": asked["state"], "iss": provider.issuer}
    if provider.refuses:
        back["error"] = "access_denied"
    else:
        code = secrets.token_urlsafe(16)
        provider.codes[code] = asked
        back["code"] = code
    address = f"{asked['redirect_uri']}?{urlencode(back)}".replace("&", "&amp;")
    link = f"<a href='{address}'>It is me</a>"
    page = f"<!doctype html><link rel=icon href='data:,'><title>Sign in</title>{link}"
    return Response(page, media_type="text/html")


@post("/token", status_code=200)
async def token(
    request: AnyRequest, provider: NamedDependency[OpenIdProvider]
) -> Response[dict[str, object]]:
    """Exchange a code, once, for whoever shows the secret and the verifier."""
    form = dict(parse_qsl((await request.body()).decode()))
    asked = provider.codes.pop(form.get("code", ""), None)
    if asked is None or not _is_client(request, form, provider) or not _is_proven(form, asked):
        return Response({"error": "invalid_grant"}, status_code=400)
    access = secrets.token_urlsafe(16)
    provider.bearers[access] = provider.account
    return Response(
        {"id_token": provider.id_token(asked), "access_token": access, "token_type": "Bearer"}
    )


@get("/userinfo")
async def userinfo(
    request: AnyRequest, provider: NamedDependency[OpenIdProvider]
) -> Response[dict[str, object]]:
    """Tell who the access token is of."""
    bearer = request.headers.get("authorization", "").removeprefix("Bearer ")
    account = provider.bearers.get(bearer)
    if account is None:
        return Response({"error": "invalid_token"}, status_code=401)
    return Response({"sub": account.subject, **provider.address()})


def _is_client(request: AnyRequest, form: dict[str, str], provider: OpenIdProvider) -> bool:
    shown = form.get("client_id"), form.get("client_secret")
    basic = request.headers.get("authorization", "").removeprefix("Basic ")
    if basic:
        try:
            name, _, word = b64decode(basic).decode().partition(":")
        except Base64Error:
            return False
        shown = name, word
    return shown == (provider.client_id, provider.secret)


def _is_proven(form: dict[str, str], asked: dict[str, str]) -> bool:
    digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
    made = urlsafe_b64encode(digest).decode().rstrip("=")
    is_same = form.get("redirect_uri") == asked["redirect_uri"]
    return is_same and (made, "S256") == (asked["code_challenge"], asked["code_challenge_method"])


def _new_key(name: str) -> RSAKey:
    return RSAKey.generate_key(2048, {"kid": name, "use": "sig"})


def openid_app(provider: OpenIdProvider) -> Litestar:
    """Return the played provider as an ASGI app."""

    def given() -> OpenIdProvider:
        return provider

    return Litestar(
        [configuration, keys, authorize, token, userinfo],
        dependencies={"provider": Provide(given, sync_to_thread=False)},
        openapi_config=None,
    )
