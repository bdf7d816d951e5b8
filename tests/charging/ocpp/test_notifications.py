"""What charge points tell by themselves, or later than they were asked: kept as it came."""

from datetime import timedelta

import pytest

from app.charging.chargers.notifications.forget import (
    KEEP_NOTIFICATIONS,
    notification_schedules,
)
from app.charging.chargers.notifications.model import Kept
from app.charging.chargers.notifications.read import list_notifications
from app.gateways.ocpp.link.pace import Pace
from tests.charging.ocpp.talker import Talker, talking
from tests.charging.ocpp.world import IDENTITY, OPERATOR

AT = "2026-11-22T20:00:00Z"
INSTALLED = {"status": "Installed"}
REPORT = {
    "requestId": 7,
    "generatedAt": AT,
    "seqNo": 0,
    "tbc": False,
    "reportData": [
        {
            "component": {"name": "SampledDataCtrlr"},
            "variable": {"name": "TxUpdatedInterval"},
            "variableAttribute": [{"value": "30"}],
        }
    ],
}
EVENT = {
    "generatedAt": AT,
    "seqNo": 0,
    "eventData": [
        {
            "eventId": 1,
            "timestamp": AT,
            "trigger": "Alerting",
            "actualValue": "81.5",
            "component": {"name": "Controller"},
            "variable": {"name": "Temperature"},
            "eventNotificationType": "HardWiredNotification",
        }
    ],
}
SECURITY = {"type": "TamperDetectionActivated", "timestamp": AT}
TOLD = {
    "ocpp1.6": {
        "FirmwareStatusNotification": INSTALLED,
        "DiagnosticsStatusNotification": {"status": "Uploaded"},
        "SecurityEventNotification": SECURITY,
    },
    "ocpp2.0.1": {
        "FirmwareStatusNotification": INSTALLED,
        "NotifyReport": REPORT,
        "NotifyEvent": EVENT,
        "SecurityEventNotification": SECURITY,
    },
}
TOLD["ocpp2.1"] = {
    **TOLD["ocpp2.0.1"],
    "NotifyPriorityCharging": {"transactionId": "tx", "activated": True},
}


async def kept(charger: Talker, action: str | None = None) -> list[Kept]:
    """Return what is kept of the charge point, the latest first."""
    async with charger.database.work(OPERATOR) as work:
        found = await list_notifications(work, IDENTITY, action=action, before=None, most=10)
    return list(found)


@pytest.mark.parametrize("version", list(TOLD))
async def test_what_is_told_is_kept_as_it_came(database, clock, version):
    """Each is acknowledged, and there once it is."""
    async with talking(database, clock, version) as charger:
        for action, payload in TOLD[version].items():
            clock.advance(seconds=1)
            await charger.ask(action, payload)
        found, of_firmware = await kept(charger), await kept(charger, "FirmwareStatusNotification")

    assert list(TOLD[version])[::-1] == [each.action for each in found]
    assert ('{"status":"Installed"}', clock.now()) == (
        of_firmware[0].payload,
        of_firmware[0].received_at + timedelta(seconds=len(TOLD[version]) - 1),
    )


async def test_what_decides_money_is_no_notification(database, clock):
    """Boots, statuses, starts and heartbeats have places of their own."""
    async with talking(database, clock, "ocpp1.6") as charger:
        await charger.boot()
        await charger.status("Available", clock.now())
        await charger.ask("Heartbeat", {})

        assert [] == await kept(charger)


async def test_one_that_never_ends_fills_no_disk(database, clock):
    """It gets all its answers; what is more than its pace is not kept."""
    async with talking(database, clock, "ocpp1.6") as charger:
        station = charger.gateway.registry.here(IDENTITY).station
        station.notifications = Pace(1, 2, clock=lambda: 0)
        answers = [await charger.ask("FirmwareStatusNotification", INSTALLED) for _ in range(4)]

        assert [{}] * 4 == answers
        assert 2 == len(await kept(charger))


@pytest.mark.parametrize(("age", "left"), [(-1, 1), (1, 0)])
async def test_old_news_go(database, clock, age, left):
    """After thirty days."""
    async with talking(database, clock, "ocpp1.6") as charger:
        await charger.ask("FirmwareStatusNotification", INSTALLED)
        clock.advance(KEEP_NOTIFICATIONS + timedelta(hours=age))
        (sweep,) = notification_schedules(database)
        await sweep.run()

        assert left == len(await kept(charger))
