"""The worlds as fixtures."""

from collections.abc import AsyncIterator

import pytest

from tests.contracts.worlds import (
    ReadableWorld,
    SandboxWorld,
    World,
    adyen_world,
    fake_world,
    sandbox_world,
)


@pytest.fixture(params=["fake", "mollie", "adyen"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Give each world in which the contract must hold."""
    opened = {"fake": fake_world, "mollie": sandbox_world, "adyen": adyen_world}[request.param]
    async with opened() as given:
        yield given


@pytest.fixture(params=["fake", "mollie"])
async def readable(request: pytest.FixtureRequest) -> AsyncIterator[ReadableWorld]:
    """Give each world whose provider can be read, and says at once what it refuses."""
    async with fake_world() if request.param == "fake" else sandbox_world() as given:
        yield given


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWorld]:
    """Give the world over HTTP alone."""
    async with sandbox_world() as given:
        yield given
