"""
Payments at the terminal inside a charge point, in the words of OCPP 2.1.

Source: OCPP 2.1, part 2, C18 to C23 (ad hoc payment with an integrated terminal) and the messages
NotifySettlement and VatNumberValidation; the names of additionalInfo are those of its appendices.
"""

from collections.abc import Mapping
from typing import Any, Final

from app.directpay.integrated.model import Company, Settlement, Spot, Tap
from app.funds.payments.outside.answer import SettlementStatus
from app.gateways.ocpp.dispatch import Question, Unusable, need
from app.gateways.ocpp.link.versions import ErrorCode, Version
from app.gateways.ocpp.terminals.words import is_card
from app.gateways.ocpp.values import (
    object_of,
    objects,
    read_instant,
    read_number,
    read_text,
    read_whole,
    read_word,
)

_DIRECT: Final = "directpayment"
_STATUSES: Final = {
    "Settled": SettlementStatus.SETTLED,
    "Canceled": SettlementStatus.CANCELLED,
    "Rejected": SettlementStatus.FAILED,
    "Failed": SettlementStatus.FAILED,
}
# Beyond a million no session costs; a limit of that kind is a mistake of the firmware.
_MOST: Final = 1_000_000
# AddressType, with the longest that its texts may be.
_ADDRESS: Final = {
    "name": 50,
    "address1": 100,
    "postalCode": 20,
    "city": 100,
    "country": 50,
}


def is_direct(question: Question, token: Mapping[str, Any]) -> bool:
    """Tell whether an idToken is an authorisation of the charge point's own terminal."""
    is_new = question.station.version is Version.V21
    return is_new and str(token.get("type")).lower() == _DIRECT


async def judge_payment(question: Question, psp_ref: str) -> str:
    """Return the status of an authorisation that a charge point asks about before it is used."""
    station = question.station
    is_refused = await question.facts.terminals.is_refused(
        station.operator_id, station.identity, psp_ref
    )
    return "Invalid" if is_refused else "Accepted"


async def tap_of(question: Question, transaction: str, psp_ref: str) -> str | None:
    """
    Return the idTag of the session that a tapped card pays for, or None.

    *psp_ref* is the idToken: the reference of the authorisation, or before 2.1 the one of all cards
    in the words of the maker, where the transaction is the reference.
    """
    said = question.payload
    token = object_of(said.get("idToken"))
    if not is_direct(question, token):
        if question.station.version is Version.V21 or not await is_card(question, psp_ref):
            return None
        psp_ref = f"{psp_ref}:{transaction}"
    place = read_whole(object_of(said.get("evse")).get("id"))
    return await question.facts.terminals.tap(
        Tap(
            spot=_spot(question, transaction),
            evse_no=question.station.places.get(transaction) if place is None else place,
            psp_ref=psp_ref,
            limit=_limit(said),
            at=read_instant(said.get("timestamp")),
            details=_details(token),
        )
    )


async def keep_limit(question: Question, transaction: str) -> None:
    """Keep the limit of a transaction that its terminal has authorised more for (C23)."""
    limit, known = _limit(question.payload), question.station.authorised
    if limit is None or question.station.version is not Version.V21:
        return
    if limit != known.get(transaction):
        known.keep(transaction, limit)
        await question.facts.terminals.raise_limit(_spot(question, transaction), limit)


async def total_cost(question: Question, transaction: str) -> dict[str, Any]:
    """Return what the terminal is to collect for a transaction that is over; else nothing."""
    cost = await question.facts.terminals.final_cost(_spot(question, transaction))
    return {} if cost is None else {"totalCost": cost.as_decimal()}


async def notify_settlement(question: Question) -> Mapping[str, Any]:
    """Book what the terminal collected, or gave up; answer with our receipt where there is one."""
    said, station = question.payload, question.station
    word = need(said, "status", read_text(said.get("status")))
    if word not in _STATUSES:
        raise Unusable(ErrorCode.PROPERTY_CONSTRAINT, f"status {word[:50]!r} is not known")
    amount = need(said, "settlementAmount", read_number(said.get("settlementAmount")))
    if not 0 <= amount < _MOST:
        raise Unusable(ErrorCode.PROPERTY_CONSTRAINT, f"settlementAmount {amount} can't be")
    receipt = await question.facts.terminals.take_settlement(
        Settlement(
            operator_id=station.operator_id,
            identity=station.identity,
            psp_ref=need(said, "pspRef", read_word(said.get("pspRef"))),
            status=_STATUSES[word],
            amount=amount,
            settled_at=read_instant(said.get("settlementTime")),
            detail=(read_text(said.get("statusInfo")) or "")[:500],
            transaction_id=read_word(said.get("transactionId")),
            receipt_id=read_word(said.get("receiptId")),
            receipt_url=read_text(said.get("receiptUrl")),
            company=_company(said),
        )
    )
    if receipt is None:
        return {}
    return {"receiptUrl": receipt.url, "receiptId": receipt.number}


async def validate_vat_number(question: Question) -> Mapping[str, Any]:
    """Judge a VAT number; name the company where its state does."""
    said, station = question.payload, question.station
    given = need(said, "vatNumber", read_word(said.get("vatNumber")))
    verdict = await question.facts.terminals.check_vat_number(
        station.operator_id, station.identity, given
    )
    evse = read_whole(said.get("evseId"))
    answer: dict[str, Any] = {
        "status": "Accepted" if verdict.is_good else "Rejected",
        "vatNumber": verdict.number[:20],
    }
    if evse is not None:
        answer["evseId"] = evse
    if verdict.reason:
        answer["statusInfo"] = {"reasonCode": verdict.reason}
    if verdict.company is not None:
        answer["company"] = _address(verdict.company)
    return answer


def _spot(question: Question, transaction: str) -> Spot:
    return Spot(question.station.operator_id, question.station.identity, transaction)


def _limit(said: Mapping[str, Any]) -> Any:  # noqa: ANN401 - a Decimal or None
    info = object_of(said.get("transactionInfo"))
    limit = read_number(object_of(info.get("transactionLimit")).get("maxCost"))
    return limit if limit is not None and limit < _MOST else None


def _details(token: Mapping[str, Any]) -> Mapping[str, str]:
    found = {}
    for each in objects(token.get("additionalInfo")):
        name, value = read_word(each.get("type")), read_word(each.get("additionalIdToken"))
        if name is not None and value is not None:
            found[name] = value
    return found


def _company(said: Mapping[str, Any]) -> Company | None:
    told = object_of(said.get("vatCompany"))
    if not told:
        return None
    number = read_text(said.get("vatNumber")) or ""
    texts = {name: read_text(told.get(name)) or "" for name in (*_ADDRESS, "address2")}
    return Company(
        name=texts["name"],
        street=", ".join(filter(None, (texts["address1"], texts["address2"]))),
        postal_code=texts["postalCode"],
        city=texts["city"],
        country=texts["country"],
        vat_number=number,
    )


def _address(company: Company) -> Mapping[str, str]:
    """Return a company as AddressType, its texts no longer than that allows."""
    texts = (
        company.name,
        company.street,
        company.postal_code,
        company.city,
        company.country,
    )
    told = zip(_ADDRESS.items(), texts, strict=True)
    return {name: text[:longest] for (name, longest), text in told if text}
