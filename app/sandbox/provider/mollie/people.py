"""Customers of a merchant at Mollie, and the mandates to charge them again."""

from functools import partial

from litestar import delete, get, post
from litestar.di import NamedDependency
from litestar.handlers import HTTPRouteHandler
from litestar.params import FromPath

from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.records import CUSTOMER, STORED, Record
from app.sandbox.provider.exchange import Answer, Asked, Document, Exchange, Order, Reply
from app.sandbox.provider.mollie import orders
from app.sandbox.provider.mollie.hal import Hal, documentation, instant
from app.sandbox.provider.mollie.opening import mandate_method, opened
from app.sandbox.provider.mollie.paging import hal_of, missing, page_of


@post("/v2/customers")
async def create_customer(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """Make a customer."""

    def effect(order: Order) -> Answer:
        origin = exchange.bank.origin(order.account)
        words = ("name", "email", "locale")
        facts: Document = {word: orders.optional_text(order.body, word) for word in words}
        facts["metadata"] = order.body.get("metadata")
        name = f"cst_{origin.new_id}"
        customer = Record(name, CUSTOMER, order.account, "", origin.now, facts)
        exchange.bank.store.records.put(customer)
        return Answer(201, _customer(hal_of(order), customer))

    return await exchange.answer(request, "start", effect)


@get("/v2/customers")
async def list_customers(request: Asked, exchange: NamedDependency[Exchange]) -> Reply:
    """List the customers."""

    def effect(order: Order) -> Answer:
        hal, found = hal_of(order), exchange.bank.store.records.of(CUSTOMER, order.account)
        made = [(one.id, partial(_customer, hal, one)) for one in found]
        return Answer(200, page_of(request, hal, "customers", made))

    return await exchange.answer(request, "fetch", effect)


@get("/v2/customers/{customer_id:str}")
async def get_customer(
    request: Asked, customer_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Get a customer."""

    def effect(order: Order) -> Answer:
        found = _found(exchange.bank, CUSTOMER, order.account, customer_id)
        return Answer(200, _customer(hal_of(order), found))

    return await exchange.answer(request, "fetch", effect)


@delete("/v2/customers/{customer_id:str}", status_code=200)
async def delete_customer(
    request: Asked, customer_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Forget a customer and its mandates."""

    def effect(order: Order) -> Answer:
        records = exchange.bank.store.records
        records.remove(_found(exchange.bank, CUSTOMER, order.account, customer_id))
        for mandate in records.of(STORED, order.account, customer_id):
            records.remove(mandate)
        return Answer(204, None)

    return await exchange.answer(request, "cancel", effect)


@post("/v2/customers/{customer_id:str}/payments")
async def pay(
    request: Asked, customer_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """Create a payment of a customer."""

    def effect(order: Order) -> Answer:
        body = {**order.body, "customerId": customer_id}
        payment = orders.payment_from(body, exchange.bank.origin(order.account))
        return Answer(201, hal_of(order).payment(opened(exchange.bank, payment)))

    return await exchange.answer(request, "start", effect)


@get("/v2/customers/{customer_id:str}/mandates")
async def list_mandates(
    request: Asked, customer_id: FromPath[str], exchange: NamedDependency[Exchange]
) -> Reply:
    """List the mandates of a customer."""

    def effect(order: Order) -> Answer:
        _found(exchange.bank, CUSTOMER, order.account, customer_id)
        hal = hal_of(order)
        found = exchange.bank.store.records.of(STORED, order.account, customer_id)
        made = [(one.id, partial(_mandate, hal, one)) for one in found]
        return Answer(
            200, page_of(request, hal, "mandates", made, f"customers/{customer_id}/mandates")
        )

    return await exchange.answer(request, "fetch", effect)


@get("/v2/customers/{customer_id:str}/mandates/{mandate_id:str}")
async def get_mandate(
    request: Asked,
    customer_id: FromPath[str],
    mandate_id: FromPath[str],
    exchange: NamedDependency[Exchange],
) -> Reply:
    """Get a mandate."""

    def effect(order: Order) -> Answer:
        found = _owned(exchange.bank, order.account, customer_id, mandate_id)
        return Answer(200, _mandate(hal_of(order), found))

    return await exchange.answer(request, "fetch", effect)


@delete("/v2/customers/{customer_id:str}/mandates/{mandate_id:str}", status_code=200)
async def revoke_mandate(
    request: Asked,
    customer_id: FromPath[str],
    mandate_id: FromPath[str],
    exchange: NamedDependency[Exchange],
) -> Reply:
    """Revoke a mandate."""

    def effect(order: Order) -> Answer:
        found = _owned(exchange.bank, order.account, customer_id, mandate_id)
        exchange.bank.store.records.remove(found)
        return Answer(204, None)

    return await exchange.answer(request, "cancel", effect)


def _found(bank: Bank, kind: str, account: str, name: str) -> Record:
    found = bank.store.records.get(kind, account, name)
    if found is None:
        raise missing(name)
    return found


def _owned(bank: Bank, account: str, customer_id: str, mandate_id: str) -> Record:
    found = _found(bank, STORED, account, mandate_id)
    if found.owner != customer_id:
        raise missing(mandate_id)
    return found


def _customer(hal: Hal, customer: Record) -> Document:
    path = f"customers/{customer.id}"
    return {
        "resource": "customer",
        "id": customer.id,
        "mode": "test",
        **customer.facts,
        "createdAt": instant(customer.at),
        "_links": {
            "self": hal.link(path),
            "dashboard": {"href": f"{hal.pages}/#{customer.id}", "type": "text/html"},
            "payments": hal.link(f"{path}/payments"),
            "mandates": hal.link(f"{path}/mandates"),
            "documentation": documentation(),
        },
    }


def _mandate(hal: Hal, mandate: Record) -> Document:
    method = mandate_method(mandate)
    details: Document = (
        {"cardHolder": "A. Driver", "cardNumber": "1234", "cardLabel": "Visa"}
        if method == "creditcard"
        else {"consumerName": "A. Driver", "consumerAccount": "NL53INGB0654422370"}
    )
    return {
        "resource": "mandate",
        "id": mandate.id,
        "mode": "test",
        "status": "valid",
        "method": method,
        "details": details,
        "mandateReference": f"SANDBOX-{mandate.id[-8:]}",
        "customerId": mandate.owner,
        "signatureDate": mandate.at.date().isoformat(),
        "createdAt": instant(mandate.at),
        "_links": {
            "self": hal.link(f"customers/{mandate.owner}/mandates/{mandate.id}"),
            "customer": hal.link(f"customers/{mandate.owner}"),
            "documentation": documentation(),
        },
    }


HANDLERS: list[HTTPRouteHandler] = [
    create_customer,
    list_customers,
    get_customer,
    delete_customer,
    pay,
    list_mandates,
    get_mandate,
    revoke_mandate,
]
