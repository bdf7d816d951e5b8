"""The charge detail record: trusted energy and times of one session."""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from app.charging.meters.evidence import Evidence
from app.charging.sessions.model import Flag, Reading
from app.pricing.tariffs.engine import Sample

# Flags after which a person should look at the meter before anyone argues about the amount.
SUSPICIOUS = frozenset(
    {
        Flag.ABSURD_POWER,
        Flag.IMPLAUSIBLE_POWER,
        Flag.MISSING_START_REGISTER,
        Flag.MISSING_STOP_REGISTER,
        Flag.REGISTER_DROP,
        Flag.SIGNATURE_INVALID,
        Flag.SIGNED_ENERGY_DIFFERS,
        Flag.STOP_AFTER_CLOSE,
        Flag.STOP_BELOW_SAMPLE,
        Flag.STOP_BELOW_START,
        Flag.STOP_DIFFERS,
    }
)


@dataclass(frozen=True, slots=True)
class Cdr:
    """
    What a session amounted to.

    *readings*, ready for the pricing engine, begin at the start with 0 kWh, end at *ended_at* with
    the whole energy and never fall. *energy_kwh* is the difference of the registers as far as it is
    plausible, in whole Wh; *start_register_kwh* and *end_register_kwh* are what it was worked out
    from (None: not known). *flags* say what was odd,
    *evidence* what the meter's signatures prove (None: not signed).
    """

    session_id: UUID
    started_at: datetime
    ended_at: datetime
    energy_kwh: Decimal
    start_register_kwh: Decimal | None
    end_register_kwh: Decimal | None
    readings: tuple[Sample, ...]
    flags: frozenset[str]
    evidence: Evidence | None = None

    @property
    def is_suspicious(self) -> bool:
        """Tell whether a person should look at it."""
        return bool(self.flags & SUSPICIOUS)


@dataclass(frozen=True, slots=True)
class RecordedCdr:
    """A record as it was written: its OCPI 2.3.0 body is JSON text, and never changes."""

    cdr_id: UUID
    session_id: UUID
    recorded_at: datetime
    body: str
    flags: frozenset[str]


def price_sample(reading: Reading) -> Sample:
    """Return a trusted *reading* in the words of the pricing engine: kWh and kW."""
    power_kw = None if reading.power_w is None else reading.power_w / 1000
    return Sample(reading.at, reading.energy_wh / 1000, power_kw)
