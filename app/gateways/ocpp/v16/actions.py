"""The messages that OCPP 1.6 charge points send, and what they get back."""

from collections.abc import Mapping
from typing import Any, Final

from app.charging.sessions.model import SampleReport, StartReport, StopReport
from app.directpay.reader.model import IdTokenInfo
from app.gateways.ocpp.common import accept_boot, always, heartbeat, judge_tag, keep_status
from app.gateways.ocpp.dispatch import Action, Question, need
from app.gateways.ocpp.readings import END, register_at, samples
from app.gateways.ocpp.terminals.words import data_transfer
from app.gateways.ocpp.v16.cards import tap_of
from app.gateways.ocpp.v16.meter import meter_values
from app.gateways.ocpp.values import (
    as_made,
    read_instant,
    read_number,
    read_tag,
    read_text,
    read_whole,
    write_instant,
)
from app.kernel.ids import ID_TAG_LENGTH


async def boot_notification(question: Question) -> Mapping[str, Any]:
    """Keep the boot and accept the charge point."""
    said = question.payload
    serial = said.get("chargePointSerialNumber") or said.get("chargeBoxSerialNumber")
    vendor, model = said.get("chargePointVendor"), said.get("chargePointModel")
    return await accept_boot(question, vendor, model, serial, said.get("firmwareVersion"))


async def status_notification(question: Question) -> Mapping[str, Any]:
    """Keep the status of a connector; 0 is the charge point as a whole."""
    said = question.payload
    connector = need(said, "connectorId", read_whole(said.get("connectorId")))
    word = need(said, "status", read_text(said.get("status")))
    error = said.get("errorCode")
    await keep_status(question, evse_no=None, connector_no=connector, word=word, error=error)
    return {}


async def authorize(question: Question) -> Mapping[str, Any]:
    """Judge an idTag from a reader."""
    id_tag = _tag(question)
    return {"idTagInfo": id_tag_info(await judge_tag(question, id_tag))}


async def start_transaction(question: Question) -> Mapping[str, Any]:
    """Keep the start and give it its number; the same start again gets the same number."""
    said, station = question.payload, question.station
    id_tag = as_made(_tag(question))
    card = await tap_of(question, id_tag)
    answer = await question.facts.start(
        StartReport(
            operator_id=station.operator_id,
            identity=station.identity,
            evse_no=None,
            connector_no=need(said, "connectorId", read_whole(said.get("connectorId"))),
            id_tag=card or id_tag,
            remote_start_id=None,
            station_transaction_id=None,
            meter_start_wh=need(said, "meterStart", read_number(said.get("meterStart"))),
            at=read_instant(said.get("timestamp")),
            received_at=question.received_at,
        )
    )
    station.remote_tags.pop(id_tag, None)
    number = int(answer.transaction_id)
    info = IdTokenInfo(answer.status, answer.group)
    return {"transactionId": number, "idTagInfo": id_tag_info(info)}


async def meter_values_of(question: Question) -> Mapping[str, Any]:
    """Keep the samples of a transaction, or of a connector when it has none."""
    said, station = question.payload, question.station
    connector = read_whole(said.get("connectorId"))
    transaction = read_whole(said.get("transactionId"))
    found = samples(meter_values(said.get("meterValue")), received_at=question.received_at)
    if found:
        await question.facts.samples(
            SampleReport(
                operator_id=station.operator_id,
                identity=station.identity,
                transaction_id=None if transaction is None else str(transaction),
                evse_no=None,
                connector_no=connector,
                samples=found,
            )
        )
    return {}


async def stop_transaction(question: Question) -> Mapping[str, Any]:
    """Keep the stop; it is acknowledged whatever the number, or it would come for ever."""
    said, station = question.payload, question.station
    number = need(said, "transactionId", read_whole(said.get("transactionId")))
    found = samples(meter_values(said.get("transactionData")), received_at=question.received_at)
    meter_stop = read_number(said.get("meterStop"))
    meter_stop = register_at(found, END) if meter_stop is None else meter_stop
    id_tag = read_tag(said.get("idTag"))
    await question.facts.stop(
        StopReport(
            operator_id=station.operator_id,
            identity=station.identity,
            transaction_id=str(number),
            evse_no=None,
            connector_no=None,
            id_tag=None if id_tag is None else as_made(id_tag),
            meter_stop_wh=need(said, "meterStop", meter_stop),
            at=read_instant(said.get("timestamp")),
            received_at=question.received_at,
            reason=read_text(said.get("reason")) or "Local",
            samples=found,
        )
    )
    return {} if id_tag is None else {"idTagInfo": {"status": "Accepted"}}


def _tag(question: Question) -> str:
    """Return the idTag; a blank one is nobody's, and gets its verdict like any other."""
    value = question.payload.get("idTag")
    is_blank = isinstance(value, str) and not value.strip()
    tag: str = need(question.payload, "idTag", "" if is_blank else read_tag(value))
    return tag


def id_tag_info(info: IdTokenInfo) -> Mapping[str, Any]:
    """Return what is told of an idTag in the words of 1.6, which has none for missing credit."""
    told: dict[str, Any] = {"status": _STATUSES.get(info.status, "Invalid")}
    if info.group is not None and len(info.group) <= ID_TAG_LENGTH:
        told["parentIdTag"] = info.group
    if info.until is not None:
        told["expiryDate"] = write_instant(info.until)
    return told


_STATUSES: Final = {
    **{word: word for word in ("Accepted", "Blocked", "Expired", "Invalid", "ConcurrentTx")},
    "NoCredit": "Blocked",
}


ACTIONS: Final[Mapping[str, Action]] = {
    "Authorize": Action(authorize),
    "BootNotification": Action(boot_notification),
    "DataTransfer": Action(data_transfer),
    "DiagnosticsStatusNotification": Action(always(), noted=True),
    "FirmwareStatusNotification": Action(always(), noted=True),
    "Heartbeat": Action(heartbeat),
    "LogStatusNotification": Action(always(), noted=True),
    "MeterValues": Action(meter_values_of, tolerant=True),
    "SecurityEventNotification": Action(always(), noted=True),
    "SignCertificate": Action(always(status="Rejected"), noted=True),
    "SignedFirmwareStatusNotification": Action(always(), noted=True),
    "StartTransaction": Action(start_transaction, tolerant=True),
    "StatusNotification": Action(status_notification, tolerant=True),
    "StopTransaction": Action(stop_transaction, tolerant=True),
}
