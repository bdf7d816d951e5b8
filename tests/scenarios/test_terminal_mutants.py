"""Thousands of damaged messages of a terminal, with the real verbs behind: the books stay right."""

import json
import logging
import random

import pytest

from tests.charging.ocpp.test_mutants import TIME, mutant
from tests.scenarios.counter import CARD, COMPANY, open_counter
from tests.scenarios.world import World

THOUSANDS = 1200


def seeds(number: int) -> list[tuple[str, dict]]:
    """Return what a terminal says of its card, each in a form that is right."""
    ref, transaction = f"PSP-{number // 20}", f"t{number // 20}"
    token = {"idToken": ref, "type": "DirectPayment", "additionalInfo": CARD}
    value = {"value": 1000 + number, "context": "Sample.Periodic"}
    event = {
        "timestamp": TIME,
        "triggerReason": "Authorized",
        "seqNo": number,
        "transactionInfo": {"transactionId": transaction, "transactionLimit": {"maxCost": 60}},
        "evse": {"id": 1, "connectorId": 1},
        "idToken": token,
        "meterValue": [{"timestamp": TIME, "sampledValue": [value]}],
    }
    settled = {
        "pspRef": ref,
        "status": "Settled",
        "settlementAmount": 1.5,
        "settlementTime": TIME,
        "transactionId": transaction,
        "receiptId": "1",
        "receiptUrl": "https://terminal.example/1",
        "vatNumber": "NL004495445B01",
        "vatCompany": COMPANY,
    }
    return [
        ("TransactionEvent", {**event, "eventType": "Started"}),
        ("TransactionEvent", {**event, "eventType": "Updated", "triggerReason": "LimitSet"}),
        ("TransactionEvent", {**event, "eventType": "Ended"}),
        ("NotifySettlement", settled),
        ("NotifySettlement", {**settled, "status": "Canceled", "settlementAmount": 0}),
        ("Authorize", {"idToken": token}),
        ("VatNumberValidation", {"vatNumber": "NL004495445B01", "evseId": 1}),
    ]


async def test_damaged_messages_of_a_terminal(world: World, caplog: pytest.LogCaptureFixture):
    """Each is used or refused by name; never `InternalError`, and the books are right after."""
    rng = random.Random(21)
    answers: dict[str, int] = {}
    bugs = []
    async with open_counter(world) as counter:
        for number in range(THOUSANDS):
            action, payload = rng.choice(seeds(number))
            sent = payload if rng.random() < 0.5 else mutant(payload, rng)
            frame = await counter.raw.ask(action, sent, str(number))
            code = "result" if frame[0] == 3 else frame[2]
            answers[code] = answers.get(code, 0) + 1
            if code == "InternalError":
                bugs.append((action, json.dumps(sent)[:600]))
            if number % 50 == 0:
                await world.worker.run_due()
        await world.worker.run_due()

    assert [] == bugs[:3]
    assert answers["result"] > THOUSANDS // 2
    assert not [each for each in caplog.records if each.levelno >= logging.ERROR]
