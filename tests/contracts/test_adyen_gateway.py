"""What is special about Adyen and its SDK: every trap that costs money has its test here."""

import asyncio
import socket
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import msgspec
import pytest

from app.funds.payments.ports import (
    Accepted,
    Declined,
    NotSent,
    OrderedPayment,
    ProviderAccount,
    ProviderStatus,
    Snapshot,
    Strategy,
    Unknown,
    Unsupported,
)
from app.gateways.adyen import amounts
from app.gateways.adyen.clients import Clients, NotAnAdyenAccount
from app.gateways.adyen.provider import AdyenOptions, AdyenProvider
from app.gateways.adyen.undo import AdyenUndo
from app.gateways.adyen.words import locale_of
from app.gateways.common.calls import CONNECTIONS
from app.kernel.money import Money
from tests.contracts import worlds
from tests.contracts.stranger import Stranger, hanging_up, stranger
from tests.contracts.test_payment_provider import BY_CARD, BY_IDEAL, HELD, PRICE
from tests.fakes.clock import FakeClock

PSP = "QFQTPCQ8HXSKGK82"
SESSION = "CS451F2AB1ED897A94"
RECEIVED = msgspec.json.encode({"pspReference": "CAPT000000000001", "status": "received"})
OPENED = msgspec.json.encode({"id": SESSION, "url": "https://test.adyen.link/CS451F2AB1ED897A94"})
ORDERED = OrderedPayment(SESSION, BY_CARD.reference, HELD, "creditcard", Strategy.HOLD)
ODD_BODIES = [b"", b"null", b"[]", b'"hello"', b"{}", b"<html>", b'{"id": 5}', b"\xff\xfe"]


def account(number: int = 1) -> ProviderAccount:
    """Return a test account at Adyen."""
    plain = worlds.account(number)
    return replace(plain, provider="adyen", secret=f"AQE{number}", merchant=f"Shop{number}")


def gateway(url: str, read_ms: int = 1000) -> AdyenProvider:
    """Return a gateway to *url*."""
    options = AdyenOptions(endpoint=url, read=timedelta(milliseconds=read_ms))
    return AdyenProvider(options, FakeClock())


def problem(status: int, code: str = "") -> bytes:
    """Return an error as Adyen writes it."""
    return msgspec.json.encode(
        {"status": status, "errorCode": code, "message": "No, because", "errorType": "validation"}
    )


async def all_orders(adyen: AdyenProvider) -> list[object]:
    """Send every order once and return what came of them."""
    mine = account()
    return [
        await adyen.start(mine, BY_CARD),
        await adyen.capture(mine, PSP, PRICE, key="c"),
        await adyen.release(mine, PSP, key="r"),
        await adyen.refund(mine, PSP, PRICE, key="f"),
        await adyen.raise_hold(mine, PSP, HELD, key="h"),
        await AdyenUndo(adyen).reverse(mine, PSP, key="v"),
        await AdyenUndo(adyen).cancel_by_reference(mine, "DP-1", key="t"),
    ]


# Transport: what was sent, what was not, what nobody knows


async def test_a_closed_port_means_that_nothing_was_sent() -> None:
    """Without a connection the order is safe to send again, also to somebody else."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    outcomes = await all_orders(gateway(f"http://127.0.0.1:{port}"))

    assert [NotSent] * 7 == [type(outcome) for outcome in outcomes]


async def test_a_broken_connection_is_unknown() -> None:
    """The request went out: nobody knows whether it was carried out."""
    async with hanging_up() as url:
        outcomes = await all_orders(gateway(url))

    assert {Unknown} == {type(outcome) for outcome in outcomes}


async def test_no_answer_in_time_is_unknown() -> None:
    """A time-out is a third outcome; the SDK would let the transport's own error through."""
    async with stranger(Stranger(milliseconds=400)) as url:
        outcome = await gateway(url, read_ms=50).capture(account(), PSP, PRICE, key="c")

    assert isinstance(outcome, Unknown)


@pytest.mark.parametrize("body", ODD_BODIES)
async def test_an_odd_answer_is_unknown(body: bytes) -> None:
    """Whatever a proxy puts into a success, it is no answer, and never an exception."""
    async with stranger(Stranger(201, body)) as url:
        outcomes = await all_orders(gateway(url))

    assert {Unknown} == {type(outcome) for outcome in outcomes}


