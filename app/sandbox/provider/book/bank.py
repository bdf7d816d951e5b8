"""What the sandbox does with an order: look up, decide, keep and announce, in one transaction."""

import hashlib
import logging
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Final

from app.kernel.clock import Clock
from app.kernel.ids import Ids
from app.sandbox.provider.book import model
from app.sandbox.provider.book.memory import Fault, Memory
from app.sandbox.provider.book.model import Part, Payment, Refusal
from app.sandbox.provider.book.orders import Body, Origin, part_from, payment_from

Change = Callable[[Payment, datetime], Payment]
WEBHOOK: Final = "webhook"
log = logging.getLogger("sandbox.provider")


class Bank:
    """The one who keeps the book. All times are those of `now`, which can be moved on."""

    def __init__(self, store: Memory, clock: Clock, ids: Ids) -> None:
        """Keep the book in *store*; *clock* may be put forward with `advance`."""
        self.store = store
        self.ids = ids
        self._clock = clock
        self.woken: Callable[[], None] = lambda: None

    def now(self) -> datetime:
        """Return the sandbox's present: the clock's and what was added to it."""
        return self._clock.now() + timedelta(seconds=self._ahead())

    def advance(self, seconds: int) -> None:
        """Put the sandbox's clock forward."""
        with self.store.writing():
            self.store.set("ahead", str(self._ahead() + seconds))
        self.sweep()

    def account_of(self, api_key: str) -> str:
        """Return the name under which the payments of *api_key* are kept."""
        return hashlib.sha256(api_key.encode()).hexdigest()[:20]

    # Orders of the merchant

    def create(self, account: str, body: Body) -> Payment:
        """Open a payment; raise Refusal when the order is not as published."""
        payment = payment_from(body, self._origin(account))
        self.store.put(payment)
        return payment

    def find(self, account: str, payment_id: str) -> Payment:
        """Return a payment of *account* as it is now; raise Refusal 404 when there is none."""
        payment = self.store.payment(payment_id)
        if payment is None or payment.account != account:
            raise Refusal(404, f"No payment exists with token {payment_id}.")
        return self._settle(payment)

    def capture(self, account: str, payment_id: str, body: Body) -> tuple[Payment, Part]:
        """Begin a capture of the amount in *body*, or of all that is held."""
        payment = self.find(account, payment_id)
        part = part_from(body, payment.holdable(), self._origin(account), "cpt_")
        part = replace(part, fails=self.take("capture", {"part_fails"}) is not None)
        return self._keep(payment, model.capture(payment, part, self.now())), part

    def refund(self, account: str, payment_id: str, body: Body) -> tuple[Payment, Part]:
        """Begin a refund of the amount in *body*."""
        payment = self.find(account, payment_id)
        part = part_from(body, None, self._origin(account), "re_")
        part = replace(part, fails=self.take("refund", {"part_fails"}) is not None)
        return self._keep(payment, model.refund(payment, part, self.now())), part

    def release(self, account: str, payment_id: str) -> Payment:
        """Give back what is still held."""
        return self._change(self.find(account, payment_id), model.release)

    def cancel(self, account: str, payment_id: str) -> Payment:
        """Cancel an open payment."""
        return self._change(self.find(account, payment_id), model.cancel)

    # Deeds of the driver and the world

    def any_payment(self, payment_id: str) -> Payment:
        """Return a payment of anybody; raise Refusal 404 when there is none."""
        payment = self.store.payment(payment_id)
        if payment is None:
            raise Refusal(404, f"No payment exists with token {payment_id}.")
        return payment

    def page(self, token: str) -> Payment:
        """Return the payment whose page this is; raise Refusal 404 when there is none."""
        payment = self.store.payment_of_page(token)
        if payment is None:
            raise Refusal(404, "There is no such payment.")
        with self.store.writing():
            return self._settle(payment)

    def change(self, payment: Payment, change: Change) -> Payment:
        """Let the driver or the world change *payment*; raise Refusal when it can't."""
        with self.store.writing():
            changed = self._change(payment, change)
        self.woken()
        return changed

    def sweep(self) -> None:
        """Let the time do its work on every payment, and announce what changed."""
        with self.store.writing():
            for payment in self.store.moving():
                self._settle(payment)
        self.woken()

    # Faults

    def take(self, operation: str, kinds: AbstractSet[str] | None = None) -> Fault | None:
        """Disarm and return the first fault armed for *operation* that is one of *kinds*."""
        for fault in self.store.faults(operation):
            if kinds is None or fault.fault in kinds:
                self.store.disarm(fault)
                return fault
        return None

    # Inside

    def _ahead(self) -> int:
        return int(self.store.setting("ahead", "0"))

    def _origin(self, account: str) -> Origin:
        token = self.ids.token()
        return Origin(account, token.replace("-", "").replace("_", "")[:22], token, self.now())

    def _settle(self, payment: Payment) -> Payment:
        single = self.store.setting("single_capture", "no") == "yes"
        return self._keep(payment, model.settle(payment, self.now(), single_capture=single))

    def _change(self, payment: Payment, change: Change) -> Payment:
        return self._keep(payment, change(payment, self.now()))

    def _keep(self, before: Payment, after: Payment) -> Payment:
        if before != after:
            self.store.put(after)
            log.info("%s %s", after.id, after.history[-1][1])
        if _is_news(before, after):
            self._announce(after)
        return after

    def _announce(self, payment: Payment) -> None:
        """Queue the webhook, or what a fault makes of it."""
        fault = self.take(WEBHOOK)
        kind = fault.fault if fault else ""
        if kind == "webhook_lost":
            return
        late = timedelta(milliseconds=fault.milliseconds if fault and kind == "webhook_late" else 0)
        for _ in range(5 if kind == "webhook_duplicate" else 1):
            self.store.queue(payment, self.now() + late)


def _is_news(before: Payment, after: Payment) -> bool:
    """Tell whether the merchant hears of it: a new status, or a part that was settled."""
    if before.status != after.status:
        return True
    known = {part.id: part.status for part in (*before.captures, *before.refunds)}
    parts = (*after.captures, *after.refunds)
    return any(known.get(part.id, part.status) != part.status for part in parts)
