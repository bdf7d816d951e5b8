"""What a receipt must satisfy before it gets a number, and how its lines add up."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.billing.receipts.errors import NothingCharged, ReceiptDoesNotAddUp
from app.billing.receipts.model import Contribution, LineKind, PriceLine
from app.billing.receipts.rules import check_draft, in_afir_order, net_amounts, total
from app.kernel.money import Money, TaxedAmount
from tests.billing.drafts import LINES, VAT, draft, eur, settled_for


def test_draft_that_adds_up_is_taken():
    """Lines, taxes and payment of the model draft agree."""
    check_draft(draft())


def test_lines_come_in_the_order_of_the_law():
    """AFIR Art. 5(4): per kWh, per minute, per session."""
    kinds = [line.kind for line in in_afir_order(LINES)]

    assert [LineKind.ENERGY, LineKind.IDLE, LineKind.SESSION] == kinds


def test_zero_is_no_receipt():
    """Nothing charged, nothing to receipt."""
    with pytest.raises(NothingCharged):
        check_draft(draft(settlement=settled_for(eur("0.00"))))


@pytest.mark.parametrize(
    "change",
    [
        {"lines": LINES[:2]},
        {"taxes": (TaxedAmount.from_gross(eur("7.21"), VAT),)},
        {"settlement": settled_for(eur("7.23"))},
        {"settlement": replace(settled_for(eur("7.22")), returned=eur("42.77"))},
        {"lines": (*LINES, replace(LINES[0], vat_rate=Decimal(9)))},
        {
            "supply": replace(
                draft().supply,
                started_at=draft().supply.ended_at,
                ended_at=draft().supply.started_at,
            )
        },
    ],
    ids=["a line is missing", "tax", "charged", "returned", "foreign rate", "backwards"],
)
def test_disagreement_never_gets_a_number(change: dict[str, object]):
    """A cent that does not add up is our bug and stays off paper."""
    with pytest.raises(ReceiptDoesNotAddUp):
        check_draft(draft(**change))


@given(
    st.lists(st.integers(-5_000, 100_000), min_size=1, max_size=30),
    st.sampled_from([Decimal(0), Decimal(7), Decimal(21), Decimal("25.5")]),
)
def test_net_lines_add_up_to_the_net_total(minors: list[int], rate: Decimal):
    """The net amounts of the lines sum to the document's net, each at most a cent off its own."""
    lines = [PriceLine(LineKind.OTHER, Money(minor, "EUR"), rate) for minor in minors]
    tax = TaxedAmount.from_gross(total(line.amount for line in lines), rate)

    nets = net_amounts(lines, [tax])

    assert tax.net == total(nets)
    for line, net in zip(lines, nets, strict=True):
        exact = Decimal(line.amount.minor) * 100 / (100 + rate)
        assert abs(exact - net.minor) <= 1


def test_a_discount_of_everything_is_a_receipt_of_nothing():
    """Something was sold, and the operator gave all of it: a receipt of zero is one."""
    whole = PriceLine(LineKind.DISCOUNT, eur("-7.22"), VAT, label="First session free")
    free = draft(
        lines=(*draft().lines, whole),
        taxes=(TaxedAmount.from_gross(eur("0.00"), VAT),),
        settlement=settled_for(eur("0.00")),
    )

    check_draft(free)


def test_what_a_partner_pays_is_a_part_of_the_price():
    """The taxes are those of the whole price; a contribution that is missing is found."""
    paid = Contribution("Kade", "Lunch", eur("7.22"))
    whole = replace(settled_for(eur("0.00")), contributions=(paid,))
    check_draft(draft(settlement=whole))

    with pytest.raises(ReceiptDoesNotAddUp):
        check_draft(draft(settlement=settled_for(eur("5.22"))))
