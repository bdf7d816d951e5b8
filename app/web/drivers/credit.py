"""Paying with credit on the scan page: what a signed-in driver sees, and what the form says."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from app.directpay.credit.look import CreditView, credit_at
from app.directpay.credit.pay import Credit
from app.kernel.errors import Kind, Problem
from app.kernel.money import Money
from app.people.identity.find import find_operator
from app.web.drivers.account import Visitor, signed_in, visitor_of
from app.web.drivers.cookies import account_secret
from app.web.pages import Pages
from app.web.request import AnyRequest

# As people type it, and as number fields send it.
_AMOUNT: Final = re.compile(r"[0-9]{1,7}([.,][0-9]{1,3})?")


class AmountUnreadable(Problem):
    """What was typed as an amount is none."""

    code = "amount_unreadable"
    kind = Kind.INVALID
    title = "This is not an amount"


@dataclass(frozen=True, slots=True)
class OwnCredit:
    """Who looks at the scan page, and what they can pay with."""

    visitor: Visitor
    view: CreditView


async def own_credit(request: AnyRequest, code: str, slug: str, pages: Pages) -> OwnCredit | None:
    """Return the credit of the driver who is signed in at the operator *slug*, or None."""
    if not account_secret(request, slug):
        return None
    operator = await find_operator(slug, database=pages.desk.database)
    visitor = await visitor_of(request, operator, pages)
    if visitor.driver is None:
        return None
    return OwnCredit(visitor, await credit_at(code, visitor.driver.driver_id, desk=pages.desk))


async def chosen_credit(
    request: AnyRequest, slug: str, form: Mapping[str, object], currency: str, pages: Pages
) -> Credit:
    """Return what the driver lets the session use. Raises NotSignedIn, AmountUnreadable."""
    operator = await find_operator(slug, database=pages.desk.database)
    driver = signed_in(await visitor_of(request, operator, pages))
    return Credit(driver.driver_id, read_amount(form.get("amount"), currency))


def read_amount(typed: object, currency: str) -> Money:
    """Return the amount that was typed. Raises AmountUnreadable."""
    text = typed.strip() if isinstance(typed, str) else ""
    if not _AMOUNT.fullmatch(text):
        raise AmountUnreadable("write an amount such as 25 or 25.50", field="amount")
    return Money.of(Decimal(text.replace(",", ".")), currency)