@pytest.mark.parametrize("body", ODD_BODIES)
@pytest.mark.parametrize("status", [400, 404, 422, 500])
async def test_an_odd_error_is_never_an_exception(status: int, body: bytes) -> None:
    """An error in any shape is a decline, or unknown when it is the server's."""
    async with stranger(Stranger(status, body)) as url:
        outcome = await gateway(url).capture(account(), PSP, PRICE, key="c")

    assert isinstance(outcome, Unknown if status == 500 else Declined | Unknown)


@pytest.mark.parametrize(
    ("status", "code", "kind", "refused"),
    [
        (400, "702", Declined, False),
        (404, "", Declined, False),
        (422, "167", Declined, False),
        (401, "000", NotSent, True),
        (403, "010", NotSent, True),
        (422, "901", NotSent, True),
        (422, "704", Unknown, False),
        (422, "703", Unknown, False),
        (409, "", Unknown, False),
        (408, "", Unknown, False),
        (500, "905", Unknown, False),
        (502, "", Unknown, False),
        (503, "", Unknown, False),
    ],
)
async def test_what_a_status_means(status: int, code: str, kind: type, *, refused: bool) -> None:
    """4xx is a decline, but for the key's fault, a twin under way and a time-out."""
    async with stranger(Stranger(status, problem(status, code))) as url:
        outcomes = await all_orders(gateway(url))

    assert {kind} == {type(outcome) for outcome in outcomes}
    assert {refused} == {getattr(outcome, "credentials_refused", False) for outcome in outcomes}


@pytest.mark.parametrize(
    ("header", "seconds"), [(b"7", 7), (b"999999", 3600), (b"soon", None), (None, None)]
)
async def test_slow_down_says_when_to_come_back(header: bytes | None, seconds: int | None) -> None:
    """429 was not taken, and says how long to wait, within reason."""
    headers = [(b"retry-after", header)] if header else []
    async with stranger(Stranger(429, problem(429), headers)) as url:
        outcome = await gateway(url).start(account(), BY_CARD)

    assert isinstance(outcome, NotSent)
    assert seconds == outcome.retry_after_seconds


# What is sent


async def test_a_session_is_asked_for_as_a_page_of_adyens() -> None:
    """Hosted, one method, captured by us, and gone at the time that the order named."""
    answer = Stranger(201, OPENED)
    until = datetime(2026, 11, 22, 23, 15, tzinfo=UTC)
    async with stranger(answer) as url:
        outcome = await gateway(url).start(
            account(), replace(BY_CARD, country="NL", expires_at=until)
        )
    sent = msgspec.json.decode(answer.bodies[0])

    assert Accepted(SESSION, "https://test.adyen.link/CS451F2AB1ED897A94") == outcome
    assert ("/v72/sessions", "hosted", ["scheme"], {"currency": "EUR", "value": 5000}) == (
        answer.asked[0][0],
        sent["mode"],
        sent["allowedPaymentMethods"],
        sent["amount"],
    )
    assert "2026-11-22T23:15:00+00:00" == sent["expiresAt"]
    assert "true" == sent["additionalData"]["manualCapture"]
    assert ("de-DE", "NL", "Shop1") == (
        sent["shopperLocale"],
        sent["countryCode"],
        sent["merchantAccount"],
    )


async def test_what_cannot_hold_is_not_asked_to() -> None:
    """IDEAL is charged at once: no manual capture."""
    answer = Stranger(201, OPENED)
    async with stranger(answer) as url:
        await gateway(url).start(account(), BY_IDEAL)

    assert "additionalData" not in msgspec.json.decode(answer.bodies[0])


async def test_a_session_without_a_page_is_no_payment() -> None:
    """Hosted Checkout is not switched on: the driver would have nowhere to go."""
    async with stranger(Stranger(201, msgspec.json.encode({"id": SESSION}))) as url:
        outcome = await gateway(url).start(account(), BY_CARD)

    assert isinstance(outcome, Declined)


