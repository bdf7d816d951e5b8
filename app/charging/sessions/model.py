"""A charging session, its meter samples, and what charge points report about transactions."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum
from uuid import UUID

import msgspec


class SessionState(StrEnum):
    """PENDING until the charge point starts, then ACTIVE, COMPLETED; WITHDRAWN when given up."""

    PENDING = "pending"
    ACTIVE = "active"
    COMPLETED = "completed"
    WITHDRAWN = "withdrawn"


class Flag(StrEnum):
    """What was odd about a session; someone may have to look, no amount changes by itself."""

    CLOCK_OFF = "clock_off"
    LATE_START = "late_start"
    LATE_STOP = "late_stop"
    STOP_DIFFERS = "stop_differs"
    STOP_AFTER_CLOSE = "stop_after_close"
    CLOSED_WITHOUT_STOP = "closed_without_stop"
    LATE_SAMPLES = "late_samples"
    ID_TAG_ELSEWHERE = "id_tag_elsewhere"
    ID_TAG_AGAIN = "id_tag_again"
    MATCHED_WITHOUT_ID = "matched_without_id"
    MISSING_START_REGISTER = "missing_start_register"
    MISSING_STOP_REGISTER = "missing_stop_register"
    STOP_BELOW_START = "stop_below_start"
    STOP_BELOW_SAMPLE = "stop_below_sample"
    REGISTER_DROP = "register_drop"
    ABSURD_POWER = "absurd_power"
    IMPLAUSIBLE_POWER = "implausible_power"
    OUTSIDE_SESSION = "outside_session"
    SIGNATURE_INVALID = "signature_invalid"
    SIGNATURE_UNPROVEN = "signature_unproven"
    SIGNED_ENERGY_DIFFERS = "signed_energy_differs"


# These are made a thousand times a second: a Struct takes a tenth of the time of a dataclass.


class MeterSample(msgspec.Struct, frozen=True, gc=False):
    """
    One reading as the charge point sent it.

    *taken_at* is the charge point's time, *received_at* ours; *energy_wh* the register of the
    meter (not the session), *power_w* the power drawn, *soc* percent, *context* OCPP's word,
    *signed* the signed meter value exactly as sent.
    """

    taken_at: datetime
    received_at: datetime
    energy_wh: Decimal | None = None
    power_w: Decimal | None = None
    soc: Decimal | None = None
    context: str = "Sample.Periodic"
    signed: str | None = None


class Reading(msgspec.Struct, frozen=True, gc=False):
    """A reading that can be trusted: *energy_wh* since the session's start, never falling."""

    at: datetime
    energy_wh: Decimal
    power_w: Decimal | None


@dataclass(frozen=True, slots=True)
class Session:
    """
    One use of an EVSE.

    *id_tag* and *remote_start_id* bind it to the transaction that the charge point starts.
    *started_at* and *ended_at* are trusted instants; *register_wh* is the highest plausible
    register so far (since *register_at*), *energy_wh* that minus the start. *last_sample_at* is the
    trusted time of the last sample, *heard_at* when something last came for it. *max_power_kw* is
    that of the EVSE. *clock_offset* added to the charge point's time gives ours.
    """

    session_id: UUID
    operator_id: UUID
    evse_uid: str
    identity: str
    evse_no: int
    ocpp16_connector_id: int
    id_tag: str
    remote_start_id: int
    state: SessionState
    max_power_kw: Decimal
    created_at: datetime
    transaction_id: str | None = None
    started_at: datetime | None = None
    start_received_at: datetime | None = None
    meter_start_wh: Decimal | None = None
    ended_at: datetime | None = None
    meter_stop_wh: Decimal | None = None
    stop_reason: str | None = None
    register_wh: Decimal | None = None
    register_at: datetime | None = None
    power_w: Decimal | None = None
    last_sample_at: datetime | None = None
    heard_at: datetime | None = None
    clock_offset: timedelta = timedelta()
    flags: frozenset[str] = frozenset()

    @property
    def energy_wh(self) -> Decimal:
        """Return the energy so far in Wh: the highest plausible register minus the start."""
        if self.register_wh is None or self.meter_start_wh is None:
            return Decimal(0)
        return max(self.register_wh - self.meter_start_wh, Decimal(0))


@dataclass(frozen=True, slots=True)
class StartReport:
    """
    StartTransaction (1.6), or a TransactionEvent (2.x) that carries an idToken or a remoteStartId.

    *station_transaction_id* is the charge point's own id (2.x only). *at* is its clock's time, None
    when unreadable; *meter_start_wh* its register, None when 2.x sent none. *token_type* is the
    type of the idToken in the words of 2.x, None in 1.6.
    """

    operator_id: UUID
    identity: str
    evse_no: int | None
    connector_no: int | None
    id_tag: str | None
    remote_start_id: int | None
    station_transaction_id: str | None
    meter_start_wh: Decimal | None
    at: datetime | None
    received_at: datetime
    token_type: str | None = None


@dataclass(frozen=True, slots=True)
class StartAnswer:
    """
    What the charge point is told.

    *transaction_id* is always valid (1.6: our number as text). *status* is OCPP's
    AuthorizationStatus. *stop_at_once*: send a remote stop as well. *group* is that of the token:
    who shows another token of it may stop.
    """

    transaction_id: str
    accepted: bool
    status: str
    stop_at_once: bool
    group: str | None = None


class SampleReport(msgspec.Struct, frozen=True, gc=False):
    """MeterValues, or the meter values of a TransactionEvent; *transaction_id* `-1` is unknown."""

    operator_id: UUID
    identity: str
    transaction_id: str | None
    evse_no: int | None
    connector_no: int | None
    samples: Sequence[MeterSample]


@dataclass(frozen=True, slots=True)
class StopReport:
    """StopTransaction, or the last TransactionEvent; *samples* are its transaction data."""

    operator_id: UUID
    identity: str
    transaction_id: str | None
    evse_no: int | None
    connector_no: int | None
    id_tag: str | None
    meter_stop_wh: Decimal | None
    at: datetime | None
    received_at: datetime
    reason: str | None
    samples: Sequence[MeterSample] = ()
