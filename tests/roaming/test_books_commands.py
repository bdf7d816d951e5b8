"""`directpay ocpi` about money: what is owed, billed, checked and paid."""

from collections.abc import Iterator
from datetime import UTC, datetime
from uuid import UUID

import psycopg
import pytest

from app.cli import main
from app.demo import FOLDER
from app.infra.migrations.migrate import migrate
from app.settings import new_key
from tests.servers import PostgresForTests

SESSION = UUID("019c0000-0000-7000-8000-00000000000a")


@pytest.fixture
def sql(
    postgres: PostgresForTests, monkeypatch: pytest.MonkeyPatch
) -> Iterator[psycopg.Connection]:
    """A database with the demo operator, and a platform that was invited."""
    name = f"ocpi_books_{postgres.worker}"
    postgres.recreate(name)
    url = postgres.url_of(name)
    migrate(url)
    monkeypatch.setenv("DATABASE_URL", url)
    monkeypatch.setenv("DIRECTPAY_KEYS", new_key())
    assert 0 == main(["import", str(FOLDER / "operator.yaml")])
    assert 0 == main(["ocpi", "pair", "becharged", "--operator", "voltstraat"])
    with psycopg.connect(postgres.as_admin(url), autocommit=True) as connection:
        yield connection


def owes(sql: psycopg.Connection, side: str, cdr_id: str, net: int, doubt: str | None) -> None:
    """A CDR is told, of 21 % VAT."""
    at = datetime(2026, 3, 2, tzinfo=UTC)
    values = (side, cdr_id, cdr_id, SESSION, net, net * 21 // 100, at, at, doubt)
    sql.execute(
        "INSERT INTO ocpi_debt (operator_id, platform_id, side, country_code, party_id, cdr_key,"
        " cdr_id, session_id, currency, net_minor, vat_minor, fee_minor, country, energy_kwh,"
        " ended_at, told_at, doubt) SELECT operator_id, platform_id, %s, 'BE', 'BEC', %s, %s, %s,"
        " 'EUR', %s, %s, 0, 'BE', 1, %s, %s, %s FROM ocpi_platform",
        values,
    )


def told(capsys: pytest.CaptureFixture[str], *words: str) -> list[str]:
    """What a command prints."""
    capsys.readouterr()
    assert 0 == main(["ocpi", *words, "--operator", "voltstraat"])
    return capsys.readouterr().out.splitlines()


def test_nobody_owes_anything(sql: psycopg.Connection, capsys: pytest.CaptureFixture[str]):
    """Without CDRs there are no debts and no invoices, and nothing to bill."""
    assert ["Nobody owes anything."] == told(capsys, "debts")
    assert ["There are no invoices."] == told(capsys, "invoices", "becharged")
    assert 1 == main(["ocpi", "bill", "becharged", "R-1", "--operator", "voltstraat"])
    assert "nothing" in capsys.readouterr().err


def test_from_the_debt_to_the_payment(sql: psycopg.Connection, capsys: pytest.CaptureFixture[str]):
    """Both sides are told apart; an invoice is made, checked and paid."""
    owes(sql, "ours", "c1", 1000, None)
    owes(sql, "ours", "c2", 500, None)
    owes(sql, "theirs", "x1", 200, "no_session")
    debts = told(capsys, "debts")
    (made,) = told(capsys, "bill", "becharged", "R-1", "--until", "2026-03-03")
    checked = told(capsys, "invoice", "becharged", "R-1", "--total", "18.00eur")
    (paid,) = told(capsys, "paid", "becharged", "R-1", "18.15EUR")

    assert [
        "becharged  owes us  18.15 EUR  2 CDRs",
        "becharged  not owed: no_session  2.42 EUR  1 CDRs",
    ] == debts
    assert "R-1  ours  2 CDRs  18.15 EUR" == made
    assert "  other_total  R-1: 18.00 EUR is stated, the CDRs come to 18.15 EUR" == checked[1]
    assert paid.startswith("R-1  ours  2 CDRs  18.15 EUR  paid 2")
    assert [paid] == told(capsys, "invoices", "becharged")


@pytest.mark.parametrize(
    "words",
    [
        ("paid", "becharged", "R-1", "12.345EUR"),
        ("paid", "becharged", "R-1", "twelve"),
        ("bill", "becharged", "R-1", "--until", "soon"),
        ("credit", str(SESSION), "--reason", "x", "--kwh", "-1"),
        ("credit", "none", "--reason", "x"),
    ],
)
def test_what_cannot_be_read_is_said(words: tuple[str, ...], capsys: pytest.CaptureFixture[str]):
    """An amount, a day, an energy or a session that is none ends with a sentence."""
    with pytest.raises(SystemExit) as ended:
        main(["ocpi", *words, "--operator", "voltstraat"])

    assert 2 == ended.value.code
    assert "error" in capsys.readouterr().err


def test_a_session_without_a_cdr_is_not_taken_back(
    sql: psycopg.Connection, capsys: pytest.CaptureFixture[str]
):
    """The command says so, and an invoice that nobody knows is none."""
    words = ["ocpi", "credit", str(SESSION), "--reason", "broken", "--operator", "voltstraat"]
    assert 1 == main(words)
    assert "no CDR of this session was sent" in capsys.readouterr().err
    assert 1 == main(["ocpi", "invoice", "becharged", "R-9", "--operator", "voltstraat"])
    assert "R-9" in capsys.readouterr().err


def test_terminals_of_a_provider(sql: psycopg.Connection, capsys: pytest.CaptureFixture[str]):
    """What was told of is listed with what it took; one that is not connected is not asked."""
    assert ["There are no terminals."] == told(capsys, "terminals", "becharged")
    bodies = {
        "terminals": '{"terminal_id": "T1", "location_ids": ["KADE"], "invoice_creator": "CPO"}',
        "financial-advice-confirmations": '{"id": "F1", "authorization_reference": "ref",'
        ' "total_costs": {"excl_vat": 2, "incl_vat": 2.42}, "currency": "EUR",'
        ' "eft_data": ["x"], "capture_status_code": "SUCCESS",'
        ' "last_updated": "2026-03-02T10:00:00Z"}',
    }
    for module, body in bodies.items():
        sql.execute(
            "INSERT INTO ocpi_object (operator_id, platform_id, module, country_code, party_id,"
            " object_key, body, last_updated, received_at) SELECT operator_id, platform_id, %s,"
            " '', '', 'x', %s, now(), now() FROM ocpi_platform",
            (module, body),
        )

    assert [
        "T1  at KADE  invoices by CPO",
        "ref  SUCCESS  2.42 EUR  no session has the reference ref",
    ] == told(capsys, "terminals", "becharged")
    for words in (["activate"], ["assign"], ["deactivate"]):
        assert 1 == main(["ocpi", *words, "becharged", "T1", "--operator", "voltstraat"])
        assert "becharged is not connected" in capsys.readouterr().err
