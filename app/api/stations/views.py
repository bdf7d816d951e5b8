"""What callers get back about charge points."""

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Raw, Struct

from app.charging.chargers.calls.model import Call, Setting
from app.charging.chargers.notifications.model import Kept
from app.charging.chargers.overview.model import ChargePointState, EvseState
from app.charging.sessions.history.model import Message, TransactionRecord


class ConnectorView(Struct, frozen=True):
    """The last word of a connector: *at* is the charge point's time, *received_at* ours."""

    connector: str
    status: str
    error_code: str | None
    at: datetime
    received_at: datetime


class EvseStateView(Struct, frozen=True):
    """An EVSE: by number on its charge point, and by uid in the operator's file."""

    uid: str
    evse_id: str
    location_id: str
    evse_no: int
    ocpp16_connector_id: int
    status: str
    status_since: datetime | None
    connectors: tuple[ConnectorView, ...]


class ChargePointView(Struct, frozen=True):
    """
    A charge point now.

    *connected_since* is null when it can't be reached. *vendor* to *booted_at* are from its last
    boot, *protocol* from its last connection; *status* is of the charge point as a whole.
    *security_profile* and *certificate* are what it must show to connect. *password_changes* tells
    that it was given a password with which it has not come back yet.
    """

    identity: str
    protocol: str | None
    connected: bool
    connected_since: datetime | None
    last_seen_at: datetime | None
    status: str
    vendor: str | None
    model: str | None
    serial_number: str | None
    firmware: str | None
    booted_at: datetime | None
    security_profile: int | None
    certificate: str | None
    password_changes: bool
    evses: tuple[EvseStateView, ...]


class SecurityView(Struct, frozen=True):
    """What a charge point must show to connect: the profile (null: any), and its certificate."""

    profile: int | None
    certificate: str | None


class ChargePoints(Struct, frozen=True):
    """A page of charge points by identity; *next_cursor* is null on the last."""

    charge_points: tuple[ChargePointView, ...]
    next_cursor: str | None


class CallErrorView(Struct, frozen=True):
    """The CALLERROR of a charge point, as it came."""

    code: str
    description: str
    details: Raw


class CallView(Struct, frozen=True):
    """
    A call and what came of it.

    *outcome* is `answered` with the *answer* as the charge point gave it, `refused` with its
    *error*, `not_sent`, `unknown` (sent and not answered) or `pending`. In *payload* passwords are
    three stars.
    """

    id: UUID
    identity: str
    action: str
    payload: Raw
    outcome: str
    answer: Raw | None
    error: CallErrorView | None
    asked_by: str
    asked_at: datetime
    answered_at: datetime | None


class Calls(Struct, frozen=True):
    """Calls, the latest first; *next_cursor* is null on the last page."""

    calls: tuple[CallView, ...]
    next_cursor: UUID | None


class NotificationView(Struct, frozen=True):
    """What a charge point told: OCPP's name of the message, and its *payload* as it came."""

    id: UUID
    action: str
    payload: Raw
    received_at: datetime


class StationNotifications(Struct, frozen=True):
    """A page of notifications, the latest first."""

    notifications: tuple[NotificationView, ...]
    next_cursor: UUID | None


class SettingView(Struct, frozen=True):
    """
    A setting as the charge point told it, or took it.

    *status* is its own word: `Accepted`, `RebootRequired`, `UnknownKey`, `UnknownVariable` …
    """

    key: str
    status: str
    value: str | None
    readonly: bool | None


class Settings(Struct, frozen=True):
    """Settings of a charge point."""

    settings: tuple[SettingView, ...]


class TransactionView(Struct, frozen=True):
    """
    A transaction as its charge point reported it.

    *verdict* is `accepted`, `orphan` (no payment has this token), `late`, `elsewhere` or `again`;
    *place* is EVSE and connector as reported. *at* and *stop_at* are the charge point's times.
    """

    transaction_id: str
    verdict: str
    place: str
    id_tag: str | None
    session_id: UUID | None
    at: datetime | None
    received_at: datetime
    meter_start_wh: Decimal | None
    stop_at: datetime | None
    stop_received_at: datetime | None
    meter_stop_wh: Decimal | None
    stop_reason: str | None


class Transactions(Struct, frozen=True):
    """Transactions, the latest first; *next_cursor* is null on the last page."""

    transactions: tuple[TransactionView, ...]
    next_cursor: str | None


class MessageView(Struct, frozen=True):
    """What was said of a transaction: `start`, `sample` or `stop`; *energy_wh* is the register."""

    kind: str
    at: datetime | None
    received_at: datetime
    energy_wh: Decimal | None
    power_w: Decimal | None
    soc: Decimal | None
    context: str | None
    signed: str | None


class TransactionDetail(Struct, frozen=True):
    """A transaction with its messages in the order in which they came."""

    transaction: TransactionView
    messages: tuple[MessageView, ...]


def charge_point_view(state: ChargePointState) -> ChargePointView:
    """Return a charge point as it is sent."""
    names = [name for name in ChargePointView.__struct_fields__ if name != "evses"]
    values = {name: getattr(state, name) for name in names}
    return ChargePointView(**values, evses=tuple(_evse(each) for each in state.evses))


def security_view(state: ChargePointState) -> SecurityView:
    """Return what a charge point must show, as it is sent."""
    return SecurityView(state.security_profile, state.certificate)


def notification_view(kept: Kept) -> NotificationView:
    """Return a notification as it is sent."""
    payload = _raw(kept.payload)
    return NotificationView(kept.notification_id, kept.action, payload, kept.received_at)


def call_view(call: Call, now: datetime) -> CallView:
    """Return a call as it is sent."""
    reply, error = call.reply, call.reply.error
    return CallView(
        id=call.call_id,
        identity=call.identity,
        action=call.action,
        payload=_raw(call.payload),
        outcome=call.outcome(now),
        answer=None if reply.answer is None else _raw(reply.answer),
        error=None
        if error is None
        else CallErrorView(error.code, error.description, _raw(error.details)),
        asked_by=call.asked_by,
        asked_at=call.asked_at,
        answered_at=call.answered_at,
    )


def settings_view(settings: Iterable[Setting]) -> Settings:
    """Return settings as they are sent."""
    return Settings(
        tuple(SettingView(each.key, each.status, each.value, each.readonly) for each in settings)
    )


def transaction_view(record: TransactionRecord) -> TransactionView:
    """Return a transaction as it is sent."""
    return TransactionView(
        **{name: getattr(record, name) for name in TransactionView.__struct_fields__}
    )


def message_view(message: Message) -> MessageView:
    """Return a message as it is sent."""
    return MessageView(**{name: getattr(message, name) for name in MessageView.__struct_fields__})


def _evse(state: EvseState) -> EvseStateView:
    return EvseStateView(
        uid=state.evse_uid,
        evse_id=state.evse_id,
        location_id=state.location_id,
        evse_no=state.evse_no,
        ocpp16_connector_id=state.ocpp16_connector_id,
        status=state.status,
        status_since=state.status_since,
        connectors=tuple(
            ConnectorView(number, each.status, each.error_code, each.at, each.received_at)
            for number, each in sorted(state.connectors.items())
        ),
    )


def _raw(text: str) -> Raw:
    return Raw(text.encode())
