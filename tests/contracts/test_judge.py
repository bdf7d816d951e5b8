"""The judge himself: he knows the published examples, and sees what breaks them."""

from dataclasses import replace

import msgspec
import pytest

from tests.contracts.judge import Exchange, Judge, judge_of
from tests.shared import shared

# Published examples that break the published schema: a rate without a percentage in three
# settlements, a recipient without a locale in three sales invoices.
KNOWN_FLAWS = 6
PAYMENT = {
    "amount": {"currency": "EUR", "value": "50.00"},
    "description": "Charging at NL*DEM*E1",
    "redirectUrl": "https://example.org/s/1",
    "method": "creditcard",
    "captureMode": "manual",
}


@pytest.fixture
def judge() -> Judge:
    """Return the judge of Mollie's published file."""
    return judge_of(shared("specs/mollie/specs.yaml"))


def asked(body: object, path: str = "/v2/payments", query: str = "") -> Exchange:
    """Return an exchange that was answered with a plain error."""
    problem = {
        "status": 404,
        "title": "Not Found",
        "detail": "No payment",
        "_links": {"documentation": {"href": "https://example.org", "type": "text/html"}},
    }
    return Exchange(
        method="POST",
        path=path,
        query=query,
        request_headers={"content-type": "application/json"},
        request_body=msgspec.json.encode(body),
        status=404,
        response_headers={"content-type": "application/hal+json"},
        response_body=msgspec.json.encode(problem),
    )


def test_the_published_examples_pass_but_for_the_known_flaws(judge: Judge) -> None:
    """The judge agrees with the authors about their own examples, except where they slipped."""
    examples = list(judge.examples())
    flawed = [name for name, pointer, value in examples if judge.violations(pointer, value)]

    assert len(examples) >= 400
    assert KNOWN_FLAWS == len(flawed), flawed
    assert all("/settlements/" in name or "/sales-invoices" in name for name in flawed)


def test_a_correct_order_is_not_held_up(judge: Judge) -> None:
    """What the gateway sends to open a payment is as published."""
    assert [] == judge.deviations(asked(PAYMENT))


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"amount": {"currency": "EUR", "value": 50}}, "string"),
        ({"amount": {"value": "50.00"}}, "currency"),
        ({"captureMode": "later"}, "captureMode"),
        ({"method": "cash"}, "method"),
        ({"locale": "de"}, "locale"),
        ({"captureMod": "manual"}, "captureMod"),
    ],
)
def test_a_wrong_order_is_named(judge: Judge, change: dict[str, object], word: str) -> None:
    """A number for an amount, a missing currency, a wrong word or a misspelt field is seen."""
    found = judge.deviations(asked(PAYMENT | change))

    assert any(word in what for what in found), found


def test_what_only_the_server_sets_is_not_asked_of_a_refund(judge: Judge) -> None:
    """The refund request is published with the answer's required fields; only ours count."""
    path = "/v2/payments/tr_1/refunds"
    good = {"amount": PAYMENT["amount"], "description": "Rest", "metadata": None}

    assert [] == judge.deviations(asked(good, path))
    assert any("metadata" in w for w in judge.deviations(asked({"description": "x"}, path)))


def test_answers_are_judged(judge: Judge) -> None:
    """An answer without a body, of another type, or without its parts is seen."""
    fine = asked(PAYMENT)

    assert judge.deviations(replace(fine, status=201, response_body=b"{}"))
    assert judge.deviations(replace(fine, response_headers={"content-type": "text/html"}))
    assert judge.deviations(replace(fine, status=299))
    assert judge.deviations(replace(fine, path="/v2/nothing"))


def test_queries_are_judged(judge: Judge) -> None:
    """Unknown names and wrong values in the query are seen; a deepObject is put together."""
    page = replace(asked(None, "/v2/methods"), method="GET", request_body=b"")
    good = "amount%5Bvalue%5D=50.00&amount%5Bcurrency%5D=EUR&locale=de_DE&includeWallets=applepay"

    assert [] == judge.request_deviations(replace(page, query=good))
    assert judge.request_deviations(replace(page, query="amount%5Bvalue%5D=50.00"))
    assert judge.request_deviations(replace(page, query="locale=german"))
    assert judge.request_deviations(replace(page, query="colour=red"))


def test_the_examples_of_adyen_pass() -> None:
    """Adyen's authors keep their own law, in answers and in webhooks."""
    checkout = judge_of(shared("specs/adyen/CheckoutService-v72.json"))
    examples = list(checkout.examples())

    assert len(examples) >= 140
    assert [] == [n for n, where, value in examples if checkout.violations(where, value)]


def test_webhooks_are_judged() -> None:
    """A wrong type, an unknown field or an unknown event is seen."""
    judge = judge_of(shared("specs/adyen/Webhooks-v1.json"))
    item = {
        "amount": {"currency": "EUR", "value": 1000},
        "eventCode": "CAPTURE",
        "eventDate": "2026-11-22T10:00:00+01:00",
        "merchantAccountCode": "Voltstraat",
        "merchantReference": "DP-1",
        "originalReference": "9913140798220028",
        "pspReference": "QFQTPCQ8HXSKGK82",
        "success": "true",
    }

    def told(**changes: object) -> list[str]:
        items = [{"NotificationRequestItem": item | changes}]
        return judge.webhook_deviations("CAPTURE", {"live": "false", "notificationItems": items})

    assert [] == told()
    assert told(success=True)
    assert told(colour="red")
    assert judge.webhook_deviations("HOORAY", {})
