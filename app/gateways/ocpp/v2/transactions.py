"""TransactionEvent: one message that starts, measures and ends a transaction (OCPP 2.x)."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.charging.sessions.model import (
    MeterSample,
    SampleReport,
    StartAnswer,
    StartReport,
    StopReport,
)
from app.directpay.reader.model import IdTokenInfo
from app.gateways.ocpp.dispatch import Question, Unusable, need
from app.gateways.ocpp.link.versions import ErrorCode, Version
from app.gateways.ocpp.readings import BEGIN, END, register_at, samples
from app.gateways.ocpp.v2.meter import meter_values
from app.gateways.ocpp.v2.payment import keep_limit, tap_of, total_cost
from app.gateways.ocpp.v2.tokens import id_token_info
from app.gateways.ocpp.values import (
    as_made,
    object_of,
    read_instant,
    read_text,
    read_whole,
    read_word,
)

# OCPP 2.x, "TriggerReasonEnumType": with these the token is of whoever stops, not of who charges.
_STOPPING = frozenset({"StopAuthorized", "Deauthorized", "RemoteStop"})


async def transaction_event(question: Question) -> Mapping[str, Any]:
    """Keep what the event tells; a start is answered with the verdict on its token."""
    said = question.payload
    info = object_of(said.get("transactionInfo"))
    transaction = need(info, "transactionId", read_word(info.get("transactionId")))
    found = samples(meter_values(said.get("meterValue")), received_at=question.received_at)
    match str(said.get("eventType")):
        case "Started" | "Updated":
            return await _run(question, transaction, found)
        case "Ended":
            return await _end(question, transaction, found)
        case other:
            raise Unusable(ErrorCode.PROPERTY_CONSTRAINT, f"eventType {other[:50]!r} is not known")


async def _run(
    question: Question, transaction: str, found: Sequence[MeterSample]
) -> Mapping[str, Any]:
    """
    Keep a Started or an Updated.

    A charge point may start a transaction when the cable is plugged, before anyone pays
    (TxStartPoint EVConnected): ours begins with the event that carries the token.
    """
    answer = await _start(question, transaction, found)
    await keep_limit(question, transaction)
    if answer is None and question.payload.get("eventType") == "Started":
        register, place = register_at(found, BEGIN), _place(question)["evse_no"]
        if register is not None:
            question.station.openings.keep(transaction, register)
        if place is not None:
            question.station.places.keep(transaction, place)
    else:
        await _keep(question, transaction, found)
    return _verdict(question, answer) | _limit(question, transaction)


async def _start(
    question: Question, transaction: str, found: Sequence[MeterSample]
) -> StartAnswer | None:
    """Keep the start when the event carries one; return the verdict, or None."""
    id_tag, remote_start_id = _token(question), _remote_start_id(question, transaction)
    card = None if id_tag is None else await tap_of(question, transaction, id_tag)
    id_tag = card or (None if id_tag is None else as_made(id_tag))
    if id_tag is None and remote_start_id is None:
        return None
    station = question.station
    register = register_at(found, BEGIN)
    answer = await question.facts.start(
        StartReport(
            operator_id=station.operator_id,
            identity=station.identity,
            **_start_place(question, transaction),
            id_tag=id_tag,
            remote_start_id=remote_start_id,
            station_transaction_id=transaction,
            meter_start_wh=station.openings.get(transaction) if register is None else register,
            at=read_instant(question.payload.get("timestamp")),
            received_at=question.received_at,
            token_type=read_text(object_of(question.payload.get("idToken")).get("type")),
        )
    )
    station.remote_tags.pop(id_tag or "", None)
    station.remote_starts.pop(transaction, None)
    return answer


async def _keep(question: Question, transaction: str, found: Sequence[MeterSample]) -> None:
    if not found:
        return
    station = question.station
    await question.facts.samples(
        SampleReport(
            operator_id=station.operator_id,
            identity=station.identity,
            transaction_id=transaction,
            **_place(question),
            samples=found,
        )
    )


async def _end(
    question: Question, transaction: str, found: Sequence[MeterSample]
) -> Mapping[str, Any]:
    said, station = question.payload, question.station
    token = object_of(said.get("idToken"))
    await question.facts.stop(
        StopReport(
            operator_id=station.operator_id,
            identity=station.identity,
            transaction_id=transaction,
            **_place(question),
            id_tag=read_word(token.get("idToken")),
            meter_stop_wh=register_at(found, END),
            at=read_instant(said.get("timestamp")),
            received_at=question.received_at,
            reason=read_text(object_of(said.get("transactionInfo")).get("stoppedReason"))
            or "Local",
            samples=found,
        )
    )
    for memory in (station.openings, station.remote_starts, station.places, station.authorised):
        memory.pop(transaction, None)
    verdict = {"idTokenInfo": {"status": "Accepted"}} if token else {}
    return verdict | await total_cost(question, transaction)


def _token(question: Question) -> str | None:
    """Return the idToken that this event begins to charge with, or None."""
    said = question.payload
    if read_text(said.get("triggerReason")) in _STOPPING:
        return None
    return read_word(object_of(said.get("idToken")).get("idToken"))


def _remote_start_id(question: Question, transaction: str) -> int | None:
    """Return the id of the remote start that led here: from the event, else from its answer."""
    info = object_of(question.payload.get("transactionInfo"))
    told = read_whole(info.get("remoteStartId"))
    return question.station.remote_starts.get(transaction) if told is None else told


def _place(question: Question) -> dict[str, Any]:
    evse = object_of(question.payload.get("evse"))
    return {
        "evse_no": read_whole(evse.get("id")),
        "connector_no": read_whole(evse.get("connectorId")),
    }


def _start_place(question: Question, transaction: str) -> dict[str, Any]:
    """Return where a transaction began: the event that brings the token need not say it again."""
    place = _place(question)
    if place["evse_no"] is not None:
        return place
    return {**place, "evse_no": question.station.places.get(transaction)}


def _limit(question: Question, transaction: str) -> dict[str, Any]:
    """Return the most that the transaction may cost (2.1), when it is new or has grown."""
    station = question.station
    limit = station.limits.pop(transaction, None)
    if limit is None or station.version is not Version.V21:
        return {}
    return {"transactionLimit": {"maxCost": limit}}


def _verdict(question: Question, answer: StartAnswer | None) -> dict[str, Any]:
    # OCPP 2.x, "TransactionEventResponse": idTokenInfo is required when the event had an idToken.
    # One that starts nothing (NoAuthorization, or whoever stops) is the charge point's business.
    info = IdTokenInfo("Accepted") if answer is None else IdTokenInfo(answer.status, answer.group)
    if info.status == "Accepted" and not question.payload.get("idToken"):
        return {}
    return {"idTokenInfo": id_token_info(info)}
