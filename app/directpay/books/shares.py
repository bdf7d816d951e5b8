"""What an operator earned by a session, out of the driver's payments, where a provider gives it."""

from collections.abc import Sequence

from app.billing.receipts.model import Receipt
from app.directpay.books.sale import sale_of
from app.funds.payments.sharing.order import Kept, order_shares
from app.infra.database import Work
from app.people.identity.model import MerchantOfRecord
from app.people.identity.read import get_operator


async def share_out(work: Work, receipt: Receipt, kept: Sequence[Kept]) -> None:
    """Step: order the operator's part of a sale, where the platform sold for it."""
    operator = await get_operator(work)
    if operator.merchant_of_record is MerchantOfRecord.PLATFORM:
        sale = sale_of(receipt, receipt.document.taxes, operator)
        await order_shares(work, operator.slug, sale.earned, kept)
