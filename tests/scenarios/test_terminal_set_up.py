"""A terminal inside a charge point is read and set up after a boot, and settled by whom it says."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from app.charging.chargers.terminals.model import InsideTerminal
from app.charging.chargers.terminals.read import list_terminals
from app.funds.payments.accounts import AccountOrder, save_accounts
from app.funds.payments.model import PaymentStatus
from app.funds.payments.ports import ProviderStatus, SettledBy
from app.gateways.ocpp.settings import OcppSettings
from app.kernel.money import Money
from tests.charging.ocpp.conftest import Raw
from tests.scenarios.counter import REF, Counter, open_counter, token
from tests.scenarios.world import IDENTITY, OPERATOR, World

PAIRING = OcppSettings(boot_grace_seconds=0, settle_seconds=0, pairing_call_seconds=5)
PRICE = Money(617, "EUR")


class Model:
    """The device model of a charge point: it answers as long as it is listened to."""

    def __init__(self, raw: Raw, values: dict[tuple[str, int], str], *, stubborn: bool) -> None:
        """Have *values* by variable and EVSE; a *stubborn* one can't be set."""
        self.raw, self.values, self.stubborn = raw, values, stubborn
        self.asked = 0

    async def listen(self) -> None:
        """Answer what is asked until it is quiet for a second."""
        while True:
            try:
                async with asyncio.timeout(1):
                    _, message_id, action, said = await self.raw.hear()
            except TimeoutError:
                return
            await self.raw.say(json.dumps([3, message_id, self._answer(action, said)]))

    def _answer(self, action: str, said: dict) -> dict:
        if action == "GetVariables":
            return {"getVariableResult": [self._get(each) for each in said["getVariableData"]]}
        if action == "SetVariables":
            return {"setVariableResult": [self._set(each) for each in said["setVariableData"]]}
        return {"status": "Accepted"}

    def _get(self, asked: dict) -> dict:
        self.asked += asked["component"]["name"] == "PaymentCtrlr"
        value = self.values.get(_key(asked))
        if value is None:
            return {**asked, "attributeStatus": "UnknownComponent"}
        return {**asked, "attributeStatus": "Accepted", "attributeValue": value}

    def _set(self, asked: dict) -> dict:
        value, known = asked.pop("attributeValue"), _key(asked) in self.values
        if not known or self.stubborn:
            return {**asked, "attributeStatus": "Rejected" if known else "UnknownComponent"}
        self.values[_key(asked)] = value
        return {**asked, "attributeStatus": "Accepted"}


def _key(asked: dict) -> tuple[str, int]:
    component = asked["component"]
    return asked["variable"]["name"], component.get("evse", {}).get("id", 0)


def variables(evse_no: int = 0, *, by_us: bool = False) -> dict[tuple[str, int], str]:
    """Return the PaymentCtrlr of a terminal from the factory."""
    factory = {
        "AuthorizationAmount": "25.00",
        "SettlementByCSMS": str(by_us).lower(),
        "ReceiptByCSMS": "false",
        "Enabled": "true",
        "AuthorizeDirectPayment": "false",
    }
    return {(name, evse_no): value for name, value in factory.items()}


@asynccontextmanager
async def paired(
    world: World, values: dict[tuple[str, int], str], *, stubborn: bool = False
) -> AsyncIterator[tuple[Counter, Model]]:
    """Connect a charge point with this device model, and let it be set up."""
    async with open_counter(world, settings=PAIRING) as counter:
        model = Model(counter.raw, values, stubborn=stubborn)
        await model.listen()
        yield counter, model


async def known(world: World) -> list[InsideTerminal]:
    """Return what we keep of the terminals."""
    async with world.database.work(OPERATOR) as work:
        return await list_terminals(work, IDENTITY)


