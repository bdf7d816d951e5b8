"""`directpay hosts`, on a database of its own."""

import pytest

from app.cli import main
from tests.audit.test_commands import url
from tests.audit.test_sticker_commands import told

__all__ = ["url"]
WHO = ["--operator", "voltstraat"]
NAME = "charge.volt.example"


def test_hosts_from_name_to_nowhere(url: str, capsys: pytest.CaptureFixture[str]):
    """Named, vouched for, listed, chosen, taken away."""
    assert url
    told(capsys)
    main(["hosts", "list", *WHO])
    none = told(capsys)
    main(["hosts", "add", NAME, *WHO])
    named = told(capsys)
    main(["hosts", "add", NAME, "--vouch", *WHO])
    main(["hosts", "add", "other.volt.example", "--vouch", *WHO])
    main(["hosts", "main", "other.volt.example", *WHO])
    main(["hosts", "check", NAME, *WHO])
    told(capsys)
    main(["hosts", "list", *WHO])
    listed = told(capsys)
    for name in (NAME, "other.volt.example"):
        main(["hosts", "remove", name, *WHO])
    gone = told(capsys)

    assert ["The pages are at http://127.0.0.1:8000."] == none
    assert named[0].startswith(f"{NAME}  waits for a TXT record at _directpay.{NAME} that says op")
    assert [True, False] == [line.endswith("the main one") for line in listed]
    assert [f"{NAME} leads nowhere any more."] == gone[:1]


def test_what_cannot_be_is_told(url: str, capsys: pytest.CaptureFixture[str]):
    """In one line, with the status 1."""
    assert url
    status = main(["hosts", "add", "https://volt.example", *WHO])

    assert 1 == status
    assert "expected the name of a host" in capsys.readouterr().err
