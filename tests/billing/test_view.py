"""What the page, the mail and the PDF say of a receipt."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from app.billing.receipts.model import (
    DocumentKind,
    LineKind,
    PriceLine,
    Receipt,
    ReceiptDocument,
    Remark,
    Unit,
)
from app.billing.receipts.texts.view import receipt_view
from app.billing.receipts.texts.words import LINES, REMARKS
from app.infra.i18n import LANGUAGES
from app.kernel.money import TaxedAmount
from tests.billing.drafts import VAT, energy_line, eur, receipt

SPACE = "\N{NO-BREAK SPACE}"


def with_document(made: Receipt, **changes: object) -> Receipt:
    """Return *made* with *changes* of its document."""
    document: ReceiptDocument = replace(made.document, **changes)  # type: ignore[arg-type]
    return replace(made, document=document)


def values(rows: tuple[object, ...]) -> dict[str, str]:
    """Return rows as a mapping from label to value."""
    return {row.label: row.value.replace(SPACE, " ") for row in rows}  # type: ignore[attr-defined]


def test_lines_show_quantity_price_and_amount():
    """kWh, minutes and a start fee, each as it is counted."""
    cells = [
        tuple(cell.replace(SPACE, " ") for cell in row) for row in receipt_view(receipt()).lines
    ]

    assert [
        ("Electricity", "12.345 kWh", "€0.4892 / kWh", "€6.04"),
        ("Blocking fee after charging", "10 min", "€0.083 / min", "€0.83"),
        ("Start fee", "1", "€0.35", "€0.35"),
    ] == cells


def test_invoice_shows_net_lines_that_add_up():
    """Art. 226(8) wants unit prices without VAT: 4.99 + 0.69 + 0.29 = 5.97 = 7.22 / 1.21."""
    view = receipt_view(receipt(kind=DocumentKind.INVOICE))

    assert ["€4.99", "€0.69", "€0.29"] == [row[3] for row in view.lines]
    assert (("21%", "€5.97", "€1.25", "€7.22"),) == view.taxes
    # 0.4892 / 1.21 = 0.40429...
    assert "€0.4043 / kWh" == view.lines[0][2].replace(SPACE, " ")


def test_times_are_those_of_the_place():
    """07:05 UTC is 08:05 in Utrecht in winter, and the zone is named."""
    session = values(receipt_view(receipt()).session)

    assert "2 Mar 2026, 08:05 CET" == session["Start"]
    assert "2 Mar 2026, 09:49 CET" == session["End"]
    assert "12.345 kWh" == session["Energy"]
    assert "10,450.120 kWh at the start, 10,462.465 kWh at the end" == session["Meter reading"]


def test_night_of_the_clock_change_is_told_apart():
    """On 25 October 2026 half past two comes twice; the zone's name tells which."""
    supply = replace(
        receipt().document.supply,
        started_at=datetime(2026, 10, 25, 0, 30, tzinfo=UTC),
        ended_at=datetime(2026, 10, 25, 1, 30, tzinfo=UTC),
    )
    session = values(receipt_view(with_document(receipt(), supply=supply)).session)

    assert "25 Oct 2026, 02:30 CEST" == session["Start"]
    assert "25 Oct 2026, 02:30 CET" == session["End"]
    assert "1 hr" == session["Duration"]


def test_no_register_no_meter_reading():
    """A charge point that sends no registers has none on its receipts."""
    supply = replace(receipt().document.supply, start_register_kwh=None)

    assert "Meter reading" not in values(
        receipt_view(with_document(receipt(), supply=supply)).session
    )


def test_hold_and_advance_payment_have_their_words():
    """A hold is released, an advance payment is paid back."""
    made = receipt()
    paid = replace(made.document.settlement, strategy="pay_first", method="ideal", instrument=None)
    held = values(receipt_view(made).payment)
    advance = values(receipt_view(with_document(made, settlement=paid)).payment)

    assert {
        "Paid with": "Visa •••• 4242",
        "Payment reference": "DP-7K2M9QX4",
        "Reserved": "€50.00",
        "Charged": "€7.22",
        "Released": "€42.78",
    } == held
    assert {
        "Paid with": "iDEAL",
        "Payment reference": "DP-7K2M9QX4",
        "Paid in advance": "€50.00",
        "Charged": "€7.22",
        "Paid back": "€42.78",
    } == advance


def test_lines_of_one_kind_tell_their_time():
    """Peak and off-peak stand apart by the time of day at the place."""
    start = datetime(2026, 3, 2, 7, 5, tzinfo=UTC)
    peak, off_peak = (
        replace(
            energy_line("5.000", "0.50", "2.50"),
            started_at=start + timedelta(hours=hours),
            ended_at=start + timedelta(hours=hours + 1),
        )
        for hours in (0, 1)
    )
    taxes = (TaxedAmount.from_gross(eur("5.00"), VAT),)
    view = receipt_view(with_document(receipt(), lines=(peak, off_peak), taxes=taxes))

    assert ["Electricity, 08:05–09:05", "Electricity, 09:05–10:05"] == [
        row[0] for row in view.lines
    ]


def test_several_rates_are_named_on_the_lines():
    """Where two VAT rates meet, each line says which is its own."""
    lines = (
        energy_line("10.000", "0.50", "5.00"),
        PriceLine(
            LineKind.IDLE, eur("1.00"), Decimal(9), Decimal("2.5"), Unit.HOUR, Decimal("0.4")
        ),
    )
    taxes = (
        TaxedAmount.from_gross(eur("5.00"), VAT),
        TaxedAmount.from_gross(eur("1.00"), Decimal(9)),
    )
    view = receipt_view(with_document(receipt(), lines=lines, taxes=taxes))

    assert ["Electricity (VAT 21%)", "Blocking fee after charging (VAT 9%)"] == [
        r[0] for r in view.lines
    ]
    assert "2.500 h" == view.lines[1][1].replace(SPACE, " ")
    assert ["€4.13", "€0.92"] == [row[1] for row in view.taxes]
    assert "€6.00" == view.total.value


def test_cap_has_only_an_amount():
    """A price cut at the hold is a line below zero, without quantity and unit price."""
    cap = PriceLine(LineKind.HOLD, eur("-1.22"), VAT)
    made = receipt()
    taxes = (TaxedAmount.from_gross(eur("6.00"), VAT),)
    view = receipt_view(with_document(made, lines=(*made.document.lines, cap), taxes=taxes))

    assert ("Capped at the amount of your payment", "", "", "-€1.22") == view.lines[-1]


def test_every_code_has_words():
    """No line and no remark is without words, in any language."""
    assert set(LineKind) == set(LINES)
    assert set(Remark) == set(REMARKS)
    english = receipt_view(with_document(receipt("en"), remarks=tuple(Remark))).remarks
    for language in LANGUAGES[1:]:
        said = receipt_view(with_document(receipt(language), remarks=tuple(Remark))).remarks
        assert not set(said) & set(english)


def test_it_says_until_when_the_bank_shows_what_went_back():
    """In working days, and not where nothing went back; old receipts never said it."""
    made = receipt()
    paid = replace(made.document.settlement, shown_within=2)
    nothing = replace(paid, held=paid.charged, returned=eur("0.00"))
    told = values(receipt_view(with_document(made, settlement=paid)).payment)
    silent = [
        values(receipt_view(each).payment)
        for each in (made, with_document(made, settlement=nothing))
    ]

    assert "within 2 working days" == told["Shown by your bank"]
    assert all("Shown by your bank" not in each for each in silent)
