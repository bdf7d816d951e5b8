"""The commands that look into the books, on a database of their own."""

from pathlib import Path

import psycopg
import pytest

from app.cli import main
from app.demo import FOLDER
from app.infra.migrations.migrate import migrate
from app.settings import new_key
from tests.gateways.test_adyen_report import HEAD
from tests.servers import PostgresForTests


@pytest.fixture
def url(postgres: PostgresForTests, monkeypatch: pytest.MonkeyPatch) -> str:
    """The address of a database with the demo operator, which the commands find by themselves."""
    name = f"commands_{postgres.worker}"
    postgres.recreate(name)
    url = postgres.url_of(name)
    migrate(url)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DIRECTPAY_KEYS", new_key())
    assert 0 == main(["import", str(FOLDER / "operator.yaml")])
    return url


def test_the_check_tells_of_each_invariant(
    url: str, postgres: PostgresForTests, capsys: pytest.CaptureFixture[str]
):
    """Twenty lines that hold and status 0; a breach with its row and status 1."""
    status = main(["ledger", "check"])
    held = capsys.readouterr().out.splitlines()[-20:]
    with psycopg.connect(postgres.as_admin(url)) as sql:
        sql.execute("ALTER TABLE receipt DISABLE TRIGGER final")
    with pytest.raises(SystemExit) as ended:
        main(["ledger", "check"])
    broken = capsys.readouterr().out.splitlines()[-2:]

    assert 0 == status
    assert all(line.endswith(": holds") for line in held)
    assert 1 == ended.value.code
    assert broken[0].startswith("20. ")
    assert broken[0].endswith("BROKEN 1 times")
    assert "table receipt: its rows can be changed" in broken[1]


@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["ledger", "statement", "voltstraat", "revenue"], "nothing was ever posted to it"),
        (["ledger", "statement", "voltstraat", "pocket"], "'pocket' is no kind of account"),
        (["ledger", "statement", "nobody", "revenue"], "no operator has this name"),
        (
            ["ledger", "write-off", "V-1", "--reason", "lost", "--by", "a", "--operator"],
            "no document has this number",
        ),
        (
            ["refund", "ask", "V-1", "--reason", "r", "--by", "a", "--operator"],
            "no document has this number",
        ),
    ],
)
def test_what_is_not_there_gets_a_sentence(
    url: str, capsys: pytest.CaptureFixture[str], command: list[str], told: str
):
    """Status 1, and one sentence that says what is missing."""
    whole = [*command, "voltstraat"] if command[-1] == "--operator" else command
    status = main(whole)

    assert 1 == status
    assert told in capsys.readouterr().err


def test_refunds_are_listed(url: str, capsys: pytest.CaptureFixture[str]):
    """None yet."""
    capsys.readouterr()
    status = main(["refund", "list", "--operator", "voltstraat"])

    assert (0, "") == (status, capsys.readouterr().out)


def test_a_report_is_read(url: str, capsys: pytest.CaptureFixture[str], tmp_path: Path):
    """An empty report has no new lines; what is no report is told."""
    report, other = tmp_path / "report.csv", tmp_path / "other.csv"
    report.write_text(HEAD)
    other.write_text("a,b\n1,2\n")
    read = main(["settlements", "import", str(report), "--operator", "voltstraat"])
    told = capsys.readouterr().out.splitlines()[-1]
    refused = main(["settlements", "import", str(other), "--operator", "voltstraat"])

    assert (0, "0 lines are new, 0 of them are in suspense.") == (read, told)
    assert 1 == refused
    assert "this is no settlement detail report" in capsys.readouterr().err
