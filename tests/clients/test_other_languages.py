"""Clients for native apps: the generator makes them of the description without a complaint."""

import json
from pathlib import Path

import pytest

from tests.clients.toolbox import generate
from tests.http.conftest import program
from tests.http.program import Program

__all__ = ["program"]

# What each generator names the calls about sessions, and what is in it.
CALLS = {
    "kotlin": ("**/apis/SessionsApi.kt", "fun startSession("),
    "swift6": ("**/APIs/SessionsAPI.swift", "func startSession("),
    "dart": ("lib/api/sessions_api.dart", "startSession("),
}


@pytest.mark.timeout(300)
@pytest.mark.parametrize("language", CALLS)
async def test_a_client_is_generated(program: Program, language: str, tmp_path: Path):
    """Kotlin, Swift and Dart: every operation has its function."""
    description = tmp_path / "openapi.json"
    description.write_text(json.dumps(program.description))
    complaints = generate(language, description, tmp_path / "client")
    pattern, declared = CALLS[language]
    (sessions,) = (tmp_path / "client").glob(pattern)
    sources = "\n".join(file.read_text() for file in sessions.parent.iterdir())
    operations = {
        operation["operationId"]
        for methods in program.description["paths"].values()  # type: ignore[attr-defined]
        for operation in methods.values()
    }

    assert [] == complaints
    assert declared in sessions.read_text()
    assert set() == {name for name in operations if name not in sources}
