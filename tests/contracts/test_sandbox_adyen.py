"""Adyen's face of the sandbox: sessions, changes, signed webhooks, and what goes wrong."""

import asyncio
import csv
import io
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from app.sandbox.provider.app import Options
from app.sandbox.provider.postman import RETRY_SECONDS
from tests.contracts.adyen import (
    BACK,
    BASE,
    EUR_50,
    HMAC_KEY,
    KEY,
    MERCHANT,
    Merchant,
    items_in,
    merchant_account,
    query_of,
    signature,
    told,
)
from tests.contracts.judged import judged_sandbox
from tests.contracts.stranger import Stranger, stranger
from tests.fakes.clock import FakeClock


@pytest.fixture
async def merchant() -> AsyncIterator[Merchant]:
    """Give a merchant with a webhook."""
    async with merchant_account() as given:
        yield given


# Sessions


async def test_a_driver_pays_on_the_hosted_page(merchant: Merchant) -> None:
    """A session, its page, the way back with a result, and the result says completed."""
    session = await merchant.session()
    done = await merchant.http.post(session["url"], data={"deed": "approve"})
    back = query_of(done.headers["location"])
    answer = await merchant.http.get(
        f"{BASE}/sessions/{session['id']}", params={"sessionResult": back["sessionResult"]}
    )
    (item,) = await merchant.heard(1)

    assert 303 == done.status_code
    assert done.headers["location"].startswith(f"{BACK}&sessionId=CS")
    assert session["id"] == back["sessionId"]
    assert "completed" == answer.json()["status"]
    assert item["pspReference"] == answer.json()["payments"][0]["pspReference"]
    assert ("AUTHORISATION", "true", "DP-1") == (
        item["eventCode"],
        item["success"],
        item["merchantReference"],
    )
    assert ["CANCEL", "CAPTURE", "REFUND"] == item["operations"]
    assert "1234" == item["additionalData"]["cardSummary"]
    assert "874574:1234:03/2030" == item["reason"]


@pytest.mark.parametrize(
    ("deed", "status", "events"),
    [
        ("decline", "refused", [("AUTHORISATION", False)]),
        ("cancel", "canceled", []),
        ("expire", "expired", []),
    ],
)
async def test_a_session_may_end_without_money(
    merchant: Merchant, deed: str, status: str, events: list[tuple[str, bool]]
) -> None:
    """Refused is told by webhook; whoever leaves or waits too long is seen in the result only."""
    session = await merchant.session()
    page = await merchant.http.get(session["url"])
    await merchant.deed(session["id"], deed)
    ended = await merchant.http.get(session["url"])
    link = ended.text.split('href="')[1].split('"')[0].replace("&amp;", "&")
    result = query_of(link)["sessionResult"]
    params = {"sessionResult": result}
    answer = await merchant.http.get(f"{BASE}/sessions/{session['id']}", params=params)

    assert "50.00 EUR" in page.text
    assert status == answer.json()["status"]
    assert events == told(await merchant.heard(len(events)))


@pytest.mark.parametrize(
    ("deed", "status", "secured"),
    [("confirm", "authorized", "true"), ("fail", "failed", None)],
)
async def test_the_bank_may_ask_first(
    merchant: Merchant, deed: str, status: str, secured: str | None
) -> None:
    """3-D Secure: a page of the bank stands between the button and the money."""
    session = await merchant.session()
    bank = await merchant.http.post(session["url"], data={"deed": "challenge"})
    still = (await merchant.http.get("/control/book")).json()[0]
    await merchant.http.post(session["url"], data={"deed": deed})
    (item,) = await merchant.heard(1)

    assert "is this you?" in bank.text
    assert "open" == still["status"]
    assert status == (await merchant.book(item["pspReference"]))["status"]
    assert secured == item["additionalData"].get("threeDAuthenticated")


async def test_a_method_that_cannot_hold_is_paid_at_once(merchant: Merchant) -> None:
    """IDEAL takes the money although a hold was asked for; only a refund is left to do."""
    psp = await merchant.held(allowedPaymentMethods=["ideal"])
    (item,) = await merchant.heard(1)

    assert (["REFUND"], "ideal") == (item["operations"], item["paymentMethod"])
    assert 5000 == (await merchant.book(psp))["captured"]["minor"]


