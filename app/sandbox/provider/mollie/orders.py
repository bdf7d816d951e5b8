"""What a merchant asks for, read strictly: anything not as published is refused by field."""

from datetime import timedelta
from typing import Final
from urllib.parse import urlsplit

from app.kernel.money import Money
from app.sandbox.provider.book.bank import Origin
from app.sandbox.provider.book.methods import limits, methods_of
from app.sandbox.provider.book.model import Part, Payment, Refusal
from app.sandbox.provider.exchange import Body
from app.sandbox.provider.mollie import amounts

OPEN_LIFE: Final = timedelta(minutes=15)
# How long a terminal waits for a card.
TERMINAL_LIFE: Final = timedelta(seconds=40)
POINT_OF_SALE: Final = "pointofsale"
DESCRIPTION_LENGTH: Final = 255


def payment_from(body: Body, origin: Origin) -> Payment:
    """Return the payment that *body* asks for; raise Refusal naming the field that is wrong."""
    amount = amounts.read(body.get("amount"))
    method = _method(body, amount)
    sequence = _sequence(body)
    on_page = method != POINT_OF_SALE and sequence != "recurring"
    return Payment(
        id=f"tr_{origin.new_id}",
        account=origin.account,
        token=origin.token,
        created_at=origin.now,
        expires_at=origin.now + (TERMINAL_LIFE if method == POINT_OF_SALE else OPEN_LIFE),
        amount=amount,
        description=_text(body, "description"),
        redirect_url=_url(body, "redirectUrl") or (_missing("redirectUrl") if on_page else ""),
        webhook_url=_url(body, "webhookUrl"),
        method=method,
        capture_mode=_capture_mode(body, method),
        locale=optional_text(body, "locale"),
        metadata=body.get("metadata"),
        history=((origin.now, "open"),),
        sequence=sequence,
        shopper=_customer(body, sequence),
        keeps=sequence == "first",
        stored=f"mdt_{origin.new_id}" if sequence == "first" else optional_text(body, "mandateId"),
        terminal=(optional_text(body, "terminalId") or _missing("terminalId"))
        if method == POINT_OF_SALE
        else None,
    )


def part_from(body: Body, default: Money | None, origin: Origin, prefix: str) -> Part:
    """Return the capture (`cpt_`) or refund (`re_`) that *body* asks for, due at once."""
    given = body.get("amount")
    if given is None and default is None:
        _missing("amount")
    amount = default if given is None and default is not None else amounts.read(given)
    return Part(
        id=f"{prefix}{origin.new_id}",
        amount=amount,
        status="pending",
        created_at=origin.now,
        due_at=origin.now,
        description=optional_text(body, "description") or "",
        metadata=body.get("metadata"),
    )


def _sequence(body: Body) -> str:
    given = body.get("sequenceType", "oneoff")
    if given not in ("oneoff", "first", "recurring"):
        raise Refusal(422, "The sequence type is oneoff, first or recurring", "sequenceType")
    return str(given)


def _customer(body: Body, sequence: str) -> str | None:
    customer = optional_text(body, "customerId")
    if customer is None and sequence != "oneoff":
        _missing("customerId")
    return customer


def _method(body: Body, amount: Money) -> str | None:
    name = body.get("method")
    if name is None:
        return None
    if not isinstance(name, str) or name not in methods_of("mollie"):
        raise Refusal(422, "The payment method is not enabled or does not exist", "method")
    method = methods_of("mollie")[name]
    if amount.currency not in method.currencies:
        raise Refusal(422, f"{method.label} does not support {amount.currency}", "amount")
    lowest, highest = limits(method, amount.currency)
    if not lowest <= amount <= highest:
        raise Refusal(422, f"The amount must be between {lowest} and {highest}", "amount")
    return name


def _capture_mode(body: Body, method: str | None) -> str:
    mode = body.get("captureMode")
    if mode is None:
        return "automatic"
    if mode not in ("automatic", "manual"):
        raise Refusal(422, "The capture mode is automatic or manual", "captureMode")
    if mode == "manual" and method is not None and not methods_of("mollie")[method].holds:
        raise Refusal(422, f"{method} can't be captured manually", "captureMode")
    return str(mode)


def _text(body: Body, field: str) -> str:
    return optional_text(body, field) or _missing(field)


def optional_text(body: Body, field: str) -> str | None:
    """Return a text of *body*, or None; raise Refusal when it is something else."""
    value = body.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > DESCRIPTION_LENGTH:
        raise Refusal(422, f"{field} is a text of at most {DESCRIPTION_LENGTH} characters", field)
    return value


def _url(body: Body, field: str) -> str | None:
    value = body.get(field)
    if value is None:
        return None
    if not isinstance(value, str) or urlsplit(value).scheme not in ("http", "https"):
        raise Refusal(422, f"{field} is not a URL", field)
    return value


def _missing(field: str) -> str:
    raise Refusal(422, f"The {field} is required", field)