async def test_a_method_that_adyen_does_not_know_is_not_sent() -> None:
    """The table and the order must agree."""
    answer = Stranger()
    async with stranger(answer) as url:
        outcome = await gateway(url).start(account(), replace(BY_CARD, method="kbc"))

    assert isinstance(outcome, Declined)
    assert [] == answer.asked


@pytest.mark.parametrize("ref", ["", SESSION, "../../cancels", "tr_1234567890", "QFQTPCQ8HXSKGK8?"])
async def test_a_reference_that_is_no_payment_never_reaches_the_path(ref: str) -> None:
    """A session is no payment yet, and a reference goes into an address."""
    answer = Stranger(201, RECEIVED)
    async with stranger(answer) as url:
        adyen = gateway(url)
        outcomes = [
            await adyen.capture(account(), ref, PRICE, key="c"),
            await adyen.release(account(), ref, key="r"),
            await adyen.refund(account(), ref, PRICE, key="f"),
            await adyen.raise_hold(account(), ref, HELD, key="h"),
            await adyen.cancel(account(), ref, key="x"),
        ]

    assert [] == answer.asked
    assert {Declined} == {type(outcome) for outcome in outcomes}


async def test_there_is_nothing_to_read() -> None:
    """Adyen publishes no reading; the port says so and calls nobody."""
    answer = Stranger()
    async with stranger(answer) as url:
        assert isinstance(await gateway(url).fetch(account(), PSP), Unsupported)

    assert [] == answer.asked


# What the driver brings back


@pytest.mark.parametrize(
    ("status", "seen"),
    [
        ("active", ProviderStatus.OPEN),
        ("paymentPending", ProviderStatus.PENDING),
        ("completed", ProviderStatus.PENDING),
        ("refused", ProviderStatus.FAILED),
        ("canceled", ProviderStatus.CANCELLED),
        ("expired", ProviderStatus.EXPIRED),
    ],
)
async def test_a_result_without_a_payment(status: str, seen: ProviderStatus) -> None:
    """A session is known to be over; what was paid is told by the webhook."""
    answer = Stranger(200, msgspec.json.encode({"id": SESSION, "status": status}))
    query = {"sessionId": SESSION, "sessionResult": "a+b/c=&x"}
    async with stranger(answer) as url:
        reading = await gateway(url).come_back(account(), ORDERED, query)

    assert isinstance(reading, Snapshot)
    assert (seen, None) == (reading.status, reading.orders_ref)


@pytest.mark.parametrize(
    "result",
    [
        {"id": SESSION, "status": "hooray"},
        {"id": SESSION, "status": "completed", "reference": "DP-OTHER"},
    ],
)
async def test_a_result_that_is_not_ours_is_unknown(result: dict[str, str]) -> None:
    """A new word, or another payment's session, says nothing about this one."""
    query = {"sessionId": SESSION, "sessionResult": "proof"}
    async with stranger(Stranger(200, msgspec.json.encode(result))) as url:
        reading = await gateway(url).come_back(account(), ORDERED, query)

    assert isinstance(reading, Unknown)


@pytest.mark.parametrize(
    ("code", "seen"),
    [
        ("Authorised", ProviderStatus.AUTHORISED),
        ("Received", ProviderStatus.PENDING),
        ("Refused", ProviderStatus.FAILED),
        ("Cancelled", ProviderStatus.CANCELLED),
    ],
)
async def test_a_redirect_ends_a_payment_without_a_session(code: str, seen: ProviderStatus) -> None:
    """What a redirect brings back is submitted once; the answer says how the payment stands."""
    paid = {"resultCode": code, "pspReference": PSP, "merchantReference": BY_CARD.reference}
    answer = Stranger(200, msgspec.json.encode(paid))
    without = replace(ORDERED, provider_ref=None)
    async with stranger(answer) as url:
        reading = await gateway(url).come_back(account(), without, {"redirectResult": "proof"})

    assert isinstance(reading, Snapshot), reading
    assert (seen, PSP) == (reading.status, reading.provider_ref)
    assert (PSP if code == "Authorised" else None) == reading.orders_ref
    assert {"details": {"redirectResult": "proof"}} == msgspec.json.decode(answer.bodies[0])