async def test_a_result_is_for_the_driver_who_came_back(merchant: Merchant) -> None:
    """Without the session's result Adyen tells nothing: the merchant must hear the webhook."""
    session = await merchant.session()
    path = f"{BASE}/sessions/{session['id']}"
    wrong = await merchant.http.get(path, params={"sessionResult": "guess"})

    assert 422 == wrong.status_code


# Changes


async def test_a_capture_is_received_and_then_told(merchant: Merchant) -> None:
    """Part of a hold is taken; on an account with single capture the rest is given back."""
    psp = await merchant.held()
    answer = await merchant.post(
        f"/payments/{psp}/captures", amount={"currency": "EUR", "value": 1234}
    )
    *_, item = await merchant.heard(2)
    book = await merchant.book(psp)

    assert (201, "received") == (answer.status_code, answer.json()["status"])
    assert [psp, answer.json()["pspReference"]] == [item["originalReference"], item["pspReference"]]
    assert ("CAPTURE", "true", "DP-1") == (
        item["eventCode"],
        item["success"],
        item["merchantReference"],
    )
    assert (1234, "paid") == (book["captured"]["minor"], book["status"])


async def test_several_captures_are_on_request(merchant: Merchant) -> None:
    """With multiple captures the hold stays, more than it holds is refused, and the rest goes."""
    await merchant.control("adyen/merchants", merchantAccount=MERCHANT, multipleCaptures=True)
    psp = await merchant.held()
    for value in (3000, 1500, 501):
        amount = {"currency": "EUR", "value": value}
        await merchant.post(f"/payments/{psp}/captures", amount=amount, reference=f"take-{value}")
    await merchant.heard(4)
    await merchant.post(f"/payments/{psp}/cancels")
    items = await merchant.heard(5)

    assert [True, True, False] == [ok for event, ok in told(items) if event == "CAPTURE"]
    assert "take-501" in [item["merchantReference"] for item in items]
    assert ("CANCELLATION", True) == told(items)[-1]
    book = await merchant.book(psp)
    assert (4500, "paid") == (book["captured"]["minor"], book["status"])


async def test_a_hold_is_raised_and_given_back(merchant: Merchant) -> None:
    """An amount update is told as adjustment; a cancel ends the hold; a second finds none."""
    psp = await merchant.held()
    raised = await merchant.post(
        f"/payments/{psp}/amountUpdates", amount={"currency": "EUR", "value": 7500}
    )
    await merchant.heard(2)
    await merchant.post(f"/payments/{psp}/cancels")
    await merchant.post(f"/payments/{psp}/cancels")
    items = await merchant.heard(4)
    book = await merchant.book(psp)

    assert 201 == raised.status_code
    assert [
        ("AUTHORISATION", True),
        ("AUTHORISATION_ADJUSTMENT", True),
        ("CANCELLATION", True),
        ("CANCELLATION", False),
    ] == told(items)
    assert ("canceled", 7500) == (book["status"], book["authorised"]["minor"])


async def test_what_was_taken_is_given_back_once(merchant: Merchant) -> None:
    """A refund, and a second that is more than is left."""
    psp = await merchant.held(allowedPaymentMethods=["ideal"])
    for value in (4000, 1001):
        await merchant.post(f"/payments/{psp}/refunds", amount=EUR_50 | {"value": value})
    items = await merchant.heard(3)

    assert [("REFUND", False), ("REFUND", True)] == sorted(told(items)[1:])
    assert 4000 == (await merchant.book(psp))["refunded"]["minor"]


async def test_a_reversal_does_what_fits(merchant: Merchant) -> None:
    """A hold is cancelled, a captured payment refunded, both told as CANCEL_OR_REFUND."""
    held, paid = await merchant.held(), await merchant.held(allowedPaymentMethods=["ideal"])
    for psp in (held, paid):
        await merchant.post(f"/payments/{psp}/reversals")
    items = (await merchant.heard(4))[2:]

    assert {"CANCEL_OR_REFUND"} == {item["eventCode"] for item in items}
    assert {held: "cancel", paid: "refund"} == {
        item["originalReference"]: item["additionalData"]["modification.action"] for item in items
    }
    assert 5000 == (await merchant.book(paid))["refunded"]["minor"]


