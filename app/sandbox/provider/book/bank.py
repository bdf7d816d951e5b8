"""Keeps the book: looks up, decides, remembers and announces, in one transaction."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Final, Protocol

from app.kernel.clock import Clock
from app.kernel.ids import Ids
from app.sandbox.provider.book import deeds, faults
from app.sandbox.provider.book.faults import Fault
from app.sandbox.provider.book.letters import Letter
from app.sandbox.provider.book.memory import Memory
from app.sandbox.provider.book.methods import Method
from app.sandbox.provider.book.model import AUTHORISED, NOTIFIED, OPEN, Part, Payment, Refusal
from app.sandbox.provider.book.movements import Settlement, movements_of
from app.sandbox.provider.book.news import DISPUTE, PAYMENT, News, news
from app.sandbox.provider.book.records import STORED, Record

Change = Callable[[Payment, datetime], Payment]
WEBHOOK: Final = "webhook"
# Why a letter is held: until another one has arrived, or until it can travel with another one.
OVERTAKEN: Final = "webhook_out_of_order"
TOGETHER: Final = "webhook_batch"
# When a capture or a refund that went well fails after all.
FAILS_AFTER: Final = timedelta(days=2)
log = logging.getLogger("sandbox.provider")


@dataclass(frozen=True, slots=True)
class Origin:
    """Who asks and when, with the identifiers for what may come of it."""

    account: str
    new_id: str
    token: str
    now: datetime


class Face(Protocol):
    """How one provider tells its merchants what happened."""

    @property
    def name(self) -> str:
        """Return the name of the provider."""

    @property
    def webhook_faults(self) -> AbstractSet[str]:
        """Return what can go wrong with its webhooks."""

    def letters(self, payment: Payment, happened: Sequence[News]) -> Sequence[Letter]:
        """Return the webhooks about what *happened* to *payment*."""

    def paid_out(self, settlement: Settlement) -> Sequence[Letter]:
        """Return the webhooks about a settlement."""

    def new_id(self, kind: str, seed: str) -> str:
        """Return an identifier for a new part of a *kind*, made of a random *seed*."""

    def back(self, payment: Payment) -> str:
        """Return where the driver goes when the payment's page is done."""

    def copies(self, letter: Letter) -> Sequence[Letter]:
        """Return *letter* as it arrives when it arrives more than once."""

    def together(self, letters: Sequence[Letter]) -> Letter:
        """Return one letter for all of *letters*."""


