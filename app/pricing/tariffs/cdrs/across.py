"""CDRs beside each other: sent or credited twice, over one another, and with gaps in registers."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import NamedTuple

from app.charging.meters.errors import RecordUnreadable
from app.pricing.tariffs.cdrs.metering import CLOSE_KWH, Register, register_of
from app.pricing.tariffs.cdrs.model import StatedCdr, aware
from app.pricing.tariffs.cdrs.verify import Divergence

Key = tuple[str, ...]


class Conflict(NamedTuple):
    """What is wrong with the CDR that stands at *number*, and the ones that it is at odds with."""

    number: int
    divergence: Divergence


def conflicts(cdrs: Sequence[StatedCdr]) -> tuple[Conflict, ...]:
    """
    Return what speaks against each of *cdrs* when all of them are looked at.

    A session that is credited is none: neither it nor its credit overlaps anything.
    """
    return (
        *_duplicates(cdrs),
        *_credits(cdrs),
        *_overlaps(cdrs, "overlaps_at_evse", "cdr_location.evse_uid", _evse),
        *_overlaps(cdrs, "overlaps_by_token", "cdr_token.uid", _token),
        *_gaps(cdrs),
    )


def _name(cdr: StatedCdr, cdr_id: str) -> Key:
    return cdr.country_code.lower(), cdr.party_id.lower(), cdr_id.lower()


def _duplicates(cdrs: Sequence[StatedCdr]) -> Iterator[Conflict]:
    seen: set[Key] = set()
    for number, cdr in enumerate(cdrs):
        name = _name(cdr, cdr.id)
        if name in seen:
            yield Conflict(number, Divergence("duplicate_id", "id", cdr.id, ""))
        seen.add(name)


def _credits(cdrs: Sequence[StatedCdr]) -> Iterator[Conflict]:
    """Yield credits of what is not there, and of what another one takes back already."""
    there = {_name(cdr, cdr.id) for cdr in cdrs if not cdr.credit}
    taken: set[Key] = set()
    for number, cdr in enumerate(cdrs):
        reference = cdr.credit_reference_id
        if not cdr.credit or reference is None:
            continue
        name = _name(cdr, reference)
        if name not in there:
            yield Conflict(
                number, Divergence("credit_of_unknown", "credit_reference_id", reference, "")
            )
        if name in taken:
            yield Conflict(
                number, Divergence("credited_twice", "credit_reference_id", reference, "")
            )
        taken.add(name)


def _overlaps(
    cdrs: Sequence[StatedCdr], code: str, field: str, key_of: Callable[[StatedCdr], Key | None]
) -> Iterator[Conflict]:
    """Yield every session that starts before the one before it, under the same key, has ended."""
    last: dict[Key, StatedCdr] = {}
    for number, cdr in _by_start(cdrs):
        key = key_of(cdr)
        if key is None:
            continue
        before = last.get(key)
        if before is not None and aware(cdr.start_date_time) < aware(before.end_date_time):
            yield Conflict(number, Divergence(code, field, cdr.id, before.id))
        if before is None or aware(cdr.end_date_time) > aware(before.end_date_time):
            last[key] = cdr


def _gaps(cdrs: Sequence[StatedCdr]) -> Iterator[Conflict]:
    """
    Yield every session that does not begin at the register at which the one before it ended.

    With more on the register, energy was drawn that no session has; with less, two have the same.
    """
    last: dict[Key, Register] = {}
    for number, cdr in _by_start(cdrs):
        register = _readable(cdr)
        if register is None or not register.meter:
            continue
        key = (cdr.country_code.lower(), cdr.party_id.lower(), register.meter)
        before = last.get(key)
        if before is not None and abs(register.at_start - before.at_end) > CLOSE_KWH:
            values = ("signed_data", str(register.at_start), str(before.at_end))
            yield Conflict(
                number,
                Divergence("meter_gap", *values)
                if register.at_start > before.at_end
                else Divergence("meter_overlap", *values),
            )
        last[key] = register


def _readable(cdr: StatedCdr) -> Register | None:
    try:
        return register_of(cdr)
    except RecordUnreadable:  # said of the CDR itself
        return None


def _by_start(cdrs: Sequence[StatedCdr]) -> Iterable[tuple[int, StatedCdr]]:
    credited = {_name(cdr, cdr.credit_reference_id or "") for cdr in cdrs if cdr.credit}
    valid = (
        (number, cdr)
        for number, cdr in enumerate(cdrs)
        if not cdr.credit and _name(cdr, cdr.id) not in credited
    )
    return sorted(valid, key=lambda one: (aware(one[1].start_date_time), one[0]))


def _evse(cdr: StatedCdr) -> Key | None:
    uid = cdr.cdr_location.evse_uid if cdr.cdr_location else ""
    return (cdr.country_code.lower(), cdr.party_id.lower(), uid) if uid else None


def _token(cdr: StatedCdr) -> Key | None:
    return (cdr.cdr_token.uid,) if cdr.cdr_token and cdr.cdr_token.uid else None