async def test_a_hold_is_cancelled_by_our_own_reference(merchant: Merchant) -> None:
    """A merchant whose answer was lost cancels by its reference; of an unknown one nothing."""
    psp = await merchant.held(reference="DP-lost")
    answer = await merchant.post("/cancels", paymentReference="DP-lost")
    await merchant.post("/cancels", paymentReference="DP-never")
    items = await merchant.heard(3)

    assert 201 == answer.status_code
    assert [("TECHNICAL_CANCEL", True), ("TECHNICAL_CANCEL", False)] == told(items)[1:]
    assert "canceled" == (await merchant.book(psp))["status"]


async def test_splits_must_add_up(merchant: Merchant) -> None:
    """A capture is divided among balance accounts; parts that are not the whole are refused."""
    psp = await merchant.held()
    parts = [
        {"type": "BalanceAccount", "account": "BA1", "amount": {"value": 900}, "reference": "a"},
        {"type": "Commission", "amount": {"value": 100}, "reference": "b"},
    ]
    amount = EUR_50 | {"value": 1000}
    wrong = await merchant.post(
        f"/payments/{psp}/captures", amount=amount | {"value": 999}, splits=parts
    )
    right = await merchant.post(f"/payments/{psp}/captures", amount=amount, splits=parts)

    assert (422, 201) == (wrong.status_code, right.status_code)
    assert parts == right.json()["splits"]


# Payments without a session


@pytest.mark.parametrize(
    ("code", "result", "reason"),
    [("", "Authorised", None), ("2", "Refused", "2"), ("12", "Refused", "12")],
)
async def test_a_card_is_answered_at_once(
    merchant: Merchant, code: str, result: str, reason: str | None
) -> None:
    """The test acquirer approves, or refuses as asked."""
    more = {"manualCapture": "true"}
    answer = await merchant.post(
        "/payments",
        amount=EUR_50,
        reference="DP-2",
        returnUrl=BACK,
        paymentMethod={"type": "scheme", "encryptedCardNumber": "test_4111111111111111"},
        additionalData=more | ({"RequestedTestAcquirerResponseCode": code} if code else {}),
    )
    (item,) = await merchant.heard(1)

    assert (result, reason) == (answer.json()["resultCode"], answer.json().get("refusalReasonCode"))
    assert (answer.json()["pspReference"], result == "Authorised") == (
        item["pspReference"],
        item["success"] == "true",
    )


async def test_a_bank_page_stands_between(merchant: Merchant) -> None:
    """A redirect method, the page, the way back, and the details say how it went."""
    answer = await merchant.post(
        "/payments",
        amount=EUR_50,
        reference="DP-3",
        returnUrl=BACK,
        paymentMethod={"type": "ideal"},
    )
    page = answer.json()["action"]["url"]
    done = await merchant.http.post(page, data={"deed": "approve"})
    result = query_of(done.headers["location"])["redirectResult"]
    details = {"details": {"redirectResult": result}}
    end = await merchant.http.post(f"{BASE}/payments/details", json=details)

    assert "RedirectShopper" == answer.json()["resultCode"]
    assert ("Authorised", "DP-3") == (end.json()["resultCode"], end.json()["merchantReference"])


async def test_methods_fit_amount_and_country(merchant: Merchant) -> None:
    """The list is made for a currency and a country, and may be narrowed."""
    dutch = await merchant.post("/paymentMethods", amount=EUR_50, countryCode="NL")
    cards = await merchant.post("/paymentMethods", allowedPaymentMethods=["scheme"])
    names = {method["type"] for method in dutch.json()["paymentMethods"]}

    assert {"scheme", "applepay", "ideal"} <= names
    assert not {"twint", "eps", "swish"} & names
    assert ["scheme"] == [method["type"] for method in cards.json()["paymentMethods"]]


# Who may


