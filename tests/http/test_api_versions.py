"""Edits are held against what was read, and undo nobody else's."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.api.contract.versions import VersionChanged, VersionNeeded, require_match, tag_of
from app.people.identity.keys.model import Scope
from tests.http.program import Program
from tests.http.test_api_tokens import key

ANNA = "anna@example.com"


class Thing(msgspec.Struct):
    """Something that is edited."""

    name: str
    size: int


async def groups(program: Program, who: dict[str, str], *named: str, **headers: str):
    """Put Anna into groups."""
    order = {"email": ANNA, "groups": list(named)}
    return await program.put("/operator/drivers/groups", order, **who, **headers)


async def test_who_read_before_somebody_else_wrote_is_refused(program: Program):
    """The first edit wins; the second has to read again, and then is taken."""
    who = await key(program, Scope.DRIVERS_WRITE, Scope.DRIVERS_READ)
    await groups(program, who, "fleet:ACME")
    read = await program.post("/operator/drivers/search", {"email": ANNA}, **who)
    etag = read.headers["etag"]
    first = await groups(program, who, "fleet:ACME", "private", If_Match=etag)
    second = await groups(program, who, If_Match=etag)
    again = await program.post("/operator/drivers/search", {"email": ANNA}, **who)
    third = await groups(program, who, If_Match=again.headers["etag"])

    assert [200, 412, 200] == [first.status_code, second.status_code, third.status_code]
    assert "version_changed" == second.json()["code"]
    assert ["fleet:ACME", "private"] == again.json()["groups"]
    assert first.headers["etag"] == again.headers["etag"]
    assert [] == third.json()["groups"]


async def test_what_is_not_there_has_no_version(program: Program):
    """An edit that means something that is there does not make it."""
    who = await key(program, Scope.DRIVERS_WRITE, Scope.DRIVERS_READ)
    refused = await groups(program, who, "private", If_Match="*")
    found = await program.post("/operator/drivers/search", {"email": ANNA}, **who)

    assert (412, 404) == (refused.status_code, found.status_code)


async def test_an_edit_without_a_version_is_taken(program: Program):
    """Where it is not needed, as before there were versions."""
    who = await key(program, Scope.DRIVERS_WRITE)

    assert 200 == (await groups(program, who, "private")).status_code


@given(st.text(), st.integers(), st.integers())
def test_a_tag_names_one_content(name: str, size: int, other: int):
    """Equal things have equal tags, others not; a list of tags matches by any of them."""
    thing = Thing(name, size)
    require_match(f'"x", {tag_of(Thing(name, size))}', thing, needed=True)

    assert (size == other) is (tag_of(thing) == tag_of(Thing(name, other)))
    with pytest.raises(VersionChanged):
        require_match(tag_of(Thing(name, size + 1)), thing)
    with pytest.raises(VersionChanged):
        require_match("W/" + tag_of(thing), thing)
    with pytest.raises(VersionNeeded):
        require_match(None, thing, needed=True)
