"""For whom a passkey is good: the name that the driver sees, where it is one of the operator's."""

from dataclasses import replace

import pytest

from app.people.identity.passkeys.errors import PasskeysNotHere
from app.people.identity.passkeys.party import relying_party
from tests.scenarios.world import operator_of_the_world

OWN = replace(operator_of_the_world(), public_url="https://laden.example")


@pytest.mark.parametrize(
    ("host", "base_url", "name", "origin"),
    [
        ("pay.example", "https://pay.example", "pay.example", "https://pay.example"),
        ("laden.example", "https://pay.example", "laden.example", "https://laden.example"),
        ("pay.example:8443", "https://pay.example:8443", "pay.example", "https://pay.example:8443"),
        ("localhost:8000", "http://127.0.0.1:8000", "localhost", "http://localhost:8000"),
        ("localhost", "http://[::1]", "localhost", "http://localhost"),
    ],
)
def test_names_of_ours(host: str, base_url: str, name: str, origin: str):
    """The installation's own, the operator's own, and this machine's where it is tried out."""
    party = relying_party(host, OWN, base_url)

    assert (name, (origin,)) == (party.rp_id, party.origins)
    assert OWN.brand.name == party.name


@pytest.mark.parametrize(
    ("host", "base_url"),
    [
        ("evil.example", "https://pay.example"),
        ("pay.example.evil.example", "https://pay.example"),
        ("pay.example:8443", "https://pay.example"),
        ("127.0.0.1:8000", "http://127.0.0.1:8000"),
        ("[::1]", "http://[::1]"),
        ("localhost", "https://pay.example"),
        ("", "https://pay.example"),
    ],
)
def test_what_is_no_name_of_ours(host: str, base_url: str):
    """Nobody's name, another port, a number, nothing."""
    with pytest.raises(PasskeysNotHere):
        relying_party(host, OWN, base_url)
