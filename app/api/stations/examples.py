"""Examples of charge points, made of the very types that are sent."""

from datetime import UTC, datetime
from decimal import Decimal
from uuid import UUID

from msgspec import Raw

from app.api.stations.bodies import (
    AvailabilityOrder,
    ClaimOrder,
    DiagnosticsOrder,
    FirmwareOrder,
    NewCall,
    ResetOrder,
    SecurityOrder,
    SettingsOrder,
    TriggerOrder,
    UnlockOrder,
)
from app.api.stations.views import (
    Calls,
    CallView,
    ChargePoints,
    ChargePointView,
    ConnectorView,
    EvseStateView,
    MessageView,
    NotificationView,
    SecurityView,
    Settings,
    SettingView,
    StationNotifications,
    TransactionDetail,
    Transactions,
    TransactionView,
)

_AT = datetime(2026, 11, 23, 8, 30, tzinfo=UTC)
NEW_CALL = NewCall("TriggerMessage", {"requestedMessage": "Heartbeat"})
RESET, UNLOCK = ResetOrder(at_once=True), UnlockOrder(1)
AVAILABILITY, TRIGGER = AvailabilityOrder(in_use=False), TriggerOrder("StatusNotification", 1)
FIRMWARE = FirmwareOrder("https://firmware.example/1.2.bin")
DIAGNOSTICS = DiagnosticsOrder("https://logs.example/upload")
NEW_SETTINGS = SettingsOrder({"MeterValueSampleInterval": "10"})
CLAIM = ClaimOrder({"AMS-1-1": 1})
SECURITY = SecurityOrder(3, "VLT-AMS-1")
SECURITY_NOW = SecurityView(2, None)
CHARGE_POINT = ChargePointView(
    identity="VLT-AMS-1",
    protocol="ocpp1.6",
    connected=True,
    connected_since=_AT,
    last_seen_at=_AT,
    status="Available",
    vendor="Example",
    model="Pole 2",
    serial_number="X-1",
    firmware="4.2",
    booted_at=_AT,
    security_profile=2,
    certificate=None,
    password_changes=False,
    evses=(
        EvseStateView(
            uid="AMS-1-1",
            evse_id="NL*VLT*E1001",
            location_id="AMS-1",
            evse_no=1,
            ocpp16_connector_id=1,
            status="Available",
            status_since=_AT,
            connectors=(ConnectorView("1", "Available", "NoError", _AT, _AT),),
        ),
    ),
)
CHARGE_POINTS = ChargePoints((CHARGE_POINT,), None)
CALL = CallView(
    id=UUID("019cadc6-9a80-7f62-a012-4dc19c0824d2"),
    identity="VLT-AMS-1",
    action="TriggerMessage",
    payload=Raw(b'{"requestedMessage":"Heartbeat"}'),
    outcome="answered",
    answer=Raw(b'{"status":"Accepted"}'),
    error=None,
    asked_by="help desk",
    asked_at=_AT,
    answered_at=_AT,
)
CALLS = Calls((CALL,), None)
SETTINGS = Settings((SettingView("MeterValueSampleInterval", "Accepted", "10", readonly=False),))
_TRANSACTION = TransactionView(
    transaction_id="17",
    verdict="accepted",
    place="-/1",
    id_tag="K3V9T0QX7M2B8D5F1H6J",
    session_id=UUID("019cadc6-9a80-7f62-a012-4dc19c0824d3"),
    at=_AT,
    received_at=_AT,
    meter_start_wh=Decimal("1000.000"),
    stop_at=None,
    stop_received_at=None,
    meter_stop_wh=None,
    stop_reason=None,
)
TRANSACTIONS = Transactions((_TRANSACTION,), None)
_SAMPLE = ("sample", _AT, _AT, Decimal("1500.000"), Decimal("11000.000"), None, "Sample.Periodic")
TRANSACTION = TransactionDetail(_TRANSACTION, (MessageView(*_SAMPLE, None),))
NOTIFICATION = NotificationView(
    id=UUID("019cadc6-9a80-7f62-a012-4dc19c0824d3"),
    action="FirmwareStatusNotification",
    payload=Raw(b'{"status":"Installed"}'),
    received_at=_AT,
)
NOTIFICATIONS = StationNotifications((NOTIFICATION,), None)
