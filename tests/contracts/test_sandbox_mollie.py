"""Mollie's face beyond payments: customers, balances, chargebacks, routes, terminals, events."""

import asyncio
import hashlib
import hmac
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from app.sandbox.provider.app import Options
from tests.contracts.judge import judge_of
from tests.contracts.judged import SPECIFICATIONS, Sandbox, judged_sandbox
from tests.contracts.stranger import Stranger, stranger
from tests.fakes.clock import FakeClock

KEY = {"Authorization": "Bearer test_merchant1"}
ORDER = {
    "amount": {"currency": "EUR", "value": "50.00"},
    "description": "Charging",
    "redirectUrl": "https://pay.example.org/back",
}
EVENT = (
    "/paths/~1v2~1events~1{webhookEventId}/get/responses/200/content/application~1hal+json/schema"
)


@pytest.fixture
async def sandbox() -> AsyncIterator[Sandbox]:
    """Serve a sandbox with the judge in front, on a morning in March."""
    async with judged_sandbox(Options(clock=FakeClock())) as served:
        yield served


@pytest.fixture
async def http(sandbox: Sandbox) -> AsyncIterator[httpx.AsyncClient]:
    """Give a merchant's client."""
    async with httpx.AsyncClient(base_url=sandbox.url, headers=KEY, trust_env=False) as given:
        yield given


async def post(http: httpx.AsyncClient, path: str, **body: object) -> dict[str, Any]:
    """Order something that is taken."""
    answer = await http.post(path, json=body)
    assert 201 == answer.status_code, answer.text
    made: dict[str, Any] = answer.json()
    return made


async def got(http: httpx.AsyncClient, path: str) -> dict[str, Any]:
    """Read something that is there."""
    answer = await http.get(path)
    assert 200 == answer.status_code, answer.text
    found: dict[str, Any] = answer.json()
    return found


async def deed(http: httpx.AsyncClient, payment: dict[str, Any], name: str) -> None:
    """Let the driver or the world do something."""
    answer = await http.post(f"/control/payments/{payment['id']}/{name}")
    assert 200 == answer.status_code, answer.text


async def paid(http: httpx.AsyncClient, **changes: object) -> dict[str, Any]:
    """Make a payment that is paid at once."""
    payment = await post(http, "/v2/payments", **ORDER | {"method": "ideal"} | changes)
    await deed(http, payment, "approve")
    return payment


# Customers and mandates


async def test_a_customer_pays_first_and_is_charged_again(http: httpx.AsyncClient) -> None:
    """The first payment makes a mandate, with which later ones need no page."""
    customer = await post(http, "/v2/customers", name="Driver", email="driver@example.org")
    path = f"/v2/customers/{customer['id']}"
    before = await got(http, f"{path}/mandates")
    first = await post(
        http,
        f"{path}/payments",
        **ORDER | {"method": "creditcard", "sequenceType": "first"},
    )
    await deed(http, first, "approve")
    mandates = await got(http, f"{path}/mandates")
    (mandate,) = mandates["_embedded"]["mandates"]
    again = await post(
        http,
        "/v2/payments",
        amount={"currency": "EUR", "value": "7.77"},
        description="Charged later",
        redirectUrl=None,
        customerId=customer["id"],
        sequenceType="recurring",
    )

    assert 0 == before["count"]
    assert ("valid", "creditcard") == (mandate["status"], mandate["method"])
    assert ("paid", mandate["id"], "recurring") == (
        again["status"],
        again["mandateId"],
        again["sequenceType"],
    )
    assert "checkout" not in again["_links"]


async def test_an_account_is_debited_after_a_bank_payment(http: httpx.AsyncClient) -> None:
    """IDEAL makes a mandate for direct debit; once revoked nothing is charged."""
    customer = await post(http, "/v2/customers", name="Driver")
    await paid(http, customerId=customer["id"], sequenceType="first")
    path = f"/v2/customers/{customer['id']}"
    (mandate,) = (await got(http, f"{path}/mandates"))["_embedded"]["mandates"]
    one = await got(http, f"{path}/mandates/{mandate['id']}")
    revoked = await http.delete(f"{path}/mandates/{mandate['id']}")
    order = {
        "amount": ORDER["amount"],
        "description": "x",
        "redirectUrl": None,
        "customerId": customer["id"],
        "sequenceType": "recurring",
    }
    refused = await http.post("/v2/payments", json=order)

    assert ("directdebit", one["id"]) == (mandate["method"], mandate["id"])
    assert (204, 422) == (revoked.status_code, refused.status_code)


