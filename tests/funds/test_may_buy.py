"""When credit buys itself again: the rule alone, at its edges."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from app.funds.ledger.chart import Book
from app.funds.wallet.automatic.model import (
    WORDS,
    Agreement,
    AgreementState,
    Terms,
    may_buy,
    terms_of,
)
from app.funds.wallet.model import Lot, LotKind, Wallet
from app.funds.wallet.top_ups.model import TopUp, TopUpState, WalletOffer
from app.kernel.money import Money

NOW = datetime(2026, 3, 2, 9, tzinfo=UTC)
ID = UUID(int=1)


def eur(minor: int) -> Money:
    """Return an amount of euro cents."""
    return Money(minor, "EUR")


AGREED = Agreement(
    agreement_id=ID,
    wallet_id=ID,
    account_id=ID,
    customer="cst_1",
    terms=Terms(eur(1000), eur(2500), eur(5000)),
    words=WORDS,
    locale="en",
    page="",
    agreed_at=NOW,
    state=AgreementState.ON,
)


def wallet(minor: int) -> Wallet:
    """Return a wallet with one lot."""
    lot = Lot(ID, LotKind.PURCHASED, eur(10_000), eur(minor), ID, NOW)
    return Wallet(ID, ID, ID, "EUR", Book.TEST, NOW, lots=(lot,))


def bought(hours_ago: int, state: TopUpState = TopUpState.CREDITED) -> TopUp:
    """Return what was bought by itself."""
    asked = NOW - timedelta(hours=hours_ago)
    return TopUp(ID, ID, ID, eur(2500), "key", asked, state, ID)


def buys(
    left: int = 999,
    *before: TopUp,
    agreed: Agreement = AGREED,
    has: Wallet | None = None,
    most: Money | None = None,
) -> bool:
    """Tell whether it is bought, with so much left."""
    return may_buy(agreed, has or wallet(left), before, most=most or eur(25_000), now=NOW)


def test_only_below_the_line():
    """With exactly 10 EUR nothing is bought."""
    assert [True, True, False] == [buys(left) for left in (0, 999, 1000)]


def test_the_most_of_a_day():
    """One purchase leaves room for another, two do not, whatever became of them, for 24 hours."""
    failed = bought(1, TopUpState.FAILED)

    assert buys(0, bought(23))
    assert not buys(0, bought(23), failed)
    assert buys(0, bought(24), failed)


def test_one_at_a_time():
    """While one is on its way there is no other, however old it is."""
    assert not buys(0, bought(48, TopUpState.ASKED))


def test_after_a_refusal_nothing_for_a_day():
    """A card that was declined is left alone for 24 hours."""
    assert not buys(0, agreed=replace(AGREED, declined_at=NOW - timedelta(hours=23)))
    assert buys(0, agreed=replace(AGREED, declined_at=NOW - timedelta(hours=24)))


@pytest.mark.parametrize("state", [AgreementState.AGREED, AgreementState.OFF])
def test_only_while_it_holds(state: AgreementState):
    """Neither before the first payment nor after the end."""
    assert not buys(0, agreed=replace(AGREED, state=state))


def test_not_for_a_frozen_wallet():
    """A person looks at it first."""
    assert not buys(has=replace(wallet(0), frozen_at=NOW))


def test_no_wallet_gets_more_than_the_operator_allows():
    """9.99 EUR and 25 EUR are 34.99 EUR; and what is sold in another currency is not ours."""
    assert buys(most=eur(3499))
    assert not buys(most=eur(3498))
    assert not buys(most=Money(25_000, "SEK"))


def test_what_is_proposed_follows_from_the_offer():
    """The smallest amount, two fifths of it as the line, twice of it a day."""
    offer = WalletOffer((eur(5000), eur(2500)), eur(25_000))

    assert AGREED.terms == terms_of(offer)
