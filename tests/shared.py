"""What lies outside the repository: published specifications in the folder `../shared`."""

import os
from pathlib import Path

import pytest

SHARED = Path(__file__).parent.parent.parent / "shared"


def shared(path: str) -> Path:
    """
    Return the file or folder *path* below `../shared`.

    Skip the test, loudly, when it is absent; with SHARED_REQUIRED=1 that is a failure.
    """
    found = SHARED / path
    if found.exists():
        return found
    message = f"NOT CHECKED against the published specification: ../shared/{path} is absent"
    if os.environ.get("SHARED_REQUIRED") == "1":
        pytest.fail(message)
    print(f"\n{message}")  # noqa: T201 - loud is the point
    pytest.skip(message)
