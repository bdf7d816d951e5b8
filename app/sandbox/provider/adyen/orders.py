"""What a merchant asks of Adyen, read strictly: anything not as published is refused."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final
from urllib.parse import urlsplit

from app.kernel.money import Money
from app.sandbox.provider.adyen import amounts
from app.sandbox.provider.adyen.identifiers import psp_reference
from app.sandbox.provider.adyen.merchants import Merchant
from app.sandbox.provider.book.bank import Origin
from app.sandbox.provider.book.methods import ADYEN_METHODS
from app.sandbox.provider.book.model import PENDING, Part, Payment, Refusal
from app.sandbox.provider.book.shares import recipients
from app.sandbox.provider.exchange import Body

SESSION_LIFE: Final = timedelta(hours=1)
LONGEST_LIFE: Final = timedelta(hours=24)
REFERENCE_LENGTH: Final = 256
URL_LENGTH: Final = 8000


def session_from(body: Body, origin: Origin, merchant: Merchant) -> Payment:
    """Return the payment that a session leads to; raise Refusal when the order is wrong."""
    payment = _payment(body, origin, merchant)
    if body.get("mode", "embedded") not in ("embedded", "hosted"):
        raise Refusal(422, "Invalid mode", code="702")
    return replace(
        payment,
        session=f"CS{psp_reference(origin.new_id[::-1])}",
        expires_at=_expiry(body, origin.now),
        choices=_choices(body),
    )


def payment_from(body: Body, origin: Origin, merchant: Merchant) -> Payment:
    """Return a payment ordered without a session, with its method."""
    method = body.get("paymentMethod")
    kind = method.get("type") if isinstance(method, dict) else None
    if not isinstance(method, dict) or not isinstance(kind, str):
        raise Refusal(422, "Missing payment method details", code="14_004")
    kind = {"card": "scheme"}.get(kind, kind)
    payment = replace(_payment(body, origin, merchant), method=kind)
    if "storedPaymentMethodId" in method:
        token = text(method, "storedPaymentMethodId")
        payment = replace(payment, stored=token, keeps=False, sequence="recurring")
    if kind not in ADYEN_METHODS:
        raise Refusal(422, "Unknown payment method", code="14_006")
    if payment.amount.currency not in ADYEN_METHODS[kind].currencies:
        raise Refusal(422, f"{kind} does not support {payment.amount.currency}", code="138")
    return payment


def part_from(body: Body, origin: Origin, kind: str, amount: Money | None = None) -> Part:
    """Return a change of a payment; without *amount* it is the one in *body*."""
    given = amounts.read(body.get("amount")) if amount is None else amount
    if given.minor <= 0 and amount is None:
        raise Refusal(422, "Invalid amount specified", code="137")
    splits = _splits(body, given)
    return Part(
        id=psp_reference(origin.new_id),
        amount=given,
        status=PENDING,
        created_at=origin.now,
        due_at=origin.now,
        metadata=body.get("splits"),
        shares=tuple(recipients(splits)),
        kind=kind,
        reference=text(body, "reference") or "",
    )


def text(body: Body, field: str, most: int = REFERENCE_LENGTH) -> str | None:
    """Return a text of *body*, or None; raise Refusal when it is something else."""
    value = body.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > most:
        raise Refusal(422, f"{field} is a text of at most {most} characters", code="702")
    return value


def names(body: Body, field: str) -> tuple[str, ...]:
    """Return a list of texts of *body*, empty when there is none."""
    value = body.get(field)
    if value is None:
        return ()
    if not isinstance(value, list) or not all(isinstance(name, str) for name in value):
        raise Refusal(422, f"{field} is a list of texts", code="702")
    return tuple(value)


def _payment(body: Body, origin: Origin, merchant: Merchant) -> Payment:
    reference = text(body, "reference")
    if not reference:
        raise Refusal(422, "Reference Missing", code="130")
    amount = amounts.read(body.get("amount"))
    _splits(body, amount)
    return Payment(
        id=psp_reference(origin.new_id),
        account=origin.account,
        token=origin.token,
        created_at=origin.now,
        expires_at=origin.now + SESSION_LIFE,
        amount=amount,
        description=text(body, "shopperStatement") or reference,
        redirect_url=_return_url(body),
        webhook_url=None,
        method=None,
        capture_mode=_capture_mode(body),
        locale=text(body, "shopperLocale"),
        metadata=body.get("metadata"),
        history=((origin.now, "open"),),
        face="adyen",
        reference=reference,
        single_capture=not merchant.multiple_captures,
        shopper=text(body, "shopperReference"),
        keeps=_keeps(body),
        stored=psp_reference(f"stored{origin.new_id}") if _keeps(body) else None,
    )


def _keeps(body: Body) -> bool:
    """Tell whether the way to pay is to be stored for its shopper."""
    asked = body.get("storePaymentMethod") is True
    asked = asked or body.get("storePaymentMethodMode") in ("enabled", "askForConsent")
    if asked and not text(body, "shopperReference"):
        raise Refusal(422, "Shopper Reference Missing", code="131")
    return asked


def _return_url(body: Body) -> str:
    value = text(body, "returnUrl", URL_LENGTH)
    if not value:
        raise Refusal(422, "Return URL is missing.", code="14_030")
    try:
        parts = urlsplit(value)
    except ValueError as error:
        raise Refusal(422, "Return URL is not a URL.", code="14_030") from error
    if parts.scheme not in ("http", "https") or not parts.netloc:
        raise Refusal(422, "Return URL is not a URL.", code="14_030")
    return value


def _capture_mode(body: Body) -> str:
    """Return `manual` when the merchant asks to capture by itself, as `additionalData` says."""
    more = body.get("additionalData")
    if more is not None and not isinstance(more, dict):
        raise Refusal(422, "additionalData is an object", code="702")
    asked = (more or {}).get("manualCapture", "false")
    return "manual" if asked in ("true", True) else "automatic"


def _choices(body: Body) -> tuple[str, ...]:
    allowed, blocked = names(body, "allowedPaymentMethods"), names(body, "blockedPaymentMethods")
    if not allowed and not blocked:
        return ()
    found = [name for name in allowed or ADYEN_METHODS if name not in blocked]
    known = tuple(name for name in found if name in ADYEN_METHODS)
    if not known:
        raise Refusal(422, "No payment method is left to pay with", code="14_006")
    return known


def _expiry(body: Body, now: datetime) -> datetime:
    given = text(body, "expiresAt")
    if given is None:
        return now + SESSION_LIFE
    try:
        at = datetime.fromisoformat(given)
    except ValueError as error:
        raise Refusal(422, "expiresAt is not a date", code="702") from error
    at = at if at.tzinfo else at.replace(tzinfo=UTC)
    if not now < at <= now + LONGEST_LIFE:
        raise Refusal(422, "expiresAt lies within the next 24 hours", code="702")
    return at


def _splits(body: Body, amount: Money) -> list[dict[str, object]]:
    """Return the splits; raise Refusal when they do not add up to *amount*."""
    splits = body.get("splits")
    if splits is None:
        return []
    if not isinstance(splits, list) or not all(isinstance(split, dict) for split in splits):
        raise Refusal(422, "splits is a list of objects", code="702")
    given = [split["amount"] for split in splits if split.get("amount") is not None]
    values = [part.get("value") if isinstance(part, dict) else None for part in given]
    whole = [value for value in values if type(value) is int]
    if len(whole) != len(values):
        raise Refusal(422, "Invalid amount specified", code="137")
    if whole and sum(whole) != amounts.written(amount)["value"]:
        raise Refusal(422, "The split amounts do not add up to the amount", code="137")
    return splits
