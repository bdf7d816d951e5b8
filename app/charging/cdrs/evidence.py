"""Whether the meter's own signed records bear out what a session is billed by."""

import asyncio
from collections.abc import Sequence
from decimal import Decimal

from app.charging.meters.carried import read_carried
from app.charging.meters.evidence import Evidence, weigh
from app.charging.meters.registry.register import registered_keys
from app.charging.meters.verify import Verdict
from app.charging.sessions.model import Flag, MeterSample, Session
from app.infra.database import Work

_BEGIN_AND_END = frozenset({"Transaction.Begin", "Transaction.End"})
# The register is reported in whole Wh: begin and end may each be cut by one.
_ROUNDED_KWH = Decimal("0.002")


async def evidence_of(
    work: Work, session: Session, samples: Sequence[MeterSample]
) -> Evidence | None:
    """
    Return what the signed records of a session prove, None when it has none.

    A charge point may sign every sample: only those of begin and end are held against the keys that
    are registered at the EVSE. A step of the caller's transaction.
    """
    signed = [sample for sample in samples if sample.signed is not None]
    marked = [sample for sample in signed if sample.context in _BEGIN_AND_END]
    chosen = marked or [*signed[:1], *signed[-1:]]
    texts = [read_carried(sample.signed or "") for sample in chosen]
    if not texts:
        return None
    # Milliseconds of arithmetic per record: the loop serves others meanwhile.
    return await asyncio.to_thread(weigh, texts, await registered_keys(work, session.evse_uid))


def evidence_flags(evidence: Evidence | None, energy_kwh: Decimal) -> frozenset[str]:
    """Return the flags of a record of *energy_kwh*; no amount changes by itself."""
    if evidence is None:
        return frozenset()
    flags: set[str] = set()
    if evidence.proof.verdict is Verdict.INVALID:
        flags.add(Flag.SIGNATURE_INVALID)
    if evidence.proof.verdict is Verdict.UNPROVEN:
        flags.add(Flag.SIGNATURE_UNPROVEN)
    signed = evidence.proof.energy_kwh
    if signed is not None and abs(signed - energy_kwh) > _ROUNDED_KWH + _step(signed):
        flags.add(Flag.SIGNED_ENERGY_DIFFERS)
    return frozenset(flags)


def _step(energy_kwh: Decimal) -> Decimal:
    """Return one step of the figure as the meter wrote it: 0.1 of 12.3."""
    exponent = energy_kwh.as_tuple().exponent
    return Decimal(1).scaleb(exponent) if isinstance(exponent, int) else Decimal(0)
