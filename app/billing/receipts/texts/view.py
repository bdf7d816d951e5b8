"""A receipt in the words and figures of its language: one view for page, mail and PDF."""

from dataclasses import dataclass

from app.billing.receipts.model import (
    Address,
    DocumentKind,
    MeterProof,
    Receipt,
    ReceiptDocument,
    Voucher,
)
from app.billing.receipts.rules import total
from app.billing.receipts.texts.lines import line_heads, line_rows
from app.billing.receipts.texts.payment import paid_back_rows, payment_rows
from app.billing.receipts.texts.words import NUMBERS, PROOFS, REMARKS, TITLES, Row
from app.infra.i18n import (
    country_name,
    format_duration,
    format_energy,
    format_local_date,
    format_local_datetime,
    format_money,
    format_percent,
    gettext,
    pgettext,
    said,
    speaking,
)


@dataclass(frozen=True, slots=True)
class ReceiptView:
    """
    All that is shown of a receipt, ready to print: texts only, in reading order.

    Tables are rows of cells below a row of heads. *headline* is the amount, *colour* `#rrggbb`.
    """

    language: str
    kind: str
    title: str
    number: str
    headline: str
    summary: str
    facts: tuple[Row, ...]
    brand: str
    colour: str
    seller_title: str
    seller: tuple[str, ...]
    buyer_title: str
    buyer: tuple[str, ...]
    session_title: str
    session: tuple[Row, ...]
    price_title: str
    line_heads: tuple[str, ...]
    lines: tuple[tuple[str, ...], ...]
    tax_heads: tuple[str, ...]
    taxes: tuple[tuple[str, ...], ...]
    total: Row
    price_note: str
    payment_title: str
    payment: tuple[Row, ...]
    remarks_title: str
    remarks: tuple[str, ...]
    note: str
    support: str
    page_of: str
    header: str
    logo_place: str


def receipt_view(receipt: Receipt) -> ReceiptView:
    """Return *receipt* as its reader sees it, in the language of issue."""
    with speaking(receipt.document.language):
        return _view(receipt)


def _view(receipt: Receipt) -> ReceiptView:
    document = receipt.document
    is_credit = receipt.kind is DocumentKind.CREDIT_NOTE
    gross = total(tax.gross for tax in document.taxes)
    return ReceiptView(
        language=document.language,
        kind=receipt.kind,
        title=said(TITLES[receipt.kind]),
        number=receipt.number,
        headline=format_money(gross),
        summary=_summary(document),
        facts=_facts(receipt),
        brand=document.look.brand,
        colour=document.look.colour,
        seller_title=gettext("Seller"),
        seller=_seller(document),
        buyer_title=gettext("Invoice to"),
        buyer=_buyer(document),
        session_title=gettext("Charging session"),
        session=_session(document),
        price_title=pgettext("document", "Price"),
        line_heads=line_heads(receipt.kind),
        lines=line_rows(receipt),
        tax_heads=_tax_heads(),
        taxes=_taxes(document),
        total=Row(gettext("Total incl. VAT"), format_money(gross)),
        price_note=_price_note(receipt.kind),
        payment_title=pgettext("document", "Payment"),
        payment=paid_back_rows(document) if is_credit else payment_rows(document),
        remarks_title=gettext("About this session"),
        remarks=_remarks(document),
        note=document.look.note,
        support=_support(document),
        page_of=gettext("Page %(page)s of %(pages)s"),
        header=document.look.header,
        logo_place=document.look.logo_place,
    )


def _summary(document: ReceiptDocument) -> str:
    return gettext("%(energy)s charged at %(place)s") % {
        "energy": format_energy(document.supply.energy_kwh),
        "place": document.place.name,
    }


def _facts(receipt: Receipt) -> tuple[Row, ...]:
    document = receipt.document
    zone = document.place.time_zone
    rows = [
        Row(said(NUMBERS[receipt.kind]), receipt.number),
        Row(gettext("Date of issue"), format_local_date(receipt.issued_at, zone)),
        Row(gettext("Date of supply"), format_local_date(document.supply.ended_at, zone)),
    ]
    if document.replaces is not None and document.replaces_issued_at is not None:
        replaced = gettext("receipt %(number)s of %(date)s") % {
            "number": document.replaces,
            "date": format_local_date(document.replaces_issued_at, zone),
        }
        rows.append(Row(gettext("Replaces"), replaced))
    if document.corrects is not None and document.corrects_issued_at is not None:
        corrected = gettext("%(number)s of %(date)s") % {
            "number": document.corrects,
            "date": format_local_date(document.corrects_issued_at, zone),
        }
        rows.append(Row(gettext("Corrects"), corrected))
    return tuple(rows)


