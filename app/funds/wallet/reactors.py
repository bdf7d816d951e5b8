"""What wallets do about facts of payments."""

from app.funds.payments.events import (
    OrderedInHouse,
    PaymentCollected,
    PaymentDisputed,
    PaymentFailed,
    PaymentSecured,
)
from app.funds.wallet.carry_out import on_ordered
from app.funds.wallet.top_ups.credit import on_collected, on_failed, on_secured
from app.funds.wallet.top_ups.dispute import on_disputed
from app.infra.database import Reactors


def reactors() -> Reactors:
    """Return what wallets do, inside the same transaction, about facts of payments."""
    return {
        OrderedInHouse: (on_ordered,),
        PaymentSecured: (on_secured,),
        PaymentCollected: (on_collected,),
        PaymentFailed: (on_failed,),
        PaymentDisputed: (on_disputed,),
    }
