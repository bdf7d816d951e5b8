"""The provider's word is believed only where all of OpenID Connect holds."""

from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from app.gateways.ocpi.network import PublicTransport
from app.gateways.openid.client import OpenIdClient
from app.people.identity.openid.errors import OpenIdRefused, OpenIdUnavailable
from app.people.identity.openid.ports import Asking, Exchange, Person
from app.sandbox.openid.app import Account
from tests.fakes.clock import FakeClock
from tests.fakes.openid import ISSUER, PlayedOpenId, played_openid

BACK = "https://pay.example/me/voltstraat/openid/back"
ASKING = Asking(ISSUER, "directpay", BACK, "state", "nonce", "v" * 43, "nl")
ANNA = Person("anna-1", "anna@example.com")


@pytest.fixture
def played(clock: FakeClock) -> PlayedOpenId:
    """A provider that knows us."""
    return played_openid(clock)


async def code_of(played: PlayedOpenId) -> str:
    """Anna is sent there and agrees; return the code with which she comes back."""
    returned = await played.agrees(await played.client.address(ASKING))
    assert ("state", ISSUER) == (returned["state"], returned["iss"])
    return returned["code"]


async def exchange(played: PlayedOpenId, **changed: str | None) -> Exchange:
    """Return what the code is exchanged with."""
    code = await code_of(played)
    given = Exchange(ISSUER, "directpay", BACK, "nonce", code, "v" * 43, "played-secret")
    return replace(given, **changed)


async def comes(played: PlayedOpenId, **changed: str | None) -> Person:
    """Return who comes back."""
    return await played.client.person(await exchange(played, **changed))


async def test_who_comes_is_told(played: PlayedOpenId):
    """The name that the issuer has for them, and the address that it checked."""
    assert ANNA == await comes(played)


async def test_what_is_asked(played: PlayedOpenId):
    """Code flow, PKCE with SHA-256, state, nonce, in the driver's language."""
    asked = parse_qs(urlsplit(await played.client.address(ASKING)).query)

    assert ["code"] == asked["response_type"]
    assert ["openid email"] == asked["scope"]
    assert ["S256"] == asked["code_challenge_method"]
    assert (["state"], ["nonce"], ["nl"]) == (asked["state"], asked["nonce"], asked["ui_locales"])
    assert "v" * 43 not in str(asked)


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "https://evil.example"},
        {"aud": "somebody-else"},
        {"aud": ["directpay", "somebody-else"], "azp": "somebody-else"},
        {"nonce": "another"},
        {"nonce": None},
        {"exp": 1},
        {"exp": None},
        {"iat": None},
        {"sub": None},
        {"sub": ""},
        {"iss": None},
        {"aud": None},
        {"at_hash": "bm90IGl0"},
    ],
    ids=str,
)
async def test_what_is_not_believed(played: PlayedOpenId, claims: dict[str, object]):
    """Another issuer, for somebody else, of another time, or without saying so: refused."""
    played.provider.claims = claims
    with pytest.raises(OpenIdRefused):
        await comes(played)


async def test_several_audiences_need_us_as_the_party(played: PlayedOpenId):
    """A token for us and others has to say that it was made for us."""
    played.provider.claims = {"aud": ["directpay", "other"], "azp": "directpay"}

    assert ANNA == await comes(played)


async def test_an_id_token_ends(played: PlayedOpenId, clock: FakeClock):
    """One that ended more than a minute ago is none."""
    now = int(clock.now().timestamp())
    played.provider.claims = {"exp": now - 50}
    assert ANNA == await comes(played)
    played.provider.claims = {"exp": now - 61}
    with pytest.raises(OpenIdRefused):
        await comes(played)


async def test_a_key_that_is_not_published_signs_nothing(played: PlayedOpenId):
    """Somebody else's key with the same name."""
    honest = played.provider.keys
    played.provider.changes_its_key("first")
    played.provider.keys = honest

    with pytest.raises(OpenIdRefused):
        await comes(played)


