"""Signed meter values: every curve, every form of a key, and every way to cheat."""

import base64
import hashlib
import json

import pytest
from ecdsa import SigningKey
from ecdsa.util import sigencode_der
from hypothesis import given, settings
from hypothesis import strategies as st

from app.charging.meters.command import verify_file
from app.charging.meters.errors import KeyUnreadable, RecordUnreadable
from app.charging.meters.keys import CURVES, read_key
from app.charging.meters.ocmf import read_record
from app.charging.meters.verify import Verdict, is_signed_by, prove
from tests.shared import shared

HASHES = {"256": hashlib.sha256, "384": hashlib.sha384, "512": hashlib.sha512}
CURVE = "secp256r1"


def payload(kind: str = "BE", page: str = "T1", **changes: object) -> str:
    """What a meter read: 10.5 kWh at the begin, 22.84 kWh at the end, as *kind* says."""
    reading = {"TM": "2026-11-22T10:00:00,000+0100 S", "RI": "1-b:1.8.0", "RU": "kWh", "ST": "G"}
    values = {"B": 10.5, "E": 22.84}
    rows = [{**reading, "TX": each, "RV": values[each]} for each in kind]
    section = {"FV": "1.0", "MS": "M-1", "GS": "G-1", "PG": page, "RD": rows, **changes}
    return json.dumps(section)


def signed(text: str, key: SigningKey, curve: str = CURVE, bits: str = "256") -> str:
    """The record that a meter with *key* makes of *text*."""
    made = key.sign(
        text.encode(), hashfunc=HASHES[bits], sigencode=sigencode_der, allow_truncate=True
    )
    section = json.dumps({"SA": f"ECDSA-{curve}-SHA{bits}", "SD": made.hex()})
    return f"OCMF|{text}|{section}"


def new_key(curve: str = CURVE) -> SigningKey:
    """The key of a meter."""
    return SigningKey.generate(CURVES[curve.lower()])


def hex_of(key: SigningKey) -> str:
    """The public key as hexadecimal DER."""
    return key.verifying_key.to_der().hex()


@pytest.mark.parametrize("bits", HASHES)
@pytest.mark.parametrize("curve", CURVES)
def test_every_curve_is_verified(curve: str, bits: str):
    """A record is proven by its own key, and by no other."""
    key = new_key(curve)
    record = read_record(signed(payload(), key, curve, bits))
    other = read_key(hex_of(new_key(curve)))

    assert is_signed_by(record, read_key(hex_of(key)))
    assert not is_signed_by(record, other)


def test_the_energy_is_the_difference():
    """22.84 kWh - 10.5 kWh = 12.34 kWh."""
    key = new_key()
    proof = prove([(read_record(signed(payload(), key)), read_key(hex_of(key)))])

    assert Verdict.VALID is proof.verdict
    assert "12.34" == str(proof.energy_kwh)


@pytest.mark.parametrize("at", range(0, 200, 7))
def test_a_changed_character_is_seen(at: int):
    """Whatever is changed in the payload, the signature does not hold any more."""
    key = new_key()
    text = payload()
    good = signed(text, key)
    place = good.index(text) + at % len(text)
    changed = good[:place] + ("7" if good[place] != "7" else "8") + good[place + 1 :]
    report = verify_file(changed.encode(), hex_of(key))

    assert not report.is_fine


KEYS = {curve: new_key(curve) for curve in CURVES}


@settings(deadline=None)
@given(
    curve=st.sampled_from(sorted(KEYS)),
    place=st.floats(0, 1, exclude_max=True),
    new=st.characters(codec="utf-8"),
)
def test_any_byte_that_is_changed_is_noticed(curve: str, place: float, new: str):
    """Of the readings and of the signature, on every curve: what is VALID says what was signed."""
    good = signed(payload(), KEYS[curve], curve)
    at = int(place * len(good))
    changed = good[:at] + new + good[at + 1 :]

    assert not is_proven(changed, KEYS[curve]) or meaning(good) == meaning(changed)


def is_proven(record: str, key: SigningKey) -> bool:
    """Tell whether the file that *record* is can be read, and is VALID."""
    try:
        return verify_file(record.encode(), hex_of(key)).is_fine
    except RecordUnreadable:
        return False


