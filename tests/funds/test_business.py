"""Whatever happens in whatever order: the books balance, and say what another reckoning says."""

from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from app.funds.ledger.chart import AccountKind
from tests.funds.business import CPOS, RECEIVABLE, SPACE, Business


@settings(max_examples=200, deadline=None)
@given(seed=st.integers(0, 2**32), events=st.integers(1, 60))
def test_any_business_keeps_the_books_right(seed: int, events: int):
    """After every event: sums are zero, floors hold, and each account is what it must be."""
    business = Business(Random(seed))
    for _ in range(events):
        business.happens()

        # 1: the whole book sums to zero
        assert 0 == sum(business.sums.values())
        for account, total in business.sums.items():
            # 3, 9: nothing is refunded, spent or paid out that is not there
            floor = account.kind.floor
            assert floor is None or total * account.kind.side.sign >= floor, account
            # 10: the clearing of what is over is zero
            assert account.kind is not AccountKind.CLEARING or not total, account
            # 7: nothing is held of what is over
            assert account.kind is not AccountKind.HOLD or not total, account
        # 9: a wallet is what its lots are
        assert business.wallet.purchased.minor == balance(business, AccountKind.WALLET_PURCHASED)
        assert business.wallet.granted.minor == balance(business, AccountKind.WALLET_GRANTED)
        # 11: the provider owes what it took and has not paid
        assert business.received == business.balance(RECEIVABLE)
        # 12: an operator is owed what it earned and was not paid
        for cpo in CPOS:
            owed = business.balance(AccountKind.CPO_PAYABLE.of(cpo))
            assert business.earned[cpo] == owed


def balance(business: Business, kind: AccountKind) -> int:
    """The balance of the one wallet's account of a kind."""
    return business.balance(kind.of(SPACE))