async def test_a_new_key_is_fetched_at_most_once_a_minute(played: PlayedOpenId, clock: FakeClock):
    """Providers change keys; invented names do not make us ask and ask."""
    await comes(played)
    clock.advance(minutes=2)
    played.provider.changes_its_key("second")
    assert ANNA == await comes(played)
    assert 2 == played.provider.asked
    honest = played.provider.keys
    for name in ("third", "fourth"):
        played.provider.changes_its_key(name)
        played.provider.keys = honest
        with pytest.raises(OpenIdRefused):
            await comes(played)

    assert 2 == played.provider.asked


async def test_documents_are_kept_for_an_hour(played: PlayedOpenId, clock: FakeClock):
    """A thousand sign-ins are one look."""
    for _ in range(3):
        await comes(played)
    assert 1 == played.provider.asked
    clock.advance(hours=1)
    await comes(played)

    assert 2 == played.provider.asked


@pytest.mark.parametrize(
    ("email", "verified", "told"),
    [
        ("anna@example.com", "true", "anna@example.com"),
        ("anna@example.com", False, None),
        ("anna@example.com", None, None),
        ("anna@example.com", "yes", None),
        ("anna@example.com", [1], None),
        (None, True, None),
    ],
)
async def test_only_a_checked_address_counts(
    played: PlayedOpenId, email: str | None, verified: object, told: str | None
):
    """Whoever can write any address at a provider is not its owner."""
    played.provider.account = Account("anna-1", email, verified)

    assert Person("anna-1", told) == await comes(played)


async def test_an_address_that_only_userinfo_tells(played: PlayedOpenId):
    """Some providers keep ID tokens short."""
    played.provider.tells_later = True

    assert ANNA == await comes(played)


async def test_userinfo_of_somebody_else_is_not_believed(played: PlayedOpenId):
    """The subject has to be the one of the ID token (Core 5.3.2)."""
    played.provider.tells_later = True
    played.provider.claims = {"sub": "bert-2"}

    assert Person("bert-2", None) == await comes(played)


@pytest.mark.parametrize(
    "changed", [{"code": "invented"}, {"verifier": "w" * 43}, {"secret": "wrong"}, {"secret": None}]
)
async def test_a_code_is_ours_alone(played: PlayedOpenId, changed: dict[str, str | None]):
    """Nothing comes for an invented code, another verifier or another secret."""
    with pytest.raises(OpenIdRefused):
        await comes(played, **changed)


@pytest.mark.parametrize(
    ("ways", "secret"),
    [(("client_secret_post",), "played-secret"), (("none",), None)],
)
async def test_how_clients_are_known(
    played: PlayedOpenId, ways: tuple[str, ...], secret: str | None
):
    """In the body where the provider wants it so, and without a secret as a public client."""
    played.provider.ways, played.provider.secret = ways, secret

    assert ANNA == await comes(played, secret=secret)


async def test_nobody_speaks_for_another_issuer(played: PlayedOpenId):
    """A document that names another issuer is of no use (Discovery 4.3)."""
    played.provider.issuer = "https://evil.example"
    with pytest.raises(OpenIdUnavailable):
        await played.client.address(ASKING)


async def answering(clock: FakeClock, answer: httpx.Response) -> str:
    """Return where a provider sends us that always answers so."""
    client = OpenIdClient(clock, httpx.MockTransport(lambda _: answer))
    return await client.address(ASKING)


@pytest.mark.parametrize(
    "answer",
    [
        httpx.Response(500),
        httpx.Response(302, headers={"Location": "http://169.254.169.254/"}),
        httpx.Response(200, text="<html>maintenance</html>"),
        httpx.Response(200, json=[]),
        httpx.Response(200, json={"issuer": ISSUER}),
        httpx.Response(200, content=b"x" * 300_000),
    ],
)
async def test_a_provider_that_is_broken(clock: FakeClock, answer: httpx.Response):
    """No answer, a redirect, no document, too much of it: not now, and nothing else happens."""
    with pytest.raises(OpenIdUnavailable):
        await answering(clock, answer)


@pytest.mark.parametrize(
    "issuer", ["http://login.example", "https://127.0.0.1", "https://[::1]", "https://10.1.2.3"]
)
async def test_no_issuer_is_in_our_own_network(clock: FakeClock, issuer: str):
    """By the network that other platforms are reached over too: public, and by https."""
    client = OpenIdClient(clock, PublicTransport())
    with pytest.raises(OpenIdUnavailable):
        await client.address(replace(ASKING, issuer=issuer))
    await client.close()
