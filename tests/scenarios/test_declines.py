"""Cards that are tried out: after some refusals there is a pause."""

import pytest

from app.directpay.errors import TooManyDeclines
from app.directpay.guard.declines import MOST_PER_EVSE, MOST_PER_NETWORK
from app.directpay.offers.guess import Presented
from app.directpay.pay import PayOrder, pay
from tests.scenarios.world import CODE, World

BAD, GOOD = "192.0.2.7", "198.51.100.9"


async def tries(world: World, host: str, key: str) -> None:
    """Somebody pays, from an address."""
    order = PayOrder(CODE, "creditcard", "per-kwh", 1, key, "en", Presented(host=host))
    world.journeys.append(await pay(order, desk=world.desk))


async def is_refused(world: World, host: str, times: int) -> None:
    """The bank refuses so many cards from one address."""
    for number in range(times):
        await tries(world, host, f"{host}-{number}")
        world.provider.decline(world.payment_ref)
        await world.comes_back()


async def test_a_network_that_tries_out_cards_waits(world: World):
    """After five refusals nothing is opened any more from there; others pay as always."""
    await is_refused(world, BAD, MOST_PER_NETWORK)
    with pytest.raises(TooManyDeclines) as refusal:
        await tries(world, BAD, "one more")
    opened = len(world.provider.snapshots)
    await tries(world, GOOD, "honest")

    assert MOST_PER_NETWORK == opened
    assert 0 < refusal.value.facts["retry_after"] <= 900
    assert MOST_PER_NETWORK + 1 == len(world.provider.snapshots)


async def test_the_pause_ends(world: World):
    """A quarter of an hour after the first of the five, one more may be tried."""
    await is_refused(world, BAD, MOST_PER_NETWORK)
    await world.passes(minutes=16)
    await tries(world, BAD, "later")

    assert MOST_PER_NETWORK + 1 == len(world.provider.snapshots)


async def test_a_socket_at_which_many_try_waits(world: World):
    """From whatever networks: ten refusals at one socket are enough."""
    for number in range(MOST_PER_EVSE // 2):
        await is_refused(world, f"203.0.113.{number}", 2)

    with pytest.raises(TooManyDeclines):
        await tries(world, GOOD, "honest")


async def test_the_address_is_not_stored(world: World):
    """What is kept of a network is a digest with our key, which says nothing to others."""
    await tries(world, BAD, "first")
    (row,) = world.worker.sql.execute("SELECT journey::text, network FROM journey").fetchall()

    assert BAD not in row[0]
    assert 24 == len(row[1])