async def test_keys_speak_for_their_merchant(merchant: Merchant) -> None:
    """Unknown keys get 401, another merchant's key 403, and a rotated one 401 at once."""
    await merchant.control("adyen/merchants", merchantAccount=MERCHANT, apiKeys=["new", "AQEold"])
    await merchant.control("adyen/merchants", merchantAccount="Other", apiKeys=["theirs"])
    seen = []
    for key in ("unknown", "theirs", "new", "AQEold", ""):
        headers = {"X-API-Key": key}
        answer = await merchant.http.post(
            f"{BASE}/paymentMethods", json={"merchantAccount": MERCHANT}, headers=headers
        )
        seen.append((answer.status_code, answer.json().get("errorCode")))
    await merchant.control("keys/revoke", key="AQEold")
    rotated = await merchant.http.post(
        f"{BASE}/paymentMethods",
        json={"merchantAccount": MERCHANT},
        headers={"X-API-Key": "AQEold"},
    )

    assert [(401, "000"), (403, "901"), (200, None), (200, None), (401, "000")] == seen
    assert 401 == rotated.status_code


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"amount": None}, 422, "100"),
        ({"amount": {"currency": "eur", "value": 1}}, 422, "138"),
        ({"amount": {"currency": "EUR", "value": -1}}, 422, "137"),
        ({"amount": {"currency": "EUR", "value": "50"}}, 422, "137"),
        ({"reference": None}, 422, "130"),
        ({"returnUrl": None}, 422, "14_030"),
        ({"returnUrl": "javascript:alert(1)"}, 422, "14_030"),
        ({"expiresAt": "tomorrow"}, 422, "702"),
        ({"merchantAccount": None}, 403, "901"),
        ({"allowedPaymentMethods": ["cash"]}, 422, "14_006"),
    ],
)
async def test_an_order_that_makes_no_sense_is_refused(
    merchant: Merchant, change: dict[str, object], status: int, code: str
) -> None:
    """What is missing or wrong has Adyen's code."""
    order = {"amount": EUR_50, "reference": "DP-1", "returnUrl": BACK} | change
    sent = {name: value for name, value in order.items() if value is not None}
    path = f"{BASE}/sessions"
    with_name = sent if "merchantAccount" in change else sent | {"merchantAccount": MERCHANT}
    answer = await merchant.http.post(path, json=with_name)
    # Wrong on purpose: the request is not held against us.
    merchant.sandbox.judged.deviations.clear()

    assert (status, code) == (answer.status_code, answer.json()["errorCode"])


async def test_changes_of_nothing_are_refused(merchant: Merchant) -> None:
    """An unknown reference and another currency are refused at once."""
    psp = await merchant.held()
    unknown = await merchant.post("/payments/NOBODY/captures", amount=EUR_50)
    foreign = await merchant.post(
        f"/payments/{psp}/captures", amount={"currency": "SEK", "value": 1}
    )

    assert (422, "167") == (unknown.status_code, unknown.json()["errorCode"])
    assert (422, "138") == (foreign.status_code, foreign.json()["errorCode"])


async def test_a_repeated_key_repeats_the_answer(merchant: Merchant) -> None:
    """The same key takes the money once and answers the same, with the key."""
    psp = await merchant.held()
    order = {"merchantAccount": MERCHANT, "amount": EUR_50 | {"value": 100}}
    key = KEY | {"Idempotency-Key": "one"}
    path = f"{BASE}/payments/{psp}/captures"
    first = await merchant.http.post(path, json=order, headers=key)
    again = await merchant.http.post(path, json=order, headers=key)
    await merchant.heard(2)

    assert first.content == again.content
    assert "one" == again.headers["idempotency-key"]
    assert 100 == (await merchant.book(psp))["captured"]["minor"]


# What the merchant hears


async def test_the_earliest_message_holds_up_the_others(merchant: Merchant) -> None:
    """While one is not taken nothing else comes; then everything comes, in order."""
    merchant.hooks.status = 500
    first = await merchant.held(reference="first")
    second = await merchant.held(reference="second")
    refused = await merchant.heard(1)
    merchant.hooks.status = 202
    await merchant.clock(seconds=RETRY_SECONDS[0])
    items = await merchant.heard(3)

    assert [first] == [item["pspReference"] for item in refused]
    assert [first, first, second] == [item["pspReference"] for item in items]


