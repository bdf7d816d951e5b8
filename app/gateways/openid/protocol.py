"""The rules of OAuth 2.0 and OpenID Connect, by Authlib."""

from typing import Final

import httpx
from authlib.oauth2.auth import ClientAuth
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import KeySet

from app.gateways.openid.wire import Claims, Metadata, Tokens
from app.people.identity.openid.errors import OpenIdRefused
from app.people.identity.openid.ports import Asking, Exchange

_SCOPE: Final = "openid email"
# No `none`, and no shared secrets: what is signed with a public key can be checked by nobody else.
_ALGORITHMS: Final = ("RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "EdDSA")
_LEEWAY_SECONDS: Final = 60


class Protocol:
    """What is asked, how the code is exchanged, and what an ID token has to say."""

    def address(self, metadata: Metadata, asking: Asking) -> str:
        """Return where the browser is sent: code flow with PKCE, state and nonce."""
        address: str = prepare_grant_uri(
            metadata.authorization_endpoint,
            asking.client_id,
            "code",
            redirect_uri=asking.redirect_uri,
            scope=_SCOPE,
            state=asking.state,
            nonce=asking.nonce,
            code_challenge=create_s256_code_challenge(asking.verifier),
            code_challenge_method="S256",
            ui_locales=asking.language,
        )
        return address

    def token_request(self, metadata: Metadata, exchange: Exchange) -> httpx.Request:
        """Return what exchanges the code for tokens, as the provider wants clients to be known."""
        body = prepare_token_request(
            "authorization_code",
            redirect_uri=exchange.redirect_uri,
            code=exchange.code,
            code_verifier=exchange.verifier,
        )
        way = _way(metadata, exchange)
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
        }
        auth = ClientAuth(exchange.client_id, exchange.secret, way)
        url, headers, body = auth.prepare("POST", metadata.token_endpoint, headers, body)
        return httpx.Request("POST", url, headers=headers, content=body)

    def claims(self, tokens: Tokens, keys: KeySet, exchange: Exchange, now: int) -> Claims:
        """
        Return what the ID token says, once all of OpenID Connect Core 3.1.3.7 holds.

        Raises OpenIdRefused.
        """
        try:
            read = jwt.decode(tokens.id_token, keys, algorithms=list(_ALGORITHMS))
            token = CodeIDToken(
                read.claims,
                read.header,
                options={
                    "iss": {"essential": True, "value": exchange.issuer},
                    "aud": {"essential": True, "value": exchange.client_id},
                },
                params={
                    "nonce": exchange.nonce,
                    "client_id": exchange.client_id,
                    "access_token": tokens.access_token,
                },
            )
            token.validate(now=now, leeway=_LEEWAY_SECONDS)
        except (JoseError, ValueError, TypeError, KeyError) as error:
            raise OpenIdRefused(f"the ID token is not good: {error}") from error
        return dict(read.claims)


def _way(metadata: Metadata, exchange: Exchange) -> str:
    if exchange.secret is None:
        return "none"
    offered = metadata.token_endpoint_auth_methods_supported
    if "client_secret_post" in offered and "client_secret_basic" not in offered:
        return "client_secret_post"
    return "client_secret_basic"
