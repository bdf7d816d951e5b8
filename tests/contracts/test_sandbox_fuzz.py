"""Nothing that a merchant of Adyen sends breaks the sandbox."""

import asyncio
import copy
from functools import cache
from typing import Any

import httpx
from hypothesis import given, settings
from hypothesis import strategies as st

from app.sandbox.provider.app import Options, create_sandbox
from tests.contracts.judge import judge_of
from tests.shared import shared

KEY = {"X-API-Key": "AQEfuzz"}
EUR = {"currency": "EUR", "value": 1000}
# Requests as they should be, to be spoilt.
ORDERS: dict[str, dict[str, Any]] = {
    "/sessions": {
        "merchantAccount": "M",
        "amount": EUR,
        "reference": "r",
        "returnUrl": "https://example.org/?x=1",
        "mode": "hosted",
        "expiresAt": "2030-01-01T00:00:00Z",
        "allowedPaymentMethods": ["scheme"],
        "additionalData": {"manualCapture": "true"},
        "splits": [{"type": "Commission", "amount": {"value": 1000}, "reference": "a"}],
        "storePaymentMethodMode": "enabled",
        "shopperReference": "s",
    },
    "/payments": {
        "merchantAccount": "M",
        "amount": EUR,
        "reference": "r",
        "returnUrl": "https://example.org/",
        "paymentMethod": {"type": "scheme", "storedPaymentMethodId": "x"},
        "authenticationData": {"attemptAuthentication": "always"},
        "additionalData": {"RequestedTestAcquirerResponseCode": "2"},
    },
    "/payments/details": {"details": {"redirectResult": "x"}},
    "/paymentMethods": {
        "merchantAccount": "M",
        "amount": EUR,
        "countryCode": "NL",
        "blockedPaymentMethods": ["ideal"],
        "shopperReference": "s",
    },
    "/payments/{psp}/captures": {"merchantAccount": "M", "amount": EUR, "reference": "r"},
    "/payments/{psp}/refunds": {"merchantAccount": "M", "amount": EUR, "reference": "r"},
    "/payments/{psp}/amountUpdates": {"merchantAccount": "M", "amount": EUR, "reference": "r"},
    "/payments/{psp}/cancels": {"merchantAccount": "M", "reference": "r"},
    "/payments/{psp}/reversals": {"merchantAccount": "M", "reference": "r"},
    "/cancels": {"merchantAccount": "M", "paymentReference": "r"},
    "/storedPaymentMethods": {
        "merchantAccount": "M",
        "shopperReference": "s",
        "recurringProcessingModel": "Subscription",
        "paymentMethod": {"type": "scheme"},
    },
}
TERMINAL = "/adyen/v1/merchants/M/devices/T/async"
HEADER = {"MessageCategory": "Payment", "ServiceID": "1", "SaleID": "s", "POIID": "T"}
MESSAGE: dict[str, Any] = {
    "SaleToPOIRequest": {
        "MessageHeader": HEADER,
        "PaymentRequest": {
            "SaleData": {
                "SaleTransactionID": {"TransactionID": "t", "TimeStamp": "2026-03-02T09:00:00Z"},
                "SaleToAcquirerData": "authorisationType=PreAuth",
            },
            "PaymentTransaction": {"AmountsReq": {"Currency": "EUR", "RequestedAmount": 10.5}},
        },
    }
}
ODD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(min_value=-(2**63), max_value=2**63)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20)
    | st.sampled_from(["EUR", "eur", "€€€", "http://[", "NaN", "1e400", "scheme", "ideal", "M"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=9), inner),
    max_leaves=6,
)


def places(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the way to every value in *value*."""
    if not isinstance(value, dict | list):
        return [path]
    steps = value.items() if isinstance(value, dict) else enumerate(value)
    return [path, *(place for key, inner in steps for place in places(inner, (*path, key)))]


@st.composite
def spoilt(draw: st.DrawFn, order: dict[str, Any]) -> Any:
    """Return *order* with one to three values replaced or left out."""
    made: Any = copy.deepcopy(order)
    for _ in range(draw(st.integers(1, 3))):
        path = draw(st.sampled_from(places(made)))
        if not path:
            return draw(ODD)
        home = made
        for step in path[:-1]:
            home = home[step]
        if draw(st.booleans()):
            home[path[-1]] = draw(ODD)
        else:
            del home[path[-1]]
    return made


async def psp_of(http: httpx.AsyncClient) -> str:
    """Return the name of a payment that is held."""
    order = ORDERS["/sessions"] | {"splits": None, "expiresAt": None}
    answer = await http.post("/adyen/v72/sessions", json=order)
    held = await http.post(f"/control/payments/{answer.json()['id']}/approve")
    psp: str = held.json()["id"]
    return psp


@cache
def sandbox() -> Any:
    """Return the sandbox that all must fail to break."""
    return create_sandbox(Options())


def ask(path: str, body: Any) -> httpx.Response:
    """Send *body* to the sandbox, about a payment that is held or to a terminal that is there."""

    async def asked() -> httpx.Response:
        transport = httpx.ASGITransport(app=sandbox())
        async with httpx.AsyncClient(transport=transport, base_url="http://s", headers=KEY) as http:
            if path == TERMINAL:
                new = {"face": "adyen", "owner": "M", "id": "T"}
                await http.post("/control/terminals", json=new)
            psp = await psp_of(http) if "{psp}" in path else ""
            return await http.post(path.replace("{psp}", psp), json=body)

    return asyncio.run(asked())


@settings(max_examples=250, deadline=None)
@given(st.sampled_from(sorted(ORDERS)).flatmap(lambda p: st.tuples(st.just(p), spoilt(ORDERS[p]))))
def test_a_spoilt_order_is_answered(order: tuple[str, Any]) -> None:
    """Whatever is wrong with it: an answer, or a refusal as Adyen publishes it."""
    path, body = order
    answer = ask(f"/adyen/v72{path}", body)

    assert answer.status_code in (200, 201, 400, 403, 422), answer.text
    if answer.status_code >= 400:
        law = judge_of(shared("specs/adyen/CheckoutService-v72.json"))
        assert [] == law.violations("/components/schemas/ServiceError", answer.json())


@settings(max_examples=100, deadline=None)
@given(spoilt(MESSAGE))
def test_a_spoilt_message_is_answered(body: Any) -> None:
    """A terminal takes it, or says that it can't."""
    assert ask(TERMINAL, body).status_code in (200, 400)