async def test_published_retries_are_slower(merchant: Merchant) -> None:
    """Two minutes, then five: so says Adyen, and so the sandbox does when it is told to."""
    await merchant.control("policy", retries="published")
    merchant.hooks.status = 500
    await merchant.held()
    await merchant.heard(1)
    await merchant.clock(seconds=119)
    too_early = len(await merchant.heard(1))
    await merchant.clock(seconds=1)
    await merchant.heard(2)
    await merchant.clock(minutes=5)
    items = await merchant.heard(3)

    assert (1, 3) == (too_early, len(items))


@pytest.mark.parametrize("fault", ["webhook_lost", "webhook_late", "webhook_out_of_order"])
async def test_messages_go_astray(merchant: Merchant, fault: str) -> None:
    """Lost for good, an hour late, or after the next one."""
    await merchant.fault("webhook", fault, milliseconds=3_600_000)
    psp = await merchant.held()
    await merchant.post(f"/payments/{psp}/captures", amount=EUR_50)
    await merchant.heard(2 if fault == "webhook_out_of_order" else 1)
    await merchant.clock(hours=1)
    items = await merchant.heard(1 if fault == "webhook_lost" else 2)

    late = [] if fault == "webhook_lost" else [("AUTHORISATION", True)]
    assert [("CAPTURE", True), *late] == told(items)


async def test_a_duplicate_has_another_date(merchant: Merchant) -> None:
    """The date is not signed: two messages about one thing differ in it alone."""
    await merchant.fault("webhook", "webhook_duplicate")
    await merchant.held()
    one, two = await merchant.heard(2)

    assert one["eventDate"] != two["eventDate"]
    assert one | {"eventDate": ""} == two | {"eventDate": ""}


async def test_items_travel_together(merchant: Merchant) -> None:
    """One message with two items, each with its own signature."""
    await merchant.fault("webhook", "webhook_batch")
    psp = await merchant.held()
    await merchant.post(f"/payments/{psp}/captures", amount=EUR_50)
    items = await merchant.heard(1)

    assert 1 == len(merchant.hooks.bodies)
    assert [("AUTHORISATION", True), ("CAPTURE", True)] == told(items)


async def test_the_webhook_may_come_before_the_answer(merchant: Merchant) -> None:
    """Who asks hears the outcome while still waiting for the answer."""
    psp = await merchant.held()
    await merchant.heard(1)
    await merchant.fault("capture", "webhook_first")
    merchant.hooks.milliseconds = 100
    await merchant.post(f"/payments/{psp}/captures", amount=EUR_50)

    assert 2 == len(merchant.hooks.bodies)


async def test_a_new_key_signs_from_then_on(merchant: Merchant) -> None:
    """After a rotation the old key no longer verifies."""
    key = "00" * 32
    await merchant.control(
        "adyen/webhooks", merchantAccount=MERCHANT, url=merchant.url, hmacKey=key
    )
    await merchant.held()
    with pytest.raises(AssertionError):
        await merchant.heard(1)
    other = httpx.Response(200, content=merchant.hooks.bodies[0]).json()
    item = other["notificationItems"][0]["NotificationRequestItem"]

    assert signature(item, key) == item["additionalData"]["hmacSignature"] != signature(item)
    assert HMAC_KEY != key


# Time and failures


async def test_a_capture_fails_after_all(merchant: Merchant) -> None:
    """CAPTURE, and two days later CAPTURE_FAILED about the same capture: a hold again."""
    psp = await merchant.held()
    await merchant.fault("capture", "part_fails_later")
    answer = await merchant.post(f"/payments/{psp}/captures", amount=EUR_50)
    await merchant.heard(2)
    before = (await merchant.book(psp))["captured"]["minor"]
    await merchant.clock(days=2)
    last, _report = (await merchant.heard(4))[2:]
    book = await merchant.book(psp)

    assert ("CAPTURE_FAILED", "true") == (last["eventCode"], last["success"])
    assert answer.json()["pspReference"] == last["pspReference"]
    assert (5000, 0, "authorized") == (before, book["captured"]["minor"], book["status"])