def _address(address: Address, language: str) -> tuple[str, ...]:
    town = f"{address.postal_code} {address.city}"
    return (address.street, town, country_name(address.country, language))


def _seller(document: ReceiptDocument) -> tuple[str, ...]:
    seller = document.seller
    number = gettext("VAT number: %(number)s") % {"number": seller.vat_number}
    return (seller.legal_name, *_address(seller.address, document.language), number)


def _buyer(document: ReceiptDocument) -> tuple[str, ...]:
    buyer = document.buyer
    if buyer is None:
        return ()
    known_by = (buyer.name, *_address(buyer.address, document.language))
    if buyer.vat_number is None:
        return known_by
    return (*known_by, gettext("VAT number: %(number)s") % {"number": buyer.vat_number})


def _session(document: ReceiptDocument) -> tuple[Row, ...]:
    place, supply = document.place, document.supply
    address = ", ".join(_address(place.address, document.language))
    seconds = int((supply.ended_at - supply.started_at).total_seconds())
    rows = [
        Row(pgettext("document", "Place"), f"{place.name}, {address}"),
        Row(gettext("Charge point (EVSE)"), place.evse_id),
        Row(
            pgettext("document", "Start"), format_local_datetime(supply.started_at, place.time_zone)
        ),
        Row(pgettext("document", "End"), format_local_datetime(supply.ended_at, place.time_zone)),
        Row(gettext("Duration"), format_duration(seconds)),
        Row(pgettext("document", "Energy"), format_energy(supply.energy_kwh)),
    ]
    if supply.start_register_kwh is not None and supply.end_register_kwh is not None:
        registers = gettext("%(start)s at the start, %(end)s at the end") % {
            "start": format_energy(supply.start_register_kwh),
            "end": format_energy(supply.end_register_kwh),
        }
        rows.append(Row(gettext("Meter reading"), registers))
    if supply.proof is not None:
        rows.append(Row(gettext("Signed meter values"), _proof(supply.proof)))
    if supply.tariff is not None:
        name = gettext("%(tariff)s, version %(version)s") % {
            "tariff": supply.tariff.tariff_id,
            "version": supply.tariff.version,
        }
        rows.append(Row(gettext("Tariff"), name))
    return tuple(rows)


def _proof(proof: MeterProof) -> str:
    verdict = said(PROOFS[proof.verdict])
    if not proof.meter_serial:
        return verdict
    return gettext("%(verdict)s (meter %(serial)s)") % {
        "verdict": verdict,
        "serial": proof.meter_serial,
    }


def _tax_heads() -> tuple[str, ...]:
    return (
        gettext("VAT rate"),
        pgettext("document", "Net"),
        gettext("VAT"),
        pgettext("document", "Gross"),
    )


def _taxes(document: ReceiptDocument) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (
            format_percent(tax.rate),
            format_money(tax.net),
            format_money(tax.vat),
            format_money(tax.gross),
        )
        for tax in document.taxes
    )


def _price_note(kind: DocumentKind) -> str:
    if kind is DocumentKind.INVOICE:
        return gettext("Unit prices and amounts of the lines are without VAT.")
    return gettext("All prices include VAT.")


def _remarks(document: ReceiptDocument) -> tuple[str, ...]:
    vouchers = (_voucher(each) for each in document.vouchers)
    said_of_it = (said(REMARKS[remark]) for remark in document.remarks)
    return (*vouchers, *said_of_it, *_how_to_check(document))


def _how_to_check(document: ReceiptDocument) -> tuple[str, ...]:
    if document.supply.proof is None:
        return ()
    return (
        gettext(
            "The page of your session has the signed meter values as a file. "
            "With the S.A.F.E. transparency software anybody can check them."
        ),
    )


def _voucher(voucher: Voucher) -> str:
    names = {"gift": voucher.what, "code": voucher.code, "partner": voucher.partner}
    if voucher.partner:
        return gettext("For you, from %(partner)s: %(gift)s. Voucher code: %(code)s") % names
    return gettext("For you: %(gift)s. Voucher code: %(code)s") % names


def _support(document: ReceiptDocument) -> str:
    look = document.look
    sentence = gettext("Questions? Call %(phone)s or write to %(email)s.") % {
        "phone": look.support_phone,
        "email": look.support_email,
    }
    return f"{sentence} {look.support_hours}".strip()
