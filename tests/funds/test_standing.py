"""Where the money of a payment stands, and that what is posted always adds up to it."""

import itertools
from collections import defaultdict

from hypothesis import given, settings
from hypothesis import strategies as st

from app.funds.ledger.chart import Account, AccountKind, Book
from app.funds.payments.books.postings import change, postings
from app.funds.payments.books.standing import Standing, standing
from app.funds.payments.model import OperationKind, PartKind, Payment
from app.funds.payments.ports import Accepted, Part, PartStatus, ProviderStatus, Strategy
from app.funds.payments.rules.news import Answered, KeepDecided, News, Observed, Sending
from tests.funds.orders import NOW, PAYMENT_ID, after, begun, eur, latest, snapshot, started

Sums = dict[Account, int]


def book(payments: list[Payment]) -> Sums:
    """Post every change of a payment's life, and return the accounts that are not zero."""
    sums: defaultdict[Account, int] = defaultdict(int)
    keys: list[str] = []
    for before, later in itertools.pairwise(payments):
        for posting in postings(later, change(before, later), Book.TEST, NOW):
            if posting.entries:
                keys.append(posting.fact.key)
            for entry in posting.entries:
                sums[entry.account] += entry.amount.minor
    assert len(keys) == len(set(keys)), "a key was used for two postings"
    return {account: total for account, total in sums.items() if total}


def named(sums: Sums) -> dict[str, int]:
    """The sums by kind of account."""
    return {account.kind.value: total for account, total in sums.items()}


def lives(*news: News, strategy: Strategy = Strategy.HOLD) -> list[Payment]:
    """A payment after each of its *news*, from its very beginning."""
    payments = [begun(strategy), started(strategy)]
    for one in news:
        payments.append(after(payments[-1], one)[0])
    return payments


def part(amount: str, status: PartStatus = PartStatus.SUCCEEDED, ref: str = "p_1") -> Part:
    """A capture or refund at the provider."""
    return Part(ref, status, eur(amount))


AUTHORISED = Observed(snapshot(ProviderStatus.AUTHORISED))
PAID_FIRST = Observed(snapshot(ProviderStatus.PAID, captured=eur("60.00")))


def test_a_hold_that_is_captured():
    """6.17 of a hold of 60.00: the provider owes us 6.17, and nothing is held any more."""
    captured = Observed(
        snapshot(ProviderStatus.PAID, captured=eur("6.17"), captures=(part("6.17"),))
    )
    life = lives(AUTHORISED, KeepDecided(eur("6.17")), captured)

    assert {"hold": 6000, "hold_contra": -6000} == named(book(life[:3]))
    assert {"psp_receivable": 617, "clearing": -617} == named(book(life))


def test_what_is_paid_first_and_refunded():
    """60.00 are the customer's until there is a price; then 53.83 are due, under way, and there."""
    gone = lives(PAID_FIRST, KeepDecided(eur("6.17")), strategy=Strategy.PAY_FIRST)
    refund = latest(gone[-1], OperationKind.REFUND)
    sent = after(gone[-1], Sending(refund.operation_id))[0]
    under_way = after(sent, Answered(refund.operation_id, Accepted("re_1")))[0]
    there = Observed(
        snapshot(ProviderStatus.PAID, captured=eur("60.00"), refunds=(part("53.83", ref="re_1"),))
    )
    done = after(under_way, there)[0]

    assert {"psp_receivable": 6000, "customer_advance": -6000} == named(book(gone[:3]))
    assert {"psp_receivable": 6000, "clearing": -617, "refund_due": -5383} == named(book(gone))
    assert {"psp_receivable": 6000, "clearing": -617, "refund_in_flight": -5383} == named(
        book([*gone, sent, under_way])
    )
    assert {"psp_receivable": 617, "clearing": -617} == named(book([*gone, sent, under_way, done]))


def test_a_refund_that_comes_back():
    """A refund that failed days later is owed to the customer, and the provider has the money."""
    gone = lives(PAID_FIRST, KeepDecided(eur("6.17")), strategy=Strategy.PAY_FIRST)
    for status in (PartStatus.PENDING, PartStatus.SUCCEEDED, PartStatus.FAILED):
        refunds = (part("53.83", status, "re_1"),)
        seen = snapshot(ProviderStatus.PAID, captured=eur("60.00"), refunds=refunds)
        gone.append(after(gone[-1], Observed(seen))[0])

    assert {"psp_receivable": 6000, "clearing": -617, "customer_credit": -5383} == named(book(gone))


def test_a_refund_that_nobody_ordered():
    """Money that somebody gave back at the provider's own page is in suspense."""
    refunds = (part("10.00", ref="re_1"),)
    seen = snapshot(ProviderStatus.PAID, captured=eur("60.00"), refunds=refunds)
    life = lives(PAID_FIRST, KeepDecided(eur("60.00")), Observed(seen), strategy=Strategy.PAY_FIRST)

    assert {"psp_receivable": 5000, "clearing": -6000, "suspense": 1000} == named(book(life))


