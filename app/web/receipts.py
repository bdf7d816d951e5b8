"""The receipt from the session page: by mail, as PDF, as an invoice for a company."""

from collections.abc import Mapping

from litestar import Response, get, post
from litestar.di import NamedDependency
from litestar.params import FromPath

from app.billing.receipts.errors import (
    BuyerOwesVat,
    InvalidBuyer,
    InvalidMailAddress,
    InvoiceAlreadyMade,
    InvoiceTooLate,
    TooManyMails,
)
from app.billing.receipts.model import Address, Buyer
from app.directpay.desk import MAILS_PER_NETWORK
from app.directpay.errors import NotYours
from app.directpay.receipt import ask_invoice, ask_receipt, meter_file, receipt_pdf
from app.infra.i18n import gettext
from app.infra.limits import take
from app.infra.statuses import STATUS
from app.kernel.errors import Problem
from app.roaming.terminals.invoices import INVOICES_PER_NETWORK, invoice_page
from app.web.answers import private_file, see_other
from app.web.drawing.session_forms import Mistakes
from app.web.following import is_payer, require_control, session_answer
from app.web.pages import Pages
from app.web.request import AnyRequest, host_of

_INVOICE_FIELDS = ("company", "street", "postal_code", "city", "country", "vat_number")
_LONGEST = 254


@post("/s/{token:str}/receipt", include_in_schema=False)
async def receipt_form(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Send the receipt to an address, now or when there is one."""
    await require_control(request, token, pages)
    await take(pages.desk.limits, MAILS_PER_NETWORK, host_of(request))
    typed = _typed(await request.form(), ("email",))
    try:
        await ask_receipt(token, typed["email"], desk=pages.desk)
    except (InvalidMailAddress, TooManyMails) as problem:
        mistakes = Mistakes(mail=_mail_error(problem), typed=typed)
        return await _again(request, token, pages, problem, mistakes)
    return see_other(f"/s/{token}#mail")


@post("/s/{token:str}/invoice", include_in_schema=False)
async def invoice_form(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Turn the receipt into a full invoice, once."""
    await require_control(request, token, pages)
    typed = _typed(await request.form(), _INVOICE_FIELDS)
    try:
        await ask_invoice(token, _buyer(typed), desk=pages.desk)
    except (InvalidBuyer, InvoiceAlreadyMade, InvoiceTooLate, BuyerOwesVat) as problem:
        mistakes = Mistakes(invoice=_invoice_error(problem), typed=typed)
        return await _again(request, token, pages, problem, mistakes)
    return see_other(f"/s/{token}#receipt")


@get("/s/{token:str}/receipt.pdf", include_in_schema=False)
async def receipt_file(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Return the receipt, or the invoice that took its place, as PDF."""
    if not await is_payer(request, token, pages):
        raise NotYours("this browser did not pay for the session")
    name, body = await receipt_pdf(token, desk=pages.desk)
    return private_file(body, name, "application/pdf", shown=True)


@get("/i/{key:str}/{reference:str}", include_in_schema=False)
async def terminal_invoice(
    request: AnyRequest, key: FromPath[str], reference: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Lead from the address that a partner's terminal shows to the page with the receipt."""
    await take(pages.desk.limits, INVOICES_PER_NETWORK, host_of(request))
    return see_other(await invoice_page(key, reference, desk=pages.desk))


@get("/s/{token:str}/meter.xml", include_in_schema=False)
async def meter_records(
    request: AnyRequest, token: FromPath[str], pages: NamedDependency[Pages]
) -> Response[bytes]:
    """Return the signed meter values as a file for the transparency software."""
    if not await is_payer(request, token, pages):
        raise NotYours("this browser did not pay for the session")
    return private_file(await meter_file(token, desk=pages.desk), "meter.xml", "application/xml")


async def _again(
    request: AnyRequest, token: str, pages: Pages, problem: Problem, mistakes: Mistakes
) -> Response[bytes]:
    status = STATUS[problem.kind]
    return await session_answer(request, token, pages, mistakes=mistakes, status=status)


def _typed(form: Mapping[str, object], names: tuple[str, ...]) -> dict[str, str]:
    values = {name: form.get(name) for name in names}
    return {
        name: value.strip()[:_LONGEST] if isinstance(value, str) else ""
        for name, value in values.items()
    }


def _buyer(typed: Mapping[str, str]) -> Buyer:
    address = Address(typed["street"], typed["postal_code"], typed["city"], typed["country"])
    return Buyer(typed["company"], address, typed["vat_number"] or None)


def _mail_error(problem: Problem) -> str:
    if isinstance(problem, TooManyMails):
        return gettext("The receipt was sent several times already. You can save it as PDF.")
    return gettext("Write one e-mail address, like name@example.com.")


def _invoice_error(problem: Problem) -> str:
    match problem:
        case InvoiceAlreadyMade():
            return gettext("The invoice was made before and cannot be changed.")
        case BuyerOwesVat():
            return gettext(
                "Your company owes the VAT itself in this country (reverse charge), so this "
                "receipt cannot become its invoice. Please call us."
            )
        case InvoiceTooLate():
            return gettext("It is too late to make an invoice of this receipt. Please call us.")
        case _:
            field = _field_name(str(problem.facts.get("field", "")))
            return gettext("Please check: %(field)s.") % {"field": field}


def _field_name(field: str) -> str:
    names = {
        "name": gettext("Company"),
        "street": gettext("Street and number"),
        "postal_code": gettext("Postal code"),
        "city": gettext("City"),
        "country": gettext("Country"),
        "vat_number": gettext("VAT number"),
    }
    return names.get(field, gettext("all fields"))
