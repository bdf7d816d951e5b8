"""Mollie's signed webhooks: what they name, and who may say it."""

import hashlib
import hmac

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways.mollie.events import HEADER, is_signed, named_payment
from app.gateways.mollie.provider import MollieOptions, MollieProvider
from tests.fakes.clock import FakeClock

SECRET = "whsec_one"


def event(kind: str, entity: str, **embedded: object) -> bytes:
    """Return an event."""
    plain = {"resource": "event", "id": "event_1", "type": kind, "entityId": entity}
    return msgspec.json.encode(plain | {"_embedded": {"entity": embedded}})


def signature(body: bytes, secret: str = SECRET) -> str:
    """Return the header's value for *body*."""
    return "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()


PAID = event("payment.paid", "tr_7UhSN1zuXS")


@pytest.mark.parametrize(
    ("body", "ref"),
    [
        (PAID, "tr_7UhSN1zuXS"),
        (event("refund.failed", "re_1234", paymentId="tr_7UhSN1zuXS"), "tr_7UhSN1zuXS"),
        (event("capture.succeeded", "cpt_1234", paymentId="tr_7UhSN1zuXS"), "tr_7UhSN1zuXS"),
        (event("balance-transaction.created", "baltr_1"), None),
        (b'{"type": "refund.failed", "entityId": "re_1", "_embedded": null}', None),
        (b"id=tr_7UhSN1zuXS", None),
        (b"[]", None),
        (PAID + b" " * 70_000, None),
    ],
)
def test_an_event_names_its_payment(body: bytes, ref: str | None):
    """The payment itself, or that of a refund or a capture; what is not about one names none."""
    assert ref == named_payment(body)


def test_a_signature_is_checked_over_the_raw_body():
    """A changed body, another secret, or no secret at all is not signed."""
    assert is_signed(signature(PAID), PAID, (SECRET,))
    assert not is_signed(signature(PAID), PAID + b" ", (SECRET,))
    assert not is_signed(signature(PAID), PAID, ("whsec_two",))
    assert not is_signed(signature(PAID), PAID, ())


def test_either_secret_counts_while_they_rotate():
    """Mollie sends both signatures for a day; either side may still have only one secret."""
    both = f"{signature(PAID, 'whsec_new')}, {signature(PAID)}"

    assert is_signed(both, PAID, (SECRET,))
    assert is_signed(signature(PAID), PAID, ("whsec_new", SECRET))


@given(st.text(max_size=100))
def test_any_signature_is_only_wrong(text: str):
    """What a stranger puts into the header never raises, and never counts."""
    assert not is_signed(text, PAID, (SECRET,))


def test_a_signed_webhook_is_read_beside_the_classic():
    """With the header the body is an event, without it a form; both only hint."""
    mollie = MollieProvider(MollieOptions(), FakeClock())

    assert ("tr_7UhSN1zuXS",) == mollie.parse_webhook({HEADER: signature(PAID)}, PAID)
    assert ("tr_7UhSN1zuXS",) == mollie.parse_webhook({}, b"id=tr_7UhSN1zuXS")
    assert () == mollie.parse_webhook({HEADER: "sha256=00"}, b"id=tr_7UhSN1zuXS")
    assert () == mollie.parse_webhook({}, PAID)
