"""What the signed records of one transaction prove, held against keys that somebody answers for."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from app.charging.meters.errors import KeyUnreadable, RecordUnreadable
from app.charging.meters.files import SignedText
from app.charging.meters.keys import PublicKey, read_key
from app.charging.meters.ocmf import Record, read_record
from app.charging.meters.verify import Proof, Verdict, prove

UNREGISTERED = "the meter's key is not registered here: the one sent along proves no origin"


@dataclass(frozen=True, slots=True)
class Kept:
    """
    A record to be kept: its *text* as it came and the *key* that it was held against.

    *nature* is OCPI's word for when it was taken (Start, End, Intermediate), *plain* what was
    signed.
    """

    text: str
    key: str | None
    nature: str = "Intermediate"
    plain: str = ""


@dataclass(frozen=True, slots=True)
class Evidence:
    """
    The records of a transaction in the meter's order, with what they prove.

    *meter_serial* is "" where no record says one.
    """

    proof: Proof
    records: tuple[Kept, ...]
    meter_serial: str = ""


def weigh(texts: Sequence[SignedText], registered: Mapping[str, str]) -> Evidence | None:
    """
    Return what *texts* prove, or None when there are none.

    *registered* are public keys by the meter's serial number. A record whose meter is not among
    them is held against the key that came with it, which may disprove but never proves.
    """
    unique = tuple(dict.fromkeys(texts))
    if not unique:
        return None
    try:
        read = [(read_record(each.text), each.key) for each in unique]
    except RecordUnreadable as error:
        kept = tuple(Kept(each.text, each.key) for each in unique)
        return Evidence(Proof(Verdict.UNPROVEN, (f"unreadable: {error.detail}",)), kept)
    held = [
        (record, registered.get(record.serial, key))
        for record, key in sorted(read, key=lambda each: each[0].page)
    ]
    proof = prove([(record, _key(record, key)) for record, key in held])
    if proof.verdict is Verdict.VALID and any(each.serial not in registered for each, _ in held):
        proof = replace(proof, verdict=Verdict.UNPROVEN, reasons=(UNREGISTERED,))
    kept = tuple(_kept(record, key) for record, key in held)
    return Evidence(proof, kept, held[0][0].serial)


def _key(record: Record, text: str | None) -> PublicKey | None:
    if text is None:
        return None
    try:
        return read_key(text, curve=record.curve)
    except KeyUnreadable:
        return None


def _kept(record: Record, key: str | None) -> Kept:
    nature = "End" if record.at_end else "Start" if record.at_begin else "Intermediate"
    found = _key(record, key)
    shown = key if found is None else found.der.hex()
    return Kept(record.text, shown, nature, record.signed.decode())