@pytest.mark.parametrize("evse_no", [0, 1])
async def test_amount_and_receipts_are_set(world: World, evse_no: int):
    """The hold of the EVSE is what is authorised, and we make the receipts."""
    async with paired(world, variables(evse_no)) as (_, model):
        (terminal,) = await known(world)

    assert "60.00" == model.values["AuthorizationAmount", evse_no]
    assert "true" == model.values["ReceiptByCSMS", evse_no]
    assert (evse_no, None, False) == (
        terminal.evse_no,
        terminal.problem,
        terminal.is_settled_by_us,
    )
    assert "60.00" == terminal.variables["AuthorizationAmount"]
    assert "false" == terminal.variables["AuthorizeDirectPayment"]


async def test_a_charge_point_without_a_terminal(world: World):
    """Two short questions, one for the charge point and one for its EVSE, and nothing is kept."""
    async with paired(world, {}) as (_, model):
        found = await known(world)

    assert [] == found
    assert 8 == model.asked


async def test_without_an_account_the_terminal_settles(world: World):
    """SettlementByCSMS is switched off where no account of ours could collect."""
    async with paired(world, variables(by_us=True)) as (counter, model):
        await counter.taps()
        payment = await counter.payment()
        await counter.ends()
        await counter.settles(0, "Canceled")

    assert "false" == model.values["SettlementByCSMS", 0]
    assert SettledBy.TERMINAL is payment.settled_by


async def test_a_terminal_that_nobody_could_settle(world: World):
    """One that insists takes no cards, and says why."""
    async with paired(world, variables(by_us=True), stubborn=True) as (counter, _):
        asked = await counter.ask("Authorize", {"idToken": token()})
        answer = await counter.taps()
        (terminal,) = await known(world)

    assert "Invalid" == asked["idTokenInfo"]["status"]
    assert "Invalid" == answer["idTokenInfo"]["status"]
    assert terminal.problem is not None
    assert "SettlementByCSMS" in terminal.problem


async def _add_adyen(world: World) -> None:
    mollie = AccountOrder("mollie", "test", "test_key")
    adyen = AccountOrder("adyen", "test", "key", merchant="Voltstraat")
    async with world.database.work(OPERATOR) as work:
        await save_accounts(work, [mollie, adyen], vault=world.desk.payments.vault)


def _authorise(world: World) -> None:
    """Let the provider know the authorisation that the terminal got from it."""
    world.provider.know(REF, Money(6000, "EUR"))


async def test_settled_by_us(world: World):
    """The reference is captured at the account that it belongs to; the rest is released."""
    await _add_adyen(world)
    _authorise(world)
    async with paired(world, variables(by_us=True)) as (counter, model):
        await counter.taps()
        await counter.charges("12.340")
        ended = await counter.ends()
        payment, receipt = await counter.payment(), await counter.receipt()

    assert "true" == model.values["SettlementByCSMS", 0]
    assert 6.17 == ended["totalCost"]
    assert receipt is not None
    assert SettledBy.US is payment.settled_by
    assert (PaymentStatus.PAID, PRICE) == (payment.status, payment.captured)
    assert (ProviderStatus.PAID, PRICE) == (
        world.provider.snapshots[REF].status,
        world.provider.snapshots[REF].captured,
    )
    assert [] == world.work_list()


async def test_released_by_us(world: World):
    """Nothing was used: the hold is given back by us."""
    await _add_adyen(world)
    _authorise(world)
    async with paired(world, variables(by_us=True)) as (counter, _):
        await counter.taps()
        await counter.ends()
        payment = await counter.payment()

    assert PaymentStatus.CANCELLED is payment.status
    assert ProviderStatus.CANCELLED is world.provider.snapshots[REF].status


async def test_both_say_that_they_collected(world: World):
    """A terminal that settles although we do has charged the card twice: a person is told."""
    await _add_adyen(world)
    _authorise(world)
    async with paired(world, variables(by_us=True)) as (counter, _):
        await counter.taps()
        await counter.charges("12.340")
        await counter.ends()
        await counter.settles(6.17)
        payment = await counter.payment()

    assert PRICE == payment.captured
    assert ["paid_twice"] == world.work_list()
