"""What `directpay meter verify` says of a file."""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import groupby

from app.charging.meters.errors import KeyUnreadable, RecordUnreadable
from app.charging.meters.files import SignedText, read_file
from app.charging.meters.keys import PublicKey, read_key
from app.charging.meters.ocmf import Record, SignedReading, read_record
from app.charging.meters.verify import Proof, Verdict, prove


@dataclass(frozen=True, slots=True)
class Report:
    """The lines to print; it is fine when every transaction is proven."""

    lines: tuple[str, ...]
    is_fine: bool


def verify_file(data: bytes, key: str | None = None) -> Report:
    """
    Prove each transaction of a file: a line of verdict, then what was read and what is wrong.

    *key* is the meter's registered key, which wins over the keys in the file: without it the file
    proves only that it belongs together. Raises RecordUnreadable and KeyUnreadable.
    """
    lines: list[str] = []
    is_fine = True
    for transaction, texts in groupby(read_file(data), key=lambda each: each.transaction):
        proof, records = _prove(list(texts), key)
        is_fine = is_fine and proof.verdict is Verdict.VALID
        lines += _lines(transaction, proof, records)
    if key is None:
        lines.append("The keys are those of the file: compare them with the meter's.")
    return Report(tuple(lines), is_fine)


def _prove(texts: list[SignedText], key: str | None) -> tuple[Proof, list[Record]]:
    records: list[tuple[Record, PublicKey | None]] = []
    known: str | None = None
    for each in texts:
        try:
            record = read_record(each.text)
        except RecordUnreadable as error:
            return Proof(Verdict.UNPROVEN, (f"unreadable: {error.detail}",)), []
        known = key or each.key or known
        try:
            records.append((record, read_key(known, curve=record.curve) if known else None))
        except KeyUnreadable as error:
            if key is not None:
                raise
            return Proof(Verdict.UNPROVEN, (f"the key is unreadable: {error.detail}",)), []
    return prove(records), [record for record, _ in records]


def _lines(transaction: str, proof: Proof, records: list[Record]) -> Iterator[str]:
    name = f"transaction {transaction}" if transaction else "record"
    yield f"{name}: {proof.verdict.upper()}"
    if records:
        first = records[0]
        yield f"  meter {first.meter_serial or '-'}, gateway {first.gateway_serial or '-'}"
        yield f"  signed with {', '.join(dict.fromkeys(each.algorithm for each in records))}"
    for word, reading in (("begin", proof.at_begin), ("end", proof.at_end)):
        if reading is not None:
            yield f"  {word} {_shown(reading)}"
    if proof.energy_kwh is not None:
        yield f"  energy {proof.energy_kwh} kWh"
    for reason in proof.reasons:
        yield f"  {reason}"


def _shown(reading: SignedReading) -> str:
    return f"{reading.energy_kwh} kWh at {reading.time}"
