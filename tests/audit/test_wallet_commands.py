"""`directpay wallet`, on a database of its own."""

import pytest

from app.cli import main
from tests.audit.test_commands import url

__all__ = ["url"]
ANNA = ["anna@example.com", "--operator", "voltstraat"]


def told(capsys: pytest.CaptureFixture[str]) -> list[str]:
    """Return what was printed since the last look."""
    return capsys.readouterr().out.splitlines()


def test_credit_is_given_seen_and_frozen(url: str, capsys: pytest.CaptureFixture[str]):
    """Given twice with the same words it is one gift; frozen, it says why."""
    assert url
    told(capsys)
    give = ["wallet", "grant", "--amount", "20.00 EUR", "--until", "2999-01-31", *ANNA]
    assert [0, 0] == [main(give), main(give)]
    assert 2 * ["20.00 EUR given, 20.00 EUR left, good until the end of 2999-01-31 (UTC)"] == told(
        capsys
    )
    main(["wallet", "freeze", "--reason", "a stolen card", *ANNA])
    assert ["20.00 EUR are frozen: a stolen card"] == told(capsys)
    main(["wallet", "show", *ANNA])
    shown = told(capsys)
    assert "20.00 EUR (test), frozen: a stolen card" == shown[0]
    assert shown[1].startswith("  granted      20.00 EUR of 20.00 EUR, until 2999-02-01 00:00")
    main(["wallet", "unfreeze", *ANNA])
    assert ["20.00 EUR can be used"] == told(capsys)
    main(["wallet", "volume", "--operator", "voltstraat"])
    assert ["nothing was paid with live credit within a year"] == told(capsys)


@pytest.mark.parametrize(
    ("command", "sentence"),
    [
        (["show", "nobody@example.com"], "the operator knows no driver by this"),
        (["grant", "x", "--amount", "1.00 EUR", "--until", "2999-01-01"], "write one address"),
        (
            ["grant", "a@b.example", "--amount", "1.00 EUR", "--until", "2000-01-01"],
            "credit is given until an instant to come",
        ),
    ],
)
def test_what_cannot_be_is_a_sentence(
    url: str,
    command: list[str],
    sentence: str,
    capsys: pytest.CaptureFixture[str],
):
    """Nothing is done, and the reason is told."""
    assert url
    status = main(["wallet", *command, "--operator", "voltstraat"])

    assert status != 0
    assert sentence in capsys.readouterr().err
