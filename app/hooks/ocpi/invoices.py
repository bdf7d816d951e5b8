"""Invoice reconciliation: which CDRs invoices are about, theirs and ours."""

from app.hooks.ocpi.call import CREATED, Answer, Call
from app.hooks.ocpi.paging import asked_of, page_of, window_of
from app.hooks.ocpi.received import named
from app.roaming.desk import RoamingDesk
from app.roaming.errors import OcpiInvalid
from app.roaming.invoices.hear import find_invoice, forget_invoice, hear_invoice
from app.roaming.invoices.read import issued_page, told_as
from app.roaming.platforms.model import Party
from app.roaming.received.model import INVOICES
from app.roaming.wire.payments import InvoiceReconciliation


async def list_invoices(call: Call, desk: RoamingDesk) -> Answer:
    """Return a page of what invoices of ours are about."""
    call.path(0)
    window = window_of(call)
    async with desk.database.work(call.platform.operator_id) as work:
        found, total = await issued_page(work, call.platform, asked_of(window))
    return page_of(call, found, total, window)


async def get_invoice(call: Call, desk: RoamingDesk) -> Answer:
    """Show what an invoice of the platform is about, as it is known here."""
    party, record_id = _named(call)
    async with desk.database.work(call.platform.operator_id) as work:
        return Answer(told_as(await find_invoice(work, call.platform, party, record_id)))


async def post_invoice(call: Call, desk: RoamingDesk) -> Answer:
    """Hear what a new invoice is about."""
    call.path(0)
    told = call.body_as(InvoiceReconciliation)
    if not call.platform.stands_for(told.country_code, told.party_id):
        msg = f"this platform does not speak for {told.country_code}*{told.party_id}"
        raise OcpiInvalid(msg, field="party_id")
    is_new = await hear_invoice(call.platform, told, may_change=False, desk=desk)
    return Answer(http=CREATED) if is_new else Answer()


async def put_invoice(call: Call, desk: RoamingDesk) -> Answer:
    """Hear what an invoice is about after all."""
    party, record_id = _named(call)
    told = call.body_as(InvoiceReconciliation)
    if (Party(told.country_code.upper(), told.party_id.upper()), told.id.lower()) != (
        party,
        record_id.lower(),
    ):
        raise OcpiInvalid("the address names another record than the body", field="id")
    is_new = await hear_invoice(call.platform, told, may_change=True, desk=desk)
    return Answer(http=CREATED) if is_new else Answer()


async def delete_invoice(call: Call, desk: RoamingDesk) -> Answer:
    """Forget an invoice of the platform."""
    party, record_id = _named(call)
    await forget_invoice(call.platform, party, record_id, desk=desk)
    return Answer()


def _named(call: Call) -> tuple[Party, str]:
    name, _ = named(call, INVOICES, 3)
    return Party(name.country_code.upper(), name.party_id.upper()), name.object_id
