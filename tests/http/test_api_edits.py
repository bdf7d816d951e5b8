"""Every edit of the API can be held against what was read, and says so."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.http.program import Program
from tests.http.twins import hers

# What is edited is in the charge point, which knows no versions.
KEPT_ELSEWHERE = {"writeConfiguration"}
# Of each edit: where the one thing is read, and two things that it can be made.
EDITS: Mapping[str, tuple[str, object, object]] = {
    "changeMe": ("/me", {"name": "A"}, {"name": "B"}),
    "nameMeans": ("/me/means/{means_id}", {"name": "A"}, {"name": "B"}),
    "namePasskey": ("/me/passkeys/{passkey_id}", {"name": "A"}, {"name": "B"}),
    "nameCard": ("/me/cards/{card_id}", {"name": "A"}, {"name": "B"}),
    "nameVehicle": ("/me/vehicles/{vehicle_id}", {"name": "A"}, {"name": "B"}),
    "chooseNotifications": (
        "/me/notifications",
        {"choices": [{"kind": "receipt", "wanted": True}, {"kind": "fee", "wanted": False}]},
        {"choices": [{"kind": "receipt", "wanted": False}]},
    ),
    "saveChargeAccount": (
        "/operator/charge-accounts/{account_id}",
        {"name": "ACME", "per_session": {"minor": 500, "currency": "EUR"}},
        {"name": "ACME", "per_session": {"minor": 600, "currency": "EUR"}},
    ),
    "teachInsideTerminal": (
        "/operator/charge-points/{identity}/terminals",
        {"dialect": "ies"},
        {"dialect": "ies", "card_tag": "CARD"},
    ),
    "setSecurity": (
        "/operator/charge-points/{identity}/security",
        {"profile": 1, "certificate": None},
        {"profile": 2, "certificate": None},
    ),
}
# Edits that a test of their own holds against what was read.
ELSEWHERE = {
    "groupDriver": "tests/http/test_api_versions.py",
    "putOperatorBrand": "tests/http/test_api_brand.py",
    "putOperatorLogo": "tests/http/test_api_brand.py",
    "writePrices": "tests/http/test_api_series.py",
}


@dataclass(frozen=True)
class Edit:
    """One address that somebody edits."""

    program: Program
    method: str
    address: str
    who: Mapping[str, str]

    async def made(self, body: object, etag: str) -> httpx.Response:
        """Make it *body*, if it still has this ETag."""
        headers = {**self.who, "If-Match": etag}
        return await self.program.http.request(
            self.method, self.address, json=body, headers=headers
        )


def edits(program: Program) -> dict[str, tuple[str, str, dict[str, Any]]]:
    """Return every PUT and PATCH that has a body: path, method, description, by its name."""
    return {
        operation["operationId"]: (path, method, operation)
        for path, methods in program.description["paths"].items()
        for method, operation in methods.items()
        if method in {"put", "patch"} and "requestBody" in operation
    }


async def test_every_edit_takes_if_match(program: Program):
    """It is declared, with 412; an edit that is tested nowhere fails here."""
    known = edits(program)
    silent = {
        name
        for name, (_, _, operation) in known.items()
        if "412" not in operation["responses"]
        or "If-Match" not in {each["name"] for each in operation.get("parameters", ())}
    }

    assert KEPT_ELSEWHERE == silent
    assert set(known) - KEPT_ELSEWHERE == set(EDITS) | set(ELSEWHERE)


async def test_no_edit_undoes_another(program: Program):
    """The first edit of what was read is taken, the second is told to read again."""
    her, ids = await hers(program)
    for name, (read, first, second) in EDITS.items():
        path, method, operation = edits(program)[name]
        who = her.desk if {"operator_key": []} in operation["security"] else her.driver
        where = f"/api/v1{read}".format(**ids)
        edit = Edit(program, method, path.format(**ids), who)
        before = (await program.http.get(where, headers=who)).headers["etag"]
        stale = await edit.made(first, '"0"')
        done = await edit.made(first, before)
        again = await edit.made(second, before)
        last = await edit.made(second, done.headers["etag"])
        after = (await program.http.get(where, headers=who)).headers["etag"]

        refused = [(each.status_code, each.json()["code"]) for each in (stale, again)]
        assert [(412, "version_changed")] * 2 == refused, name
        assert done.is_success, name
        assert last.is_success, name
        assert 3 == len({before, done.headers["etag"], after}), name


@pytest.mark.parametrize(
    ("what", "other"), [("cards", "vehicle_id"), ("vehicles", "card_id"), ("means", "card_id")]
)
async def test_one_thing_is_read_where_it_belongs(program: Program, what: str, other: str):
    """A car is no card, and the other way round."""
    her, ids = await hers(program)

    assert 404 == (await program.get(f"/me/{what}/{ids[other]}", **her.driver)).status_code
