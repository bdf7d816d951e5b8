"""Read what charge points reported of their transactions."""

from collections.abc import Sequence

from app.charging.sessions.errors import TransactionNotFound
from app.charging.sessions.history import store
from app.charging.sessions.history.model import Message, Page, TransactionRecord
from app.charging.sessions.model import MeterSample
from app.infra.database import Work


async def list_transactions(work: Work, identity: str, page: Page) -> Sequence[TransactionRecord]:
    """Return the transactions of a charge point, the latest first. A step."""
    return await store.transactions_of(work, identity, page)


async def get_transaction(
    work: Work, identity: str, transaction_id: str
) -> tuple[TransactionRecord, Sequence[Message]]:
    """
    Return a transaction and what was said about it, in the order in which it came.

    A step of the caller's transaction. Raises TransactionNotFound.
    """
    known = "\0" not in transaction_id
    found = await store.transaction(work, identity, transaction_id) if known else None
    if found is None:
        raise TransactionNotFound("the charge point has no such transaction")
    samples: Sequence[MeterSample] = ()
    if found.session_id is not None and found.verdict == "accepted":
        samples = await store.samples_of(work, found.session_id)
    return found, _messages(found, samples)


def _messages(found: TransactionRecord, samples: Sequence[MeterSample]) -> list[Message]:
    said = [Message("start", found.at, found.received_at, found.meter_start_wh)]
    said += [
        Message(
            "sample",
            each.taken_at,
            each.received_at,
            each.energy_wh,
            each.power_w,
            each.soc,
            each.context,
            each.signed,
        )
        for each in samples
    ]
    if found.stop_received_at is not None:
        stop = Message("stop", found.stop_at, found.stop_received_at, found.meter_stop_wh)
        said.append(stop)
    return said
