"""Tokens in the operator file: cards that are kept, and what is wrong with them."""

from pathlib import Path

import pytest

from app.charging.tokens.model import Payer, Whitelist
from app.directpay.cards.keep import TokenWish
from app.office.import_operator import OperatorFile, OperatorFileInvalid
from app.office.import_operator.run import check
from app.office.import_operator.source import read_yaml

DEMO = Path(__file__).parents[2] / "app/sandbox/demo/operator.yaml"


def text_with(entry: str) -> str:
    """Return the demo operator's file with these tokens in it."""
    return f"{DEMO.read_text(encoding='utf-8')}\ntokens:\n{entry}"


def tokens(entry: str) -> tuple[TokenWish, ...]:
    """Return the tokens of that file."""
    text = text_with(entry)
    return check(OperatorFile("operator.yaml", text, DEMO.parent), read_yaml(text))[0].tokens


def test_tokens_are_taken_over():
    """What is not said is as `directpay tokens import` has it."""
    found = tokens(
        '  - {uid: "04A22B9C7D1E80", email: anna@example.com}\n'
        '  - {uid: "04B1C2D3E4F580", payer: nobody, whitelist: ALLOWED_OFFLINE}\n'
    )

    assert (
        TokenWish(uid="04A22B9C7D1E80", email="anna@example.com"),
        TokenWish(uid="04B1C2D3E4F580", payer=Payer.NOBODY, whitelist=Whitelist.ALLOWED_OFFLINE),
    ) == found


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("  - {uid: 4711}\n", "tokens[0].uid: expected text, got 4711"),
        ('  - {uid: "A", email: anna}\n', "tokens[0].email: 'anna' is not a mail address"),
        ('  - {uid: "A", payer: account}\n', "tokens[0].payer: accounts that pay later"),
        ('  - {uid: "A", whitelist: SOMETIMES}\n', "tokens[0].whitelist: expected one of"),
        ('  - {uid: "A", expires_at: "2026-01-01"}\n', "tokens[0].expires_at: expected an instant"),
        ('  - {uid: "VEHICLE:AABBCC"}\n', "cars are added by their drivers"),
        ('  - {uid: "A"}\n  - {uid: "a"}\n', "is named twice"),
        ('  - {uid: "A", payer: nobody, email: a@b.example}\n', "a service card is the operator's"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(entry: str, told: str):
    """Digits without quotes, no address, an account, no such word, a car, and one card twice."""
    with pytest.raises(OperatorFileInvalid, match=r"operator.yaml:\d+: tokens") as wrong:
        tokens(entry)

    assert told in wrong.value.detail
