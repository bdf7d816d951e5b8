"""Tell one story from its seed, and check the books after everything that happens."""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from random import Random

from app.charging.sessions.model import SessionState
from app.directpay.model import Ended, Ending
from app.directpay.money import additions
from app.funds.payments.model import OperationKind, Payment
from app.funds.payments.ports import ProviderStatus, Snapshot, Strategy
from app.funds.payments.sharing.rules import is_refused_share
from app.kernel.money import Money
from tests.faults.simulator import shares
from tests.faults.simulator.agenda import BEGIN, Agenda
from tests.faults.simulator.faults import Deed, Meter, Mutation, Plan, draw
from tests.faults.simulator.product import Product

HORIZON = timedelta(days=4)
# How long after the end the money may take while nothing is wrong, and with faults.
PROMPT = timedelta(minutes=2)
OPEN = {ProviderStatus.OPEN, ProviderStatus.PENDING, ProviderStatus.AUTHORISED}


class Breach(AssertionError):
    """An invariant does not hold; the message names it, the seed and the last events."""


@dataclass(frozen=True)
class Outcome:
    """How a story ended: energy that nobody pays in minor units, seconds until the money moved."""

    ending: str
    charged: int
    written_off: int
    seconds: float | None
    events: int


def tell(seed: int, mutation: Mutation | None = None) -> Outcome:
    """Play the story of *seed*. Raises Breach when money or truth is lost on the way."""
    chance = Random(seed)
    story = Story(draw(chance, seed), Agenda(chance), mutation)
    return story.play()


