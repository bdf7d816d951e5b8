"""A charge point of 1.6 or 2.0.1 whose maker has words of its own for the terminal in it."""

import json
from collections.abc import AsyncIterator
from decimal import Decimal
from typing import get_args, get_type_hints

import pytest

from app.api.stations.terminals import TerminalWords
from app.charging.chargers.terminals.dialects import (
    DIALECTS,
    CardAuthorised,
    CardCollected,
    dialect_named,
    dialect_of_vendor,
)
from app.charging.chargers.terminals.teach import teach
from app.funds.payments.model import PaymentStatus
from app.kernel.money import Money
from app.sandbox.chargers.words16 import instant
from tests.charging.ocpp.conftest import raw_charger
from tests.scenarios.counter import Counter, open_counter
from tests.scenarios.world import IDENTITY, OPERATOR, PASSWORD, World

PRICE = Money(617, "EUR")


@pytest.fixture
async def counter(world: World) -> AsyncIterator[Counter]:
    """The charge point speaks 1.6; the books are right after."""
    async with (
        open_counter(world) as opened,
        raw_charger(opened.url, "ocpp1.6", IDENTITY, PASSWORD) as raw,
    ):
        yield Counter(world, raw, opened.url)


async def _teach(world: World) -> None:
    async with world.database.work(OPERATOR) as work:
        await teach(work, IDENTITY, dialect_named("ies"), None)


async def _starts(counter: Counter) -> dict:
    now = instant(counter.world.clock.now())
    said = {"connectorId": 1, "idTag": "paidByPOS", "meterStart": 1000, "timestamp": now}
    return await counter.ask("StartTransaction", said)


async def _pays(counter: Counter, **data: object) -> str:
    text = json.dumps({"PaymentType": "Preauthorization", **data})
    said = {"vendorId": "IES", "messageId": "Payment", "data": text}
    return (await counter.ask("DataTransfer", said))["status"]


async def _stops(counter: Counter, transaction: int, wh: int) -> None:
    counter.world.clock.advance(minutes=40)
    now = instant(counter.world.clock.now())
    said = {"transactionId": transaction, "meterStop": wh, "timestamp": now, "reason": "Local"}
    await counter.ask("StopTransaction", said)


async def _payment(counter: Counter) -> tuple[PaymentStatus, int]:
    row = counter.world.worker.sql.execute(
        "SELECT status, captured_minor FROM payment WHERE origin = 'ocpp_terminal'"
    ).fetchone()
    assert row is not None
    return PaymentStatus(row[0]), row[1]


async def test_tap_charge_and_collect(counter: Counter):
    """The start with the cards' idTag begins the session, the maker's words settle it."""
    await _teach(counter.world)
    started = await _starts(counter)
    again = await _starts(counter)
    number = started["transactionId"]
    taken = await _pays(
        counter,
        State="Accepted",
        OcppTransactionId=number,
        PosTransactionId="POS1",
        PreAuthoAmount=6000,
    )
    ended = await _pays(counter, State="Ended", PosTransactionId="POS1", Bill=617)
    await _stops(counter, number, 1000 + 12_340)

    assert "Accepted" == started["idTagInfo"]["status"]
    assert started == again
    assert ["Accepted", "Accepted"] == [taken, ended]
    assert (PaymentStatus.PAID, PRICE.minor) == await _payment(counter)
    assert [] == counter.world.work_list()


async def test_another_process_knows_by_which_reference_it_settles(counter: Counter):
    """What was authorised before a restart is collected after it."""
    await _teach(counter.world)
    number = (await _starts(counter))["transactionId"]
    accepted = {"State": "Accepted", "OcppTransactionId": number, "PosTransactionId": "POS1"}
    await _pays(counter, **accepted, PreAuthoAmount=6000)

    async with (
        open_counter(counter.world) as opened,
        raw_charger(opened.url, "ocpp1.6", IDENTITY, PASSWORD) as raw,
    ):
        later = Counter(counter.world, raw, opened.url)
        await _stops(later, number, 1000 + 12_340)
        ended = await _pays(later, State="Ended", PosTransactionId="POS1", Bill=617)

    assert "Accepted" == ended
    assert (PaymentStatus.PAID, PRICE.minor) == await _payment(counter)
    assert [] == counter.world.work_list()


