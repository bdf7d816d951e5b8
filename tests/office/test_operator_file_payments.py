"""Accounts and routes in the operator file: what is taken over, and what is complained about."""

from pathlib import Path

import pytest

from app.funds.payments.routing.model import Route
from app.office.import_operator import OperatorFile, OperatorFileInvalid
from app.office.import_operator.run import check
from app.office.import_operator.source import read_yaml

DEMO = Path(__file__).parents[2] / "app/sandbox/demo/operator.yaml"
KEY = "44782DEF547AAA06C910C43932B1EB0C71FC68D9D0C057550C48EC2ACF6BA056"
MOLLIE = "  - {provider: mollie, mode: test, secret: test_1}\n"
ADYEN = (
    "  - {provider: adyen, mode: test, secret: AQE1, merchant_account: VoltstraatNL,"
    f" webhook_keys: ['{KEY}']}}\n"
)


def planned(accounts: str, more: str = ""):
    """Return the plan of the demo operator with other accounts."""
    text = DEMO.read_text(encoding="utf-8")
    before, _, rest = text.partition("provider_accounts:\n")
    after = rest[rest.index("\n# What is held") :]
    text = f"{before}provider_accounts:\n{accounts}{more}{after}"
    return check(OperatorFile("operator.yaml", text, DEMO.parent), read_yaml(text))[0]


def test_accounts_stand_in_the_order_of_preference():
    """Everything that Adyen needs is taken over; the first account is preferred."""
    first, second = planned(ADYEN + MOLLIE).accounts

    assert ("adyen", "VoltstraatNL", (KEY,), None) == (
        first.provider,
        first.merchant,
        first.webhook_keys,
        first.live_prefix,
    )
    assert ("mollie", None) == (second.provider, second.merchant)


PLATFORM = "\n  merchant_of_record: platform\n  paid_by: provider\n"
AT_MOLLIE = MOLLIE.replace("}", ", share_account: org_12345678}")
AT_ADYEN = ADYEN.replace("}", ", share_account: BA3227C223222B5CMD3FJFKGZ}")


def paid_by_providers(accounts: str, operator: str = PLATFORM, currency: str = "EUR"):
    """Return the plan of the demo operator, for whom the platform sells, with other accounts."""
    text = DEMO.read_text(encoding="utf-8").replace("\n  languages:", f"{operator}  languages:", 1)
    text = text.replace("currency: EUR", f"currency: {currency}", 1)
    before, _, rest = text.partition("provider_accounts:\n")
    text = f"{before}provider_accounts:\n{accounts}{rest[rest.index('# What is held') - 1 :]}"
    return check(OperatorFile("operator.yaml", text, DEMO.parent), read_yaml(text))[0]


def test_providers_may_pay_the_operator():
    """Each account says where the operator's part goes there."""
    accounts = paid_by_providers(AT_MOLLIE + AT_ADYEN).accounts

    assert ["org_12345678", "BA3227C223222B5CMD3FJFKGZ"] == [
        account.share_account for account in accounts
    ]


@pytest.mark.parametrize(
    ("accounts", "operator", "complaint"),
    [
        (MOLLIE, PLATFORM, "share_account: is missing"),
        (AT_MOLLIE.replace("org_12345678", "BA12345678"), PLATFORM, "expected an organisation"),
        (AT_ADYEN.replace("BA3227", "ba"), PLATFORM, "expected a balance account"),
        (AT_MOLLIE, "\n  paid_by: provider\n", "paid_by: an operator that sells itself"),
        (AT_MOLLIE, "\n", "nobody is paid there"),
        (AT_MOLLIE, "\n  paid_by: cash\n", "expected one of payout, provider, got 'cash'"),
    ],
)
def test_who_cannot_be_paid_by_a_provider_is_told(accounts: str, operator: str, complaint: str):
    """A provider account that can't give the operator its part is refused, with the reason."""
    with pytest.raises(OperatorFileInvalid) as refused:
        paid_by_providers(accounts, operator)

    assert complaint in str(refused.value)


def test_a_currency_that_is_not_routed_is_told():
    """Mollie routes no lei: who charges in them pays the operator by transfer."""
    with pytest.raises(OperatorFileInvalid) as refused:
        paid_by_providers(AT_MOLLIE, currency="RON")

    assert "mollie gives nobody a part of payments in RON" in str(refused.value)


def test_routes_are_taken_over():
    """Providers, locations and methods of a route, and the rule about refusals."""
    more = (
        "fall_back_after_decline: true\npayment_routes:\n"
        "  - {providers: [adyen, mollie], methods: [ideal]}\n  - {providers: [mollie]}\n"
    )
    routing = planned(MOLLIE + ADYEN, more).routing

    assert (Route(("adyen", "mollie"), (), ("ideal",)), Route(("mollie",))) == routing.routes
    assert routing.after_decline


@pytest.mark.parametrize(
    ("accounts", "more", "complaint"),
    [
        (MOLLIE.replace("mollie", "paypal"), "", "provider: expected one of mollie, adyen"),
        (MOLLIE.replace("mode: test", "mode: demo"), "", "mode: expected test or live"),
        (MOLLIE + MOLLIE, "", "a second account at mollie"),
        (MOLLIE + ADYEN.replace("mode: test", "mode: live"), "", "test and live accounts"),
        (ADYEN.replace("mode: test", "mode: live"), "", "live_prefix: expected the prefix"),
        (ADYEN.replace(" merchant_account: VoltstraatNL,", ""), "", "merchant_account: is missing"),
        (ADYEN.replace(f"'{KEY}'", ""), "", "webhook_keys: is missing"),
        (ADYEN.replace(KEY, "secret"), "", "webhook_keys[0]: expected 64 hexadecimal digits"),
        (MOLLIE, "payment_routes: [{providers: []}]\n", "providers: names no provider"),
        (MOLLIE, "payment_routes: [{providers: [adyen]}]\n", "there is no account at 'adyen'"),
        (
            MOLLIE,
            "payment_routes: [{providers: [mollie], locations: [MOON]}]\n",
            "no location has the id 'MOON'",
        ),
        (
            MOLLIE,
            "payment_routes: [{providers: [mollie], methods: [cash]}]\n",
            "there is no method 'cash'",
        ),
    ],
)
def test_what_is_wrong_is_said_at_its_place(accounts: str, more: str, complaint: str):
    """Every mistake has its sentence before anything is saved."""
    with pytest.raises(OperatorFileInvalid) as wrong:
        planned(accounts, more)

    assert complaint in wrong.value.detail