class Story:
    """A driver in front of the product."""

    def __init__(self, plan: Plan, agenda: Agenda, mutation: Mutation | None = None) -> None:
        """Set the scene."""
        self.plan = plan
        self.agenda = agenda
        self.product = Product(agenda, plan, mutation)
        self._charged: Ended | None = None

    def play(self) -> Outcome:
        """Let it happen, and check."""
        self._press_pay()
        self.agenda.after(self.plan.driver.pays_after, "driver: at the page", self._at_page)
        if self.plan.driver.stops_after is not None:
            for press in range(self.plan.driver.presses):
                after = self.plan.driver.stops_after + press
                self.agenda.after(after, "driver: stop", self._press_stop)
        if self.plan.driver.complains is not None:
            self.agenda.after(self.plan.driver.complains, "refund", self.product.complain)
        for seconds in self.plan.driver.adds:
            self.agenda.after(seconds, "driver: wants more", self._add)
        self.agenda.run(BEGIN + HORIZON, self._check_always)
        self._check(self._at_rest())
        return self._outcome()

    # The driver

    def _press_pay(self) -> None:
        if not self.product.open_page():
            self.agenda.after(5, "driver: pays again", self._press_pay)

    def _at_page(self) -> None:
        payment = self.product.till.payment
        if payment.checkout_url is None:
            if isinstance(self.product.state, Ended):
                return
            self.agenda.after(10, "driver: waits for the page", self._at_page)
            return
        ref = payment.provider_ref
        assert ref is not None
        driver = self.plan.driver
        if driver.second is not None and driver.leaves_first:
            self._try_again(driver.deed)
            return
        self.product.provider.act(ref, driver.deed)
        if driver.returns and driver.deed is not Deed.LEAVE:
            self.agenda.after(2, "driver: returns", self.product.come_back)
        if driver.second is not None and driver.deed in (Deed.DECLINE, Deed.CANCEL):
            self.agenda.after(20, "driver: chooses another way", lambda: self._try_again(None))

    def _try_again(self, late_deed: Deed | None) -> None:
        """Open another page; with *late_deed* the first is used all the same, later."""
        first = self.product.till.payment.provider_ref
        self.product.pay_again()
        self.agenda.after(15, "driver: at the second page", self._at_second_page)
        late = self.plan.driver.late
        if late_deed is not None and late is not None and first is not None:
            act = self.product.provider.act
            self.agenda.after(late, "driver: the first page", lambda: act(first, late_deed))

    def _at_second_page(self) -> None:
        payment, deed = self.product.till.payment, self.plan.driver.second
        if payment.provider_ref is not None and deed is not None:
            self.product.provider.act(payment.provider_ref, deed)
            self.agenda.after(2, "driver: returns", self.product.come_back)

    def _add(self) -> None:
        """Tap the button, and do what is done at the page that it leads to."""
        before = len(self.product.tills)
        self.product.add()

        def at_page() -> None:
            for till in self.product.tills[before:]:
                if till.payment.provider_ref is not None:
                    self.product.provider.act(till.payment.provider_ref, self.plan.driver.more)

        self.agenda.after(30, "driver: at the page for more", at_page)

    def _press_stop(self) -> None:
        if not self.product.press_stop():
            self.agenda.after(5, "driver: stop again", self._press_stop)

    # What must hold

    def _check_always(self) -> None:
        self._check(self._always())

    def _check(self, breaches: Iterator[str]) -> None:
        for breach in breaches:
            last = "\n  ".join(self.agenda.log[-60:])
            raise Breach(f"seed {self.plan.seed}: {breach}\n{self.plan}\n  {last}")

    def _always(self) -> Iterator[str]:
        """Yield what must never be: invariants 2, 3, 4 and 6 of the payments note."""
        product = self.product
        book = product.provider.book
        for paid in book.snapshots.values():
            if not paid.refunded.minor <= paid.captured.minor <= self._most_captured(paid):
                yield f"the provider's book: {paid}"
        if any(times > 1 for times in book.effects.values()):
            yield "an order took effect twice"
        references = Counter(paid.reference for paid in book.snapshots.values())
        if any(times > 1 for times in references.values()):
            yield "two payments for one attempt"
        for till in product.tills:
            yield from self._of_payment(till.payment)
        payments = [till.payment for till in product.tills]
        yield from shares.always(payments, product.provider.shares.given)
        yield from self._final()

    def _of_payment(self, payment: Payment) -> Iterator[str]:
        for kind in (OperationKind.CAPTURE, OperationKind.RELEASE):
            if sum(not is_refused_share(one) for one in payment.of_kind(kind)) > 1:
                yield f"two operations of kind {kind}"
        if not payment.refunded.minor <= payment.captured.minor <= payment.limit.minor:
            yield "our book takes more than was held, or returns more than was taken"

    def _most_captured(self, paid: Snapshot) -> int:
        """Return what may have been taken: of a hold the price, of what is paid first all."""
        if self.plan.provider.strategy is Strategy.PAY_FIRST:
            return paid.amount.minor
        return self._share(paid)

    def _share(self, paid: Snapshot) -> int:
        """Return what of the price is to be taken from a payment, by the product's own rule."""
        state = self.product.state
        if not isinstance(state, Ended):
            return 0
        charged = Money(state.charged_minor, self.product.held.currency)
        parts = dict(additions.shares(self.product.journey, charged))
        till = next(one for one in self.product.tills if one.payment.reference == paid.reference)
        nothing = Money.zero(charged.currency)
        return parts.get(till.payment.payment_id, nothing).minor

    def _back(self, paid: Snapshot) -> int:
        """Return what of the price was given back later."""
        is_it = paid.reference == self.product.till.payment.reference
        given_back = self.product.complained
        return given_back.minor if is_it and given_back else 0

    def _final(self) -> Iterator[str]:
        state, first = self.product.state, self._charged
        if not isinstance(state, Ended):
            return
        if first is None:
            self._charged = state
        elif (state.ending, state.charged_minor) != (first.ending, first.charged_minor):
            yield f"an end that changed: {first} to {state}"
        if state.charged_minor > self.product.held.minor:
            yield "charged more than was held"
        receipt = self.product.receipt
        if state.charged_minor != (receipt.minor if receipt else 0):
            yield f"charged {state.charged_minor}, the receipt says {receipt}"

    def _at_rest(self) -> Iterator[str]:
        """Yield what must hold when the world has been calm for days."""
        product = self.product
        state = product.state
        if not isinstance(state, Ended):
            yield f"after {HORIZON} the journey is still {state}"
            return
        if product.session.state is SessionState.ACTIVE:
            yield "a session without an end"
        yield from self._money(state)
        payments = [till.payment for till in product.tills]
        given = product.provider.shares.given
        yield from shares.at_rest(payments, given, product.work_list)
        yield from self._energy(state)
        yield from self._promptness(state)
        left = [job.task for job in product.process.jobs if job.is_running]
        if left:
            yield f"jobs that never end: {left}"

    def _money(self, state: Ended) -> Iterator[str]:
        product = self.product
        if state.moved and not product.work_list and not product.till.payment.is_settled:
            yield "the driver is told that the money moved, and it did not"
        for till in product.tills:
            if till.payment.provider_ref in till.hints:
                yield "a webhook that nobody followed"
        if not product.work_list:  # else a person has it
            yield from self._books(state)

    def _books(self, state: Ended) -> Iterator[str]:
        books = self.product.provider.book.snapshots.values()
        for paid in books:
            if paid.status in OPEN:
                yield f"{paid.provider_ref} is still {paid.status}"
            if _net(paid) != (price := self._share(paid) - self._back(paid)):
                yield f"the provider keeps {_net(paid)}, the price is {price}"
        back = self.product.complained.minor if self.product.complained else 0
        if (total := sum(_net(paid) for paid in books)) != state.charged_minor - back:
            yield f"the provider keeps {total} of all, the price is {state.charged_minor}"
        for till in self.product.tills:
            if any(one.is_unresolved for one in till.payment.operations):
                yield f"an operation without an outcome: {till.payment.operations}"

    def _energy(self, state: Ended) -> Iterator[str]:
        """Yield energy that nobody pays though nothing was wrong, and more than may be lost."""
        lost, station = self._written_off(), self.plan.station
        if state.charged_minor > self._worth() + 1 and station.meter is Meter.SOUND:
            yield f"charged {state.charged_minor} for energy worth {self._worth()}"
        if self.plan.is_calm and state.ending in {Ending.CHARGED, Ending.NOTHING_CHARGED}:
            tiny = 5  # below TINY_KWH nothing is charged
            if lost > tiny:
                yield f"{lost} of energy that nobody pays, though nothing was wrong"
        if self.product.late_verdict is not None and self.product.station.is_charging:
            yield "a transaction without a payment was never stopped"
        is_alone = station.offline or self.plan.kills or self.plan.deadly
        if self.product.late_verdict is not None and not is_alone:
            # From the start's message to the stop: retries of a deaf one included.
            seconds = 120 if not station.deaf else 400
            most = station.power_kw * 1000 * seconds // 3600
            if self.product.station.energy_wh(self.agenda.now) > most:
                yield "a late start drew more than a late start may"

    def _promptness(self, state: Ended) -> Iterator[str]:
        product = self.product
        if not self.plan.is_calm or not state.moved:
            return
        assert product.ended_at is not None
        assert product.moved_at is not None
        if product.moved_at - product.ended_at > PROMPT:
            yield f"the money moved {product.moved_at - product.ended_at} after the end"

    def _written_off(self) -> int:
        """Return what the energy was worth that nobody pays, in minor units."""
        charged = self._charged.charged_minor if self._charged else 0
        return max(0, self._worth() - charged)

    def _worth(self) -> int:
        return self.product.station.energy_wh(self.agenda.now) * 59 // 1000

    def _outcome(self) -> Outcome:
        product = self.product
        assert isinstance(product.state, Ended)
        seconds = None
        if product.moved_at and product.ended_at:
            seconds = (product.moved_at - product.ended_at).total_seconds()
        return Outcome(
            product.state.ending,
            product.state.charged_minor,
            self._written_off(),
            seconds,
            len(self.agenda.log),
        )


def _net(paid: Snapshot) -> int:
    return paid.captured.minor - paid.refunded.minor
