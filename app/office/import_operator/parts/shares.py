"""How the operator of a file gets what it earned: by transfer, or from the provider itself."""

import re
from collections.abc import Iterator
from typing import Final

from app.funds.payments.ports import Strategy
from app.funds.payments.providers.capabilities import ADYEN, MOLLIE, way_of
from app.office.import_operator.document import AccountEntry, OperatorDocument, PaidBy
from app.office.import_operator.faults import Fault, Path
from app.people.identity.model import MerchantOfRecord

# How each provider calls the account of somebody else that money can go to, and an example.
_FORMS: Final = {
    ADYEN: (re.compile(r"BA[0-9A-Z]{1,30}"), "a balance account such as BA3227C223222B5CMD3FJFKGZ"),
    MOLLIE: (re.compile(r"org_[0-9A-Za-z]{1,30}"), "an organisation such as org_12345678"),
}


def share_faults(document: OperatorDocument) -> Iterator[Fault]:
    """Yield what keeps the providers of *document* from giving the operator what it earned."""
    operator, accounts = document.operator, enumerate(document.provider_accounts)
    if operator.paid_by is PaidBy.PAYOUT:
        for number, entry in accounts:
            if entry.share_account is not None:
                path: Path = ("provider_accounts", number, "share_account")
                yield Fault(path, "nobody is paid there unless operator.paid_by is provider")
        return
    if operator.merchant_of_record is not MerchantOfRecord.PLATFORM:
        reason = "an operator that sells itself is paid all of it: there is no part to give"
        yield Fault(("operator", "paid_by"), reason)
    currencies = sorted({str(tariff.get("currency")) for tariff in document.tariffs})
    for number, entry in accounts:
        yield from _account(("provider_accounts", number, "share_account"), entry, currencies)


def _account(path: Path, entry: AccountEntry, currencies: list[str]) -> Iterator[Fault]:
    if entry.provider not in _FORMS:
        return
    form, example = _FORMS[entry.provider]
    if entry.share_account is None:
        yield Fault(path, "is missing: paid_by is provider, so where does the operator's part go?")
    elif not form.fullmatch(entry.share_account):
        yield Fault(path, f"expected {example}, got {entry.share_account!r}")
    for currency in currencies:
        if way_of(entry.provider, Strategy.HOLD, currency) is None:
            reason = f"{entry.provider} gives nobody a part of payments in {currency}"
            yield Fault(path, f"{reason}: let the operator be paid by payout")
