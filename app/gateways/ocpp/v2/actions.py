"""The messages that OCPP 2.0.1 and 2.1 charge points send, and what they get back."""

from collections.abc import Mapping
from typing import Any, Final

from app.charging.sessions.model import SampleReport
from app.gateways.ocpp.common import accept_boot, always, heartbeat, judge_tag, keep_status
from app.gateways.ocpp.dispatch import Action, Question, need
from app.gateways.ocpp.readings import samples
from app.gateways.ocpp.terminals.words import data_transfer
from app.gateways.ocpp.v2.meter import meter_values
from app.gateways.ocpp.v2.payment import (
    is_direct,
    judge_payment,
    notify_settlement,
    validate_vat_number,
)
from app.gateways.ocpp.v2.tokens import id_token_info
from app.gateways.ocpp.v2.transactions import transaction_event
from app.gateways.ocpp.values import object_of, objects, read_text, read_whole, read_word

_REPORTING_COMPONENTS = frozenset({"ChargingStation", "EVSE", "Connector"})


async def boot_notification(question: Question) -> Mapping[str, Any]:
    """Keep the boot and accept the charge point."""
    said = object_of(question.payload.get("chargingStation"))
    vendor, model = said.get("vendorName"), said.get("model")
    return await accept_boot(
        question, vendor, model, said.get("serialNumber"), said.get("firmwareVersion")
    )


async def status_notification(question: Question) -> Mapping[str, Any]:
    """Keep the status of a connector."""
    said = question.payload
    evse = need(said, "evseId", read_whole(said.get("evseId")))
    connector = need(said, "connectorId", read_whole(said.get("connectorId")))
    word = need(said, "connectorStatus", read_text(said.get("connectorStatus")))
    await keep_status(question, evse_no=evse, connector_no=connector, word=word)
    return {}


async def notify_event(question: Question) -> Mapping[str, Any]:
    """Keep the availability among the events: some charge points report it only here."""
    for event in objects(question.payload.get("eventData")):
        component, variable = object_of(event.get("component")), object_of(event.get("variable"))
        if read_text(component.get("name")) not in _REPORTING_COMPONENTS:
            continue
        if variable.get("name") == "AvailabilityState":
            await _keep_availability(question, component, event)
    return {}


async def _keep_availability(
    question: Question, component: Mapping[str, Any], event: Mapping[str, Any]
) -> None:
    evse = object_of(component.get("evse"))
    timed = Question(
        question.station, event, question.received_at, question.facts, question.settings
    )
    await keep_status(
        timed,
        evse_no=read_whole(evse.get("id")) or 0,
        connector_no=read_whole(evse.get("connectorId")) or 1,
        word=event.get("actualValue"),
    )


async def authorize(question: Question) -> Mapping[str, Any]:
    """Judge an idToken from a reader, or from the charge point's own payment terminal."""
    token = object_of(question.payload.get("idToken"))
    id_tag = need(token, "idToken", read_word(token.get("idToken")))
    if is_direct(question, token):
        return {"idTokenInfo": {"status": await judge_payment(question, id_tag)}}
    info = await judge_tag(question, id_tag, read_text(token.get("type")))
    return {"idTokenInfo": id_token_info(info)}


async def meter_values_of(question: Question) -> Mapping[str, Any]:
    """Keep samples outside of a transaction event (clock-aligned, or asked for)."""
    said, station = question.payload, question.station
    found = samples(meter_values(said.get("meterValue")), received_at=question.received_at)
    if found:
        await question.facts.samples(
            SampleReport(
                operator_id=station.operator_id,
                identity=station.identity,
                transaction_id=None,
                evse_no=read_whole(said.get("evseId")),
                connector_no=None,
                samples=found,
            )
        )
    return {}


async def unknown_certificates(question: Question) -> Mapping[str, Any]:
    """Say of every certificate asked about that its status can't be told."""
    hashes = [each.get("certificateHashData") for each in objects(_asked(question))]
    instant = "1970-01-01T00:00:00Z"
    return {
        "certificateStatus": [
            {
                "certificateHashData": each,
                "source": "OCSP",
                "status": "Failed",
                "nextUpdate": instant,
            }
            for each in hashes
        ]
    }


def _asked(question: Question) -> object:
    return question.payload.get("certificateStatusRequests")


_COMMON: Final[Mapping[str, Action]] = {
    "Authorize": Action(authorize),
    "BootNotification": Action(boot_notification),
    "ClearedChargingLimit": Action(always(), noted=True),
    "DataTransfer": Action(data_transfer),
    "FirmwareStatusNotification": Action(always(), noted=True),
    "Get15118EVCertificate": Action(always(status="Failed", exiResponse="")),
    "GetCertificateStatus": Action(always(status="Failed")),
    "Heartbeat": Action(heartbeat),
    "LogStatusNotification": Action(always(), noted=True),
    "MeterValues": Action(meter_values_of, tolerant=True),
    "NotifyChargingLimit": Action(always(), noted=True),
    "NotifyCustomerInformation": Action(always(), noted=True),
    "NotifyDisplayMessages": Action(always(), noted=True),
    "NotifyEVChargingNeeds": Action(always(status="Rejected"), noted=True),
    "NotifyEVChargingSchedule": Action(always(status="Accepted"), noted=True),
    "NotifyEvent": Action(notify_event, tolerant=True, noted=True),
    "NotifyMonitoringReport": Action(always(), noted=True),
    "NotifyReport": Action(always(), noted=True),
    "PublishFirmwareStatusNotification": Action(always(), noted=True),
    "ReportChargingProfiles": Action(always(), noted=True),
    "ReservationStatusUpdate": Action(always(), noted=True),
    "SecurityEventNotification": Action(always(), noted=True),
    "SignCertificate": Action(always(status="Rejected"), noted=True),
    "StatusNotification": Action(status_notification, tolerant=True),
    "TransactionEvent": Action(transaction_event, tolerant=True),
}

ACTIONS_201: Final[Mapping[str, Action]] = _COMMON

ACTIONS_21: Final[Mapping[str, Action]] = {
    **_COMMON,
    "BatterySwap": Action(always(), noted=True),
    "ClosePeriodicEventStream": Action(always()),
    "GetCertificateChainStatus": Action(unknown_certificates),
    "NotifyDERAlarm": Action(always(), noted=True),
    "NotifyDERStartStop": Action(always(), noted=True),
    "NotifyPeriodicEventStream": Action(always()),
    "NotifyPriorityCharging": Action(always(), noted=True),
    "NotifySettlement": Action(notify_settlement, tolerant=True),
    "OpenPeriodicEventStream": Action(always(status="Rejected")),
    "PullDynamicScheduleUpdate": Action(always(status="Rejected")),
    "ReportDERControl": Action(always(), noted=True),
    "VatNumberValidation": Action(validate_vat_number),
}
