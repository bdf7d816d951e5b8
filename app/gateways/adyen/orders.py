"""What is asked of Adyen, as its API wants it."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import quote

from app.funds.payments.ports import StartPayment, Strategy
from app.funds.payments.providers.shares import Share, Shares, total
from app.funds.payments.providers.stored import StoredCharge
from app.gateways.adyen.amounts import written
from app.gateways.adyen.words import TYPES, locale_of
from app.gateways.common.offers import Question
from app.kernel.money import Money

Body = dict[str, object]
# MIT at an amount that is known late: Adyen, "Tokenization", unscheduled card on file.
_MODEL: Final = "UnscheduledCardOnFile"


def session(order: StartPayment, merchant: str) -> Body:
    """Return the order of a page of Adyen's own, where the driver pays."""
    body: Body = {
        "merchantAccount": merchant,
        "amount": written(order.amount),
        "reference": order.reference,
        "returnUrl": order.return_url,
        "mode": "hosted",
        "channel": "Web",
        "shopperLocale": locale_of(order.locale),
        "allowedPaymentMethods": list(TYPES[order.method]),
        "metadata": {"reference": order.reference},
    }
    if order.country is not None:
        body["countryCode"] = order.country
    if order.expires_at is not None:
        body["expiresAt"] = order.expires_at.isoformat(timespec="seconds")
    if order.strategy is Strategy.HOLD:
        # Whatever the account does by itself: this one is captured by us, and may grow.
        body["additionalData"] = {"manualCapture": "true", "authorisationType": "PreAuth"}
    if order.customer is not None:
        body |= {
            "shopperReference": order.customer,
            "storePaymentMethodMode": "enabled",
            "recurringProcessingModel": _MODEL,
            "shopperInteraction": "Ecommerce",
        }
    return body


def methods(question: Question, merchant: str) -> Body:
    """Return the question for the methods of an amount, a country and a language."""
    return {
        "merchantAccount": merchant,
        "amount": written(question.amount),
        "countryCode": question.country,
        "shopperLocale": question.locale,
        "channel": "Web",
    }


def move(amount: Money, merchant: str) -> Body:
    """Return a capture, a refund or a raise."""
    return {"merchantAccount": merchant, "amount": written(amount)}


def shared(shares: Shares, merchant: str) -> Body:
    """Return a capture or a refund of the sum of *shares*, which says whose each part is."""
    return {**move(total(shares), merchant), "splits": [_split(share) for share in shares]}


def charge(order: StoredCharge, merchant: str) -> Body:
    """Return a payment with a stored means, without the driver."""
    return {
        "merchantAccount": merchant,
        "amount": written(order.amount),
        "reference": order.reference,
        "paymentMethod": {"type": "scheme", "storedPaymentMethodId": order.token},
        "shopperReference": order.customer,
        "shopperInteraction": "ContAuth",
        "recurringProcessingModel": _MODEL,
        "returnUrl": order.return_url,
        # Whatever the account does by itself: the amount is known, so it is taken now.
        "captureDelayHours": 0,
    }


def quoted(parameters: Mapping[str, str]) -> dict[str, str]:
    """Return *parameters* as they stand in an address: the SDK puts them there as they are."""
    return {name: quote(value, safe="") for name, value in parameters.items()}


def _split(share: Share) -> Body:
    value = written(share.amount)
    if share.account is None:
        return {"type": "Commission", "amount": value, "reference": share.reference}
    return {
        "type": "BalanceAccount",
        "account": share.account,
        "amount": value,
        "reference": share.reference,
    }
