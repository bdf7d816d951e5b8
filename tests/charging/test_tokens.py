"""Tokens: how they are spelled, what a reader is told, and how lists of them are read."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.charging.tokens.claim import CODE_LENGTH, CardKeys
from app.charging.tokens.errors import TokenInvalid
from app.charging.tokens.model import (
    Payer,
    Standing,
    Token,
    TokenType,
    Whitelist,
    backwards,
    normal,
    spellings,
)
from app.directpay.cards.files import read_tokens
from app.directpay.reader.model import can_be, info_of

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
CARD = Token(
    token_id=UUID(int=1),
    operator_id=UUID(int=2),
    uid="04A22B9C7D1E80",
    type=TokenType.RFID,
    contract_id="04A22B9C7D1E80",
    issuer="Voltstraat",
    valid=True,
    whitelist=Whitelist.ALLOWED,
    payer=Payer.WALLET,
    last_updated=NOW,
    driver_id=UUID(int=3),
)
hexadecimal = st.sampled_from([4, 7, 10]).flatmap(lambda n: st.binary(min_size=n, max_size=n))


@given(hexadecimal)
def test_a_card_has_two_spellings_whatever_the_order(uid: bytes):
    """Both orders of the bytes are found by either, and turning twice is not turning."""
    text = uid.hex()

    assert set(spellings(text)) == set(spellings(uid[::-1].hex()))
    assert normal(text) == backwards(backwards(normal(text)) or "")
    assert text.upper() == normal(uid.hex(":")) == normal(uid.hex("-")) == spellings(text)[0]


@given(st.text(min_size=1, max_size=36))
def test_normal_is_stable(uid: str):
    """What is normal stays as it is, unless a capital letter has no equal small one."""
    once = normal(uid)

    assert normal(once) == once or once != once.upper()


@pytest.mark.parametrize("uid", ["DE-ABC-C12345678-X", "VID:0123", "04A22B9C7D1E8", "user-1"])
def test_what_is_no_card_has_one_spelling(uid: str):
    """Only the bytes of a card can be told in another order."""
    assert (uid.upper(),) == spellings(uid)


@pytest.mark.parametrize(
    ("changed", "standing"),
    [
        ({}, Standing.ACCEPTED),
        ({"valid": False}, Standing.BLOCKED),
        ({"expires_at": NOW}, Standing.EXPIRED),
        ({"expires_at": NOW + timedelta(seconds=1)}, Standing.ACCEPTED),
        ({"valid": False, "expires_at": NOW}, Standing.BLOCKED),
        ({"driver_id": None}, Standing.INVALID),
        ({"driver_id": None, "payer": Payer.NOBODY}, Standing.ACCEPTED),
    ],
)
def test_a_token_stands_as_ocpp_says(changed: dict, standing: Standing):
    """Blocked goes before expired; a card that nobody claimed is invalid."""
    assert standing is replace(CARD, **changed).standing(NOW)


@pytest.mark.parametrize(
    ("whitelist", "standing", "until"),
    [
        (Whitelist.ALWAYS, Standing.ACCEPTED, None),
        (Whitelist.NEVER, Standing.ACCEPTED, NOW + timedelta(minutes=5)),
        (Whitelist.ALWAYS, Standing.NO_CREDIT, NOW),
    ],
)
def test_a_cache_believes_as_long_as_the_whitelist_says(
    whitelist: Whitelist, standing: Standing, until: datetime | None
):
    """NEVER is asked about each time, and missing credit may be there a minute later."""
    assert until == info_of(replace(CARD, whitelist=whitelist), standing, NOW).until


def test_what_is_typed_is_no_card():
    """A keypad, or a car, that tells the uid of a card starts nothing with it."""
    assert [True, True, False, False] == [
        can_be(CARD, kind) for kind in (None, "ISO14443", "KeyCode", "MacAddress")
    ]


def test_the_code_of_a_card_follows_from_its_id():
    """Spaces, dashes and small letters are the same; another card's or key's code is none."""
    keys, rotated = CardKeys((b"k" * 32,)), CardKeys((b"n" * 32, b"k" * 32))
    code = keys.code_of(CARD.token_id)

    assert CODE_LENGTH == len(code)
    assert rotated.is_code(CARD.token_id, f" {code[:4]}-{code[4:].lower()} ")
    assert not keys.is_code(UUID(int=9), code)
    assert not CardKeys((b"n" * 32,)).is_code(CARD.token_id, code)


@pytest.mark.parametrize("between", [",", ";"])
def test_a_list_may_be_csv(between: str):
    """Empty cells are as good as none; dates carry their zone."""
    lines = ["uid,visual_number,email,expires_at", "04a22b9c7d1e80,VS-1,,2027-01-01T00:00:00Z"]
    (wish,) = read_tokens("\n".join(lines).replace(",", between), "cards.csv")

    assert ("04a22b9c7d1e80", "VS-1", None) == (wish.uid, wish.visual_number, wish.email)
    assert datetime(2027, 1, 1, tzinfo=UTC) == wish.expires_at


def test_a_list_may_be_json():
    """The fields are those of the API."""
    (wish,) = read_tokens('[{"uid": "X", "payer": "nobody"}]', "cards.JSON")

    assert ("X", Payer.NOBODY) == (wish.uid, wish.payer)


@pytest.mark.parametrize(
    ("text", "name", "where"),
    [
        ("number\n1", "a.csv", "a.csv:1"),
        ("", "a.csv", "a.csv:1"),
        ("uid,payer\nX,me", "a.csv", "a.csv:2"),
        ("[{}]", "a.json", "a.json"),
        ("{", "a.json", "a.json"),
    ],
)
def test_a_list_that_cannot_be_read_says_where(text: str, name: str, where: str):
    """File and line are named."""
    with pytest.raises(TokenInvalid, match=where):
        read_tokens(text, name)
