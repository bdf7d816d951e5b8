"""The settlement detail report: read line by line, or not at all."""

from datetime import UTC, datetime

import pytest

from app.funds.payments.providers.settlements import Movement
from app.gateways.adyen.report import NotAReport, read_report
from app.gateways.adyen.settlements import report_address
from app.kernel.money import Money
from tests.gateways.adyen_notices import PAYMENT, item, notice

HEAD = (
    "Company Account,Merchant Account,Psp Reference,Merchant Reference,Payment Method,"
    "Creation Date,TimeZone,Type,Modification Reference,Gross Currency,Gross Debit (GC),"
    "Gross Credit (GC),Exchange Rate,Net Currency,Net Debit (NC),Net Credit (NC),"
    "Commission (NC),Markup (NC),Scheme Fees (NC),Interchange (NC),Payment Method Variant,"
    "Modification Merchant Reference,Batch Number\n"
)
SETTLED = (
    f"Volt,VoltNL,{PAYMENT},DP7Q2M9K,visa,2026-11-20 12:30:00,CET,Settled,CAPT000000000001,"
    "EUR,,12.34,1,EUR,,11.94,,0.10,0.10,0.20,visadebit,,4\n"
)
REFUNDED = (
    f"Volt,VoltNL,{PAYMENT},DP7Q2M9K,visa,2026-11-21 12:30:00,CET,Refunded,REFD000000000001,"
    "EUR,2.00,,1,EUR,2.10,,0.10,,,,visadebit,,4\n"
)
FEE = "Volt,VoltNL,,,,2026-11-21 12:30:00,CET,Fee,Transaction Fees,,,,,EUR,0.50,,,,,,,,4\n"
PAYOUT = "Volt,VoltNL,,,,2026-11-21 23:00:00,CET,MerchantPayout,TX1,,,,,EUR,9.34,,,,,,,,4\n"
OTHER = SETTLED.replace("VoltNL", "VoltBE")


def test_a_report_is_read_line_by_line():
    """Gross is net and fees together, signed by who gets it; instants are UTC."""
    (settlement,) = read_report(HEAD + SETTLED + REFUNDED + FEE + PAYOUT, "VoltNL")
    settled, refunded, fee, payout = settlement.lines

    assert "VoltNL:4" == settlement.settlement_ref
    # 12.34 gross - 0.10 - 0.10 - 0.20 = 11.94
    assert (1234, 40, 1194) == (settled.gross.minor, settled.fee.minor, settled.net.minor)
    assert datetime(2026, 11, 20, 11, 30, tzinfo=UTC) == settled.at
    assert (PAYMENT, "CAPT000000000001", "DP7Q2M9K") == (
        settled.provider_ref,
        settled.part_ref,
        settled.reference,
    )
    assert (-200, 10, -210) == (refunded.gross.minor, refunded.fee.minor, refunded.net.minor)
    assert [Movement.PAYMENT, Movement.REFUND, Movement.FEE, Movement.PAYOUT] == [
        line.movement for line in settlement.lines
    ]
    assert (-50, -934) == (fee.net.minor, payout.net.minor)
    # 11.94 - 2.10 - 0.50 - 9.34 = 0.00
    assert Money(0, "EUR") == settlement.balance


def test_a_report_read_twice_has_the_same_keys():
    """A line is known again, so that importing a file twice books nothing twice."""
    text = HEAD + SETTLED + REFUNDED + FEE + PAYOUT
    keys = [line.key for line in read_report(text, "VoltNL")[0].lines]

    assert keys == [line.key for line in read_report(text, "VoltNL")[0].lines]
    assert len(keys) == len(set(keys))


def test_other_merchants_and_batches_are_told_apart():
    """A company's report holds many accounts; each payout is a settlement of its own."""
    later = SETTLED.replace(",4\n", ",5\n")
    found = read_report("\ufeff" + HEAD + SETTLED + OTHER + later, "VoltNL")

    assert ["VoltNL:4", "VoltNL:5"] == [settlement.settlement_ref for settlement in found]
    assert [1, 1] == [len(settlement.lines) for settlement in found]


def test_an_unknown_kind_of_line_is_kept():
    """What nobody foresaw goes to suspense with its own word, and is not dropped."""
    text = HEAD + SETTLED.replace(",Settled,", ",MoonDeduction,")
    (line,) = read_report(text, "VoltNL")[0].lines

    assert (Movement.OTHER, "MoonDeduction") == (line.movement, line.said)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "no column"),
        ("<html>log in</html>", "no column"),
        (HEAD + SETTLED.replace("11.94", "11.95"), "line 2: the net"),
        (HEAD + SETTLED.replace("11.94", "many"), "line 2"),
        (HEAD + SETTLED.replace("11.94", "11.945"), "line 2"),
        (HEAD + SETTLED.replace("2026-11-20 12:30:00", "yesterday"), "line 2"),
        (HEAD + SETTLED.replace("CET", "Moon/Base"), "line 2"),
        (HEAD + SETTLED.replace("11.94", "NaN"), "line 2"),
    ],
)
def test_half_a_report_is_none(text: str, complaint: str):
    """One line that can't be read spoils the whole: it would be matched wrongly."""
    with pytest.raises(NotAReport, match=complaint):
        read_report(text, "VoltNL")


@pytest.mark.parametrize(
    ("code", "reason", "address"),
    [
        ("REPORT_AVAILABLE", "https://x/settlement_detail_report_batch_4.csv", True),
        ("REPORT_AVAILABLE", "https://x/payments_accounting_report.csv", False),
        ("REPORT_AVAILABLE", "", False),
        ("CAPTURE", "https://x/settlement_detail_report_batch_4.csv", False),
    ],
)
def test_only_a_settlement_report_is_fetched(code: str, reason: str, *, address: bool):
    """Adyen announces other reports the same way."""
    announced = notice(item(code, "REPO000000000001", reason=reason))

    assert (reason if address else None) == report_address(announced)
