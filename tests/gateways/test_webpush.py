"""Web push over the wire to a played service: sealed for one browser, signed, and nowhere else."""

from base64 import urlsafe_b64decode
from collections.abc import AsyncIterator
from dataclasses import replace

import httpx
import pytest
from cryptography.hazmat.primitives.asymmetric import ec

from app.gateways.webpush.sealed import MOST_BYTES, Chance, sealed
from app.gateways.webpush.service import WebPush
from app.people.notifications.devices import checked
from app.people.notifications.errors import PushRefused
from app.people.notifications.keys import PushKeys
from app.people.notifications.model import Address
from app.people.notifications.ports import Gone, NotPushed, Pushed
from app.people.notifications.services import PushServices
from app.people.notifications.vapid import private_key, public_text
from app.sandbox.push.app import MOST_BYTES as TAKEN
from app.sandbox.push.app import ORIGIN, PushPost, push_app
from app.sandbox.push.browser import Browser
from tests.fakes.clock import FakeClock

KEYS = PushKeys((b"new" * 8, b"old" * 8))
SERVICES = PushServices(frozenset((ORIGIN,)))
# RFC 8291, Appendix A: the values of its example.
TEXT = b"When I grow up, I want to be a watermelon"
SENDER = "yfWPiYE-n46HLnH0KqZOF1fJJU3MYrct3AELtAQ-oRw"
RECEIVER = "q1dXpw3UpT5VOmu_cf_v6ih07Aems3njxI-JWgLcM94"
SALT, AUTH = "DGv6ra1nlYgDCS1FRnbzlw", "BTBZMqHH6r4Tts7J_aSIgg"
MESSAGE = (
    "DGv6ra1nlYgDCS1FRnbzlwAAEABBBP4z9KsN6nGRTbVYI_c7VJSPQTBtkgcy27mlmlMoZIIgDll6e3vCYLocInmYWAmS"
    "6TlzAC8wEqKK6PBru3jl7A_yl95bQpu6cVPTpK4Mqgkf1CXztLVBSt2Ks3oZwbuwXPXLWyouBWLVWGNWQexSgSxsj_Qu"
    "lcy4a-fN"
)


def raw(text: str) -> bytes:
    """Return what URL-safe base64 without padding stands for."""
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


def key_of(text: str) -> ec.EllipticCurvePrivateKey:
    """Return a private key of the example."""
    return ec.derive_private_key(int.from_bytes(raw(text)), ec.SECP256R1())


@pytest.fixture
def played() -> PushPost:
    """A service that knows one browser."""
    return PushPost({"anna": Browser()})


@pytest.fixture
async def push(played: PushPost, clock: FakeClock) -> AsyncIterator[WebPush]:
    """The gateway, connected to the played service."""
    service = WebPush(KEYS, SERVICES, clock, contact="mailto:pay@voltstraat.example")
    service._client = httpx.AsyncClient(transport=httpx.ASGITransport(push_app(played)))
    yield service
    await service.close()


def address_of(played: PushPost, name: str = "anna") -> Address:
    """Return where the browser is reached."""
    browser = played.browsers.get(name) or Browser()
    return Address(f"{ORIGIN}/send/{name}", browser.p256dh, browser.auth, KEYS.public)


def test_a_message_is_sealed_as_the_standard_has_it():
    """The example of RFC 8291, Appendix A, byte by byte; its receiver reads it."""
    receiver = Browser(key_of(RECEIVER), raw(AUTH))
    chance = Chance(raw(SALT), key_of(SENDER))

    body = sealed(TEXT, receiver.p256dh, receiver.auth, chance)

    assert raw(MESSAGE) == body
    assert TEXT == receiver.read(body)


def test_the_longest_text_is_taken():
    """Services take 4,096 bytes (RFC 8030, 7.2)."""
    browser = Browser()
    chance = Chance(raw(SALT), key_of(SENDER))

    body = sealed(bytes(MOST_BYTES), browser.p256dh, browser.auth, chance)

    assert TAKEN == len(body)


async def test_a_browser_reads_what_it_is_sent(push: WebPush, played: PushPost):
    """The service knows us by the key that the browser was given, and cannot read it."""
    outcome = await push.push(address_of(played), b"hello", seconds=60)

    assert Pushed() == outcome
    assert [("anna", b"hello")] == played.told
    assert [KEYS.public] == played.keys
    assert [] == played.complaints


