"""What was paid out and what is on a balance at Mollie: settlements and balance transactions."""

from collections.abc import Callable
from functools import partial
from typing import Final

from litestar import get
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.kernel.money import Money
from app.sandbox.provider.book import movements
from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.model import Payment
from app.sandbox.provider.book.movements import Movement, Settlement
from app.sandbox.provider.exchange import Answer, Asked, Document, Exchange, Order, Reply
from app.sandbox.provider.mollie.amounts import written
from app.sandbox.provider.mollie.hal import Hal, documentation, instant
from app.sandbox.provider.mollie.paging import hal_of, missing, page_of, part_of

Write = Callable[[Hal, Payment, str], Document]
_SETTLEMENT: Final = "stl_"
_BALANCE: Final = "bal_"
_TYPES: Final = {
    movements.PAYMENT: "payment",
    movements.CAPTURE: "capture",
    movements.CAPTURE_FAILED: "failed-payment",
    movements.REFUND: "refund",
    movements.REFUND_FAILED: "returned-refund",
    movements.CHARGEBACK: "chargeback",
    movements.CHARGEBACK_REVERSED: "chargeback-reversal",
    movements.SHARE: "split-payment",
    movements.SHARE_BACK: "refund-compensation",
    movements.SHARE_BACK_FAILED: "returned-refund-compensation",
}
_PART: Final = {"capture": "captureId", "refund": "refundId", "chargeback": "chargebackId"}
# Which movements each list of a settlement holds, and how one is written.
_LISTS: Final[dict[str, tuple[frozenset[str], Write]]] = {
    "payments": (
        frozenset({movements.PAYMENT, movements.CAPTURE}),
        lambda hal, payment, _: hal.payment(payment),
    ),
    "captures": (
        frozenset({movements.CAPTURE}),
        lambda hal, payment, part: hal.capture(payment, part_of(payment.captures, part)),
    ),
    "refunds": (
        frozenset({movements.REFUND}),
        lambda hal, payment, part: hal.refund(payment, part_of(payment.refunds, part)),
    ),
    "chargebacks": (
        frozenset({movements.CHARGEBACK}),
        lambda hal, payment, part: hal.chargeback(payment, part_of(payment.disputes, part)),
    ),
}