def meaning(record: str) -> tuple[str, str]:
    """Return what is signed, and the signature: its digits are the same in capital letters."""
    _, said, section = record.strip().split("|")
    return said, json.loads(section)["SD"].lower()


def point(key: SigningKey) -> bytes:
    """The bare point of a public key."""
    return key.verifying_key.to_string("uncompressed")


@pytest.mark.parametrize(
    "form",
    [
        lambda key: key.verifying_key.to_der().hex(),
        lambda key: key.verifying_key.to_der().hex(" ").upper(),
        lambda key: base64.b64encode(key.verifying_key.to_der()).decode(),
        lambda key: base64.b64encode(key.verifying_key.to_der().hex().encode()).decode(),
        lambda key: "oca:base16:asn1:" + key.verifying_key.to_der().hex(),
        lambda key: base64.b64encode(
            b"oca:base16:asn1:" + key.verifying_key.to_der().hex().encode()
        ).decode(),
        lambda key: point(key).hex(),
        lambda key: base64.b64encode(point(key)).decode(),
        lambda key: key.verifying_key.to_pem().decode(),
        lambda key: key.verifying_key.to_der(point_encoding="compressed").hex(":"),
        lambda key: key.verifying_key.to_string("compressed").hex(),
    ],
    ids=[
        "hex",
        "blanks",
        "base64",
        "hex in base64",
        "oca",
        "oca in base64",
        "point",
        "base64 point",
        "pem",
        "colons",
        "compressed point",
    ],
)
def test_every_form_of_a_key_is_read(form):
    """Meters, sheets of paper and charge points write keys in many ways."""
    key = new_key()

    assert key.verifying_key.to_der() == read_key(form(key), curve=CURVES[CURVE]).der


@pytest.mark.parametrize("text", ["", "no key", "30", "3059301306072A8648CE3D0201", "04" * 33])
def test_what_is_no_key_is_told(text: str):
    """Rubbish, cut keys and points that are not on the curve are refused."""
    with pytest.raises(KeyUnreadable):
        read_key(text, curve=CURVES[CURVE])


def test_begin_and_end_may_come_in_two_records():
    """The pair is proven when both are signed, of one meter and in order."""
    key = new_key()
    known = read_key(hex_of(key))
    begin = read_record(signed(payload("B"), key))
    end = read_record(signed(payload("E", page="T2"), key))
    stranger = read_record(signed(payload("E", page="T2", MS="M-2"), key))
    earlier = read_record(signed(payload("E", page="T0"), key))

    assert Verdict.VALID is prove([(begin, known), (end, known)]).verdict
    assert ("the records are of two meters",) == prove([(begin, known), (stranger, known)]).reasons
    assert Verdict.INVALID is prove([(begin, known), (earlier, known)]).verdict
    assert Verdict.UNPROVEN is prove([(begin, known)]).verdict
    assert Verdict.UNPROVEN is prove([(begin, None), (end, None)]).verdict


def test_a_register_that_falls_proves_nothing():
    """A begin above the end is wrong, however well it is signed."""
    key = new_key()
    rows = json.loads(payload())["RD"]
    rows[0]["RV"], rows[1]["RV"] = rows[1]["RV"], rows[0]["RV"]
    proof = prove([(read_record(signed(payload(RD=rows), key)), read_key(hex_of(key)))])

    assert ("the register falls",) == proof.reasons


def test_a_reading_that_the_meter_calls_bad_is_not_proven():
    """A status other than G is told."""
    key = new_key()
    rows = json.loads(payload())["RD"]
    rows[1]["ST"] = "T"
    proof = prove([(read_record(signed(payload(RD=rows), key)), read_key(hex_of(key)))])

    assert Verdict.UNPROVEN is proof.verdict


