"""Webhooks of Adyen: every item is checked by itself, and none holds up the others."""

from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.gateways.adyen.provider import AdyenOptions, AdyenProvider
from app.gateways.adyen.told.notices import MOST_ITEMS, item_of, read_batch
from tests.fakes.clock import FakeClock
from tests.gateways.adyen_notices import (
    ACCOUNT,
    FORMER_KEY,
    KEY,
    PAYMENT,
    REFERENCE,
    batch,
    item,
    notice,
    signed,
)

AUTHORISED = item("AUTHORISATION", PAYMENT)
CAPTURED = item("CAPTURE", "CAPT000000000001", 1234)


def test_a_signed_item_becomes_a_notice():
    """What Adyen's own library signed is believed, and names the payment by both references."""
    (told,) = read_batch(ACCOUNT, batch(signed(CAPTURED))).genuine

    assert (REFERENCE, PAYMENT) == (told.reference, told.original_ref)
    assert told.key.startswith("CAPTURE:CAPT000000000001:true:")
    assert "CAPT000000000001" == item_of(told).psp_reference


@pytest.mark.parametrize(
    "change",
    [
        {"pspReference": "CAPT000000000002"},
        {"originalReference": "QFQTPCQ8HXSKGK83"},
        {"merchantReference": "DP7Q2M9KXWTA"},
        {"amount": {"currency": "EUR", "value": 1}},
        {"amount": {"currency": "SEK", "value": 1234}},
        {"eventCode": "REFUND"},
        {"success": "false"},
    ],
)
def test_a_changed_item_is_not_believed(change: dict[str, Any]):
    """Changing anything that is signed breaks the signature; the item is kept as doubtful."""
    told = read_batch(ACCOUNT, batch(signed(CAPTURED) | change))

    assert () == told.genuine
    assert 1 == len(told.doubtful)


def test_every_item_of_a_batch_is_checked():
    """A forged second item is not carried in by a good first one."""
    forged = signed(CAPTURED) | {"success": "false"}
    told = read_batch(ACCOUNT, batch(signed(AUTHORISED), forged, signed(CAPTURED)))

    assert ["AUTHORISATION", "CAPTURE"] == [item_of(each).event_code for each in told.genuine]
    assert 1 == len(told.doubtful)


@pytest.mark.parametrize(
    "spoiled",
    [
        {},
        {"eventCode": "CAPTURE"},
        {**CAPTURED, "amount": {"currency": "EUR", "value": "lots"}},
        {**CAPTURED, "amount": {"currency": "euro", "value": 1}},
        {**CAPTURED, "pspReference": None},
        {**CAPTURED, "additionalData": ["not", "a", "mapping"]},
    ],
)
def test_a_poisoned_item_holds_up_nothing(spoiled: dict[str, Any]):
    """What can't be read at all is left out, whatever its shape; what follows is taken."""
    told = read_batch(ACCOUNT, batch(spoiled, signed(CAPTURED)))

    assert 1 == len(told.genuine)


@pytest.mark.parametrize("signature", [None, "", "not base64!", "AAAA", "ÄÖÜ"])
def test_an_item_without_a_signature_is_doubtful(signature: str | None):
    """A missing, empty or unreadable signature is a wrong one, never an error."""
    more = {} if signature is None else {"hmacSignature": signature}
    told = read_batch(ACCOUNT, batch(CAPTURED | {"additionalData": more}))

    assert ((), 1) == (told.genuine, len(told.doubtful))


def test_both_keys_count_while_they_rotate():
    """Adyen goes on signing with the old key for a while: either is taken, a third is not."""
    rotating = replace(ACCOUNT, webhook_keys=(KEY, FORMER_KEY))

    assert read_batch(rotating, batch(signed(CAPTURED, KEY))).genuine
    assert read_batch(rotating, batch(signed(CAPTURED, FORMER_KEY))).genuine
    assert not read_batch(ACCOUNT, batch(signed(CAPTURED, FORMER_KEY))).genuine


def test_without_keys_nothing_is_believed():
    """An account whose key is not configured believes no one, and loses nothing."""
    told = read_batch(replace(ACCOUNT, webhook_keys=()), batch(signed(CAPTURED)))

    assert ((), 1) == (told.genuine, len(told.doubtful))


def test_a_doubtful_item_is_believed_when_its_key_is_known():
    """What is kept of a doubtful item is enough to check it again with another key."""
    (kept,) = read_batch(ACCOUNT, batch(signed(CAPTURED, FORMER_KEY))).doubtful

    assert 1 == len(read_batch(replace(ACCOUNT, webhook_keys=(FORMER_KEY,)), kept).genuine)


def test_another_merchant_account_is_refused():
    """An item for somebody else's merchant account is left out, though its signature is right."""
    foreign = item("CAPTURE", "CAPT000000000001", merchantAccountCode="SomebodyElse")
    told = read_batch(ACCOUNT, batch(signed(foreign)))

    assert ((), ()) == (told.genuine, told.doubtful)


@pytest.mark.parametrize(("mode", "live"), [("test", "true"), ("live", "false"), ("live", "")])
def test_test_and_live_are_never_mixed(mode: str, live: str):
    """A webhook of the other mode is refused whole."""
    told = read_batch(replace(ACCOUNT, mode=mode), batch(signed(CAPTURED), live=live))

    assert ((), ()) == (told.genuine, told.doubtful)


def test_the_same_event_twice_has_one_key():
    """A repetition is known though its date, which is not signed, is another; a failure is not."""
    again = CAPTURED | {"eventDate": "2026-11-23T01:00:00+01:00", "reason": "again"}

    assert notice(CAPTURED).key == notice(again).key
    assert notice(CAPTURED).key != notice(CAPTURED | {"success": "false"}).key


def test_nothing_of_a_person_is_kept():
    """Of what Adyen adds, only what a receipt or a token needs is stored."""
    personal = {"shopperEmail": "driver@example.org", "cardSummary": "1234", "shopperIP": "1.2.3.4"}
    kept = item_of(notice(AUTHORISED | {"additionalData": personal}))

    assert {"cardSummary": "1234"} == kept.additional_data


def test_a_batch_has_an_end():
    """More items than Adyen ever sends are not read."""
    many = [signed(item("CAPTURE", f"CAPT{number:012}")) for number in range(MOST_ITEMS + 5)]

    assert MOST_ITEMS == len(read_batch(ACCOUNT, batch(*many)).genuine)


@given(st.binary(max_size=200) | st.text(max_size=200).map(str.encode))
def test_any_body_is_answered(body: bytes):
    """Whatever comes is read or left alone; nothing raises."""
    assert () == read_batch(ACCOUNT, body).genuine


def test_adyen_sends_no_hints():
    """The port's hints are Mollie's; Adyen's items are notices."""
    adyen = AdyenProvider(AdyenOptions(), FakeClock())

    assert () == adyen.parse_webhook({}, batch(signed(CAPTURED)))
    assert 1 == len(adyen.read_notices(ACCOUNT, batch(signed(CAPTURED))).genuine)
