"""Adyen's terminals in the sandbox: messages of the Terminal API, judged by its schemas."""

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import httpx
import msgspec
import pytest

from tests.contracts.adyen import EUR_50, MERCHANT, Merchant, merchant_account, told
from tests.contracts.judge import judge_of
from tests.shared import SHARED

SPECIFICATION = SHARED / "specs/adyen/TerminalAPI-v1.json"
DEVICES = SHARED / "specs/adyen/CloudDeviceService-v1.json"
DEVICE = "S1F2-000158215131748"
BASE = f"/adyen/v1/merchants/{MERCHANT}"
SALE = {"SaleTransactionID": {"TransactionID": "DP-7", "TimeStamp": "2026-03-02T09:00:00Z"}}
HOLD = "authorisationType=PreAuth&manualCapture=true"


@pytest.fixture
async def merchant() -> AsyncIterator[Merchant]:
    """Give a merchant with a terminal."""
    async with merchant_account() as given:
        await given.control("terminals", face="adyen", owner=MERCHANT, id=DEVICE)
        yield given


def judged(name: str, message: Any) -> Any:
    """Return *message* when it is as published."""
    if SPECIFICATION.exists():
        found = judge_of(SPECIFICATION).violations(f"/components/schemas/{name}", message)
        assert [] == found, message
    return message


def message(category: str, content: dict[str, Any], service_id: str = "1") -> dict[str, Any]:
    """Return a message to the terminal."""
    header = {
        "ProtocolVersion": "3.0",
        "MessageClass": "Service",
        "MessageCategory": category,
        "MessageType": "Request",
        "SaleID": "DirectPay",
        "ServiceID": service_id,
        "POIID": DEVICE,
    }
    body = {"SaleToPOIRequest": {"MessageHeader": header, f"{category}Request": content}}
    found: dict[str, Any] = judged("TerminalAPIRequest", body)
    return found


def payment(amount: float = 50.0, *, data: str = HOLD, service_id: str = "1") -> dict[str, Any]:
    """Return the order to ask for a card."""
    content = {
        "SaleData": SALE | {"SaleToAcquirerData": data},
        "PaymentTransaction": {"AmountsReq": {"Currency": "EUR", "RequestedAmount": amount}},
    }
    return message("Payment", content, service_id)


def about(category: str, service_id: str = "1") -> dict[str, Any]:
    """Return the order to abort a payment, or to tell how it stands."""
    reference = {"MessageCategory": "Payment", "ServiceID": service_id, "SaleID": "DirectPay"}
    content: dict[str, Any] = {"MessageReference": reference}
    if category == "Abort":
        content["AbortReason"] = "MerchantAbort"
    return message(category, content, "about")


async def send(merchant: Merchant, body: object, way: str = "sync") -> httpx.Response:
    """Send a message to the terminal."""
    return await merchant.http.post(f"{BASE}/devices/{DEVICE}/{way}", json=body)


async def at_terminal(merchant: Merchant, deed: str, card: str = "1234") -> None:
    """Wait until the terminal asks for a card, and do something."""
    async with asyncio.timeout(60):
        while True:
            form = {"deed": deed, "card": card}
            answer = await merchant.http.post(f"/terminal/{DEVICE}", json=form)
            if answer.status_code == 200:
                return
            await asyncio.sleep(0.02)


async def prompted(merchant: Merchant, body: object, deed: str, card: str = "1234") -> Any:
    """Send a message, tap, and return what the terminal said."""
    answer, _ = await asyncio.gather(send(merchant, body), at_terminal(merchant, deed, card))
    assert 200 == answer.status_code, answer.text
    return judged("TerminalAPIResponse", answer.json())["SaleToPOIResponse"]


