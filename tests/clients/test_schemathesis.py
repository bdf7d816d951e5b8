"""Schemathesis calls every operation of a real server, with what its description allows and not."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from app.people.identity.keys.model import Scope
from tests.browser.town import Town, open_village
from tests.clients.toolbox import BIN, run
from tests.servers import PostgresForTests

TOOL = BIN / "schemathesis"
CONFIG = Path(__file__).parent / "schemathesis.toml"
OPERATORS = "/operator/"
# What ends the sign-in of who calls: each of them gets a sign-in of its own.
LEAVING = ("deleteMe", "signOut", "signOutDevice")
# The same requests each time, for all operations together in about two minutes.
HOW = ("--seed", "1", "--max-examples", "3", "--phases", "examples,coverage,fuzzing")


@dataclass(frozen=True)
class Village:
    """A running product, and the key of a program that may do everything."""

    town: Town
    key: str


@pytest.fixture(scope="module")
def village(
    postgres: PostgresForTests, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Village]:
    """The real server and a mailbox; the payment provider is out."""
    name = f"schemathesis_{postgres.worker}"
    postgres.recreate(name)
    place = tmp_path_factory.mktemp("village")
    scopes = (part for scope in Scope for part in ("--scope", scope.value))
    make = ("api-key", "create", "--operator", "voltstraat", "--name", "robot", *scopes)
    with open_village(postgres.url_of(name), place, make) as town:
        key = re.search(r"dpk_\S+", (place / "told").read_text())
        assert key is not None
        yield Village(town, key[0])
        assert "Traceback" not in town.log.read_text()
    postgres.drop(name)


def token(town: Town, name: str) -> str:
    """Return the access token of a driver who has just signed in."""
    address = f"{name.lower()}@driver.example"
    with httpx.Client(base_url=f"{town.base}/api/v1") as http:
        asked = {"operator": "voltstraat", "email": address}
        sign_in = http.post("/sign-in/codes", json=asked).json()["sign_in"]
        code = re.search(r"\d{6}", town.letter(address, attached=0)["subject"])
        assert code is not None
        answer = {"operator": "voltstraat", "sign_in": sign_in, "code": code[0], "device": name}
        told: str = http.post("/sign-in", json=answer).json()["access_token"]
    return told


def calls(town: Town, bearer: str, *which: str) -> str:
    """Call the operations that *which* selects as their description says; return the report."""
    address = f"{town.base}/api/openapi.json"
    caller = ("--header", f"Authorization: Bearer {bearer}")
    return run(TOOL, "--config-file", CONFIG, "run", address, *HOW, *caller, *which)


@pytest.mark.timeout(600)
def test_programs_of_operators(village: Village):
    """Every operation below `/operator/`, with a key that may do everything."""
    report = calls(village.town, village.key, "--include-path-regex", OPERATORS)

    assert " ✅" in report


@pytest.mark.timeout(600)
def test_apps_of_drivers(village: Village):
    """Every other operation, as a driver who is signed in."""
    # Of several ways to exclude, the tool drops only what all of them name.
    leaving = ("--exclude-operation-id-regex", f"^({'|'.join(LEAVING)})$")
    which = ("--include-path-regex", f"^(?!.*{OPERATORS})", *leaving)
    report = calls(village.town, token(village.town, "Anna"), *which)

    assert " ✅" in report


@pytest.mark.timeout(600)
@pytest.mark.parametrize("operation", LEAVING)
def test_the_end_of_a_sign_in(village: Village, operation: str):
    """What takes the token away, each with its own."""
    bearer = token(village.town, operation)
    report = calls(village.town, bearer, "--include-operation-id", operation)

    assert " ✅" in report
