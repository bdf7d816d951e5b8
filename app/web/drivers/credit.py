"""Paying with credit on the scan page: what a signed-in driver sees, and what the form says."""

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Final

from app.directpay.credit.look import CreditView, credit_at
from app.directpay.credit.pay import Credit
from app.directpay.desk import Desk
from app.kernel.errors import Kind, Problem
from app.kernel.money import Money
from app.people.identity.drivers.errors import NotSignedIn
from app.web.drivers.account import Visitor, signed_in

# As people type it, and as number fields send it.
_AMOUNT: Final = re.compile(r"[0-9]{1,7}([.,][0-9]{1,3})?")


class AmountUnreadable(Problem):
    """What was typed as an amount is none."""

    code = "amount_unreadable"
    kind = Kind.INVALID
    title = "This is not an amount"


async def own_credit(code: str, visitor: Visitor | None, *, desk: Desk) -> CreditView | None:
    """Return the credit of the driver who is signed in, or None."""
    if visitor is None or visitor.driver is None:
        return None
    return await credit_at(code, visitor.driver.driver_id, desk=desk)


def chosen_credit(
    visitor: Visitor | None, slug: str, form: Mapping[str, object], currency: str
) -> Credit:
    """Return what the driver lets the session use. Raises NotSignedIn, AmountUnreadable."""
    if visitor is None:
        raise NotSignedIn("credit is a driver's own", slug=slug)
    return Credit(signed_in(visitor).driver_id, read_amount(form.get("amount"), currency))


def read_amount(typed: object, currency: str) -> Money:
    """Return the amount that was typed. Raises AmountUnreadable."""
    text = typed.strip() if isinstance(typed, str) else ""
    if not _AMOUNT.fullmatch(text):
        raise AmountUnreadable("write an amount such as 25 or 25.50", field="amount")
    return Money.of(Decimal(text.replace(",", ".")), currency)