async def test_a_tap_holds_and_checkout_captures(merchant: Merchant) -> None:
    """The terminal reserves; the rest of the payment's life is that of any other."""
    said = await prompted(merchant, payment(), "tap")
    result = said["PaymentResponse"]
    psp = result["POIData"]["POITransactionID"]["TransactionID"].partition(".")[2]
    captured = await merchant.post(f"/payments/{psp}/captures", amount=EUR_50 | {"value": 1999})
    items = await merchant.heard(2)

    assert "Success" == result["Response"]["Result"]
    assert 50.0 == result["PaymentResult"]["AmountsResp"]["AuthorizedAmount"]
    assert ("Response", "1") == (
        said["MessageHeader"]["MessageType"],
        said["MessageHeader"]["ServiceID"],
    )
    assert 201 == captured.status_code
    assert [("AUTHORISATION", True), ("CAPTURE", True)] == told(items)
    assert "DP-7" == items[0]["merchantReference"]
    assert 1999 == (await merchant.book(psp))["captured"]["minor"]


@pytest.mark.parametrize(("deed", "condition"), [("decline", "Refusal"), ("cancel", "Cancel")])
async def test_a_tap_may_fail(merchant: Merchant, deed: str, condition: str) -> None:
    """A refused card and the red key."""
    said = await prompted(merchant, payment(), deed)
    response = said["PaymentResponse"]["Response"]

    assert ("Failure", condition) == (response["Result"], response["ErrorCondition"])


async def test_without_a_hold_the_money_is_taken(merchant: Merchant) -> None:
    """The data for the acquirer may also be JSON in base64."""
    await prompted(merchant, payment(data="e30="), "tap")
    (item,) = await merchant.heard(1)

    assert ["REFUND"] == item["operations"]
    assert 5000 == (await merchant.book(item["pspReference"]))["captured"]["minor"]


async def test_a_prompt_is_aborted(merchant: Merchant) -> None:
    """The waiting order ends as aborted, and the terminal is free again."""

    async def abort() -> httpx.Response:
        async with asyncio.timeout(60):
            while True:
                standing = await send(merchant, about("TransactionStatus"))
                told_ = standing.json()["SaleToPOIResponse"]["TransactionStatusResponse"]
                if told_["Response"]["ErrorCondition"] == "InProgress":
                    return await send(merchant, about("Abort"))
                await asyncio.sleep(0.02)

    said, aborted = await asyncio.gather(send(merchant, payment()), abort())
    response = said.json()["SaleToPOIResponse"]["PaymentResponse"]["Response"]
    again = await prompted(merchant, payment(service_id="2"), "tap")

    assert (200, b"") == (aborted.status_code, aborted.content)
    assert "Aborted" == response["ErrorCondition"]
    assert "Success" == again["PaymentResponse"]["Response"]["Result"]


async def test_whoever_lost_the_answer_asks_again(merchant: Merchant) -> None:
    """The status repeats the response; of an unknown transaction there is none."""
    said = await prompted(merchant, payment(), "tap")
    known = (await send(merchant, about("TransactionStatus"))).json()
    unknown = (await send(merchant, about("TransactionStatus", "99"))).json()
    repeated = judged("TerminalAPIResponse", known)["SaleToPOIResponse"][
        "TransactionStatusResponse"
    ]["RepeatedMessageResponse"]

    assert said["PaymentResponse"] == repeated["RepeatedResponseMessageBody"]["PaymentResponse"]
    assert (
        "NotFound"
        == (
            judged("TerminalAPIResponse", unknown)["SaleToPOIResponse"][
                "TransactionStatusResponse"
            ]["Response"]["ErrorCondition"]
        )
    )


async def test_nobody_has_to_wait(merchant: Merchant) -> None:
    """Sent without waiting; the terminal's answer goes to the merchant's terminal webhook."""
    await merchant.control("adyen/merchants", merchantAccount=MERCHANT, terminalUrl=merchant.url)
    sent = await send(merchant, payment(), "async")
    await at_terminal(merchant, "tap")
    async with asyncio.timeout(60):
        while len(merchant.hooks.bodies) < 2:
            merchant.hooks.heard.clear()
            await merchant.hooks.heard.wait()
    said = [msgspec.json.decode(body) for body in merchant.hooks.bodies]
    (spoken,) = [one for one in said if "SaleToPOIResponse" in one]

    assert b"ok" == sent.content
    assert (
        "Success"
        == (
            judged("TerminalAPIResponse", spoken)["SaleToPOIResponse"]["PaymentResponse"][
                "Response"
            ]["Result"]
        )
    )


