"""Drivers in the operator file: the groups that they are in."""

from pathlib import Path

import pytest

from app.office.import_operator import OperatorFile, OperatorFileInvalid
from app.office.import_operator.parts.drivers import DriverOrder
from app.office.import_operator.run import check
from app.office.import_operator.source import read_yaml

DEMO = Path(__file__).parents[2] / "app/sandbox/demo/operator.yaml"


def drivers(entry: str) -> tuple[DriverOrder, ...]:
    """Return the drivers of the demo operator's file with these in it."""
    text = f"{DEMO.read_text(encoding='utf-8')}\ndrivers:\n{entry}"
    return check(OperatorFile("operator.yaml", text, DEMO.parent), read_yaml(text))[0].drivers


def test_drivers_are_taken_over():
    """Address and groups."""
    found = drivers("  - {email: anna@example.com, groups: ['fleet:ACME', individual]}\n")

    assert (DriverOrder("anna@example.com", ("fleet:ACME", "individual")),) == found


@pytest.mark.parametrize(
    ("entry", "told"),
    [
        ("  - {email: anna, groups: []}\n", "drivers[0].email: 'anna' is not a mail address"),
        ("  - {email: a@b.example, groups: [friends]}\n", "there is no group 'friends'"),
        ("  - {email: a@b.example, groups: [fleet, ad_hoc]}\n", "drivers[0].groups[1]: expected"),
        (
            "  - {email: a@b.example, groups: []}\n  - {email: A@b.example, groups: []}\n",
            "drivers[1].email: 'A@b.example' stands here twice",
        ),
        (f"  - {{email: a@b.example, groups: [{'fleet, ' * 21}]}}\n", "expected at most 20"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(entry: str, told: str):
    """No address, no such group, one driver twice, and too many groups."""
    with pytest.raises(OperatorFileInvalid, match=r"operator.yaml:\d+: drivers") as wrong:
        drivers(entry)

    assert told in wrong.value.detail
