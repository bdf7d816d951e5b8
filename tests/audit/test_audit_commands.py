"""`directpay audit`, on a database of its own."""

import psycopg
import pytest

from app.cli import main
from tests.audit.test_commands import url
from tests.audit.test_sticker_commands import told
from tests.servers import PostgresForTests

__all__ = ["url"]
WHO = ["--operator", "voltstraat"]


def test_what_is_done_at_the_shell_is_on_record(url: str, capsys: pytest.CaptureFixture[str]):
    """The import, a key, credit for somebody: who, what, on what, and of the person nothing."""
    assert url
    main(["api-key", "create", *WHO, "--name", "robot", "--scope", "prices:write"])
    main(["api-key", "list", *WHO])
    given = ["--amount", "5.00 EUR", "--until", "2099-01-31"]
    assert 0 == main(["wallet", "grant", "anna@example.com", *given, *WHO])
    told(capsys)
    main(["audit", "list", *WHO])
    lines = told(capsys)

    assert ["import", "api-key create", "wallet grant"] == [
        line.split("  ")[-1] for line in lines[::2]
    ]
    assert all("  shell " in line for line in lines[::2])
    assert '"name": "robot"' in lines[3]
    assert '"address": "(an address)"' in lines[5]
    assert "anna" not in "".join(lines)


def test_a_planted_change_is_named(
    url: str, postgres: PostgresForTests, capsys: pytest.CaptureFixture[str]
):
    """Status 0 and the head while all is well; status 1 and the row when it is not."""
    for name in ("one", "two"):
        main(["api-key", "create", *WHO, "--name", name, "--scope", "prices:read"])
    told(capsys)
    assert 0 == main(["audit", "verify"])
    (well,) = told(capsys)
    mark = well.split()[-1]
    assert 0 == main(["audit", "verify", *WHO, "--known", mark])
    told(capsys)
    with psycopg.connect(postgres.as_admin(url)) as sql:
        sql.execute("ALTER TABLE staff_record DISABLE TRIGGER final")
        sql.execute("UPDATE staff_record SET actor = 'shell nobody' WHERE number = 2")
    with pytest.raises(SystemExit) as ended:
        main(["audit", "verify"])

    assert well.startswith("voltstraat: 3 rows are what they were; the last: 3:")
    assert 1 == ended.value.code
    assert ["voltstraat: BROKEN at row 2: it was changed"] == told(capsys)


def test_a_mark_looks_as_it_was_printed(url: str, capsys: pytest.CaptureFixture[str]):
    """Anything else is told, with the status 2."""
    assert url
    with pytest.raises(SystemExit) as ended:
        main(["audit", "verify", *WHO, "--known", "3:abc"])

    assert 2 == ended.value.code
    assert "expected what `audit verify` printed" in capsys.readouterr().err
