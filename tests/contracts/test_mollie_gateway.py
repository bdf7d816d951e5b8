"""What is special about Mollie and its SDK: every trap that costs money has its test here."""

import asyncio
import socket
from dataclasses import replace
from datetime import timedelta

import msgspec
import pytest

from app.funds.payments.ports import (
    Accepted,
    Declined,
    NotSent,
    ProviderStatus,
    Snapshot,
    Strategy,
    Unknown,
)
from app.gateways.common import breaker
from app.gateways.common import offers as lists
from app.gateways.common.calls import CONNECTIONS
from app.gateways.mollie.provider import MollieOptions, MollieProvider
from app.kernel.money import Money
from tests.contracts.stranger import Stranger, hanging_up, stranger
from tests.contracts.test_payment_provider import (
    BY_CARD,
    BY_IDEAL,
    HELD,
    PRICE,
    approved,
    read,
    started,
)
from tests.contracts.worlds import SandboxWorld, account
from tests.fakes.clock import FakeClock

ODD_BODIES = [b"", b"null", b"[]", b'"hello"', b"{}", b"<html>", b'{"status": 500}', b"\xff\xfe"]


def gateway(url: str, clock: FakeClock | None = None, read_ms: int = 1000) -> MollieProvider:
    """Return a gateway to *url*."""
    return MollieProvider(
        MollieOptions(endpoint=url, read=timedelta(milliseconds=read_ms)), clock or FakeClock()
    )


def problem(status: int, field: str | None = None) -> bytes:
    """Return an error as Mollie writes it."""
    document: dict[str, object] = {"status": status, "title": "No", "detail": "No, because"}
    return msgspec.json.encode(document | ({"field": field} if field else {}))


# Transport: what was sent, what was not, what nobody knows


async def test_a_closed_port_means_that_nothing_was_sent() -> None:
    """The SDK's RequestError hides it: without a connection the order is safe to send again."""
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        port = unused.getsockname()[1]
    outcome = await gateway(f"http://127.0.0.1:{port}").start(account(), BY_CARD)

    assert isinstance(outcome, NotSent), outcome


async def test_a_host_that_does_not_exist_means_that_nothing_was_sent() -> None:
    """A name that can't be resolved is a connection that never was."""
    outcome = await gateway("http://mollie.invalid").start(account(), BY_CARD)

    assert isinstance(outcome, NotSent), outcome


async def test_a_connection_that_breaks_leaves_the_outcome_unknown() -> None:
    """Once connected the order may have arrived, whatever happened to the answer."""
    async with hanging_up() as url:
        outcome = await gateway(url).start(account(), BY_CARD)

    assert isinstance(outcome, Unknown), outcome


async def test_a_read_timeout_leaves_the_outcome_unknown() -> None:
    """The same RequestError as above, and the opposite meaning."""
    async with stranger(Stranger(milliseconds=600)) as url:
        outcome = await gateway(url, read_ms=100).start(account(), BY_CARD)

    assert isinstance(outcome, Unknown), outcome


@pytest.mark.parametrize("body", ODD_BODIES)
@pytest.mark.parametrize("status", [200, 201, 500, 502])
async def test_an_unreadable_answer_leaves_the_outcome_unknown(status: int, body: bytes) -> None:
    """Whatever a proxy makes of the answer, it never becomes a decline and never raises."""
    async with stranger(Stranger(status, body)) as url:
        mollie = gateway(url)
        started_ = await mollie.start(account(), BY_CARD)
        captured = await mollie.capture(account(), "tr_abcdef", PRICE, key="c")
        fetched = await mollie.fetch(account(), "tr_abcdef")

    assert [Unknown, Unknown, Unknown] == [type(o) for o in (started_, captured, fetched)]


@pytest.mark.parametrize(
    ("status", "expected"),
    [
        (400, Declined("bad_request", "No, because")),
        (404, Declined("not_found", "No, because")),
        (410, Declined("not_found", "No, because")),
        (415, Declined("http_415", "No, because")),
        (422, Declined("refused", "amount: No, because")),
        (401, NotSent("Mollie refused the key (401)", credentials_refused=True)),
        (403, NotSent("Mollie refused the key (403)", credentials_refused=True)),
        (409, Unknown("HTTP 409: ConflictError")),
        (408, Unknown("HTTP 408: ResponseError")),
        (503, Unknown("HTTP 503: ResponseError")),
    ],
)
async def test_what_a_status_means(status: int, expected: object) -> None:
    """4xx is a decline, but for the key's fault, a twin under way and a time-out."""
    body = problem(status, "amount" if status == 422 else None)
    async with stranger(Stranger(status, body)) as url:
        outcome = await gateway(url).start(account(), BY_CARD)
        released = await gateway(url).release(account(), "tr_abcdef", key="r")

    assert expected == outcome
    assert type(expected) is type(released)


