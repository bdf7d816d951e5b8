"""What a maker's terminal tells by DataTransfer, in OCPP 1.6 and 2.0.1 alike: booked."""

from collections.abc import Mapping
from typing import Any, assert_never

import msgspec

from app.charging.chargers.terminals.dialects import (
    CardAuthorised,
    CardCollected,
    Word,
    dialect_of_vendor,
)
from app.directpay.integrated.model import Spot
from app.gateways.ocpp.dispatch import Question
from app.gateways.ocpp.values import object_of, read_text


async def is_card(question: Question, id_tag: str) -> bool:
    """Tell whether *id_tag* is the one of cards at the charge point's own terminal."""
    station = question.station
    if id_tag in station.remote_tags:
        return False
    tag = await question.facts.terminals.card_tag(station.operator_id, station.identity)
    return id_tag == tag


async def data_transfer(question: Question) -> Mapping[str, Any]:
    """Book what a maker's terminal tells; whatever else is transferred is not known here."""
    said, station = question.payload, question.station
    dialect = dialect_of_vendor(str(said.get("vendorId")))
    terminals = question.facts.terminals
    if dialect is None or not await terminals.card_tag(station.operator_id, station.identity):
        return {"status": "UnknownVendorId"}
    word = dialect.read(str(said.get("messageId")), _data(said.get("data")))
    if word is None:
        return {"status": "UnknownMessageId"}
    is_kept = await _keep(question, word)
    return {"status": "Accepted" if is_kept else "Rejected"}


async def _keep(question: Question, word: Word) -> bool:
    """Book a *word*; tell whether it is about a transaction that we know."""
    station, terminals = question.station, question.facts.terminals
    match word:
        case CardAuthorised(transaction, reference, amount):
            spot = Spot(station.operator_id, station.identity, transaction)
            return await terminals.compare_limit(spot, reference, amount)
        case CardCollected(reference, amount):
            return await terminals.settle_reference(
                station.operator_id, station.identity, reference, amount
            )
        case _:
            assert_never(word)


def _data(value: object) -> Mapping[str, Any]:
    """Return the data of a DataTransfer: JSON in a text, an object (2.x), or what is none."""
    if isinstance(value, Mapping):
        return value
    try:
        return object_of(msgspec.json.decode(read_text(value) or "{}"))
    except msgspec.DecodeError:
        return {}
