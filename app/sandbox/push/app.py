"""The wire of the played push service (RFC 8030), and what its browsers were told."""

from base64 import urlsafe_b64decode
from dataclasses import dataclass, field
from typing import Any, Final

from cryptography.hazmat.primitives.asymmetric import ec
from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey
from litestar import Litestar, Request, Response, post
from litestar.datastructures import State
from litestar.di import NamedDependency, Provide
from litestar.params import FromPath

from app.sandbox.push.browser import Browser, Unreadable

ORIGIN: Final = "https://push.test"
MOST_BYTES: Final = 4096


@dataclass(slots=True)
class PushPost:
    """
    The browsers by the last part of their endpoints, and what each was told.

    *status* is what the service answers while it is in no mood to take messages (0: it is). *keys*
    are the senders' that were seen, *complaints* what was wrong with a message.
    """

    browsers: dict[str, Browser] = field(default_factory=dict)
    told: list[tuple[str, bytes]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)
    complaints: list[str] = field(default_factory=list)
    status: int = 0


AnyRequest = Request[Any, Any, State]


@post("/send/{name:str}", status_code=201)
async def send(
    request: AnyRequest, name: FromPath[str], played: NamedDependency[PushPost]
) -> Response[None]:
    """Take a message for a browser, as the services of browsers do."""
    browser = played.browsers.get(name)
    if played.status:
        return Response(None, status_code=played.status)
    if browser is None:
        return Response(None, status_code=410)
    sender = _sender(request.headers.get("authorization", ""))
    body = await request.body()
    wrong = _wrong(request, body)
    if sender is None or wrong:
        played.complaints.append(wrong or "who sends is not known")
        return Response(None, status_code=400 if wrong else 403)
    played.keys.append(sender)
    try:
        played.told.append((name, browser.read(body)))
    except Unreadable as error:
        # The real service cannot know: the browser drops the message.
        played.complaints.append(str(error))
    return Response(None, status_code=201)


def push_app(played: PushPost) -> Litestar:
    """Return the played service."""
    provide = {"played": Provide(lambda: played, sync_to_thread=False)}
    return Litestar([send], dependencies=provide, openapi_config=None)


def _wrong(request: AnyRequest, body: bytes) -> str:
    if request.headers.get("content-encoding") != "aes128gcm":
        return "the coding is not aes128gcm"
    if not request.headers.get("ttl", "").isdigit():
        return "there is no TTL"
    return "too large" if len(body) > MOST_BYTES else ""


def _sender(authorization: str) -> str | None:
    """Return the public key of a sender whose token is right (RFC 8292), or None."""
    scheme, _, rest = authorization.partition(" ")
    given = dict(part.strip().split("=", 1) for part in rest.split(",") if "=" in part)
    if scheme != "vapid" or "t" not in given or "k" not in given:
        return None
    point = urlsafe_b64decode(given["k"] + "=" * (-len(given["k"]) % 4))
    try:
        key = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
        claims = jwt.decode(given["t"], ECKey.import_key(key), algorithms=["ES256"]).claims
    except (JoseError, ValueError):
        return None
    is_ours = claims.get("aud") == ORIGIN and str(claims.get("sub", "")).startswith("mailto:")
    return given["k"] if is_ours and "exp" in claims else None
