"""Many charge points come at once: who is let in, who comes later, and who is set up when."""

import asyncio
import json

import pytest
from websockets.exceptions import InvalidStatus

from app.charging.chargers.stations.model import ChargePoint
from app.gateways.ocpp.gateway import OcppGateway
from app.gateways.ocpp.settings import OcppSettings
from tests.charging.ocpp.conftest import raw_charger, serving
from tests.fakes.charge_points import FakeFacts, charge_point

MANY = 3


class SlowFacts(FakeFacts):
    """Knows everybody, after a while."""

    def __init__(self, *known: ChargePoint) -> None:
        """Let nobody in yet."""
        super().__init__(*known)
        self.may_answer = asyncio.Event()
        self.asked: asyncio.Queue[str] = asyncio.Queue()

    async def find(self, identity: str) -> ChargePoint | None:
        """Return the charge point when the test lets it."""
        self.asked.put_nowait(identity)
        await self.may_answer.wait()
        return await super().find(identity)


def names() -> list[str]:
    """Return the identities of many charge points."""
    return [f"CP{number}" for number in range(MANY)]


async def test_who_comes_when_too_many_come_is_told_to_come_later(clock):
    """503 with Retry-After, each at another second; who was before it is let in."""
    facts = SlowFacts(*(charge_point(each) for each in names()))
    settings = OcppSettings(pairing=False, most_coming=MANY - 1)
    gateway = OcppGateway(facts, clock, settings)
    async with serving(gateway.endpoint) as url, asyncio.timeout(60):
        *first, last = names()

        async def comes(identity: str) -> list:
            async with raw_charger(url, identity=identity) as charger:
                return await charger.ask("Heartbeat", {})

        coming = [asyncio.create_task(comes(each)) for each in first]
        for _ in first:
            await facts.asked.get()
        told = []
        for _ in range(2):
            with pytest.raises(InvalidStatus) as refused:
                await comes(last)
            told.append(refused.value.response)
        facts.may_answer.set()
        heard = await asyncio.gather(*coming)
        later = await comes(last)

    seconds = [int(response.headers["Retry-After"]) for response in told]
    assert [503, 503] == [response.status_code for response in told]
    assert seconds[0] != seconds[1]
    assert all(5 <= each < 35 for each in seconds)
    assert [3] * MANY == [answer[0] for answer in (*heard, later)]


async def test_charge_points_are_set_up_in_turn(clock):
    """The second waits until the first has been set up: its messages matter more."""
    facts = FakeFacts(charge_point("CP1"), charge_point("CP2"))
    settings = OcppSettings(boot_grace_seconds=0, settle_seconds=0, set_up_at_once=1)
    gateway = OcppGateway(facts, clock, settings)
    async with (
        serving(gateway.endpoint) as url,
        asyncio.timeout(60),
        raw_charger(url, identity="CP1") as first,
    ):
        asked = await first.hear()
        async with raw_charger(url, identity="CP2") as second:
            beats = await second.ask("Heartbeat", {})
            hears = asyncio.create_task(second.socket.recv())
            while not hears.done():
                # Whatever it is asked, it answers; then it is the other one's turn.
                await first.say(json.dumps([3, asked[1], {"configurationKey": []}]))
                asked = await _next(first, hears)
            question = json.loads(hears.result())

    assert [3, "1"] == beats[:2]
    assert [2, "GetConfiguration"] == [question[0], question[2]]


async def _next(charger, hears: asyncio.Task) -> list:
    """Return what the charge point is asked next, or nothing when the other one is."""
    asked = asyncio.create_task(charger.socket.recv())
    await asyncio.wait({asked, hears}, return_when=asyncio.FIRST_COMPLETED)
    if not asked.done():
        asked.cancel()
        return [2, ""]
    return json.loads(asked.result())


@pytest.mark.parametrize(("version", "shown"), [("ocpp1.6", []), ("ocpp2.1", ["CP1"])])
async def test_who_can_show_a_price_is_told_it_in_the_set_up(clock, version, shown):
    """1.6 has no tariffs: nothing is looked up for it."""
    facts = FakeFacts(charge_point("CP1"))
    settings = OcppSettings(boot_grace_seconds=0, settle_seconds=0)
    gateway = OcppGateway(facts, clock, settings)
    async with (
        serving(gateway.endpoint) as url,
        asyncio.timeout(60),
        raw_charger(url, version) as charger,
    ):
        while True:  # until it is asked for its status, which comes last
            _, message_id, action, _ = json.loads(await charger.socket.recv())
            if action == "TriggerMessage":
                break
            await charger.say(json.dumps([3, message_id, {}]))

    assert shown == facts.shown