@pytest.mark.parametrize(
    ("header", "seconds"), [(b"7", 7), (b"999999", 3600), (b"soon", None), (None, None)]
)
@pytest.mark.parametrize("body", [problem(429), b"<html>slow down</html>"])
async def test_slow_down_says_when_to_come_back(
    header: bytes | None, seconds: int | None, body: bytes
) -> None:
    """The SDK drops Retry-After; the gateway keeps it, within reason, even from a proxy's page."""
    headers = [(b"retry-after", header)] if header else []
    async with stranger(Stranger(429, body, headers)) as url:
        outcome = await gateway(url).start(account(), BY_CARD)

    assert isinstance(outcome, NotSent)
    assert seconds == outcome.retry_after_seconds


@pytest.mark.parametrize("body", [b"", b"accepted", b"{}"])
async def test_a_release_succeeds_without_a_body(body: bytes) -> None:
    """Mollie answers 202 with nothing; the SDK's own method raises on that success."""
    async with stranger(Stranger(202, body)) as url:
        outcome = await gateway(url).release(account(), "tr_abcdef", key="r")

    assert Accepted("tr_abcdef") == outcome


async def test_a_secret_that_is_no_key_is_not_sent_and_not_shown() -> None:
    """A mistyped secret marks the account and never appears in an outcome."""
    broken = replace(account(), secret="sk_live_oops")
    outcome = await gateway("http://127.0.0.1:1").start(broken, BY_CARD)

    assert isinstance(outcome, NotSent)
    assert outcome.credentials_refused
    assert "oops" not in repr(outcome)


@pytest.mark.parametrize("ref", ["", "tr_", "../../methods", "tr_a/../../x", "ord_123456"])
async def test_a_reference_that_is_not_mollies_never_reaches_the_path(ref: str) -> None:
    """A reference goes into a URL: what can't be one is declined without a call."""
    answer = Stranger()
    async with stranger(answer) as url:
        mollie = gateway(url)
        outcomes = [
            await mollie.fetch(account(), ref),
            await mollie.capture(account(), ref, PRICE, key="c"),
            await mollie.release(account(), ref, key="r"),
            await mollie.cancel(account(), ref, key="x"),
        ]

    assert [] == answer.asked
    assert all(isinstance(o, Declined) and o.code == "not_found" for o in outcomes)


# Tenants and threads


async def test_two_tenants_never_use_each_others_key() -> None:
    """A shared client sent 2 of 600 payments with the other tenant's key; ours sends none."""
    answer = Stranger(201, msgspec.json.encode({"id": "tr_1", "status": "open"}))
    async with stranger(answer) as url:
        mollie = gateway(url, read_ms=20_000)
        tenants = [account(1), account(2)]
        orders = [replace(BY_CARD, key=f"k{n}", description=f"t{n % 2 + 1}") for n in range(300)]
        await asyncio.gather(*(mollie.start(tenants[n % 2], o) for n, o in enumerate(orders)))

    keys = {
        (msgspec.json.decode(body)["description"], asked[1])
        for asked, body in zip(answer.asked, answer.bodies, strict=True)
    }
    assert {("t1", "Bearer test_contract1"), ("t2", "Bearer test_contract2")} == keys
    assert 300 == len(answer.asked)


async def test_a_new_version_of_the_secret_is_used_at_once() -> None:
    """A rotated key gets a client of its own: the version is part of the cache's key."""
    answer = Stranger(500)
    async with stranger(answer) as url:
        mollie = gateway(url)
        await mollie.start(account(), BY_CARD)
        await mollie.start(replace(account(), version=2, secret="test_rotated"), BY_CARD)

    assert ["Bearer test_contract1", "Bearer test_rotated"] == [key for _, key in answer.asked]