async def test_a_former_key_is_good(push: WebPush, played: PushPost):
    """A browser that subscribed before the keys were changed is reached as before."""
    old = KEYS.all_public[1]

    outcome = await push.push(replace(address_of(played), server_key=old), b"hello", seconds=60)

    assert Pushed() == outcome
    assert [old] == played.keys


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "https://metadata.internal/send/anna"},
        {"endpoint": "http://169.254.169.254/"},
        {"server_key": "another"},
        {"p256dh": b"\x04" + bytes(64)},
    ],
)
async def test_nothing_is_sent_where_nothing_can_arrive(push, played, change):
    """To no address but those of push services, under no key but ours, for no key that is none."""
    outcome = await push.push(replace(address_of(played), **change), b"hello", seconds=60)

    assert Gone() == outcome
    assert [] == played.told + played.complaints


@pytest.mark.parametrize("status", [404, 410, 403, 413])
async def test_a_subscription_that_ended_is_gone(push: WebPush, played: PushPost, status: int):
    """What the service will never take is not sent again."""
    played.status = status

    assert Gone() == await push.push(address_of(played), b"hello", seconds=60)


@pytest.mark.parametrize("status", [429, 500, 503, 302])
async def test_a_service_that_is_busy_is_asked_later(push: WebPush, played: PushPost, status: int):
    """Its trouble is not the browser's; no redirect is followed."""
    played.status = status

    outcome = await push.push(address_of(played), b"hello", seconds=60)

    assert NotPushed(f"HTTP {status}") == outcome


async def test_a_service_that_is_not_there_is_asked_later(clock: FakeClock, played: PushPost):
    """Nobody answers: an outcome, not an error."""

    def refuse(request: httpx.Request) -> httpx.Response:
        raise httpx.ConnectError("no way", request=request)

    service = WebPush(KEYS, SERVICES, clock, contact="mailto:pay@voltstraat.example")
    service._client = httpx.AsyncClient(transport=httpx.MockTransport(refuse))

    outcome = await service.push(address_of(played), b"hello", seconds=60)

    assert NotPushed("ConnectError: no way") == outcome
    await service.close()


@pytest.mark.parametrize(
    "endpoint",
    [
        "https://fcm.googleapis.com/fcm/send/abc:def",
        "https://updates.push.services.mozilla.com/wpush/v2/abc",
        "https://web.push.apple.com/abc",
        "https://db5p.notify.windows.com/w/?token=abc",
    ],
)
def test_push_services_are_known(endpoint: str):
    """Those of Chrome, Firefox, Safari and Edge."""
    assert PushServices().knows(endpoint)


@pytest.mark.parametrize(
    "endpoint",
    [
        "",
        "http://fcm.googleapis.com/fcm/send/abc",
        "https://fcm.googleapis.com.evil.example/",
        "https://evil.example/fcm.googleapis.com",
        "https://fcm.googleapis.com@evil.example/",
        "https://user@fcm.googleapis.com/",
        "https://fcm.googleapis.com:8443/",
        "https://evilpush.services.mozilla.com/",
        "https://push.services.mozilla.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[fcm.googleapis.com/",
        "https://fcm.googleapis.com:port/",
        "file:///etc/passwd",
        "https://fcm.googleapis.com/\n",
        "https://fcm.googleapis.com/" + "a" * 2048,
        ORIGIN,
    ],
)
def test_nobody_else_is_a_push_service(endpoint: str):
    """Not what looks like one, not what is within the network (server-side request forgery)."""
    assert not PushServices().knows(endpoint)


@pytest.mark.parametrize(
    "change",
    [
        {"endpoint": "https://evil.example/"},
        {"p256dh": bytes(65)},
        {"p256dh": b"\x04"},
        {"auth": bytes(15)},
        {"server_key": "another"},
    ],
)
def test_what_is_no_subscription_is_refused(played: PushPost, change: dict[str, object]):
    """Before it is kept."""
    good = address_of(played)

    assert good == checked(good, SERVICES, KEYS.all_public)
    with pytest.raises(PushRefused):
        checked(replace(good, **change), SERVICES, KEYS.all_public)  # type: ignore[arg-type]


def test_the_server_key_follows_from_the_installations():
    """The same on every process and after every start; another key gives another."""
    again = PushKeys((b"new" * 8,))

    assert KEYS.public == again.public
    assert 2 == len(set(KEYS.all_public))
    assert public_text(private_key(b"new" * 8)) == KEYS.public