@pytest.mark.parametrize(
    ("errors", "verdict"),
    [("", Verdict.VALID), ("t", Verdict.VALID), ("E", Verdict.UNPROVEN), ("Et", Verdict.UNPROVEN)],
)
def test_an_error_in_the_energy_is_not_proven(errors: str, verdict: Verdict):
    """What the meter says of the errors of a reading counts where it is about its energy."""
    key = new_key()
    rows = json.loads(payload())["RD"]
    rows[1]["EF"] = errors
    proof = prove([(read_record(signed(payload(RD=rows), key)), read_key(hex_of(key)))])

    assert verdict is proof.verdict


@pytest.mark.parametrize("curve", CURVES)
def test_a_signature_of_two_numbers_in_a_row_is_read(curve: str):
    """Some meters write r and s side by side instead of DER; a changed one is none either way."""
    key = new_key(curve)
    text = payload()
    made = key.sign(text.encode(), hashfunc=hashlib.sha256, allow_truncate=True)
    section = json.dumps({"SA": f"ECDSA-{curve}-SHA256", "SD": made.hex()})
    other = json.dumps({"SA": f"ECDSA-{curve}-SHA256", "SD": (made[:-1] + b"\0\0").hex()})

    assert is_signed_by(read_record(f"OCMF|{text}|{section}"), read_key(hex_of(key)))
    assert not is_signed_by(read_record(f"OCMF|{text}|{other}"), read_key(hex_of(key)))


def test_records_in_lines_are_one_transaction():
    """Begin and end, one below the other in a text, are proven as a pair."""
    key = new_key()
    records = [signed(payload("B"), key), signed(payload("E", page="T2"), key)]
    report = verify_file("\r\n".join(records).encode() + b"\n", hex_of(key))

    assert report.is_fine
    assert "  energy 12.34 kWh" in report.lines


@pytest.mark.parametrize("name", ["signedData", "encodedData"])
@pytest.mark.parametrize(
    "wrapped",
    [str, lambda text: text.encode().hex(), lambda text: base64.b64encode(text.encode()).decode()],
    ids=["plain", "hex", "base64"],
)
def test_the_xml_may_wrap_its_records(wrapped, name: str):
    """The transparency software knows records as they are, in hexadecimal and in base64."""
    key = new_key()
    held = f'<{name} format="OCMF">{wrapped(signed(payload(), key))}</{name}>'
    report = verify_file(f"<values><value>{held}</value></values>".encode(), hex_of(key))

    assert report.is_fine


def test_a_bar_in_a_text_is_part_of_it():
    """The payload ends where its JSON ends, not at the first bar."""
    key = new_key()
    record = read_record(signed(payload(GI="A|B"), key))

    assert is_signed_by(record, read_key(hex_of(key)))


@given(st.text(max_size=300))
def test_nothing_makes_the_reader_crash(text: str):
    """What is not a record is a problem, never a traceback."""
    for record in (text, "OCMF|" + text, f"OCMF|{payload()}|{text}"):
        try:
            read_record(record)
        except RecordUnreadable:
            continue


@given(st.binary(max_size=300))
def test_nothing_makes_the_file_crash(data: bytes):
    """The same of files."""
    try:
        verify_file(data)
    except RecordUnreadable:
        return


def test_a_bomb_of_xml_is_refused():
    """Entities are not expanded."""
    bomb = b'<!DOCTYPE x [<!ENTITY a "aaaa">]><values><value>&a;</value></values>'

    with pytest.raises(RecordUnreadable):
        verify_file(bomb)


@pytest.mark.parametrize(
    ("name", "verdict"),
    [
        ("OCMF_Test_Data_00.xml", "VALID"),
        ("brainpoolP256r1.xml", "VALID"),
        ("keba_test_txn.xml", "VALID"),
        ("test_ocmf_keba_kcp30.xml", "VALID"),
        ("test_ocmf_keba_kcp30_fail.xml", "INVALID"),
        ("test_ocmf_transaction_two_values.xml", "VALID"),
        ("wirelane.xml", "UNPROVEN"),
    ],
)
def test_records_of_the_field(name: str, verdict: str):
    """The good and the tampered records of the transparency software are told apart."""
    report = verify_file(shared(f"specs/ocmf/{name}").read_bytes())

    assert report.lines[0].endswith(f": {verdict}")
    assert report.is_fine is (verdict == "VALID")