async def test_calls_run_beside_each_other_up_to_the_limit() -> None:
    """Blocking calls overlap in threads of our own limiter, and never more than it allows."""
    answer = Stranger(201, b"{}", milliseconds=150)
    async with stranger(answer) as url:
        mollie = gateway(url, read_ms=20_000)
        orders = [replace(BY_CARD, key=f"k{n}") for n in range(60)]
        await asyncio.gather(*(mollie.start(account(n % 20), o) for n, o in enumerate(orders)))

    assert 10 < answer.most_talking <= CONNECTIONS


async def test_a_failing_account_blows_its_own_fuse_only() -> None:
    """After several silent calls an account's orders fail at once; others and later ones go on."""
    clock, answer = FakeClock(), Stranger(500, b"")
    async with stranger(answer) as url:
        mollie = gateway(url, clock)
        for _ in range(breaker.FAILURES):
            assert isinstance(await mollie.fetch(account(1), "tr_abcdef"), Unknown)
        refused = await mollie.fetch(account(1), "tr_abcdef")
        other = await mollie.fetch(account(2), "tr_abcdef")
        clock.advance(breaker.PAUSE)
        later = await mollie.fetch(account(1), "tr_abcdef")

    assert isinstance(refused, NotSent)
    assert breaker.PAUSE.seconds == refused.retry_after_seconds
    assert isinstance(other, Unknown)
    assert isinstance(later, Unknown)
    assert breaker.FAILURES + 2 == len(answer.asked)


# Readings


async def test_the_deadline_of_a_hold_is_read(wire: SandboxWorld) -> None:
    """`captureBefore` comes along, aware: a card of the sandbox holds for seven days."""
    seen = await read(wire, await approved(wire))

    assert seen.capture_before is not None
    assert seen.capture_before.utcoffset() == timedelta()


async def test_a_method_that_cannot_hold_ends_paid_whatever_was_asked(wire: SandboxWorld) -> None:
    """The driver may choose another method on the page: the status is observed, not assumed."""
    ref = await started(wire, replace(BY_IDEAL, key="s2"))
    await wire.approve(ref)
    seen = await read(wire, ref)

    assert (ProviderStatus.PAID, "ideal") == (seen.status, seen.method)
    assert "iDEAL | Wero •••• 2370" == seen.instrument


async def test_a_new_word_from_mollie_is_unknown_not_wrong() -> None:
    """A status that was published after this code was written stops nothing and decides nothing."""
    payment = {
        "id": "tr_abcdef",
        "status": "pondering",
        "amount": {"currency": "EUR", "value": "1.00"},
    }
    async with stranger(Stranger(200, msgspec.json.encode(payment))) as url:
        assert isinstance(await gateway(url).fetch(account(), "tr_abcdef"), Unknown)


async def test_captures_that_did_not_come_along_are_unknown() -> None:
    """A reading is complete or it is none: a link to captures without captures says nothing."""
    payment = {
        "id": "tr_abcdef",
        "status": "paid",
        "amount": {"currency": "EUR", "value": "1.00"},
        "_links": {"captures": {"href": "https://example.org"}},
    }
    async with stranger(Stranger(200, msgspec.json.encode(payment))) as url:
        assert isinstance(await gateway(url).fetch(account(), "tr_abcdef"), Unknown)


@pytest.mark.parametrize(
    ("amount", "value"),
    [
        (Money(5000, "EUR"), "50.00"),
        (Money(5000, "SEK"), "50.00"),
        (Money(1900, "ISK"), "1900"),
        (Money(5000, "JPY"), "5000"),
        (Money(123450, "HUF"), "1234.50"),
    ],
)
async def test_amounts_keep_their_decimals_on_the_way_there_and_back(
    wire: SandboxWorld, amount: Money, value: str
) -> None:
    """Whole minor units become Mollie's decimals and come back the same."""
    ref = await started(wire, replace(BY_CARD, amount=amount))
    sent = msgspec.json.decode(wire.sandbox.judged.exchanges[0].request_body)

    assert {"currency": amount.currency, "value": value} == sent["amount"]
    assert amount == (await read(wire, ref)).amount


# The list of methods


