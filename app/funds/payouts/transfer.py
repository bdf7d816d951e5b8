"""Write the payouts that were ordered into a file for the bank: a SEPA credit transfer."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from uuid import UUID

from app.funds.payouts import store
from app.funds.payouts.accounts import OUR_OWN, lock_bank_account
from app.funds.payouts.errors import PayoutNotFound
from app.funds.payouts.model import (
    CURRENCY,
    BankAccount,
    Payout,
    PayoutKind,
    PayoutState,
    TransferFile,
)
from app.infra.database import Database, Work
from app.kernel.money import Money
from app.kernel.parts import part

# ISO 20022 customer credit transfer initiation, the version of the SEPA rulebooks since 2023.
SCHEMA = "pain.001.001.09"


async def make_transfer_file(
    pay_on: date | None, *, operator_id: UUID, database: Database
) -> TransferFile | None:
    """
    Put all payouts that were ordered into one file, to be executed on *pay_on*; None without any.

    Without a day it is today, in UTC. The file is kept as it is. Raises BankAccountMissing when it
    is not known who pays.
    """
    async with database.work(operator_id) as work:
        debtor = await lock_bank_account(work, OUR_OWN)
        payouts = await store.lock_ordered(work)
        if not payouts:
            return None
        file = _file(work, debtor, payouts, pay_on or work.now.date())
        await store.insert_file(work, file)
        for payout in payouts:
            sent = replace(payout, state=PayoutState.SENT, file_id=file.file_id)
            await store.save_state(work, sent)
    return file


async def get_transfer_file(work: Work, file_id: UUID) -> TransferFile:
    """Step: return a file that was made. Raises PayoutNotFound."""
    file = await store.find_file(work, file_id)
    if file is None:
        raise PayoutNotFound("no file of payouts has this id", file_id=file_id)
    return file


def _file(work: Work, debtor: BankAccount, payouts: Sequence[Payout], pay_on: date) -> TransferFile:
    message_id, xml = document(debtor, payouts, pay_on)
    return TransferFile(
        file_id=work.ids.uuid7(work.now),
        message_id=message_id,
        made_at=work.now,
        pay_on=pay_on,
        count=len(payouts),
        total=Money(sum(payout.amount.minor for payout in payouts), CURRENCY),
        document=xml,
    )


def document(debtor: BankAccount, payouts: Sequence[Payout], pay_on: date) -> tuple[str, bytes]:
    """
    Return the pain.001 document and its message id, which never comes again.

    It is valid against its schema, with names in the letters of SEPA.
    """
    transfer = part("sepaxml").SepaTransfer(
        {
            "name": debtor.holder,
            "IBAN": debtor.iban,
            "batch": True,
            "currency": CURRENCY,
            **({"BIC": debtor.bic} if debtor.bic else {}),
        },
        schema=SCHEMA,
        clean=True,
    )
    for payout in payouts:
        transfer.add_payment(
            {
                "name": payout.payee.holder,
                "IBAN": payout.payee.iban,
                "amount": payout.amount.minor,
                "execution_date": pay_on,
                "description": _description(payout),
                "endtoend_id": payout.reference,
                **({"BIC": payout.payee.bic} if payout.payee.bic else {}),
            }
        )
    return transfer.msg_id, bytes(transfer.export(validate=True))


def _description(payout: Payout) -> str:
    if payout.kind is PayoutKind.SALES:
        return f"Charging sessions until {payout.ordered_at:%Y-%m-%d}, {payout.owner}"
    return "Refund of a charging session"