async def test_the_same_words_over_2_0_1(world: World):
    """The transaction is named in a TransactionEvent, data is an object, and its end has a cost."""
    async with (
        open_counter(world) as opened,
        raw_charger(opened.url, "ocpp2.0.1", IDENTITY, PASSWORD) as raw,
    ):
        counter = Counter(world, raw, opened.url)
        await _teach(world)
        card = {"idToken": "paidByPOS", "type": "Central"}
        started = await counter.event("Started", "Authorized", idToken=card)
        accepted = {"PaymentType": "Preauthorization", "State": "Accepted"}
        names = {"OcppTransactionId": "tx-1", "PosTransactionId": "POS1", "PreAuthoAmount": 6000}
        message = {"vendorId": "IES", "messageId": "Payment"}
        taken = await counter.ask("DataTransfer", message | {"data": accepted | names})
        world.clock.advance(minutes=40)
        counter.register_wh += 12_340
        over = await counter.event("Ended", "EVDeparted")
        said = {"PaymentType": "Preauthorization", "State": "Ended"}
        bill = {"PosTransactionId": "POS1", "Bill": 617}
        ended = await counter.ask("DataTransfer", message | {"data": json.dumps(said | bill)})

        assert "Accepted" == started["idTokenInfo"]["status"]
        assert ["Accepted", "Accepted"] == [taken["status"], ended["status"]]
        assert 6.17 == over["totalCost"]
        assert (PaymentStatus.PAID, PRICE.minor) == await _payment(counter)
        assert [] == world.work_list()


async def test_less_was_authorised_than_the_session_may_cost(counter: Counter):
    """The terminal can't collect all of it: a person is told while it lasts."""
    await _teach(counter.world)
    number = (await _starts(counter))["transactionId"]
    accepted = {"State": "Accepted", "OcppTransactionId": number, "PosTransactionId": "POS1"}
    await _pays(counter, **accepted, PreAuthoAmount=3000)
    listed = counter.world.work_list()
    await _pays(counter, State="Ended", PosTransactionId="POS1", Bill=617)
    await _stops(counter, number, 1000 + 12_340)

    assert ["amount_differs"] == listed


async def test_who_was_not_asked_for_takes_no_cards(counter: Counter):
    """Without the operator's word the idTag starts nothing, and the words are unknown."""
    started = await _starts(counter)
    told = await _pays(counter, State="Ended", PosTransactionId="POS1", Bill=617)

    assert "Invalid" == started["idTagInfo"]["status"]
    assert "UnknownVendorId" == told


async def test_words_about_nothing_of_ours(counter: Counter):
    """What is about no transaction is rejected, what is not understood unknown."""
    await _teach(counter.world)
    unknown = await _pays(counter, State="Ended", PosTransactionId="POS9", Bill=617)
    before = await _pays(counter, PaymentType="Prepayment", State="Accepted", Bill=3000)
    broken = await counter.ask(
        "DataTransfer", {"vendorId": "IES", "messageId": "Payment", "data": "{"}
    )
    other = await counter.ask("DataTransfer", {"vendorId": "org.example"})

    assert ("Rejected", "UnknownMessageId") == (unknown, before)
    assert ("UnknownMessageId", "UnknownVendorId") == (broken["status"], other["status"])


@pytest.mark.parametrize(
    ("data", "word"),
    [
        (
            {
                "State": "Accepted",
                "OcppTransactionId": 7,
                "PosTransactionId": "P",
                "PreAuthoAmount": 1,
            },
            CardAuthorised("7", "P", Decimal("0.01")),
        ),
        (
            {"State": "Ended", "PosTransactionId": "P", "Bill": 0},
            CardCollected("P", Decimal("0.00")),
        ),
        ({"State": "Ended", "PosTransactionId": "P", "Bill": -1}, None),
        ({"State": "Ended", "PosTransactionId": "P", "Bill": "NaN"}, None),
        ({"State": "Refused"}, None),
    ],
)
def test_the_words_of_ies(data: dict, word: object):
    """Amounts are cents; what can't be an amount is none."""
    dialect = dialect_of_vendor("IES")
    assert dialect is not None

    assert word == dialect.read("Payment", {"PaymentType": "Preauthorization", **data})
    assert None is dialect.read("PaymentReceipt", {})


def test_the_api_knows_every_dialect():
    """What can be chosen is what there is."""
    choices = get_args(get_args(get_type_hints(TerminalWords)["dialect"])[0])

    assert tuple(each.name for each in DIALECTS) == choices
