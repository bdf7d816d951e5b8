"""`directpay webhooks`: what an operator enters at its providers."""

from types import SimpleNamespace

from app.commands.webhooks import webhook_lines
from app.funds.payments.accounts import AccountOrder, Vault, save_accounts
from app.funds.payments.desk import PaymentDesk
from app.funds.terminals.model import Terminal
from app.funds.terminals.setup.save import save_terminals
from app.infra.database import Database
from app.people.identity.save import save_operator
from tests.scenarios.world import OPERATOR, operator_of_the_world

VAULT = Vault((Vault.new_key(),))
TERMINAL = Terminal(OPERATOR, "kade", "adyen", "V400m-1", "At the ramp", "en", waits=False)


async def test_every_account_in_use_has_its_address(database: Database):
    """
    One line for each: operator, provider, mode and address, without any secret.

    Adyen's terminals have an address of their own.
    """
    async with database.work(OPERATOR) as work:
        await save_operator(work, operator_of_the_world())
        orders = [AccountOrder("mollie", "test", "test_1"), AccountOrder("adyen", "test", "AQE")]
        accounts = await save_accounts(work, orders, vault=VAULT)
        await save_terminals(work, [TERMINAL])
    desk = PaymentDesk(database, {}, VAULT, "https://pay.example")
    services = SimpleNamespace(database=database, desk=SimpleNamespace(payments=desk))
    slug = operator_of_the_world().slug

    mollie, adyen = (f"{each.provider}/{each.webhook_token}" for each in accounts)
    assert [
        f"{slug}  mollie  test  https://pay.example/webhooks/{mollie}",
        f"{slug}  adyen  test  https://pay.example/webhooks/{adyen}",
        f"{slug}  adyen  test  terminals  https://pay.example/webhooks/{adyen}/terminals",
    ] == await webhook_lines(None, services)
    assert [] == await webhook_lines("nobody", services)
