"""What a journey pays by, as one view of every payment; and what a terminal adds to a reading."""

from dataclasses import dataclass, field, replace
from datetime import timedelta
from uuid import UUID

import pytest

from app.funds.payments.model import OperationKind, Payment, PaymentStatus
from app.funds.payments.ports import (
    Declined,
    OrderedPayment,
    Origin,
    ProviderAccount,
    ProviderStatus,
    Reading,
    SettledBy,
    Snapshot,
    Strategy,
    Unsupported,
)
from app.funds.payments.refresh import ordered_of
from app.funds.payments.rules.authorisation import Authorisation, authorisation_of
from app.funds.payments.rules.plan import key_of, operation_id_of
from app.funds.payments.terminal import prompt_of, with_terminal
from app.kernel.money import Money
from tests.contracts.worlds import account
from tests.funds.orders import NOW

HOLD = Money(4500, "EUR")
TILL = account()


def at_terminal() -> Payment:
    """A payment that was ordered at a terminal."""
    return Payment(
        payment_id=UUID(int=1),
        operator_id=UUID(int=2),
        account_id=UUID(int=3),
        subject_id=UUID(int=4),
        reference="DP7",
        amount=HOLD,
        method="creditcard",
        ordered_strategy=Strategy.HOLD,
        opened_at=NOW,
        taken=Money.zero("EUR"),
        origin=Origin.CLOUD_TERMINAL,
        device="V400m-1",
    )


def told(status: ProviderStatus, *, fingerprint: str | None = None) -> Snapshot:
    """What somebody says of it."""
    zero = Money.zero("EUR")
    return Snapshot(
        "V400m-1:A", status, HOLD, zero, zero, None, None, None, None, fingerprint=fingerprint
    )


@dataclass
class Device:
    """A terminal that answers what the test wants, and counts how often it was asked."""

    answer: Reading
    asked: list[OrderedPayment] = field(default_factory=list)

    async def look(self, account: ProviderAccount, ordered: OrderedPayment) -> Reading:
        """Answer."""
        self.asked.append(ordered)
        return self.answer


def test_a_payment_is_an_authorisation():
    """What pays a session, who settles it and until when it is good, of one row."""
    held = replace(
        at_terminal(),
        status=PaymentStatus.AUTHORISED,
        provider_ref="V400m-1:A",
        orders_ref="PSP",
        raised=Money(7000, "EUR"),
        fingerprint="card",
    )

    # The hold is good for five days, less the day of margin.
    assert (
        Authorisation(
            Origin.CLOUD_TERMINAL,
            Strategy.HOLD,
            SettledBy.US,
            Money(7000, "EUR"),
            "DP7",
            "PSP",
            NOW + timedelta(days=4),
            "card",
        )
    ) == authorisation_of(held)


def test_a_prompt_is_named_by_its_start():
    """Whoever lost the answer can name the prompt: by the key of the payment's first order."""
    payment = at_terminal()
    prompt = prompt_of(payment)
    start = operation_id_of(payment.payment_id, 0, OperationKind.START)

    assert prompt is not None
    assert ("V400m-1", key_of(start), NOW) == (prompt.device, prompt.key, prompt.asked_at)
    assert None is prompt_of(replace(payment, device=None))


PAID = told(ProviderStatus.AUTHORISED)
OPEN = told(ProviderStatus.OPEN)
CARD = told(ProviderStatus.AUTHORISED, fingerprint="card")
FAILED = told(ProviderStatus.FAILED)
RELEASED = told(ProviderStatus.CANCELLED)


@pytest.mark.parametrize(
    ("before", "seen", "expected"),
    [
        (OPEN, CARD, CARD),
        (OPEN, FAILED, FAILED),
        (OPEN, Unsupported(), OPEN),
        (PAID, CARD, CARD),
        (PAID, Declined("offline", ""), PAID),
        (Unsupported(), FAILED, FAILED),
        (RELEASED, CARD, RELEASED),
    ],
)
async def test_a_terminal_completes_what_was_told(
    before: Reading, seen: Reading, expected: Reading
):
    """It knows how it ended before the webhook, and which card it was; no money is undone."""
    payment = at_terminal()

    found = await with_terminal(before, payment, ordered_of(payment), (TILL, Device(seen)))

    assert expected == found


@pytest.mark.parametrize("known", [{"fingerprint": "card"}, {"keep": HOLD}])
async def test_a_terminal_is_not_asked_for_what_is_known(known: dict[str, object]):
    """Paid, and the card known or no longer needed: the terminal is left alone."""
    device = Device(CARD)
    payment = replace(at_terminal(), **known)  # type: ignore[arg-type]

    assert PAID == await with_terminal(PAID, payment, ordered_of(payment), (TILL, device))
    assert [] == device.asked