class Bank:
    """The one who keeps the book. All times are those of `now`, which can be moved on."""

    def __init__(self, store: Memory, clock: Clock, ids: Ids) -> None:
        """Keep the book in *store*; *clock* may be put forward with `advance`."""
        self.store = store
        self.ids = ids
        self.faces: Mapping[str, Face] = {}
        self._clock = clock
        self.woken: Callable[[], None] = lambda: None
        # Set by the postman when nothing is left to carry.
        self.quiet = asyncio.Event()
        self._day: datetime | None = None
        self._watched: dict[str, asyncio.Event] = {}

    def now(self) -> datetime:
        """Return the sandbox's present: the clock's and what was added to it."""
        return self._clock.now() + timedelta(seconds=self._ahead())

    def advance(self, seconds: int) -> None:
        """Put the sandbox's clock forward."""
        with self.store.writing():
            self.store.set("ahead", str(self._ahead() + seconds))
        self.sweep()

    def origin(self, account: str) -> Origin:
        """Return fresh identifiers for an order of *account*."""
        token = self.ids.token()
        return Origin(account, token.replace("-", "").replace("_", "")[:22], token, self.now())

    # Orders of the merchant: inside the transaction of the exchange

    def open(self, payment: Payment) -> Payment:
        """Keep a payment that was just made."""
        self.store.put(payment)
        self._announce(None, payment)
        return payment

    def charge_stored(self, payment: Payment, method: Method) -> Payment:
        """Charge a means that a driver left, as its bank answers now."""
        refused = self.store.setting("stored", "approve") == "decline"
        if refused:
            return self.keep(payment, deeds.decline(payment, self.now()))
        return self.keep(payment, deeds.approve(payment, method, self.now()))

    def find(self, account: str, name: str) -> Payment:
        """Return a payment of *account* as it is now; raise Refusal 404 when there is none."""
        payment = self.store.payment(name) or self.store.named(name)
        if payment is None or payment.account != account:
            raise Refusal(404, f"No payment exists with token {name}.")
        return self.settled(payment)

    def settled(self, payment: Payment) -> Payment:
        """Return *payment* after the time up to now did its work."""
        single = self.store.setting("single_capture", "no") == "yes"
        return self.keep(payment, deeds.settle(payment, self.now(), single_capture=single))

    def capture(self, payment: Payment, part: Part) -> tuple[Payment, Part]:
        """Begin to take *part* of a hold."""
        part = self._fated("capture", payment, part)
        return self.keep(payment, deeds.capture(payment, part, self.now())), part

    def refund(self, payment: Payment, part: Part) -> tuple[Payment, Part]:
        """Begin to give *part* back."""
        part = self._fated("refund", payment, part)
        return self.keep(payment, deeds.refund(payment, part, self.now())), part

    def adjust(self, payment: Payment, part: Part) -> tuple[Payment, Part]:
        """Begin to change a hold to the amount of *part*."""
        part = self._fated("raise", payment, part)
        return self.keep(payment, deeds.adjust(payment, part, self.now())), part

    def keep(self, before: Payment, after: Payment) -> Payment:
        """Remember what *before* has become, and announce it."""
        if before != after:
            self.store.put(after)
            log.info("%s %s", after.id, after.history[-1][1])
            self._announce(before, after)
        if after.status != OPEN and after.id in self._watched:
            self._watched.pop(after.id).set()
        return after

    async def ended(self, payment_id: str) -> Payment:
        """Wait until a payment is no longer open, and return it."""
        payment = self.any_payment(payment_id)
        if payment.status == OPEN:
            await self._watched.setdefault(payment_id, asyncio.Event()).wait()
        return self.any_payment(payment_id)

    def must_be_free(self, terminal: str) -> None:
        """Raise Refusal when a terminal waits for a card already."""
        waiting = self.store.named(f"terminal:{terminal}")
        if waiting is not None and self.settled(waiting).status == OPEN:
            raise Refusal(422, "The terminal is busy", "terminalId")

    # Deeds of the driver and the world: a transaction of their own

    def any_payment(self, name: str) -> Payment:
        """Return a payment of anybody; raise Refusal 404 when there is none."""
        payment = self.store.payment(name) or self.store.named(name)
        if payment is None:
            raise Refusal(404, f"No payment exists with token {name}.")
        return payment

    def page(self, token: str) -> Payment:
        """Return the payment whose page this is; raise Refusal 404 when there is none."""
        payment = self.store.payment_of_page(token)
        if payment is None:
            raise Refusal(404, "There is no such payment.")
        with self.store.writing():
            return self.settled(payment)

    def lapse(self, face: str, name: str, operation: str) -> None:
        """Let a hold lapse just before the merchant's order when that failure is armed."""
        payment = self.store.payment(name)
        if payment is None or payment.status != AUTHORISED:
            return
        with self.store.writing():
            if self.take(operation, face, {faults.LAPSED}) is not None:
                self.keep(payment, deeds.expire(payment, self.now()))

    def change(self, payment: Payment, change: Change) -> Payment:
        """Let the driver or the world change *payment*; raise Refusal when it can't."""
        with self.store.writing():
            changed = self.keep(payment, change(payment, self.now()))
        self.woken()
        return changed

    def dispute(self, payment: Payment) -> Payment:
        """Let the driver complain at their bank; raise Refusal when nothing was taken."""
        origin = self.origin(payment.account)
        name = self.faces[payment.face].new_id(DISPUTE, origin.new_id)
        part = Part(name, payment.amount, NOTIFIED, origin.now, origin.now)
        return self.change(payment, lambda p, now: deeds.dispute(p, part, now))

    def settle_accounts(self, before: datetime, account: str | None = None) -> list[Settlement]:
        """Pay out what moved *before*, of one account or of all, and tell the merchants."""
        made = self.store.movements.settle(before, account)
        for settlement in made:
            face = self.faces[settlement.face]
            for letter in face.paid_out(settlement):
                self.send(letter, face)
        return made

    def sweep(self) -> None:
        """Let the time do its work on every payment, and announce what changed."""
        due = self.store.due(self.now())
        if due:
            with self.store.writing():
                for payment in due:
                    self.settled(payment)
        self._end_day()
        self.woken()

    # Faults and webhooks

    def take(self, operation: str, face: str, kinds: AbstractSet[str]) -> Fault | None:
        """Disarm and return the first fault armed for *operation* that is one of *kinds*."""
        return self.store.faults.take(operation, face, kinds)

    def send(self, letter: Letter, face: Face) -> None:
        """Queue a webhook, or what an armed failure makes of it."""
        fault = self.take(WEBHOOK, face.name, face.webhook_faults)
        letters, kind = self.store.letters, fault.fault if fault else ""
        waiting = letters.taken(letter.url, TOGETHER)
        if waiting:
            letter = face.together([*waiting, letter])
        if kind in (OVERTAKEN, TOGETHER):
            letters.queue(letter, self.now(), held=kind)
        elif kind == "webhook_late" and fault is not None:
            late = self.now() + timedelta(milliseconds=fault.milliseconds)
            letters.queue(replace(letter, line=""), late)
        elif kind != "webhook_lost":
            for copy in face.copies(letter) if kind == "webhook_duplicate" else (letter,):
                letters.queue(copy, self.now())

    # Inside

    def _ahead(self) -> int:
        return int(self.store.setting("ahead", "0"))

    def _fated(self, operation: str, payment: Payment, part: Part) -> Part:
        fault = self.take(operation, payment.face, faults.PART)
        if fault is None:
            return part
        if fault.fault == "part_fails":
            return replace(part, fails=True)
        return replace(part, fails_at=part.due_at + FAILS_AFTER)

    def _end_day(self) -> None:
        """Pay out at midnight (UTC) what moved on the days before."""
        midnight = self.now().replace(hour=0, minute=0, second=0, microsecond=0)
        if midnight == self._day:
            return
        self._day = midnight
        with self.store.writing():
            self.settle_accounts(midnight)

    def _store_method(self, payment: Payment, happened: Sequence[News]) -> None:
        """Keep the way to pay when the driver's bank has said yes and the merchant wants it."""
        said_yes = any(what.kind == PAYMENT and what.was == OPEN for what in happened)
        if not (said_yes and payment.keeps and payment.stored and payment.was_authorised()):
            return
        facts = {"method": payment.method, "payment": payment.id}
        owner = payment.shopper or ""
        self.store.records.put(
            Record(payment.stored, STORED, payment.account, owner, self.now(), facts)
        )

    def _announce(self, before: Payment | None, after: Payment) -> None:
        happened = news(before, after)
        self._store_method(after, happened)
        for movement in movements_of(after, happened, self.now()):
            self.store.movements.add(movement)
        if happened:
            face = self.faces[after.face]
            for letter in face.letters(after, happened):
                self.send(letter, face)
