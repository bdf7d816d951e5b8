"""The meter of a CDR: what its signed records read, and whether that is the energy it states."""

from collections.abc import Iterator
from decimal import Decimal
from typing import Final, NamedTuple

from app.charging.meters.carried import read_carried
from app.charging.meters.errors import RecordUnreadable
from app.charging.meters.ocmf import Record, read_record
from app.pricing.tariffs.cdrs.model import StatedCdr
from app.pricing.tariffs.cdrs.verify import Divergence

# A register has three decimals as a rule, and each of its two readings may be cut off.
CLOSE_KWH: Final = Decimal("0.002")


class Register(NamedTuple):
    """The register of imported energy, in kWh, when a session began and ended."""

    meter: str
    at_start: Decimal
    at_end: Decimal


def register_of(cdr: StatedCdr) -> Register | None:
    """
    Return what the meter of *cdr* read, None where no signed records say both.

    Whether they are genuine is another question (`directpay meter verify`). Raises
    RecordUnreadable.
    """
    records = _records(cdr)
    begin = next((one.at_begin for one in records if one.at_begin), None)
    end = next((one.at_end for one in reversed(records) if one.at_end), None)
    if begin is None or end is None or begin.energy_kwh is None or end.energy_kwh is None:
        return None
    return Register(records[0].serial or cdr.meter_id or "", begin.energy_kwh, end.energy_kwh)


def _records(cdr: StatedCdr) -> list[Record]:
    values = cdr.signed_data.signed_values if cdr.signed_data else ()
    records = [read_record(read_carried(one.signed_data).text) for one in values]
    return sorted(records, key=lambda record: record.page)


def mismetered(cdr: StatedCdr) -> Iterator[Divergence]:
    """Yield signed records that nobody can read, or that prove another energy than is stated."""
    try:
        register = register_of(cdr)
    except RecordUnreadable as wrong:
        yield Divergence("meter_unreadable", "signed_data", "", wrong.detail)
        return
    if register is None or cdr.total_energy is None:
        return
    energy = register.at_end - register.at_start
    if abs(energy - cdr.total_energy) > CLOSE_KWH:
        yield Divergence("meter_differs", "total_energy", str(cdr.total_energy), str(energy))
