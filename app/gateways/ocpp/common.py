"""Answers that are the same in every version."""

from collections.abc import Mapping
from typing import Any

from app.charging.chargers.model import EvseStatus
from app.charging.chargers.reports import StatusReport
from app.charging.chargers.stations.model import BootReport
from app.directpay.reader.model import IdTokenInfo, Presented
from app.gateways.ocpp.dispatch import Handler, Question
from app.gateways.ocpp.values import as_made, read_instant, read_text, write_instant


def always(**answer: Any) -> Handler:  # noqa: ANN401 - OCPP payloads
    """Return a handler that acknowledges with *answer* and keeps nothing."""

    async def acknowledge(_: Question) -> Mapping[str, Any]:
        return answer

    return acknowledge


async def heartbeat(question: Question) -> Mapping[str, Any]:
    """Tell the time; that the charge point lives is noted for all together."""
    return {"currentTime": write_instant(question.received_at)}


async def judge_tag(question: Question, id_tag: str, kind: str | None = None) -> IdTokenInfo:
    """
    Return what is told of an idTag, or an idToken of a *kind* (2.x), that a charge point shows.

    One that authorises remote starts once more (AuthorizeRemoteTxRequests) asks about the one-time
    idTag that we just sent to it; only then, and only until it starts, a payment's tag is good.
    """
    station, id_tag = question.station, as_made(id_tag)
    if station.is_starting(id_tag, now=question.received_at):
        return IdTokenInfo("Accepted")
    return await question.facts.authorise(
        Presented(
            operator_id=station.operator_id,
            identity=station.identity,
            uid=id_tag,
            type=kind,
            at=question.received_at,
            asks_again=station.asks_again is not False,
        )
    )


async def accept_boot(
    question: Question, vendor: object, model: object, serial: object, firmware: object
) -> Mapping[str, Any]:
    """Keep what the charge point says of itself and accept it."""
    station = question.station
    await question.facts.boot(
        BootReport(
            operator_id=station.operator_id,
            identity=station.identity,
            vendor=read_text(vendor) or "unknown",
            model=read_text(model) or "unknown",
            received_at=question.received_at,
            serial_number=read_text(serial),
            firmware=read_text(firmware),
        )
    )
    station.booted.set()
    return {
        "currentTime": write_instant(question.received_at),
        "interval": question.settings.heartbeat_seconds,
        "status": "Accepted",
    }


async def keep_status(
    question: Question,
    *,
    evse_no: int | None,
    connector_no: int,
    word: object,
    error: object = None,
) -> None:
    """Keep a connector's status; a word that OCPP does not know is kept as Unknown."""
    station = question.station
    station.status_seen = True
    payload = question.payload
    await question.facts.status(
        StatusReport(
            operator_id=station.operator_id,
            identity=station.identity,
            evse_no=evse_no,
            connector_no=connector_no,
            status=_status(word),
            error_code=read_text(error),
            at=read_instant(payload.get("timestamp")),
            received_at=question.received_at,
        )
    )


def _status(word: object) -> EvseStatus:
    known = {status.value.lower(): status for status in EvseStatus}
    return known.get(str(word).lower(), EvseStatus.UNKNOWN)
