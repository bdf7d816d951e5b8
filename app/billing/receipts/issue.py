"""Give a session its receipt."""

from dataclasses import replace

from app.billing.receipts import store
from app.billing.receipts.model import DocumentKind, Receipt, ReceiptDocument, ReceiptDraft
from app.billing.receipts.rules import check_draft, in_afir_order
from app.billing.receipts.series import series_at
from app.infra.database import Work


async def issue_receipt(work: Work, draft: ReceiptDraft) -> Receipt:
    """
    Return the receipt of the draft's session, numbered and stored: a step of the caller's work.

    Numbers have no gap per operator and series: the series row stays locked until the transaction
    ends, so issue late in it. The same session gets the same receipt again. Raises NothingCharged
    for a draft without an amount, ReceiptDoesNotAddUp when lines, taxes and payment disagree.
    """
    check_draft(draft)
    issued = await store.find_of_session(work, draft.session_id, DocumentKind.RECEIPT)
    if issued is not None:
        return issued
    series = series_at(draft.series, issued_at=work.now, time_zone=draft.place.time_zone)
    turn = await store.take_turn(work, series)
    # Whoever held the series before may have issued this very receipt.
    issued = await store.find_of_session(work, draft.session_id, DocumentKind.RECEIPT)
    if issued is not None:
        return issued
    digest = None if draft.logo is None else await store.keep_logo(work, draft.logo)
    receipt = Receipt(
        operator_id=work.operator_id,
        receipt_id=draft.receipt_id,
        session_id=draft.session_id,
        kind=DocumentKind.RECEIPT,
        number=series.number(turn.sequence),
        issued_at=turn.issued_at,
        document=_document(draft, digest),
        logo=draft.logo,
    )
    await store.add_receipt(work, receipt, turn)
    return receipt


def _document(draft: ReceiptDraft, logo_digest: str | None) -> ReceiptDocument:
    return ReceiptDocument(
        series=draft.series,
        language=draft.language,
        seller=draft.seller,
        look=replace(draft.look, logo_digest=logo_digest),
        place=draft.place,
        supply=draft.supply,
        lines=in_afir_order(draft.lines),
        taxes=draft.taxes,
        settlement=draft.settlement,
        remarks=draft.remarks,
        vouchers=draft.vouchers,
    )