async def test_a_refund_fails_days_later(merchant: Merchant) -> None:
    """The money comes back to the merchant: REFUND, then REFUND_FAILED."""
    psp = await merchant.held(allowedPaymentMethods=["ideal"])
    await merchant.fault("refund", "part_fails_later")
    await merchant.post(f"/payments/{psp}/refunds", amount=EUR_50)
    await merchant.heard(2)
    await merchant.clock(days=2)
    items = await merchant.heard(4)

    assert [("REFUND", True), ("REFUND_FAILED", True)] == told(items)[1:3]
    assert 0 == (await merchant.book(psp))["refunded"]["minor"]


async def test_a_hold_expires(merchant: Merchant) -> None:
    """After its days the hold is gone, the merchant is told, and a capture comes to nothing."""
    psp = await merchant.held()
    await merchant.clock(days=7)
    await merchant.heard(2)
    await merchant.post(f"/payments/{psp}/captures", amount=EUR_50)
    items = await merchant.heard(3)

    assert [("EXPIRE", True), ("CAPTURE", False)] == told(items)[1:]


async def test_a_hold_may_lapse_at_the_last_moment(merchant: Merchant) -> None:
    """Between the merchant's decision and its order the hold expires."""
    psp = await merchant.held()
    await merchant.fault("capture", "hold_expired")
    answer = await merchant.post(f"/payments/{psp}/captures", amount=EUR_50)
    items = await merchant.heard(3)

    assert 201 == answer.status_code
    assert [("EXPIRE", True), ("CAPTURE", False)] == told(items)[1:]


@pytest.mark.parametrize(
    ("fault", "status", "took_effect"),
    [
        ("error_before", 500, False),
        ("unavailable_before", 503, False),
        ("rate_limit", 429, False),
        ("unauthorised", 401, False),
        ("error_after", 500, True),
        ("bad_gateway_after", 502, True),
        ("garbage_after", 200, True),
        ("slow_drip", 201, True),
        ("timeout_before", 504, False),
        ("timeout_after", 504, True),
    ],
)
async def test_answers_go_wrong(
    merchant: Merchant, fault: str, status: int, *, took_effect: bool
) -> None:
    """What was ordered has happened or not, whatever was answered."""
    psp = await merchant.held()
    await merchant.fault("capture", fault, milliseconds=100)
    answer = await merchant.post(f"/payments/{psp}/captures", amount=EUR_50)

    assert status == answer.status_code
    assert (5000 if took_effect else 0) == (await merchant.book(psp))["captured"]["minor"]


async def test_a_failure_can_be_for_the_other_provider(merchant: Merchant) -> None:
    """Mollie is down, Adyen is not."""
    await merchant.control("faults", operation="start", fault="unavailable_before", face="mollie")

    assert (await merchant.session())["id"].startswith("CS")


# Disputes and settlements


async def test_a_driver_disputes_and_the_merchant_wins(merchant: Merchant) -> None:
    """The bank announces, takes and gives back; a refund of disputed money is refused."""
    psp = await merchant.held(allowedPaymentMethods=["ideal"])
    await merchant.deed(psp, "dispute")
    taken = await merchant.deed(psp, "chargeback")
    await merchant.post(f"/payments/{psp}/refunds", amount=EUR_50)
    back = await merchant.deed(psp, "chargeback_reversed")
    items = await merchant.heard(5)

    assert [
        ("AUTHORISATION", True),
        ("NOTIFICATION_OF_CHARGEBACK", True),
        ("CHARGEBACK", True),
        ("REFUND", False),
        ("CHARGEBACK_REVERSED", True),
    ] == told(items)
    assert (5000, 0) == (taken["charged_back"]["minor"], back["charged_back"]["minor"])


async def test_what_was_not_taken_is_not_disputed(merchant: Merchant) -> None:
    """A hold has nothing to take back, and nobody wins what was not lost."""
    psp = await merchant.held()
    for deed in ("dispute", "chargeback", "chargeback_reversed"):
        answer = await merchant.http.post(f"/control/payments/{psp}/{deed}")
        assert 422 == answer.status_code


