"""One worker makes the clients: their packages are installed once. Another one calls the server."""

from pathlib import Path

import pytest

from tests.faults.conftest import bare_url

__all__ = ["bare_url"]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Keep the tests of a kind together."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            is_caller = item.path.stem == "test_schemathesis"
            item.add_marker(pytest.mark.xdist_group("calls" if is_caller else "clients"))
