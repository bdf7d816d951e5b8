"""Signed records of a session: as charge points wrap them, and what they prove."""

import base64
import json
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from app.charging.cdrs.evidence import evidence_flags
from app.charging.meters.carried import read_carried
from app.charging.meters.command import verify_file
from app.charging.meters.errors import MeterInvalid
from app.charging.meters.evidence import Evidence, weigh
from app.charging.meters.files import SignedText
from app.charging.meters.registry.model import meter_of
from app.charging.meters.transparency import transparency_file
from app.charging.meters.verify import Verdict
from app.charging.sessions.model import Flag
from app.sandbox.meter import SigningMeter

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
METER = SigningMeter("M-1")
KEYS = {"M-1": METER.public_key}


def signed(meter: SigningMeter = METER) -> list[SignedText]:
    """Begin and end of a session of 12.34 kWh, with the meter's own key beside each."""
    begin = meter.sign("B", AT, Decimal("5000.5"))
    end = meter.sign("E", AT + timedelta(hours=1), Decimal("17340.5"))
    return [SignedText(each, meter.public_key, "") for each in (begin, end)]


def weighed(texts: list[SignedText], keys: dict[str, str] | None = None) -> Evidence:
    """What *texts* prove by the registered *keys*."""
    found = weigh(texts, KEYS if keys is None else keys)
    assert found is not None
    return found


@pytest.mark.parametrize("name", ["signedMeterData", "signedMeterValue"])
def test_both_names_of_the_record_are_known(name: str):
    """OCPP's name and the one of manuals lead to the same record and key."""
    record = METER.sign("B", AT, Decimal(1))
    blob = base64.b64encode(record.encode()).decode()
    text = json.dumps({name: blob, "encodingMethod": "OCMF", "publicKey": "abc"})

    assert SignedText(record, "abc", "") == read_carried(text)


@pytest.mark.parametrize("wrapped", [str, lambda text: base64.b64encode(text.encode()).decode()])
def test_a_record_without_json_around_it_is_read(wrapped):
    """Bare or in base64: firmware that leaves the JSON out is understood."""
    record = METER.sign("B", AT, Decimal(1))

    assert SignedText(record, None, "") == read_carried(wrapped(record))


@pytest.mark.parametrize(
    "text",
    [
        *("", "[1]", "5", "{}", '{"signedMeterData": 5}', "\u00e9", "[" * 9999),
        '{"signedMeterData": "\\u0000\\ud800"}',
    ],
)
def test_anything_else_is_kept_and_proves_nothing(text: str):
    """What is no record ends as unproven, with a reason."""
    found = weighed([read_carried(text)])

    assert Verdict.UNPROVEN is found.proof.verdict
    assert found.proof.reasons[0].startswith("unreadable")


@pytest.mark.parametrize("unfit", ["\\ud800", "\\u0000"])
def test_what_no_text_can_hold_is_replaced(unfit: str):
    """JSON can say characters that neither UTF-8 nor the database has; the rest is kept."""
    payload = json.dumps({"MS": "*", "RD": [{"TM": "*", "TX": "B"}]}).replace("*", unfit)
    record = f'OCMF|{payload}|{{"SD":"00"}}'
    direct = '{"signedMeterData": "OCMF|{\\"MS\\":\\"*\\"}|{}", "publicKey": "*"}'
    for text in (
        json.dumps({"signedMeterData": record, "publicKey": "04"}),
        direct.replace("*", unfit),
    ):
        found = weighed([read_carried(text)])
        (kept,) = found.records
        told = "".join((kept.text, kept.key or "", kept.plain, found.meter_serial))

        assert told.encode()
        assert "\0" not in told
        assert "\ufffd" in told


def test_registered_keys_prove():
    """Begin and end by the meter that is registered at the EVSE: 12.34 kWh, proven."""
    found = weighed(signed())

    assert (Verdict.VALID, "M-1") == (found.proof.verdict, found.meter_serial)
    assert Decimal("12.3400") == found.proof.energy_kwh
    assert ["Start", "End"] == [each.nature for each in found.records]


def test_a_key_that_came_along_does_not_prove():
    """Whoever forges readings sends his own key with them."""
    found = weighed(signed(SigningMeter("M-2")))

    assert Verdict.UNPROVEN is found.proof.verdict
    assert "not registered" in found.proof.reasons[0]


def test_the_registered_key_wins_over_the_one_that_came_along():
    """A record of a known number, signed by another key, is disproven."""
    forged = SigningMeter("M-2")
    texts = [SignedText(each.text, forged.public_key, "") for each in signed(METER)]
    other = {"M-1": forged.public_key}

    assert Verdict.VALID is weighed(texts).proof.verdict
    assert Verdict.INVALID is weighed(texts, other).proof.verdict


def test_a_changed_register_is_disproven_without_any_registration():
    """The key beside a record can disprove it, though it can't prove it."""
    begin, end = signed()
    changed = SignedText(end.text.replace("17.34", "18.34"), end.key, "")

    assert Verdict.INVALID is weighed([begin, changed], {}).proof.verdict


def test_order_and_repetition_do_not_matter():
    """A charge point repeats itself, and what was queued comes late."""
    begin, end = signed()
    found = weighed([end, begin, end, begin])

    assert Verdict.VALID is found.proof.verdict
    assert [begin.text, end.text] == [each.text for each in found.records]


def test_nothing_signed_is_no_evidence():
    """Most meters sign nothing."""
    assert weigh([], KEYS) is None
    assert frozenset() == evidence_flags(None, Decimal(1))


@pytest.mark.parametrize(
    ("billed", "flags"),
    [("12.340", set()), ("12.338", set()), ("12.300", {Flag.SIGNED_ENERGY_DIFFERS})],
)
def test_what_is_billed_is_held_against_what_was_signed(billed: str, flags: set[str]):
    """Whole watt-hours may differ by their rounding; more is flagged."""
    assert flags == evidence_flags(weighed(signed()), Decimal(billed))


def test_verdicts_are_flags():
    """What is not proven is told with the record."""
    begin, end = signed()
    changed = SignedText(end.text.replace('"E"', '"L"'), None, "")

    assert {Flag.SIGNATURE_INVALID} == evidence_flags(weighed([begin, changed]), Decimal("12.34"))
    assert {Flag.SIGNATURE_UNPROVEN} == evidence_flags(weighed(signed(), {}), Decimal("12.34"))


def test_the_file_is_read_by_the_software_it_is_for():
    """Our own reader of that format proves what was written, against the meter's key."""
    written = transparency_file(weighed(signed()).records, 1)
    report = verify_file(written, METER.public_key)

    assert report.is_fine
    assert "transaction 1: VALID" == report.lines[0]


@pytest.mark.parametrize(
    ("serial", "key", "field"),
    [
        ("", METER.public_key, "serial"),
        ("M" * 65, METER.public_key, "serial"),
        ("M-1\n2", METER.public_key, "serial"),
        ("M-1", "no key", "public_key"),
    ],
)
def test_a_meter_that_can_not_be_registered(serial: str, key: str, field: str):
    """The field that is wrong is named."""
    with pytest.raises(MeterInvalid) as caught:
        meter_of(serial, key, "E1")

    assert field == caught.value.facts["field"]