async def test_a_report_tells_what_was_paid_out(merchant: Merchant) -> None:
    """At midnight a report is ready; its lines and the payout sum up to nothing."""
    psp = await merchant.held()
    await merchant.post(f"/payments/{psp}/captures", amount=EUR_50 | {"value": 2000})
    paid = await merchant.held(allowedPaymentMethods=["ideal"], reference="DP-2")
    await merchant.post(f"/payments/{paid}/refunds", amount=EUR_50 | {"value": 1500})
    await merchant.heard(4)
    await merchant.clock(days=1)
    *_, item = await merchant.heard(5)
    answer = await merchant.http.get(item["reason"])
    lines = list(csv.DictReader(io.StringIO(answer.text)))
    fees = [(await merchant.book(name))["fees"]["minor"] for name in (psp, paid)]

    assert ("REPORT_AVAILABLE", "text/csv; charset=utf-8") == (
        item["eventCode"],
        answer.headers["content-type"],
    )
    assert item["pspReference"] in item["reason"]
    # 20.00 less 0.25 and 1.4 %; 50.00 less 0.25; 15.00 back and 0.25 for it.
    assert [
        ("Settled", "DP-1", "", "20.00", "", "19.47"),
        ("Settled", "DP-2", "", "50.00", "", "49.75"),
        ("Refunded", "DP-2", "15.00", "", "15.25", ""),
        ("MerchantPayout", "", "", "", "53.97", ""),
    ] == [
        tuple(
            line[name]
            for name in (
                "Type",
                "Merchant Reference",
                "Gross Debit (GC)",
                "Gross Credit (GC)",
                "Net Debit (NC)",
                "Net Credit (NC)",
            )
        )
        for line in lines
    ]
    assert [53, 50] == fees


async def test_a_report_can_be_asked_for_and_is_for_its_merchant(merchant: Merchant) -> None:
    """Settled on demand, once; another account and an unknown report are refused."""
    await merchant.held(allowedPaymentMethods=["ideal"])
    first = await merchant.http.post("/control/adyen/reports", json={"merchantAccount": MERCHANT})
    again = await merchant.http.post("/control/adyen/reports", json={"merchantAccount": MERCHANT})
    file = "settlement_detail_report_batch_1.csv"
    own = await merchant.http.get(f"/adyen/reports/{MERCHANT}/{file}")
    foreign = await merchant.http.get(f"/adyen/reports/Other/{file}")
    stranger = await merchant.http.get(
        f"/adyen/reports/{MERCHANT}/{file}", headers={"X-API-Key": ""}
    )

    assert ([1], []) == (first.json()["settlements"], again.json()["settlements"])
    assert (200, 404, 401) == (own.status_code, foreign.status_code, stranger.status_code)


async def test_the_balance_is_what_the_movements_say(merchant: Merchant) -> None:
    """What failed after it was settled is taken back in the next report."""
    psp = await merchant.held()
    await merchant.fault("capture", "part_fails_later")
    await merchant.post(f"/payments/{psp}/captures", amount=EUR_50)
    await merchant.heard(2)
    for _ in range(3):
        await merchant.clock(days=1)
    items = [item for item in await merchant.heard(5) if item["eventCode"] == "REPORT_AVAILABLE"]
    texts = [(await merchant.http.get(item["reason"])).text for item in items]

    assert ["Settled,", "SettledReversed,"] == [
        next(word for word in ("SettledReversed,", "Settled,") if word in text) for text in texts
    ]


# Stored ways to pay


