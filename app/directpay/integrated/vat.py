"""Judge a VAT number that was typed in at a charge point, and tell whose it is."""

import re
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from app.charging.chargers.read import evses_of
from app.directpay.integrated.model import Company
from app.directpay.integrated.till import Till
from app.people.identity.read import get_operator
from app.pricing.vat import Registration, Registry, VatNumberInvalid, checked_vat_number

COUNTRY_OF_PREFIX: Final = {"EL": "GR", "XI": "GB"}
# 1012 AB, 10115, 75-001, L-1234, LV-1010, SE 111 22: what stands before the city in most of Europe.
_LAST_LINE: Final = re.compile(
    r"(?P<code>(?:[A-Z]{1,2}-)?\d{2,6}(?:[ -]?(?:\d{2,3}|[A-Z]{2}))?)\s+(?P<city>\D.*)"
)
_FEWEST_LINES: Final = 2


@dataclass(frozen=True, slots=True)
class VatVerdict:
    """
    What we say of a VAT number; *number* is its plain form where it has one.

    *reason* is why not, in a word of ours. *company* is known where its state tells name and
    address.
    """

    is_good: bool
    number: str
    reason: str = ""
    company: Company | None = None


async def check_vat_number(
    operator_id: UUID, identity: str, given: str, *, till: Till
) -> VatVerdict:
    """
    Judge a VAT number by its check digits, and by the register of its state where that answers.

    Without a prefix it is one of the country where the charge point stands. A register that does
    not answer proves nothing.
    """
    async with till.database.work(operator_id) as work:
        evses = await evses_of(work, identity)
        operator = await get_operator(work)
    country = evses[0].location.country if evses else operator.address.country
    try:
        number = checked_vat_number(given, country)
    except VatNumberInvalid:
        return VatVerdict(is_good=False, number=given, reason="NotAVatNumber")
    found = await till.register.look_up(number, requester=operator.vat_number)
    if found.outcome is Registry.INVALID:
        return VatVerdict(is_good=False, number=number, reason="NotRegistered")
    return VatVerdict(is_good=True, number=number, company=company_of(number, found))


def company_of(number: str, found: Registration) -> Company | None:
    """Return the company behind a *number* as its register tells it, or None: it keeps a part."""
    lines = [" ".join(line.split()) for line in (found.address or "").splitlines() if line.strip()]
    if found.name is None or len(lines) < _FEWEST_LINES:
        return None
    last = _LAST_LINE.fullmatch(lines[-1])
    return Company(
        name=" ".join(found.name.split()),
        street=", ".join(lines[:-1]),
        postal_code=last["code"] if last else "",
        city=last["city"] if last else lines[-1],
        country=COUNTRY_OF_PREFIX.get(number[:2], number[:2]),
        vat_number=number,
    )
