"""What wallets do about facts of payments."""

from app.funds.payments.events import OrderedInHouse
from app.funds.wallet.carry_out import on_ordered
from app.infra.database import Reactors


def reactors() -> Reactors:
    """Return what wallets do, inside the same transaction, about facts of payments."""
    return {OrderedInHouse: (on_ordered,)}