async def test_a_card_is_read_without_money(merchant: Merchant) -> None:
    """The second tap tells who it is: the same card has the same account reference."""
    first = await prompted(merchant, payment(), "tap", "5678")
    read = message("CardAcquisition", {"SaleData": SALE, "CardAcquisitionTransaction": {}}, "2")
    second = await prompted(merchant, read, "tap", "5678")
    card = first["PaymentResponse"]["PaymentResult"]["PaymentInstrumentData"]["CardData"]
    items = await merchant.heard(1)

    assert card == second["CardAcquisitionResponse"]["PaymentInstrumentData"]["CardData"]
    assert [("AUTHORISATION", True)] == told(items)


async def test_a_terminal_does_one_thing_at_a_time(merchant: Merchant) -> None:
    """While it asks for a card another order finds it busy; after its time it gives up."""
    await send(merchant, payment(), "async")
    busy = (await send(merchant, payment(service_id="2"))).json()
    await merchant.clock(seconds=150)
    free = await prompted(merchant, payment(service_id="3"), "tap")

    assert (
        "Busy"
        == (
            judged("TerminalAPIResponse", busy)["SaleToPOIResponse"]["PaymentResponse"]["Response"][
                "ErrorCondition"
            ]
        )
    )
    assert "Success" == free["PaymentResponse"]["Response"]["Result"]


async def test_terminals_are_listed_and_may_be_away(merchant: Merchant) -> None:
    """Connected ones are online; a message to another is rejected."""
    listed = await merchant.http.get(f"{BASE}/connectedDevices")
    there = await merchant.http.get(f"{BASE}/devices/{DEVICE}/status")
    away = await merchant.http.get(f"{BASE}/devices/P400-1/status")
    rejected = await merchant.http.post(f"{BASE}/devices/P400-1/sync", json=payment())

    stranger = await merchant.http.get(f"{BASE}/devices/P400-1/status", headers={"X-API-Key": ""})
    if DEVICES.exists():
        law = judge_of(DEVICES)
        for name, answer in (
            ("ConnectedDevicesResponse", listed),
            ("DeviceStatusResponse", there),
            ("DefaultErrorResponseEntity", stranger),
        ):
            assert [] == law.violations(f"/components/schemas/{name}", answer.json())
    assert (401, "Unauthorized") == (stranger.status_code, stranger.json()["title"])
    assert [DEVICE] == listed.json()["uniqueDeviceIds"]
    assert ["ONLINE", "OFFLINE"] == [there.json()["status"], away.json()["status"]]
    event = judged("TerminalAPIRequest", rejected.json())["SaleToPOIRequest"]["EventNotification"]
    assert "Reject" == event["EventToNotify"]


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"SaleToPOIRequest": {"MessageHeader": {"MessageCategory": "Dance"}}},
        {"SaleToPOIRequest": {"MessageHeader": {"MessageCategory": "Payment"}}},
    ],
)
async def test_a_message_that_is_none_is_refused(merchant: Merchant, body: object) -> None:
    """Nonsense is answered, and the terminal goes on; the judge has seen it, too."""
    assert 400 == (await send(merchant, body)).status_code
    if SPECIFICATION.exists():
        assert merchant.sandbox.judged.deviations
        merchant.sandbox.judged.deviations.clear()


@pytest.mark.parametrize("amount", [0, 0.001])
async def test_an_amount_that_is_none_is_refused(merchant: Merchant, amount: float) -> None:
    """Nothing, or less than a cent."""
    assert 400 == (await send(merchant, payment(amount))).status_code