def test_a_capture_that_fails_later():
    """What was captured and failed is booked back; the next capture is another posting."""
    life = lives(AUTHORISED, KeepDecided(eur("6.17")))
    for parts in (
        (part("6.17"),),
        (part("6.17", PartStatus.FAILED),),
        (part("6.17", PartStatus.FAILED), part("6.17", ref="p_2")),
    ):
        life.append(after(life[-1], Observed(snapshot("authorised", captures=parts)))[0])

    assert {"psp_receivable": 617, "clearing": -617} == {
        kind: total for kind, total in named(book(life)).items() if not kind.startswith("hold")
    }


def test_a_dispute():
    """What the bank takes back is lost; what it gives again after a won dispute is not."""
    life = lives(PAID_FIRST, KeepDecided(eur("60.00")), strategy=Strategy.PAY_FIRST)
    taken = (part("60.00", ref="chb_1"),)
    lost = snapshot(ProviderStatus.PAID, captured=eur("60.00"), chargebacks=taken)
    won = snapshot(ProviderStatus.PAID, captured=eur("60.00"), chargebacks=taken, reversals=taken)
    after_loss = [*life, after(life[-1], Observed(lost))[0]]
    after_all = [*after_loss, after(after_loss[-1], Observed(won))[0]]

    assert {"clearing": -6000, "dispute_loss": 6000} == named(book(after_loss))
    assert {"clearing": -6000, "psp_receivable": 6000} == named(book(after_all))


def test_a_payment_from_before_the_ledger():
    """It is booked as it stands, whatever happens to it first."""
    old = lives(PAID_FIRST, strategy=Strategy.PAY_FIRST)[-1]
    unbooked = _unbooked(old)
    decided = after(unbooked, KeepDecided(eur("6.17")))[0]

    assert standing(decided) == change(unbooked, decided)
    assert {"psp_receivable": 6000, "clearing": -617, "refund_due": -5383} == named(
        book([unbooked, decided])
    )


def _unbooked(payment: Payment) -> Payment:
    return Payment(
        **{name: getattr(payment, name) for name in payment.__slots__} | {"booked": False}
    )


def test_nothing_moves_when_nothing_changes():
    """A payment that was only looked at is not posted."""
    payment = lives(AUTHORISED)[-1]

    assert Standing() == change(payment, payment)


# Parts of a payment of 60.00 in any state, seen in any order.
_STATES = st.sampled_from(PartStatus)
_AMOUNTS = st.integers(min_value=1, max_value=6000)


@st.composite
def histories(draw: st.DrawFn) -> list[Payment]:
    """A life of snapshots with captures and refunds in any state, and a price at any time."""
    strategy = draw(st.sampled_from(Strategy))
    payments = [begun(strategy), started(strategy)]
    keeps = sorted(draw(st.lists(st.integers(0, 6000), max_size=2)), reverse=True)
    for _ in range(draw(st.integers(1, 8))):
        if keeps and draw(st.booleans()):
            payments.append(after(payments[-1], KeepDecided(eur("0") + _cents(keeps.pop(0))))[0])
            continue
        refunds = draw(st.lists(st.tuples(st.integers(1, 2), _STATES), max_size=2))
        captures = draw(st.lists(st.tuples(st.integers(1, 2), _STATES), max_size=2))
        seen = snapshot(
            draw(st.sampled_from([ProviderStatus.AUTHORISED, ProviderStatus.PAID])),
            captured=_cents(6000 if strategy is Strategy.PAY_FIRST else 0),
            captures=_parts("c", captures) if strategy is Strategy.HOLD else (),
            refunds=_parts("r", refunds),
        )
        payments.append(after(payments[-1], Observed(seen))[0])
    return payments


def _cents(minor: int):
    return eur(f"{minor // 100}.{minor % 100:02}")


def _parts(letter: str, drawn) -> tuple[Part, ...]:
    # One amount for each reference, for ever.
    return tuple(
        Part(f"{letter}_{number}", status, _cents(1000 * number))
        for number, status in dict(drawn).items()
    )


@settings(max_examples=300, deadline=None)
@given(histories())
def test_the_books_are_where_the_payment_is(life: list[Payment]):
    """Whatever the order: the postings add up to the payment, and no liability is below zero."""
    last = life[-1]
    sums = named(book(life))

    gone = sum(
        one.amount.minor
        for one in last.parts
        if one.kind is PartKind.REFUND and one.status is PartStatus.SUCCEEDED
    )
    assert last.held.minor == sums.get("hold", 0)
    assert last.captured.minor - gone == sums.get("psp_receivable", 0)
    for kind in AccountKind:
        if kind.floor is not None:
            assert sums.get(kind, 0) * kind.side.sign >= kind.floor, kind
    assert 0 == sum(sums.values())


def test_the_payment_names_its_accounts():
    """Owners are the payment, what it pays for, and its provider account."""
    life = lives(PAID_FIRST, KeepDecided(eur("6.17")), strategy=Strategy.PAY_FIRST)
    owners = {account.kind: account.owner for account in book(life)}

    assert str(PAYMENT_ID) == owners[AccountKind.REFUND_DUE]
    assert str(life[-1].subject_id) == owners[AccountKind.CLEARING]
    assert str(life[-1].account_id) == owners[AccountKind.PSP_RECEIVABLE]