async def test_a_card_is_stored_and_charged_later(merchant: Merchant) -> None:
    """Stored with the first payment, offered again, charged without the driver, forgotten."""
    await merchant.held(shopperReference="driver-7", storePaymentMethodMode="enabled")
    (first,) = await merchant.heard(1)
    token = first["additionalData"]["tokenization.storedPaymentMethodId"]
    order = {
        "amount": EUR_50 | {"value": 777},
        "reference": "DP-later",
        "returnUrl": BACK,
        "shopperReference": "driver-7",
        "shopperInteraction": "ContAuth",
        "recurringProcessingModel": "UnscheduledCardOnFile",
        "paymentMethod": {"type": "scheme", "storedPaymentMethodId": token},
    }
    offered = await merchant.post("/paymentMethods", shopperReference="driver-7")
    paid = await merchant.post("/payments", **order)
    foreign = await merchant.post("/payments", **order | {"shopperReference": "driver-8"})
    who = {"merchantAccount": MERCHANT, "shopperReference": "driver-7"}
    path = f"{BASE}/storedPaymentMethods"
    listed = await merchant.http.get(path, params=who)
    removed = await merchant.http.delete(f"{path}/{token}", params=who)
    too_late = await merchant.post("/payments", **order | {"reference": "DP-late"})

    assert [token] == [card["id"] for card in offered.json()["storedPaymentMethods"]]
    assert ("Authorised", 777) == (paid.json()["resultCode"], paid.json()["amount"]["value"])
    assert [token] == [card["id"] for card in listed.json()["storedPaymentMethods"]]
    assert (422, 204, 422) == (foreign.status_code, removed.status_code, too_late.status_code)


async def test_a_refused_card_is_not_stored(merchant: Merchant) -> None:
    """Only what the bank said yes to is kept; a shopper must be named; a card can come alone."""
    session = await merchant.session(shopperReference="driver-7", storePaymentMethodMode="enabled")
    await merchant.deed(session["id"], "decline")
    offered = await merchant.post("/paymentMethods", shopperReference="driver-7")
    nobody = await merchant.post(
        "/sessions", amount=EUR_50, reference="x", returnUrl=BACK, storePaymentMethodMode="enabled"
    )
    alone = await merchant.post(
        "/storedPaymentMethods",
        shopperReference="driver-7",
        recurringProcessingModel="UnscheduledCardOnFile",
        paymentMethod={"type": "scheme", "encryptedCardNumber": "test_4111111111111111"},
    )

    assert "storedPaymentMethods" not in offered.json()
    assert (422, "131") == (nobody.status_code, nobody.json()["errorCode"])
    assert (201, "1234") == (alone.status_code, alone.json()["lastFour"])


# Memory


async def test_everything_of_adyen_is_there_after_a_restart(tmp_path: Path) -> None:
    """The account, its webhook, what waits in its line, keys, stored cards and sessions."""
    options = Options(state=tmp_path, clock=FakeClock())
    hooks = Stranger(500)
    key = {"Idempotency-Key": "one"}
    setup = {"merchantAccount": MERCHANT, "hmacKey": HMAC_KEY}
    order = {
        "merchantAccount": MERCHANT,
        "amount": EUR_50,
        "reference": "DP-1",
        "returnUrl": BACK,
        "mode": "hosted",
        "allowedPaymentMethods": ["scheme"],
        "shopperReference": "driver-7",
        "storePaymentMethodMode": "enabled",
    }
    listed = {"merchantAccount": MERCHANT, "shopperReference": "driver-7"}
    async with stranger(hooks) as url:
        async with judged_sandbox(options) as first, client(first.url) as http:
            await http.post("/control/adyen/webhooks", json=setup | {"url": url})
            made = await http.post(f"{BASE}/sessions", json=order, headers=key)
            await http.post(f"/control/payments/{made.json()['id']}/approve")
            await waited(hooks, 1)
        hooks.status = 202
        async with judged_sandbox(options) as second, client(second.url) as http:
            again = await http.post(f"{BASE}/sessions", json=order, headers=key)
            stored = await http.post(f"{BASE}/paymentMethods", json=listed)
            await http.post("/control/clock", json={"seconds": RETRY_SECONDS[0]})
            await waited(hooks, 2)

    assert made.content == again.content
    assert 1 == len(stored.json()["storedPaymentMethods"])
    assert hooks.bodies[0] == hooks.bodies[1]
    assert [("AUTHORISATION", True)] == told(items_in(hooks.bodies[1]))


def client(url: str) -> httpx.AsyncClient:
    """Return a merchant's client."""
    return httpx.AsyncClient(base_url=url, headers=KEY, trust_env=False)


async def waited(hooks: Stranger, times: int) -> None:
    """Wait until *times* messages came."""
    async with asyncio.timeout(60):
        while len(hooks.bodies) < times:
            hooks.heard.clear()
            await hooks.heard.wait()