async def test_customers_are_listed_and_forgotten(http: httpx.AsyncClient) -> None:
    """A forgotten customer is gone, and nobody else's is found."""
    made = [await post(http, "/v2/customers", name=f"Driver {n}") for n in range(3)]
    page = await got(http, "/v2/customers?limit=2")
    gone = await http.delete(f"/v2/customers/{made[0]['id']}")
    missing = await http.get(f"/v2/customers/{made[0]['id']}")
    foreign = await http.get(
        f"/v2/customers/{made[1]['id']}", headers={"Authorization": "Bearer test_merchant2"}
    )

    assert 2 == page["count"]
    assert page["_links"]["next"] is not None
    assert (204, 404, 404) == (gone.status_code, missing.status_code, foreign.status_code)
    assert made[2]["id"] == (await got(http, f"/v2/customers/{made[2]['id']}"))["id"]


# Money


async def test_a_chargeback_is_seen_and_reversed(http: httpx.AsyncClient) -> None:
    """Mollie tells when the money is taken, not when the bank announces it."""
    payment = await paid(http)
    path = f"/v2/payments/{payment['id']}"
    await deed(http, payment, "dispute")
    announced = await got(http, f"{path}/chargebacks")
    await deed(http, payment, "chargeback")
    (taken,) = (await got(http, f"{path}/chargebacks"))["_embedded"]["chargebacks"]
    after = await got(http, f"{path}?embed=chargebacks")
    await deed(http, payment, "chargeback_reversed")
    reversed_ = await got(http, f"{path}/chargebacks/{taken['id']}")

    assert 0 == announced["count"]
    assert (None, "50.00") == (taken["reversedAt"], after["amountChargedBack"]["value"])
    assert [taken["id"]] == [one["id"] for one in after["_embedded"]["chargebacks"]]
    assert reversed_["reversedAt"] is not None


async def test_balances_are_paid_out_at_midnight(http: httpx.AsyncClient) -> None:
    """What moved is on the balance with its fee, and in the settlement of the next day."""
    held = await post(
        http, "/v2/payments", **ORDER | {"method": "creditcard", "captureMode": "manual"}
    )
    await deed(http, held, "approve")
    await post(http, f"/v2/payments/{held['id']}/captures", amount=ORDER["amount"])
    payment = await paid(http)
    order = {"amount": {"currency": "EUR", "value": "10.00"}, "description": "", "metadata": None}
    await post(http, f"/v2/payments/{payment['id']}/refunds", **order)
    await deed(http, payment, "dispute")
    await deed(http, payment, "chargeback")
    await http.get("/control/book")
    balance = await got(http, "/v2/balances/primary")
    coming = await got(http, "/v2/settlements/open")
    lines = (await got(http, "/v2/balances/primary/transactions"))["_embedded"]
    await http.post("/control/clock", json={"seconds": 86_400})
    (settlement,) = (await got(http, "/v2/settlements"))["_embedded"]["settlements"]
    found = {
        name: (await got(http, f"/v2/settlements/{settlement['id']}/{name}"))["count"]
        for name in ("payments", "captures", "refunds", "chargebacks")
    }
    balances = (await got(http, "/v2/balances"))["_embedded"]["balances"]

    # 50.00 - 1.15, 50.00 - 0.25, -10.00 - 0.25, -40.00 - 25.00
    assert {"23.35"} == {
        balance["availableAmount"]["value"],
        coming["amount"]["value"],
        settlement["amount"]["value"],
    }
    assert ["chargeback", "refund", "capture", "payment"] == sorted(
        (line["type"] for line in lines["balance_transactions"]),
        key=["chargeback", "refund", "capture", "payment"].index,
    )
    assert {"payments": 2, "captures": 1, "refunds": 1, "chargebacks": 1} == found
    assert ["0.00"] == [one["availableAmount"]["value"] for one in balances]
    assert settlement == await got(http, f"/v2/settlements/{settlement['id']}")


async def test_a_part_is_routed_to_another_organisation(http: httpx.AsyncClient) -> None:
    """After the payment, and never more than was taken."""
    payment = await paid(http)
    path = f"/v2/payments/{payment['id']}/routes"
    order = {
        "amount": {"currency": "EUR", "value": "40.00"},
        "destination": {"type": "organization", "organizationId": "org_12345"},
        "description": "For the charge point operator",
    }
    route = await post(http, path, **order)
    too_much = await http.post(path, json=order)
    listed = await got(http, path)

    assert 422 == too_much.status_code
    assert [route["id"]] == [one["id"] for one in listed["_embedded"]["routes"]]


# Terminals


async def terminal(http: httpx.AsyncClient) -> str:
    """Set up a terminal."""
    new = {"face": "mollie", "owner": "test_merchant1", "description": "Bay 3"}
    made: str = (await http.post("/control/terminals", json=new)).json()["id"]
    return made