async def test_a_redirect_of_another_payment_is_unknown() -> None:
    """A proof that belongs elsewhere says nothing about this payment."""
    paid = {"resultCode": "Authorised", "pspReference": PSP, "merchantReference": "DP-OTHER"}
    async with stranger(Stranger(200, msgspec.json.encode(paid))) as url:
        reading = await gateway(url).come_back(account(), ORDERED, {"redirectResult": "proof"})

    assert isinstance(reading, Unknown)


# Tenants, addresses and threads


async def test_two_tenants_never_use_each_others_key() -> None:
    """Each account has a client of its own, whatever runs beside it."""
    answer = Stranger(201, OPENED)
    async with stranger(answer) as url:
        adyen = gateway(url, read_ms=20_000)
        orders = [replace(BY_CARD, key=f"k{n}") for n in range(200)]
        await asyncio.gather(
            *(adyen.start(account(n % 2 + 1), order) for n, order in enumerate(orders))
        )
    pairs = {
        (key, msgspec.json.decode(body)["merchantAccount"])
        for key, body in zip(answer.keys, answer.bodies, strict=True)
    }

    assert {("AQE1", "Shop1"), ("AQE2", "Shop2")} == pairs
    assert 10 < answer.most_talking <= CONNECTIONS


async def test_connections_are_used_again() -> None:
    """The SDK opens one per call; ours are kept: 60 calls one after the other need few."""
    answer = Stranger(201, RECEIVED)
    async with stranger(answer) as url:
        adyen = gateway(url)
        for number in range(60):
            await adyen.capture(account(), PSP, PRICE, key=f"c{number}")

    assert 60 == len(answer.asked)
    assert len(answer.ports) <= 3


def test_where_adyen_is_depends_on_the_account() -> None:
    """Test and live have their own addresses; live has the merchant's prefix, or is refused."""
    clients = Clients(AdyenOptions())
    published = "https://checkout-test.adyen.com/v72/sessions"

    def address(mode: str, prefix: str | None, number: int) -> str:
        line = clients.line(replace(account(number), mode=mode, live_prefix=prefix))
        url: str = line.payments.client._determine_api_url(mode, published)
        return url

    assert published == address("test", None, 1)
    assert (
        "https://1797a841fbb37ca7-Shop-checkout-live.adyenpayments.com/checkout/v72/sessions"
        == address("live", "1797a841fbb37ca7-Shop", 2)
    )
    with pytest.raises(NotAnAdyenAccount):
        address("live", None, 3)


async def test_an_account_without_its_merchant_is_refused() -> None:
    """Nothing is sent, and the account is marked like one whose key is wrong."""
    answer = Stranger()
    async with stranger(answer) as url:
        outcome = await gateway(url).start(replace(account(), merchant=None), BY_CARD)

    assert isinstance(outcome, NotSent)
    assert outcome.credentials_refused
    assert [] == answer.asked


# Words and amounts


@pytest.mark.parametrize(
    ("money", "value"),
    [
        (Money(1234, "EUR"), 1234),
        (Money(500, "ISK"), 50000),
        (Money(500, "JPY"), 500),
        (Money(1234, "KWD"), 1234),
        (Money(500, "CLP"), 50000),
    ],
)
def test_amounts_are_adyens_minor_units(money: Money, value: int) -> None:
    """Whole numbers, but the krona of Iceland and the peso of Chile have two decimals there."""
    assert {"currency": money.currency, "value": value} == amounts.written(money)
    assert money == amounts.read(money.currency, value)


def test_an_amount_that_is_not_whole_is_not_rounded() -> None:
    """What the other side can't hold exactly is an error on both ways."""
    with pytest.raises(ValueError, match="decimals"):
        amounts.written(Money(1250, "IDR"))
    with pytest.raises(ValueError, match="whole"):
        amounts.read("ISK", 150)


@pytest.mark.parametrize(
    ("language", "locale"),
    [("nl", "nl-NL"), ("de-AT", "de-DE"), ("fr_BE", "fr-FR"), ("nb", "no-NO"), ("xx", "en-US")],
)
def test_the_page_speaks_the_drivers_language(language: str, locale: str) -> None:
    """A language becomes one of Adyen's, English when it has none."""
    assert locale == locale_of(language)
