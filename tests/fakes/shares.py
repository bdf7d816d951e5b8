"""What a provider in memory gave to others of its payments: with a capture, or by routes."""

from dataclasses import dataclass, field

from app.funds.payments.ports import Accepted, Declined, Outcome, PartStatus, ProviderAccount
from app.funds.payments.providers.shares import Share, Shares, total
from tests.fakes.provider import FakeProvider


@dataclass
class FakeShares:
    """
    Divides the payments of *provider*; `given` is what each account has in the end, in cents.

    Its faults are the provider's, and `route` is one of them. With *refuses* whatever concerns a
    share is refused.
    """

    provider: FakeProvider
    given: dict[str, int] = field(default_factory=dict)
    refuses: bool = False
    _done: set[str] = field(default_factory=set)

    async def capture_shared(
        self, account: ProviderAccount, provider_ref: str, shares: Shares, *, key: str
    ) -> Outcome:
        """Take the sum of *shares*, and give each its own."""
        if self.refuses:
            return Declined("refused", "no such balance account")
        outcome = await self.provider.capture(account, provider_ref, total(shares), key=key)
        self._move(provider_ref, shares, key, 1)
        return outcome

    async def refund_shared(
        self, account: ProviderAccount, provider_ref: str, shares: Shares, *, key: str
    ) -> Outcome:
        """Give the sum of *shares* back, each out of its account."""
        if self.refuses:
            return Declined("refused", "the balance account has too little")
        outcome = await self.provider.refund(account, provider_ref, total(shares), key=key)
        self._move(provider_ref, shares, key, -1)
        return outcome

    async def route(
        self, account: ProviderAccount, provider_ref: str, share: Share, *, key: str
    ) -> Outcome:
        """Send *share* on, as far as there is so much."""

        def effect() -> Outcome:
            payment = self.provider.snapshots[provider_ref]
            left = payment.captured.minor - payment.refunded.minor
            if self.refuses or share.amount.minor > left:
                return Declined("refused", "more than there is")
            self._give(share, 1)
            return Accepted(f"crt_{provider_ref}")

        return self.provider._once("route", key, effect)

    def _move(self, provider_ref: str, shares: Shares, key: str, sign: int) -> None:
        """Give, once, what the order with this *key* moved."""
        answer = self.provider._answers.get(key)
        if key in self._done or not isinstance(answer, Accepted):
            return
        self._done.add(key)
        payment = self.provider.snapshots[provider_ref]
        parts = (*payment.captures, *payment.refunds)
        part = next(one for one in parts if one.provider_ref == answer.provider_ref)
        for share in shares if part.status is PartStatus.SUCCEEDED else ():
            self._give(share, sign)

    def _give(self, share: Share, sign: int) -> None:
        name = share.account or "platform"
        self.given[name] = self.given.get(name, 0) + sign * share.amount.minor