async def test_methods_are_asked_for_once_in_ten_minutes(wire: SandboxWorld) -> None:
    """Near amounts share one list; another language, currency or country has its own."""

    async def listed(amount: Money, locale: str = "nl", country: str = "NL") -> list[str]:
        offers = await wire.provider.list_methods(
            wire.account, amount=amount, locale=locale, country=country
        )
        return [offer.method for offer in offers]

    exchanges = wire.sandbox.judged.exchanges
    await asyncio.gather(*(listed(Money(minor, "EUR")) for minor in (4100, 4500, 5000)))
    assert 1 == len(exchanges)
    await listed(Money(5100, "EUR"))
    assert 2 == len(exchanges)
    assert "swish" in await listed(Money(50_000, "SEK"), "sv", "SE")
    assert 3 == len(exchanges)
    wire.clock.advance(lists.FRESH)
    await listed(HELD)
    assert 4 == len(exchanges)


async def test_the_last_good_list_stays_when_mollie_is_away(wire: SandboxWorld) -> None:
    """A failure serves the old list, also in another language, and is not repeated at once."""

    async def listed(locale: str) -> list[str]:
        offers = await wire.provider.list_methods(
            wire.account, amount=HELD, locale=locale, country="NL"
        )
        return [offer.method for offer in offers]

    good = await listed("nl")
    wire.clock.advance(lists.FRESH)
    await wire.fault("methods", "error_before")
    again = await listed("nl")
    await wire.fault("methods", "garbage_after")
    german = await listed("de")
    exchanges = len(wire.sandbox.judged.exchanges)
    await listed("de")

    assert good
    assert good == again == german
    assert exchanges == len(wire.sandbox.judged.exchanges)


async def test_without_any_list_there_is_nothing_to_offer() -> None:
    """With Mollie away from the first moment no method is promised."""
    async with stranger(Stranger(500, b"")) as url:
        offers = await gateway(url).list_methods(account(), amount=HELD, locale="en", country="NL")

    assert () == offers


async def test_apple_pay_is_asked_for_and_limits_are_kept(wire: SandboxWorld) -> None:
    """Wallets come only when asked for, and no method is offered outside its limits."""
    offers = await wire.provider.list_methods(
        wire.account, amount=Money(999_999, "EUR"), locale="en", country="NL"
    )
    found = {offer.method: offer for offer in offers}

    assert Strategy.HOLD is found["applepay"].strategy
    assert Money(1_000_000, "EUR") == found["applepay"].maximum
    assert [] == list(
        await wire.provider.list_methods(
            wire.account, amount=Money(1_000_001, "EUR"), locale="en", country="NL"
        )
    )


@pytest.mark.parametrize(
    ("country", "local"), [("NL", "ideal"), ("BE", "bancontact"), ("AT", "eps")]
)
async def test_methods_suit_the_country(wire: SandboxWorld, country: str, local: str) -> None:
    """Cards are offered everywhere, a local method where people use it."""
    offers = await wire.provider.list_methods(
        wire.account, amount=HELD, locale="en", country=country
    )
    found = {offer.method for offer in offers}

    assert {"creditcard", "applepay", "paypal", local} <= found
    assert not found & ({"eps", "twint", "swish"} - {local})


async def test_keys_of_ours_go_with_every_order(wire: SandboxWorld) -> None:
    """No order relies on a key that the SDK would make up, and be unable to repeat."""
    ref = await approved(wire)
    await wire.provider.capture(wire.account, ref, PRICE, key="capture:1")
    await wire.provider.release(wire.account, ref, key="release:1")
    await wire.provider.refund(wire.account, ref, PRICE, key="refund:1")
    await wire.provider.cancel(wire.account, ref, key="cancel:1")
    keys = [
        exchange.request_headers.get("idempotency-key")
        for exchange in wire.sandbox.judged.exchanges
        if exchange.method != "GET"
    ]

    assert ["start:1", "capture:1", "release:1", "refund:1", "cancel:1"] == keys


async def test_what_mollie_says_about_the_refund_is_complete(wire: SandboxWorld) -> None:
    """A payment with refunds is read with them, in one reading."""
    ref = await approved(wire, BY_IDEAL)
    await wire.provider.refund(wire.account, ref, PRICE, key="refund:1")
    seen = await wire.provider.fetch(wire.account, ref)

    assert isinstance(seen, Snapshot)
    assert PRICE == seen.refunded
    assert 1 == len(seen.refunds)
