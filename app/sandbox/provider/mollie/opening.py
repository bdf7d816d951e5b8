"""What happens when a payment is made: a page, a terminal, or a mandate that is charged at once."""

from dataclasses import replace

from app.sandbox.provider.book.bank import Bank
from app.sandbox.provider.book.methods import methods_of
from app.sandbox.provider.book.model import Payment, Refusal
from app.sandbox.provider.book.records import CUSTOMER, STORED, TERMINAL, Record, is_online
from app.sandbox.provider.mollie.paging import missing


def opened(bank: Bank, payment: Payment) -> Payment:
    """Open *payment*; raise Refusal when its customer, mandate or terminal does not exist."""
    records = bank.store.records
    if payment.shopper and records.get(CUSTOMER, payment.account, payment.shopper) is None:
        raise missing(payment.shopper)
    if payment.sequence == "recurring":
        return _charged(bank, payment)
    if payment.terminal is not None:
        return _prompted(bank, payment)
    return bank.open(payment)


def mandate_method(record: Record) -> str:
    """Return how a stored way to pay is charged again: a card as a card, an account by debit."""
    method = str(record.facts["method"])
    return {"creditcard": "creditcard", "applepay": "creditcard"}.get(method, "directdebit")


def _charged(bank: Bank, payment: Payment) -> Payment:
    mandates = bank.store.records.of(STORED, payment.account, payment.shopper)
    wanted = [m for m in mandates if payment.stored in (None, m.id)]
    if not wanted:
        raise Refusal(422, "There is no valid mandate for this customer", "customerId")
    method = methods_of("mollie")[mandate_method(wanted[0])]
    ready = bank.open(replace(payment, stored=wanted[0].id, method=method.id))
    return bank.charge_stored(ready, method)


def _prompted(bank: Bank, payment: Payment) -> Payment:
    name = payment.terminal or ""
    terminal = bank.store.records.get(TERMINAL, payment.account, name)
    if terminal is None:
        raise Refusal(422, "The terminal does not exist", "terminalId")
    if not is_online(terminal):
        raise Refusal(422, "The terminal is not active", "terminalId")
    bank.must_be_free(name)
    made = bank.open(payment)
    bank.store.name(f"terminal:{name}", made)
    return made
