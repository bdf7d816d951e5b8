"""Operators on the real database."""

from dataclasses import replace

import pytest

from app.people.identity.brand.model import Brand
from app.people.identity.brand.rules import LOGO_MAX_BYTES
from app.people.identity.errors import InvalidOperator, OperatorNotFound
from app.people.identity.find import find_operator
from app.people.identity.list_all import list_operators
from app.people.identity.model import complaints
from app.people.identity.number import operator_id_for
from app.people.identity.read import get_operator
from app.people.identity.save import save_operator
from tests.fakes.points import OPERATOR, OTHER_OPERATOR

PNG = b"\x89PNG\r\n\x1a\n and more"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"/>'


async def save(database, operator) -> bool:
    """Save an operator in a work of its own."""
    async with database.work(operator.operator_id) as work:
        return await save_operator(work, operator)


async def test_an_operator_is_read_as_it_was_saved(database):
    """Every field, the picture included."""
    operator = replace(OPERATOR, brand=Brand("Lampje", "#0A7D4F", PNG, "image/png"))

    await save(database, operator)

    async with database.work(operator.operator_id) as work:
        assert operator == await get_operator(work)
    assert operator == await find_operator("lampje", database=database)


async def test_saving_tells_whether_anything_changed(database):
    """The same again is no change."""
    changed = replace(OPERATOR, legal_name="Lampje Laden N.V.")

    told = [await save(database, each) for each in (OPERATOR, OPERATOR, changed)]

    assert [True, False, True] == told


async def test_an_unknown_operator_is_a_problem(database):
    """By id and by name."""
    with pytest.raises(OperatorNotFound):
        async with database.work(OPERATOR.operator_id) as work:
            await get_operator(work)
    for slug in ("lampje", "\0"):
        with pytest.raises(OperatorNotFound):
            await find_operator(slug, database=database)


async def test_operators_are_listed_by_name(database):
    """All of this installation."""
    before = await list_operators(database=database)
    await save(database, OPERATOR)
    await save(database, OTHER_OPERATOR)

    assert [] == before
    assert ["ander", "lampje"] == [each.slug for each in await list_operators(database=database)]


async def test_a_known_name_keeps_its_number(database):
    """An import finds the operator that it made before."""
    fresh = await operator_id_for("lampje", database=database)
    await save(database, OPERATOR)

    assert fresh != OPERATOR.operator_id
    assert OPERATOR.operator_id == await operator_id_for("lampje", database=database)


async def test_what_breaks_a_rule_is_refused(database):
    """Nothing is saved, and the problem names the field."""
    with pytest.raises(InvalidOperator, match=r"brand\.colour"):
        await save(database, replace(OPERATOR, brand=Brand("Lampje", "green")))

    assert [] == await list_operators(database=database)


@pytest.mark.parametrize(
    ("logo", "kind", "reason"),
    [
        (PNG, "image/png", None),
        (SVG, "image/svg+xml", None),
        (b"\n" + SVG, "image/svg+xml", None),
        (PNG, "image/gif", "expected one of image/svg+xml, image/png, image/webp"),
        (PNG, "image/svg+xml", "the content is not image/svg+xml"),
        (SVG[:-2] + b"><SCRIPT/></svg>", "image/svg+xml", "an SVG with a script is not accepted"),
        (
            PNG.ljust(LOGO_MAX_BYTES + 1),
            "image/png",
            f"{LOGO_MAX_BYTES + 1} bytes are more than {LOGO_MAX_BYTES}",
        ),
    ],
)
def test_a_logo_is_small_and_what_it_says(logo, kind, reason):
    """Type and size are bound; an SVG may not carry a script."""
    brand = Brand("Lampje", "#0a7d4f", logo, kind)

    told = [each.reason for each in complaints(replace(OPERATOR, brand=brand))]

    assert ([] if reason is None else [reason]) == told
