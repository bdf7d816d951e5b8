"""Send an order that also says what of the money is the operator's."""

from app.funds.payments.desk import PaymentDesk
from app.funds.payments.model import Operation, OperationKind, Payment
from app.funds.payments.ports import Outcome, ProviderAccount
from app.funds.payments.providers.shares import Share, Shares
from app.funds.payments.sharing.model import Way


async def send_shared(
    desk: PaymentDesk, account: ProviderAccount, payment: Payment, operation: Operation
) -> Outcome:
    """Send a capture, a route or a refund with its share to the provider of *account*."""
    ref = payment.orders_ref or payment.provider_ref
    assert ref is not None, "only a start comes before it"  # noqa: S101
    assert payment.sharing is not None, "else nothing has a share"  # noqa: S101
    shares, key = _shares(payment, operation), operation.key
    if operation.kind is OperationKind.CAPTURE:
        splitter = desk.splitters[account.provider]
        return await splitter.capture_shared(account, ref, shares, key=key)
    if operation.kind is OperationKind.ROUTE:
        return await desk.routers[account.provider].route(account, ref, shares[0], key=key)
    is_split = payment.sharing.way is Way.CAPTURE
    back = desk.splitters[account.provider] if is_split else desk.routers[account.provider]
    return await back.refund_shared(account, ref, shares, key=key)


def _shares(payment: Payment, operation: Operation) -> Shares:
    """Return who has how much of an operation's amount: the operator, and the platform the rest."""
    sharing, share, amount = payment.sharing, operation.share, operation.amount
    assert sharing and share and amount, "the planner gives it all of them"  # noqa: S101, PT018
    operator = Share(sharing.recipient, share, f"{payment.reference}-share")
    rest = Share(None, amount - share, f"{payment.reference}-fee")
    return (operator, rest) if rest.amount else (operator,)
