"""Carry an order out once: claim it, keep its answer, or let it go."""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from app.infra.answered import store
from app.infra.database import EVERY_OPERATOR, Database
from app.infra.jobs import Schedule
from app.kernel.errors import Kind, Problem

KEEP_ANSWERS: Final = timedelta(days=7)
# A process that carried an order out for longer is gone; orders bear being carried out again.
_LONGEST: Final = timedelta(minutes=1)
_NONCE_BYTES: Final = 12


class KeyReused(Problem):
    """The idempotency key belongs to another order: another body, socket, price or coupon."""

    code = "key_reused"
    kind = Kind.INVALID
    title = "This Idempotency-Key was used for another order"


class OrderUnderWay(Problem):
    """The same order is being carried out; *retry_after* is in seconds."""

    code = "order_under_way"
    kind = Kind.CONFLICT
    title = "This order is being carried out"


@dataclass(frozen=True, slots=True)
class Order:
    """
    An order by its *key*, a secret of the caller's, its *place* and its *body*.

    *place* is the method, the path and the credentials: the same key elsewhere is another order.
    """

    key: str
    place: str
    body: bytes

    @property
    def digest(self) -> bytes:
        """Return what the order is known by; neither key nor credentials follow from it."""
        return hashlib.blake2b(f"{self.place}\n{self.key}".encode(), digest_size=32).digest()

    @property
    def body_digest(self) -> bytes:
        """Return what tells another body."""
        return hashlib.blake2b(self.body, digest_size=32).digest()

    def seal(self, answer: bytes) -> bytes:
        """Return *answer* so that only who has the key can read it: answers hold tokens."""
        nonce = secrets.token_bytes(_NONCE_BYTES)
        return nonce + self._cipher().encrypt(nonce, answer, self.digest)

    def open(self, sealed: bytes) -> bytes:
        """Return the answer that was sealed."""
        nonce, body = sealed[:_NONCE_BYTES], sealed[_NONCE_BYTES:]
        return self._cipher().decrypt(nonce, body, self.digest)

    def _cipher(self) -> AESGCM:
        secret = hashlib.blake2b(self.key.encode(), digest_size=32, person=b"answered order")
        return AESGCM(secret.digest())


async def claim(order: Order, *, database: Database) -> bytes | None:
    """
    Return what the order was answered, None when it is to be carried out now.

    Raises KeyReused when the body is another one, OrderUnderWay when it is being carried out.
    """
    async with database.work(EVERY_OPERATOR) as work:
        if await store.add(work, order.digest, order.body_digest):
            return None
        known = await store.lock(work, order.digest)
        if known is None:
            raise OrderUnderWay("it was let go this moment", retry_after=1)
        if known.body_digest != order.body_digest:
            raise KeyReused("use a new key for each order", field="Idempotency-Key")
        if known.sealed is not None:
            return order.open(known.sealed)
        if work.now - known.began_at < _LONGEST:
            raise OrderUnderWay("ask again for its answer", retry_after=1)
        await store.begin_again(work, order.digest)
        return None


async def keep_answer(order: Order, answer: bytes, *, database: Database) -> None:
    """Keep what the order was answered, for as long as KEEP_ANSWERS."""
    async with database.work(EVERY_OPERATOR) as work:
        await store.keep(work, order.digest, order.seal(answer))


async def let_go(order: Order, *, database: Database) -> None:
    """Forget an order that was refused: it may come again with the same key."""
    async with database.work(EVERY_OPERATOR) as work:
        await store.forget(work, order.digest)


def answered_schedules(database: Database) -> tuple[Schedule, ...]:
    """Return the sweep of old answers."""

    async def forget() -> None:
        async with database.work(EVERY_OPERATOR) as work:
            await store.forget_old(work, work.now - KEEP_ANSWERS)

    return (Schedule("answers.forget", "52 3 * * *", forget),)
