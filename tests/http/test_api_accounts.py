"""How an operator's programs see whether its payment accounts answer."""

from app.funds.payments.accounts import account_for
from app.funds.payments.health import SharedFuses
from app.funds.payments.ports import FAILURES
from app.people.identity.keys.create import KeyOrder, create_key
from app.people.identity.keys.model import Scope
from tests.http.program import Program
from tests.scenarios.world import OPERATOR

WAY = "/operator/payment-accounts"


async def header(program: Program, scope: Scope) -> dict[str, str]:
    """Return the header of a new key."""
    async with program.world.database.work(OPERATOR) as work:
        _, text = await create_key(work, KeyOrder("watch", frozenset({scope})))
    return {"Authorization": f"Bearer {text}"}


async def test_an_account_that_is_down_says_since_when(program: Program):
    """Before, and after its provider was silent for too often."""
    watch = await header(program, Scope.PAYMENTS_READ)
    before = (await program.get(WAY, **watch)).json()["accounts"]
    fuses, vault = SharedFuses(program.world.database), program.world.desk.payments.vault
    async with program.world.database.work(OPERATOR) as work:
        account = await account_for(work, vault=vault)
    for _ in range(FAILURES):
        await fuses.silent(account, "HTTP 502")
    (after,) = (await program.get(WAY, **watch)).json()["accounts"]

    assert [(True, 0, None)] == [
        (one["takes_payments"], one["failures"], one["down_since"]) for one in before
    ]
    assert ("mollie", "test", False, FAILURES, "HTTP 502") == (
        after["provider"],
        after["mode"],
        after["takes_payments"],
        after["failures"],
        after["said"],
    )
    assert after["down_since"] < after["paused_until"]


async def test_the_scope_is_needed(program: Program):
    """A key for prices learns nothing of accounts."""
    answer = await program.get(WAY, **await header(program, Scope.PRICES_READ))

    assert 403 == answer.status_code
