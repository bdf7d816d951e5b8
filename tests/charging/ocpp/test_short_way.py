"""Meter values that are kept and answered without a task of their own, in order with the rest."""

import asyncio
import json
from collections.abc import AsyncIterator

import pytest
from websockets.exceptions import ConnectionClosed

from app.charging.sessions.metering.writer import Kept
from app.charging.sessions.model import SampleReport
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from tests.charging.ocpp.conftest import raw_charger, serving, until
from tests.fakes.charge_points import FakeFacts, charge_point
from tests.fakes.clock import FakeClock

SAMPLE = (
    '{"connectorId":1,"meterValue":[{"timestamp":"2026-03-02T09:00:00Z",'
    '"sampledValue":[{"value":"%d"}]}]}'
)
STATUS = '{"connectorId":1,"errorCode":"NoError","status":"Charging"}'
TRY_AGAIN_LATER = 1013


class SoonFacts(FakeFacts):
    """Keeps meter values when the test says so."""

    def __init__(self, *known) -> None:
        """Keep nothing yet."""
        super().__init__(*known)
        self.soon: list[tuple[SampleReport, Kept]] = []

    def keep_soon(self, report: SampleReport, kept: Kept) -> bool:
        """Hold it until the test calls *kept*."""
        self.soon.append((report, kept))
        return True

    async def kept(self, error: BaseException | None = None) -> None:
        """Wait for the next report that takes the short way, and decide it."""
        await until(lambda: bool(self.soon))
        self.soon.pop(0)[1](error)


@pytest.fixture
def facts() -> SoonFacts:
    """Three charge points are known."""
    return SoonFacts(*(charge_point(f"CP{number}") for number in (1, 2, 3)))


@pytest.fixture
def gateway(facts) -> OcppGateway:
    """A gateway that gives up on an absent database at once."""
    settings = OcppSettings(pairing=False, keep_seconds=(), finish_seconds=60)
    return OcppGateway(facts, FakeClock(), settings)


@pytest.fixture
async def url(gateway) -> AsyncIterator[str]:
    """Its address."""
    async with serving(gateway.endpoint) as address:
        yield address


def meter_values(number: int) -> str:
    """Return a frame with a register."""
    return f'[2,"{number}","MeterValues",{SAMPLE % number}]'


async def test_the_answer_comes_when_it_is_kept(url, facts):
    """Not before: a charge point deletes what was answered."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        await charger.say(meter_values(4))
        await until(lambda: bool(facts.soon))
        report = facts.soon[0][0]
        pong = await charger.socket.ping()
        await pong  # whatever was sent before it has come
        early = [*charger.socket.recv_messages.frames.queue]
        await facts.kept()

        assert [] == early
        assert [3, "4", {}] == await charger.hear()
        assert ("CP1", None, 1, 4) == (
            report.identity,
            report.transaction_id,
            report.connector_no,
            report.samples[0].energy_wh,
        )


async def test_what_comes_meanwhile_waits_its_turn(url, facts):
    """A status and more meter values come before the first are kept: all are answered in order."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        await charger.say(meter_values(1))
        await charger.say(f'[2,"2","StatusNotification",{STATUS}]')
        await charger.say(meter_values(3))
        await until(lambda: bool(facts.soon))
        await (await charger.socket.ping())
        handled = (len(facts.soon), len(facts.statuses), len(facts.sampled))
        await facts.kept()
        answers = [await charger.hear() for _ in range(3)]
        await charger.say(meter_values(4))
        await facts.kept()

        assert (1, 0, 0) == handled
        assert [[3, "1", {}], [3, "2", {}], [3, "3", {}]] == answers
        assert [3, "4", {}] == await charger.hear()


async def test_what_was_not_kept_goes_the_long_way(url, facts):
    """A batch fails because of another's report: this one is kept alone, and what waits follows."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        await charger.say(meter_values(1))
        await charger.say(f'[2,"2","StatusNotification",{STATUS}]')
        await facts.kept(ValueError("of another"))
        answers = [await charger.hear(), await charger.hear()]

        assert [[3, "1", {}], [3, "2", {}]] == answers
        assert [1] == [report.samples[0].energy_wh for report in facts.sampled]


async def test_without_a_database_it_stays_with_the_charge_point(url, facts):
    """Neither kept nor refused: the socket is closed, so that it is sent again."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        await charger.say(meter_values(1))
        await until(lambda: bool(facts.soon))
        facts.away = 1
        await facts.kept(ConnectionResetError())
        with pytest.raises(ConnectionClosed) as closed:
            await charger.socket.recv()

        assert TRY_AGAIN_LATER == closed.value.rcvd.code


async def test_a_process_that_goes_down_waits_for_it(url, gateway, facts):
    """What is under way is kept and answered before the socket closes."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        await charger.say(meter_values(1))
        await until(lambda: bool(facts.soon))
        draining = asyncio.create_task(gateway.drain())
        await until(lambda: gateway.endpoint.is_closed)
        await charger.say(meter_values(2))
        await (await charger.socket.ping())
        await facts.kept()
        answer = await charger.hear()
        with pytest.raises(ConnectionClosed):
            await charger.socket.recv()
        await draining

    assert [3, "1", {}] == answer
    assert [] == facts.soon


async def test_who_went_needs_no_answer(url, gateway, facts):
    """The charge point hangs up before its values are kept; the next one is served as ever."""
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        await charger.say(meter_values(1))
        await until(lambda: bool(facts.soon))
    await facts.kept()
    await until(lambda: not gateway.registry.holds("CP1"))
    async with raw_charger(url) as charger:
        await charger.ask("Heartbeat", {})
        await charger.say(meter_values(2))
        await facts.kept()

        assert [3, "2", {}] == await charger.hear()


@pytest.mark.parametrize("version", ["ocpp2.0.1", "ocpp2.1"])
async def test_events_of_a_transaction_take_it_too(url, facts, version):
    """Only those that measure: what has a token is handled after them, and starts."""
    async with raw_charger(url, version) as charger:
        await charger.ask("Heartbeat", {})
        await charger.say(transaction_event(4, "Updated"))
        await until(lambda: bool(facts.soon))
        report = facts.soon[0][0]
        await charger.say(transaction_event(5, "Started"))
        await (await charger.socket.ping())
        handled = len(facts.starts)
        await facts.kept()
        answers = [await charger.hear(), await charger.hear()]

    assert ("CP1", "T-1", 1, 4) == (
        report.identity,
        report.transaction_id,
        report.evse_no,
        report.samples[0].energy_wh,
    )
    assert (0, 1) == (handled, len(facts.starts))
    assert [3, "4", {}] == answers[0]
    assert "idTokenInfo" in answers[1][2]


def transaction_event(number: int, kind: str) -> str:
    """Return a frame with an event that brings a register; the first one has a token."""
    said = {
        "eventType": kind,
        "timestamp": "2026-03-02T09:00:00Z",
        "triggerReason": "MeterValuePeriodic",
        "seqNo": number,
        "transactionInfo": {"transactionId": "T-1"},
        "evse": {"id": 1},
        "meterValue": [{"timestamp": "2026-03-02T09:00:00Z", "sampledValue": [{"value": number}]}],
    }
    if kind == "Started":
        said["idToken"] = {"idToken": "04AB", "type": "ISO14443"}
    return json.dumps([2, str(number), "TransactionEvent", said])
