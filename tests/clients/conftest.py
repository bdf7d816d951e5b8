"""One worker makes the clients: their packages are installed once."""

from pathlib import Path

import pytest

from tests.faults.conftest import bare_url

__all__ = ["bare_url"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep these tests together."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("clients"))