@get("/v2/settlements")
async def list_settlements(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """List the settlements."""

    def effect(order: Order) -> Answer:
        hal, found = hal_of(order), exchange.bank.store.movements.settlements(order.account)
        made = [(_name(one), partial(_settlement, hal, one)) for one in found]
        return Answer(200, page_of(request, hal, "settlements", made))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/settlements/{settlement_id:str}")
async def get_settlement(
    request: Asked, settlement_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Get a settlement."""

    def effect(order: Order) -> Answer:
        found = _found(exchange.bank, order.account, settlement_id)
        return Answer(200, _settlement(hal_of(order), found))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/settlements/{settlement_id:str}/{name:str}")
async def list_settled(
    request: Asked,
    settlement_id: FromPath[str],
    name: FromPath[str],
    exchange: NamedDependency[Exchange],
) -> Reply:
    """List the payments, captures, refunds or chargebacks of a settlement."""

    def effect(order: Order) -> Answer:
        store, hal = exchange.bank.store, hal_of(order)
        found = _found(exchange.bank, order.account, settlement_id)
        if name not in _LISTS:
            raise missing(name)
        kinds, write = _LISTS[name]
        made: dict[str, Callable[[], Document]] = {}
        for movement in store.movements.of_settlement(found.number):
            payment = store.payment(movement.payment_id)
            if payment is not None and movement.kind in kinds:
                key = payment.id if name == "payments" else movement.part_id
                made[key] = partial(_live, write, hal, payment, movement.part_id)
        path = f"settlements/{settlement_id}/{name}"
        return Answer(200, page_of(request, hal, name, list(made.items()), path))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/balances")
async def list_balances(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """List the balances, one per currency."""

    def effect(order: Order) -> Answer:
        hal, totals = hal_of(order), _open_amounts(exchange.bank, order.account)
        made = [
            (f"{_BALANCE}{currency}", partial(_balance, hal, exchange.bank, amount))
            for currency, amount in sorted(totals.items())
        ]
        return Answer(200, page_of(request, hal, "balances", made))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/balances/{balance_id:str}")
async def get_balance(
    request: Asked, balance_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Get a balance, or the primary one."""

    def effect(order: Order) -> Answer:
        currency = _currency(balance_id)
        totals = _open_amounts(exchange.bank, order.account)
        amount = totals.get(currency)
        if amount is None:
            raise missing(balance_id)
        return Answer(200, _balance(hal_of(order), exchange.bank, amount))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/balances/{balance_id:str}/transactions")
async def list_transactions(
    request: Asked, balance_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """List what moved on a balance, newest first."""

    def effect(order: Order) -> Answer:
        hal, currency = hal_of(order), _currency(balance_id)
        found = exchange.bank.store.movements.of_account(order.account)
        made = [
            (f"baltr_{one.seq}", partial(_transaction, exchange.bank, one))
            for one in found
            if one.gross.currency == currency
        ]
        path = f"balances/{balance_id}/transactions"
        return Answer(200, page_of(request, hal, "balance_transactions", made, path))

    return await exchange.answer(request, "fetch", effect)


def _live(write: Write, hal: Hal, payment: Payment, part_id: str) -> Document:
    """Return what was settled. Mollie settles live payments only, so it says live of them."""
    document = write(hal, payment, part_id)
    return document | {"mode": "live"} if "mode" in document else document


def _name(settlement: Settlement) -> str:
    return f"{_SETTLEMENT}{settlement.number}"


def _found(bank: Bank, account: str, name: str) -> Settlement:
    if name in ("open", "next"):
        return _coming(bank, account)
    number = name.removeprefix(_SETTLEMENT)
    found = bank.store.movements.settlement(int(number)) if number.isdecimal() else None
    if found is None or found.account != account:
        raise missing(name)
    return found


def _coming(bank: Bank, account: str) -> Settlement:
    """Return what would be paid out next, in euros."""
    amount = _open_amounts(bank, account)["EUR"]
    return Settlement(0, "mollie", account, amount, bank.now())


def _open_amounts(bank: Bank, account: str) -> dict[str, Money]:
    totals = {"EUR": Money.zero("EUR")}
    for movement in bank.store.movements.of_account(account):
        currency = movement.gross.currency
        totals.setdefault(currency, Money.zero(currency))
        if movement.settlement is None:
            totals[currency] += movement.net
    return totals


def _currency(balance_id: str) -> str:
    return "EUR" if balance_id == "primary" else balance_id.removeprefix(_BALANCE)


def _settlement(hal: Hal, settlement: Settlement) -> Document:
    name = _name(settlement) if settlement.number else "open"
    path, is_paid = f"settlements/{name}", settlement.number > 0
    return {
        "resource": "settlement",
        "id": name,
        "reference": f"1234567.{settlement.at:%y%m}.{settlement.number:02d}" if is_paid else None,
        "createdAt": instant(settlement.at),
        "settledAt": instant(settlement.at) if is_paid else None,
        "status": "paidout" if is_paid else "open",
        "amount": written(settlement.amount),
        "balanceId": f"{_BALANCE}{settlement.amount.currency}",
        "periods": {},
        "_links": {
            "self": hal.link(path),
            **{kind: hal.link(f"{path}/{kind}") for kind in _LISTS},
            "documentation": documentation(),
        },
    }


def _balance(hal: Hal, bank: Bank, amount: Money) -> Document:
    name = f"{_BALANCE}{amount.currency}"
    return {
        "resource": "balance",
        "id": name,
        "mode": "test",
        "createdAt": instant(bank.now()),
        "currency": amount.currency,
        "description": f"Balance in {amount.currency}",
        "status": "active",
        "transferFrequency": "daily",
        "availableAmount": written(amount),
        "pendingAmount": written(Money.zero(amount.currency)),
        "_links": {"self": hal.link(f"balances/{name}"), "documentation": documentation()},
    }


def _transaction(bank: Bank, movement: Movement) -> Document:
    kind = _TYPES[movement.kind]
    payment = bank.store.payment(movement.payment_id)
    context: Document = {
        "paymentId": movement.payment_id,
        "paymentDescription": payment.description if payment else "",
    }
    for word, field in _PART.items():
        if word in kind and movement.part_id:
            context[field] = movement.part_id
    return {
        "resource": "balance_transaction",
        "id": f"baltr_{movement.seq}",
        "type": kind,
        "resultAmount": written(movement.net),
        "initialAmount": written(movement.gross),
        "deductions": written(-movement.fee) if movement.fee else None,
        "deductionDetails": {"fees": written(-movement.fee)} if movement.fee else None,
        "context": {kind: context},
        "createdAt": instant(movement.at),
    }


HANDLERS: list[HTTPRouteHandler] = [
    list_settlements,
    get_settlement,
    list_settled,
    list_balances,
    get_balance,
    list_transactions,
]