@pytest.mark.parametrize(
    ("what", "status"), [("tap", "paid"), ("decline", "failed"), ("cancel", "canceled")]
)
async def test_a_card_is_tapped_at_a_terminal(
    http: httpx.AsyncClient, what: str, status: str
) -> None:
    """The terminal asks, the page taps, the payment ends."""
    name = await terminal(http)
    order = ORDER | {"redirectUrl": None, "method": "pointofsale", "terminalId": name}
    payment = await post(http, "/v2/payments", **order)
    asks = await http.get(f"/terminal/{name}")
    busy = await http.post("/v2/payments", json=order)
    tapped = await http.post(f"/terminal/{name}", data={"deed": what, "card": "5678"})
    after = await got(http, f"/v2/payments/{payment['id']}")
    ready = await http.get(f"/terminal/{name}")
    nothing = await http.post(f"/terminal/{name}", json={"deed": "tap"})

    assert "50.00 EUR" in asks.text
    assert (422, 303, 422) == (busy.status_code, tapped.status_code, nothing.status_code)
    assert status == after["status"]
    assert ("************5678" if what == "tap" else None) == after["details"].get("maskedNumber")
    assert "Ready" in ready.text


async def test_a_terminal_does_not_wait_for_ever(http: httpx.AsyncClient) -> None:
    """After forty seconds without a card the payment has expired."""
    name = await terminal(http)
    order = ORDER | {"method": "pointofsale", "terminalId": name}
    payment = await post(http, "/v2/payments", **order)
    await http.post("/control/clock", json={"seconds": 40})

    assert "expired" == (await got(http, f"/v2/payments/{payment['id']}"))["status"]
    assert [name] == [
        one["id"] for one in (await got(http, "/v2/terminals"))["_embedded"]["terminals"]
    ]
    assert "Bay 3" == (await got(http, f"/v2/terminals/{name}"))["description"]
    assert 404 == (await http.get("/v2/terminals/term_none")).status_code
    assert 404 == (await http.get("/terminal/term_none")).status_code


# Signed webhooks


async def test_events_are_signed_and_can_be_read_again(http: httpx.AsyncClient) -> None:
    """A subscription gets whole events; the signature covers the raw body."""
    hooks = Stranger(200)
    async with stranger(hooks) as address:
        hook = await post(
            http,
            "/v2/webhooks",
            name="All",
            url=address,
            eventTypes=["payment.paid", "refund.refunded"],
        )
        payment = await paid(http)
        order = {"amount": ORDER["amount"], "description": "", "metadata": None}
        await post(http, f"/v2/payments/{payment['id']}/refunds", **order)
        async with asyncio.timeout(60):
            while len(hooks.bodies) < 2:
                hooks.heard.clear()
                await hooks.heard.wait()
    told = [msgspec.json.decode(body) for body in hooks.bodies]
    signatures = [
        f"sha256={hmac.new(hook['webhookSecret'].encode(), body, hashlib.sha256).hexdigest()}"
        for body in hooks.bodies
    ]
    again = await got(http, f"/v2/events/{told[0]['id']}")
    law = judge_of(SPECIFICATIONS[0][2]) if SPECIFICATIONS[0][2].exists() else None

    assert ["payment.paid", "refund.refunded"] == [event["type"] for event in told]
    assert payment["id"] == told[0]["entityId"] == told[0]["_embedded"]["entity"]["id"]
    assert signatures == [headers[b"x-mollie-signature"].decode() for headers in hooks.headed]
    assert again == told[0]
    assert [[], []] == [law.violations(EVENT, event) if law else [] for event in told]


async def test_subscriptions_come_and_go(http: httpx.AsyncClient) -> None:
    """Listed without their secret, refused for unknown events, and gone when ended."""
    hook = await post(http, "/v2/webhooks", name="x", url="https://example.org", eventTypes="*")
    path = f"/v2/webhooks/{hook['id']}"
    listed = (await got(http, "/v2/webhooks"))["_embedded"]["webhooks"]
    one = await got(http, path)
    ended = await http.delete(path)

    assert [hook["id"], one["id"]] == [listed[0]["id"], hook["id"]]
    assert "webhookSecret" not in one
    assert (204, 404) == (ended.status_code, (await http.get(path)).status_code)


async def test_a_subscription_to_nonsense_is_refused(
    http: httpx.AsyncClient, sandbox: Sandbox
) -> None:
    """An unknown event and an address that is none."""
    new = {"name": "x", "url": "https://example.org", "eventTypes": ["payment.paid"]}
    seen = [
        (await http.post("/v2/webhooks", json=new | change)).json()["field"]
        for change in ({"eventTypes": ["payment.danced"]}, {"url": "ftp://x"}, {"name": ""})
    ]
    # Wrong on purpose: the requests are not held against us.
    sandbox.judged.deviations.clear()

    assert ["eventTypes", "url", "name"] == seen


async def test_published_retries_begin_after_a_minute(http: httpx.AsyncClient) -> None:
    """Ten tries: one minute, two, four; the sandbox keeps to it when it is told to."""
    await http.post("/control/policy", json={"retries": "published"})
    hooks = Stranger(500)
    counts = []
    async with stranger(hooks) as address:
        await paid(http, webhookUrl=address)
        for seconds in (0, 59, 1, 120):
            await http.post("/control/clock", json={"seconds": seconds})
            await asyncio.sleep(0.3)
            counts.append(len(hooks.bodies))

    assert [1, 1, 2, 3] == counts
