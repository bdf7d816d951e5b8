"""The worlds as fixtures."""

from collections.abc import AsyncIterator

import pytest

from tests.contracts.worlds import SandboxWorld, World, fake_world, sandbox_world


@pytest.fixture(params=["fake", "sandbox"])
async def world(request: pytest.FixtureRequest) -> AsyncIterator[World]:
    """Give each world in which the contract must hold."""
    async with fake_world() if request.param == "fake" else sandbox_world() as given:
        yield given


@pytest.fixture
async def wire() -> AsyncIterator[SandboxWorld]:
    """Give the world over HTTP alone."""
    async with sandbox_world() as given:
        yield given
