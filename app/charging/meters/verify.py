"""Hold a record against its key, and the two records of a transaction against each other."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from itertools import pairwise

from ecdsa import BadSignatureError
from ecdsa.der import UnexpectedDER
from ecdsa.util import MalformedSignature, sigdecode_der, sigdecode_string

from app.charging.meters.keys import PublicKey
from app.charging.meters.ocmf import Record, SignedReading


class Verdict(StrEnum):
    """VALID proves the reading, INVALID disproves it, UNPROVEN says that something is missing."""

    VALID = "valid"
    INVALID = "invalid"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a transaction's records prove: *reasons* say why it is not VALID."""

    verdict: Verdict
    reasons: tuple[str, ...] = ()
    at_begin: SignedReading | None = None
    at_end: SignedReading | None = None

    @property
    def energy_kwh(self) -> Decimal | None:
        """Return what the two readings are apart, where both are known."""
        if self.at_begin is None or self.at_end is None:
            return None
        if self.at_begin.energy_kwh is None or self.at_end.energy_kwh is None:
            return None
        return self.at_end.energy_kwh - self.at_begin.energy_kwh


def is_signed_by(record: Record, key: PublicKey) -> bool:
    """Tell whether *key* made the record's signature over exactly these bytes."""
    if key.curve is not record.curve:
        return False
    try:
        return bool(
            key.key.verify(
                record.signature,
                record.signed,
                hashfunc=record.digest,
                sigdecode=_numbers,
                allow_truncate=True,
            )
        )
    except (BadSignatureError, MalformedSignature):
        return False


def _numbers(signature: bytes, order: int) -> tuple[int, int]:
    """Return the two numbers of a signature: OCMF wants DER, some meters write them in a row."""
    try:
        r, s = sigdecode_der(signature, order)
    except UnexpectedDER:
        r, s = sigdecode_string(signature, order)
    return r, s


def prove(records: Sequence[tuple[Record, PublicKey | None]]) -> Proof:
    """
    Return what the *records* of one transaction prove, each with the key of its meter.

    They must be signed, of one meter, in their order, and hold a begin and an end of which the
    register does not fall. The key must come from somewhere else than the record to prove anything
    to a third party: who registers it answers for it.
    """
    begin = next((record.at_begin for record, _ in records if record.at_begin), None)
    end = next((record.at_end for record, _ in reversed(records) if record.at_end), None)
    wrong = [*_unsigned(records), *_mismatched([record for record, _ in records])]
    if wrong:
        return Proof(Verdict.INVALID, tuple(wrong), begin, end)
    energy = Proof(Verdict.VALID, (), begin, end).energy_kwh
    if energy is not None and energy < 0:
        return Proof(Verdict.INVALID, ("the register falls",), begin, end)
    missing = [*_unknown(records), *_absent(begin, end)]
    return Proof(Verdict.UNPROVEN if missing else Verdict.VALID, tuple(missing), begin, end)


def _unsigned(records: Sequence[tuple[Record, PublicKey | None]]) -> list[str]:
    return [
        f"record {record.pagination or number}: the signature is not of this key"
        for number, (record, key) in enumerate(records, start=1)
        if key is not None and not is_signed_by(record, key)
    ]


def _unknown(records: Sequence[tuple[Record, PublicKey | None]]) -> list[str]:
    return [
        f"record {record.pagination or number}: the meter's key is not known"
        for number, (record, key) in enumerate(records, start=1)
        if key is None
    ]


def _absent(begin: SignedReading | None, end: SignedReading | None) -> list[str]:
    missing = []
    if begin is None:
        missing.append("no reading at the begin")
    if end is None:
        missing.append("no reading at the end")
    for name, reading in (("begin", begin), ("end", end)):
        # OCMF 1.3, "ST": G is good, everything else is not.
        if reading is not None and reading.status not in {"", "G"}:
            missing.append(f"the meter calls its reading at the {name} {reading.status}, not good")
        # OCMF 1.3, "EF": E says that the energy is wrong; t, of the time, proves no other energy.
        if reading is not None and "E" in reading.errors:
            missing.append(f"the meter reports an error in its energy at the {name}")
    return missing


def _mismatched(records: Sequence[Record]) -> list[str]:
    wrong = []
    for first, second in pairwise(records):
        if (first.meter_serial, first.gateway_serial) != (
            second.meter_serial,
            second.gateway_serial,
        ):
            wrong.append("the records are of two meters")
        if second.page < first.page:
            wrong.append(f"record {second.pagination} comes after {first.pagination}")
    return wrong
