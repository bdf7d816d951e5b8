"""What providers send, as far as it is used."""

from typing import Any

import msgspec

Claims = dict[str, Any]


class Metadata(msgspec.Struct, frozen=True):
    """A provider's configuration document (OpenID Connect Discovery 1.0, 3)."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    jwks_uri: str
    userinfo_endpoint: str | None = None
    token_endpoint_auth_methods_supported: tuple[str, ...] = ("client_secret_basic",)


class Tokens(msgspec.Struct, frozen=True):
    """What the token endpoint answers (OpenID Connect Core 1.0, 3.1.3.3)."""

    id_token: str
    access_token: str | None = None
